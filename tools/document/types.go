package document

// Document is the text of a file, and where its pages are in that text.
type Document struct {
	Name  string `json:"name"`
	Kind  string `json:"kind"` // pdf, docx, odt, rtf, html, txt
	Text  string `json:"text"` // UTF-8, NFC, "\n" line ends, reading order
	Pages []Page `json:"pages"`
}

// Page is the bytes [Start, End) of Document.Text. Formats without pages have one.
type Page struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// PageOf is the number, from 1, of the page that a byte of Document.Text is on;
// 0 when it is on none.
func (d Document) PageOf(offset int) int {
	for i, p := range d.Pages {
		if offset >= p.Start && offset < p.End {
			return i + 1
		}
	}
	return 0
}
