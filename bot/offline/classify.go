package offline

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
)

// The classifier is a softmax over hashed features (features.go). A feature
// weighs as much as it is rare, and those of a message together have length one.
const (
	buckets  = 1 << 16 // features are hashed into as many
	fits     = 4       // fits in orders of their own, averaged: each is right about other odd messages
	epochs   = 20
	rate     = 10
	dropped  = 60
	calm     = 0.6  // training saw fewer features of a message, so all of them together are too sure
	still    = 0.01 // steps below it are not taken: most labels are out of the question
	alsoGets = 0.15 // of a label's share, what else would be right
)

// classifier gives each label a probability. Weights lie feature by feature so
// that one feature's weights for all labels share cache lines.
type classifier struct {
	labels  []string
	seen    map[string]struct{} // words of utterances
	rarity  []float32           // of each feature: logarithm of how few utterances have it
	weights []float32           // buckets × len(labels)
}

// example is an utterance as it is learned.
type example struct {
	features []feature
	label    int
	also     []int // labels that would be right too
	step     float32
}

// train is deterministic: same rows, same weights.
func train(rows []utterance) *classifier {
	c := &classifier{rarity: make([]float32, buckets), seen: map[string]struct{}{}}
	count := map[string]int{}
	for _, r := range rows {
		count[r.label]++
	}
	c.labels = slices.Sorted(maps.Keys(count))
	n := len(c.labels)
	c.weights = make([]float32, buckets*n)
	messages, with := readAll(rows)
	for w := range with {
		c.seen[w] = struct{}{}
	}
	examples := make([]example, len(rows))
	for i, r := range rows {
		// Labels with few rows weigh a little more, or they are never chosen.
		step := math.Sqrt(float64(len(rows)) / float64(n*count[r.label]))
		x := example{step: float32(min(max(step, 0.6), 1.5))}
		x.label, _ = slices.BinarySearch(c.labels, r.label)
		for k, l := range c.labels {
			act, _, _ := strings.Cut(l, "/")
			if k != x.label && slices.Contains(r.also, act) {
				x.also = append(x.also, k)
			}
		}
		x.features = features(messages[i], setting{r.role(i), r.after}, func(w string) bool { return with[w] == 1 })
		for _, f := range x.features {
			c.rarity[f.bucket]++
		}
		examples[i] = x
	}
	for i, seen := range c.rarity {
		c.rarity[i] = float32(math.Log(float64(len(rows)+1) / float64(seen+1)))
	}
	c.rarity[bias] = 1
	for i := range examples {
		c.scale(examples[i].features)
	}
	each := make([][]float32, fits)
	var wait sync.WaitGroup
	for i := range each {
		wait.Go(func() { each[i] = c.fit(examples, uint64(i+1)*0x9E3779B97F4A7C15) })
	}
	wait.Wait()
	for _, w := range each { // scores of several fits add up, so their weights do
		for i := range w {
			c.weights[i] += w[i] / fits
		}
	}
	c.round()
	return c
}

// readAll reads the texts of utterances and counts how many have each word.
func readAll(rows []utterance) (messages []message, with map[string]int) {
	with = map[string]int{}
	for _, r := range rows {
		m := polite(read(r.text))
		messages = append(messages, m)
		tokens, _ := masked(m)
		slices.Sort(tokens)
		for _, w := range slices.Compact(tokens) {
			with[w]++
		}
	}
	return messages, with
}

// fit goes through the examples in an order of its own and gives the weights.
func (c *classifier) fit(examples []example, seed uint64) []float32 {
	n := len(c.labels)
	c = &classifier{labels: c.labels, weights: make([]float32, buckets*n)}
	order := make([]int, len(examples))
	for i := range order {
		order[i] = i
	}
	next := func() uint64 { // a generator of our own: math/rand may change
		seed ^= seed << 13
		seed ^= seed >> 7
		seed ^= seed << 17
		return seed
	}
	p := make([]float32, n)
	var some []feature
	var moved []int
	for e := range epochs {
		for i := len(order) - 1; i > 0; i-- {
			j := int(next() % uint64(i+1))
			order[i], order[j] = order[j], order[i]
		}
		lr := rate * (1 - float32(e)/epochs)
		for _, i := range order {
			x := examples[i]
			some = some[:0]
			for _, f := range x.features {
				if next()%100 >= dropped || f.bucket == bias {
					some = append(some, f)
				}
			}
			c.score(some, p)
			moved = x.steps(p, lr*x.step, moved[:0])
			for _, f := range some {
				w := c.weights[int(f.bucket)*n : int(f.bucket)*n+n]
				for _, k := range moved {
					w[k] += p[k] * f.value
				}
			}
		}
	}
	return c.weights
}

// steps turns the probabilities of labels into the steps towards what is right,
// and lists those worth taking.
func (x example) steps(p []float32, lr float32, moved []int) []int {
	var others, share float32
	for _, k := range x.also {
		others += p[k]
	}
	if others > 0 {
		share = alsoGets
	}
	for k := range p {
		want := float32(0)
		if k == x.label {
			want = 1 - share
		} else if share > 0 && slices.Contains(x.also, k) {
			want = share * p[k] / others
		}
		p[k] = lr * (want - p[k])
		if p[k] < -still || p[k] > still {
			moved = append(moved, k)
		}
	}
	return moved
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
