package legality

import (
	"encoding/binary"
	"math"
	"math/rand"
	"slices"
	"strings"

	"tandem/tools/span"
)

// How the model of sentence.go is learned: a softmax over the outputs, on vectors
// whose pieces are left out at random, so that no single word is relied upon.

const (
	sentenceEpochs = 10
	sentenceRate   = .1 // of AdaGrad
	sentencePull   = 1e-5
	leftOut        = .2
	fewestPieces   = 2  // times a piece must occur
	ordinary       = .3 // what a sentence of a published offer weighs
)

// bag is the sentences of one phrase, and what at least one of them is.
type bag struct {
	author    string
	sentences [][]uint32
	output    int // what they are; none: all of them
	lawful    bool
	weight    float32
}

// sentences keeps a phrase for the model.
func (l *learner) sentences(id, kind string, o Offer, weight float32) {
	n := len(l.e.rules)
	b := bag{author: l.author, output: 2 * n, lawful: kind == "OK", weight: min(weight, 3)}
	k := slices.IndexFunc(l.e.rules, func(r *rule) bool { return r.ID == id })
	if k >= 0 && kind == "OK" {
		b.output = k + n
	} else if k >= 0 {
		b.output = k
	}
	l.eachSentence(o, func(_ *page, _, _ int, pieces []uint32) { b.sentences = append(b.sentences, pieces) })
	if k < 0 { // of no rule: each for itself
		for _, x := range b.sentences {
			one := b
			one.sentences = [][]uint32{x}
			l.bags = append(l.bags, one)
		}
		return
	}
	l.bags = append(l.bags, b)
}

func (l *learner) eachSentence(o Offer, see func(pg *page, from, to int, pieces []uint32)) {
	s := new(scratch)
	l.e.scan(o, s)
	l.e.cues(s)
	l.e.eachSentence(s, func(page int8, from, to int, pieces []uint32) {
		see(&s.pages[page], from, to, slices.Clone(pieces))
	})
}

// offerSentences keeps the sentences of a labelled offer for the model.
func (l *learner) offerSentences(x labelled) {
	n := len(l.e.rules)
	place := func(id string) int { return slices.IndexFunc(l.e.rules, func(r *rule) bool { return r.ID == id }) }
	l.eachSentence(x.Offer, func(pg *page, from, to int, pieces []uint32) {
		start, end := pg.bytes(from, to)
		f := Finding{Field: pg.field, Span: span.Of(pg.text.Original, start, end)}
		b := bag{author: l.author, sentences: [][]uint32{pieces}, output: 2 * n, weight: 1}
		var all []int
		for _, v := range x.Violations {
			if k := place(v.Rule); k >= 0 && v.in(x.Offer, f) > 0 && !slices.Contains(all, k) {
				all = append(all, k)
			}
		}
		for _, v := range x.Tolerated {
			if len(all) == 0 && v.in(x.Offer, f) > 0 {
				return
			}
		}
		for _, v := range x.NearMisses {
			if k := place(v.Rule); k >= 0 && len(all) == 0 && v.in(x.Offer, f) > 0 {
				all = append(all, k+n)
			}
		}
		if len(all) == 0 {
			l.bags = append(l.bags, b)
		}
		for _, k := range all {
			b.output = k
			l.bags = append(l.bags, b)
		}
	})
}

// network is the model as it is learned.
type network struct {
	outputs int
	vectors []float32
	weights []float32 // of each output its vector, then its bias
}

func (m *network) sum(pieces []uint32, h []float32) (scale float32) {
	clear(h)
	for _, p := range pieces {
		for i, v := range m.vectors[int(p)*sentenceSize : int(p+1)*sentenceSize] {
			h[i] += v
		}
	}
	scale = float32(1 / math.Sqrt(float64(max(len(pieces), 1))))
	for i := range h {
		h[i] *= scale
	}
	return scale
}

func (m *network) output(k int) []float32 {
	return m.weights[k*(sentenceSize+1) : (k+1)*(sentenceSize+1)]
}

func (m *network) score(h []float32, k int) float32 {
	o := m.output(k)
	z := o[sentenceSize]
	for i, x := range h {
		z += x * o[i]
	}
	return z
}

func (l *learner) learnSentences(from func(author string) bool) []byte {
	n := 1 << sentenceBits
	counts := make([]int32, n)
	var bags []*bag
	for i := range l.bags {
		if b := &l.bags[i]; from(b.author) {
			bags = append(bags, b)
			for _, x := range b.sentences {
				for _, p := range x {
					counts[p]++
				}
			}
		}
	}
	rng := rand.New(rand.NewSource(7)) // the same model each time
	m := &network{outputs: 2*len(l.e.rules) + 1, vectors: make([]float32, n*sentenceSize)}
	for p := range counts {
		for i := range sentenceSize {
			if counts[p] >= fewestPieces {
				m.vectors[p*sentenceSize+i] = float32(rng.NormFloat64()) * .1
			}
		}
	}
	m.weights = make([]float32, m.outputs*(sentenceSize+1))
	for i := range m.weights {
		m.weights[i] = float32(rng.NormFloat64()) * .1
	}
	pieceSquares, squares := make([]float32, n), make([]float32, len(m.weights))
	h, slope, p := make([]float32, sentenceSize), make([]float32, sentenceSize), make([]float32, m.outputs)
	var kept, known []uint32
	for range sentenceEpochs {
		for _, at := range rng.Perm(len(bags)) {
			b := bags[at]
			best, most := 0, float32(math.Inf(-1))
			for k, x := range b.sentences {
				if len(b.sentences) == 1 {
					break
				}
				known = known[:0]
				for _, f := range x {
					if counts[f] >= fewestPieces {
						known = append(known, f)
					}
				}
				m.sum(known, h)
				if z := m.score(h, b.output); z > most {
					best, most = k, z
				}
			}
			for k, x := range b.sentences {
				wanted := b.output
				if k != best && !b.lawful {
					continue // nobody said what the other sentences are
				} else if k != best {
					wanted = m.outputs - 1
				}
				kept = kept[:0]
				for _, f := range x {
					if counts[f] >= fewestPieces && rng.Float32() >= leftOut {
						kept = append(kept, f)
					}
				}
				if len(kept) == 0 {
					continue
				}
				scale := m.sum(kept, h)
				top, total := float32(math.Inf(-1)), float32(0)
				for r := range p {
					p[r] = m.score(h, r)
					top = max(top, p[r])
				}
				for r := range p {
					p[r] = float32(math.Exp(float64(p[r] - top)))
					total += p[r]
				}
				clear(slope)
				for r := range p {
					g := p[r] / total * b.weight
					if r == wanted {
						g -= b.weight
					}
					if g < .0005 && g > -.0005 {
						continue
					}
					o, q := m.output(r), squares[r*(sentenceSize+1):(r+1)*(sentenceSize+1)]
					for i := range h {
						slope[i] += g * o[i]
						d := g*h[i] + sentencePull*o[i]
						q[i] += d * d
						o[i] -= sentenceRate * d / float32(math.Sqrt(float64(q[i])+.1))
					}
					q[sentenceSize] += g * g
					o[sentenceSize] -= sentenceRate * g / float32(math.Sqrt(float64(q[sentenceSize])+.1))
				}
				square := float32(0)
				for i := range slope {
					slope[i] *= scale
					square += slope[i] * slope[i]
				}
				if square < 1e-9 {
					continue
				}
				for _, f := range kept {
					pieceSquares[f] += square / sentenceSize
					step := sentenceRate / float32(math.Sqrt(float64(pieceSquares[f])+.001))
					v := m.vectors[int(f)*sentenceSize : int(f+1)*sentenceSize]
					for i := range v {
						v[i] -= step * (slope[i] + sentencePull*v[i])
					}
				}
			}
		}
	}
	return m.encode(l.e.rules)
}

// encode writes the model as readReader reads it.
func (m *network) encode(rules []*rule) []byte {
	var ids []string
	for _, r := range rules {
		ids = append(ids, r.ID)
	}
	out := append([]byte(strings.Join(ids, " ")), '\n')
	whole := func(x float32) int { return int(max(-127, min(127, math.Round(float64(x)*vectorUnit)))) }
	for _, x := range m.vectors {
		out = append(out, byte(whole(x)+128))
	}
	for k := range m.outputs {
		o := m.output(k)
		for _, x := range o[:sentenceSize] {
			out = append(out, byte(int8(whole(x))))
		}
		out = binary.LittleEndian.AppendUint16(out, uint16(int16(math.Round(float64(o[sentenceSize])*unit))))
	}
	return out
}
