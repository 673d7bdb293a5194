package skills

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

var fit = flag.Bool("fit", false, "fit the confidence on the texts to tune on and write forest.txt")

// folds is into how many parts the texts are dealt for cross-validation.
const folds = 5

// leaning is what a text counts for whose gold leans on what the engine found, as
// that of the oldest does (t01 to t90). The authors of the others did not see it.
const leaning = 0.1

// author is who wrote a text and its gold, by its id without the number.
func author(x example) string { return strings.TrimRight(x.ID, "0123456789") }

// TestFit writes forest.txt and forest_words.txt, and says what such forests are
// worth on texts that they were not fitted on: each part of the texts is judged by
// one fitted on the others. Fit twice when features changed: which of several
// matches of a label counts is for the forest of before to say.
func TestFit(t *testing.T) {
	if !*fit {
		t.Skip("run with -fit to fit the confidence anew")
	}
	for _, text := range []*string{&forestText, &wordsText} {
		if n := len(new(features).list()); !strings.HasPrefix(*text, fmt.Sprint(n, " ")) {
			*text = fmt.Sprint(n, " -2") // of other features: begin with nothing
		}
	}
	official(t) // or skip
	lex, err := archive(archivePath())
	if err != nil {
		t.Fatal(err)
	}
	fitOne(t, New(lex), "forest.txt")
	lex.Word, lex.Metier = nil, nil
	fitOne(t, New(lex), "forest_words.txt")
}

// fitOne writes the forest of an engine.
func fitOne(t *testing.T, e *Engine, file string) {
	all := examples(t, tune)
	var samples []sample
	var authors []string
	for n, x := range all {
		gold, w := goldOf(x), 1.0
		if author(x) == "t" {
			w = leaning
		}
		merged := e.merge(e.textCandidates(x.Text))
		merged = merged[:min(len(merged), 300)]
		for _, c := range merged {
			right := gold[e.index.labels[c.label].item.Code]
			samples = append(samples, sample{text: n, x: c.features.list(), right: right, w: w / float64(len(merged)+30)})
		}
		if !slices.Contains(authors, author(x)) {
			authors = append(authors, author(x))
		}
	}
	// What is left out of each fit: a part of the texts, all of an author, nothing.
	var without []func(n int) bool
	for fold := range folds {
		without = append(without, func(n int) bool { return n%folds == fold })
	}
	for _, a := range authors {
		without = append(without, func(n int) bool { return author(all[n]) == a })
	}
	without = append(without, func(int) bool { return false })
	forests := make([]*forest, len(without))
	var wg sync.WaitGroup
	free := make(chan bool, runtime.GOMAXPROCS(0))
	for i, out := range without {
		wg.Go(func() {
			free <- true
			defer func() { <-free }()
			forests[i] = grow(slices.DeleteFunc(slices.Clone(samples), func(s sample) bool { return out(s.text) }))
		})
	}
	wg.Wait()
	for k, a := range authors {
		var others, unknown tally // fitted on other texts; on those of other authors
		for n, x := range all {
			if author(x) == a {
				e.forest = forests[n%folds]
				others.measure(e, x)
				e.forest = forests[folds+k]
				unknown.measure(e, x)
			}
		}
		for _, by := range []struct {
			what string
			tally
		}{{"texts", others}, {"authors", unknown}} {
			got := by.result()
			t.Logf("%s: %d texts %s*, by a forest of other %s: %.1f shown", file, got.N, a, by.what, float64(by.shown)/float64(got.N))
			for _, name := range []string{"precision", "recall", "recall_at_20", "calibration_error", "must_not_rate", "occupation_at_1", "occupation_at_3", "p50_ms"} {
				t.Logf("  %s %.3f", name, got.Figures[name])
			}
		}
	}
	if err := os.WriteFile(file, []byte(forests[len(forests)-1].String()), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d samples", file, len(samples))
}

func goldOf(x example) map[string]bool {
	gold := map[string]bool{}
	for _, code := range x.Skills {
		gold[code] = true
	}
	return gold
}

// textCandidates are the matches of a text before merging.
func (e *Engine) textCandidates(text string) []candidate {
	p := e.read(text)
	s := e.scratch.Get().(*scratch)
	defer e.scratch.Put(s)
	occupations, hits, _ := e.found(s, p)
	return e.candidates(p, occupations, hits)
}

func examples(t testing.TB, path string) []example {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []example
	for s := bufio.NewScanner(f); s.Scan(); {
		var x example
		if err := json.Unmarshal(s.Bytes(), &x); err != nil {
			t.Fatal(err)
		}
		out = append(out, x)
	}
	return out
}
