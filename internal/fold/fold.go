// Package fold brings text to the form in which Tandem compares it: lower
// case, without accents, with plain apostrophes, hyphens and spaces, without
// zero-width characters. It keeps, when asked, a map from each byte of the
// folded text back to the original, so that evidence is always a span of what
// the person wrote.
//
// Folding is length-changing ("œ" → "oe") and never merges or splits words
// beyond that; engines that need more (inclusive forms, homoglyphs, stemming)
// do it on top.
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// String returns s folded.
func String(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	each(s, func(piece string, _ int) { b.WriteString(piece) })
	return b.String()
}

// Text is a folded text with the way back to its original.
type Text struct {
	Original string
	Folded   string
	offsets  []int32 // offsets[i] is where in Original the byte Folded[i] comes from; one more entry for the end
}

// Map folds s and remembers where each byte came from.
func Map(s string) Text {
	var b strings.Builder
	b.Grow(len(s))
	offsets := make([]int32, 0, len(s)+1)
	each(s, func(piece string, at int) {
		b.WriteString(piece)
		for range len(piece) {
			offsets = append(offsets, int32(at))
		}
	})
	offsets = append(offsets, int32(len(s)))
	return Text{Original: s, Folded: b.String(), offsets: offsets}
}

// Span returns the bytes [start, end) of the original that Folded[from:to]
// stands for. Combining marks that follow the last letter belong to it. An
// empty folded range gives an empty span.
func (t Text) Span(from, to int) (start, end int) {
	start = int(t.offsets[from])
	if to <= from {
		return start, start
	}
	// The span ends where its last rune ends, not where the next kept rune
	// begins: dropped characters in between (zero-width) stay outside, but
	// combining marks are part of the letter.
	last := int(t.offsets[to-1])
	_, size := utf8.DecodeRuneInString(t.Original[last:])
	end = last + size
	for end < len(t.Original) {
		r, n := utf8.DecodeRuneInString(t.Original[end:])
		if !unicode.Is(unicode.Mn, r) {
			break
		}
		end += n
	}
	return start, end
}

func plain(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' || c == '\t' || c == '\r' || c == '\f' || c == '\v' {
			return false
		}
	}
	return true
}

// each calls f with the folded form of every rune of s and where it begins.
func each(s string, f func(piece string, at int)) {
	var buf [utf8.UTFMax]byte
	for i, r := range s {
		if r < utf8.RuneSelf {
			switch {
			case r >= 'A' && r <= 'Z':
				r += 'a' - 'A'
			case r == '\t' || r == '\r' || r == '\f' || r == '\v':
				r = ' '
			}
			buf[0] = byte(r)
			f(string(buf[:1]), i)
			continue
		}
		if int(r) < len(latin) {
			if p := latin[r]; p != "" {
				f(p, i)
			}
			continue
		}
		if p := one(r); p != "" {
			f(p, i)
		}
	}
}

// latin is the folded form of the letters that nearly all French text is made
// of: decomposing each anew would cost most of the time of folding.
var latin = func() (table [0x180]string) {
	for r := range table {
		table[r] = one(rune(r))
	}
	return table
}()

// one is the folded form of a rune, "" when it is dropped.
func one(r rune) string {
	if p, ok := special[r]; ok {
		return p
	}
	switch {
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
		return "" // accents written apart, zero-width and direction marks
	case unicode.IsSpace(r):
		return " "
	}
	var b strings.Builder
	for _, d := range norm.NFKD.String(string(r)) {
		if !unicode.Is(unicode.Mn, d) {
			b.WriteString(strings.ToLower(string(d)))
		}
	}
	return b.String()
}

var special = map[rune]string{
	'œ': "oe", 'Œ': "oe", 'æ': "ae", 'Æ': "ae", 'ß': "ss", 'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l",
	'’': "'", '‘': "'", '‛': "'", 'ʼ': "'", '′': "'", '´': "'",
	'“': "\"", '”': "\"", '„': "\"", '«': "\"", '»': "\"",
	'‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '−': "-",
	'·': ".", '•': "•", '…': "...",
}
