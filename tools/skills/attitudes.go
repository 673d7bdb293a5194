package skills

import (
	"strings"

	"tandem/internal/fold"
)

// attitudes recognise savoir-être as people state them: nothing is inferred
// from how a text is written.
type attitudes struct {
	phrases map[string][]statement // by the first word
}

type statement struct {
	words     []string
	adjective bool // believed only of the person: « rigoureuse », not « patient »
	label     int32
}

func newAttitudes(items []Item) attitudes {
	a := attitudes{phrases: map[string][]statement{}}
	for _, line := range lines(attitudesText) {
		name, list, _ := strings.Cut(line, ":")
		label := int32(-1)
		for i, item := range items {
			if item.Kind == SavoirEtre && strings.Contains(fold.String(item.Label), name) {
				label = int32(i)
				break
			}
		}
		if label < 0 {
			continue
		}
		for phrase := range strings.SplitSeq(list, ",") {
			phrase = strings.TrimSpace(phrase)
			plain, adjective := strings.CutPrefix(phrase, "~")
			s := statement{adjective: adjective, label: label}
			for _, t := range tokenize(plain) {
				s.words = append(s.words, light(t.word))
			}
			a.phrases[s.words[0]] = append(a.phrases[s.words[0]], s)
		}
	}
	return a
}

// Confidence of a savoir-être by how it is stated.
const (
	statedNoun      = 0.86
	statedAdjective = 0.8
)

func (a attitudes) find(p *page) []candidate {
	var out []candidate
	for at, c := range p.clauses {
		if c.hobby {
			continue
		}
		for i := range c.tokens {
			for _, s := range a.phrases[light(c.tokens[i].word)] {
				n := len(s.words)
				if i+n > len(c.tokens) || !says(c.tokens[i:i+n], s.words) || s.adjective && !ofOneself(c, i) {
					continue
				}
				confidence := float32(statedNoun)
				if s.adjective {
					confidence = statedAdjective
				}
				out = append(out, candidate{
					label: s.label, clause: int32(at), stated: confidence, why: "Vous le dites de vous-même.",
					places: [][2]int{{c.tokens[i].start, c.tokens[i+n-1].end}},
				})
			}
		}
	}
	return out
}

func says(tokens []token, words []string) bool {
	for i, t := range tokens {
		if light(t.word) != words[i] || i > 0 && t.after > space {
			return false
		}
	}
	return true
}

var nominal = set("le la les l un une des du de d au aux ce cet cette ces mon ma mes son sa ses leur leurs chaque")

// ofOneself reports whether the adjective at i is said by the person of
// himself or herself: in the section of qualities, after « je suis », or alone
// between commas, or with one neighbour as in « rigoureuse et autonome ».
func ofOneself(c clause, i int) bool {
	if c.section == qualities {
		return true
	}
	if i > 0 && c.tokens[i].after == space && nominal[c.tokens[i-1].word] {
		return false // « le patient », « d'un travail précis »
	}
	from, to := i, i+1
	for from > 0 && c.tokens[from].after < comma {
		from--
	}
	for to < len(c.tokens) && c.tokens[to].after < comma {
		to++
	}
	content := 0
	for _, t := range c.tokens[from:to] {
		switch t.word {
		case "suis", "jsui", "jsuis", "chui", "personne", "profil", "assez":
			return true
		}
		if !empty[t.word] {
			content++
		}
	}
	return content <= 2 && len(c.tokens) <= 16
}
