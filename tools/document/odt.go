package document

import (
	"context"
	"encoding/xml"
	"strconv"
	"strings"
)

// readODT reads the header of the pages, the text, the footer.
func (r *Reader) readODT(ctx context.Context, data []byte) ([]string, error) {
	p, err := openParts(kindODT, data, r.opt.MaxExpanded)
	if err != nil {
		return nil, err
	}
	manifest := &encryption{}
	if _, err := p.walk(ctx, "META-INF/manifest.xml", manifest); err != nil {
		return nil, err
	}
	if manifest.found {
		return nil, refuse(Encrypted, nil)
	}
	body := &odtXML{flow: newFlow(r.opt.MaxText), root: "office:text"}
	found, err := p.walk(ctx, "content.xml", body)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, refuse(Malformed, nil, formats[kindODT])
	}
	left := r.opt.MaxText - body.flow.text
	header := &odtXML{flow: newFlow(left), root: "style:header"}
	if _, err := p.walk(ctx, "styles.xml", header); err != nil {
		return nil, err
	}
	footer := &odtXML{flow: newFlow(left), root: "style:footer"}
	if _, err := p.walk(ctx, "styles.xml", footer); err != nil {
		return nil, err
	}
	return []string{header.flow.String() + "\n\n" + body.flow.String() + "\n\n" + footer.flow.String()}, nil
}

// encryption looks for encrypted parts in the manifest.
type encryption struct{ found bool }

func (m *encryption) begin(name string, _ xml.StartElement) bool {
	m.found = m.found || name == "manifest:encryption-data" || name == "manifest:encrypted-key"
	return false
}
func (*encryption) end(string) error   { return nil }
func (*encryption) chars([]byte) error { return nil }

// odtXML writes the elements of OpenDocument within root into a flow.
type odtXML struct {
	flow   *flow
	root   string // the element whose text is wanted
	inside bool   // within root
	paras  int    // paragraphs around: text elsewhere is white space
	items  []bool // for each list item around: its first paragraph is still to come
	err    error
}

func (o *odtXML) put(s string) {
	if o.err == nil {
		o.err = o.flow.write(s)
	}
}

func (o *odtXML) begin(name string, e xml.StartElement) (skip bool) {
	if name == o.root {
		o.inside = true
	}
	if !o.inside {
		return false
	}
	switch name {
	case "text:p", "text:h":
		o.paras++
		if n := len(o.items); n > 0 && o.items[n-1] {
			o.flow.bullet()
			o.items[n-1] = false
		}
	case "text:s":
		n, _ := strconv.Atoi(attr(e, "text:c"))
		o.put(strings.Repeat(" ", min(max(n, 1), 100)))
	case "text:tab":
		o.put("\t")
	case "text:line-break":
		o.put("\n")
	case "text:list-item":
		o.items = append(o.items, true)
	case "table:table-cell", "drawing:text-box":
		o.flow.open()
	case "text:tracked-changes", "office:annotation", "text:hidden-text", "text:hidden-paragraph", "text:note",
		"office:forms", "text:sequence-decls", "svg-compatible:title", "svg-compatible:desc", "text:ruby-text", "table:covered-table-cell":
		return true
	}
	return false
}

func (o *odtXML) end(name string) error {
	if !o.inside {
		return nil
	}
	switch name {
	case "text:p", "text:h":
		o.paras--
		o.flow.endParagraph()
	case "text:list-item":
		o.items = o.items[:len(o.items)-1]
	case "table:table-cell":
		o.flow.closeCell()
	case "table:table-row":
		o.flow.endRow()
	case "table:table":
		o.flow.blank()
	case "drawing:text-box":
		o.flow.closeBox()
	case o.root:
		o.inside = false
	}
	return o.err
}

// chars folds white space as OpenDocument says: real spaces are elements.
func (o *odtXML) chars(text []byte) error {
	if o.inside && o.paras > 0 {
		s := string(text)
		for _, c := range []string{"\r", "\n", "\t"} {
			s = strings.ReplaceAll(s, c, " ")
		}
		o.put(s)
	}
	return o.err
}
