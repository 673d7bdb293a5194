package web

import (
	"regexp"
	"strings"

	"tandem/bot"
)

// An answer for pages without script: the blocks and spans of its Markdown that
// people need to read it, as values that the templates escape. What is not
// understood stays the text it was.

// block is a paragraph (its lines), a heading or a list (its items).
type block struct {
	Kind  string // p, h, ul, ol
	Start int    // of an ol
	Items [][]inline
}

// inline is a run of text; URL makes it a link.
type inline struct {
	Text   string
	Strong bool
	URL    string
}

var (
	bulletLine  = regexp.MustCompile(`^\s*[-*•] +(.*)`)
	numberLine  = regexp.MustCompile(`^\s*(\d{1,3})[.)] +(.*)`)
	headingLine = regexp.MustCompile(`^#{1,6} +(.*)`)
	marks       = regexp.MustCompile(`\*\*([^*\n]+)\*\*|\[([^\[\]\n]{1,64})\]`)
)

// prose reads Markdown. Citations in brackets become links when the turn has
// such a source.
func prose(text string, sources []bot.Source) (blocks []block) {
	add := func(kind string, start int, line string) {
		n := len(blocks)
		if kind == "" { // an empty line ends what was open
			if n > 0 && blocks[n-1].Kind == "p" {
				blocks = append(blocks, block{})
			}
			return
		}
		if n == 0 || blocks[n-1].Kind != kind || kind == "h" {
			blocks = append(blocks, block{Kind: kind, Start: start})
			n++
		}
		blocks[n-1].Items = append(blocks[n-1].Items, spans(line, sources))
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \t\r\n")
		if m := bulletLine.FindStringSubmatch(line); m != nil {
			add("ul", 0, m[1])
		} else if m := numberLine.FindStringSubmatch(line); m != nil {
			start := 0
			for _, d := range m[1] {
				start = start*10 + int(d-'0')
			}
			add("ol", start, m[2])
		} else if m := headingLine.FindStringSubmatch(line); m != nil {
			add("h", 0, m[1])
		} else if line == "" {
			add("", 0, "")
		} else {
			add("p", 0, line)
		}
	}
	kept := blocks[:0]
	for _, b := range blocks {
		if b.Kind != "" {
			kept = append(kept, b)
		}
	}
	return kept
}

func spans(line string, sources []bot.Source) (all []inline) {
	from := 0
	text := func(s string) {
		if s != "" {
			all = append(all, inline{Text: s})
		}
	}
	for _, m := range marks.FindAllStringSubmatchIndex(line, -1) {
		one := inline{}
		if m[2] >= 0 {
			one = inline{Text: line[m[2]:m[3]], Strong: true}
		} else if url := sourceURL(line[m[4]:m[5]], sources); url != "" {
			one = inline{Text: line[m[4]:m[5]], URL: url}
		} else {
			continue
		}
		text(line[from:m[0]])
		all = append(all, one)
		from = m[1]
	}
	text(line[from:])
	return all
}

// sourceURL is where a citation leads: the page of the source here, or its own.
func sourceURL(id string, sources []bot.Source) string {
	for _, s := range sources {
		if s.SourceID == id || s.SourceID == "law:"+id || s.SourceID == "charter:"+id {
			return s.URL
		}
	}
	return ""
}
