package document

import (
	"path"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// spelt is what single characters of documents stand for in plain text.
var spelt = map[rune]string{
	'ﬀ': "ff", 'ﬁ': "fi", 'ﬂ': "fl", 'ﬃ': "ffi", 'ﬄ': "ffl", 'ﬅ': "st", 'ﬆ': "st",
	'\u2028': "\n", '\u2029': "\n", '\v': "\n", '\f': "\n",
	'\u2010': "-", '\u2011': "-",
	// Symbol and Wingdings put their glyphs in the private use area; these are
	// the ones word processors draw bullets with.
	'\uf0b7': "•", '\uf0a7': "•", '\uf076': "•", '\uf0d8': "•", '\uf0fc': "•", '\uf0e0': "→", '\uf0a8': "•", '\uf02d': "-", '\uf06c': "•", '\uf06e': "•",
}

// clean makes text what [Document.Text] promises: NFC, "\n" line ends, no
// control, invisible or private characters, single spaces, at most one blank
// line in a row, no space at the ends of lines.
func clean(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var flat strings.Builder
	flat.Grow(len(text))
	for _, r := range text {
		if s, ok := spelt[r]; ok {
			flat.WriteString(s)
			continue
		}
		switch {
		case r == '\n' || r == '\t':
			flat.WriteRune(r)
		case r == '\r':
			flat.WriteByte('\n')
		case r == '\u200d' || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || unicode.IsControl(r):
			// soft hyphens, zero-width marks, icons of private fonts: nothing to read
		case unicode.IsSpace(r):
			flat.WriteByte(' ')
		case r == unicode.ReplacementChar || r&0xfffe == 0xfffe:
			flat.WriteRune(unicode.ReplacementChar)
		default:
			flat.WriteRune(r)
		}
	}
	var out strings.Builder
	out.Grow(flat.Len())
	blank := 0
	for line := range strings.Lines(norm.NFC.String(flat.String())) {
		line = squeeze(line)
		if line == "" {
			blank++
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
			if blank > 0 {
				out.WriteByte('\n')
			}
		}
		blank = 0
		out.WriteString(line)
	}
	return out.String()
}

// squeeze trims a line and makes each run of blanks one space, or one tab when
// there is a tab in it.
func squeeze(line string) string {
	var b strings.Builder
	gap := byte(0)
	for i := range len(line) {
		switch c := line[i]; c {
		case '\t':
			gap = '\t'
		case ' ', '\n':
			if gap == 0 {
				gap = ' '
			}
		default:
			if gap != 0 && b.Len() > 0 {
				b.WriteByte(gap)
			}
			gap = 0
			b.WriteByte(c)
		}
	}
	return b.String()
}

// cleanName is the last part of a file name, fit to be shown.
func cleanName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(name, "")))
	if runes := []rune(name); len(runes) > 120 {
		name = string(runes[:119]) + "…"
	}
	if name == "." || name == "/" {
		return ""
	}
	return name
}
