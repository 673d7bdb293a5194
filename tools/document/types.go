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
