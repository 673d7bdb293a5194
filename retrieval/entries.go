package retrieval

import (
	"fmt"
	"strings"
)

// ParseEntries reads passages written by hand:
//
//	# a comment
//	## id | title
//	url: https://…
//	words: what people say | when they mean it | never shown
//	to_verify: yes
//	The text, until the next heading.
//
// url is required; other "name: value" lines become Meta. The text and the
// words are what the passage is found by.
func ParseEntries(corpus, text string) ([]Entry, error) {
	var entries []Entry
	var body, words []string
	inText := false
	end := func() error {
		if len(entries) == 0 {
			return nil
		}
		e := &entries[len(entries)-1]
		e.Text = strings.Join(body, " ")
		if e.Text == "" || e.URL == "" {
			return fmt.Errorf("%s: text or url missing", e.ID)
		}
		e.Keywords = strings.Join(append([]string{e.Text}, words...), "\n")
		body, words, inText = nil, nil, false
		return nil
	}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		head, isHead := strings.CutPrefix(line, "## ")
		name, value, isFact := strings.Cut(line, ": ")
		switch {
		case isHead:
			if err := end(); err != nil {
				return nil, err
			}
			id, title, ok := strings.Cut(head, " | ")
			if !ok {
				return nil, fmt.Errorf("line %d: a heading is \"## id | title\"", n)
			}
			entries = append(entries, Entry{Passage: Passage{Corpus: corpus, Kind: corpus, ID: id, Title: title, Meta: map[string]any{}}})
		case line == "" || strings.HasPrefix(line, "#"):
		case len(entries) == 0:
			return nil, fmt.Errorf("line %d: text before the first heading", n)
		case !inText && isFact && !strings.Contains(name, " "):
			e := &entries[len(entries)-1]
			switch name {
			case "url":
				e.URL = value
			case "words":
				words = append(words, strings.Split(value, " | ")...)
			default:
				e.Meta[name] = value
			}
		default:
			inText = true
			body = append(body, line)
		}
	}
	return entries, end()
}
