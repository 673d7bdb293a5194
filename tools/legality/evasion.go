package legality

import "strings"

// lookalikes maps the letters of other alphabets that are drawn like Latin
// ones. Only whole words that end up Latin can match anything.
var lookalikes = map[rune]byte{
	'а': 'a', 'в': 'b', 'с': 'c', 'ԁ': 'd', 'е': 'e', 'ё': 'e', 'ғ': 'f', 'һ': 'h', 'н': 'h', 'і': 'i', 'ї': 'i', 'ј': 'j', 'к': 'k',
	'ӏ': 'l', 'м': 'm', 'п': 'n', 'о': 'o', 'р': 'p', 'ԛ': 'q', 'г': 'r', 'ѕ': 's', 'т': 't', 'υ': 'u', 'ѵ': 'v', 'ԝ': 'w', 'х': 'x', 'у': 'y',
	'α': 'a', 'β': 'b', 'ε': 'e', 'η': 'n', 'ι': 'i', 'κ': 'k', 'μ': 'm', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'τ': 't', 'χ': 'x', 'γ': 'y', 'ϲ': 'c',
	'ı': 'i', 'ɑ': 'a', 'ɡ': 'g', 'ո': 'n', 'օ': 'o', 'ս': 'u', 'հ': 'h',
}

// leet maps the signs used inside a word in a letter's place: "h0mme".
var leet = map[byte]byte{'0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', '$': 's', '*': 0}

func latin(w string) string {
	var b strings.Builder
	for _, r := range w {
		if c, ok := lookalikes[r]; ok {
			b.WriteByte(c)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// unleet reads "h0mme", "f3mme", "h*mme" as the known word they stand for.
func (z *tokenizer) unleet(i int, w string) (plain string, end int) {
	const longest = 24
	buf := []byte(w)
	j, hole := i+len(w), -1
	for j < len(z.s) && len(buf) < longest {
		c := z.s[j]
		if isLetter(c) {
			buf = append(buf, c)
		} else if l, ok := leet[c]; ok {
			if l == 0 {
				if hole >= 0 {
					return "", 0
				}
				hole = len(buf)
			}
			buf = append(buf, l)
		} else {
			break
		}
		j++
	}
	// A digit at the end is mostly a number: "poste1". Only of a long word is it a letter.
	if len(buf) < 4 || !isLetter(z.s[j-1]) && len(buf) < 5 {
		return "", 0
	}
	if hole < 0 {
		if z.known(string(buf)) {
			return string(buf), j
		}
		return "", 0
	}
	for _, l := range []byte("aeiou") {
		buf[hole] = l
		if z.known(string(buf)) {
			return string(buf), j
		}
	}
	return "", 0
}

// unspace joins letters written apart ("h o m m e", "h.o.m.m.e") when they
// spell words the rules speak of; everything else is left as it was written.
func (z *tokenizer) unspace() {
	const fewest = 4 // three with stops between them: "C.D.D."
	single := func(t token) bool { return t.to-t.from == 1 && !t.number && !t.sign && isLetter(z.s[t.from]) }
	for i := 0; i < len(z.tokens); i++ {
		j := i
		for j < len(z.tokens) && single(z.tokens[j]) && (j == i || z.sameGap(i, j)) {
			j++
		}
		if j-i >= fewest || j-i == fewest-1 && z.s[z.tokens[i].to] == '.' {
			j = min(j, i+maxSpaced)
			var b strings.Builder
			for _, t := range z.tokens[i:j] {
				b.WriteString(t.word)
			}
			letters := b.String()
			if j-i > fewest && !z.known(letters) && z.known(letters[:len(letters)-1]) {
				// "s e n i o r s s'abstenir": the last letter is not theirs.
				letters, j = letters[:len(letters)-1], j-1
			}
			cut := z.segment(letters)
			if cut != nil {
				first := i
				at := i
				for _, w := range cut {
					joined := z.tokens[at]
					joined.to, joined.word = z.tokens[at+len(w)-1].to, w
					if at > i {
						joined.before = tight
					}
					at += len(w)
					z.tokens[first] = joined
					first++
				}
				z.tokens = append(z.tokens[:first], z.tokens[j:]...)
				i = first - 1
				continue
			}
		}
		if j > i {
			i = j - 1
		}
	}
}

const maxSpaced = 64

// sameGap reports whether the token at j follows its neighbour at the same
// one-character distance as the run that began at i.
func (z *tokenizer) sameGap(i, j int) bool {
	a, b := z.tokens[j-1], z.tokens[j]
	if b.from-a.to != 1 {
		return false
	}
	return z.s[a.to] == z.s[z.tokens[i].to]
}

// segment splits s into known words, longest first, or returns nil.
func (z *tokenizer) segment(s string) []string {
	if z.known(s) {
		return []string{s}
	}
	best := make([]int, len(s)+1) // best[i] is the length of the last word of a split of s[:i]
	for i := 2; i <= len(s); i++ {
		for j := max(0, i-20); j <= i-2; j++ {
			if (j == 0 || best[j] > 0) && z.known(s[j:i]) {
				best[i] = i - j
				break
			}
		}
	}
	if best[len(s)] == 0 {
		return nil
	}
	var cut []string
	for i := len(s); i > 0; i -= best[i] {
		cut = append([]string{s[i-best[i] : i]}, cut...)
	}
	return cut
}

var numeralUnits = map[string]float64{
	"zero": 0, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11,
	"douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
}
var numeralTens = map[string]float64{"vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "nonante": 90}

// numerals turns numbers written in words into number tokens: "trente-cinq",
// "vingt et un", "quatre-vingt-dix", "mille deux cents".
func (z *tokenizer) numerals() {
	out := z.tokens[:0]
	for i := 0; i < len(z.tokens); {
		value, n := z.numeral(i)
		if n == 0 {
			out = append(out, z.tokens[i])
			i++
			continue
		}
		t := z.tokens[i]
		t.to, t.number, t.num, t.word = z.tokens[i+n-1].to, true, value, ""
		out = append(out, t)
		i += n
	}
	z.tokens = out
}

func (z *tokenizer) numeral(i int) (value float64, n int) {
	word := func(k int) string {
		if k < len(z.tokens) && (k == i || z.tokens[k].before == tight) {
			return z.tokens[k].word
		}
		return ""
	}
	total, current, k := 0.0, 0.0, i
	for {
		w := word(k)
		u, isUnit := numeralUnits[w]
		t, isTens := numeralTens[w]
		switch {
		case w == "":
			return total + current, k - i
		case isTens && current == 4 && t == 20:
			current = 80
		case isTens && (k == i || int(current)%100 == 0):
			current += t
		case isUnit && u < 10 && k > i && int(current)%10 == 0:
			current += u
		case isUnit && (k == i || int(current)%100 == 0 || int(current)%100 == 60 || int(current)%100 == 80):
			current += u
		case w == "un" && k > i && int(current)%10 == 0 && current > 0, w == "et" && word(k+1) == "un" && int(current)%10 == 0 && current >= 20:
			if w == "et" {
				k++
			}
			current++
		case (w == "cent" || w == "cents") && current < 10:
			current = max(current, 1) * 100
		case w == "mille" && current < 1000 && total == 0:
			total, current = max(current, 1)*1000, 0
		default:
			return total + current, k - i
		}
		k++
	}
}
