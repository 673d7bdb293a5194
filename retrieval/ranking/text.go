package ranking

import (
	"regexp"
	"strings"
	"unicode"

	"tandem/internal/fold"
)

// maxSegments bounds the titles of one document that are looked at one by one.
const maxSegments = 64

// segments are the titles that a text lists, cleaned: parts separated by " ; ",
// "|" or a line, and the masculine and feminine forms of "Agent / Agente
// d'entretien". A text that is one title is one segment.
func segments(text string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == '|' || r == '\n' || r == '\r' || r == '•' }) {
		for _, title := range forms(clean(part)) {
			if title != "" && len(out) < maxSegments {
				out = append(out, title)
			}
		}
	}
	if len(out) == 0 {
		out = []string{clean(text)}
	}
	return out
}

// forms reads a title in two forms, where what both share is written once, after
// the second: "agent / agente d'entretien". Any other slash parts titles.
func forms(title string) []string {
	parts := strings.Split(title, " / ")
	if len(parts) != 2 {
		return parts
	}
	n, words := len(strings.Fields(parts[0])), strings.Fields(parts[1])
	if n == 0 || len(words) <= n || !alike(strings.Fields(parts[0])[0], words[0]) {
		return parts
	}
	return []string{parts[0] + " " + strings.Join(words[n:], " "), parts[1]}
}

// alike reports whether two words may be the two forms of one.
func alike(a, b string) bool {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n >= 3 || n == len(a) || n == len(b)
}

// What titles carry besides the title. The text is folded: lower case, no accents.
var (
	bothSexes = regexp.MustCompile(`\(?\b(?:h ?[/-] ?f|f ?[/-] ?h|m ?[/-] ?f|h/f/x|f/h/x|h/f/nb)\b\)?`)
	contract  = regexp.MustCompile(`\b(?:cdi|cdd|temps (?:plein|partiel|complet)|urgent)\b`)
	ending    = regexp.MustCompile(`([a-z]{3})(?:\((?:e|ne|le|te|se|ve|trice|euse|rice|iere|ere|ienne|enne|fe|s|es|x)\)|[.·](?:e|ne|le|trice|euse|rice|iere|ere|ienne|enne)\b(?:[.·]s\b)?)`)
	spaces    = regexp.MustCompile(` {2,}`)
)

// clean is a text folded, in one gender where it writes two in one word
// ("chargé(e)", "technicien·ne"), without "H/F" and contract.
func clean(text string) string {
	s := fold.String(text)
	if strings.ContainsAny(s, "(.·") {
		s = ending.ReplaceAllString(s, "$1")
	}
	s = bothSexes.ReplaceAllString(s, " ")
	if shorter := contract.ReplaceAllString(s, " "); strings.TrimSpace(shorter) != "" {
		s = shorter
	}
	return strings.TrimSpace(spaces.ReplaceAllString(s, " "))
}

// maxWords bounds the words of one text.
const maxWords = 2000

// words splits a cleaned text into words that say something; a text that has
// none keeps those it has.
func words(cleaned string) []string {
	all := strings.FieldsFunc(cleaned, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '+' && r != '#' // C++, C#
	})
	all = all[:min(len(all), maxWords)]
	kept := make([]string, 0, len(all))
	for _, w := range all {
		if !hollow[w] {
			kept = append(kept, w[:min(len(w), maxWord)])
		}
	}
	if len(kept) == 0 {
		return all
	}
	return kept
}

const maxWord = 40

var hollow = set(`a au aux avec ce ces cette chez d dans de des du elle en et il ils j je l la le les leur leurs lui ma mes mon n ne nos notre nous on ou par pas
	plus pour qu que qui s sa se ses si son sont sur ta te tes ton tu un une vos votre vous y est`)

func set(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// stem brings the forms of a folded French word together: number, gender, and
// the commonest endings of one family ("conducteur", "conductrice",
// "conduction"). It need not be a word.
func stem(w string) string {
	if len(w) > 4 && (w[len(w)-1] == 's' || w[len(w)-1] == 'x') {
		w = w[:len(w)-1]
	}
	for _, e := range endings {
		if len(w)-len(e.from) >= 3 && strings.HasSuffix(w, e.from) {
			w = w[:len(w)-len(e.from)] + e.to
			break
		}
	}
	if n := len(w); n > 4 && w[n-1] == w[n-2] {
		w = w[:n-1]
	}
	return w
}

// endings are tried in order.
var endings = []struct{ from, to string }{
	{"issement", ""}, {"atrice", "at"}, {"ateur", "at"}, {"ation", "at"}, {"trice", "t"}, {"teur", "t"}, {"tion", "t"}, {"euse", ""}, {"eur", ""},
	{"erie", ""}, {"ienne", "i"}, {"ien", "i"}, {"iere", ""}, {"ier", ""}, {"ement", ""}, {"age", ""}, {"ance", ""}, {"ante", ""}, {"ant", ""}, {"elle", "al"},
	{"el", "al"}, {"ale", "al"}, {"au", "al"}, {"ive", "if"}, {"ique", "iq"}, {"onne", "on"}, {"enne", "en"}, {"ere", ""}, {"er", ""}, {"ee", ""}, {"ir", ""}, {"e", ""},
}

// Lengths of the character n-grams of a word, its bounds included.
const (
	minGram = 3
	maxGram = 4
)

// grams are the character n-grams of every word, which typing errors and
// endings change little.
func grams(words []string) []string {
	var out []string
	for _, w := range words {
		marked := "<" + w + ">"
		for n := minGram; n <= maxGram; n++ {
			for i := 0; i+n <= len(marked); i++ {
				out = append(out, marked[i:i+n])
			}
		}
	}
	return out
}

// stems are the stems of words.
func stems(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = stem(w)
	}
	return out
}
