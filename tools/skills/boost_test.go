package skills

import (
	"math"
	"math/rand/v2"
	"slices"
)

// sample is one label of one text.
type sample struct {
	text  int
	x     []float32 // features
	right bool
	w     float64
}

// growth is how a forest is grown: slowly, and with leaves that many samples
// share, as there are few texts.
type growth struct {
	trees  int
	rate   float64
	ridge  float64 // pulls the value of a leaf to nothing
	least  float64 // weight of the samples of a leaf, by how uncertain they are
	rows   float64 // share of the samples that a tree is fitted to
	column float64 // and of the features
}

const levels = 31 // cuts that are tried of a feature

// grow fits a forest by gradient boosting: each tree is fitted to what those
// before it leave unexplained.
func grow(samples []sample, g growth) *forest {
	rnd := rand.New(rand.NewPCG(1, 2))
	cuts, level := levelsOf(samples)
	columns := len(cuts)
	var total, right float64
	for _, s := range samples {
		total += s.w
		if s.right {
			right += s.w
		}
	}
	f := &forest{features: columns, bias: float32(math.Log(right / (total - right)))}
	z := make([]float64, len(samples))
	push, curve := make([]float64, len(samples)), make([]float64, len(samples))
	for i := range samples {
		z[i] = float64(f.bias)
	}
	type cell struct{ p, c float64 }
	var pool [][]cell
	for range g.trees {
		var all []int32
		for i, s := range samples {
			p, w := 1/(1+math.Exp(-z[i])), s.w/total*float64(len(samples))
			push[i], curve[i] = -w*p, w*p*(1-p)
			if s.right {
				push[i] += w
			}
			if rnd.Float64() < g.rows {
				all = append(all, int32(i))
			}
		}
		var asked []int
		for k := range columns {
			if rnd.Float64() < g.column {
				asked = append(asked, k)
			}
		}
		count := func(list []int32) []cell {
			var h []cell
			if n := len(pool); n > 0 {
				h, pool = pool[n-1], pool[:n-1]
				clear(h)
			} else {
				h = make([]cell, columns*(levels+1))
			}
			for _, i := range list {
				row, p, c := level[int(i)*columns:int(i+1)*columns], push[i], curve[i]
				for _, k := range asked {
					at := &h[k*(levels+1)+int(row[k])]
					at.p += p
					at.c += c
				}
			}
			return h
		}
		var t tree
		var split func(n int, list []int32, h []cell)
		split = func(n int, list []int32, h []cell) {
			if n >= len(t.feature) {
				var p, c float64
				for _, i := range list {
					p += push[i]
					c += curve[i]
				}
				t.leaf[n-len(t.feature)] = float32(g.rate * p / (c + g.ridge))
				return
			}
			var p, c float64
			if len(asked) > 0 {
				for _, x := range h[asked[0]*(levels+1) : (asked[0]+1)*(levels+1)] {
					p += x.p
					c += x.c
				}
			}
			best, at := 1e-6, -1
			t.cut[n] = 1e9 // none above it: all go one way
			for _, k := range asked {
				var pl, cl float64
				for b, cut := range cuts[k] {
					x := h[k*(levels+1)+b]
					pl += x.p
					cl += x.c
					if cl < g.least || c-cl < g.least {
						continue
					}
					if gain := pl*pl/(cl+g.ridge) + (p-pl)*(p-pl)/(c-cl+g.ridge) - p*p/(c+g.ridge); gain > best {
						best, at, t.feature[n], t.cut[n] = gain, b, k, cut
					}
				}
			}
			var low, high []int32
			for _, i := range list {
				if at < 0 || int(level[int(i)*columns+t.feature[n]]) <= at {
					low = append(low, i)
				} else {
					high = append(high, i)
				}
			}
			if 2*n+1 >= len(t.feature) {
				split(2*n+1, low, nil)
				split(2*n+2, high, nil)
				pool = append(pool, h)
				return
			}
			// The other half is what is left of the whole.
			few := low
			if len(high) < len(low) {
				few = high
			}
			counted := count(few)
			for k := range h {
				h[k].p -= counted[k].p
				h[k].c -= counted[k].c
			}
			if len(high) < len(low) {
				split(2*n+1, low, h)
				split(2*n+2, high, counted)
			} else {
				split(2*n+1, low, counted)
				split(2*n+2, high, h)
			}
		}
		split(0, all, count(all))
		for i := range samples {
			z[i] += float64(t.value(samples[i].x))
		}
		f.trees = append(f.trees, t)
	}
	return f
}

// levelsOf are the cuts to try of each feature, and between which of them each
// sample lies: a row for each sample.
func levelsOf(samples []sample) (cuts [][]float32, level []uint8) {
	columns := len(samples[0].x)
	level = make([]uint8, columns*len(samples))
	values := make([]float32, len(samples))
	for k := range columns {
		for i := range samples {
			values[i] = samples[i].x[k]
		}
		slices.Sort(values)
		distinct := slices.Compact(slices.Clone(values))
		if len(distinct) > levels {
			distinct = distinct[:0]
			for i := range levels {
				distinct = append(distinct, values[len(values)*(i+1)/(levels+1)])
			}
			distinct = slices.Compact(distinct)
		}
		for i := range samples {
			n, _ := slices.BinarySearch(distinct, samples[i].x[k])
			level[i*columns+k] = uint8(n)
		}
		cuts = append(cuts, distinct)
	}
	return cuts, level
}
