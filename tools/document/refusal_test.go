package document

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/internal/fault"
	"tandem/internal/paper"
)

func simplePDF(lines ...string) []byte {
	s := &paper.Sheet{}
	s.Lines(50, 780, paper.Regular, 11, 14, lines...)
	return paper.File{Pages: []*paper.Sheet{s}}.PDF()
}

func TestRefusals(t *testing.T) {
	r := newReader(t, Options{})
	pdf := simplePDF("Peintre en bâtiment")
	same := strings.Repeat("mot ", 3<<20)
	deep := strings.Repeat("<w:p>", 5000) + strings.Repeat("</w:p>", 5000)
	outlines := &paper.Sheet{}
	for i := range 400 {
		outlines.Raw("%d 100 m %d 120 l %d 110 l f", i, i+3, i+6)
	}
	stamped := picturePage()
	stamped.At(50, 20, paper.Regular, 8, "Numérisé avec NumériScan")
	tests := []struct {
		name   string
		data   []byte
		reason Reason
		code   fault.Code
		says   string // part of the sentence people read
	}{
		{"nothing", nil, Empty, fault.Invalid, "aucun texte"},
		{"blanks", []byte(" \r\n\t"), Empty, fault.Invalid, "aucun texte"},
		{"no letter", []byte("1234 -- 5678"), Empty, fault.Invalid, "aucun texte"},
		{"50 MB", make([]byte, 50<<20), TooBig, fault.TooLarge, "pèse 50 Mo ; la limite est de 5 Mo"},
		{"encrypted PDF", fixtures["chiffre.pdf"](), Encrypted, fault.Invalid, "mot de passe"},
		{"scanned PDF", fixtures["image.pdf"](), ImageOnly, fault.Invalid, "ne contient que des images"},
		{"scanned PDF with a stamp", paper.File{Pages: []*paper.Sheet{stamped}, Image: true}.PDF(), ImageOnly, fault.Invalid, "collez le texte"},
		{"letters turned into outlines", paper.File{Pages: []*paper.Sheet{outlines}}.PDF(), ImageOnly, fault.Invalid, "ne contient que des images"},
		{"blank PDF", paper.File{Pages: []*paper.Sheet{{}}}.PDF(), Empty, fault.Invalid, "aucun texte"},
		{"PDF cut short", pdf[:len(pdf)/4], Malformed, fault.Invalid, "(PDF) est abîmé"},
		{"only the header of a PDF", []byte("%PDF-1.7\n"), Malformed, fault.Invalid, "abîmé"},
		{"PDF of noise", append([]byte("%PDF-1.7\n"), noise(4000)...), Malformed, fault.Invalid, "abîmé"},
		{"PDF of 31 pages", paper.File{Pages: []*paper.Sheet{{}}, Repeat: 31}.PDF(), TooManyPages, fault.TooLarge, "31 pages ; la limite est de 30"},
		{"PDF of 25,000 pages", paper.File{Pages: []*paper.Sheet{{}}, Repeat: 25_000}.PDF(), TooManyPages, fault.TooLarge, "25000 pages"},
		{"PDF with too much text", simplePDF(slices.Repeat([]string{strings.Repeat("mot ", 200)}, 510)...), TooLong, fault.TooLarge, "plus de 400 000 caractères"},
		{"PDF of letters without names", paper.File{Pages: []*paper.Sheet{garbledPage()}, Encoding: "<< /BaseEncoding /WinAnsiEncoding /Differences [97 " + strings.Repeat("/uniF8FE ", 26) + "] >>"}.PDF(), Garbled, fault.Invalid, "illisible"},
		{"text too long", []byte(strings.Repeat("mot ", 101_000)), TooLong, fault.TooLarge, "trop de texte"},
		{"photo", append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF"), noise(500)...), Unsupported, fault.Invalid, "une image"},
		{"capture", append([]byte("\x89PNG\r\n\x1a\n"), noise(500)...), Unsupported, fault.Invalid, "une image"},
		{"photo of a telephone", append([]byte("\x00\x00\x00\x18ftypheic"), noise(500)...), Unsupported, fault.Invalid, "une image"},
		{"old Word", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), noise(500)...), Unsupported, fault.Invalid, "(.doc)"},
		{"Word with a password", append(append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), noise(500)...), utf16le("EncryptedPackage")...), Encrypted, fault.Invalid, "mot de passe"},
		{"RTF cut short", []byte(`{\rtf1\ansi Bonjour {\b tout`), Malformed, fault.Invalid, "RTF"},
		{"RTF without text", []byte(`{\rtf1\ansi{\fonttbl{\f0 Arial;}}\pard\par}`), Empty, fault.Invalid, "aucun texte"},
		{"RTF too deep", []byte(`{\rtf1 ` + strings.Repeat("{", 1000) + "a" + strings.Repeat("}", 1000) + "}"), Bomb, fault.TooLarge, "démesurée"},
		{"web page without text", []byte("\ufeff<!DOCTYPE html><script>alert(1)</script><p>"), Empty, fault.Invalid, "aucun texte"},
		{"web page of one tag", []byte("<html " + strings.Repeat("a ", 1<<20) + ">CV"), Malformed, fault.Invalid, "page web"},
		{"web page of tables", []byte("<html>" + strings.Repeat("<table><td>", 5000) + "a"), Bomb, fault.TooLarge, "démesurée"},
		{"program", append([]byte("MZ"), noise(500)...), Unsupported, fault.Invalid, "format inconnu"},
		{"archive of documents", makeZip(zipEntry{"cv.pdf", string(pdf)}, zipEntry{"cv.docx", "PK"}), Unsupported, fault.Invalid, "archive"},
		{"archive in an archive", makeZip(zipEntry{"cv.zip", string(makeZip(zipEntry{"cv.zip", string(makeZip(zipEntry{"cv.pdf", string(pdf)}))}))}), Unsupported, fault.Invalid, "une archive compressée"},
		{"archive of an old system", append(append(append([]byte("cv.pdf"), make([]byte, 251)...), "ustar"...), pdf[10:]...), Unsupported, fault.Invalid, "une archive compressée"},
		{"DOCX of four thousand parts", makeZip(append(docxParts("<w/>"), slices.Repeat([]zipEntry{{"word/media/a.png", ""}}, maxParts)...)...), Bomb, fault.TooLarge, "démesurée"},
		{"spreadsheet", makeZip(zipEntry{"[Content_Types].xml", "<Types/>"}, zipEntry{"_rels/.rels", "<R/>"}, zipEntry{"xl/workbook.xml", "<w/>"}), Unsupported, fault.Invalid, "Excel"},
		{"broken archive", makeDOCX(docxBody("Bonjour"))[:300], Malformed, fault.Invalid, "abîmé"},
		{"DOCX without a body", makeZip(zipEntry{"[Content_Types].xml", "<Types/>"}, zipEntry{"_rels/.rels", "<Relationships/>"}), Malformed, fault.Invalid, "(document Word)"},
		{"DOCX of broken XML", makeDOCX("<w:p><w:r></w:p>"), Malformed, fault.Invalid, "(document Word)"},
		{"DOCX with entities", makeZip(docxParts(`<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document ` + wordNS + `><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>`)...), Malformed, fault.Invalid, "abîmé"},
		{"empty DOCX", makeDOCX("<w:p/>"), Empty, fault.Invalid, "aucun texte"},
		{"DOCX bomb", makeDOCX("<w:p><w:r><w:t>" + same + "</w:t></w:r></w:p>"), Bomb, fault.TooLarge, "démesurée"},
		{"DOCX of nested paragraphs", makeDOCX(deep), Bomb, fault.TooLarge, "démesurée"},
		{"DOCX with too much text", makeDOCX(docxBody(string(noiseWords(450_000)))), TooLong, fault.TooLarge, "trop de texte"},
		{"ODT without content", makeZip(zipEntry{"mimetype", "application/vnd.oasis.opendocument.text"}), Malformed, fault.Invalid, "(document OpenDocument)"},
		{"ODT with a password", makeZip(zipEntry{"mimetype", "application/vnd.oasis.opendocument.text"}, zipEntry{"content.xml", "\x00\x01"}, zipEntry{"META-INF/manifest.xml", `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>`}), Encrypted, fault.Invalid, "mot de passe"},
		{"ODT bomb", makeODT("<text:p>" + strings.Repeat("é", 6<<20) + "</text:p>"), Bomb, fault.TooLarge, "démesurée"},
		{"ODT spreadsheet", makeZip(zipEntry{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}), Unsupported, fault.Invalid, "OpenDocument"},
	}
	said := map[string]Reason{}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := r.Read(t.Context(), "cv.pdf", tt.data)
			wantReason(t, err, tt.reason)
			if doc.Text != "" || doc.Pages != nil {
				t.Errorf("a refused document has text: %v", doc)
			}
			if code := fault.CodeOf(err); code != tt.code {
				t.Errorf("code %s, want %s", code, tt.code)
			}
			message := fault.Message(err)
			if !strings.Contains(message, tt.says) || strings.Contains(message, "%!") {
				t.Errorf("says %q, want %q in it", message, tt.says)
			}
			said[message] = tt.reason
		})
	}
	for _, reason := range []Reason{Empty, TooBig, TooManyPages, TooLong, Bomb, Encrypted, ImageOnly, Garbled, Malformed, Unsupported} {
		found := false
		for _, s := range said {
			found = found || s == reason
		}
		if !found {
			t.Errorf("no test for %v", reason)
		}
	}
}

// Each limit lets through what just fits and refuses the smallest thing more.
func TestLimits(t *testing.T) {
	text := strings.TrimSpace(string(noiseWords(4000)))
	body := docxBody(text)
	pages := func(n int) []byte { return paper.File{Pages: []*paper.Sheet{garbledPage()}, Repeat: n}.PDF() }
	try := func(name string, data []byte, fits, tight Options, reason Reason) {
		t.Run(name, func(t *testing.T) {
			mustRead(t, newReader(t, fits), data)
			_, err := newReader(t, tight).Read(t.Context(), "", data)
			wantReason(t, err, reason)
		})
	}
	docx := makeDOCX(body)
	try("bytes", docx, Options{MaxBytes: len(docx)}, Options{MaxBytes: len(docx) - 1}, TooBig)
	try("pages", pages(3), Options{MaxPages: 3}, Options{MaxPages: 2}, TooManyPages)
	size := len(fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document %s><w:body>%s</w:body></w:document>`, wordNS, body))
	size += len(docxParts("")[1].body)
	try("expansion", docx, Options{MaxExpanded: size}, Options{MaxExpanded: size - 1}, Bomb)
	for kind, file := range renderers {
		data := file(text)
		try("text of "+kind, data, Options{MaxText: 2 * len(text)}, Options{MaxText: len(text) / 2}, TooLong)
	}
	try("text of txt", []byte(text), Options{MaxText: len(text)}, Options{MaxText: len(text) - 1}, TooLong)
	for kind, file := range renderers {
		if kind != kindPDF { // which TestTimeoutTouchesNoOther stops in mid-air
			try("time of "+kind, file(text), Options{Timeout: time.Minute}, Options{Timeout: 1}, Timeout)
		}
	}
}

func docxParts(document string) []zipEntry {
	return []zipEntry{
		{"[Content_Types].xml", "<Types/>"},
		{"_rels/.rels", fmt.Sprintf(`<Relationships %s><Relationship Id="rId1" Type="%sofficeDocument" Target="word/document.xml"/></Relationships>`, relNS, relURL)},
		{"word/document.xml", document},
	}
}

func garbledPage() *paper.Sheet {
	s := &paper.Sheet{}
	for i := range 20 {
		s.At(50, 780-20*float64(i), paper.Regular, 11, strings.Repeat("abcdefg", 8))
	}
	return s
}

func noise(n int) []byte {
	random := rand.NewChaCha8([32]byte{7})
	b := make([]byte, n)
	random.Read(b)
	return b
}

// noiseWords hardly compresses: 450 kB of it are no bomb.
func noiseWords(n int) []byte {
	b := noise(n)
	for i := range b {
		b[i] = 'a' + b[i]%26
		if i%7 == 6 {
			b[i] = ' '
		}
	}
	return b
}

// Each of these once broke a PDF reader somewhere. Whatever comes back, the
// process lives, the time is bounded and the next document is read.
func TestHostilePDFs(t *testing.T) {
	r := newReader(t, Options{Timeout: 4 * time.Second, Memory: 64 << 20})
	good := simplePDF("Peintre en bâtiment")
	flate := func(data []byte) []byte {
		var out bytes.Buffer
		w := zlib.NewWriter(&out)
		w.Write(data)
		w.Close()
		return out.Bytes()
	}
	page := func(content []byte, filter string) []byte {
		return objectsPDF(
			"<< /Type /Catalog /Pages 2 0 R >>",
			"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
			"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R >> >> >>",
			fmt.Sprintf("<< /Length %d %s >>\nstream\n%s\nendstream", len(content), filter, content),
			"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
			"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >> /Length 12 >>\nstream\n/X Do /X Do \nendstream",
		)
	}
	bomb := flate(flate(bytes.Repeat([]byte(" "), 100<<20)))
	for name, data := range map[string][]byte{
		"content that expands 100,000 times": page(bomb, "/Filter [/FlateDecode /FlateDecode]"),
		"form that draws itself":             page([]byte("/X Do"), ""),
		"pages that are their own parents":   objectsPDF("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R] >>"),
		"a count of pages that lies":         objectsPDF("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 20 /Kids [] >>"),
		"a negative count of pages":          objectsPDF("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count -1 /Kids [] >>"),
		"arrays in arrays":                   objectsPDF("<< /Type /Catalog /Pages 2 0 R >>", strings.Repeat("[", 200_000)+strings.Repeat("]", 200_000)),
		"dictionaries in content":            page([]byte(strings.Repeat("<< /A ", 100_000)), ""),
		"states pushed without end":          page([]byte(strings.Repeat("q ", 1_000_000)), ""),
		"a million strokes":                  page(flate(bytes.Repeat([]byte("1 2 m 3 4 l S\n"), 1_000_000)), "/Filter /FlateDecode"),
		"letters at infinite distance":       page([]byte("BT /F1 1e38 Tf 1e38 0 0 1e38 1e38 1e38 Tm (Loin) Tj 1e-38 Tz (x) Tj ET"), ""),
		"eight thousand words anywhere":      page(scattered(8_000), ""),
		"twenty thousand words in one place": page([]byte("BT /F1 9 Tf 50 500 Td "+strings.Repeat("(mot ) Tj -20 0 Td ", 20_000)+"ET"), ""),
		"eight thousand words down the page": page([]byte("BT /F1 9 Tf 50 80000 Td "+strings.Repeat("(mot) Tj 0 -4 Td ", 8_000)+"ET"), ""),
	} {
		t.Run(name, func(t *testing.T) {
			if len(data) > 5<<20 {
				t.Fatalf("%d bytes: would be refused at the door", len(data))
			}
			doc, err := r.Read(t.Context(), "", data)
			var f *fault.Error
			if err == nil {
				check(t, doc)
			} else if !errors.As(err, &f) {
				t.Errorf("%v is no fault", err)
			}
			t.Logf("%d bytes of text, %.200v", len(doc.Text), errors.Unwrap(err))
			wantText(t, mustRead(t, r, good).Text, "Peintre en bâtiment")
		})
	}
}

func scattered(n int) []byte {
	var b bytes.Buffer
	random := rand.New(rand.NewPCG(1, 2))
	b.WriteString("BT /F1 3 Tf\n")
	for range n {
		fmt.Fprintf(&b, "1 0 0 1 %.1f %.1f Tm (mot) Tj\n", random.Float64()*590, random.Float64()*840)
	}
	b.WriteString("ET")
	return b.Bytes()
}

// objectsPDF writes objects as they are, numbered from 1.
func objectsPDF(objects ...string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	var offsets []int
	for i, o := range objects {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	xref := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, xref)
	return out.Bytes()
}

func TestCacheDirUnusable(t *testing.T) {
	if _, err := NewReader(t.Context(), Options{CacheDir: "/dev/null/x"}); err == nil {
		t.Error("no error")
	}
}
