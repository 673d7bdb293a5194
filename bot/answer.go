package bot

import (
	"encoding/json"
	"strings"
)

// Answer gathers the events of a run for a reader who wants the whole: the page
// without JavaScript, the terminal.
type Answer struct {
	Text    string
	Sources []Source
	Notices []string
	Error   string
	Code    string // of Error
}

// Add takes the next event and returns the text it adds, for streaming.
func (a *Answer) Add(e Event) (delta string) {
	switch e.Type {
	case typeTextStart:
		if a.Text != "" {
			delta = "\n\n"
		}
	case typeTextContent:
		var c textContent
		if json.Unmarshal(e.JSON, &c) == nil {
			delta = c.Delta
		}
	case typeRunError:
		var f runError
		if json.Unmarshal(e.JSON, &f) == nil {
			a.Error, a.Code = f.Message, f.Code
		}
	case typeCustom:
		var c struct {
			Name  string
			Value json.RawMessage
		}
		if json.Unmarshal(e.JSON, &c) != nil {
			return ""
		}
		switch c.Name {
		case "source":
			var s Source
			if json.Unmarshal(c.Value, &s) == nil {
				a.Sources = append(a.Sources, s)
			}
		case "notice":
			var n struct{ Text string }
			if json.Unmarshal(c.Value, &n) == nil {
				a.Notices = append(a.Notices, strings.TrimSpace(n.Text))
			}
		}
	}
	a.Text += delta
	return delta
}
