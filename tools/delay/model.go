package delay

import (
	"math"
)

// Model forecasts. It is immutable and may be used by several goroutines.
type Model struct {
	base  float64 // log-odds of the base rate
	rome  map[string]domain
	place map[string]float64 // gap in classes of tension, by département
}

// Default is the model shipped with Tandem: published figures as a stated
// prior.
func Default() *Model { return prior }

var prior = &Model{base: logit(survival(horizon, baseMedian)), rome: mustDomains(), place: mustDepartements()}

// z bounds 80 % of a normal distribution.
const z = 1.2815515655446004

// sdBase is how far the base rate itself is in doubt: the surveys put it
// between 0.55 and 0.69, by year and by what is done of abandoned offers.
const sdBase = 0.23

// Forecast says how likely o takes more than 30 days. It answers whatever is
// known of o, even nothing; what is unknown widens the interval and is listed
// in Missing. Values out of any plausible range are taken for unknown.
func (m *Model) Forecast(o Offer) Forecast {
	k := m.know(o)
	terms, missing, variance := m.terms(k)
	odds := m.base
	contributions := make([]Contribution, len(terms))
	for i, t := range terms {
		contributions[i] = t.Contribution
		odds += t.LogOdds
	}
	p, sd := logistic(odds), math.Sqrt(variance+sdBase*sdBase)
	median := medianAt(p)
	return Forecast{
		Target: target, Days: horizon,
		Probability: p, Low: logistic(odds - z*sd), High: logistic(odds + z*sd),
		MedianDays: math.Round(median*10) / 10, Curve: curve(median),
		BaseRate: logistic(m.base), BaseGroup: baseGroup, Support: 0,
		Band: Band(p), Contributions: contributions,
		Levers: m.levers(k, p), Actions: actions(), Missing: missing,
		Model: modelName, AsOf: asOf, Notice: notice,
	}
}

// probability is Forecast's, alone.
func (m *Model) probability(k known) float64 {
	terms, _, _ := m.terms(k)
	odds := m.base
	for _, t := range terms {
		odds += t.LogOdds
	}
	return logistic(odds)
}

// terms are the contributions of what is known of an offer, what is missing,
// and the variance both leave.
func (m *Model) terms(k known) (terms []term, missing []string, variance float64) {
	missing = []string{}
	for _, a := range axes {
		t, ok := a.effect(m, k)
		if !ok {
			if a.missing != "" {
				missing = append(missing, a.missing)
			}
			variance += a.spread * a.spread
			continue
		}
		variance += t.sd * t.sd
		if t.gap != "" {
			missing = append(missing, t.gap)
		}
		if t.LogOdds != 0 {
			terms = append(terms, t)
		}
	}
	return terms, missing, variance
}

// Bounds of the bands.
const (
	Low  = 0.40
	High = 0.65
)

// Band names a probability: faible below [Low], forte above [High], else
// moyenne.
func Band(p float64) string {
	switch {
	case p < Low:
		return "faible"
	case p > High:
		return "forte"
	}
	return "moyenne"
}

// survival is P(T > day) on the Weibull curve of that median.
func survival(day, median float64) float64 {
	return math.Exp(-math.Ln2 * math.Pow(day/median, shape))
}

// medianAt is the median of the curve that passes through p at the horizon.
func medianAt(p float64) float64 {
	return horizon * math.Pow(-math.Ln2/math.Log(p), 1/shape)
}

// curve steps finely where it falls fast.
func curve(median float64) []Point {
	points := make([]Point, 0, 32)
	for day := 0; day <= 120; {
		points = append(points, Point{day, survival(float64(day), median)})
		switch {
		case day < 10:
			day += 2
		default:
			day += 5
		}
	}
	return points
}

func logit(p float64) float64    { return math.Log(p / (1 - p)) }
func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
