package document

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// compose is the text of a page made of words.
func compose(words []word) string {
	var page strings.Builder
	pieces := makePieces(words)
	for _, block := range readingOrder(slices.Clone(pieces)) {
		page.WriteString(paragraphs(makeLines(block), roomRight(block, pieces)))
		page.WriteString("\n\n")
	}
	return page.String()
}

// roomRight is where lines of a block could go on to at the most: to what stands
// to the right of it, or to where the page ends.
func roomRight(block, page []piece) float64 {
	end, top, bottom := 0.0, math.Inf(1), math.Inf(-1)
	for _, p := range block {
		end, top, bottom = max(end, p.x1), min(top, p.y), max(bottom, p.y)
	}
	room, last := math.Inf(1), 0.0
	for _, p := range page {
		last = max(last, p.x1)
		if p.x0 >= end && p.y >= top && p.y <= bottom {
			room = min(room, p.x0)
		}
	}
	return min(room, max(last, end))
}

// line is a line of one column.
type line struct {
	text   string
	left   float64 // where it begins
	x0, x1 float64 // of its last part, where the text of a next line would stand
	y      float64
	size   float64
	first  float64 // width of its first word
	marked bool    // begins an item of a list
	single bool    // is one word
	parts  int     // more than one: separated by tabs
}

// makeLines joins the pieces of each row by tabs.
func makeLines(block []piece) []line {
	rows := inRows(block)
	lines := make([]line, len(rows))
	for i, row := range rows {
		p := row[0]
		first := p.words[0]
		l := line{text: p.text(), left: p.x0, x0: p.x0, x1: p.x1, y: p.y, size: p.size, first: first.x1 - first.x0, parts: len(row)}
		l.single = len(row) == 1 && len(p.words) == 1
		if l.marked = isMarker(first.text); l.marked && len(p.words) > 1 {
			l.x0 = p.words[1].x0
		}
		for _, p := range row[1:] {
			l.text += "\t" + p.text()
			l.x0, l.x1, l.size = p.x0, max(l.x1, p.x1), max(l.size, p.size)
		}
		lines[i] = l
	}
	return lines
}

// paragraphs puts the lines of a column under each other, joins those that
// are one sentence wrapped, and leaves a blank line where the page does. No
// line could go beyond room.
func paragraphs(lines []line, room float64) string {
	if len(lines) == 0 {
		return ""
	}
	edge := 0.0
	for _, l := range lines {
		if !l.single { // an address may be wider than its column
			edge = max(edge, l.x1)
		}
	}
	edge = max(edge, room-3.5*lines[0].size) // the most that is left free between columns
	space := usualSpace(lines)
	text := []byte(lines[0].text)
	for i := 1; i < len(lines); i++ {
		prev, next := lines[i-1], lines[i]
		separator := "\n"
		if spaceAbove(prev, next) > min(1.45*space, tooFar) || next.size > 1.2*prev.size {
			separator = "\n\n"
		}
		if continues(prev, next, edge) {
			separator = " "
			if cut, whole := hyphenated(prev.text, next.text); cut {
				separator = ""
				if !whole {
					text = bytes.TrimRight(text, hyphens)
				}
			}
		}
		text = append(append(text, separator...), next.text...)
	}
	return string(text)
}

// tooFar is the space between lines above which they are not of one paragraph,
// however generous the page is.
const tooFar = 1.7

// spaceAbove is how far next is below prev, in heights of their font: one is
// as tight as lines get.
func spaceAbove(prev, next line) float64 {
	return (next.y - prev.y) / max(prev.size, next.size)
}

// usualSpace is the space between lines of one paragraph. They may be few among
// titles and lists, but nothing is tighter: a quarter of the lines tells.
func usualSpace(lines []line) float64 {
	var spaces []float64
	for i := 1; i < len(lines); i++ {
		spaces = append(spaces, spaceAbove(lines[i-1], lines[i]))
	}
	if len(spaces) == 0 {
		return 1
	}
	slices.Sort(spaces)
	return max(1, spaces[len(spaces)/4])
}

// continues reports whether next is the rest of the sentence of prev, wrapped
// because its first word would not have fitted. When in doubt it is not: a list
// in one line misleads more than a sentence in two.
func continues(prev, next line, edge float64) bool {
	if next.marked || next.parts > 1 || spaceAbove(prev, next) > tooFar ||
		prev.size > 1.1*next.size || next.size > 1.1*prev.size {
		return false
	}
	start, _ := utf8.DecodeRuneInString(next.text)
	if cut, _ := hyphenated(prev.text, next.text); cut {
		return true
	}
	if math.Abs(next.x0-prev.x0) > 2*next.size && math.Abs(next.x0-prev.left) > 2*next.size {
		return false
	}
	if prev.x1+0.25*next.size+next.first < edge-0.5*next.size {
		return false // it would have fitted: the line was ended on purpose
	}
	last, _ := utf8.DecodeLastRuneInString(prev.text)
	word, _, _ := strings.Cut(next.text, " ")
	switch {
	case isPeriod(prev.text) && isPeriod(next.text):
		return strings.ContainsRune("-–—", last)
	case strings.ContainsAny(strings.TrimRight(word, ".,;)"), "@./"):
		return false // an address
	case strings.ContainsRune(";:!?»)%", start):
		return true // French puts a blank before these, where a line may end
	case strings.ContainsRune(".!?", last):
		return false
	case unicode.IsLower(start):
		return true
	case last == ',' || last == '\'' || last == '’' || last == '(':
		return true
	}
	return linking[lastWord(prev.text)]
}

// linking words never end a line that was meant to end there.
var linking = map[string]bool{"à": true, "au": true, "aux": true, "avec": true, "chez": true, "d'un": true, "d'une": true, "dans": true, "de": true, "des": true, "du": true, "en": true, "et": true, "la": true, "le": true, "les": true, "ou": true, "par": true, "pour": true, "sous": true, "sur": true, "un": true, "une": true, "&": true}

func lastWord(text string) string {
	return text[strings.LastIndexAny(text, " \t")+1:]
}

const hyphens = "-\u2010\u00ad"

// hyphenated reports whether text ends in a word cut by a hyphen that next
// finishes, and whether the hyphen belongs to the word: « savoir-faire » stays
// whole, « boulan-gerie » loses it.
func hyphenated(text, next string) (cut, whole bool) {
	stem := strings.TrimRight(text, hyphens)
	start, _ := utf8.DecodeRuneInString(next)
	before, _ := utf8.DecodeLastRuneInString(stem)
	if len(stem) == len(text) || !unicode.IsLetter(before) || !unicode.IsLower(start) {
		return false, false
	}
	part := strings.ToLower(lastWord(stem))
	if i := strings.LastIndexAny(part, "'’("); i >= 0 {
		part = strings.TrimLeft(part[i:], "'’(")
	}
	return true, strings.Contains(part, "-") || compounding[part]
}

// compounding are first parts of French compounds with a hyphen that CVs use.
var compounding = map[string]bool{"après": true, "arrière": true, "au": true, "auto": true, "avant": true, "back": true, "bien": true, "chef": true, "ci": true, "contre": true, "co": true, "demi": true, "e": true, "ex": true, "front": true, "garde": true, "gros": true, "haut": true, "hors": true, "libre": true, "main": true, "mi": true, "mini": true, "multi": true, "non": true, "petit": true, "plain": true, "point": true, "porte": true, "pré": true, "prêt": true, "quasi": true, "rez": true, "sage": true, "savoir": true, "semi": true, "self": true, "sous": true, "super": true, "tout": true, "vice": true, "week": true}
