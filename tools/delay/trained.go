package delay

import (
	"encoding/json"
	"io"
	"math"
	"slices"

	"tandem/internal/fault"
	"tandem/tools/delay/survival"
)

// format is that of the model file; another is refused rather than misread.
const format = 1

// kaplanDays are kept of each estimate without model: past the 30th day, for
// histories whose looks are two weeks apart.
const kaplanDays = 61

// Trained is what a history taught: the content of a model file. It holds
// figures, and no row of the history.
type Trained struct {
	Format   int                    `json:"format"`
	Name     string                 `json:"name"`
	Target   Target                 `json:"target"`
	Data     Data                   `json:"data"`
	Settings Settings               `json:"settings"`
	Figures  map[string]Figure      `json:"figures"` // on offers kept apart
	Day      []float64              `json:"day"`     // log-hazard by day
	Week     []float64              `json:"week"`    // by weekday, Monday first
	Groups   []Group                `json:"groups"`
	Weights  map[string]Coefficient `json:"weights"`
	Bands    [2]float64             `json:"bands"` // of P at first sight: the half, the last fifth

	cum [groups][8][]float64 // cumulated hazard by weekday of the first day, 0 any, and day
}

// Data says what a model was trained on.
type Data struct {
	From         string   `json:"from"` // first and last day of looking
	To           string   `json:"to"`
	Offers       int      `json:"offers"`
	Closed       int      `json:"closed"`
	Held         int      `json:"held"` // of the offers, kept apart to measure the figures; then learned from as well
	Beyond       int      `json:"beyond"`
	Departements []string `json:"departements"`
	Hidden       []Hidden `json:"hidden,omitempty"`
	SHA256       string   `json:"sha256"`
}

// Settings were chosen by validation in the order of time.
type Settings struct {
	Smooth float64 `json:"smooth"`
	Shape  float64 `json:"shape"`
	Week   float64 `json:"week"`
	Terms  float64 `json:"terms"`
	ROME   float64 `json:"rome"`
}

// Figure with its 95 % interval.
type Figure struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Group is what is known of one kind of contract.
type Group struct {
	Name      string    `json:"name"`
	Offers    int       `json:"offers"`
	Shape     []float64 `json:"shape"`               // by period
	Doubt     []float64 `json:"doubt"`               // variance of log H from each day to the 31st
	Kaplan    []float64 `json:"kaplan,omitempty"`    // share still there by day, without model
	Quantiles []float64 `json:"quantiles,omitempty"` // of P(T > 30) when put online: 5, 10… 95 %
}

// Coefficient is one number that the history taught, or left as it was stated.
type Coefficient struct {
	Weight float64 `json:"weight"` // of log-hazard
	SD     float64 `json:"sd"`
	Prior  float64 `json:"prior,omitempty"`
	Center float64 `json:"center,omitempty"`
	Offers int     `json:"offers"` // that say anything of it
}

const maxModel = 8 << 20

// ReadTrained reads a model file and checks that it can be computed with.
func ReadTrained(r io.Reader) (*Trained, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxModel+1))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "Le modèle ne peut pas être lu.")
	}
	if len(text) > maxModel {
		return nil, fault.New(fault.TooLarge, "Le modèle dépasse %d Mo.", maxModel>>20)
	}
	t := &Trained{}
	if err := json.Unmarshal(text, t); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "Le fichier n'est pas un modèle de délai.")
	}
	if t.Format != format {
		return nil, fault.New(fault.Invalid, "Le modèle est au format %d ; celui-ci est le %d. Entraînez-le à nouveau.", t.Format, format)
	}
	if !slices.Contains(Targets, t.Target) || !t.sound() {
		return nil, fault.New(fault.Invalid, "Le modèle est incomplet ou ses nombres ne sont pas plausibles. Entraînez-le à nouveau.")
	}
	t.ready()
	return t, nil
}

// sound holds the shapes and sizes that forecasting relies on.
func (t *Trained) sound() bool {
	within := func(most float64, list ...float64) bool {
		return !slices.ContainsFunc(list, func(x float64) bool { return !(math.Abs(x) <= most) })
	}
	if len(t.Day) != survival.Days || len(t.Week) != 7 || len(t.Groups) != groups || !within(30, t.Day...) || !within(10, t.Week...) {
		return false
	}
	for i, g := range t.Groups {
		if g.Name != groupNames[i] || len(g.Shape) != survival.Periods || len(g.Doubt) != survival.Horizon || g.Offers < 0 ||
			!within(10, g.Shape...) || !within(1e3, g.Doubt...) || slices.Min(g.Doubt) < 0 ||
			g.Kaplan != nil && len(g.Kaplan) != kaplanDays || !within(1, g.Kaplan...) || !within(1, g.Quantiles...) {
			return false
		}
	}
	for _, c := range t.Weights {
		if !within(20, c.Weight, c.SD, c.Prior, c.Center) || c.SD < 0 {
			return false
		}
	}
	return within(1, t.Bands[:]...)
}

// ready prepares what forecasts look up.
func (t *Trained) ready() {
	fit := &survival.Fit{Day: t.Day, Week: t.Week}
	for _, g := range t.Groups {
		fit.Shape = append(fit.Shape, g.Shape)
	}
	for group := range t.Groups {
		for weekday := range 8 {
			t.cum[group][weekday] = fit.Cumulated(group, weekday-1)
		}
	}
}

// Write writes the model file: the same model, the same bytes.
func (t *Trained) Write(w io.Writer) error {
	text, err := json.MarshalIndent(t, "", " ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}
