package delay

import (
	"errors"
	"slices"
	"sync"
	"time"

	"tandem/internal/fault"
	"tandem/tools/delay/survival"
)

// usual settings, where the search starts.
var usual = Settings{Smooth: 3, Shape: 0.2, Week: 1, Terms: 0.2, ROME: 0.2}

// knob is one setting and what is tried of it.
type knob struct {
	of    func(*Settings) *float64
	tries []float64
}

var knobs = []knob{
	{func(s *Settings) *float64 { return &s.ROME }, []float64{0.05, 0.1, 0.2, 0.4}},
	{func(s *Settings) *float64 { return &s.Terms }, []float64{0.1, 0.2, 0.4, 0.8}},
	{func(s *Settings) *float64 { return &s.Shape }, []float64{0.1, 0.2, 0.4, 0.8}},
	{func(s *Settings) *float64 { return &s.Smooth }, []float64{3, 10, 30, 100, 300, 1000}},
	{func(s *Settings) *float64 { return &s.Week }, []float64{0.1, 0.3, 1}},
}

// choose tries one setting after the other, around and around until none
// changes, and keeps what predicts best what came later.
func choose(list []Observed, target Target, progress func(string, int, int)) (Settings, error) {
	const rounds = 3
	each := 0
	for _, k := range knobs {
		each += len(k.tries)
	}
	cuts := rolling(list, target)
	scores := map[Settings]float64{}
	score := func(s Settings) (x float64, err error) {
		x, known := scores[s]
		if !known {
			x, err = s.score(cuts)
			scores[s] = x
		}
		return x, err
	}
	best, done := usual, 0
	for range rounds {
		before := best
		for _, k := range knobs {
			for _, x := range k.tries {
				s := best
				*k.of(&s) = x
				now, err := score(s)
				if err != nil {
					return best, err
				}
				then, err := score(best)
				if err != nil {
					return best, err
				}
				if now > then {
					best = s
				}
				done++
				progress("choix des réglages, dans l'ordre du temps", done, rounds*each)
			}
		}
		if best == before {
			break
		}
	}
	return best, nil
}

// cutting is what was known on a day, and what came after.
type cutting struct {
	encoding    *encoding
	past, after []survival.Spell
}

// score is the log-likelihood of what came after, over all cuts, which are
// independent and fitted at the same time.
func (s Settings) score(cuts []cutting) (float64, error) {
	scores, errs := make([]float64, len(cuts)), make([]error, len(cuts))
	var group sync.WaitGroup
	for i, c := range cuts {
		group.Go(func() {
			fit, err := c.encoding.design(s).Mode(c.past)
			if err != nil {
				errs[i] = err
				return
			}
			scores[i] = fit.LogLikelihood(c.after)
		})
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		return 0, fault.Wrap(err, fault.Internal, "L'apprentissage n'a pas abouti.")
	}
	sum := 0.0
	for _, x := range scores { // in order: the same sum every time
		sum += x
	}
	return sum, nil
}

// rolling cuts the history on up to mostCuts days from when three tenths of the
// closings were known, and asks at each what happened until the next.
func rolling(list []Observed, target Target) []cutting {
	const mostCuts = 8
	var looks, closings []time.Time
	for _, o := range list {
		looks = append(looks, o.First, o.Last)
		if !o.Gone.IsZero() {
			looks, closings = append(looks, o.Gone), append(closings, o.Gone)
		}
	}
	slices.SortFunc(looks, time.Time.Compare)
	looks = slices.Compact(looks)
	slices.SortFunc(closings, time.Time.Compare)
	from, _ := slices.BinarySearchFunc(looks, closings[len(closings)*3/10], time.Time.Compare)
	cuts := looks[from:]
	if n := len(cuts) - 1; n > mostCuts {
		thin := make([]time.Time, mostCuts+1)
		for i := range thin {
			thin[i] = cuts[i*n/mostCuts]
		}
		cuts = thin
	}
	var out []cutting
	for i := range len(cuts) - 1 {
		if c := cut(list, target, looks, cuts[i], cuts[i+1]); len(c.past) > 0 && len(c.after) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// cut is what was known on a day, and what was learned from then until another.
func cut(list []Observed, target Target, looks []time.Time, now, next time.Time) cutting {
	var past []Observed
	for _, o := range list {
		if then, was := o.known(looks, now); was {
			past = append(past, then)
		}
	}
	e := newEncoding(past)
	return cutting{e, spells(past, target, e), spells(after(list, looks, now, next), target, e)}
}

// after is what was learned between two days of the offers that were still
// there on the first or came later.
func after(list []Observed, looks []time.Time, now, next time.Time) []Observed {
	var out []Observed
	for _, o := range list {
		then, was := o.known(looks, now)
		later, is := o.known(looks, next)
		switch {
		case !is || was && !then.Gone.IsZero():
			continue // not there yet, or no more
		case was:
			later.First = then.Last
		}
		if later.Last.After(later.First) || !later.Gone.IsZero() {
			out = append(out, later)
		}
	}
	return out
}

// known is o as it was known on a day; false when nobody had seen it.
func (o Observed) known(looks []time.Time, at time.Time) (Observed, bool) {
	if o.First.After(at) {
		return o, false
	}
	if o.Last.After(at) { // it was there at the last look until then
		i, found := slices.BinarySearchFunc(looks, at, time.Time.Compare)
		if !found {
			i--
		}
		o.Last = looks[i]
	}
	if o.Gone.After(at) {
		o.Gone = time.Time{}
	}
	return o, true
}
