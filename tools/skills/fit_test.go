package skills

import (
	"bufio"
	"encoding/json"
	"flag"
	"math"
	"os"
	"testing"
)

var fit = flag.Bool("fit", false, "fit the weights of the confidence on testdata/skills-tune.jsonl and print them")

// TestFit prints weights for rank.go. Each text counts the same, and a penalty
// keeps the weights small: there are few texts.
func TestFit(t *testing.T) {
	if !*fit {
		t.Skip("run with -fit to fit the confidence anew")
	}
	e := official(t)
	type sample struct {
		x     []float32
		right bool
		w     float64
	}
	var samples []sample
	for _, x := range examples(t, "../../testdata/skills-tune.jsonl") {
		gold := map[string]bool{}
		for _, code := range x.Skills {
			gold[code] = true
		}
		merged := merge(e.textCandidates(x.Text))
		for _, c := range merged[:min(len(merged), 120)] {
			samples = append(samples, sample{c.features.list(), gold[e.index.labels[c.label].item.Code], 1 / float64(min(len(merged), 120))})
		}
	}
	n := len(samples[0].x)
	w, b := make([]float64, n), -3.0
	const penalty, rounds = 0.0002, 8000
	for round := range rounds {
		rate := 2.0 / (1 + float64(round)/1500)
		grad, gradB, total := make([]float64, n), 0.0, 0.0
		for _, s := range samples {
			z := b
			for i, v := range s.x {
				z += w[i] * float64(v)
			}
			d := 1 / (1 + math.Exp(-z))
			if s.right {
				d--
			}
			for i, v := range s.x {
				grad[i] += s.w * d * float64(v)
			}
			gradB += s.w * d
			total += s.w
		}
		for i := range w {
			w[i] -= rate * (grad[i]/total + penalty*w[i])
		}
		b -= rate * gradB / total
	}
	t.Logf("samples %d, weights in the order of features.list:", len(samples))
	for i, v := range w {
		t.Logf("%2d % .2f", i, v)
	}
	t.Logf("bias % .2f", b)
}

// textCandidates are the matches of a text before merging.
func (e *Engine) textCandidates(text string) []candidate {
	p := lay(text, e.titles)
	e.number(p)
	found := e.mentions(p)
	p.mute(found)
	guessed := e.guessed(found)
	s := e.scratch.Get().(*scratch)
	defer e.scratch.Put(s)
	var hits []hit
	for n, c := range p.clauses {
		hits = e.match(s, n, c, func(id int32) float32 {
			for _, l := range e.index.labels[id].links {
				if guessed[l.metier] {
					return 1
				}
			}
			return 0
		}, hits)
	}
	return e.candidates(p, e.occupations(p, found, hits), hits)
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
