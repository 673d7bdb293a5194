package document

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"tandem/internal/fault"
)

const (
	maxParts = 4000 // files in a DOCX or ODT; real ones have some dozens
	maxDepth = 200  // elements in elements; real ones stay under 60
	maxRatio = 300  // expansion of one part over a megabyte; repetitive tables reach 60
)

// parts are the files of a DOCX or ODT. What is read of them is counted, so
// that declared sizes may lie as they please.
type parts struct {
	kind   string
	byName map[string]*zip.File
	left   int64 // bytes that may still be expanded
	bomb   error // once a part expanded too far
}

func openParts(kind string, data []byte, expanded int) (*parts, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // no path is ever used
		return nil, refuse(Malformed, err, formats[kind])
	}
	if len(z.File) > maxParts {
		return nil, refuse(Bomb, fmt.Errorf("%d parts", len(z.File)))
	}
	p := &parts{kind: kind, byName: make(map[string]*zip.File, len(z.File)), left: int64(expanded)}
	for _, f := range z.File {
		if _, twice := p.byName[f.Name]; !twice {
			p.byName[f.Name] = f
		}
	}
	return p, nil
}

// open is the part called name, nil if there is none.
func (p *parts) open(name string) (io.ReadCloser, error) {
	f := p.byName[strings.TrimPrefix(name, "/")]
	if f == nil {
		return nil, nil
	}
	if f.Flags&1 != 0 {
		return nil, refuse(Encrypted, nil)
	}
	r, err := f.Open()
	if err != nil {
		return nil, refuse(Malformed, err, formats[p.kind])
	}
	return &part{ReadCloser: r, parts: p, most: max(1<<20, int64(f.CompressedSize64)*maxRatio)}, nil
}

type part struct {
	io.ReadCloser
	parts *parts
	most  int64 // bytes this part may expand to
}

func (r *part) Read(b []byte) (int, error) {
	n, err := r.ReadCloser.Read(b)
	r.parts.left -= int64(n)
	r.most -= int64(n)
	if r.parts.left < 0 || r.most < 0 {
		r.parts.bomb = refuse(Bomb, errors.New("expands too far"))
		return 0, r.parts.bomb
	}
	return n, err
}

// visitor is told of the elements of a part by prefixed name, "w:p", whatever
// prefixes the file itself uses.
type visitor interface {
	begin(name string, e xml.StartElement) (skip bool) // skip leaves out the element and all that is in it
	end(name string) error
	chars(text []byte) error
}

// walk reads the part called name; a part that is not there is none to read.
func (p *parts) walk(ctx context.Context, name string, v visitor) (found bool, err error) {
	r, err := p.open(name)
	if r == nil || err != nil {
		return false, err
	}
	defer r.Close()
	broken := func(err error) error {
		if p.bomb != nil { // the decoder may have taken the end for broken XML
			return p.bomb
		}
		var f *fault.Error
		if errors.As(err, &f) {
			return f
		}
		return refuse(Malformed, fmt.Errorf("%s: %w", name, err), formats[p.kind])
	}
	d := xml.NewDecoder(r)
	depth, skipped := 0, 0
	for tokens := 0; ; tokens++ {
		if tokens%1024 == 0 && ctx.Err() != nil {
			return true, context.Cause(ctx)
		}
		token, err := d.Token()
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return true, broken(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return true, refuse(Bomb, fmt.Errorf("%s: over %d levels", name, maxDepth))
			}
			if skipped > 0 || v.begin(prefixed(t.Name), t) {
				skipped++
			}
		case xml.EndElement:
			depth--
			if skipped > 0 {
				skipped--
			} else if err := v.end(prefixed(t.Name)); err != nil {
				return true, broken(err)
			}
		case xml.CharData:
			if skipped == 0 {
				if err := v.chars(t); err != nil {
					return true, broken(err)
				}
			}
		}
	}
}

// prefixed is the usual short name of an element or attribute. Office writes
// two families of namespaces, transitional and strict.
func prefixed(n xml.Name) string {
	switch space := n.Space; {
	case strings.Contains(space, "wordprocessingml/"):
		return "w:" + n.Local
	case strings.Contains(space, "markup-compatibility"):
		return "mc:" + n.Local
	case strings.HasPrefix(space, "urn:oasis:names:tc:opendocument:xmlns:"):
		space = strings.TrimPrefix(space, "urn:oasis:names:tc:opendocument:xmlns:")
		space, _, _ = strings.Cut(space, ":")
		return space + ":" + n.Local
	case space == "":
		return n.Local
	}
	return "?:" + n.Local
}

// attr is the value of the attribute with that prefixed name.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if prefixed(a.Name) == name {
			return a.Value
		}
	}
	return ""
}
