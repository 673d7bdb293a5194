package survival

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// Fit finds the mode of the posterior and how sure it is. It fails on spells
// that contradict themselves and when the optimiser does not converge.
func (d Design) Fit(spells []Spell) (*Fit, error) {
	p, u, err := d.solve(spells)
	if err != nil {
		return nil, err
	}
	f := p.fit(u)
	return f, p.doubt(f, u)
}

// Mode is Fit without SD and Doubt, which cost more than all the rest.
func (d Design) Mode(spells []Spell) (*Fit, error) {
	p, u, err := d.solve(spells)
	if err != nil {
		return nil, err
	}
	return p.fit(u), nil
}

func (d Design) solve(spells []Spell) (*problem, []float64, error) {
	p, err := newProblem(d, spells)
	if err != nil {
		return nil, nil, err
	}
	u, err := p.mode()
	return p, u, err
}

func (p *problem) mode() ([]float64, error) {
	// The optimiser asks for the value of a point, then for its gradient: one
	// evaluation gives both.
	start := make([]float64, p.size())
	at, gradient := slices.Clone(start), make([]float64, p.size())
	value := p.evaluate(at, gradient)
	evaluate := func(u []float64) {
		if !slices.Equal(at, u) {
			copy(at, u)
			value = p.evaluate(u, gradient)
		}
	}
	objective := optimize.Problem{
		Func: func(u []float64) float64 { evaluate(u); return value },
		Grad: func(g, u []float64) { evaluate(u); copy(g, gradient) },
	}
	result, err := optimize.Minimize(objective, start, &optimize.Settings{
		GradientThreshold: 1e-4,
		MajorIterations:   2000,
		Converger:         &optimize.FunctionConverge{Absolute: 1e-7, Iterations: 20},
	}, &optimize.LBFGS{Store: 20})
	if result == nil {
		return nil, fmt.Errorf("survival: %w", err)
	}
	// A line search that can go no further ends with an error at the very bottom:
	// the gradient says whether that is where we are.
	evaluate(result.X)
	if steepest := max(slices.Max(gradient), -slices.Min(gradient)); !(steepest < 0.01) {
		return nil, fmt.Errorf("survival: not converged, gradient %.3g: %w", steepest, errors.Join(err, errors.New(result.Status.String())))
	}
	return result.X, nil
}

// fit reads a solution.
func (p *problem) fit(u []float64) *Fit {
	w := make([]float64, p.size())
	p.expand(u, w)
	f := &Fit{Day: p.day(w), Week: p.week(w), Beta: p.beta(w)}
	for group := range p.Groups {
		f.Shape = append(f.Shape, p.shape(w, group))
	}
	return f
}

// doubt fills in how sure f is: the inverse of the curvature at the mode
// (Laplace).
func (p *problem) doubt(f *Fit, u []float64) error {
	covariance, err := p.covariance(u)
	if err != nil {
		return err
	}
	first := p.size() - len(p.Priors)
	f.SD, f.Doubt = make([]float64, len(p.Priors)), make([][]float64, p.Groups)
	for i, prior := range p.Priors {
		f.SD[i] = prior.SD * math.Sqrt(covariance.At(first+i, first+i))
	}
	weekdays := 0.0
	for _, w := range f.Week {
		weekdays += math.Exp(w)
	}
	for group := range f.Doubt {
		f.Doubt[group] = make([]float64, Horizon)
		for from := range Horizon {
			g := make([]float64, p.size()) // of log H
			for i, w := range f.Week {
				p.week(g)[i] = math.Exp(w) / weekdays
			}
			total := f.Hazard(group, Any, from, Horizon)
			for d := from; d < Horizon; d++ {
				share := f.Hazard(group, Any, d, d+1) / total
				p.day(g)[d] += share
				p.shape(g, group)[period(d)] += share
			}
			p.collapse(g)
			v := mat.NewVecDense(len(g), g)
			f.Doubt[group][from] = mat.Inner(v, covariance, v)
		}
	}
	return nil
}

// covariance differentiates the gradient: two evaluations a parameter.
func (p *problem) covariance(u []float64) (*mat.SymDense, error) {
	n, step := p.size(), 1e-4
	hessian := mat.NewSymDense(n, nil)
	at, up, down := slices.Clone(u), make([]float64, n), make([]float64, n)
	for i := range n {
		at[i] = u[i] + step
		p.evaluate(at, up)
		at[i] = u[i] - step
		p.evaluate(at, down)
		at[i] = u[i]
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
