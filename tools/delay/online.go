package delay

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"tandem/tools/delay/survival"
)

// leastSupport is how many offers of its kind a forecast wants in the history,
// leastLearned how many a coefficient wants to be called learned.
const (
	leastSupport = 100
	leastLearned = 50
)

// sdElsewhere is how far a place the history has not seen may be from those it
// has, in log-hazard: a stated prior, about half of the probability either way.
const sdElsewhere = 0.35

// share of one factor in the log-hazard, and how sure.
type share struct {
	factor, source string
	value          float64
}

// shares of what is known of an offer, with the variance they leave.
func (t *Trained) shares(k known) (out []share, variance float64) {
	for _, in := range prior.inputs(k) {
		c, ok := t.Weights[in.key]
		if !ok {
			if ofROME(in.key) { // a métier nobody has seen yet
				variance += t.Settings.ROME * t.Settings.ROME
			}
			continue
		}
		x := in.value - c.Center
		variance += square(x * c.SD)
		s := share{in.factor, t.source(in, c), c.Weight * x}
		if n := len(out); n > 0 && out[n-1].factor == s.factor {
			out[n-1].value += s.value
			continue
		}
		out = append(out, s)
	}
	return out, variance
}

func (t *Trained) source(in input, c Coefficient) string {
	switch {
	case ofROME(in.key):
		return fmt.Sprintf("appris sur les offres suivies (%s) : grand domaine, domaine, puis métier", t.Data.span())
	case c.Offers >= leastLearned:
		return fmt.Sprintf("appris sur %d offres suivies (%s), à partir de : %s", c.Offers, t.Data.span(), in.source)
	}
	return "a priori, absent de l'historique, réduit de moitié : " + in.source
}

func (d Data) span() string { return d.From + " au " + d.To }

// hazard between two days of an offer's life, without its factors.
func (t *Trained) hazard(k known, from, to int) float64 {
	cum := t.cum[k.group()][k.Weekday] // 0 is any
	at := func(day int) float64 {
		if last := len(cum) - 1; day > last { // past the grid a week is like the one before
			return cum[last] + float64(day-last)*(cum[last]-cum[last-7])/7
		}
		return cum[day]
	}
	return at(to) - at(from)
}

// Probability is P(T > 30) of o, given its age: 1 once it is past.
func (t *Trained) Probability(o Offer) float64 { return t.probability(prior.know(o)) }

func (t *Trained) probability(k known) float64 { return t.until(k, survival.Horizon) }

// until is the probability that an offer there at its age is still there on a
// later day.
func (t *Trained) until(k known, day int) float64 {
	if k.AgeDays >= day {
		return 1
	}
	eta := 0.0
	shares, _ := t.shares(k)
	for _, s := range shares {
		eta += s.value
	}
	return math.Exp(-math.Exp(eta) * t.hazard(k, k.AgeDays, day))
}

// forecast with contributions in log-odds. The model adds up on the logarithm
// of the hazard; log-odds are not straight in it, so each share counts at the
// mean slope on the straight way from the base to the forecast (its integrated
// gradient): that keeps signs, order and proportions, and the sum exact.
func (t *Trained) forecast(o Offer) Forecast {
	k := prior.know(o)
	g := t.Groups[k.group()]
	f := Forecast{
		Measure: t.Target, Target: t.Target.says(), Days: horizon, BaseGroup: t.baseGroup(k), Support: g.Offers,
		Contributions: []Contribution{}, Levers: []Lever{}, Actions: actions(), Missing: []string{},
		Model: t.Name, AsOf: "offres suivies du " + t.Data.span(), Notice: t.notice(k),
	}
	if g.Offers < leastSupport {
		f.Insufficient = fmt.Sprintf("Données insuffisantes : l'historique n'a que %d offres de ce type de contrat, il en faut %d.", g.Offers, leastSupport)
		return f
	}
	fresh := k
	fresh.Weekday, fresh.AgeDays = 0, 0
	base := t.hazard(fresh, 0, survival.Horizon)
	f.BaseRate = math.Exp(-base)
	shares, variance := t.shares(k)
	eta := 0.0
	for _, s := range shares {
		eta += s.value
	}
	variance += g.Doubt[min(k.AgeDays, survival.Horizon-1)]
	if k.Departement == "" || !slices.Contains(t.Data.Departements, k.Departement) {
		variance += sdElsewhere * sdElsewhere
	}
	f.Missing, variance = t.missing(k, variance)
	unaged := math.Exp(eta) * base
	f.Percentile = percentile(g.Quantiles, math.Exp(-unaged))
	slope := secant(base, unaged)
	for _, s := range shares {
		if v := s.value * slope; v != 0 {
			f.Contributions = append(f.Contributions, Contribution{s.factor, v, s.source})
		}
	}
	f.draw(k.AgeDays, 90, func(day int) float64 { return t.lasts(k, eta, day) })
	f.MedianDays = t.median(k, eta)
	if k.AgeDays >= survival.Horizon {
		f.Probability, f.Low, f.High, f.Band = 1, 1, 1, band(1, t.Bands[0], t.Bands[1])
		return f
	}
	left := math.Exp(eta) * t.hazard(k, k.AgeDays, survival.Horizon)
	if v := logOdds(left) - logOdds(unaged); v != 0 {
		factor := "jour de la mise en ligne"
		if k.AgeDays > 0 {
			factor = aged(k.AgeDays, "encore en ligne")
		}
		f.Contributions = append(f.Contributions, Contribution{factor, v, "courbe des offres suivies (" + t.Data.span() + ")"})
	}
	sd := math.Sqrt(variance)
	f.Probability, f.Low, f.High = math.Exp(-left), math.Exp(-left*math.Exp(z*sd)), math.Exp(-left*math.Exp(-z*sd))
	f.Band = band(f.Probability, t.Bands[0], t.Bands[1])
	f.Levers = levers(k, f.Probability, t.probability)
	return f
}

// lasts is P(T > day) given that the offer is still there at its age: that it is
// also there the next day.
func (t *Trained) lasts(k known, eta float64, day int) float64 {
	return math.Exp(-math.Exp(eta) * t.hazard(k, k.AgeDays, day+1))
}

// median is when half of those there at the offer's age are gone, straight
// within a day.
func (t *Trained) median(k known, eta float64) float64 {
	const longest = 4000
	half := math.Ln2 * math.Exp(-eta)
	day := k.AgeDays + sort.Search(longest, func(n int) bool { return t.hazard(k, k.AgeDays, k.AgeDays+n+1) >= half })
	before := t.hazard(k, k.AgeDays, day)
	within := (half - before) / t.hazard(k, day, day+1)
	return math.Round((float64(day)+math.Min(within, 1))*10) / 10
}

// logOdds of surviving a cumulated hazard.
func logOdds(h float64) float64 { return -math.Log(math.Expm1(h)) }

// secant is the mean slope of logOdds in the logarithm of the hazard between two.
func secant(from, to float64) float64 {
	if d := math.Log(to / from); math.Abs(d) > 1e-6 {
		return (logOdds(to) - logOdds(from)) / d
	}
	return -from / -math.Expm1(-from)
}

// percentile of p among quantiles by twentieths; 0 when they are unknown.
func percentile(quantiles []float64, p float64) int {
	if len(quantiles) == 0 {
		return 0
	}
	i, _ := slices.BinarySearch(quantiles, p)
	return max(1, i*100/(len(quantiles)+1))
}

// missing names what would sharpen the forecast, and what it leaves open.
func (t *Trained) missing(k known, variance float64) ([]string, float64) {
	out := []string{}
	for _, a := range axes {
		if a.missing == "" {
			continue
		}
		if e, ok := a.effect(prior, k); ok {
			if e.gap != "" {
				out = append(out, e.gap)
			}
			continue
		}
		out = append(out, a.missing)
		variance += square(a.spread * t.Weights[a.key].Weight)
	}
	return out, variance
}

// says is the target in words.
func (t Target) says() string {
	if t == Filled {
		return target
	}
	return "offre encore en ligne après 30 jours (durées relevées en ligne ; une offre qui disparaît n'est pas forcément pourvue)"
}

func (t *Trained) baseGroup(k known) string {
	name := map[int]string{groupCDI: "CDI", groupCDD: "CDD", groupMIS: "missions d'intérim", groupOther: "autres contrats", groupAny: "tous contrats"}[k.group()]
	return fmt.Sprintf("%s suivis du %s (%s)", name, t.Data.span(), places(t.Data.Departements))
}

func places(departements []string) string {
	switch n := len(departements); {
	case n == 0:
		return "département inconnu"
	case n > 5:
		return fmt.Sprintf("%d départements", n)
	case n == 1:
		return "département " + departements[0]
	}
	return "départements " + strings.Join(departements, ", ")
}

func (t *Trained) notice(k known) string {
	s := "Estimation statistique, pas une décision : un conseiller décide. Facteurs et leviers sont des associations, pas des causes."
	if t.Target == Online {
		s += " « Plus en ligne » ne veut pas dire « pourvue » : une offre disparaît aussi quand elle est retirée ou qu'elle expire."
	}
	if k.Departement != "" && !slices.Contains(t.Data.Departements, k.Departement) {
		s += fmt.Sprintf(" Le modèle n'a rien vu du département %s : l'intervalle est élargi.", k.Departement)
	}
	return s
}

func square(x float64) float64 { return x * x }
