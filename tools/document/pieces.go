package document

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

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

// makePieces sorts words into rows, and cuts the rows where there is more than
// a blank between two words.
func makePieces(words []word) []piece {
	slices.SortStableFunc(words, func(a, b word) int { return cmp.Compare(a.y, b.y) })
	var rows [][]word
	for start := 0; start < len(words); {
		end := start + 1
		for end < len(words) && words[end].y-words[start].y < 0.35*min(words[start].size, words[end].size) {
			end++
		}
		row := slices.Clone(words[start:end])
		slices.SortStableFunc(row, func(a, b word) int { return cmp.Compare(a.x0, b.x0) })
		rows = append(rows, closeUp(once(row)))
		start = end
	}
	var pieces []piece
	for i, row := range rows {
		start := 0 // of the piece being made
		for j, w := range row {
			if j > 0 && !cutBefore(rows, i, j, start) {
				p := &pieces[len(pieces)-1]
				p.words = append(p.words, w)
				p.x1, p.size = max(p.x1, w.x1), max(p.size, w.size)
				continue
			}
			start = j
			pieces = append(pieces, piece{words: []word{w}, x0: w.x0, x1: w.x1, y: w.y, size: w.size, row: i})
		}
	}
	return pieces
}

// cutBefore reports whether a row is cut before its word j, start being the
// first word since the last cut: where the gap is wide, and where it is narrow
// but the rows around have one there too, as in a table with little room.
func cutBefore(rows [][]word, i, j, start int) bool {
	row := rows[i]
	size, spread := max(row[j].size, row[j-1].size), max(row[j].spacing(), row[j-1].spacing())
	gap := gapBefore(row, j)
	if j == start+1 && isMarker(row[start].text) && gap < 4*size {
		return false
	}
	return gap >= 0.9*size+3*spread || spread < 0.1*size && standsOut(row, j) && beginsBeside(rows, i, j)
}

// gapBefore is the room between word j of a row and the one before.
func gapBefore(row []word, j int) float64 { return row[j].x0 - row[j-1].x1 }

// standsOut reports whether the gap before word j is wider than the blanks of
// its row.
func standsOut(row []word, j int) bool {
	gap := gapBefore(row, j)
	var blanks []float64
	for k := max(1, j-20); k < min(len(row), j+20); k++ {
		if g := gapBefore(row, k); k != j && g < 0.9*row[k].size {
			blanks = append(blanks, g)
		}
	}
	if len(blanks) == 0 {
		return gap > 0.5*row[j].size
	}
	slices.Sort(blanks)
	return gap > max(0.45*row[j].size, 1.5*blanks[len(blanks)/2])
}

// beginsBeside reports whether one of the three rows above and below begins
// right under or over word j, or goes on there after a gap that stands out.
func beginsBeside(rows [][]word, i, j int) bool {
	w := rows[i][j]
	for k := max(0, i-3); k < min(len(rows), i+4); k++ {
		if k == i || math.Abs(rows[k][0].y-w.y) > 6*w.size {
			continue
		}
		at, found := slices.BinarySearchFunc(rows[k], w.x0, func(o word, x float64) int {
			if math.Abs(o.x0-x) < 0.1*w.size {
				return 0
			}
			return cmp.Compare(o.x0, x)
		})
		if found && (at == 0 || standsOut(rows[k], at)) {
			return true
		}
	}
	return false
}

// once drops words drawn twice in one place, which is how some producers make
// bold.
func once(line []word) []word {
	return slices.CompactFunc(line, func(a, b word) bool {
		near := 0.15 * a.size
		return a.text == b.text && math.Abs(b.x0-a.x0) < near && math.Abs(b.x1-a.x1) < near
	})
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
