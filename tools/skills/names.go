package skills

import (
	"strings"

	"tandem/internal/fold"
)

// Names are the names of persons in a text as a CV or a letter bears them: at
// its head, after « Mme », or announced (« je m'appelle… »). Each comes whole,
// as written, and by those of its words that work does not use: « Marie
// Boulanger » also gives « Marie », not « Boulanger ».
//
// They serve to hide a person from a model outside, where a wrong one is
// harmless; nobody is to be called by them.
func (e *Engine) Names(text string) []string {
	p := &page{text: fold.Map(text), titles: e.titles}
	p.hidden = make([]bool, len(p.text.Folded))
	p.hideAll(announced)
	p.hideNames()
	var names []string
	for from := 0; from < len(p.hidden); from++ {
		if !p.hidden[from] || p.text.Folded[from] == '\n' {
			continue
		}
		to := from
		for to < len(p.hidden) && p.hidden[to] && p.text.Folded[to] != '\n' {
			to++
		}
		words := p.text.Folded[from:to]
		label := strings.IndexByte(words, ':') + 1 // « nom : »
		tokens := tokenize(words[label:])
		whole := 0
		for _, t := range tokens {
			if !particle[t.word] && len(t.word) > 2 && e.titles.foreign(t) {
				names = append(names, p.raw(from+label+t.start, from+label+t.end))
			}
			whole = t.end
		}
		if len(tokens) > 1 {
			names = append(names, strings.TrimSpace(p.raw(from+label+tokens[0].start, from+label+whole)))
		}
		from = to
	}
	return names
}
