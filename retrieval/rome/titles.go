package rome

import (
	"math/rand/v2"

	"tandem/retrieval"
)

// Title is a title of ROME as somebody typed it, and the métier it belongs to.
type Title struct{ Typed, Metier string }

// Titles makes questions about titles that a load of src puts in the index: all
// different, in a mixed order, at most one title in five. Same archive, same
// questions. They are for measuring how fast they are answered, and roughly how
// well; for a fair measure of quality hold something out ([HoldOut]).
func Titles(src Source) ([]Title, error) {
	d, err := src.data()
	if err != nil {
		return nil, err
	}
	h := holding{v: viewOf(d), out: map[string]bool{}}
	h.choose()
	var titles []Title
	known := map[string]bool{"": true}
	for _, q := range typedAll(append(h.seen, h.unseen...), 1) { // nothing is held out here: unseen ones are in the index too
		if q.Kind == retrieval.Metier && !known[q.Query] {
			known[q.Query] = true
			titles = append(titles, Title{q.Query, q.Relevant[0]})
		}
	}
	rng := rand.New(rand.NewPCG(3, 3))
	rng.Shuffle(len(titles), func(i, j int) { titles[i], titles[j] = titles[j], titles[i] })
	return titles, nil
}
