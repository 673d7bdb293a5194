package rome

import (
	"math/rand/v2"
	"slices"
	"strings"

	"tandem/internal/fold"
)

// typed is text as people type it in a hurry: without accents or capitals, and
// then as it is, with one or two slips of the finger, or in SMS spelling. Made
// for evaluation sets; nothing is trained on it.
func typed(text string, rng *rand.Rand) string {
	words := strings.Fields(fold.String(text))
	switch rng.IntN(4) {
	case 0: // accents and capitals only
	case 1, 2:
		for range 1 + rng.IntN(2) {
			if i := longest(words, rng); i >= 0 {
				words[i] = slip(words[i], rng)
			}
		}
	case 3:
		for i, w := range words {
			words[i] = sms.Replace(w)
			if len(words[i]) > 4 && rng.IntN(2) == 0 {
				words[i] = strings.TrimRight(words[i], "es")
			}
		}
	}
	return strings.Join(words, " ")
}

// longest is one of the words of at least four letters, long ones more often:
// that is where fingers slip.
func longest(words []string, rng *rand.Rand) int {
	var letters []int
	for i, w := range words {
		if len(w) >= 4 {
			for range len(w) {
				letters = append(letters, i)
			}
		}
	}
	if len(letters) == 0 {
		return -1
	}
	return letters[rng.IntN(len(letters))]
}

const keyboard = "azertyuiopqsdfghjklmwxcvbn"

// slip makes one typing error after the first letter: a letter lost, doubled,
// swapped with the next, or replaced by its neighbour on the keyboard.
func slip(word string, rng *rand.Rand) string {
	r := []rune(word)
	if len(r) < 4 {
		return word
	}
	i := 1 + rng.IntN(len(r)-2)
	switch rng.IntN(4) {
	case 0:
		r = slices.Delete(r, i, i+1)
	case 1:
		r = slices.Insert(r, i, r[i])
	case 2:
		r[i], r[i+1] = r[i+1], r[i]
	default:
		if at := strings.IndexRune(keyboard, r[i]); at > 0 {
			r[i] = rune(keyboard[at-1])
		}
	}
	return string(r)
}

var sms = strings.NewReplacer("qu", "k", "eau", "o", "aux", "o", "au", "o", "ph", "f", "tion", "sion", "ss", "s", "ll", "l", "nn", "n", "tt", "t",
	"ca", "ka", "co", "ko", "ai", "e")
