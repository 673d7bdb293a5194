package legality

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tandem/internal/fold"
)

// How strongly a token is separated from the one before it. Patterns run over
// tight and soft breaks and never over a strong one, so that a requirement of
// one sentence is not completed by a word of the next.
const (
	tight  = iota // a space, an apostrophe, a hyphen
	soft          // a comma, a colon, a bracket, a slash, a wrapped line
	strong        // the end of a sentence, a new paragraph, a list item
)

// token is one word, number or sign of a folded text.
type token struct {
	from, to  int32   // bytes of the folded text, including an inclusive ending: "vendeur(se)"
	symFrom   int32   // the symbols of the token are page.syms[symFrom:symTo]
	symTo     int32   //
	sentence  int32   // number of the sentence
	segment   int32   // the same, also raised before and after "sauf", "mais"
	num       float64 // value, when number
	word      string  // what is looked up: without inclusive ending, look-alikes replaced
	before    uint8   // break before the token
	last      accent  // of the last e of word
	number    bool
	frame     uint8 // number of its frame class, 0 for none: see weigh.go
	inclusive bool  // written so as to name both sexes: "motivé(e)", "vendeur·se"
	sign      bool  // not a word: + < > % €
	negation  bool  // sans, ni, pas, aucun
}

// page is one field of an offer, ready for matching.
type page struct {
	field  string
	text   fold.Text
	tokens []token
	syms   []sym
	words  []word // see weigh.go, filled where needed
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// abbreviations end with a full stop that does not end the sentence.
var abbreviations = words("max maxi min mini pref exp env resp tel ex etc art h f m mme st ste dept dep niv av bd ref prof h.f sup obl oblig imp imper souh serv p n s")

// negations are the words that a gap of a pattern does not jump over.
var negations = words("sans ni pas aucun aucune")

func words(s string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// known tells the tokenizer which words the rules speak of; evasions are only
// undone when the result is one of them.
type known func(word string) bool

// tokenize appends the tokens of t to tokens.
func tokenize(t fold.Text, isKnown known, tokens []token) []token {
	z := tokenizer{text: t, s: t.Folded, known: isKnown, tokens: tokens, before: strong}
	z.accents = strings.ContainsAny(t.Original, "éèêàùçÉÈÀ")
	z.run()
	z.unspace()
	z.numerals()
	sentence := int32(0)
	for i := range z.tokens {
		if z.tokens[i].before == strong {
			sentence++
		}
		z.tokens[i].sentence = sentence
	}
	return z.tokens
}

type tokenizer struct {
	text   fold.Text
	s      string
	known  known
	tokens []token
	before uint8
	// accents is whether the writer uses any. A text without one may well be
	// in French whose accents were not typed.
	accents bool
}

func (z *tokenizer) raise(level uint8) { z.before = max(z.before, level) }

func (z *tokenizer) add(t token) {
	t.before = z.before
	z.before = tight
	z.tokens = append(z.tokens, t)
}

func (z *tokenizer) run() {
	for i := 0; i < len(z.s); {
		switch c := z.s[i]; {
		case c == ' ' || c == '\'' || c == '`':
			i++
		case isLetter(c) || c >= utf8.RuneSelf:
			i = z.word(i)
		case isDigit(c):
			i = z.digits(i)
		case c == '\n':
			i = z.newline(i)
		default:
			i = z.punctuation(i, c)
		}
	}
}

// word reads the word at i, with an inclusive ending if it has one.
func (z *tokenizer) word(i int) int {
	end, foreign := z.letters(i)
	if end == i { // a rune that is no letter: €, →, an emoji
		r, n := utf8.DecodeRuneInString(z.s[i:])
		switch r {
		case '€', '≤', '≥':
			z.add(token{from: int32(i), to: int32(i + n), word: map[rune]string{'€': "€", '≤': "<", '≥': ">"}[r], sign: true})
		default:
			z.raise(soft)
		}
		return i + n
	}
	w := z.s[i:end]
	if foreign {
		w = latin(w)
	}
	if end < len(z.s) && (isDigit(z.s[end]) || z.s[end] == '@' || z.s[end] == '$' || z.s[end] == '*') {
		if plain, to := z.unleet(i, w); plain != "" {
			w, end = plain, to
		}
	}
	// A word cut at the end of a line.
	if end+2 < len(z.s) && z.s[end] == '-' && z.s[end+1] == '\n' && isLetter(z.s[end+2]) {
		if to, _ := z.letters(end + 2); z.known(w + z.s[end+2:to]) {
			w, end = w+z.s[end+2:to], to
		}
	}
	last := z.last(w, end)
	to, inclusive := z.inclusive(w, end)
	z.add(token{from: int32(i), to: int32(to), word: w, inclusive: inclusive, last: last, negation: negations[w]})
	return to
}

// last looks at how the last e of the word ending at end was written.
func (z *tokenizer) last(w string, end int) accent {
	w = strings.TrimSuffix(w, "s")
	if !strings.HasSuffix(w, "e") {
		return accentUnknown
	}
	at := end - 1
	if z.s[at] == 's' {
		at--
	}
	start, stop := z.text.Span(at, at+1)
	switch z.text.Original[start:stop] {
	case "é", "É", "e\u0301", "E\u0301":
		return accentAcute
	case "e":
		if z.accents {
			return accentNone
		}
	}
	return accentUnknown
}

func (z *tokenizer) letters(i int) (end int, foreign bool) {
	for i < len(z.s) {
		if isLetter(z.s[i]) {
			i++
			continue
		}
		if z.s[i] < utf8.RuneSelf {
			break
		}
		r, n := utf8.DecodeRuneInString(z.s[i:])
		if !unicode.IsLetter(r) {
			break
		}
		foreign = true
		i += n
	}
	return i, foreign
}

// inclusiveEndings are what may follow a word to name both sexes.
var inclusiveEndings = words("e es s ne nes se ses te tes le les ve ves fe fes euse euses trice trices rice rices ere eres iere ieres esse ienne iennes enne ennes onne elle elles ive ives eure eures euses ante antes ente entes eur eurs teur teurs er ers ier iers")

// inclusive returns where the word ending at end really ends: after "(se)",
// "·se", ".e.s", "/euse", "-e-s".
func (z *tokenizer) inclusive(w string, end int) (int, bool) {
	to, found := end, false
	for to < len(z.s) && len(w) > 1 {
		open := z.s[to]
		if open != '(' && open != '.' && open != '/' && open != '-' && open != '[' {
			break
		}
		j := to + 1
		for j < len(z.s) && (z.s[j] == '-' || z.s[j] == '.') && open == '(' {
			j++ // "(-se)"
		}
		k, foreign := z.letters(j)
		if foreign || k == j || !inclusiveEndings[z.s[j:k]] {
			break
		}
		ending := z.s[j:k]
		switch open {
		case '(', '[':
			if k >= len(z.s) || z.s[k] != ')' && z.s[k] != ']' {
				return to, found
			}
			k++
		case '.', '-', '/':
			// "sérieux.se présenter", "dites-le", "et/ou le": only endings
			// that continue this word.
			short := ending == "e" || ending == "es" || found && ending == "s"
			if !short && !continues(w, ending) {
				return to, found
			}
			if open == '.' && z.upper(j) && !z.upper(to-1) {
				return to, found
			}
		}
		to, found = k, true
	}
	return to, found
}

func continues(w, ending string) bool {
	switch ending {
	case "se", "ses", "euse", "euses", "rice", "rices", "trice", "trices":
		return strings.HasSuffix(w, "eur") || strings.HasSuffix(w, "eurs") || strings.HasSuffix(w, "eux")
	case "ne", "nes", "ienne", "iennes", "enne":
		return strings.HasSuffix(w, "n") || strings.HasSuffix(w, "ns")
	case "fe", "fes":
		return strings.HasSuffix(w, "f") || strings.HasSuffix(w, "fs")
	case "ve", "ves", "ive", "ives":
		return strings.HasSuffix(w, "if") || strings.HasSuffix(w, "ifs")
	case "ere", "eres", "iere", "ieres":
		return strings.HasSuffix(w, "er") || strings.HasSuffix(w, "ers")
	case "eur", "eurs", "teur":
		return strings.HasSuffix(w, "euse") || strings.HasSuffix(w, "rice")
	}
	return false
}

// upper reports whether the folded byte at i was written in upper case.
func (z *tokenizer) upper(i int) bool {
	if i < 0 || i >= len(z.s) {
		return false
	}
	start, _ := z.text.Span(i, i)
	r, _ := utf8.DecodeRuneInString(z.text.Original[start:])
	return unicode.IsUpper(r)
}

// digits reads a number: "35", "1 823,03", "2.000", and leaves "30-35" as two.
func (z *tokenizer) digits(i int) int {
	j, value, count := i, 0.0, 0
	for j < len(z.s) && isDigit(z.s[j]) {
		if count < 15 {
			value = value*10 + float64(z.s[j]-'0')
		}
		j++
		count++
	}
	if z.s[i] == '0' && count >= 4 { // a telephone number, not a quantity
		z.add(token{from: int32(i), to: int32(j), word: z.s[i : i+4], sign: true})
		return j
	}
	for count <= 3 && j+3 < len(z.s) && (z.s[j] == ' ' || z.s[j] == '.') && isDigit(z.s[j+1]) && isDigit(z.s[j+2]) && isDigit(z.s[j+3]) &&
		(j+4 >= len(z.s) || !isDigit(z.s[j+4])) && value < 1e6 {
		value = value*1000 + float64(z.s[j+1]-'0')*100 + float64(z.s[j+2]-'0')*10 + float64(z.s[j+3]-'0')
		j += 4
	}
	if j+1 < len(z.s) && (z.s[j] == ',' || z.s[j] == '.') && isDigit(z.s[j+1]) {
		k, unit := j+1, 0.1
		for k < len(z.s) && isDigit(z.s[k]) {
			value += float64(z.s[k]-'0') * unit
			unit /= 10
			k++
		}
		j = k
	}
	z.add(token{from: int32(i), to: int32(j), num: value, number: true})
	return j
}

// newline decides whether a line break ends the sentence: it does before a
// list item, a blank line or a capital letter; it does not where a line was
// merely wrapped.
func (z *tokenizer) newline(i int) int {
	j, lines := i, 0
	for j < len(z.s) && (z.s[j] == '\n' || z.s[j] == ' ') {
		if z.s[j] == '\n' {
			lines++
		}
		j++
	}
	switch {
	case lines == 1 && i > 1 && z.s[i-1] == '-' && isLetter(z.s[i-2]) && j < len(z.s) && isLetter(z.s[j]): // "trente-\ncinq"
	case lines > 1, j >= len(z.s):
		z.raise(strong)
	case isLetter(z.s[j]):
		if z.upper(j) && !z.upper(i-1) {
			z.raise(strong)
		} else {
			z.raise(soft)
		}
	case isDigit(z.s[j]):
		z.raise(soft)
	default: // a bullet, an asterisk, an emoji
		z.raise(strong)
	}
	return j
}

func (z *tokenizer) punctuation(i int, c byte) int {
	switch c {
	case '.', '!', '?', ';':
		j := i + 1
		for j < len(z.s) && (z.s[j] == '.' || z.s[j] == '!' || z.s[j] == '?') {
			j++
		}
		z.raise(z.stop(i, j, c))
		return j
	case '+', '<', '>', '%', '&', '=':
		z.add(token{from: int32(i), to: int32(i + 1), word: z.s[i : i+1], sign: true})
	case '-':
		spaced := i == 0 || z.s[i-1] == ' ' || z.s[i-1] == '(' || z.s[i-1] == '\n' || z.s[i-1] == ':'
		switch {
		case spaced && i+1 < len(z.s) && isDigit(z.s[i+1]): // "-26 ans"
			z.add(token{from: int32(i), to: int32(i + 1), word: "-", sign: true})
		case spaced:
			z.raise(soft)
		}
	case '*': // bullets and the "***" of flattened lists
		if i+2 < len(z.s) && z.s[i+1] == '*' && z.s[i+2] == '*' {
			z.raise(strong)
		} else {
			z.raise(soft)
		}
	case '_':
	default:
		z.raise(soft)
	}
	return i + 1
}

// stop is the break made by the stops s[i:j].
func (z *tokenizer) stop(i, j int, c byte) uint8 {
	if c == '.' && j < len(z.s) && z.s[j] != ' ' && z.s[j] != '\n' && !z.upper(j) {
		return soft // "h.o.m.m.e", "www.exemple.fr"
	}
	if c == '.' && j == i+1 && len(z.tokens) > 0 {
		last := z.tokens[len(z.tokens)-1]
		if int(last.to) == i && abbreviations[last.word] {
			k := j
			for k < len(z.s) && z.s[k] == ' ' {
				k++
			}
			if k < len(z.s) && z.s[k] != '\n' && !z.upper(k) {
				return soft
			}
		}
	}
	return strong
}
