package survival

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

const (
	startHazard = -3.0 // log, about five in a hundred a day
	looseDay    = 4.0  // deviation of a day's log-hazard from that start: nothing known
	horizon     = 31   // of Fit.Doubt
)

// Fit finds the mode of the posterior. It fails on spells that contradict
// themselves and when the optimiser does not converge.
func (d Design) Fit(spells []Spell) (*Fit, error) {
	p, err := newProblem(d, spells)
	if err != nil {
		return nil, err
	}
	start := make([]float64, p.size())
	for i := range p.day(start) {
		p.day(start)[i] = startHazard
	}
	for i, prior := range d.Priors {
		p.beta(start)[i] = prior.Mean
	}
	result, err := optimize.Minimize(optimize.Problem{Func: p.value, Grad: func(g, w []float64) { p.evaluate(w, g) }}, start, &optimize.Settings{
		GradientThreshold: 1e-4,
		MajorIterations:   3000,
		Converger:         &optimize.FunctionConverge{Absolute: 1e-8, Iterations: 30},
	}, &optimize.LBFGS{Store: 20})
	if result == nil {
		return nil, fmt.Errorf("survival: %w", err)
	}
	// A line search that can go no further ends with an error at the very bottom:
	// the gradient says whether that is where we are.
	g := make([]float64, len(start))
	p.evaluate(result.X, g)
	if steepest := max(slices.Max(g), -slices.Min(g)); !(steepest < 0.05) {
		return nil, fmt.Errorf("survival: not converged, gradient %.3g: %w", steepest, errors.Join(err, errors.New(result.Status.String())))
	}
	return p.fit(result.X)
}

// problem is the objective: minus the log of the posterior, and its gradient.
type problem struct {
	Design
	spells []Spell
	cum    []float64 // cumulated hazard by group, weekday and day, without terms
	acc    []float64 // weight of each day's hazard in the gradient, as differences
}

const row = MaxDay + 1

func newProblem(d Design, spells []Spell) (*problem, error) {
	if len(spells) == 0 {
		return nil, errors.New("survival: no spell")
	}
	p := &problem{Design: d, spells: make([]Spell, len(spells)), cum: make([]float64, d.Groups*7*row), acc: make([]float64, d.Groups*7*row)}
	for i, s := range spells {
		if err := s.valid(d.Groups, len(d.Priors)); err != nil {
			return nil, err
		}
		p.spells[i] = s.clipped()
	}
	return p, nil
}

// The parameters, as slices of one vector.
func (p *problem) size() int                  { return days + p.Groups*len(periods) + 7 + len(p.Priors) }
func (p *problem) day(w []float64) []float64  { return w[:days] }
func (p *problem) week(w []float64) []float64 { return w[days+p.Groups*len(periods):][:7] }
func (p *problem) beta(w []float64) []float64 { return w[days+p.Groups*len(periods)+7:] }
func (p *problem) shape(w []float64, group int) []float64 {
	return w[days+group*len(periods):][:len(periods)]
}

func (p *problem) value(w []float64) float64 { return p.evaluate(w, nil) }

// hazard of one day without terms.
func (p *problem) hazard(w []float64, group, weekday, day int) float64 {
	return math.Exp(p.day(w)[min(day, tail)] + p.shape(w, group)[period(day)] + p.week(w)[(weekday+day)%7])
}

// evaluate gives the objective and, unless g is nil, its gradient in g. Hazards
// depend on group, weekday and day only, so a spell costs its terms and not its
// days.
func (p *problem) evaluate(w, g []float64) float64 {
	for c := range p.Groups * 7 {
		cum, sum := p.cum[c*row:][:row], 0.0
		for d := range MaxDay {
			sum += p.hazard(w, c/7, c%7, d)
			cum[d+1] = sum
		}
	}
	clear(g)
	clear(p.acc)
	beta, sum := p.beta(w), 0.0
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
		p.spread(w, g)
	}
	return sum + p.penalty(w, g)
}

// spread hands the weight of each day's hazard to the parameters it is made of.
func (p *problem) spread(w, g []float64) {
	for c := range p.Groups * 7 {
		weight := 0.0
		for d := range MaxDay {
			weight += p.acc[c*row+d]
			if weight == 0 {
				continue
			}
			h := weight * p.hazard(w, c/7, c%7, d)
			p.day(g)[min(d, tail)] += h
			p.shape(g, c/7)[period(d)] += h
			p.week(g)[(c%7+d)%7] += h
		}
	}
}

func (p *problem) penalty(w, g []float64) float64 {
	sum := 0.0
	pull := func(i int, mean, sd float64) {
		z := (w[i] - mean) / sd
		sum += z * z / 2
		if g != nil {
			g[i] += z / sd
		}
	}
	last := -1 // the day before, but for jumps: those are nobody's neighbours
	for d := range days {
		pull(d, startHazard, looseDay)
		if slices.Contains(p.Jumps, d) {
			continue
		}
		if last >= 0 {
			step := w[d] - w[last]
			sum += p.Smooth * step * step / 2
			if g != nil {
				g[d] += p.Smooth * step
				g[last] -= p.Smooth * step
			}
		}
		last = d
	}
	at := days
	for range p.Groups * len(periods) {
		pull(at, 0, p.Shape)
		at++
	}
	for range 7 {
		pull(at, 0, p.Week)
		at++
	}
	for _, prior := range p.Priors {
		pull(at, prior.Mean, prior.SD)
		at++
	}
	return sum
}

// fit reads a solution and how sure it is: the inverse of the curvature at the
// mode (Laplace).
func (p *problem) fit(w []float64) (*Fit, error) {
	f := &Fit{Day: p.day(w), Week: p.week(w), Beta: p.beta(w), SD: make([]float64, len(p.Priors)), Doubt: make([][]float64, p.Groups)}
	for group := range p.Groups {
		f.Shape = append(f.Shape, p.shape(w, group))
	}
	covariance, err := p.covariance(w)
	if err != nil {
		return nil, err
	}
	first := p.size() - len(p.Priors)
	for i := range f.SD {
		f.SD[i] = math.Sqrt(covariance.At(first+i, first+i))
	}
	gradient, weekdays := mat.NewVecDense(p.size(), nil), 0.0
	for _, w := range f.Week {
		weekdays += math.Exp(w)
	}
	for group := range f.Doubt {
		f.Doubt[group] = make([]float64, horizon)
		for from := range horizon {
			gradient.Zero()
			for i, w := range f.Week {
				gradient.SetVec(days+p.Groups*len(periods)+i, math.Exp(w)/weekdays)
			}
			total := f.Hazard(group, Any, from, horizon)
			for d := from; d < horizon; d++ {
				share := f.Hazard(group, Any, d, d+1) / total
				gradient.SetVec(d, gradient.AtVec(d)+share)
				i := days + group*len(periods) + period(d)
				gradient.SetVec(i, gradient.AtVec(i)+share)
			}
			f.Doubt[group][from] = mat.Inner(gradient, covariance, gradient)
		}
	}
	return f, nil
}

// covariance differentiates the gradient: two evaluations a parameter.
func (p *problem) covariance(w []float64) (*mat.SymDense, error) {
	n, step := p.size(), 1e-4
	hessian := mat.NewSymDense(n, nil)
	at, up, down := slices.Clone(w), make([]float64, n), make([]float64, n)
	for i := range n {
		at[i] = w[i] + step
		p.evaluate(at, up)
		at[i] = w[i] - step
		p.evaluate(at, down)
		at[i] = w[i]
		for j := range n {
			// Half from either side of the diagonal: rounding is all that differs.
			hessian.SetSym(i, j, hessian.At(i, j)+(up[j]-down[j])/(2*step)/2)
		}
		hessian.SetSym(i, i, hessian.At(i, i)*2)
	}
	var factor mat.Cholesky
	if !factor.Factorize(hessian) {
		return nil, errors.New("survival: the solution is no minimum")
	}
	inverse := mat.NewSymDense(n, nil)
	if err := factor.InverseTo(inverse); err != nil {
		return nil, fmt.Errorf("survival: %w", err)
	}
	return inverse, nil
}
