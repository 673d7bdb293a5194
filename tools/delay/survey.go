package delay

import "math"

// survey is the stated prior: what published surveys say of the time to fill.
type survey struct {
	base  float64 // log-odds of the base rate
	rome  map[string]domain
	place map[string]float64 // gap in classes of tension, by département
}

var prior = &survey{base: logit(weibull(horizon, baseMedian)), rome: mustDomains(), place: mustDepartements()}

// forecast from published figures. It answers whatever is known of o, even
// nothing; what is unknown widens the interval and is listed in Missing.
func (m *survey) forecast(o Offer) Forecast {
	k := m.know(o)
	terms, missing, variance := m.terms(k)
	odds := m.base
	contributions := make([]Contribution, len(terms))
	for i, t := range terms {
		contributions[i] = t.Contribution
		odds += t.LogOdds
	}
	sd := math.Sqrt(variance + sdBase*sdBase)
	median := medianAt(logistic(odds))
	p := conditional(odds, k.AgeDays)
	if k.AgeDays > 0 && k.AgeDays < horizon {
		contributions = append(contributions, Contribution{aged(k.AgeDays, "pas encore pourvue"), logit(p) - odds, sourceAge})
	}
	f := Forecast{
		Measure: Filled, Target: target, Days: horizon,
		Probability: p, Low: conditional(odds-z*sd, k.AgeDays), High: conditional(odds+z*sd, k.AgeDays),
		BaseRate: logistic(m.base), BaseGroup: baseGroup, Support: 0,
		Band: Band(p), Contributions: contributions,
		Levers: levers(k, p, m.probability), Actions: actions(), Missing: missing,
		Model: modelName, AsOf: asOf, Notice: notice,
	}
	there := weibull(float64(k.AgeDays), median)
	f.draw(k.AgeDays, 120, func(day int) float64 { return weibull(float64(day), median) / there })
	left := median * math.Pow(1+math.Pow(float64(k.AgeDays)/median, shape), 1/shape)
	f.MedianDays = math.Round(left*10) / 10
	return f
}

// conditional is P(T > 30) of an offer whose unconditional log-odds these are,
// given that it was not filled in age days.
func conditional(odds float64, age int) float64 {
	p := logistic(odds)
	if age >= horizon {
		return 1
	}
	return math.Min(p/weibull(float64(age), medianAt(p)), 1)
}

// probability is forecast's, alone.
func (m *survey) probability(k known) float64 {
	terms, _, _ := m.terms(k)
	odds := m.base
	for _, t := range terms {
		odds += t.LogOdds
	}
	return conditional(odds, k.AgeDays)
}

// terms are the contributions of what is known of an offer, what is missing,
// and the variance both leave.
func (m *survey) terms(k known) (terms []term, missing []string, variance float64) {
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

// weibull is P(T > day) on the curve of that median.
func weibull(day, median float64) float64 {
	return math.Exp(-math.Ln2 * math.Pow(day/median, shape))
}

// medianAt is the median of the curve that passes through p at the horizon.
func medianAt(p float64) float64 {
	return horizon * math.Pow(-math.Ln2/math.Log(p), 1/shape)
}

// aged names how long an offer has been there.
func aged(days int, still string) string {
	if days == 1 {
		return still + " après un jour"
	}
	return still + " après " + french(float64(days)) + " jours"
}

func logit(p float64) float64    { return math.Log(p / (1 - p)) }
func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
