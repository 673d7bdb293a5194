package document

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/encoding/charmap"
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
		text := plain(x.Text)
		kind := kinds[n%len(kinds)]
		out = append(out, rendered{x.ID + "." + kind, text, renderers[kind](text)})
	}
	return out
}

var renderers = map[string]func(text string) []byte{
	"pdf":  func(text string) []byte { return makePDF(pdfFile{pages: typeset(text)}) },
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

// plain is text in the letters that the fonts of our PDFs have.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if _, ok := charmap.Windows1252.EncodeRune(r); ok {
			return r
		}
		return '•'
	}, text)
}

// typeset sets text line by line, cut where a page of A4 has no more room.
func typeset(text string) []*sheet {
	const width, bottom, pitch = 88, 60, 14.0
	pages := []*sheet{{}}
	y := 790.0
	put := func(line string) {
		if y < bottom {
			pages = append(pages, &sheet{})
			y = 790
		}
		pages[len(pages)-1].at(50, y, regular, 10, line)
		y -= pitch
	}
	for line := range strings.Lines(text) {
		row := ""
		for _, w := range strings.Fields(line) {
			if row != "" && len(row)+1+len(w) > width {
				put(row)
				row = ""
			}
			row = strings.TrimSpace(row + " " + w)
		}
		if row == "" {
			y -= pitch / 2
			continue
		}
		put(row)
	}
	return pages
}

// spoken are the words of a text, without signs.
func spoken(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// inOrder is the share of the wanted words that a text has in their order: the
// longest common subsequence.
func inOrder(got, want []string) float64 {
	row := make([]int, len(got)+1)
	for _, w := range want {
		diagonal := 0
		for j, g := range got {
			above := row[j+1]
			if w == g {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(row[j+1], row[j])
			}
			diagonal = above
		}
	}
	return float64(row[len(got)]) / float64(max(len(want), 1))
}

// TestRenderedCVs: a CV is the same words in the same order in every format.
func TestRenderedCVs(t *testing.T) {
	r := newReader(t, Options{})
	for _, c := range renderCVs(t, "pdf", "docx", "pdf", "odt", "pdf", "rtf", "html") {
		doc := mustRead(t, r, c.data)
		check(t, doc)
		if want, got := spoken(c.text), spoken(doc.Text); !slices.Equal(want, got) {
			t.Errorf("%s: %.1f %% of the words in order\n%s", c.name, 100*inOrder(got, want), doc.Text)
		}
	}
}

// BenchmarkPeer reads the same PDFs with us and with pdftotext of poppler, the
// engine warm: time, and the share of the words in reading order. Pdftotext
// pays the start of a process for each file, as a program that calls it would.
func BenchmarkPeer(b *testing.B) {
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		b.Skip("pdftotext (poppler-utils) is not installed")
	}
	files := renderCVs(b, "pdf")
	for range 12 {
		files = append(files, rendered{"two columns", twoColumnsText, makePDF(pdfFile{pages: []*sheet{twoColumns()}})})
	}
	dir := b.TempDir()
	for i, c := range files {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), c.data, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	r := newReader(b, Options{})
	mustRead(b, r, files[0].data)
	readers := map[string]func(i int) string{
		"tandem": func(i int) string { return mustRead(b, r, files[i].data).Text },
	}
	for name, option := range map[string]string{"pdftotext": "-q", "pdftotext-layout": "-layout"} {
		readers[name] = func(i int) string {
			out, err := exec.CommandContext(b.Context(), program, "-enc", "UTF-8", option, filepath.Join(dir, fmt.Sprint(i)), "-").Output()
			if err != nil {
				b.Fatal(err)
			}
			return string(out)
		}
	}
	for _, name := range []string{"tandem", "pdftotext", "pdftotext-layout"} {
		b.Run(name, func(b *testing.B) {
			var plainShare, columnShare, n, m float64
			for i, c := range files {
				share := inOrder(spoken(readers[name](i)), spoken(c.text))
				if c.name == "two columns" {
					columnShare, m = columnShare+share, m+1
				} else {
					plainShare, n = plainShare+share, n+1
				}
			}
			var took []time.Duration
			i := 0
			for b.Loop() {
				began := time.Now()
				readers[name](i % len(files))
				took = append(took, time.Since(began))
				i++
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(100*plainShare/n, "%words")
			b.ReportMetric(100*columnShare/m, "%words-2col")
		})
	}
}

// BenchmarkParallel is how many CVs a second the reader gives when many people
// come at once.
func BenchmarkParallel(b *testing.B) {
	r := newReader(b, Options{})
	files := renderCVs(b, "pdf")
	mustRead(b, r, files[0].data)
	var mu sync.Mutex
	n := 0
	began := time.Now()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			mu.Lock()
			i := n
			n++
			mu.Unlock()
			if _, err := r.Read(b.Context(), "cv.pdf", files[i%len(files)].data); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(n)/time.Since(began).Seconds(), "CVs/s")
}
