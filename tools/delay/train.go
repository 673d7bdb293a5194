package delay

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"

	"tandem/internal/fault"
	"tandem/tools/delay/survival"
)

// Least that a history must hold to be learned from.
const (
	leastOffers = 300
	leastClosed = 100
)

func enough(offers, closed int) bool { return offers >= leastOffers && closed >= leastClosed }

// Enough says in French whether so many offers can be learned from.
func Enough(offers, closed int) string {
	if enough(offers, closed) {
		return "assez pour apprendre : tandem delay train"
	}
	return fmt.Sprintf("pas encore assez pour apprendre : il en faut au moins %d dont %d closes", leastOffers, leastClosed)
}

// heldShare of the offers are kept apart, by their number: the same ones
// whatever else is in the file.
const heldShare = 0.3

func held(id string) bool {
	sum := sha256.Sum256([]byte(id))
	return float64(binary.BigEndian.Uint64(sum[:8]))/math.MaxUint64 < heldShare
}

// Train learns target from a history. Settings are chosen on seven tenths of
// the offers, by what each setting, knowing the history up to a day, says of
// what came after; figures are measured once on the three tenths kept apart;
// then all are learned from. The same history gives the same model. progress
// may be nil.
func Train(h History, target Target, progress func(label string, done, total int)) (*Trained, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	if target == Filled && !h.Causes {
		return nil, fault.New(fault.Invalid, "Cet historique ne dit pas pourquoi les offres ont fermé : pour la cible « %s », il faut la colonne « motif ».", Filled)
	}
	t := &Trained{Format: format, Target: target, Data: Data{Hidden: h.Hidden, SHA256: h.SHA256}}
	var usable, learn, apart []Observed
	for _, o := range h.Offers {
		if o.entry() >= survival.MaxDay {
			t.Data.Beyond++
			continue
		}
		usable = append(usable, o)
		if o.closed(target) {
			t.Data.Closed++
		}
		if held(o.ID) {
			apart = append(apart, o)
		} else {
			learn = append(learn, o)
		}
	}
	if t.Data.Offers = len(usable); !enough(t.Data.Offers, t.Data.Closed) {
		return nil, fault.New(fault.Invalid, "Données insuffisantes : %d offres dont %d fermées ; il en faut au moins %d dont %d fermées.",
			t.Data.Offers, t.Data.Closed, leastOffers, leastClosed)
	}
	t.describe(usable)
	t.Data.Held = len(apart)
	var err error
	if t.Settings, err = choose(learn, target, progress); err != nil {
		return nil, err
	}
	progress("mesure sur les offres mises à part", 0, 2)
	trial := *t
	if err := trial.learn(learn); err != nil {
		return nil, err
	}
	t.Figures = trial.measure(apart)
	progress("apprentissage sur toutes les offres", 1, 2)
	if err := t.learn(usable); err != nil {
		return nil, err
	}
	progress("apprentissage sur toutes les offres", 2, 2)
	return t, nil
}

func (t *Trained) describe(list []Observed) {
	from, to := list[0].First, list[0].First
	seen := map[string]bool{}
	for _, o := range list {
		if o.First.Before(from) {
			from = o.First
		}
		for _, at := range []time.Time{o.Last, o.Gone} {
			if at.After(to) {
				to = at
			}
		}
		if d := o.Offer.Departement; d != "" && !seen[d] {
			seen[d] = true
			t.Data.Departements = append(t.Data.Departements, d)
		}
	}
	slices.Sort(t.Data.Departements)
	t.Data.From, t.Data.To = from.Format(time.DateOnly), to.Format(time.DateOnly)
	t.Name = fmt.Sprintf("tandem-delai-%s-%s-%.8s", t.Target, t.Data.To, t.Data.SHA256)
}

// entry is the age of an offer, in whole days, when it was first seen.
func (o Observed) entry() int { return max(0, age(o.Created, o.First)) }

func (o Observed) closed(target Target) bool {
	return !o.Gone.IsZero() && (target == Online || o.Filled)
}

// age in whole days of the calendar: an offer goes overnight, whatever the hour
// it came.
func age(created, at time.Time) int { return int(day(at).Sub(day(created)).Hours() / 24) }

func day(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
}

// weekday is 0 for a Monday.
func weekday(at time.Time) int { return (int(at.Weekday()) + 6) % 7 }

// spell is what o tells of target. What closed for another reason was not
// filled until then, and nobody knows when it would have been.
func (o Observed) spell(target Target, e *encoding) survival.Spell {
	k := prior.know(o.Offer)
	s := survival.Spell{Entry: o.entry(), Group: k.group(), Weekday: weekday(o.Created), X: e.terms(k)}
	s.Last = max(s.Entry, age(o.Created, o.Last))
	if o.closed(target) {
		s.Gone = max(s.Last+1, age(o.Created, o.Gone))
	}
	return s
}

func spells(list []Observed, target Target, e *encoding) []survival.Spell {
	out := make([]survival.Spell, len(list))
	for i, o := range list {
		out[i] = o.spell(target, e)
	}
	return out
}

// design of the fit: what is particular to a métier is around its domain, what
// the surveys measured around half of what they did.
func (e *encoding) design(s Settings) survival.Design {
	d := survival.Design{Groups: groups, Smooth: s.Smooth, Shape: s.Shape, Week: s.Week, Jumps: []int{horizon}}
	for i, key := range e.keys {
		switch {
		case ofROME(key):
			d.Priors = append(d.Priors, survival.Prior{SD: s.ROME})
		case e.offers[i] < leastLearned: // too few to choose a deviation by
			d.Priors = append(d.Priors, survival.Prior{Mean: halved, SD: sdHalved})
		default:
			d.Priors = append(d.Priors, survival.Prior{Mean: halved, SD: s.Terms})
		}
	}
	return d
}

// learn fills in what list teaches under t's settings.
func (t *Trained) learn(list []Observed) error {
	e := newEncoding(list)
	data, design := spells(list, t.Target, e), e.design(t.Settings)
	fit, err := design.Fit(data)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "L'apprentissage n'a pas abouti.")
	}
	t.Day, t.Week = rounded(fit.Day), rounded(fit.Week)
	t.Groups, t.Weights = make([]Group, groups), map[string]Coefficient{}
	for i, key := range e.keys {
		t.Weights[key] = Coefficient{round(fit.Beta[i]), round(fit.SD[i]), design.Priors[i].Mean, round(e.center[i]), e.offers[i]}
	}
	byGroup := make([][]survival.Spell, groups)
	for _, s := range data {
		byGroup[s.Group] = append(byGroup[s.Group], s)
	}
	byGroup[groupAny] = data
	for g := range t.Groups {
		t.Groups[g] = Group{Name: groupNames[g], Offers: len(byGroup[g]), Shape: rounded(fit.Shape[g]), Doubt: rounded(fit.Doubt[g])}
		if len(byGroup[g]) >= leastSupport {
			t.Groups[g].Kaplan = rounded(survival.Turnbull(byGroup[g])[:kaplanDays])
		}
	}
	t.ready()
	t.spread(list)
	return nil
}

// spread notes how forecasts of the history's offers lie: by group when put
// online, for the percentile; of all at first sight, for the bands.
func (t *Trained) spread(list []Observed) {
	fresh, sight := make([][]float64, groups), []float64{}
	for _, o := range list {
		k := prior.know(o.Offer)
		p := t.probability(k)
		fresh[k.group()], fresh[groupAny] = append(fresh[k.group()], p), append(fresh[groupAny], p)
		if k.AgeDays = o.entry(); k.AgeDays <= horizon {
			sight = append(sight, t.probability(k))
		}
	}
	for g, list := range fresh {
		if len(list) < leastSupport {
			continue
		}
		for twentieth := 1; twentieth < 20; twentieth++ {
			t.Groups[g].Quantiles = append(t.Groups[g].Quantiles, quantile(list, float64(twentieth)/20))
		}
	}
	t.Bands = [2]float64{quantile(sight, 0.5), quantile(sight, 0.8)}
}

func quantile(list []float64, q float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return round(sorted[min(int(q*float64(len(sorted))), len(sorted)-1)])
}

// Six decimals are far below what the data can tell, and keep the file small.
func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }

func rounded(list []float64) []float64 {
	out := make([]float64, len(list))
	for i, x := range list {
		out[i] = round(x)
	}
	return out
}
