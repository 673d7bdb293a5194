package retrieval

import "math"

// Places of the measures that search.sql gives of every candidate, for itself
// and, when it is a métier, for the best of its appellations (said…).
const (
	bias         = iota
	coverage     // share of the query's words, by rarity, that the passage holds
	titled       // the same of its title
	likeness     // trigrams that title and query share, of all they have
	within       // trigrams of the query that are somewhere in the title
	cosine       // of the vectors
	saidTitled   //
	saidLikeness //
	saidWithin   //
	saidCosine   //
	bothCosines  // cosine times saidCosine
	measures
)

// Groups of kinds that have weights of their own.
const (
	metiers      = iota
	appellations //
	items        // compétences, savoirs, savoir-être, contextes
	texts        // charter, law
	groups
)

// groupOf a kind of passage, as in search.sql.
func groupOf(kind string) int {
	switch kind {
	case Metier:
		return metiers
	case Appellation:
		return appellations
	case Charter, Law:
		return texts
	}
	return items
}

// finders say who finds candidates.
type finders [4]bool

const (
	byName = iota
	byWords
	byTrigrams
	byVector
)

// scorer is one way to search: who finds candidates, what their measures weigh,
// and whether the best is near enough to be an answer.
type scorer struct {
	name    string
	finders finders
	weights [groups][measures]float64
	enough  func(found) bool
}

// fused is the search that people get. Exact names come first whatever the
// weights say.
func fused() scorer {
	return scorer{"fused", finders{true, true, true, true}, learned, func(f found) bool { return f.answers() >= 0.5 }}
}

// alone are its parts, for comparison.
func alone() []scorer {
	one := func(name string, who int, least float64, weights map[int]float64, of ...int) scorer {
		s := scorer{name: name}
		s.finders[who] = true
		for g := range s.weights {
			for m, w := range weights {
				s.weights[g][m] = w
			}
		}
		s.enough = func(f found) bool {
			best := 0.0
			for _, m := range of {
				best = math.Max(best, f.measures[m])
			}
			return f.exact || best >= least
		}
		return s
	}
	return []scorer{
		one("exact", byName, 1, nil),
		one("lexical", byWords, 0.5, map[int]float64{coverage: 1, titled: 1, saidTitled: 1}, coverage, saidTitled),
		one("trigram", byTrigrams, 0.5, map[int]float64{within: 1, likeness: 0.5, saidWithin: 1, saidLikeness: 0.5}, within, saidWithin),
		one("vector", byVector, 0.6, map[int]float64{cosine: 1, saidCosine: 1}, cosine, saidCosine),
	}
}

// answers is the probability that f, the best found, answers the question: a
// logistic of its measures, calibrated on the tuning questions.
func (f found) answers() float64 {
	if f.exact {
		return 1
	}
	sum := 0.0
	for m, w := range calibration[groupOf(f.Kind)] {
		sum += w * f.measures[m]
	}
	return 1 / (1 + math.Exp(-sum))
}

var learned = [groups][measures]float64{
	metiers:      {0, 2, 1, 1, 1, 8, 0, 2, 1, 7, 0},
	appellations: {0, 1, 1, 3, 1, 8},
	items:        {0, 2, 1, 2, 1, 8},
	texts:        {0, 3, 1, 1, 1, 8},
}

var calibration = [groups][measures]float64{
	metiers:      {-6, 2, 0, 0, 0, 5, 0, 0, 0, 5},
	appellations: {-6, 2, 0, 0, 0, 8},
	items:        {-6, 2, 0, 0, 0, 8},
	texts:        {-4, 2, 0, 0, 0, 8},
}
