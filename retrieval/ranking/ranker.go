package ranking

import (
	"context"
	"runtime"
	"sync"
)

// Signals of how well a document answers a query, each between 0 and 1 or so.
// A document is looked at whole and title by title, by its best one. Stems by
// title and n-grams of the whole were tried; the weights learned for them were
// about zero.
const (
	stemWhole   = iota // BM25 of stems
	gramBest           // cosine of character n-grams
	vectorWhole        // cosine of the embedder's vectors
	vectorBest
	placeWhole // likely of the same métiers
	placeBest
	signals
)

// weights say how much each signal counts.
type weights [signals]float32

// maxTitles bounds the titles of all documents together; each document has its
// share of them. It bounds time and memory.
const maxTitles = 150_000

// Ranker orders documents for queries. It is immutable and may be used from
// several goroutines, each with a scratch of its own.
type Ranker struct {
	atlas                 *Atlas
	docs                  int
	owner                 []int32 // of every title, its document; in order
	stems, grams          *index  // of documents, of titles
	wholeVectors, vectors []float32
	wholePlaces, places   [][]posting // by métier
}

// New indexes documents. It fails only when ctx ends.
func New(ctx context.Context, docs []string, a *Atlas) (*Ranker, error) {
	r := &Ranker{atlas: a, docs: len(docs)}
	whole := make([]string, len(docs))
	var titles []string
	for d, text := range docs {
		whole[d] = clean(text)
		parts := segments(text)
		for _, title := range parts[:min(len(parts), max(1, maxTitles/len(docs)))] {
			titles, r.owner = append(titles, title), append(r.owner, int32(d))
		}
	}
	split := func(texts []string) [][]string {
		out := make([][]string, len(texts))
		for i, text := range texts {
			out[i] = words(text)
		}
		return out
	}
	wholeWords, titleWords := split(whole), split(titles)
	r.stems = newIndex(len(docs), func(i int) []string { return stems(wholeWords[i]) }, true)
	r.grams = newIndex(len(titles), func(i int) []string { return grams(titleWords[i]) }, false)
	var err error
	if r.wholeVectors, err = a.embed(ctx, whole); err != nil {
		return nil, err
	}
	if r.vectors, err = a.embed(ctx, titles); err != nil {
		return nil, err
	}
	found := make([][]place, len(docs))
	parallel(len(docs), func(i int, s *scratch) {
		if ctx.Err() == nil {
			found[i] = a.locate(wholeWords[i], r.wholeVectors[i*a.dim:(i+1)*a.dim], s)
		}
	})
	r.wholePlaces = a.byMetier(found)
	each := make([][]place, len(titles))
	parallel(len(titles), func(i int, s *scratch) {
		if d := r.owner[i]; titles[i] == whole[d] { // most documents are one title
			each[i] = found[d]
		} else if ctx.Err() == nil {
			each[i] = a.locate(titleWords[i], r.vectors[i*a.dim:(i+1)*a.dim], s)
		}
	})
	r.places = a.byMetier(each)
	return r, ctx.Err()
}

// byMetier turns the places of texts round.
func (a *Atlas) byMetier(places [][]place) [][]posting {
	out := make([][]posting, len(a.classes)/a.dim)
	for i, ps := range places {
		for _, p := range ps {
			out[p.metier] = append(out[p.metier], posting{int32(i), p.root})
		}
	}
	return out
}

// signals sets out[k][d] to signal k of document d.
func (r *Ranker) signals(query string, s *scratch, out *[signals][]float32) {
	for k := range out {
		out[k] = grow(&out[k], r.docs)
		clear(out[k])
	}
	unit := grow(&s.unit, len(r.owner))
	best := func(k int) { most(unit, r.owner, out[k]) }
	q := clean(query)
	ws := words(q)
	r.stems.score(stems(ws), out[stemWhole])
	r.grams.score(grams(ws), unit)
	best(gramBest)

	dim := r.atlas.dim
	v, _ := r.atlas.model.EmbedQuery(context.Background(), q) // never fails
	for d := range out[vectorWhole] {
		out[vectorWhole][d] = dot(v, r.wholeVectors[d*dim:(d+1)*dim])
	}
	for u := range unit {
		unit[u] = dot(v, r.vectors[u*dim:(u+1)*dim])
	}
	best(vectorBest)

	clear(unit)
	for _, p := range r.atlas.locate(ws, v, s) {
		for _, at := range r.wholePlaces[p.metier] {
			out[placeWhole][at.text] += p.root * at.weight
		}
		for _, at := range r.places[p.metier] {
			unit[at.text] += p.root * at.weight
		}
	}
	best(placeBest)
}

// mix is the weighted sum of signals, a score per document.
func mix(signals *[signals][]float32, w weights, into []float32) {
	clear(into)
	for k, scores := range signals {
		if w[k] != 0 {
			for d, x := range scores {
				into[d] += w[k] * x
			}
		}
	}
}

// parallel calls f for every i below n, on all processors.
func parallel(n int, f func(i int, s *scratch)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			var s scratch
			for i := n * w / workers; i < n*(w+1)/workers; i++ {
				f(i, &s)
			}
		})
	}
	wg.Wait()
}
