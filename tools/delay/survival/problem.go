package survival

import (
	"errors"
	"math"
	"slices"
)

const (
	startHazard = -3.0 // log, about five in a hundred a day
	looseDay    = 4.0  // deviation of the first day's log-hazard from that, and of a jump's: nothing known
)

// problem is the objective: minus the log of the posterior, and its gradient.
// It is written in what the prior takes for independent and of size one, which
// is also where the optimiser finds its way fastest.
type problem struct {
	Design
	spells []Spell
	cells  []int     // group and weekday, as one number, of those that have spells
	w      []float64 // the parameters
	rate   []float64 // hazard by group, weekday and day, without terms
	cum    []float64 // the same, cumulated
	acc    []float64 // weight of each day's hazard in the gradient, as differences
}

const row = MaxDay + 1

func newProblem(d Design, spells []Spell) (*problem, error) {
	if len(spells) == 0 {
		return nil, errors.New("survival: no spell")
	}
	size := d.Groups * 7 * row
	p := &problem{Design: d, spells: make([]Spell, len(spells)), rate: make([]float64, size), cum: make([]float64, size), acc: make([]float64, size)}
	p.w = make([]float64, p.size())
	for i, s := range spells {
		if err := s.valid(d.Groups, len(d.Priors)); err != nil {
			return nil, err
		}
		p.spells[i] = s.clipped()
		p.cells = append(p.cells, s.Group*7+s.Weekday)
	}
	slices.Sort(p.cells)
	p.cells = slices.Compact(p.cells)
	return p, nil
}

// The parameters, as slices of one vector.
func (p *problem) size() int                  { return Days + p.Groups*Periods + 7 + len(p.Priors) }
func (p *problem) day(w []float64) []float64  { return w[:Days] }
func (p *problem) week(w []float64) []float64 { return w[Days+p.Groups*Periods:][:7] }
func (p *problem) beta(w []float64) []float64 { return w[Days+p.Groups*Periods+7:] }
func (p *problem) shape(w []float64, group int) []float64 {
	return w[Days+group*Periods:][:Periods]
}

// scale of parameter i after the days.
func (p *problem) scale(i int) float64 {
	switch i -= Days; {
	case i < p.Groups*Periods:
		return p.Shape
	case i < p.Groups*Periods+7:
		return p.Week
	default:
		return p.Priors[i-p.Groups*Periods-7].SD
	}
}

// expand makes parameters of u: each day's log-hazard is that of the day before
// and a step, a jump's is its own.
func (p *problem) expand(u, w []float64) {
	before := -1
	for d := range Days {
		switch jump := slices.Contains(p.Jumps, d); {
		case jump || before < 0:
			w[d] = startHazard + looseDay*u[d]
			if jump {
				continue
			}
		default:
			w[d] = w[before] + u[d]/math.Sqrt(p.Smooth)
		}
		before = d
	}
	for i := Days; i < len(u); i++ {
		w[i] = p.scale(i) * u[i]
	}
	for i, prior := range p.Priors {
		p.beta(w)[i] += prior.Mean
	}
}

// collapse turns a gradient by parameters into one by u, in place: expand's
// transpose.
func (p *problem) collapse(g []float64) {
	first := 0
	for slices.Contains(p.Jumps, first) {
		first++
	}
	later := 0.0 // a step moves all days after it
	for d := Days - 1; d >= 0; d-- {
		if slices.Contains(p.Jumps, d) {
			g[d] *= looseDay
			continue
		}
		later += g[d]
		g[d] = later / math.Sqrt(p.Smooth)
		if d == first {
			g[d] = later * looseDay
		}
	}
	for i := Days; i < len(g); i++ {
		g[i] *= p.scale(i)
	}
}

// evaluate gives the objective and, unless g is nil, its gradient in g. Hazards
// depend on group, weekday and day only, so a spell costs its terms and not its
// days.
func (p *problem) evaluate(u, g []float64) float64 {
	p.expand(u, p.w)
	p.rates()
	clear(g)
	clear(p.acc)
	beta, sum := p.beta(p.w), 0.0
	for _, s := range p.spells {
		c := s.Group*7 + s.Weekday
		cum, acc := p.cum[c*row:][:row], p.acc[c*row:][:row]
		eta := 0.0
		for _, t := range s.X {
			eta += beta[t.Index] * t.Value
		}
		r := math.Exp(eta)
		before := r * (cum[s.Last] - cum[s.Entry])
		sum += before
		slope := before
		acc[s.Entry] += r
		acc[s.Last] -= r
		if s.Gone != 0 {
			within := r * (cum[s.Gone] - cum[s.Last])
			sum -= log1mexp(within)
			q := 1 / math.Expm1(within)
			slope -= q * within
			acc[s.Last] -= q * r
			acc[s.Gone] += q * r
		}
		if g != nil {
			for _, t := range s.X {
				p.beta(g)[t.Index] += slope * t.Value
			}
		}
	}
	if g != nil {
		p.spread(g)
		p.collapse(g)
	}
	for i, x := range u {
		sum += x * x / 2
		if g != nil {
			g[i] += x
		}
	}
	return sum
}

// rates fills in rate and cum.
func (p *problem) rates() {
	var byDay [Days]float64
	for d, x := range p.day(p.w) {
		byDay[d] = math.Exp(x)
	}
	var byWeekday [7]float64
	for i, x := range p.week(p.w) {
		byWeekday[i] = math.Exp(x)
	}
	for _, c := range p.cells {
		var byPeriod [Periods]float64
		for i, x := range p.shape(p.w, c/7) {
			byPeriod[i] = math.Exp(x)
		}
		rate, cum, sum := p.rate[c*row:][:row], p.cum[c*row:][:row], 0.0
		for d := range MaxDay {
			rate[d] = byDay[min(d, tail)] * byPeriod[period(d)] * byWeekday[(c%7+d)%7]
			sum += rate[d]
			cum[d+1] = sum
		}
	}
}

// spread hands the weight of each day's hazard to the parameters it is made of.
func (p *problem) spread(g []float64) {
	for _, c := range p.cells {
		weight := 0.0
		for d := range MaxDay {
			weight += p.acc[c*row+d]
			if weight == 0 {
				continue
			}
			h := weight * p.rate[c*row+d]
			p.day(g)[min(d, tail)] += h
			p.shape(g, c/7)[period(d)] += h
			p.week(g)[(c%7+d)%7] += h
		}
	}
}
