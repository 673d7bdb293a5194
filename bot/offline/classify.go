package offline

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"path"
	"slices"
	"strings"
	"sync"
)

// The classifier is a softmax over hashed features: words, pairs and triples of
// words, families of words (concepts.go), and runs of 3 and 4 characters, also
// across words, which is what survives a typo. A feature weighs as much as it is
// rare, and those of a message together have length one.
const (
	buckets = 1 << 16 // features are hashed into as many
	epochs  = 20
	rate    = 10
	dropped = 60
	calm    = 0.6  // training saw fewer features of a message, so all of them together are too sure
	still   = 0.01 // steps below it are not taken: most labels are out of the question
)

//go:embed utterances/*.tsv
var utterancesFS embed.FS

// utterance is a labelled sentence.
type utterance struct {
	author string // the file it is in, so that what was learned from one can be tried on another
	roles  string // comma-separated, or *
	label  string // tool, or act/topic
	text   string
	after  string // label of what was asked before it, when it goes on from there
}

// utterances reads every file of the folder, in the order of their names.
func utterances() ([]utterance, error) {
	var all []utterance
	files, err := fs.Glob(utterancesFS, "utterances/*.tsv")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		data, err := utterancesFS.ReadFile(name)
		if err != nil {
			return nil, err
		}
		rows, err := parseUtterances(name, string(data))
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

func parseUtterances(name, tsv string) ([]utterance, error) {
	author := strings.TrimSuffix(path.Base(name), ".tsv")
	var list []utterance
	for i, line := range strings.Split(tsv, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) < 3 || len(f) > 4 {
			return nil, fmt.Errorf("offline: %s line %d: %d columns, want 3 or 4", name, i+1, len(f))
		}
		if _, ok := tools[f[1]]; !ok && topics[f[1]] == nil {
			return nil, fmt.Errorf("offline: %s line %d: unknown label %q", name, i+1, f[1])
		}
		u := utterance{author, f[0], f[1], f[2], ""}
		if len(f) == 4 {
			u.after = f[3]
			if _, ok := tools[u.after]; !ok && topics[u.after] == nil {
				return nil, fmt.Errorf("offline: %s line %d: unknown label %q", name, i+1, u.after)
			}
		}
		list = append(list, u)
	}
	return list, nil
}

// classifier gives each label a probability. Weights lie feature by feature so
// that one feature's weights for all labels share cache lines.
type classifier struct {
	labels  []string
	rarity  []float32 // of each feature: logarithm of how few utterances have it
	weights []float32 // buckets × len(labels)
}

var trained = sync.OnceValues(func() (*classifier, error) {
	rows, err := utterances()
	if err != nil {
		return nil, err
	}
	return train(rows), nil
})

// train is deterministic: same rows, same weights.
func train(rows []utterance) *classifier {
	c := &classifier{rarity: make([]float32, buckets)}
	count := map[string]int{}
	for _, r := range rows {
		count[r.label]++
	}
	c.labels = slices.Sorted(maps.Keys(count))
	n := len(c.labels)
	c.weights = make([]float32, buckets*n)

	type example struct {
		features []feature
		label    int
		step     float32
	}
	examples := make([]example, len(rows))
	for i, r := range rows {
		// Labels with few rows weigh a little more, or they are never chosen.
		step := math.Sqrt(float64(len(rows)) / float64(n*count[r.label]))
		label, _ := slices.BinarySearch(c.labels, r.label)
		examples[i] = example{features(polite(read(r.text)), r.after), label, float32(min(max(step, 0.6), 1.5))}
		for _, f := range examples[i].features {
			c.rarity[f.bucket]++
		}
	}
	for i, seen := range c.rarity {
		c.rarity[i] = float32(math.Log(float64(len(rows)+1) / float64(seen+1)))
	}
	c.rarity[bias] = 1
	order := make([]int, len(examples))
	for i := range examples {
		c.scale(examples[i].features)
		order[i] = i
	}
	seed := uint64(0x9E3779B97F4A7C15)
	p := make([]float32, n)
	var some []feature
	var moved []int
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
			some = some[:0]
			for _, f := range x.features {
				seed ^= seed << 13
				seed ^= seed >> 7
				seed ^= seed << 17
				if seed%100 >= dropped || f.bucket == bias {
					some = append(some, f)
				}
			}
			c.score(some, p)
			moved = moved[:0]
			for k := range p {
				p[k] *= -lr * x.step
				if k == x.label {
					p[k] += lr * x.step
				}
				if p[k] < -still || p[k] > still {
					moved = append(moved, k)
				}
			}
			for _, f := range some {
				w := c.weights[int(f.bucket)*n : int(f.bucket)*n+n]
				for _, k := range moved {
					w[k] += p[k] * f.value
				}
			}
		}
	}
	return c
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

func firstRole(roles string) string {
	if roles == "*" {
		return ""
	}
	r, _, _ := strings.Cut(roles, ",")
	return r
}

// feature is one thing that is true of a message and how much it says.
type feature struct {
	bucket uint32
	value  float32
}

const (
	bias        = 0 // the bucket of what is true of every message
	biasValue   = 0.3
	wordValue   = 2   // a word says more than its letters…
	charValue   = 0.7 // …of which there are many
	afterValue  = 4   // what was asked before
	pairValue   = 1.4 // two words, more than each of their letters
	familyValue = 1.5 // what a word is about (concepts.go)
	copiedValue = 0.4 // what is copied after a colon, beside what is asked before it
)

// features are the hashed features of a message, sorted, with the label of what
// was asked before it. Values that slots.go
// reads (codes, figures, places, occupations) stand as their kind, so that what
// was learnt on one boulanger in Lille holds for every occupation everywhere.
func features(m message, after string) []feature {
	tokens, asking := masked(m)
	out := make([]feature, 0, 16*len(tokens)+1)
	add := func(value float32, parts ...string) {
		h := uint32(2166136261)
		for _, p := range parts {
			for i := range len(p) {
				h = (h ^ uint32(p[i])) * 16777619
			}
			h = (h ^ 0xff) * 16777619
		}
		h ^= h >> 15
		out = append(out, feature{1 + h%(buckets-1), value})
	}
	prev, before := "^", ""
	for i, w := range tokens {
		weight := float32(1)
		if i >= asking {
			weight = copiedValue
		}
		add(wordValue*weight, "w", w)
		add(pairValue*weight, "2", prev, w)
		if i > 0 {
			add(weight, "3", before, prev, w)
		}
		before, prev = prev, w
	}
	add(1, "2", prev, "$")
	spell := func(tokens []string, value float32) {
		letters := " " + strings.Join(tokens, " ") + " "
		for n := 3; n <= 4; n++ {
			for j := 0; j+n <= len(letters); j++ {
				add(value, "c", letters[j:j+n])
			}
		}
	}
	spell(tokens[:asking], charValue)
	if asking < len(tokens) {
		spell(tokens[asking:], charValue*copiedValue)
	}
	var all []string
	for _, w := range tokens[:asking] {
		all = append(all, concepts(w)...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	all = all[:min(len(all), 16)]
	for i, a := range all {
		add(familyValue, "k", a)
		for _, b := range all[i+1:] {
			add(1, "kk", a, b)
		}
	}
	if after != "" {
		add(afterValue, "after", after)
		if len(tokens) <= 6 {
			add(afterValue, "short", after)
		}
	}
	// What stands twice counts once.
	slices.SortFunc(out, func(a, b feature) int { return cmp.Or(cmp.Compare(a.bucket, b.bucket), cmp.Compare(b.value, a.value)) })
	out = slices.CompactFunc(out, func(a, b feature) bool { return a.bucket == b.bucket })
	return append(out, feature{bias, biasValue})
}

// best is the likeliest label that may() allows, how sure it is, and the
// runner-up. Topics of one act add up: that it is a refusal can be sure when
// which one is not. The probabilities are of the allowed labels only.
func (c *classifier) best(m message, after string, may func(label string) bool) (label string, sure float64, second string) {
	p := make([]float32, len(c.labels))
	x := features(m, after)
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
