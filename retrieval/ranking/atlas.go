package ranking

import (
	"cmp"
	"context"
	"math"
	"slices"

	"tandem/retrieval/subword"
)

// Atlas says where a text is among the métiers of ROME. Two titles that share
// neither a word nor a vector may still be titles of one métier: "aide-soignant
// de nuit" and "auxiliaire de gériatrie" are compared by where they fall.
// It is immutable and may be used from several goroutines.
type Atlas struct {
	model   *subword.Model
	dim     int
	classes []float32 // learned vector of each métier
	whole   *index    // stems of all titles of each métier
	titles  *index    // n-grams of each title
	owner   []int32   // of each title, its métier
}

// NewAtlas makes an atlas from the titles of each métier, by code, and the
// embedder that was trained on them. Codes that the embedder does not know are
// left out.
func NewAtlas(m *subword.Model, titles map[string][]string) *Atlas {
	a := &Atlas{model: m, dim: m.Dimension()}
	names, vectors := m.Classes()
	var whole, each [][]string // words
	for c, name := range names {
		if len(titles[name]) == 0 {
			continue
		}
		a.classes = append(a.classes, vectors[c*a.dim:(c+1)*a.dim]...)
		var all []string
		for _, title := range titles[name] {
			for _, form := range segments(title) {
				w := words(form)
				each = append(each, w)
				a.owner = append(a.owner, int32(len(whole)))
			}
			all = append(all, words(clean(title))...)
		}
		whole = append(whole, all)
	}
	a.whole = newIndex(len(whole), func(i int) []string { return stems(whole[i]) }, true)
	a.titles = newIndex(len(each), func(i int) []string { return grams(each[i]) }, false)
	return a
}

// What the logarithm of a métier's probability is made of.
const (
	byVector = 20
	byStems  = 6
	byGrams  = 8

	maxPlaces = 24    // métiers kept
	unlikely  = 0.003 // of what the best has
)

// place is a métier and the square root of its probability: the product of two
// texts' places, summed, is their Bhattacharyya coefficient, 1 for the same.
type place struct {
	metier int32
	root   float32
}

// locate returns the likely métiers of a text: its words and its vector.
func (a *Atlas) locate(words []string, vector []float32, s *scratch) []place {
	n := len(a.classes) / a.dim
	if n == 0 || len(words) == 0 {
		return nil
	}
	whole, best, titles := grow(&s.a, n), grow(&s.b, n), grow(&s.c, len(a.owner))
	a.whole.score(stems(words), whole)
	a.titles.score(grams(words), titles)
	clear(best)
	most(titles, a.owner, best)
	top := float32(math.Inf(-1))
	for c := range n {
		whole[c] = byVector*dot(vector, a.classes[c*a.dim:(c+1)*a.dim]) + byStems*whole[c] + byGrams*best[c]
		top = max(top, whole[c])
	}
	var out []place
	var sum float64
	for c := range n {
		p := math.Exp(float64(whole[c] - top))
		sum += p
		if p > unlikely {
			out = append(out, place{int32(c), float32(p)})
		}
	}
	slices.SortFunc(out, func(x, y place) int { return cmp.Or(cmp.Compare(y.root, x.root), cmp.Compare(x.metier, y.metier)) })
	out = slices.Clone(out[:min(len(out), maxPlaces)])
	for i := range out {
		out[i].root = float32(math.Sqrt(float64(out[i].root) / sum))
	}
	return out
}

// embed returns the vectors of texts, one after the other.
func (a *Atlas) embed(ctx context.Context, texts []string) ([]float32, error) {
	out := make([]float32, 0, len(texts)*a.dim)
	for part := range slices.Chunk(texts, 4096) { // not all twice in memory
		vectors, err := a.model.EmbedDocuments(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, v := range vectors {
			out = append(out, v...)
		}
	}
	return out, nil
}

// scratch is memory that one goroutine uses again for every text.
type scratch struct {
	a, b, c, unit, scores []float32
	signals               [signals][]float32
}

func grow(s *[]float32, n int) []float32 {
	if cap(*s) < n {
		*s = make([]float32, n)
	}
	return (*s)[:n]
}

// most raises into[owner[i]] to scores[i].
func most(scores []float32, owner []int32, into []float32) {
	for i, s := range scores {
		if o := owner[i]; s > into[o] {
			into[o] = s
		}
	}
}

// dot is unrolled by four, which the compiler does not do by itself.
func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		s0 += x[0] * y[0]
		s1 += x[1] * y[1]
		s2 += x[2] * y[2]
		s3 += x[3] * y[3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}
