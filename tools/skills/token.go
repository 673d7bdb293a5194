package skills

import (
	"strings"

	"tandem/internal/fold"
)

// token is one word of a folded text. The bytes [start, end) are of the folded
// text. An abbreviation gives several tokens with the same bytes.
type token struct {
	start, end int
	word       string
	after      rank  // what separates it from the token before
	title      int32 // numbers in the indexes, -1 for none
	stem       int32
	acronym    int32
	named      bool // part of a job title: shows little by itself
	apart      bool // part of a name: shows nothing
}

// rank is how strongly two words are kept apart.
type rank uint8

const (
	space rank = iota // nothing, a hyphen, an apostrophe
	comma             // , / + &
	bar               // | – : ( ) « » and two spaces: another part of the same line
	stop              // end of sentence
	newline
)

// tokenize cuts folded text into words. Inclusive forms are read in the
// masculine: « boulanger(e) », « vendeur.se », « employé-e-s » lose what is
// added.
func tokenize(folded string) []token {
	var out []token
	after := newline
	raise := func(r rank) { after = max(after, r) }
	for i := 0; i < len(folded); {
		c := folded[i]
		if !letter(c) {
			switch c {
			case '\n':
				raise(newline)
			case '.':
				if !(i > 0 && i+1 < len(folded) && letter(folded[i-1]) && letter(folded[i+1])) {
					raise(stop)
				} else {
					raise(bar)
				}
			case '!', '?', ';':
				raise(stop)
			case ',', '/', '+', '&':
				raise(comma)
			case '-':
				if i > 0 && folded[i-1] == ' ' || i+1 < len(folded) && folded[i+1] == ' ' {
					raise(bar)
				}
			case '|', ':', '(', ')', '"', '[', ']', '{', '}', '_', '=':
				raise(bar)
			case '*', '>', '<':
				raise(stop)
			case ' ':
				if i+2 < len(folded) && folded[i+1] == ' ' && folded[i+2] == ' ' {
					raise(bar)
				}
			}
			if c >= 0x80 { // a sign that folding kept: bullets, arrows, other scripts
				raise(stop)
			}
			i++
			continue
		}
		start := i
		for i < len(folded) && letter(folded[i]) {
			i++
		}
		word := folded[start:i]
		out = append(out, token{start: start, end: i, word: word, after: after})
		after = space
		i += inclusive(folded[i:], word) + abbreviated(folded[i:], word)
	}
	return out
}

// inclusive is the length of the feminine or plural added to word at the head
// of rest, or 0.
func inclusive(rest, word string) int {
	if len(word) < 4 || len(rest) < 2 {
		return 0
	}
	switch rest[0] {
	case '(':
		for i := 1; i < len(rest) && i < 8; i++ {
			if rest[i] == ')' && feminineEnd[rest[1:i]] {
				return i + 1
			}
			if !letter(rest[i]) {
				return 0
			}
		}
	case '.', '-', '/':
		i := 1
		for i < len(rest) && letter(rest[i]) {
			i++
		}
		if !feminineEnd[rest[1:i]] {
			return 0
		}
		for i+1 < len(rest) && rest[i] == rest[0] && rest[i+1] == 's' && (i+2 == len(rest) || !letter(rest[i+2])) {
			i += 2
		}
		return i
	}
	return 0
}

// abbreviated is the length of the mark that shows word to be cut short:
// « resp. », « gest° ».
func abbreviated(rest, word string) int {
	if _, known := words().abbreviations[word]; !known {
		return 0
	}
	for _, mark := range [...]string{".", "°"} {
		if strings.HasPrefix(rest, mark) {
			return len(mark)
		}
	}
	return 0
}

var feminineEnd = set("e es se ses se euse euses trice trices rice rices ne nes ere eres iere ieres ve ves le les te tes fe sse ienne ice s fe")

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// wordsOf are the words of a label of ROME, abbreviations left as they are.
func wordsOf(label string) []token { return tokenize(fold.String(label)) }

// foldedWords is wordsOf with the text its offsets are of.
func foldedWords(label string) (string, []token) {
	folded := fold.String(label)
	return folded, tokenize(folded)
}

// expand replaces abbreviations by what they stand for.
func expand(tokens []token) []token {
	short := words().abbreviations
	out := make([]token, 0, len(tokens)+8)
	for _, t := range tokens {
		long, ok := short[t.word]
		if !ok {
			out = append(out, t)
			continue
		}
		for i, w := range long {
			piece := t
			piece.word = w
			if i > 0 {
				piece.after = space
			}
			out = append(out, piece)
		}
	}
	return out
}
