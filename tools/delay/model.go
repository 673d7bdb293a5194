package delay

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"sync"

	"tandem/internal/fault"
)

// Model forecasts one target. It is immutable and may be used by several
// goroutines.
type Model struct {
	target  Target
	trained map[Target]*Trained
}

//go:embed online.json
var onlineJSON []byte

// shipped panics on a broken file: the binary itself is wrong.
var shipped = sync.OnceValue(func() *Model {
	t, err := ReadTrained(bytes.NewReader(onlineJSON))
	if err != nil || t.Target != Online {
		panic(fmt.Sprintf("delay: embedded model: %v", err))
	}
	return &Model{target: Filled, trained: map[Target]*Trained{Online: t}}
})

// Default is the model shipped with Tandem: [Filled] by published figures, a
// stated prior, and [Online] by what was learned from real captures.
func Default() *Model { return shipped() }

// For is m on that target.
func (m *Model) For(t Target) *Model { return &Model{t, m.trained} }

// With is m with what was trained instead of what it had for the same target.
func (m *Model) With(t *Trained) *Model {
	trained := maps.Clone(m.trained)
	trained[t.Target] = t
	return &Model{m.target, trained}
}

// Target is what m forecasts.
func (m *Model) Target() Target { return m.target }

// Trained is what m learned for its target from a history, nil when it restates
// published figures.
func (m *Model) Trained() *Trained { return m.trained[m.target] }

// ParseTarget reads the name of a target.
func ParseTarget(s string) (Target, error) {
	for _, t := range Targets {
		if s == string(t) {
			return t, nil
		}
	}
	return "", fault.New(fault.Invalid, "La cible « %.40s » n'existe pas : %s (délai pour pourvoir) ou %s (durée en ligne).", s, Filled, Online)
}

// Forecast says how likely o takes more than 30 days, how sure that is, and
// why. Values out of any plausible range are taken for unknown.
func (m *Model) Forecast(o Offer) Forecast {
	if t := m.Trained(); t != nil {
		return t.forecast(o)
	}
	return prior.forecast(o)
}

// z bounds 80 % of a normal distribution.
const z = 1.2815515655446004

// sdBase is how far the base rate of the surveys is itself in doubt: they put it
// between 0.55 and 0.69, by year and by what is done of abandoned offers.
const sdBase = 0.23

// Bounds of the bands of [Filled]. Those of what was trained are its own: its
// base rate is another.
const (
	Low  = 0.40
	High = 0.65
)

// Band names a probability of [Filled]: faible below [Low], forte above [High],
// else moyenne.
func Band(p float64) string { return band(p, Low, High) }

func band(p, low, high float64) string {
	switch {
	case p < low:
		return "faible"
	case p > high:
		return "forte"
	}
	return "moyenne"
}

// draw fills in the curve, P(T > day) of an offer of that age.
func (f *Forecast) draw(age, until int, at func(day int) float64) {
	for day := age; day <= max(until, age+30); {
		f.Curve = append(f.Curve, Point{day, at(day)})
		if day < 10 {
			day += 2
		} else {
			day += 5 - day%5
		}
	}
}
