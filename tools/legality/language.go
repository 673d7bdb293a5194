package legality

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tongues are the classes of little words by which languages are told apart:
// @mots_français, and one class for each other language of the lexicon.
type tongues struct {
	french sym
	other  map[sym]int // sym of a foreign class → its place in foreignTongues
	first  sym         // the syms of the classes lie in [first, last]
	last   sym
}

var foreignTongues = []string{"mots_anglais", "mots_allemands", "mots_espagnols", "mots_italiens", "mots_portugais", "mots_néerlandais", "mots_polonais", "mots_roumains", "mots_turcs"}

func (e *Engine) readTongues() (tongues, error) {
	set := func(name string) (sym, error) {
		c, ok := e.lexicon.classes[name]
		if !ok || len(c.words) == 0 {
			return 0, fmt.Errorf("la classe @%s manque au lexique : la langue d'un texte s'y reconnaît", name)
		}
		return e.lexicon.vocabulary.set("@"+name, c.words), nil
	}
	out := tongues{other: map[sym]int{}}
	var err error
	if out.french, err = set("mots_français"); err != nil {
		return out, err
	}
	out.first, out.last = out.french, out.french
	for i, name := range foreignTongues {
		s, err := set(name)
		if err != nil {
			return out, err
		}
		out.other[s] = i
		out.first, out.last = min(out.first, s), max(out.last, s)
	}
	return out, nil
}

// A sentence is taken for foreign when it holds fewestForeign little words of
// one other language and more of them than French ones.
const fewestForeign = 2

// fewestPassage is the number of tokens from which some foreign words within a
// French text are a passage of their own.
const fewestPassage = 8

// foreign finds what is written in another language, unless the French text is
// at least as long: a translation beside the French is allowed.
func (e *Engine) foreign(_ Offer, s *scratch) []measured {
	passages, french, foreign := e.passages(s)
	if len(passages) == 0 || french >= foreign {
		return nil
	}
	longest := slices.MaxFunc(passages, func(a, b stretch) int { return cmp.Compare(a.to-a.from, b.to-b.from) })
	return []measured{{stretch: longest, computed: fmt.Sprintf("%d mots en langue étrangère pour %d en français", foreign, french)}}
}

// foreignPassage finds the foreign passages of a text that is French for the
// most part. What is half as long as the French is taken for a translation.
func (e *Engine) foreignPassage(_ Offer, s *scratch) []measured {
	passages, french, foreign := e.passages(s)
	if french < 2*foreign {
		return nil
	}
	var out []measured
	for _, p := range passages {
		if p.to-p.from >= fewestPassage && len(out) < perSide {
			out = append(out, measured{stretch: p, computed: fmt.Sprintf("%d mots en langue étrangère pour %d en français : ce n'est pas une traduction de tout le texte", foreign, french)})
		}
	}
	return out
}

// passages finds the foreign stretches of a text, and how many tokens are in
// French sentences and in foreign ones.
func (e *Engine) passages(s *scratch) (passages []stretch, french, foreign int) {
	pg := &s.pages[1]
	open := false
	for from := 0; from < len(pg.tokens); {
		to := from + 1
		for to < len(pg.tokens) && pg.tokens[to].sentence == pg.tokens[from].sentence {
			to++
		}
		switch e.tongue(pg, from, to) {
		case tongueForeign:
			foreign += to - from
			if !open {
				open = true
				passages = append(passages, stretch{1, from, to})
			}
			passages[len(passages)-1].to = to
		case tongueFrench:
			french += to - from
			open = false
		}
		from = to
	}
	return passages, french, foreign
}

const (
	tongueUnknown = iota
	tongueFrench
	tongueForeign
)

// tongue tells the language of the tokens [from, to).
func (e *Engine) tongue(pg *page, from, to int) int {
	french, other, script := 0, 0, 0
	var counts [16]int
	for i := from; i < to; i++ {
		t := &pg.tokens[i]
		if strings.ContainsFunc(t.word, func(r rune) bool { return r >= utf8.RuneSelf }) {
			// Chinese writes no spaces: what counts there is the letters.
			script++
			if r, _ := utf8.DecodeRuneInString(t.word); unicode.Is(unicode.Han, r) {
				script += utf8.RuneCountInString(t.word) / 3
			}
			continue
		}
		for _, x := range pg.syms[t.symFrom:t.symTo] {
			if x < e.tongues.first || x > e.tongues.last {
				continue
			}
			if x == e.tongues.french {
				french++
			} else if k, ok := e.tongues.other[x]; ok {
				counts[k]++
				other = max(other, counts[k])
			}
		}
	}
	switch {
	case script >= 2 && script > (to-from)/2:
		return tongueForeign
	case other >= fewestForeign && other > french:
		return tongueForeign
	case french > 0:
		return tongueFrench
	}
	return tongueUnknown
}
