package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
	"unicode"

	"tandem/internal/paper"
	"tandem/tools/document"
	"tandem/tools/skills"
)

// The CVs that bench sets and reads, which nothing is reported on.
//
//go:embed testdata/skills-tune.jsonl
var benchCVs []byte

// cvFile is a CV as a PDF, and the words on it in the order they are read.
type cvFile struct {
	pdf     []byte
	words   []string
	columns int
}

// cvFiles sets each CV in one column and, if it has the parts for it, in two:
// with the narrow one on the left, and on the right.
func cvFiles(jsonl []byte) ([]cvFile, error) {
	var files []cvFile
	for line := range bytes.Lines(jsonl) {
		var cv struct{ Text string }
		if err := json.Unmarshal(line, &cv); err != nil {
			return nil, err
		}
		_, plain := paper.Set(cv.Text, paper.OneColumn)
		for _, layout := range []paper.Layout{paper.OneColumn, paper.SidebarLeft, paper.SidebarRight} {
			f := cvFile{columns: 1}
			pages, reads := paper.Set(cv.Text, layout)
			if layout != paper.OneColumn {
				if reads == plain {
					continue
				}
				f.columns = 2
			}
			f.pdf, f.words = paper.File{Pages: pages}.PDF(), words(reads)
			files = append(files, f)
		}
	}
	return files, nil
}

// words are those of a text, without signs.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func (t *table) documents(ctx context.Context, a *app) error {
	start := time.Now()
	engine, err := a.engines.Skills()
	if err != nil {
		return err
	}
	t.row("Skills engine over all labels built", round(time.Since(start)).String())
	start = time.Now()
	if err := a.engines.Documents.Reader.Warm(ctx); err != nil {
		return err
	}
	t.row("PDF engine compiled and started", round(time.Since(start)).String())
	files, err := cvFiles(benchCVs)
	if err != nil {
		return err
	}
	return reading{a.engines.Documents.Reader, engine, files}.measure(ctx, t)
}

// reading measures CVs on their way from PDF to proposals.
type reading struct {
	reader *document.Reader
	engine *skills.Engine
	files  []cvFile
}

func (r reading) measure(ctx context.Context, t *table) error {
	for _, part := range []func(context.Context, *table) error{r.proposals, r.memory, r.texts} {
		if err := part(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

func (r reading) read(ctx context.Context, i int) (string, error) {
	d, err := r.reader.Read(ctx, "cv.pdf", r.files[i].pdf)
	return d.Text, err
}

func (r reading) proposals(ctx context.Context, t *table) error {
	propose := func(i int) error {
		text, err := r.read(ctx, i)
		if err == nil {
			r.engine.Analyse(text)
		}
		return err
	}
	alone, err := each(ctx, 1, len(r.files), propose)
	if err != nil {
		return err
	}
	together, err := each(ctx, runtime.NumCPU(), len(r.files), propose)
	if err != nil {
		return err
	}
	two := 0
	for _, f := range r.files {
		two += f.columns - 1
	}
	t.row(fmt.Sprintf("CV in PDF → proposals (%d PDFs, %d in two columns)", len(r.files), two),
		fmt.Sprintf("%s; on %d cores %.0f CVs/s", alone, runtime.NumCPU(), together.perSecond))
	return nil
}

// memory measures what reading takes beyond the memory of the idle process.
func (r reading) memory(ctx context.Context, t *table) error {
	var taken []string
	for _, people := range []int{1, 8} {
		more, err := peakOf(func() error {
			_, err := each(ctx, people, len(r.files), func(i int) error { _, err := r.read(ctx, i); return err })
			return err
		})
		if err != nil {
			return err
		}
		taken = append(taken, fmt.Sprintf("%d MB", more>>20))
	}
	t.row("– peak memory of reading them beyond idle: one at a time, 8 at once", strings.Join(taken, ", "))
	return nil
}

// peakOf is how much more memory the process holds at the peak of f than
// before it, in bytes.
func peakOf(f func() error) (int64, error) {
	debug.FreeOSMemory()
	// The kernel forgets the peak so far, which loading ROME set.
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		return 0, err
	}
	held := func(field string) (kb int64) {
		status, _ := os.ReadFile("/proc/self/status")
		_, rest, _ := strings.Cut(string(status), field+":")
		_, _ = fmt.Sscan(rest, &kb)
		return kb << 10
	}
	before := held("VmRSS")
	err := f()
	return held("VmHWM") - before, err
}

// texts compares what is read with what was set: by us, and by pdftotext, which
// is started for each file as a program that uses it would.
func (r reading) texts(ctx context.Context, t *table) error {
	if err := r.compare(ctx, t, "Text of these PDFs, Tandem", func(i int) (string, error) { return r.read(ctx, i) }); err != nil {
		return err
	}
	const row = "Text of these PDFs, pdftotext"
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		t.row(row, "not measured: pdftotext is not installed (package poppler-utils)")
		return nil
	}
	dir, err := os.MkdirTemp("", "tandem-bench-cv-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	name := func(i int) string { return filepath.Join(dir, fmt.Sprint(i)) }
	for i, f := range r.files {
		if err := os.WriteFile(name(i), f.pdf, 0o600); err != nil {
			return err
		}
	}
	version, _ := exec.CommandContext(ctx, program, "-v").CombinedOutput()
	_, number, _ := strings.Cut(string(version), "version ")
	number, _, _ = strings.Cut(number, "\n")
	return r.compare(ctx, t, strings.TrimSpace(row+" "+number), func(i int) (string, error) {
		out, err := exec.CommandContext(ctx, program, "-enc", "UTF-8", name(i), "-").Output()
		return string(out), err
	})
}

func (r reading) compare(ctx context.Context, t *table, row string, read func(i int) (string, error)) error {
	texts := make([]string, len(r.files))
	took, err := each(ctx, 1, len(r.files), func(i int) (err error) {
		texts[i], err = read(i)
		return err
	})
	if err != nil {
		return err
	}
	var wrong, ordered, all [3]float64 // by the number of columns
	for i, f := range r.files {
		edits, common := fidelity(words(texts[i]), f.words)
		wrong[f.columns] += float64(edits)
		ordered[f.columns] += float64(common)
		all[f.columns] += float64(len(f.words))
	}
	score := func(n int) string {
		return fmt.Sprintf("word error %.1f %%, words in order %.1f %%", 100*wrong[n]/all[n], 100*ordered[n]/all[n])
	}
	t.row(row, fmt.Sprintf("%s; one column: %s; two: %s", took, score(1), score(2)))
	return nil
}

// fidelity compares a text with its source word by word: how many words must be
// put in, taken out or replaced to get the source, and how many stand in its
// order (the longest common subsequence).
func fidelity(got, want []string) (edits, common int) {
	wrong, order := make([]int, len(got)+1), make([]int, len(got)+1)
	for j := range wrong {
		wrong[j] = j
	}
	for i, w := range want {
		wrongBefore, orderBefore := i, 0 // of what comes before both words
		wrong[0] = i + 1
		for j, g := range got {
			wrongAbove, orderAbove := wrong[j+1], order[j+1]
			if w == g {
				wrong[j+1], order[j+1] = wrongBefore, orderBefore+1
			} else {
				wrong[j+1], order[j+1] = 1+min(wrongBefore, wrongAbove, wrong[j]), max(orderAbove, order[j])
			}
			wrongBefore, orderBefore = wrongAbove, orderAbove
		}
	}
	return wrong[len(got)], order[len(got)]
}
