package document

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"tandem/internal/paper"
)

// rendered is one of the CVs of testdata/skills-tune.jsonl as a file.
type rendered struct {
	name, text string
	data       []byte
}

// renderCVs makes files of the CVs: each kind gets its share.
func renderCVs(t testing.TB, kinds ...string) []rendered {
	t.Helper()
	f, err := os.Open("../../testdata/skills-tune.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []rendered
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for n := 0; s.Scan(); n++ {
		var x struct{ ID, Text string }
		if err := json.Unmarshal(s.Bytes(), &x); err != nil {
			t.Fatal(err)
		}
		kind := kinds[n%len(kinds)]
		if layout, ok := layouts[kind]; ok {
			pages, reads := paper.Set(x.Text, layout)
			out = append(out, rendered{x.ID + "." + kind, reads, paper.File{Pages: pages}.PDF()})
		} else {
			out = append(out, rendered{x.ID + "." + kind, x.Text, renderers[kind](x.Text)})
		}
	}
	return out
}

var layouts = map[string]paper.Layout{"pdf": paper.OneColumn, "sidebar-left.pdf": paper.SidebarLeft, "sidebar-right.pdf": paper.SidebarRight}

var renderers = map[string]func(text string) []byte{
	"pdf": func(text string) []byte {
		pages, _ := paper.Set(text, paper.OneColumn)
		return paper.File{Pages: pages}.PDF()
	},
	"docx": func(text string) []byte { return makeDOCX(docxBody(text)) },
	"odt":  func(text string) []byte { return makeODT(odtBody(text)) },
	"html": func(text string) []byte {
		return []byte("<!DOCTYPE html><meta charset=utf-8><p>" + strings.ReplaceAll(html.EscapeString(text), "\n", "<p>"))
	},
	"rtf": func(text string) []byte {
		var b strings.Builder
		b.WriteString(`{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}\f0 `)
		for _, r := range text {
			switch {
			case r == '\n':
				b.WriteString("\\par\n")
			case r == '\\' || r == '{' || r == '}':
				b.WriteString(`\` + string(r))
			case r < 0x80:
				b.WriteRune(r)
			default:
				fmt.Fprintf(&b, `\u%d?`, int16(r))
			}
		}
		return []byte(b.String() + "}")
	},
}

// spoken are the words of a text, without signs.
func spoken(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// TestRenderedCVs: a CV is the same words in the same order in every format.
func TestRenderedCVs(t *testing.T) {
	r := newReader(t, Options{})
	for _, c := range renderCVs(t, "pdf", "docx", "sidebar-left.pdf", "odt", "sidebar-right.pdf", "rtf", "html") {
		doc := mustRead(t, r, c.data)
		check(t, doc)
		if want, got := spoken(c.text), spoken(doc.Text); !slices.Equal(want, got) {
			t.Errorf("%s: got\n%s\n--- want the words of\n%s", c.name, doc.Text, c.text)
		}
	}
}
