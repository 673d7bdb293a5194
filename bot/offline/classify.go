package offline

import (
	"cmp"
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
)

// The classifier is a softmax over hashed features: words, pairs of words, and
// runs of 3 and 4 characters inside a word, which is what survives a typo.
const (
	buckets = 1 << 14 // features are hashed into as many
	epochs  = 14
	rate    = 1.0
	decay   = 2e-5 // L2, at each step, on the features of the row
	sharp   = 10   // how fast evidence becomes certainty, over √features
)

//go:embed utterances.tsv
var utterancesTSV string

// utterance is a labelled sentence.
type utterance struct {
	roles string // comma-separated, or *
	label string // tool, or act/topic
	text  string
}

func parseUtterances(tsv string) ([]utterance, error) {
	var list []utterance
	for i, line := range strings.Split(tsv, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			return nil, fmt.Errorf("offline: utterances.tsv line %d: %d columns, want 3", i+1, len(f))
		}
		if _, ok := tools[f[1]]; !ok && topics[f[1]] == nil {
			return nil, fmt.Errorf("offline: utterances.tsv line %d: unknown label %q", i+1, f[1])
		}
		list = append(list, utterance{f[0], f[1], f[2]})
	}
	return list, nil
}

// classifier gives each label a probability. Weights lie feature by feature so
// that one feature's weights for all labels share cache lines.
type classifier struct {
	labels  []string
	weights []float32 // buckets × len(labels)
}

var trained = sync.OnceValues(func() (*classifier, error) {
	rows, err := parseUtterances(utterancesTSV)
	if err != nil {
		return nil, err
	}
	return train(rows), nil
})

// train is deterministic: same rows, same weights.
func train(rows []utterance) *classifier {
	c := &classifier{}
	for _, r := range rows {
		if !slices.Contains(c.labels, r.label) {
			c.labels = append(c.labels, r.label)
		}
	}
	slices.Sort(c.labels)
	n := len(c.labels)
	c.weights = make([]float32, buckets*n)

	type example struct {
		features []uint32
		label    int
		step     float32
	}
	count := map[string]int{}
	for _, r := range rows {
		count[r.label]++
	}
	var examples []example
	for _, r := range rows {
		// Labels with few rows weigh a little more, or they are never chosen.
		step := float32(math.Sqrt(float64(len(rows)) / float64(n*count[r.label])))
		examples = append(examples, example{features(read(r.text), firstRole(r.roles)), slices.Index(c.labels, r.label), min(max(step, 0.6), 1.5)})
	}
	order := make([]int, len(examples))
	for i := range order {
		order[i] = i
	}
	seed := uint64(0x9E3779B97F4A7C15)
	p := make([]float32, n)
	for e := range epochs {
		for i := len(order) - 1; i > 0; i-- { // Fisher–Yates with a generator of our own: math/rand may change
			seed ^= seed << 13
			seed ^= seed >> 7
			seed ^= seed << 17
			j := int(seed % uint64(i+1))
			order[i], order[j] = order[j], order[i]
		}
		lr := rate * (1 - float32(e)/epochs)
		for _, i := range order {
			x := examples[i]
			c.score(x.features, p)
			g := lr * x.step / float32(math.Sqrt(float64(len(x.features))))
			for k := range p {
				p[k] *= -g
			}
			p[x.label] += g
			for _, f := range x.features {
				w := c.weights[int(f)*n : int(f)*n+n]
				for k := range w {
					w[k] += p[k] - decay*w[k]
				}
			}
		}
	}
	return c
}

// score fills p with the probability of each label.
func (c *classifier) score(features []uint32, p []float32) {
	n := len(c.labels)
	clear(p)
	for _, f := range features {
		w := c.weights[int(f)*n : int(f)*n+n]
		for k := range w {
			p[k] += w[k]
		}
	}
	scale := float32(1)
	if len(features) > 0 {
		scale = 1 / float32(math.Sqrt(float64(len(features))))
	}
	top := float32(math.Inf(-1))
	for k := range p {
		p[k] *= scale * sharp
		top = max(top, p[k])
	}
	var sum float32
	for k := range p {
		p[k] = float32(math.Exp(float64(p[k] - top)))
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
}

func firstRole(roles string) string {
	if roles == "*" {
		return ""
	}
	r, _, _ := strings.Cut(roles, ",")
	return r
}

// features are the hashed features of a message. Values that slots.go reads
// (codes, figures, places, occupations) stand as their kind, so that what was
// learnt on one boulanger in Lille holds for every occupation everywhere.
func features(m message, role string) []uint32 {
	tokens := masked(m)
	out := make([]uint32, 0, 16*len(tokens)+1)
	add := func(parts ...string) {
		h := uint32(2166136261)
		for _, p := range parts {
			for i := range len(p) {
				h = (h ^ uint32(p[i])) * 16777619
			}
			h = (h ^ 0xff) * 16777619
		}
		h ^= h >> 15
		out = append(out, h%buckets)
	}
	add("bias")
	prev := "^"
	for i, w := range tokens {
		add("w", w)
		add("2", prev, w)
		if i > 1 {
			add("3", tokens[i-2], prev, w)
		}
		prev = w
		if w[0] == '_' || len(w) < 4 {
			continue
		}
		b := "<" + w + ">"
		if len(b) > 24 {
			b = b[:24]
		}
		for n := 3; n <= 4; n++ {
			for j := 0; j+n <= len(b); j++ {
				add("c", b[j:j+n])
			}
		}
	}
	add("2", prev, "$")
	var all []string
	for _, w := range tokens {
		all = append(all, concepts(w)...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	all = all[:min(len(all), 16)]
	for i, a := range all {
		add("k", a)
		for _, b := range all[i+1:] {
			add("kk", a, b)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// best is the likeliest label that may() allows, how sure it is, and the
// runner-up. Topics of one act add up: that it is a refusal can be sure when
// which one is not. The probabilities are of the allowed labels only.
func (c *classifier) best(m message, role string, may func(label string) bool) (label string, sure float64, second string) {
	p := make([]float32, len(c.labels))
	c.score(features(m, role), p)
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
