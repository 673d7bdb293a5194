package document

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"tandem/internal/fault"
)

// fuzzRead fails unless data gives a clean document or a refusal.
func fuzzRead(t *testing.T, r *Reader, data []byte) {
	doc, err := r.Read(t.Context(), "cv", data)
	if err == nil {
		check(t, doc)
		return
	}
	var f *fault.Error
	var reason Reason
	if !errors.As(err, &f) || !errors.As(err, &reason) {
		t.Errorf("%v is no refusal", err)
	}
	if strings.Contains(err.Error(), "panic:") {
		t.Error(err)
	}
}

func FuzzDOCX(f *testing.F) {
	f.Add(docxBody("Maçon\n• Murs"))
	f.Add(`<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>`)
	f.Add(`<w:txbxContent><w:p><w:r><w:vanish/><w:t>a</w:t></w:r></w:p></w:txbxContent><mc:AlternateContent><mc:Choice/><mc:Fallback/></mc:AlternateContent>`)
	r := newReader(f, Options{})
	f.Fuzz(func(t *testing.T, body string) { fuzzRead(t, r, makeDOCX(body)) })
}

func FuzzODT(f *testing.F) {
	f.Add(odtBody("Maçon\n• Murs"))
	f.Add(`<table:table><table:table-row><table:table-cell><draw:text-box><text:p>a<text:s text:c="9"/></text:p></draw:text-box></table:table-cell></table:table-row></table:table>`)
	f.Add(`<office:text><text:list-item/></office:text>`)
	r := newReader(f, Options{})
	f.Fuzz(func(t *testing.T, body string) { fuzzRead(t, r, makeODT(body)) })
}

func FuzzRTF(f *testing.F) {
	for _, c := range rtfCases {
		f.Add(c.in)
	}
	f.Add(`\trowd\intbl a\cell{\shp{\*\shpinst{\shptxt b\cell}}}\row\u-10179?\u-8694?\bin99999999 x`)
	r := newReader(f, Options{})
	f.Fuzz(func(t *testing.T, body string) { fuzzRead(t, r, []byte(`{\rtf1`+body+"}")) })
}

func FuzzHTML(f *testing.F) {
	for _, c := range htmlCases {
		f.Add(c.in)
	}
	r := newReader(f, Options{})
	f.Fuzz(func(t *testing.T, body string) { fuzzRead(t, r, []byte("<html>"+body)) })
}

// FuzzRead is any file at all: text in any encoding, archives, PDFs.
func FuzzRead(f *testing.F) {
	for name := range fixtures {
		data, err := os.ReadFile(fixtureFolder + "/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("\xff\xfea\x00b\x00"))
	f.Add([]byte("caf\xe9 c\x9cur"))
	f.Add(simplePDF("Maçon"))
	r := newReader(f, Options{})
	f.Fuzz(func(t *testing.T, data []byte) { fuzzRead(t, r, data) })
}

// Each byte of a good PDF wrong, one after the other: pdfium meets more kinds
// of damage than we could list.
func TestDamagedPDF(t *testing.T) {
	r := newReader(t, Options{})
	good := simplePDF("Peintre en bâtiment", "Ravalement de façades")
	step := 7
	if testing.Short() {
		step = 97
	}
	for i := 0; i < len(good); i += step {
		bad := append([]byte{}, good...)
		bad[i] ^= 0x55
		fuzzRead(t, r, bad)
		fuzzRead(t, r, good[:i])
	}
	wantText(t, mustRead(t, r, good).Text, "Peintre en bâtiment\nRavalement de façades")
}

// FuzzCompose: whatever the page looks like, each word on it is read once.
func FuzzCompose(f *testing.F) {
	f.Add([]byte("\x10\x10\x20\x0a\x30\x10\x20\x0a\x10\x20\x20\x0a\x30\x20\x20\x0a\x10\x30\x20\x0a\x30\x30\x20\x0a\x10\x40\x20\x0a\x30\x40\x20\x0a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var words []word
		for i := 0; i+4 <= len(data) && i < 4*2000; i += 4 {
			x := 3 * float64(data[i])
			w := word{text: fmt.Sprintf("M%dm", i), x0: x, x1: x + float64(data[i+2]), y: 3 * float64(data[i+1]), size: 1 + float64(data[i+3]&31)}
			w.inner = float64(data[i+3]>>5) * w.size
			words = append(words, w)
		}
		text := compose(slices.Clone(words))
		for _, w := range words {
			if n := strings.Count(text, w.text); n != 1 {
				t.Errorf("%s is there %d times in\n%s", w.text, n, text)
			}
		}
	})
}
