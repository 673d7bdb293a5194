// Package span says where in a text the evidence stands. One unit everywhere,
// in Go, in JSON and in the page: bytes of the text's UTF-8 form.
package span

// Span is the words [Start, End) of a text, and those words themselves, so
// that a reader without the text can show them and a reader with it can check
// them: text[Start:End] == Text always holds.
type Span struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// Of is the span [start, end) of text.
func Of(text string, start, end int) Span {
	return Span{Start: start, End: end, Text: text[start:end]}
}

// In reports whether s really is a part of text.
func (s Span) In(text string) bool {
	return s.Start >= 0 && s.Start < s.End && s.End <= len(text) && text[s.Start:s.End] == s.Text
}

// Overlaps reports whether two spans of one text share a byte.
func (s Span) Overlaps(o Span) bool { return s.Start < o.End && o.Start < s.End }
