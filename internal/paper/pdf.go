// Package paper makes PDFs whose text is known, for tests and for tandem bench:
// pages drawn line by line ([Sheet]), and whole CVs set in one column or two
// ([Set]). It writes what it is told: nothing is read from files, no font is
// embedded, and the same input gives the same bytes.
package paper

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"crypto/md5"
	"crypto/rc4"
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// Sheet is a page of A4 being drawn, in points from its bottom left.
type Sheet struct{ ops strings.Builder }

// The fonts there are.
const (
	Regular = "F1" // Helvetica
	Bold    = "F2" // Helvetica-Bold
)

// At writes s with its baseline starting at (x, y).
func (s *Sheet) At(x, y float64, font string, size float64, text string) {
	fmt.Fprintf(&s.ops, "BT /%s %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET\n", font, size, x, y, WinAnsi(text))
}

// Lines writes one line under the other from (x, y) and returns the y of the
// line after the last.
func (s *Sheet) Lines(x, y float64, font string, size, pitch float64, lines ...string) float64 {
	for _, line := range lines {
		if line != "" {
			s.At(x, y, font, size, line)
		}
		y -= pitch
	}
	return y
}

// Raw adds PDF operators as they are.
func (s *Sheet) Raw(format string, args ...any) { fmt.Fprintf(&s.ops, format+"\n", args...) }

// WinAnsi is text as the string of an operator, without its brackets. It panics
// on letters that the fonts lack; [Plain] has none.
func WinAnsi(text string) string {
	b, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		panic(fmt.Sprintf("%q is not WinAnsi: %v", text, err))
	}
	return strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(b)
}

// File is a PDF to be written.
type File struct {
	Pages    []*Sheet
	Repeat   int    // each page this many times, sharing one content stream
	Password string // encrypts with the 40-bit standard security handler
	Image    bool   // /Im1 is there to be drawn
	Encoding string // of the regular font, WinAnsi if empty
}

// PDF is the file, in PDF 1.4.
func (f File) PDF() []byte {
	type object struct {
		dict   string
		stream []byte
	}
	var objects []object
	add := func(dict string, stream []byte) int {
		objects = append(objects, object{dict, stream})
		return len(objects)
	}
	add("<< /Type /Catalog /Pages 2 0 R >>", nil)
	add("", nil) // the page tree, once the pages are known
	add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding "+cmp.Or(f.Encoding, "/WinAnsiEncoding")+" >>", nil)
	add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>", nil)
	resources := "/Font << /F1 3 0 R /F2 4 0 R >>"
	if f.Image {
		n := add("<< /Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8", bytes.Repeat([]byte{0xff, 0x40}, 32))
		resources += fmt.Sprintf(" /XObject << /Im1 %d 0 R >>", n)
	}
	var kids []string
	for _, page := range f.Pages {
		var packed bytes.Buffer
		w := zlib.NewWriter(&packed)
		w.Write([]byte(page.ops.String()))
		w.Close()
		content := add("<< /Filter /FlateDecode", packed.Bytes())
		for range max(1, f.Repeat) {
			kids = append(kids, fmt.Sprintf("%d 0 R", add(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << %s >> /Contents %d 0 R >>", resources, content), nil)))
		}
	}
	objects[1].dict = fmt.Sprintf("<< /Type /Pages /Count %d /Kids [%s] >>", len(kids), strings.Join(kids, " "))

	id := md5.Sum([]byte("tandem"))
	var key []byte
	trailer := ""
	if f.Password != "" {
		var dict string
		dict, key = standardSecurity(f.Password, id[:])
		n := add(dict, nil)
		trailer = fmt.Sprintf(" /Encrypt %d 0 R /ID [<%x><%x>]", n, id, id)
	}

	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s", i+1, o.dict)
		if o.stream != nil {
			stream := o.stream
			if key != nil {
				stream = objectCipher(key, i+1, stream)
			}
			fmt.Fprintf(&out, " /Length %d >>\nstream\n%s\nendstream", len(stream), stream)
		}
		out.WriteString("\nendobj\n")
	}
	xref := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, xref)
	return out.Bytes()
}

// standardSecurity is the standard security handler, revision 2 (PDF 1.7,
// 7.6.3): the dictionary and the file key, for one password of user and owner.
func standardSecurity(password string, id []byte) (dict string, key []byte) {
	pad := []byte("\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A")
	padded := append([]byte(password), pad...)[:32]
	ownerKey := md5.Sum(padded)
	owner := rc4ed(ownerKey[:5], padded)
	const permissions = -4
	h := md5.New()
	h.Write(padded)
	h.Write(owner)
	binary.Write(h, binary.LittleEndian, int32(permissions))
	h.Write(id)
	key = h.Sum(nil)[:5]
	user := rc4ed(key, pad)
	return fmt.Sprintf("<< /Filter /Standard /V 1 /R 2 /P %d /O <%x> /U <%x> >>", permissions, owner, user), key
}

func objectCipher(key []byte, number int, data []byte) []byte {
	sum := md5.Sum(append(append([]byte{}, key...), byte(number), byte(number>>8), byte(number>>16), 0, 0))
	return rc4ed(sum[:len(key)+5], data)
}

func rc4ed(key, data []byte) []byte {
	c, err := rc4.NewCipher(key)
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(data))
	c.XORKeyStream(out, data)
	return out
}
