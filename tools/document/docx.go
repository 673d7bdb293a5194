package document

import (
	"context"
	"encoding/xml"
	"path"
	"slices"
	"strconv"
	"strings"
)

// readDOCX reads headers, body and footers, each header and footer once: first
// page, even and odd pages usually repeat the same.
func (r *Reader) readDOCX(ctx context.Context, data []byte) ([]string, error) {
	p, err := openParts(kindDOCX, data, r.opt.MaxExpanded)
	if err != nil {
		return nil, err
	}
	root := relations{}
	if _, err := p.walk(ctx, "_rels/.rels", &root); err != nil {
		return nil, err
	}
	main := "word/document.xml" // some producers call it document2.xml
	if found := root.of("officeDocument"); len(found) > 0 {
		main = strings.TrimPrefix(found[0], "/")
	}
	around := relations{}
	if _, err := p.walk(ctx, path.Join(path.Dir(main), "_rels", path.Base(main)+".rels"), &around); err != nil {
		return nil, err
	}
	in := func(target string) string {
		if strings.HasPrefix(target, "/") {
			return target[1:]
		}
		return path.Join(path.Dir(main), target)
	}

	left := r.opt.MaxText
	var texts []string
	read := func(name string) (bool, error) {
		w := &wordXML{flow: newFlow(left)}
		found, err := p.walk(ctx, name, w)
		if err != nil {
			return found, err
		}
		left -= w.flow.text
		if text := w.flow.String(); text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
		return found, nil
	}
	for _, header := range around.of("header") {
		if _, err := read(in(header)); err != nil {
			return nil, err
		}
	}
	if found, err := read(main); err != nil {
		return nil, err
	} else if !found {
		return nil, refuse(Malformed, nil, formats[kindDOCX])
	}
	for _, footer := range around.of("footer") {
		if _, err := read(in(footer)); err != nil {
			return nil, err
		}
	}
	return []string{strings.Join(texts, "\n\n")}, nil
}

// relations are the targets of a .rels part by the last word of their type.
type relations []struct{ kind, target string }

func (r relations) of(kind string) []string {
	var targets []string
	for _, rel := range r {
		if rel.kind == kind && !slices.Contains(targets, rel.target) {
			targets = append(targets, rel.target)
		}
	}
	return targets
}

func (r *relations) begin(_ string, e xml.StartElement) bool {
	if e.Name.Local == "Relationship" && attr(e, "TargetMode") != "External" && len(*r) < maxParts {
		*r = append(*r, struct{ kind, target string }{path.Base(attr(e, "Type")), attr(e, "Target")})
	}
	return false
}
func (*relations) end(string) error   { return nil }
func (*relations) chars([]byte) error { return nil }

// wordXML writes the elements of WordprocessingML into a flow.
type wordXML struct {
	flow   *flow
	inText bool  // within w:t
	hidden bool  // within a run that Word does not show
	marks  []int // for each mc:AlternateContent around: the bytes of text before it
	err    error // of a begin, told by the next end
}

func (w *wordXML) put(s string) {
	if !w.hidden && w.err == nil {
		w.err = w.flow.write(s)
	}
}

func (w *wordXML) begin(name string, e xml.StartElement) (skip bool) {
	switch name {
	case "w:t":
		w.inText = true
	case "w:tab", "w:ptab":
		w.put("\t")
	case "w:br", "w:cr":
		w.put("\n")
	case "w:noBreakHyphen":
		w.put("-")
	case "w:sym":
		if code, err := strconv.ParseUint(attr(e, "w:char"), 16, 16); err == nil {
			w.put(string(rune(code)))
		}
	case "w:r":
		w.hidden = false
	case "w:vanish":
		// What the reader of the page cannot see is no evidence, and may be
		// addressed to the machine.
		w.hidden = w.hidden || isOn(attr(e, "w:val"))
	case "w:numPr":
		w.flow.bullet()
	case "w:numId":
		if attr(e, "w:val") == "0" { // takes the paragraph out of its style's list
			w.flow.top().bullet = false
		}
	case "w:pStyle":
		if style := strings.ToLower(attr(e, "w:val")); strings.HasPrefix(style, "listbullet") || strings.HasPrefix(style, "listepuces") {
			w.flow.bullet()
		}
	case "w:tabs", "w:del", "w:moveFrom", "w:delText", "w:instrText", "w:rPrChange", "w:pPrChange":
		// tab stops; deleted text; codes of fields; formatting of before
		return true
	case "w:tc", "w:txbxContent":
		w.flow.open()
	case "mc:AlternateContent":
		w.marks = append(w.marks, w.flow.text)
	case "mc:Choice", "mc:Fallback":
		// Alternatives hold the same text twice, as a shape and as VML.
		return len(w.marks) > 0 && w.flow.text > w.marks[len(w.marks)-1]
	}
	return false
}

func (w *wordXML) end(name string) error {
	switch name {
	case "w:t":
		w.inText = false
	case "w:r":
		w.hidden = false
	case "w:p":
		w.flow.endParagraph()
	case "w:tc":
		w.flow.closeCell()
	case "w:tr":
		w.flow.endRow()
	case "w:tbl":
		w.flow.blank()
	case "w:txbxContent":
		w.flow.closeBox()
	case "mc:AlternateContent":
		w.marks = w.marks[:len(w.marks)-1]
	}
	return w.err
}

func (w *wordXML) chars(text []byte) error {
	if w.inText {
		w.put(string(text))
	}
	return w.err
}

func isOn(value string) bool { return value != "0" && value != "false" && value != "off" }
