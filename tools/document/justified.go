package document

import (
	"math"
	"slices"
)

// unstretched is the pieces of a block with those of each justified line made
// one: their gaps are blanks. It takes a block to tell, as the lines of a
// narrow column have gaps as wide as the gutter beside it.
func unstretched(block []piece) []piece {
	rows := inRows(block)
	if len(rows) == len(block) {
		return block
	}
	edge := flushEdge(rows)
	out := make([]piece, 0, len(block))
	for _, row := range rows {
		if len(row) > 1 && math.Abs(row[len(row)-1].x1-edge) < 0.1*row[0].size && stretched(row) {
			row = []piece{joined(row)}
		}
		out = append(out, row...)
	}
	return out
}

// inRows is the pieces of a block, from left to right, row by row.
func inRows(block []piece) [][]piece {
	slices.SortStableFunc(block, byRow)
	var rows [][]piece
	for i, p := range block {
		if i == 0 || p.row != block[i-1].row {
			rows = append(rows, nil)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], p)
	}
	return rows
}

// flushEdge is where at least two rows end, the furthest to the right; NaN if
// they are ragged.
func flushEdge(rows [][]piece) float64 {
	ends := make([]float64, len(rows))
	for i, row := range rows {
		ends[i] = row[len(row)-1].x1
	}
	slices.Sort(ends)
	for i := len(ends) - 1; i > 0; i-- {
		if ends[i]-ends[i-1] < 0.1*rows[0][0].size {
			return ends[i]
		}
	}
	return math.NaN()
}

// stretched reports whether all gaps in a row are much the same, and none such
// that nobody would take it for a blank. A date that stands flush right is none.
func stretched(row []piece) bool {
	all := joined(row)
	words := all.words
	if isMarker(words[0].text) {
		words = words[1:]
	}
	if len(words) < 2 || len(words) == 2 && isPeriod(words[1].text) {
		return false
	}
	narrow, wide := math.Inf(1), 0.0
	for j := 1; j < len(words); j++ {
		narrow, wide = min(narrow, gapBefore(words, j)), max(wide, gapBefore(words, j))
	}
	most := 4 * all.size
	if len(words) == 2 {
		most = 2.5 * all.size
	}
	return wide < most && wide-narrow < 0.35*all.size
}

// joined is the pieces of a row as one.
func joined(row []piece) piece {
	all := row[0]
	all.words = slices.Clone(all.words)
	for _, p := range row[1:] {
		all.words = append(all.words, p.words...)
		all.x1, all.size = max(all.x1, p.x1), max(all.size, p.size)
	}
	return all
}
