package ranking

import (
	"cmp"
	"context"
	"math"
	"slices"

	"tandem/internal/fault"
)

// Evaluation is what `tandem eval ranking` prints: the figures of the weighted
// sum, and under By those of each sort of signal alone.
type Evaluation struct {
	Suite   string                        `json:"suite"`
	N       int                           `json:"n"`
	Figures map[string]float64            `json:"figures"`
	By      map[string]map[string]float64 `json:"by"`
}

// scorers are the weighted sums that are measured; learned by TestFit.
var scorers = map[string]weights{
	"fused":    {stemWhole: .45, gramBest: .4, vectorWhole: .2, vectorBest: .7, placeWhole: .2, placeBest: 1.4},
	"lexical":  {stemWhole: .3, gramBest: .2},
	"embedder": {vectorWhole: .4, vectorBest: 1.15},
	"atlas":    {placeWhole: 1.4, placeBest: 1.3},
}

// Evaluate ranks all documents of a set for each of its queries that has a
// right one. Figures are means over those queries: map, mrr, success_at_1, and
// recall_at_k, which divides by min(k, number of right documents). Documents
// with the same score keep the order of the file. progress may be nil.
func Evaluate(ctx context.Context, s Set, a *Atlas, progress func(label string, done, total int)) (Evaluation, error) {
	e := Evaluation{Suite: "ranking", By: map[string]map[string]float64{}}
	var asked []int
	for q := range s.Queries {
		if len(s.Relevant[q]) > 0 {
			asked = append(asked, q)
		}
	}
	if e.N = len(asked); e.N == 0 {
		return e, fault.New(fault.Invalid, "Aucune requête n'a de document pertinent dans qrels.tsv.")
	}
	say := func(label string, done int) {
		if progress != nil {
			progress(label, done, len(asked))
		}
	}
	say("Lecture des documents", 0)
	r, err := New(ctx, s.Docs, a)
	if err != nil {
		return e, err
	}
	names := make([]string, 0, len(scorers))
	for name := range scorers {
		names = append(names, name)
	}
	const lot = 256
	sums := map[string]*figures{}
	for _, name := range names {
		sums[name] = &figures{}
	}
	for from := 0; from < len(asked); from += lot {
		say("Classement", from)
		part := asked[from:min(from+lot, len(asked))]
		got := make([]map[string]figures, len(part))
		parallel(len(part), func(i int, sc *scratch) {
			if ctx.Err() == nil {
				got[i] = r.judge(s.Queries[part[i]], s.Relevant[part[i]], names, sc)
			}
		})
		if err := ctx.Err(); err != nil {
			return e, err
		}
		for _, g := range got { // in order: sums of floats depend on it
			for name, f := range g {
				sums[name].add(f)
			}
		}
	}
	say("Classement", len(asked))
	for name, f := range sums {
		if name == "fused" {
			e.Figures = f.mean(e.N)
		} else {
			e.By[name] = f.mean(e.N)
		}
	}
	return e, nil
}

// Measure gives the same figures of any scorer: score returns the score of each
// document for a query. It is called for one query at a time.
func Measure(s Set, score func(query string) []float32) map[string]float64 {
	var sum figures
	n := 0
	for q, relevant := range s.Relevant {
		if len(relevant) > 0 {
			sum.add(measure(ranks(score(s.Queries[q]), relevant)))
			n++
		}
	}
	return sum.mean(max(1, n))
}

// judge measures the answers of each scorer to one query.
func (r *Ranker) judge(query string, relevant []int32, names []string, sc *scratch) map[string]figures {
	r.signals(query, sc, &sc.signals)
	scores := grow(&sc.scores, r.docs)
	out := make(map[string]figures, len(names))
	for _, name := range names {
		mix(&sc.signals, scorers[name], scores)
		out[name] = measure(ranks(scores, relevant))
	}
	return out
}

// ranks are the places of the relevant documents, from 1, ascending. Counting
// who is before whom is a tenth of the work of sorting all.
func ranks(scores []float32, relevant []int32) []int {
	before := func(a, b int32) int { // the better first, then the order of the file
		return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(a, b))
	}
	right := slices.Clone(relevant)
	slices.SortFunc(right, before)
	last := scores[right[len(right)-1]]
	ahead := make([]int, len(right)) // documents whose first inferior is right[i]
	for d, x := range scores {
		if x < last {
			continue
		}
		if i, itself := slices.BinarySearchFunc(right, int32(d), before); !itself && i < len(right) {
			ahead[i]++
		}
	}
	total := 0
	for i, n := range ahead {
		total += n
		ahead[i] = total + i + 1
	}
	return ahead
}

// figures of one query, or their sums.
type figures struct{ ap, rr, recall5, recall10, first float64 }

// measure makes figures of the ranks of all relevant documents, ascending.
func measure(ranks []int) (f figures) {
	n := float64(len(ranks))
	f.rr = 1 / float64(ranks[0])
	if ranks[0] == 1 {
		f.first = 1
	}
	for i, r := range ranks {
		f.ap += float64(i+1) / float64(r) / n
		if r <= 5 {
			f.recall5 += 1 / min(5, n)
		}
		if r <= 10 {
			f.recall10 += 1 / min(10, n)
		}
	}
	return f
}

func (f *figures) add(g figures) {
	f.ap += g.ap
	f.rr += g.rr
	f.recall5 += g.recall5
	f.recall10 += g.recall10
	f.first += g.first
}

func (f figures) mean(n int) map[string]float64 {
	m := func(x float64) float64 { return math.Round(x/float64(n)*1e4) / 1e4 }
	return map[string]float64{"map": m(f.ap), "mrr": m(f.rr), "recall_at_5": m(f.recall5), "recall_at_10": m(f.recall10), "success_at_1": m(f.first)}
}
