package ranking

import (
	"math"
	"slices"
)

// index finds texts by their features (stems, n-grams). Scores are between 0 and
// 1: a text that is the query itself scores about 1.
type index struct {
	ids      map[string]int32
	postings [][]posting
	idf      []float32
	rarest   float32 // of a feature that no text has
	bm25     bool
}

type posting struct {
	text   int32
	weight float32
}

// BM25's usual constants.
const (
	saturation = 1.2
	lengths    = 0.75
)

// newIndex indexes n texts, given by their features: by BM25, which counts how
// much of the query a long text has, or by the cosine of TF-IDF vectors, which
// asks that two titles be the same.
func newIndex(n int, features func(i int) []string, bm25 bool) *index {
	x := &index{ids: map[string]int32{}, bm25: bm25}
	total := 0
	sizes := make([]int32, n)
	for i := range n {
		fs := features(i)
		sizes[i] = int32(len(fs))
		total += len(fs)
		for id, count := range x.count(fs, true) {
			x.postings[id] = append(x.postings[id], posting{int32(i), float32(count)})
		}
	}
	x.idf = make([]float32, len(x.postings))
	for id, ps := range x.postings {
		x.idf[id] = float32(math.Log(1 + (float64(n)-float64(len(ps))+0.5)/(float64(len(ps))+0.5)))
	}
	x.rarest = float32(math.Log(1 + (float64(n)+0.5)/0.5))
	average := float32(max(total, 1)) / float32(max(n, 1))
	norms := make([]float64, n)
	for id, ps := range x.postings {
		for k := range ps {
			p := &ps[k]
			if bm25 {
				p.weight = x.idf[id] * p.weight * (saturation + 1) / (p.weight + saturation*(1-lengths+lengths*float32(sizes[p.text])/average))
			} else {
				p.weight = x.idf[id] * float32(tf(int(p.weight)))
				norms[p.text] += float64(p.weight) * float64(p.weight)
			}
		}
	}
	if !bm25 {
		for _, ps := range x.postings {
			for k := range ps {
				ps[k].weight /= float32(math.Sqrt(norms[ps[k].text]))
			}
		}
	}
	return x
}

// count counts features by id; unknown ones are added when learning, and
// otherwise counted under -1.
func (x *index) count(features []string, learn bool) map[int32]int {
	counts := make(map[int32]int, len(features))
	for _, f := range features {
		id, ok := x.ids[f]
		switch {
		case !ok && learn:
			id = int32(len(x.ids))
			x.ids[f] = id
			x.postings = append(x.postings, nil)
		case !ok:
			id = -1
		}
		counts[id]++
	}
	return counts
}

// score sets into[t] for every text t.
func (x *index) score(query []string, into []float32) {
	clear(into)
	counts := x.count(query, false)
	ids := make([]int32, 0, len(counts)) // in order: sums of floats depend on it
	var most, norm float64
	for id, n := range counts {
		if id < 0 { // each its own feature, as rare as can be
			most += float64(n) * float64(x.rarest)
			norm += float64(n) * float64(x.rarest) * float64(x.rarest)
			continue
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		w := tf(counts[id]) * float64(x.idf[id])
		most += float64(x.idf[id])
		norm += w * w
	}
	if norm == 0 {
		return
	}
	for _, id := range ids {
		w := float32(tf(counts[id]) * float64(x.idf[id]) / math.Sqrt(norm))
		if x.bm25 {
			w = float32(1 / (most * (saturation + 1)))
		}
		for _, p := range x.postings[id] {
			into[p.text] += w * p.weight
		}
	}
}

func tf(count int) float64 { return 1 + math.Log(float64(count)) }
