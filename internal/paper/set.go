package paper

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Layout is how [Set] arranges a CV.
type Layout int

const (
	OneColumn Layout = iota
	SidebarLeft
	SidebarRight
)

// Plain is text in the letters that the fonts have.
func Plain(text string) string {
	return strings.Map(func(r rune) rune {
		if _, ok := charmap.Windows1252.EncodeRune(r); ok {
			return r
		}
		return '•'
	}, text)
}

const (
	top, bottom = 800.0, 50.0
	left, right = 45.0, 550.0
	gutter      = 22.0
)

// Set sets a CV on pages, and says how they read: the same words, in another
// order if there are columns. Of two columns the narrow one gets the parts with
// the shortest lines, about a third of the text, and what the CV begins with
// stands over both. A CV of too few lines for two columns gets one.
func Set(text string, layout Layout) (pages []*Sheet, reads string) {
	text = strings.TrimSpace(Plain(text))
	parts := strings.Split(text, "\n\n")
	if layout == OneColumn {
		whole := column{x: left, width: right - left, pitch: 14}
		whole.set(top, 0, parts)
		return draw(whole.rows), text
	}
	if len(parts) < 8 {
		parts = strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
	}
	side, main := share(parts[1:])
	if len(side) < 3 || len(main) < 3 {
		return Set(text, OneColumn)
	}
	head := column{x: left, width: right - left, pitch: 15}
	y, page := head.set(top, 0, parts[:1])
	narrow := column{x: left, width: 165, pitch: 13}
	wide := column{x: left + narrow.width + gutter, width: right - left - narrow.width - gutter, pitch: 14}
	if layout == SidebarRight { // and its lines level with those beside them
		wide.x, narrow.x = left, right-narrow.width
		narrow.pitch = wide.pitch
	}
	narrow.set(y-9, page, side)
	wide.set(y-9, page, main)
	columns := []column{head, narrow, wide}
	if layout == SidebarRight {
		columns = []column{head, wide, narrow}
	}
	var all []row
	for p := range 1 + max(narrow.page(), wide.page()) {
		for _, c := range columns {
			for _, r := range c.rows {
				if r.page == p {
					all = append(all, r)
					reads += r.text + "\n"
				}
			}
		}
	}
	// Drawn across the columns, as many producers do: the order of the file is no help.
	slices.SortStableFunc(all, func(a, b row) int { return cmp.Or(cmp.Compare(a.page, b.page), cmp.Compare(b.y, a.y)) })
	return draw(all), reads
}

// share parts what goes into a narrow and a wide column, each in the order of
// the text.
func share(parts []string) (narrow, wide []string) {
	order := slices.Clone(parts)
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(longest(a), longest(b)) })
	all, taken := 0, 0
	for _, part := range parts {
		all += len(part)
	}
	for taken < all/3 && len(order) > 0 {
		taken += len(order[0])
		order = order[1:]
	}
	for _, part := range parts {
		if i := slices.Index(order, part); i >= 0 {
			order = slices.Delete(order, i, i+1)
			wide = append(wide, part)
		} else {
			narrow = append(narrow, part)
		}
	}
	return narrow, wide
}

// longest is the letters of the longest line.
func longest(block string) (n int) {
	for line := range strings.Lines(block) {
		n = max(n, utf8.RuneCountInString(line))
	}
	return n
}

// row is a line of a page.
type row struct {
	page int
	x, y float64
	font string
	text string
}

func draw(rows []row) []*Sheet {
	pages := []*Sheet{{}}
	for _, r := range rows {
		for len(pages) <= r.page {
			pages = append(pages, &Sheet{})
		}
		pages[r.page].At(r.x, r.y, r.font, size, r.text)
	}
	return pages
}

const size = 10.0

// column is a column being filled, over as many pages as it takes.
type column struct {
	x, width, pitch float64
	rows            []row
}

func (c *column) page() int {
	if len(c.rows) == 0 {
		return 0
	}
	return c.rows[len(c.rows)-1].page
}

// set writes blocks from y of a page, with the first line of each in bold, and
// returns where it ended.
func (c *column) set(y float64, page int, blocks []string) (float64, int) {
	for i, block := range blocks {
		if i > 0 {
			y -= c.pitch / 2
		}
		font := Bold
		for line := range strings.Lines(block) {
			for _, text := range c.wrap(line) {
				if y < bottom {
					y, page = top, page+1
				}
				c.rows = append(c.rows, row{page, c.x, y, font, text})
				y -= c.pitch
			}
			font = Regular
		}
	}
	return y, page
}

// wrap cuts a line where the column has no more room.
func (c *column) wrap(line string) (out []string) {
	row := ""
	for _, w := range strings.Fields(line) {
		if row != "" && width(row+" "+w) > c.width {
			out = append(out, row)
			row = ""
		}
		row = strings.TrimSpace(row + " " + w)
	}
	if row != "" {
		out = append(out, row)
	}
	return out
}

// width is about that of text in bold, in points.
func width(text string) (w float64) {
	for _, r := range text {
		switch {
		case strings.ContainsRune("iîïjltfrI.,:;'’!|()/- ", r):
			w += 0.34
		case strings.ContainsRune("mwMW@—…œæ", r):
			w += 0.95
		case r >= 'A' && r <= 'Z' || r >= 'À' && r <= 'Þ':
			w += 0.74
		default:
			w += 0.58
		}
	}
	return w * size
}
