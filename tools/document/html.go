package document

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readHTML reads a saved page by its tags alone: no style is applied, nothing
// is fetched or run. What a browser would not show by the tags themselves is
// left out, or a page could say to us what its owner does not see.
func (r *Reader) readHTML(ctx context.Context, data []byte) ([]string, error) {
	z := html.NewTokenizer(strings.NewReader(decodeText(data)))
	z.SetMaxBuf(1 << 20)
	p := &page{flow: newFlow(r.opt.MaxText)}
	for tokens := 0; ; tokens++ {
		if tokens%1024 == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		var err error
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				return nil, refuse(Malformed, z.Err(), formats[kindHTML])
			}
			return []string{p.flow.String()}, nil
		case html.TextToken:
			err = p.text(string(z.Text()))
		case html.StartTagToken:
			err = p.begin(z, false)
		case html.SelfClosingTagToken:
			err = p.begin(z, true)
		case html.EndTagToken:
			name, _ := z.TagName()
			err = p.end(atom.Lookup(name))
		}
		if err != nil {
			return nil, err
		}
	}
}

// page writes the tags of a page into a flow.
type page struct {
	flow   *flow
	out    atom.Atom   // the element being left out, 0 for none
	inside int         // elements of its name within it
	open   []atom.Atom // tables and cells around
	pre    int
	spaced bool // the paragraph is empty or ends in a space
}

// unseen are elements whose content no browser shows as text. Their tags nest,
// for void elements are not among them.
var unseen = map[atom.Atom]bool{
	atom.Head: true, atom.Script: true, atom.Style: true, atom.Template: true, atom.Noscript: true, atom.Svg: true, atom.Object: true, atom.Iframe: true,
	atom.Select: true, atom.Textarea: true, atom.Canvas: true, atom.Audio: true, atom.Video: true, atom.Dialog: true,
}

// blocks begin and end a paragraph.
var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true, atom.Li: true, atom.Ul: true,
	atom.Ol: true, atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Section: true, atom.Article: true, atom.Header: true, atom.Footer: true,
	atom.Main: true, atom.Aside: true, atom.Nav: true, atom.Address: true, atom.Blockquote: true, atom.Pre: true, atom.Hr: true, atom.Table: true,
	atom.Form: true, atom.Figure: true, atom.Figcaption: true, atom.Body: true, atom.Caption: true, atom.Fieldset: true, atom.Legend: true,
}

var voids = map[atom.Atom]bool{
	atom.Br: true, atom.Hr: true, atom.Img: true, atom.Input: true, atom.Meta: true, atom.Link: true, atom.Col: true, atom.Area: true, atom.Base: true,
	atom.Embed: true, atom.Source: true, atom.Track: true, atom.Wbr: true,
}

func (p *page) begin(z *html.Tokenizer, closed bool) error {
	name, more := z.TagName()
	tag := atom.Lookup(name)
	if p.out == atom.Head && tag == atom.Body || p.out == atom.P && blocks[tag] {
		p.out = 0 // their end may go unwritten
	}
	if p.out != 0 {
		if tag == p.out && !closed {
			p.inside++
		}
		return nil
	}
	if hidden := more && hides(z); (unseen[tag] || hidden) && !closed && !voids[tag] && tag != 0 {
		p.out = tag
		return nil
	}
	switch tag {
	case atom.Br:
		p.spaced = true
		return p.flow.write("\n")
	case atom.Td, atom.Th:
		p.endCell() // its end may go unwritten
		p.open = append(p.open, atom.Td)
		p.flow.open()
		p.spaced = true
	case atom.Tr:
		p.endCell()
		p.flow.endRow()
	case atom.Pre:
		p.pre++
	}
	if blocks[tag] {
		p.paragraph()
	}
	if tag == atom.Table {
		if len(p.open) >= maxDepth {
			return refuse(Bomb, errors.New("html: tables too deep"))
		}
		p.open = append(p.open, atom.Table)
	}
	if tag == atom.Li {
		p.flow.bullet()
	}
	return nil
}

// hides reports whether a tag's own attributes hide it.
func hides(z *html.Tokenizer) bool {
	hidden := false
	for {
		key, value, more := z.TagAttr()
		switch string(key) {
		case "hidden":
			hidden = true
		case "style":
			style := bytes.ReplaceAll(bytes.ToLower(value), []byte(" "), nil)
			hidden = hidden || bytes.Contains(style, []byte("display:none")) || bytes.Contains(style, []byte("visibility:hidden")) ||
				bytes.Contains(style, []byte("font-size:0"))
		}
		if !more {
			return hidden
		}
	}
}

func (p *page) end(tag atom.Atom) error {
	if p.out != 0 {
		if tag == p.out {
			if p.inside == 0 {
				p.out = 0
			} else {
				p.inside--
			}
		}
		return nil
	}
	switch tag {
	case atom.Td, atom.Th:
		p.endCell()
	case atom.Tr:
		p.endCell()
		p.flow.endRow()
	case atom.Table:
		p.endCell()
		p.flow.endRow()
		if n := len(p.open); n > 0 {
			p.open = p.open[:n-1]
		}
	case atom.Pre:
		p.pre = max(0, p.pre-1)
	}
	if blocks[tag] {
		p.paragraph()
		if tag == atom.Table || tag == atom.Section || tag == atom.Ul {
			p.flow.blank()
		}
	}
	return nil
}

// endCell ends the cell that text is in, if it is in one.
func (p *page) endCell() {
	if n := len(p.open); n > 0 && p.open[n-1] == atom.Td {
		p.open = p.open[:n-1]
		p.flow.closeCell()
		p.spaced = true
	}
}

// paragraph ends the one being written, if there is anything in it.
func (p *page) paragraph() {
	if a := p.flow.top(); strings.TrimSpace(a.line.String()) != "" {
		p.flow.endParagraph()
	} else {
		a.line.Reset()
		a.bullet = false
	}
	p.spaced = true
}

// text folds white space as browsers do.
func (p *page) text(s string) error {
	if p.out != 0 {
		return nil
	}
	if p.pre > 0 {
		return p.flow.write(s)
	}
	var b strings.Builder
	for _, r := range s {
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' {
			if !p.spaced {
				b.WriteByte(' ')
			}
			p.spaced = true
			continue
		}
		b.WriteRune(r)
		p.spaced = false
	}
	if b.Len() == 0 {
		return nil
	}
	return p.flow.write(b.String())
}
