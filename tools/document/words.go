package document

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// word is a run of characters without a blank, where it is drawn. Its y is the
// baseline and grows downwards; size is the height of its font.
type word struct {
	text      string
	x0, x1, y float64
	size      float64
	blank     bool    // the file has a blank before it, and not only a gap
	inner     float64 // the sum of the gaps between its letters
	tail      float64 // width of its last letter
	spread    float64 // the usual gap between its letters, if they were spaced out
}

// accents are the marks that some producers, TeX above all, draw as glyphs of
// their own over a letter, and the combining marks they stand for.
var accents = map[rune]rune{'´': 0x301, '`': 0x300, 'ˆ': 0x302, '¨': 0x308, '¸': 0x327, '˜': 0x303}

// Gaps, in sizes, that part two words where the file has no blank. Among
// upright lines pdfium has seen to the narrow ones.
const (
	blankUpright = 0.6
	blankTurned  = 0.2
)

// makeWords puts glyphs together, in the order of the file, which keeps the
// letters of a word together even when it keeps nothing else. measure is asked
// once a word.
func makeWords(glyphs []glyph, blank float64, measure func(glyph) (baseline, size float64, err error)) ([]word, error) {
	var words []word
	var text strings.Builder
	var w word
	var last glyph
	blankBefore := false
	flush := func() {
		if text.Len() > 0 {
			w.text = text.String()
			words = append(words, w)
			text.Reset()
		}
	}
	for i := 0; i < len(glyphs); i++ {
		g := glyphs[i]
		if unicode.IsSpace(g.r) || g.r == '\u200b' {
			flush()
			blankBefore = blankBefore || !g.guess
			continue
		}
		if text.Len() > 0 && apart(w, last, g, blank) {
			flush()
		}
		if text.Len() == 0 {
			baseline, size, err := measure(g)
			if err != nil {
				return nil, err
			}
			w = word{x0: g.left, x1: g.right, y: baseline, size: max(size, 1), blank: blankBefore, tail: g.right - g.left}
			blankBefore = false
		}
		if mark, ok := accents[g.r]; ok {
			if i+1 < len(glyphs) && over(g, glyphs[i+1]) {
				// The accent comes first in the file, after its letter in Unicode.
				i++
				text.WriteRune(glyphs[i].r)
				text.WriteRune(mark)
				w.x0, w.x1, last = min(w.x0, glyphs[i].left), max(w.x1, glyphs[i].right), glyphs[i]
				continue
			}
			if text.Len() > 0 && over(g, last) {
				text.WriteRune(mark)
				continue
			}
		}
		if text.Len() > 0 {
			w.inner += g.left - last.right
		}
		text.WriteRune(g.r)
		w.x0, w.x1, w.tail, last = min(w.x0, g.left), max(w.x1, g.right), g.right-g.left, g
	}
	flush()
	return words, nil
}

// over reports whether an accent is drawn over (or under) the letter g.
func over(accent, g glyph) bool {
	if !unicode.IsLetter(g.r) {
		return false
	}
	middle := (accent.left + accent.right) / 2
	return middle > g.left-0.2*(g.right-g.left) && middle < g.right+0.2*(g.right-g.left) && accent.bottom > g.top-(g.bottom-g.top)
}

// apart reports whether g, which follows last in the file, is somewhere else
// on the page than the next place of w.
func apart(w word, last, g glyph, blank float64) bool {
	middle := (g.top + g.bottom) / 2
	return g.left-last.right > blank*w.size ||
		g.left < last.left-0.5*w.size || // going back
		middle < w.y-1.2*w.size || middle > w.y+0.5*w.size
}

// piece is a part of a line: words with no more than blanks between them.
type piece struct {
	words     []word
	x0, x1, y float64
	size      float64
	row       int // pieces of one row stand on one line of the page
}

func (p piece) text() string {
	texts := make([]string, len(p.words))
	for i, w := range p.words {
		texts[i] = w.text
	}
	return strings.Join(texts, " ")
}

// makePieces sorts words into rows, and cuts rows where there is more than a
// blank between two words.
func makePieces(words []word) []piece {
	slices.SortStableFunc(words, func(a, b word) int { return cmp.Compare(a.y, b.y) })
	var pieces []piece
	row := 0
	for start := 0; start < len(words); row++ {
		end := start + 1
		for end < len(words) && words[end].y-words[start].y < 0.35*min(words[start].size, words[end].size) {
			end++
		}
		line := slices.Clone(words[start:end])
		slices.SortStableFunc(line, func(a, b word) int { return cmp.Compare(a.x0, b.x0) })
		for _, p := range cutRow(closeUp(once(line))) {
			p.row = row
			pieces = append(pieces, p)
		}
		start = end
	}
	return pieces
}

func cutRow(line []word) []piece {
	var pieces []piece
	for _, w := range line {
		if n := len(pieces); n > 0 {
			p := &pieces[n-1]
			gap := w.x0 - p.x1
			spread := max(w.spread, p.words[len(p.words)-1].spread)
			if gap < 0.9*max(p.size, w.size)+3*spread || gap < 4*p.size && len(p.words) == 1 && isMarker(p.words[0].text) {
				p.words = append(p.words, w)
				p.x1, p.size = max(p.x1, w.x1), max(p.size, w.size)
				continue
			}
		}
		pieces = append(pieces, piece{words: []word{w}, x0: w.x0, x1: w.x1, y: w.y, size: w.size})
	}
	return pieces
}

// once drops words drawn twice in one place, which is how some producers make
// bold.
func once(line []word) []word {
	return slices.CompactFunc(line, func(a, b word) bool {
		return a.text == b.text && b.x0-a.x0 < 0.15*a.size && b.x1-a.x1 < 0.15*a.size
	})
}

// closeUp joins the letters of spaced-out headings, « E X P É R I E N C E »,
// which pdfium cuts anywhere: « FORM AT I O N ».
func closeUp(line []word) []word {
	var out []word
	for len(line) > 0 {
		n, usual := spacedOut(line)
		if usual == 0 {
			out = append(out, line[:max(n, 1)]...)
			line = line[max(n, 1):]
			continue
		}
		for i, w := range line[:n] {
			w.spread = usual
			if i > 0 && !w.blank {
				prev := &out[len(out)-1]
				gap := w.x0 - prev.x1
				lost := math.Abs(gap-prev.tail-2*usual) < 0.2*prev.tail && doubles(prev.text, w.text)
				if lost {
					r, _ := utf8.DecodeLastRuneInString(prev.text)
					prev.text += string(r)
				}
				if lost || gap < 1.6*usual {
					prev.text += w.text
					prev.x1, prev.tail = w.x1, w.tail
					continue
				}
			}
			out = append(out, w)
		}
		line = line[n:]
	}
	return out
}

// spacedOut is how many words at the start of line may be pieces of spaced-out
// text, and the usual gap between its letters, 0 if they are words. Pieces are
// single letters, or capitals nearly as far from each other as from the next
// piece; kerning brings some closer.
func spacedOut(line []word) (n int, usual float64) {
	var gaps []float64
	inner, pairs, singles := 0.0, 0, 0
	for ; n < len(line); n++ {
		w := line[n]
		inside := utf8.RuneCountInString(norm.NFC.String(w.text)) - 1
		if inside > 0 && (w.inner < 0.04*w.size*float64(inside) || strings.ContainsFunc(w.text, unicode.IsLower)) ||
			n > 0 && w.x0-line[n-1].x1 > 4*w.size {
			break
		}
		if n > 0 && !w.blank {
			gaps = append(gaps, w.x0-line[n-1].x1)
		}
		if inside == 0 {
			singles++
		}
		inner += w.inner
		pairs += inside
	}
	if len(gaps) < 2 || n+pairs < 4 {
		return n, 0
	}
	slices.Sort(gaps)
	usual = max(gaps[(len(gaps)-1)/2], 0.05*line[0].size)
	if singles < 4 && inner < 0.5*usual*float64(pairs) {
		return n, 0
	}
	return n, usual
}

// doubles reports whether French may double the letter between prev and next.
// pdfium takes the second of two like letters set far apart for the first
// drawn again in bold, and drops it: « PROFES ION EL E ».
func doubles(prev, next string) bool {
	letter, n := utf8.DecodeLastRuneInString(prev)
	before, _ := utf8.DecodeLastRuneInString(prev[:len(prev)-n])
	after, _ := utf8.DecodeRuneInString(next)
	const vowels = "AEIOUYÉÈÊaeiouyéèê"
	return strings.ContainsRune("CFLMNPRSTcflmnprst", letter) && strings.ContainsRune(vowels, before) && strings.ContainsRune(vowels+"LRlr", after)
}

// isMarker reports whether a word is what begins an item of a list.
func isMarker(text string) bool {
	switch text {
	case "•", "◦", "▪", "■", "●", "○", "–", "—", "-", "*", "·", "‣", "►", "▶", "➢", "➤", "✓", "✔", "→", "o", "□", "❖", "◆", "»", ">":
		return true
	}
	runes := []rune(text)
	if len(runes) == 1 && unicode.Is(unicode.Co, runes[0]) {
		return true
	}
	// « 1. » « 2) »
	return len(runes) == 2 && unicode.IsDigit(runes[0]) && (runes[1] == '.' || runes[1] == ')')
}
