package survival

import (
	"fmt"
	"math"
)

// Bounds of the grid of days.
const (
	// MaxDay is the last day of the grid; what enters later is no subject.
	MaxDay = 200
	// Horizon is the first day past thirty: an offer still there has lasted longer.
	Horizon = 31
	// tail is from when on the hazard by day is one: spells that old are few.
	tail = 90
	// Days is how many hazards by day a fit has.
	Days = tail + 1
)

// Periods of a life in which a group may depart from the others: by week, then
// what is left.
const Periods = 5

var periods = [Periods]int{0, 7, 14, 21, 30}

func period(day int) int {
	p := 0
	for p+1 < len(periods) && day >= periods[p+1] {
		p++
	}
	return p
}

// Spell is what was seen of one subject, in whole days of its life. Gone is 0
// for one that was never missed.
type Spell struct {
	Entry, Last, Gone int
	Group             int
	Weekday           int // of day 0, 0–6
	X                 []Term
}

// Term is one coefficient and what it is multiplied by.
type Term struct {
	Index int
	Value float64
}

func (s Spell) valid(groups, coefficients int) error {
	if s.Entry < 0 || s.Last < s.Entry || s.Gone != 0 && s.Gone <= s.Last || s.Entry >= MaxDay {
		return fmt.Errorf("survival: seen from day %d to %d, missed on %d", s.Entry, s.Last, s.Gone)
	}
	if s.Group < 0 || s.Group >= groups || s.Weekday < 0 || s.Weekday > 6 {
		return fmt.Errorf("survival: group %d, weekday %d", s.Group, s.Weekday)
	}
	for _, t := range s.X {
		if t.Index < 0 || t.Index >= coefficients || math.IsNaN(t.Value) || math.IsInf(t.Value, 0) {
			return fmt.Errorf("survival: %v times coefficient %d", t.Value, t.Index)
		}
	}
	return nil
}

// clipped keeps a spell on the grid: who outlives it was there on its last day.
func (s Spell) clipped() Spell {
	s.Last = min(s.Last, MaxDay)
	if s.Gone > MaxDay {
		s.Gone = 0
	}
	return s
}

// Prior of a coefficient: normal.
type Prior struct{ Mean, SD float64 }

// Design is what is to be fitted.
type Design struct {
	Groups int
	Priors []Prior // of the coefficients, one each
	Smooth float64 // precision of the step of log-hazard from one day to the next, > 0
	Shape  float64 // deviation of a group from the others in a period
	Week   float64 // deviation of a weekday
	Jumps  []int   // days on which the hazard may be anything
}

// Fit is a fitted model. Its fields are its whole state.
type Fit struct {
	Day   []float64   // log-hazard by day; the last stands for all later ones
	Shape [][]float64 // by group and period
	Week  []float64   // by weekday
	Beta  []float64
	SD    []float64 // of Beta, after the data

	// Doubt is the variance of log H(a, Horizon) by group and a, at average weekday
	// and no term.
	Doubt [][]float64
}

// Any is the weekday of a subject whose day 0 is unknown.
const Any = -1

// Cumulated is the cumulated hazard on each day 0…MaxDay without terms.
func (f *Fit) Cumulated(group, weekday int) []float64 {
	cum := make([]float64, MaxDay+1)
	for d := range MaxDay {
		cum[d+1] = cum[d] + f.Hazard(group, weekday, d, d+1)
	}
	return cum
}

// Hazard is the cumulated hazard from one day to another without terms.
func (f *Fit) Hazard(group, weekday, from, to int) float64 {
	average := 0.0
	for _, w := range f.Week {
		average += math.Exp(w) / 7
	}
	sum := 0.0
	for d := from; d < to; d++ {
		h := math.Exp(f.Day[min(d, tail)] + f.Shape[group][period(d)])
		if weekday == Any {
			sum += h * average
		} else {
			sum += h * math.Exp(f.Week[(weekday+d)%7])
		}
	}
	return sum
}

// LogLikelihood of spells under f.
func (f *Fit) LogLikelihood(spells []Spell) float64 {
	sum := 0.0
	for _, s := range spells {
		s = s.clipped()
		eta := 0.0
		for _, t := range s.X {
			eta += f.Beta[t.Index] * t.Value
		}
		r := math.Exp(eta)
		sum -= r * f.Hazard(s.Group, s.Weekday, s.Entry, s.Last)
		if s.Gone != 0 {
			sum += log1mexp(r * f.Hazard(s.Group, s.Weekday, s.Last, s.Gone))
		}
	}
	return sum
}

// log1mexp is log(1 − exp(−x)), also for very small x.
func log1mexp(x float64) float64 {
	if x < math.Ln2 {
		return math.Log(-math.Expm1(-x))
	}
	return math.Log1p(-math.Exp(-x))
}
