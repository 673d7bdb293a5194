package subword

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Other ways to learn what [Train] learns, for TestCompare. Each gives a Model,
// so that all are stored, embedded and measured alike.

// entry is one cell of a sparse row.
type entry struct {
	at    int32
	value float32
}

// matrix is texts × features, TF-IDF as [Model.embed] reads a text (a word is the
// mean of its features), unit rows; and the same by feature.
type matrix struct {
	t        *trainer
	rows, by [][]entry
	idf      []float32
}

func newMatrix(examples []Example, classes, dim int) *matrix {
	x := &matrix{t: newTrainer(examples, classes, Options{Dim: dim})}
	n := len(x.t.index)
	spread := make([]float64, n)
	for _, text := range x.t.texts {
		sums := map[int32]float32{}
		for _, w := range text {
			fs := w.grams
			if w.whole > 0 {
				fs = append(slices.Clone(fs), w.whole-1)
			}
			for _, f := range fs {
				sums[f] += 1 / float32(len(fs))
			}
		}
		var row []entry
		for f, v := range sums {
			row = append(row, entry{f, v})
			spread[f]++
		}
		slices.SortFunc(row, func(a, b entry) int { return int(a.at - b.at) })
		x.rows = append(x.rows, row)
	}
	x.idf, x.by = make([]float32, n), make([][]entry, n)
	for f, s := range spread {
		x.idf[f] = float32(math.Log(float64(len(x.rows)+1) / (s + 1)))
	}
	for i, row := range x.rows {
		var norm float32
		for k := range row {
			row[k].value *= x.idf[row[k].at]
			norm += row[k].value * row[k].value
		}
		for k := range row {
			row[k].value /= sqrt(norm)
			x.by[row[k].at] = append(x.by[row[k].at], entry{int32(i), row[k].value})
		}
	}
	return x
}

// times is a sparse matrix times a dense one of dim columns.
func times(rows [][]entry, dense []float32, dim int) []float32 {
	out := make([]float32, len(rows)*dim)
	parallel(len(rows), func(from, to int) {
		for i := from; i < to; i++ {
			for _, e := range rows[i] {
				axpy(e.value, dense[int(e.at)*dim:int(e.at+1)*dim], out[i*dim:(i+1)*dim])
			}
		}
	})
	return out
}

// orthonormal makes the columns of y orthonormal, by Cholesky of their products.
func orthonormal(y []float32, dim int) {
	g := make([]float64, dim*dim)
	columns := make([][]float32, dim)
	parallel(dim, func(from, to int) {
		for a := from; a < to; a++ {
			columns[a] = make([]float32, 0, len(y)/dim)
			for i := a; i < len(y); i += dim {
				columns[a] = append(columns[a], y[i])
			}
		}
	})
	parallel(dim, func(from, to int) {
		for a := from; a < to; a++ {
			for b := range a + 1 {
				for at := 0; at < len(columns[a]); at += 4096 { // short sums: float32 is enough for each
					end := min(at+4096, len(columns[a]))
					g[a*dim+b] += float64(dot(columns[a][at:end], columns[b][at:end]))
				}
			}
		}
	})
	var trace float64
	for a := range dim {
		trace += g[a*dim+a]
	}
	for a := range dim { // g becomes its lower Cholesky factor
		for b := range a + 1 {
			s := g[a*dim+b]
			for k := range b {
				s -= g[a*dim+k] * g[b*dim+k]
			}
			if a == b {
				g[a*dim+a] = math.Sqrt(max(s, 1e-9*trace))
			} else {
				g[a*dim+b] = s / g[b*dim+b]
			}
		}
	}
	for a := range dim {
		for k := range a {
			axpy(-float32(g[a*dim+k]), columns[k], columns[a])
		}
		for i := range columns[a] {
			columns[a][i] /= float32(g[a*dim+a])
		}
	}
	for a, c := range columns {
		for i, v := range c {
			y[i*dim+a] = v
		}
	}
}

// model weighs feature vectors by IDF; a class is the mean of its texts unless
// it has a vector of its own.
func (x *matrix) model(vectors, classes []float32, names []string, dim int) *Model {
	if classes == nil {
		classes = make([]float32, len(names)*dim)
		texts := times(x.rows, vectors, dim)
		for i, e := range x.t.examples {
			v := texts[i*dim : (i+1)*dim]
			normalise(v)
			for _, c := range e.Labels {
				axpy(float32(max(1, e.Times))/float32(len(e.Labels)), v, classes[int(c)*dim:int(c+1)*dim])
			}
		}
	}
	weighed := slices.Clone(vectors)
	for f, idf := range x.idf {
		for k := range dim {
			weighed[f*dim+k] *= idf
		}
	}
	return newModel(dim, x.t.index, weighed, names, classes, nil)
}

// Projected is no learning: a random vector per feature, weighed by IDF.
func Projected(examples []Example, names []string, dim int) *Model {
	x := newMatrix(examples, len(names), dim)
	return x.model(x.t.in, nil, names, dim)
}

// LSA is the best subspace of the texts, by subspace iteration from a random start.
func LSA(examples []Example, names []string, dim int) *Model {
	x := newMatrix(examples, len(names), dim)
	v := x.t.in
	for range 3 {
		v = times(x.by, times(x.rows, v, dim), dim)
		orthonormal(v, dim)
	}
	return x.model(v, nil, names, dim)
}

// Regressed is reduced-rank ridge regression of the classes on the features:
// subspace iteration on what the regression predicts of the classes, each step
// solved by conjugate gradients.
func Regressed(examples []Example, names []string, dim int) *Model {
	const ridge, solves, steps = 0.3, 2, 5
	x := newMatrix(examples, len(names), dim)
	right := make([][]entry, len(examples)) // texts × classes
	of := make([][]entry, len(names))
	for i, e := range examples {
		for _, c := range e.Labels {
			v := 1 / float32(len(e.Labels))
			right[i], of[c] = append(right[i], entry{c, v}), append(of[c], entry{int32(i), v})
		}
	}
	// A class with many texts must not take all dimensions.
	for c := range of {
		for k := range of[c] {
			of[c][k].value /= sqrt(float32(len(of[c])))
		}
	}
	for i := range right {
		for k := range right[i] {
			right[i][k].value /= sqrt(float32(len(of[right[i][k].at])))
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	codes := make([]float32, len(names)*dim)
	for i := range codes {
		codes[i] = float32(rng.NormFloat64())
	}
	orthonormal(codes, dim)
	w := make([]float32, len(x.idf)*dim)
	for solve := range solves {
		r := times(x.by, times(right, codes, dim), dim)
		clear(w)
		p, rr := slices.Clone(r), columnDots(r, r, dim)
		for range steps {
			ap := times(x.by, times(x.rows, p, dim), dim)
			axpy(ridge, p, ap)
			pap := columnDots(p, ap, dim)
			next := make([]float64, dim)
			for i := range w {
				a := float32(rr[i%dim] / (pap[i%dim] + 1e-30))
				w[i] += a * p[i]
				r[i] -= a * ap[i]
				next[i%dim] += float64(r[i]) * float64(r[i])
			}
			for i := range p {
				p[i] = r[i] + float32(next[i%dim]/(rr[i%dim]+1e-30))*p[i]
			}
			rr = next
		}
		if solve < solves-1 {
			codes = times(of, times(x.rows, w, dim), dim)
			orthonormal(codes, dim)
		}
	}
	return x.model(w, codes, names, dim)
}

func columnDots(a, b []float32, dim int) []float64 {
	out := make([]float64, dim)
	for i := range a {
		out[i%dim] += float64(a[i]) * float64(b[i])
	}
	return out
}

// Silent trains without the sounds of words.
func Silent(ctx context.Context, examples []Example, names []string, o Options) (*Model, error) {
	o.without = '~'
	return Train(ctx, examples, names, o)
}

// Against trains with rivals: for each example of a batch, n classes more that
// are wrong for it, drawn from those of its own domaine or from those that are
// nearest to its own at the beginning of the epoch.
func Against(ctx context.Context, examples []Example, names []string, o Options, n int, nearest bool) (*Model, error) {
	o.rivals = n
	if !nearest {
		byDomaine := map[string][]int32{}
		for c, name := range names {
			if len(name) == 5 {
				byDomaine[name[:3]] = append(byDomaine[name[:3]], int32(c))
			}
		}
		o.fixed = make([][]int32, len(names))
		for c, name := range names {
			if len(name) == 5 {
				o.fixed[c] = byDomaine[name[:3]]
			}
		}
	}
	return Train(ctx, examples, names, o)
}

func TestOrthonormal(t *testing.T) {
	const n, dim = 9000, 7
	rng := rand.New(rand.NewPCG(1, 1))
	y := make([]float32, n*dim)
	for i := range y {
		y[i] = float32(rng.NormFloat64()) + float32(i%dim)
	}
	orthonormal(y, dim)
	products := columnDots(y, y, dim)
	for a, p := range products {
		var cross float64
		for i := range n {
			cross += float64(y[i*dim+a]) * float64(y[i*dim+(a+1)%dim])
		}
		if math.Abs(p-1) > 1e-3 || math.Abs(cross) > 1e-3 {
			t.Errorf("column %d: length² %f, %f by the next", a, p, cross)
		}
	}
}
