package document

import (
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
			if n := len(words); n > 0 && !blankBefore && raised(words[n-1], g, baseline) {
				w, last = words[n-1], g
				text.WriteString(w.text)
				words = words[:n-1]
			} else {
				w = word{x0: g.left, x1: g.right, y: baseline, size: max(size, 1), blank: blankBefore}
			}
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
		w.x0, w.x1, last = min(w.x0, g.left), max(w.x1, g.right), g
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

// raised reports whether a letter is written against w but higher, as in
// « 1er »: pdfium takes the step for the end of a line.
func raised(w word, g glyph, baseline float64) bool {
	lift := w.y - baseline
	return math.Abs(g.left-w.x1) < 0.2*w.size && lift > 0.12*w.size && lift < 0.8*w.size
}

// apart reports whether g, which follows last in the file, is somewhere else
// on the page than the next place of w.
func apart(w word, last, g glyph, blank float64) bool {
	middle := (g.top + g.bottom) / 2
	return g.left-last.right > blank*w.size ||
		g.left < last.left-0.5*w.size || // going back
		middle < w.y-1.2*w.size || middle > w.y+0.5*w.size
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
				if w.x0-prev.x1 < 1.6*usual {
					prev.text += w.text
					prev.x1 = w.x1
					continue
				}
			}
			out = append(out, w)
		}
		line = line[n:]
	}
	return out
}

// spacing is the room between the letters of a word that was spaced out, 0 for
// others.
func (w word) spacing() float64 {
	pairs := utf8.RuneCountInString(w.text) - 1
	if pairs < 1 || w.inner < 0.2*w.size*float64(pairs) || !strings.ContainsFunc(w.text, unicode.IsLetter) {
		return w.spread // figures stand further apart than letters
	}
	return max(w.spread, w.inner/float64(pairs))
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
		least := 0.04 // of a size, between the letters of a piece
		if strings.ContainsFunc(w.text, unicode.IsLower) {
			least = 0.1 // or it might be a word
		}
		if w.inner < least*w.size*float64(inside) ||
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
	if pairs >= 3 { // gaps between words are in usual too
		usual = min(usual, 1.2*inner/float64(pairs))
	}
	return n, usual
}
