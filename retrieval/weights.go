package retrieval

import "math"

// Places of the measures that search.sql gives of every candidate, for itself
// and, when it is a métier, for the best of its appellations (said…).
const (
	bias         = iota
	coverage     // share of the query's words, by rarity, that the passage holds
	titled       // the same of its title
	likeness     // trigrams that title and query share, of all they have
	cosine       // of the vectors
	saidTitled   //
	saidLikeness //
	saidCosine   //
	bothCosines  // cosine times saidCosine
	needed       // how many métiers need the item, logarithm: what many need is asked for most
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
	items        // compétences, savoirs
	manners      // savoir-être, contextes: few, and far from each other
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
	case SavoirEtre, Contexte:
		return manners
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
	answers func(found) bool
}

// answer is what was found when its best is near enough, else nothing.
func (s scorer) answer(found []found) []found {
	if len(found) == 0 || !s.answers(found[0]) {
		return nil
	}
	return found
}

// fused is the search that people get. Exact names come first whatever the
// weights say.
func fused() scorer {
	return scorer{"fused", finders{true, true, true, true}, learned, func(f found) bool { return f.answers() >= enough }}
}

// enough keeps silent on nine in ten of the tuning questions that nothing
// answers, when half of them calibrate and the other half are counted.
const enough = 0.4

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
		s.answers = func(f found) bool {
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
		one("trigram", byTrigrams, 0.4, map[int]float64{likeness: 1, saidLikeness: 1}, likeness, saidLikeness),
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
	metiers:      {3.55, 1.85, -0.72, 0.21, 11.61, -0.49, 5.46, -1.28, 3.16, 0.00},
	appellations: {-0.12, 1.92, 1.92, 3.77, 2.29, 0.00, 0.00, 0.00, 0.00, 0.00},
	items:        {-3.27, 1.02, 2.41, 8.25, 5.12, 0.00, 0.00, 0.00, 0.00, 4.83},
	manners:      {-0.14, 4.55, 1.96, 3.73, 6.67, 0.00, 0.00, 0.00, 0.00, 0.70},
	texts:        {0.00, 7.97, 1.09, 3.00, 9.00, 0.00, 0.00, 0.00, 0.00, 0.00},
}

// calibration is fitted by the same test.
var calibration = [groups][signs]float64{
	metiers:      {-2.97, 3.13, 1.29, -0.33, 1.49, 1.12, 0.34, -0.74, 1.52, 0.00, -4.48, -4.53, 1.65},
	appellations: {1.11, 1.11, 1.11, 1.05, 1.12, 0.00, 0.00, 0.00, 0.00, 0.00, 0.50, -0.95, 0.22},
	items:        {-2.17, 3.15, 0.89, 2.08, 0.70, 0.00, 0.00, 0.00, 0.00, 0.52, -3.23, -5.02, -1.97},
	manners:      {-1.71, 5.81, -0.76, -0.17, -0.02, 0.00, 0.00, 0.00, 0.00, 0.70, -2.61, -5.01, -1.01},
	texts:        {-2.35, 3.80, 1.28, -0.08, 1.88, 0.00, 0.00, 0.00, 0.00, 0.00, -3.27, -5.61, 1.36},
}
