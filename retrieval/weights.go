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

// Signs that the question is for someone else, beside the measures of the best
// found.
const (
	away   = measures + iota // cosine to the nearest of what no corpus answers
	beyond                   // away, less the best cosine found
	wordy                    // words of the question, up to ten, in tens
	signs
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

// answer is what was found when its best is near enough, else nothing.
func (s scorer) answer(found []found) []found {
	if len(found) == 0 || !s.enough(found[0]) {
		return nil
	}
	return found
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
// logistic of its measures and signs, calibrated on the tuning questions.
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

// learned on fold 0 of ROME and the tuning questions: TestFit prints it.
var learned = [groups][measures]float64{
	metiers:      {3.78, 2.17, -0.77, 2.24, -1.48, 11.33, -0.83, 8.06, -0.64, 0.57, 1.03},
	appellations: {-0.39, 1.87, 1.87, 3.91, 1.53, 2.67, 0.00, 0.00, 0.00, 0.00, 0.00},
	items:        {-3.48, 2.35, 1.58, 6.12, 1.84, 8.45, 0.00, 0.00, 0.00, 0.00, 0.00},
	texts:        {0.00, 9.00, 0.45, 3.52, 3.61, 6.04, 0.00, 0.00, 0.00, 0.00, 0.00},
}

var calibration = [groups][signs]float64{
	metiers:      {-3.14, 2.37, -0.15, 0.77, 0.41, 0.92, 1.16, 2.09, 1.50, 0.46, 1.90},
	appellations: {1.73, 1.17, 1.17, 1.37, 1.31, 1.57, 0.00, 0.00, 0.00, 0.00, 0.00},
	items:        {-3.14, 2.80, 1.44, 4.43, 3.49, -2.05, 0.00, 0.00, 0.00, 0.00, 0.00},
	texts:        {-3.31, 6.24, 1.29, 0.29, -0.69, 4.57, 0.00, 0.00, 0.00, 0.00, 0.00},
}
