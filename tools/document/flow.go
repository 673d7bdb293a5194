package document

import (
	"strings"
)

// flow builds text from paragraphs, lists, tables and text boxes, however they
// are nested. It knows no format: DOCX and ODT call it as their elements come.
//
// A text box floats: its text comes after the paragraph it hangs on, never in
// the middle of a sentence. A table row whose cells hold one line each becomes
// one line, separated by tabs; rows with longer cells are layout, and the
// cells come one after the other.
type flow struct {
	areas []*area // the innermost last; the first is the body
	text  int     // bytes so far
	most  int     // bytes allowed
}

// area is a body, a cell or a text box.
type area struct {
	paras  []string
	line   strings.Builder // the paragraph being written
	bullet bool            // that paragraph is an item of a list
	boxes  []string        // text boxes that hang on it
	cells  []string        // of the table row being written
}

func newFlow(most int) *flow { return &flow{areas: []*area{{}}, most: most} }

func (f *flow) top() *area { return f.areas[len(f.areas)-1] }

// write adds to the paragraph. It fails when there is more text than allowed.
func (f *flow) write(s string) error {
	if f.text += len(s); f.text > f.most {
		return refuse(TooLong, nil, f.most/1000)
	}
	f.top().line.WriteString(s)
	return nil
}

func (f *flow) bullet() { f.top().bullet = true }

func (f *flow) endParagraph() {
	a := f.top()
	line := a.line.String()
	if a.bullet && strings.TrimSpace(line) != "" {
		line = "• " + line
	}
	a.paras = append(append(a.paras, line), a.boxes...)
	a.line.Reset()
	a.bullet, a.boxes = false, nil
}

// open begins a cell or a text box; one of closeCell and closeBox ends it.
func (f *flow) open() { f.areas = append(f.areas, &area{}) }

func (f *flow) pop() string {
	a := f.top()
	if a.line.Len() > 0 || len(a.boxes) > 0 {
		f.endParagraph()
	}
	if len(f.areas) > 1 {
		f.areas = f.areas[:len(f.areas)-1]
	}
	return strings.Trim(strings.Join(a.paras, "\n"), "\n ")
}

func (f *flow) closeCell() {
	text := f.pop()
	f.top().cells = append(f.top().cells, text)
}

func (f *flow) closeBox() {
	if text := f.pop(); text != "" {
		f.top().boxes = append(f.top().boxes, "\n"+text+"\n")
	}
}

func (f *flow) endRow() {
	a := f.top()
	separator := "\t"
	filled := a.cells[:0]
	for _, cell := range a.cells {
		if strings.TrimSpace(cell) == "" {
			continue
		}
		if filled = append(filled, cell); strings.Contains(cell, "\n") {
			separator = "\n\n"
		}
	}
	if len(filled) > 0 {
		a.paras = append(a.paras, strings.Join(filled, separator))
	}
	a.cells = nil
}

// blank separates what follows from what came before.
func (f *flow) blank() { f.top().paras = append(f.top().paras, "") }

func (f *flow) String() string {
	for len(f.areas) > 1 {
		f.closeBox()
	}
	return f.pop()
}
