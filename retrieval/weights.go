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

// enough is below one half: on the tuning questions silence was too frequent.
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
	metiers:      {3.48, 1.83, -1.17, 0.21, 12.28, -0.37, 6.41, -0.79, 2.92},
	appellations: {-0.13, 1.94, 1.94, 4.03, 2.81, 0.00, 0.00, 0.00, 0.00},
	items:        {-3.39, 2.09, 1.85, 7.08, 8.02, 0.00, 0.00, 0.00, 0.00},
	texts:        {0.00, 8.62, 1.36, 3.44, 8.80, 0.00, 0.00, 0.00, 0.00},
}

// calibration is fitted by the same test.
var calibration = [groups][signs]float64{
	metiers:      {-2.12, 2.70, 0.10, -0.23, 1.24, 0.80, 0.82, 0.42, 1.29, -3.98, -4.31, 0.42},
	appellations: {1.16, 1.16, 1.16, 1.26, 1.19, 0.00, 0.00, 0.00, 0.00, 1.15, -1.07, 0.71},
	items:        {-1.76, 6.29, 0.18, 1.35, -0.20, 0.00, 0.00, 0.00, 0.00, -4.20, -5.58, -2.12},
	texts:        {-1.98, 3.84, 0.58, 1.46, 1.77, 0.00, 0.00, 0.00, 0.00, -4.56, -9.58, 1.42},
}
