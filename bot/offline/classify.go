package offline

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// The classifier is a softmax over hashed features (features.go). A feature
// weighs as much as it is rare, and those of a message together have length one.
const (
	buckets = 1 << 16 // features are hashed into as many
	calm    = 0.6     // training saw fewer features of a message, so all of them together are too sure
)

// classifier gives each label a probability. Weights lie feature by feature so
// that one feature's weights for all labels share cache lines.
type classifier struct {
	labels  []string
	seen    map[string]struct{} // words of utterances
	rarity  []float32           // of each feature: logarithm of how few utterances have it
	weights []float32           // buckets × len(labels)
}

// scale weighs features by their rarity and gives them length one together.
func (c *classifier) scale(features []feature) {
	var sum float32
	for i, f := range features {
		if f.bucket != bias {
			features[i].value *= c.rarity[f.bucket]
			sum += features[i].value * features[i].value
		}
	}
	if sum == 0 {
		return
	}
	length := float32(math.Sqrt(float64(sum)))
	for i, f := range features {
		if f.bucket != bias {
			features[i].value /= length
		}
	}
}

// score fills p with the probability of each label for scaled features.
func (c *classifier) score(features []feature, p []float32) {
	n := len(c.labels)
	clear(p)
	for _, f := range features {
		w := c.weights[int(f.bucket)*n : int(f.bucket)*n+n]
		for k := range w {
			p[k] += w[k] * f.value
		}
	}
	top := slices.Max(p)
	var sum float32
	for k := range p {
		p[k] = float32(math.Exp(float64(p[k] - top)))
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
}

// best is the likeliest label that may() allows, how sure it is, and the
// runner-up. Topics of one act add up: that it is a refusal can be sure when
// which one is not. The probabilities are of the allowed labels only.
func (c *classifier) best(m message, in setting, may func(label string) bool) (label string, sure float64, second string) {
	p := make([]float32, len(c.labels))
	x := features(m, in, func(w string) bool { _, ok := c.seen[w]; return !ok })
	c.scale(x)
	for i := range x {
		x[i].value *= calm
	}
	c.score(x, p)
	type reading struct {
		label    string // the likeliest of its act
		top, sum float32
	}
	var readings []reading // few: a linear search is enough
	var total float32
	for k, l := range c.labels {
		if !may(l) {
			continue
		}
		total += p[k]
		act, _, _ := strings.Cut(l, "/")
		i := slices.IndexFunc(readings, func(r reading) bool {
			a, _, _ := strings.Cut(r.label, "/")
			return a == act
		})
		if i < 0 {
			readings = append(readings, reading{label: l})
			i = len(readings) - 1
		}
		r := &readings[i]
		r.sum += p[k]
		if p[k] > r.top {
			r.top, r.label = p[k], l
		}
	}
	if total == 0 {
		return "clarify/vague", 0, ""
	}
	slices.SortStableFunc(readings, func(a, b reading) int { return cmp.Compare(b.sum, a.sum) })
	if len(readings) > 1 {
		second = readings[1].label
	}
	return readings[0].label, float64(readings[0].sum / total), second
}
