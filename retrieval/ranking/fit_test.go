package ranking

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tandem/retrieval/charter"
	"tandem/retrieval/law"
	"tandem/retrieval/rome"
)

var fit = flag.String("fit", "", "learn the weights on this folder of tandem rome heldout, and print them")

// judged is one query: its signals and the documents that are right.
type judged struct {
	signals  [signals][]float32
	relevant []int32
}

// field is a set of queries and what it counts for in the sum that is climbed.
type field struct {
	name   string
	share  float64
	titles bool // many documents are right: MAP counts most
	asked  []judged
}

// TestFit learns the weights of scorers: for each, coordinate ascent on the
// figures of unseen titles against métiers and against titles, as they are and
// as typed; also with an atlas of the built-in extract only, so that what is
// learned holds where ROME does not know the documents.
func TestFit(t *testing.T) {
	if *fit == "" {
		t.Skip("run with -fit DIR to learn the weights anew")
	}
	src, err := rome.At(filepath.Join(*fit, "archive"))
	if err != nil {
		t.Fatal(err)
	}
	var fields []field
	for _, known := range []struct {
		name  string
		src   rome.Source
		share float64
	}{{"all of ROME", src, 1}, {"extract", rome.Builtin(), .2}} {
		m, titles, err := rome.Trained(t.Context(), known.src, rome.Options{Teach: append(charter.Entries(), law.Entries()...), DataDir: *fit})
		if err != nil {
			t.Fatal(err)
		}
		a := NewAtlas(m, titles)
		for _, name := range []string{"ranking-metiers", "ranking-titles"} {
			s, err := Read(filepath.Join(*fit, name))
			if err != nil {
				t.Fatal(err)
			}
			r, err := New(t.Context(), s.Docs, a)
			if err != nil {
				t.Fatal(err)
			}
			label := known.name + ", " + name
			fields = append(fields, field{label, known.share, name == "ranking-titles", ask(r, s, s.Queries, 4)},
				field{label + ", typed", known.share / 2, name == "ranking-titles", ask(r, s, typedQueries(t), 6)})
		}
	}
	// More than one start: the climb ends on the nearest hill.
	starts := []weights{{.3, .2, .2, .5, .8, .8}, {.1, .1, .2, .5, 1.5, .5}, {.8, .4, .4, .8, .5, .5}}
	for _, scorer := range []struct {
		name string
		uses []int
	}{{"fused", []int{0, 1, 2, 3, 4, 5}}, {"lexical", []int{stemWhole, gramBest}},
		{"embedder", []int{vectorWhole, vectorBest}}, {"atlas", []int{placeWhole, placeBest}}} {
		var w weights
		best := -1.0
		for _, start := range starts {
			var from weights
			for _, k := range scorer.uses {
				from[k] = start[k]
			}
			from = climb(fields, scorer.uses, from)
			if g := goal(fields, from); g > best {
				best, w = g, from
			}
		}
		t.Logf("%s: %.2f in the order of the signals, %.4f", scorer.name, w, best)
		for _, f := range fields {
			t.Logf("  %-36s %v", f.name, f.figures(w).mean(len(f.asked)))
		}
	}
}

// ask computes the signals of one query in every step.
func ask(r *Ranker, s Set, queries []string, step int) []judged {
	out := make([]judged, len(queries)/step)
	parallel(len(out), func(i int, sc *scratch) {
		out[i].relevant = s.Relevant[i*step]
		if len(out[i].relevant) > 0 {
			r.signals(queries[i*step], sc, &out[i].signals)
		}
	})
	return slices.DeleteFunc(out, func(j judged) bool { return len(j.relevant) == 0 })
}

func (f field) figures(w weights) (sum figures) {
	each := make([]figures, len(f.asked))
	parallel(len(f.asked), func(i int, sc *scratch) {
		j := &f.asked[i]
		scores := grow(&sc.scores, len(j.signals[0]))
		mix(&j.signals, w, scores)
		each[i] = measure(ranks(scores, j.relevant))
	})
	for _, e := range each {
		sum.add(e)
	}
	return sum
}

func goal(fields []field, w weights) (g float64) {
	for _, f := range fields {
		m := f.figures(w).mean(len(f.asked))
		x := (m["mrr"] + m["recall_at_5"]) / 2
		if f.titles {
			x = .75*m["map"] + .25*m["mrr"]
		}
		g += f.share * x
	}
	return g
}

// climb moves one weight at a time while that is worth it.
func climb(fields []field, uses []int, w weights) weights {
	best := goal(fields, w)
	for _, step := range []float32{.4, .2, .1, .05} {
		for better := true; better; {
			better = false
			for _, k := range uses {
				for _, d := range []float32{step, -step} {
					x := w
					x[k] = max(0, x[k]+d)
					if g := goal(fields, x); g > best+1e-4 {
						best, w, better = g, x, true
						break
					}
				}
			}
		}
	}
	return w
}

// typedQueries are the same queries as they might be typed.
func typedQueries(t *testing.T) (queries []string) {
	f, err := os.Open(filepath.Join(*fit, "unseen-typed.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var q struct{ Query string }
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(fmt.Errorf("unseen-typed.jsonl: %w", err))
		}
		queries = append(queries, q.Query)
	}
	return queries
}
