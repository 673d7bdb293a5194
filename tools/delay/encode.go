package delay

import (
	"maps"
	"slices"

	"tandem/tools/delay/survival"
)

// What a history teaches is, of each factor of the surveys, how much of it goes
// over to the target of the history: one coefficient a factor, whose input is
// the survey's own log-odds less what offers have on average. What the surveys
// do not publish, what is particular to a métier, has coefficients of its own,
// shrunk to those of its domain.
//
// What is unknown of an offer adds nothing. So a field that is missing can
// never tell anything by being missing.

// Groups whose hazard has a shape of its own. The last two share that of all.
const (
	groupCDI = iota
	groupCDD
	groupMIS
	groupOther // a contract of another kind
	groupAny   // contract unknown
	groups
)

var groupNames = [groups]string{"CDI", "CDD", "MIS", "autre", "tous"}

func groupOf(contract string, stated bool) int {
	switch contract {
	case "CDI":
		return groupCDI
	case "CDD":
		return groupCDD
	case "MIS":
		return groupMIS
	}
	if stated {
		return groupOther
	}
	return groupAny
}

func (k known) group() int { return groupOf(k.contract, k.Contract != "") }

// halved is what a stated prior says of a factor's coefficient: half of what
// the surveys measured of filling goes over, give or take as much. At a
// probability of one in five, two units of log-odds are one of log-hazard, the
// other way.
const (
	halved   = -0.25
	sdHalved = 0.25
)

// input is one coefficient's name and what it is multiplied by.
type input struct {
	key    string
	value  float64
	factor string // French
	source string
}

// inputs of an offer, before centering.
func (m *survey) inputs(k known) []input {
	var out []input
	for _, a := range axes {
		if a.key == "contract" { // a group, not a factor
			if g := k.group(); (g == groupCDD || g == groupMIS) && k.DurationMonths > 0 {
				t := m.duration(k.DurationMonths)
				out = append(out, input{"duration:" + groupNames[g], t.LogOdds, contractLabel(k.contract, k.DurationMonths), t.Source})
			}
			continue
		}
		if t, ok := a.effect(m, k); ok && t.Factor != "" {
			out = append(out, input{a.key, t.LogOdds, t.Factor, t.Source})
		}
	}
	return append(out, romeInputs(k.ROME)...)
}

// romeInputs are a métier, its domain and its grand domaine: the less there is
// of a métier, the more its domain speaks for it.
func romeInputs(code string) []input {
	if !romeCode(code) {
		return nil
	}
	factor := "métier " + code + ", par ce qu'on en a suivi"
	out := []input{{"rome:" + code[:1], 1, factor, ""}, {"rome:" + code[:3], 1, factor, ""}}
	if len(code) == 5 {
		out = append(out, input{"rome:" + code, 1, factor, ""})
	}
	return out
}

func ofROME(key string) bool { return len(key) > 5 && key[:5] == "rome:" }

// encoding numbers the coefficients of a history and holds the averages of
// their inputs.
type encoding struct {
	keys   []string // in order
	index  map[string]int
	center []float64
	offers []int
}

func newEncoding(list []Observed) *encoding {
	sum, n, first, varies := map[string]float64{}, map[string]int{}, map[string]float64{}, map[string]bool{}
	for _, o := range list {
		for _, in := range prior.inputs(prior.know(o.Offer)) {
			if n[in.key] == 0 {
				first[in.key] = in.value
			}
			varies[in.key] = varies[in.key] || ofROME(in.key) || in.value != first[in.key]
			sum[in.key] += in.value
			n[in.key]++
		}
	}
	for _, a := range axes { // also those no offer of the history says anything of
		if a.key != "contract" {
			n[a.key] += 0
		}
	}
	e := &encoding{keys: slices.Sorted(maps.Keys(n)), index: map[string]int{}}
	for i, key := range e.keys {
		e.index[key] = i
		center, informed := 0.0, n[key]
		if n[key] > 0 && !ofROME(key) {
			center = sum[key] / float64(n[key])
		}
		if !varies[key] { // what all offers share teaches nothing
			informed = 0
		}
		e.center, e.offers = append(e.center, center), append(e.offers, informed)
	}
	return e
}

func (e *encoding) terms(k known) []survival.Term {
	var out []survival.Term
	for _, in := range prior.inputs(k) {
		if i, ok := e.index[in.key]; ok {
			if x := in.value - e.center[i]; x != 0 {
				out = append(out, survival.Term{Index: i, Value: x})
			}
		}
	}
	return out
}
