package skills

import (
	"strings"

	"tandem/internal/fold"
)

// phrases are what CVs say in words that ROME does not use.
type phrases map[string][]phrase // by the stem of the first word

type phrase struct {
	stems []string
	label int32
}

func (e *Engine) newPhrases(items []Item) phrases {
	byLabel := make(map[string]int32, len(items))
	for i, item := range items {
		byLabel[strings.TrimSpace(fold.String(item.Label))] = int32(i)
	}
	out := phrases{}
	for _, line := range lines(phrasesText) {
		said, label, _ := strings.Cut(line, "=")
		id, ok := byLabel[strings.TrimSpace(label)]
		if !ok {
			continue
		}
		p := phrase{label: id}
		for _, t := range tokenize(said) {
			if !empty[t.word] {
				p.stems = append(p.stems, e.deep(t.word))
			}
		}
		out[p.stems[0]] = append(out[p.stems[0]], p)
	}
	return out
}

// phrased are the skills that phrases show; use weighs them by the occupations
// found, as it does the labels matched by their own words.
func (e *Engine) phrased(p *page, u uses, out []candidate) []candidate {
	for n, c := range p.clauses {
		for i, t := range c.tokens {
			if t.named {
				continue
			}
			for _, said := range e.phrases[e.deep(t.word)] {
				last, ok := e.follows(c.tokens[i:], said.stems)
				if !ok {
					continue
				}
				l := &e.index.labels[said.label]
				f := u.features(l, c)
				f.Said, f.Cover, f.Told, f.Dense, f.Head, f.Novel = 1, 1, 1, 1, 1, 1
				f.Weight = min(l.total/20, 1)
				f.Single, f.LinkCover, f.LinkTold, f.CoreCover, f.CoreTold = one(len(said.stems) == 1), f.Link, f.Link, f.Core, f.Core
				out = append(out, candidate{
					label: said.label, clause: int32(n), terms: e.index.allOf(said.label), features: f, why: "Vos mots désignent cette compétence.",
					places: [][2]int{{t.start, c.tokens[i+last].end}},
				})
			}
		}
	}
	return out
}

// numerals may stand where a phrase has none: « forme deux apprentis ».
var numerals = set("deux trois quatre cinq six sept huit neuf dix onze douze quinze vingt trente plusieurs nouveau nouvelle")

// follows reports whether the words begin with the stems, small words and
// numerals aside, and where the last of them is.
func (e *Engine) follows(tokens []token, stems []string) (last int, ok bool) {
	for _, t := range tokens {
		switch {
		case e.deep(t.word) == stems[0] && (last == 0 || t.after <= comma):
			if stems = stems[1:]; len(stems) == 0 {
				return last, true
			}
		case !empty[t.word] && !numerals[t.word] && !digit(t.word[0]) || t.after > space:
			return 0, false
		}
		last++
	}
	return 0, false
}
