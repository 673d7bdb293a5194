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
	"time"
)

var fit = flag.Bool("fit", false, "fit the confidence on the texts to tune on and write forest.txt")

// folds is into how many parts the texts are dealt for cross-validation.
const folds = 10

// lessons are the texts that the confidence is fitted on, and how much each
// counts. The gold of the older ones leans on what the engine found.
var lessons = []struct {
	path   string
	weight float64
}{{tune, 0.1}, {blind, 1}}

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
	lex.Word = nil
	fitOne(t, New(lex), "forest_words.txt")
}

func fitOne(t *testing.T, e *Engine, file string) {
	var all []example
	var from []int
	var samples []sample
	for k, set := range lessons {
		for _, x := range examples(t, set.path) {
			gold := goldOf(x)
			merged := e.merge(e.textCandidates(x.Text))
			merged = merged[:min(len(merged), 300)]
			for _, c := range merged {
				right := gold[e.index.labels[c.label].item.Code]
				samples = append(samples, sample{text: len(all), x: c.features.list(), right: right, w: set.weight / float64(len(merged)+30)})
			}
			all = append(all, x)
			from = append(from, k)
		}
	}
	forests := make([]*forest, folds+1)
	var wg sync.WaitGroup
	free := make(chan bool, runtime.GOMAXPROCS(0))
	for fold := range forests {
		wg.Go(func() {
			free <- true
			defer func() { <-free }()
			forests[fold] = grow(slices.DeleteFunc(slices.Clone(samples), func(s sample) bool { return s.text%folds == fold }))
		})
	}
	wg.Wait()
	tallies := make([]tally, len(lessons))
	for n, x := range all {
		e.forest = forests[n%folds]
		began := time.Now()
		a := e.Analyse(x.Text)
		tallies[from[n]].took = append(tallies[from[n]].took, time.Since(began))
		tallies[from[n]].add(x, a)
	}
	for k, set := range lessons {
		got := tallies[k].result()
		t.Logf("%s: %s, %d texts, %.1f shown, cross-validated:", file, set.path, got.N, float64(tallies[k].shown)/float64(got.N))
		for _, name := range []string{"precision", "recall", "recall_at_20", "calibration_error", "must_not_rate", "occupation_at_1", "occupation_at_3", "p50_ms"} {
			t.Logf("  %s %.3f", name, got.Figures[name])
		}
	}
	if err := os.WriteFile(file, []byte(forests[folds].String()), 0o644); err != nil {
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
	p := lay(text, e.titles)
	e.number(p)
	found := e.mentions(p)
	e.mute(p, found)
	s := e.scratch.Get().(*scratch)
	defer e.scratch.Put(s)
	hits, _ := e.hits(s, p, e.guessed(found))
	occupations := e.occupations(p, found, hits)
	return e.candidates(p, occupations, e.meant(p, occupations, hits))
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
