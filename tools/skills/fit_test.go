package skills

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

var fit = flag.Bool("fit", false, "fit the weights of the confidence on testdata/skills-tune.jsonl and print them")

// sample is one proposal of one text.
type sample struct {
	text  int
	x     []float64 // features and 1
	right bool
	w     float64
}

// folds is into how many parts the texts are dealt for cross-validation.
const folds = 9

// TestFit prints weights for features.go, and what they are worth on texts that
// they were not fitted on: each part of the texts is judged by weights fitted on
// the others. A penalty keeps the weights small: there are few texts.
func TestFit(t *testing.T) {
	if !*fit {
		t.Skip("run with -fit to fit the confidence anew")
	}
	e := official(t)
	all := examples(t, tune)
	var samples []sample
	for n, x := range all {
		gold := goldOf(x)
		merged := merge(e.textCandidates(x.Text))
		merged = merged[:min(len(merged), 150)]
		for _, c := range merged {
			s := sample{text: n, right: gold[e.index.labels[c.label].item.Code], w: 1 / float64(len(merged))}
			for _, v := range c.features.list() {
				s.x = append(s.x, float64(v))
			}
			s.x = append(s.x, 1)
			samples = append(samples, s)
		}
	}
	final := weights
	defer func() { weights = final }()
	var file strings.Builder
	total := map[string]float64{}
	for fold := range folds {
		var train []sample
		for _, s := range samples {
			if s.text%folds != fold {
				train = append(train, s)
			}
		}
		weigh(t, logistic(train))
		file.Reset()
		for n, x := range all {
			if n%folds == fold {
				line, err := json.Marshal(x)
				if err != nil {
					t.Fatal(err)
				}
				file.Write(append(line, '\n'))
			}
		}
		got, err := Evaluate(e, strings.NewReader(file.String()), nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range got.Figures {
			total[name] += v / folds
		}
	}
	for _, name := range []string{"precision", "recall", "recall_at_20", "calibration_error", "must_not_rate"} {
		t.Logf("cross-validated %s %.3f (mean of %d folds)", name, total[name], folds)
	}
	var b strings.Builder
	for i, v := range logistic(samples) {
		if i%12 == 0 {
			b.WriteString("\n\t")
		}
		fmt.Fprintf(&b, "%.2f, ", v)
	}
	t.Logf("%d samples, weights:%s", len(samples), b.String())
}

func goldOf(x example) map[string]bool {
	gold := map[string]bool{}
	for _, code := range x.Skills {
		gold[code] = true
	}
	return gold
}

func weigh(t *testing.T, w []float64) {
	t.Helper()
	if len(w) != len(weights) {
		t.Fatalf("%d weights, features.go has room for %d", len(w), len(weights))
	}
	for i, v := range w {
		weights[i] = float32(v)
	}
}

// logistic fits by Newton's method with a ridge.
func logistic(samples []sample) []float64 {
	const penalty, rounds = 0.0006, 12
	n := len(samples[0].x)
	w := make([]float64, n)
	var total float64
	for _, s := range samples {
		total += s.w
	}
	for range rounds {
		grad := make([]float64, n)
		hess := make([][]float64, n)
		for i := range hess {
			hess[i] = make([]float64, n)
			if i < n-1 {
				grad[i], hess[i][i] = penalty*w[i], penalty
			}
		}
		for _, s := range samples {
			z := 0.0
			for i, v := range s.x {
				z += w[i] * v
			}
			p := 1 / (1 + math.Exp(-z))
			d, h := p, p*(1-p)+1e-9
			if s.right {
				d--
			}
			for i, v := range s.x {
				if v == 0 {
					continue
				}
				grad[i] += s.w / total * d * v
				for j, u := range s.x[:i+1] {
					hess[i][j] += s.w / total * h * v * u
				}
			}
		}
		for i := range n {
			for j := range i {
				hess[j][i] = hess[i][j]
			}
		}
		for i, step := range solve(hess, grad) {
			w[i] -= step
		}
	}
	return w
}

// solve is Gauss's elimination with pivots.
func solve(a [][]float64, b []float64) []float64 {
	n := len(b)
	for i := range n {
		pivot := i + slices.IndexFunc(a[i:], func(row []float64) bool {
			return math.Abs(row[i]) == math.Abs(slices.MaxFunc(a[i:], func(p, q []float64) int { return cmp.Compare(math.Abs(p[i]), math.Abs(q[i])) })[i])
		})
		a[i], a[pivot] = a[pivot], a[i]
		b[i], b[pivot] = b[pivot], b[i]
		for j := i + 1; j < n; j++ {
			f := a[j][i] / a[i][i]
			for k := i; k < n; k++ {
				a[j][k] -= f * a[i][k]
			}
			b[j] -= f * b[i]
		}
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			b[i] -= a[i][k] * b[k]
		}
		b[i] /= a[i][i]
	}
	return b
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
