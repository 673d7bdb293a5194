package skills

import (
	"math"
	"slices"
)

// sample is one proposal of one text.
type sample struct {
	text  int
	x     []float32 // features
	right bool
	w     float64
}

// How the forest is grown: slowly, and with leaves that many samples share, as
// there are few texts.
const (
	trees  = 250
	rate   = 0.06
	ridge  = 8.0 // pulls the value of a leaf to nothing
	least  = 6.0 // weight of the samples of a leaf, by how uncertain they are
	levels = 24  // cuts that are tried of a feature
)

// grow fits a forest by gradient boosting: each tree is fitted to what those
// before it leave unexplained.
func grow(samples []sample) *forest {
	cuts, level := levelsOf(samples)
	var total, right float64
	for _, s := range samples {
		total += s.w
		if s.right {
			right += s.w
		}
	}
	f := &forest{bias: float32(math.Log(right / (total - right)))}
	z := make([]float64, len(samples))
	push, curve := make([]float64, len(samples)), make([]float64, len(samples))
	all := make([]int32, len(samples))
	for i := range samples {
		z[i], all[i] = float64(f.bias), int32(i)
	}
	for range trees {
		for i, s := range samples {
			p, w := 1/(1+math.Exp(-z[i])), s.w/total*float64(len(samples))
			push[i], curve[i] = -w*p, w*p*(1-p)
			if s.right {
				push[i] += w
			}
		}
		var t tree
		var split func(n int, list []int32)
		split = func(n int, list []int32) {
			var p, c float64
			for _, i := range list {
				p += push[i]
				c += curve[i]
			}
			if n >= len(t.feature) {
				t.leaf[n-len(t.feature)] = float32(rate * p / (c + ridge))
				return
			}
			best, at := 1e-6, -1
			t.cut[n] = 1e9 // none above it: all go one way
			for feature := range cuts {
				var ps, cs [levels + 1]float64
				for _, i := range list {
					b := level[feature][i]
					ps[b] += push[i]
					cs[b] += curve[i]
				}
				var pl, cl float64
				for b, cut := range cuts[feature] {
					pl += ps[b]
					cl += cs[b]
					if cl < least || c-cl < least {
						continue
					}
					if gain := pl*pl/(cl+ridge) + (p-pl)*(p-pl)/(c-cl+ridge) - p*p/(c+ridge); gain > best {
						best, at, t.feature[n], t.cut[n] = gain, b, feature, cut
					}
				}
			}
			var low, high []int32
			for _, i := range list {
				if at < 0 || int(level[t.feature[n]][i]) <= at {
					low = append(low, i)
				} else {
					high = append(high, i)
				}
			}
			split(2*n+1, low)
			split(2*n+2, high)
		}
		split(0, all)
		for i := range samples {
			z[i] += float64(t.value(samples[i].x))
		}
		f.trees = append(f.trees, t)
	}
	return f
}

// levelsOf are the cuts to try of each feature, and between which of them each
// sample lies.
func levelsOf(samples []sample) (cuts [][]float32, level [][]uint8) {
	for feature := range samples[0].x {
		values := make([]float32, len(samples))
		for i := range samples {
			values[i] = samples[i].x[feature]
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
		at := make([]uint8, len(samples))
		for i := range samples {
			n, _ := slices.BinarySearch(distinct, samples[i].x[feature])
			at[i] = uint8(n)
		}
		cuts, level = append(cuts, distinct), append(level, at)
	}
	return cuts, level
}
