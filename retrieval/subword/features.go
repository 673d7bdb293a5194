package subword

import (
	"strings"
	"unicode"

	"tandem/internal/fold"
)

// maxWords bounds the work on one text; what follows adds nothing to its meaning.
const maxWords = 400

// stop lists words that say nothing of a trade or a skill.
var stop = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`a au aux avec ce ces cette d dans de des du elle en et etre h il ils je jai l la le les leur lui ma mais me mes mon n ne
		nos notre nous on ou par pas plus pour qu que qui s sa se ses si son sur ta te tes ton tu un une vos votre vous y f est sont suis ai`) {
		m[w] = true
	}
	return m
}()

// words splits a text into folded words without stop words. A text of stop
// words only keeps them.
func words(text string) []string {
	all := strings.FieldsFunc(fold.String(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '+' && r != '#' // C++, C#
	})
	kept := make([]string, 0, len(all))
	for _, w := range all {
		if !stop[w] {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		kept = all
	}
	return kept[:min(len(kept), maxWords)]
}

// Lengths of the character n-grams of a word, its bounds included.
const (
	minGram = 3
	maxGram = 5
)

// grams calls f with every feature of a word: the word itself and its sound,
// marked so that they never meet an n-gram, then its n-grams. Bytes stand for
// characters: folded French is ASCII.
func grams(w string, f func(string)) {
	if len(w) > 40 {
		w = w[:40]
	}
	marked := "<" + w + ">"
	f("=" + w)
	if len(w) > 3 {
		f("~" + fold.Sound(w))
	}
	for n := minGram; n <= maxGram; n++ {
		for i := 0; i+n <= len(marked); i++ {
			f(marked[i : i+n])
		}
	}
}
