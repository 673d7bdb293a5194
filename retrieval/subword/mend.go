package subword

import (
	"strings"

	"tandem/internal/fold"
)

// speller finds the word that was meant among those of the training texts.
type speller struct {
	bySound map[string][]string
	byStart map[string][]string // first letter → words
}

func newSpeller(index map[string]int32) *speller {
	s := &speller{map[string][]string{}, map[string][]string{}}
	for name := range index {
		w, whole := strings.CutPrefix(name, "=")
		if !whole || len(w) < mendable || len(w) > longest {
			continue
		}
		sound := fold.Sound(w)
		s.bySound[sound] = append(s.bySound[sound], w)
		s.byStart[w[:1]] = append(s.byStart[w[:1]], w)
	}
	return s
}

// mendable is the length from which a word is mended: short ones are near to
// too many others.
const mendable = 4

// longest word that is mended; [distance] has room for it.
const longest = 30

// Mend returns a folded word as the training texts write it: itself when they
// have it, else the word that sounds the same, else the one that is one slip of the
// finger away (two in long words), else itself.
func (m *Model) Mend(word string) string {
	if len(word) < mendable || len(word) > longest {
		return word
	}
	if m.seen[word] {
		return word
	}
	m.spelling.Do(func() { m.speller = newSpeller(m.index) })
	if same := m.speller.bySound[fold.Sound(word)]; len(same) > 0 {
		w, _ := closest(word, same, len(word))
		return w
	}
	slips := 0
	switch {
	case len(word) >= 9:
		slips = 2
	case len(word) >= 5:
		slips = 1
	}
	if w, ok := closest(word, m.speller.byStart[word[:1]], slips); ok {
		return w
	}
	return word
}

// closest is the word of list at the least distance, at most most; among
// equals the first of the alphabet, so that the answer is always the same.
func closest(word string, list []string, most int) (best string, ok bool) {
	for _, w := range list {
		if len(w)-len(word) > most || len(word)-len(w) > most {
			continue
		}
		if d := distance(word, w, most); d < most || d == most && (!ok || w < best) {
			best, most, ok = w, d, true
		}
	}
	return best, ok
}

// distance counts the letters to add, drop, change or swap with their neighbour
// to make b of a (optimal string alignment); anything above most is most+1.
func distance(a, b string, most int) int {
	var rows [3][64]int
	before, last, now := rows[0][:len(b)+1], rows[1][:len(b)+1], rows[2][:len(b)+1]
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			now[j] = d
			least = min(least, d)
		}
		if least > most {
			return most + 1
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}
