package subword

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

// Example is a text and the classes it may stand for (indices below the number
// of classes): a job title and its métier, a skill and the métiers that need it.
type Example struct {
	Text   string
	Labels []int32
	Times  int // how often an epoch sees it; 1 when zero
}

// Options of [Train]; zero values are the defaults.
type Options struct {
	Dim    int // defaultDim
	Epochs int // defaultEpochs
	Seed   uint64
	Done   func(done, total int) // called now and then

	// For comparisons (ways_test.go).
	without byte      // features that begin with it are left out
	rivals  int       // classes drawn for each example to be wrong besides the batch's
	fixed   [][]int32 // from these, by class; nil: from the nearest classes
}

const (
	defaultDim    = 192
	defaultEpochs = 4

	batchSize = 256
	sharpness = 10   // inverse temperature of the softmax over cosines
	rate      = 0.05 // of Adagrad

	keepWord    = 0.65 // share of word features a step sees; the rest must be read from n-grams, as in a typo
	keepGram    = 0.75
	minMentions = 2 // features seen in fewer texts carry nothing over
	negligible  = 2e-4
)

// Train learns a vector per feature, and one per class, such that the texts of
// one class point its way. classes are their names; [Model.Learned] knows those
// that are not empty. It is deterministic: the result depends on the arguments
// only, not on the number of processors.
func Train(ctx context.Context, examples []Example, classes []string, o Options) (*Model, error) {
	o.Dim, o.Epochs = cmp.Or(o.Dim, defaultDim), cmp.Or(o.Epochs, defaultEpochs)
	t := newTrainer(examples, len(classes), o)
	if err := t.run(ctx); err != nil {
		return nil, err
	}
	return newModel(t.o.Dim, t.index, t.in, classes, t.out, t.seen), nil
}

// Recipe tells apart the trainings that give different models from the same
// examples with the default [Options].
func Recipe() string {
	return fmt.Sprintln(format, defaultDim, defaultEpochs, batchSize, sharpness, rate, keepWord, keepGram, minMentions, negligible, minGram, maxGram, maxWords)
}

// word is the features of one word that are kept.
type word struct {
	whole int32 // row of the word itself plus one, 0 when it is too rare
	grams []int32
}

type trainer struct {
	o         Options
	examples  []Example
	texts     [][]word
	index     map[string]int32
	in, out   []float32 // vectors of features and classes, row by row
	gin, gout []float32 // Adagrad sums, one per row
	classes   int
	seen      []string // words of mendable length
	order     []int32
	near      [][]int32 // of each class, the nearest ones
}

func newTrainer(examples []Example, classes int, o Options) *trainer {
	t := &trainer{o: o, examples: examples, classes: classes, index: map[string]int32{}}
	// Words repeat across texts, so n-grams are made once a word.
	splits := make([][]string, len(examples))
	parallel(len(examples), func(from, to int) {
		for i := from; i < to; i++ {
			splits[i] = words(examples[i].Text)
		}
	})
	mentions := map[string]int{}
	for _, text := range splits {
		for _, w := range text {
			mentions[w]++
		}
	}
	vocabulary := slices.Sorted(maps.Keys(mentions))
	for _, w := range vocabulary {
		if len(w) >= mendable && len(w) <= longest {
			t.seen = append(t.seen, w)
		}
	}
	spread := map[string]int{} // feature → mentions
	for _, w := range vocabulary {
		grams(w, func(g string) { spread[g] += mentions[w] })
	}
	known := make(map[string]word, len(vocabulary))
	for _, w := range vocabulary {
		var fs word
		grams(w, func(g string) {
			if spread[g] < minMentions || g[0] == o.without {
				return
			}
			row, ok := t.index[g]
			if !ok {
				row = int32(len(t.index))
				t.index[g] = row
			}
			if g[0] == '=' {
				fs.whole = row + 1
				return
			}
			fs.grams = append(fs.grams, row)
		})
		known[w] = fs
	}
	for i, text := range splits {
		t.texts = append(t.texts, make([]word, 0, len(text)))
		for _, w := range text {
			t.texts[i] = append(t.texts[i], known[w])
		}
		for range max(1, examples[i].Times) {
			t.order = append(t.order, int32(i))
		}
	}
	rng := rand.New(rand.NewPCG(o.Seed, 1))
	t.in = make([]float32, len(t.index)*o.Dim)
	for i := range t.in {
		t.in[i] = float32(rng.NormFloat64()) / float32(math.Sqrt(float64(o.Dim)))
	}
	t.out = make([]float32, classes*o.Dim)
	for i := range t.out {
		t.out[i] = float32(rng.NormFloat64()) / float32(math.Sqrt(float64(o.Dim)))
	}
	t.gin, t.gout = make([]float32, len(t.index)), make([]float32, classes)
	return t
}

// sample is one example of a batch on its way through a step.
type sample struct {
	label   int32
	rows    []int32   // features kept, with
	weights []float32 // their share of the sum
	hidden  []float32 // unit vector of the text
	norm    float32
	grad    []float32 // of the loss by the sum before normalisation
	against []int32   // classes (positions in the batch's list) with
	push    []float32 // a gradient worth applying
}

func (t *trainer) run(ctx context.Context) error {
	steps := (len(t.order) + batchSize - 1) / batchSize
	total := steps * t.o.Epochs
	batch := make([]sample, batchSize)
	for i := range batch {
		batch[i].hidden, batch[i].grad = make([]float32, t.o.Dim), make([]float32, t.o.Dim)
	}
	place := make([]int32, t.classes) // class → position in the list of the batch, or -1
	for i := range place {
		place[i] = -1
	}
	step := 0
	for epoch := range t.o.Epochs {
		t.confuse(epoch)
		rng := rand.New(rand.NewPCG(t.o.Seed, uint64(epoch)+2))
		rng.Shuffle(len(t.order), func(i, j int) { t.order[i], t.order[j] = t.order[j], t.order[i] })
		for chunk := range slices.Chunk(t.order, batchSize) {
			if err := ctx.Err(); err != nil {
				return err
			}
			eta := rate * (1 - 0.95*float32(step)/float32(total))
			list := t.draw(batch[:len(chunk)], chunk, rng, place)
			t.forward(batch[:len(chunk)], chunk, list, place)
			t.apply(batch[:len(chunk)], list, eta)
			for _, c := range list {
				place[c] = -1
			}
			if step++; t.o.Done != nil && step%64 == 0 {
				t.o.Done(step, total)
			}
		}
	}
	return nil
}

// draw chooses, for every example of the batch, its class and the features it
// keeps, and returns the classes of the batch: each example's own is right, the
// others' are wrong for it.
func (t *trainer) draw(batch []sample, chunk []int32, rng *rand.Rand, place []int32) (list []int32) {
	for i, e := range chunk {
		s := &batch[i]
		labels := t.examples[e].Labels
		s.label = labels[rng.IntN(len(labels))]
		if place[s.label] < 0 {
			place[s.label] = int32(len(list))
			list = append(list, s.label)
		}
		if rivals := t.confused(s.label); len(rivals) > 0 {
			for range t.o.rivals {
				if c := rivals[rng.IntN(len(rivals))]; place[c] < 0 {
					place[c] = int32(len(list))
					list = append(list, c)
				}
			}
		}
		s.rows, s.weights = s.rows[:0], s.weights[:0]
		for _, w := range t.texts[e] {
			from := len(s.rows)
			if w.whole > 0 && rng.Float32() < keepWord {
				s.rows = append(s.rows, w.whole-1)
			}
			for _, f := range w.grams {
				if rng.Float32() < keepGram {
					s.rows = append(s.rows, f)
				}
			}
			share := 1 / float32(len(s.rows)-from)
			for range len(s.rows) - from {
				s.weights = append(s.weights, share)
			}
		}
	}
	return list
}

// forward computes the vectors, the softmax over the batch's classes and the
// gradient of every example. Examples are independent, so they run in parallel.
func (t *trainer) forward(batch []sample, chunk, list, place []int32) {
	parallel(len(batch), func(from, to int) {
		p := make([]float32, len(list))
		for i := from; i < to; i++ {
			t.sample(&batch[i], t.examples[chunk[i]].Labels, list, place, p)
		}
	})
}

func (t *trainer) sample(s *sample, labels, list, place []int32, p []float32) {
	dim := t.o.Dim
	clear(s.hidden)
	for k, f := range s.rows {
		axpy(s.weights[k], t.in[int(f)*dim:int(f+1)*dim], s.hidden)
	}
	s.norm = normalise(s.hidden)
	s.against, s.push = s.against[:0], s.push[:0]
	clear(s.grad)
	if s.norm == 0 {
		return
	}
	top := float32(math.Inf(-1))
	for k, c := range list {
		p[k] = sharpness * dot(s.hidden, t.out[int(c)*dim:int(c+1)*dim])
		top = max(top, p[k])
	}
	for _, c := range labels { // the text is right for these too: not wrong for it
		if k := place[c]; k >= 0 && c != s.label {
			p[k] = float32(math.Inf(-1))
		}
	}
	var sum float32
	for k := range p {
		p[k] = float32(math.Exp(float64(p[k] - top)))
		sum += p[k]
	}
	own := place[s.label]
	for k := range p {
		g := p[k] / sum
		if int32(k) == own {
			g -= 1
		}
		if g > negligible || g < -negligible {
			c := list[k]
			axpy(g, t.out[int(c)*dim:int(c+1)*dim], s.grad)
			s.against = append(s.against, int32(k))
			s.push = append(s.push, g)
		}
	}
	// Through the normalisation: only what turns the vector counts.
	axpy(-dot(s.grad, s.hidden), s.hidden, s.grad)
	for i := range s.grad {
		s.grad[i] /= s.norm
	}
}

// apply moves the vectors. Each worker owns a slice of the dimensions and goes
// through the examples in order, so sums have one order whatever the number of
// workers; the Adagrad sums need all dimensions and are updated first.
func (t *trainer) apply(batch []sample, list []int32, eta float32) {
	dim := t.o.Dim
	for i := range batch {
		s := &batch[i]
		g := dot(s.grad, s.grad) / float32(dim)
		for k, f := range s.rows {
			t.gin[f] += g * s.weights[k] * s.weights[k]
		}
		for k, c := range s.against {
			t.gout[list[c]] += s.push[k] * s.push[k] / float32(dim)
		}
	}
	parallel(dim, func(from, to int) {
		for i := range batch {
			s := &batch[i]
			for k, f := range s.rows {
				axpy(-eta*s.weights[k]/sqrt(t.gin[f]), s.grad[from:to], t.in[int(f)*dim+from:int(f)*dim+to])
			}
			for k, c := range s.against {
				row := int(list[c]) * dim
				axpy(-eta*s.push[k]/sqrt(t.gout[list[c]]), s.hidden[from:to], t.out[row+from:row+to])
			}
		}
	})
}

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) + 1e-6 }

// nearest is how many classes count as easily taken for one.
const nearest = 12

// confuse finds the classes that are nearest to each, for the epoch.
func (t *trainer) confuse(epoch int) {
	if t.o.rivals == 0 || t.o.fixed != nil || epoch == 0 { // at first all are anywhere
		return
	}
	dim := t.o.Dim
	unit := make([]float32, len(t.out))
	copy(unit, t.out)
	for row := range slices.Chunk(unit, dim) {
		normalise(row)
	}
	t.near = make([][]int32, t.classes)
	parallel(t.classes, func(from, to int) {
		cosines := make([]float32, t.classes)
		for c := from; c < to; c++ {
			order := make([]int32, t.classes)
			for k := range order {
				order[k] = int32(k)
				cosines[k] = dot(unit[c*dim:(c+1)*dim], unit[k*dim:(k+1)*dim])
			}
			slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(cosines[b], cosines[a]), cmp.Compare(a, b)) })
			t.near[c] = slices.Clone(order[1:min(nearest+1, len(order))])
		}
	})
}

func (t *trainer) confused(class int32) []int32 {
	switch {
	case t.o.rivals == 0:
		return nil
	case t.o.fixed != nil:
		return t.o.fixed[class]
	case t.near != nil:
		return t.near[class]
	}
	return nil
}
