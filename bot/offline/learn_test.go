package offline

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
)

// How weights.bin is learned: by tests alone, so that neither the utterances nor
// this is in the program.
const (
	fits     = 4 // fits in orders of their own, averaged: each is right about other odd messages
	epochs   = 20
	rate     = 10
	dropped  = 60
	still    = 0.01 // steps below it are not taken: most labels are out of the question
	alsoGets = 0.15 // of a label's share, what else would be right
)

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

// round gives weights the values that a byte can hold: what is measured is what
// is shipped.
func (c *classifier) round() {
	n := len(c.labels)
	for k, top := range c.tops() {
		for i := k; i < len(c.weights); i += n {
			c.weights[i] = float32(math.RoundToEven(float64(c.weights[i]/top*127))) * top / 127
		}
	}
}

// tops are the greatest weights of each label.
func (c *classifier) tops() []float32 {
	n := len(c.labels)
	tops := make([]float32, n)
	for i, w := range c.weights {
		tops[i%n] = max(tops[i%n], w, -w)
	}
	for k := range tops {
		tops[k] = max(tops[k], math.SmallestNonzeroFloat32)
	}
	return tops
}

// encode writes a classifier and the sum of what it was learned from.
func (c *classifier) encode(from uint64) ([]byte, error) {
	var raw bytes.Buffer
	text := strings.Join(c.labels, " ") + "\n" + strings.Join(slices.Sorted(maps.Keys(c.seen)), " ") + "\n"
	binary.Write(&raw, binary.LittleEndian, from)
	binary.Write(&raw, binary.LittleEndian, uint32(len(text)))
	raw.WriteString(text)
	binary.Write(&raw, binary.LittleEndian, c.rarity)
	tops := c.tops()
	binary.Write(&raw, binary.LittleEndian, tops)
	n := len(c.labels)
	for k := range n { // label by label: likes beside likes are shorter
		for i := k; i < len(c.weights); i += n {
			raw.WriteByte(byte(int8(math.RoundToEven(float64(c.weights[i] / tops[k] * 127)))))
		}
	}
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(raw.Bytes()); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// learnedFrom is the sum that weights.bin holds.
func learnedFrom(data []byte) uint64 {
	head := make([]byte, 8)
	if _, err := io.ReadFull(flate.NewReader(bytes.NewReader(data)), head); err != nil {
		return 0
	}
	return binary.LittleEndian.Uint64(head)
}

// sumOf changes with the utterances and with what is read of them, so that a test
// can tell when they are to be learned again.
func sumOf(rows []utterance) uint64 {
	h := fnv.New64a()
	messages, with := readAll(rows)
	for i, r := range rows {
		fmt.Fprint(h, r.label, r.also, features(messages[i], setting{r.role(i), r.after}, func(w string) bool { return with[w] == 1 }))
	}
	return h.Sum64()
}
