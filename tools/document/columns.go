package document

import (
	"cmp"
	"math"
	"slices"
)

// readingOrder splits the pieces of a page into blocks, each one column wide,
// in the order one reads them.
//
// A gutter is an x that many rows leave free. Rows that cross it, a name over
// both columns or a paragraph as wide as the page, cut the page into bands; in
// each band the left column comes before the right one. Columns are split
// again in the same way.
//
// A foot of the page, far below everything else, is of no column.
func readingOrder(pieces []piece) [][]piece {
	for i := len(pieces) - 1; i > 0 && pieces[i].row >= pieces[len(pieces)-1].row-1; i-- {
		if pieces[i].y-pieces[i-1].y > 5*pieces[i-1].size {
			return append(inColumns(pieces[:i], maxNesting), pieces[i:])
		}
	}
	return inColumns(pieces, maxNesting)
}

// What pages made to keep us busy may cost; real ones have some hundred pieces,
// a dozen places where lines begin, columns in columns at most.
const (
	maxNesting = 8
	maxPieces  = 5000
	maxGutters = 150
)

func inColumns(pieces []piece, nesting int) [][]piece {
	pieces = unstretched(pieces)
	bands := bestGutter(pieces)
	if nesting == 0 || bands == nil {
		return [][]piece{pieces}
	}
	var blocks [][]piece
	for _, b := range bands {
		blocks = append(blocks, inColumns(b.left, nesting-1)...)
		if len(b.right) > 0 {
			blocks = append(blocks, inColumns(b.right, nesting-1)...)
		}
	}
	return blocks
}

// band is some rows of a page: two columns, or all of it in left.
type band struct{ left, right []piece }

// minRows is what a column has at the least; two words side by side are none.
const minRows = 3

// bestGutter is the split that puts most pieces into columns, nil if there are
// no columns.
func bestGutter(pieces []piece) []band {
	if len(pieces) < 2*minRows || len(pieces) > maxPieces {
		return nil
	}
	sizes := make([]float64, len(pieces))
	for i, p := range pieces {
		sizes[i] = p.size
	}
	slices.Sort(sizes)
	em := sizes[len(sizes)/2]

	// A right column begins where several of its lines begin.
	starts, begins := map[int]int{}, map[int]float64{}
	for _, p := range pieces {
		bucket := int(math.Floor(p.x0 / 4))
		if starts[bucket]++; starts[bucket] == 1 || p.x0 < begins[bucket] {
			begins[bucket] = p.x0
		}
	}
	var best []band
	bestScore := 0
	var gutters []int
	for bucket, n := range starts {
		if n+starts[bucket+1] >= 2 {
			gutters = append(gutters, bucket)
		}
	}
	slices.SortFunc(gutters, func(a, b int) int {
		return cmp.Or(cmp.Compare(starts[b], starts[a]), cmp.Compare(a, b))
	})
	for _, bucket := range gutters[:min(len(gutters), maxGutters)] {
		bands, score := split(pieces, begins[bucket]-0.5, em)
		if score > bestScore {
			best, bestScore = bands, score
		}
	}
	return best
}

// split cuts pieces, which come in rows, at x. The score is the number of
// pieces that are in columns then.
func split(pieces []piece, x, em float64) ([]band, int) {
	const (
		right = iota
		left
		across
	)
	side := func(row []piece, i int) int {
		p := row[i]
		switch {
		case p.x0 >= x, i > 0 && p.x0 > x-4*em && p.size > 1.1*em: // the title of a list, which is indented
			return right
		case p.x1 <= x-0.25*em, len(row) == 1 && p.x1 < x+em: // an address that does not quite fit
			return left
		}
		return across
	}
	var bands []band
	score := 0
	var open band
	var whole []piece // rows that belong to no columns
	endWhole := func() {
		if len(whole) > 0 {
			bands = append(bands, band{left: whole})
			whole = nil
		}
	}
	endOpen := func() {
		// What is only on the left above the columns comes first anyway, and
		// may finish a paragraph.
		for len(open.left) > 0 && len(open.right) > 0 && open.left[0].row < open.right[0].row {
			whole = append(whole, open.left[0])
			open.left = open.left[1:]
		}
		if areColumns(open.left, open.right, em) {
			endWhole()
			bands = append(bands, open)
			score += len(open.left) + len(open.right)
		} else {
			whole = append(whole, open.left...)
			whole = append(whole, open.right...)
			slices.SortStableFunc(whole, byRow)
		}
		open = band{}
	}
	for start := 0; start < len(pieces); {
		end := start + 1
		for end < len(pieces) && pieces[end].row == pieces[start].row {
			end++
		}
		row := pieces[start:end]
		crosses := false
		for i := range row {
			crosses = crosses || side(row, i) == across
		}
		if crosses {
			title := open.cutTitle(row[0])
			endOpen()
			whole = append(append(whole, title...), row...)
		} else {
			for i, p := range row {
				if side(row, i) == left {
					open.left = append(open.left, p)
				} else {
					open.right = append(open.right, p)
				}
			}
		}
		start = end
	}
	endOpen()
	endWhole()
	return bands, score
}

// cutTitle takes from the end of the left column the title of what comes below
// the columns, if there is one, and what is under it already: larger than the
// line after it, or nearer to it than to the column.
func (b *band) cutTitle(below piece) []piece {
	if len(b.right) == 0 {
		return nil
	}
	end := len(b.left)
	cut, next := end, below
	for n := end - 1; n > 0; n-- {
		p, above := b.left[n], b.left[n-1]
		if p.row <= b.right[len(b.right)-1].row || p.row == above.row {
			break
		}
		if p.size >= 1.1*next.size {
			cut = n
			break
		}
		if n == end-1 && next.y-p.y <= 0.75*(p.y-above.y) {
			cut = n
		}
		next = p
	}
	title := b.left[cut:]
	b.left = b.left[:cut]
	return title
}

func byRow(a, b piece) int {
	if a.row != b.row {
		return cmp.Compare(a.row, b.row)
	}
	return cmp.Compare(a.x0, b.x0)
}

// areColumns reports whether left and right are read one after the other. They
// are not when one of them is a margin: dates, or titles of sections, beside
// the text they belong to.
func areColumns(left, right []piece, em float64) bool {
	if rows(left) < minRows || rows(right) < minRows {
		return false
	}
	top := max(left[0].y, right[0].y)
	bottom := min(left[len(left)-1].y, right[len(right)-1].y)
	shorter := min(left[len(left)-1].y-left[0].y, right[len(right)-1].y-right[0].y)
	if bottom-top < 0.4*shorter {
		return false // one above the other
	}
	return letters(left) >= 3*len(left) && letters(right) >= 3*len(right) &&
		!isMargin(left, right, em) && !isMargin(right, left, em) && !areValues(left, right)
}

// areValues reports whether right is cells of a table, each on the line of what
// it says something of: « courant », « notions », « courant ». Lists do not say
// the same twice.
func areValues(left, right []piece) bool {
	named, seen := map[int]bool{}, map[string]bool{}
	for _, p := range left {
		named[p.row] = true
	}
	again := false
	for _, p := range right {
		if !named[p.row] {
			return false
		}
		text := p.text()
		again = again || seen[text]
		seen[text] = true
	}
	return again
}

// isMargin reports whether side stands in the margin of text: little blocks,
// nearly each beginning on a line of text.
func isMargin(side, text []piece, em float64) bool {
	lines := map[int]bool{}
	for _, p := range text {
		lines[p.row] = true
	}
	blocks, beside, dates, datesBeside, colons := 0, 0, 0, 0, 0
	for i, p := range side {
		if i == 0 || p.y-side[i-1].y > 1.9*em {
			blocks++
			if lines[p.row] {
				beside++
			}
		}
		s := p.text()
		if isPeriod(s) {
			dates++
			if lines[p.row] {
				datesBeside++
			}
		}
		if s[len(s)-1] == ':' {
			colons++
		}
	}
	n := len(side)
	switch {
	case 2*dates >= n:
		return 10*datesBeside >= 6*dates
	case 2*colons >= n:
		return 10*beside >= 8*blocks
	}
	within := 0
	for i, p := range text {
		if p.y >= side[0].y-em && p.y <= side[n-1].y+em && (i == 0 || p.row != text[i-1].row) {
			within++
		}
	}
	return 10*beside >= 9*blocks && n <= 2*blocks && 2*n <= within
}

func rows(pieces []piece) int {
	n := 0
	for i, p := range pieces {
		if i == 0 || p.row != pieces[i-1].row {
			n++
		}
	}
	return n
}
