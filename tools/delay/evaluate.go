package delay

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"tandem/internal/fault"
	"tandem/tools/delay/survival"
)

// verdict is one offer judged at its age when first seen.
type verdict struct {
	survival.Judged
	base, alone float64 // P by Kaplan–Meier of its contract, of all
	group       int
	entry       int
}

// judge forecasts each offer at its age when first seen and compares with what
// came. Offers nobody knows the end of, or first seen at 30 days or more, are
// not judged.
func judge(t *Trained, list []Observed) []verdict {
	var out []verdict
	for _, o := range list {
		if yes := o.over(t.Target); yes != nil && o.young() {
			out = append(out, t.verdict(o, survival.Horizon, *yes))
		}
	}
	return out
}

// follow forecasts each offer, at its age when first seen, to the first look
// past its 30th day, and compares with what was seen there. Unlike in judge
// nothing depends on the outcome: neither are the offers too young to have
// lasted 30 days judged if they are gone, nor those left out that went between
// two looks around their 30th day.
func follow(t *Trained, list []Observed) []verdict {
	if t.Target != Online { // absence says nothing of the cause
		return nil
	}
	var looks []time.Time
	for _, o := range list {
		looks = append(looks, day(o.First), day(o.Last))
		if !o.Gone.IsZero() {
			looks = append(looks, day(o.Gone))
		}
	}
	slices.SortFunc(looks, time.Time.Compare)
	looks = slices.Compact(looks)
	var out []verdict
	for _, o := range list {
		i, _ := slices.BinarySearchFunc(looks, day(o.Created).AddDate(0, 0, survival.Horizon), time.Time.Compare)
		if i == len(looks) || !o.young() {
			continue
		}
		if to := age(o.Created, looks[i]); to < kaplanDays {
			out = append(out, t.verdict(o, to, !day(o.Last).Before(looks[i])))
		}
	}
	return out
}

// young is what is judged: first seen before 30 days.
func (o Observed) young() bool { return o.First.Sub(o.Created) < horizon*24*time.Hour }

func (t *Trained) verdict(o Observed, to int, yes bool) verdict {
	k := prior.know(o.Offer)
	k.AgeDays, k.Weekday = min(o.entry(), horizon), weekday(o.Created)+1
	return verdict{
		Judged: survival.Judged{P: t.until(k, to), Yes: yes},
		base:   t.kaplan(k.group(), k.AgeDays, to), alone: t.kaplan(groupAny, k.AgeDays, to),
		group: k.group(), entry: k.AgeDays,
	}
}

// over is whether o lasted more than 30 days for target; nil when unknown.
func (o Observed) over(target Target) *bool {
	if target == Online || o.Over == nil || *o.Over || o.Filled {
		return o.Over
	}
	return nil // gone, but not filled: nobody knows
}

// kaplan is the share of those there at an age that are still there at another,
// without model: by contract where there are enough offers, else by all.
func (t *Trained) kaplan(group, age, to int) float64 {
	s := t.Groups[group].Kaplan
	if s == nil {
		s = t.Groups[groupAny].Kaplan
	}
	if s == nil || s[age] <= 0 {
		return 0
	}
	return s[to] / s[age]
}

// Score is what `tandem eval delay` prints. A figure that the file cannot tell,
// for want of offers of both outcomes, is absent.
type Score struct {
	Suite       string                        `json:"suite"`
	N           int                           `json:"n"`
	Figures     map[string]float64            `json:"figures"`
	By          map[string]map[string]float64 `json:"by"` // contract
	Calibration []Tenth                       `json:"calibration"`
	Target      Target                        `json:"target"`
	Model       string                        `json:"model"`
	Bad         []Problem                     `json:"bad"`
	Hidden      []Hidden                      `json:"hidden"`
}

// Tenth is the offers of one tenth of probability.
type Tenth struct {
	From     float64 `json:"from"`
	To       float64 `json:"to"`
	N        int     `json:"n"`
	Mean     float64 `json:"mean"`     // of the forecasts
	Observed float64 `json:"observed"` // share that lasted
	Margin   float64 `json:"margin"`   // half of the 95 % interval of that share
}

// Evaluate scores a trained model on a history, each offer judged at its age
// when first seen.
func (m *Model) Evaluate(h History) (Score, error) {
	t := m.Trained()
	if t == nil {
		return Score{}, fault.New(fault.Invalid, "La cible « %s » n'a pas de modèle appris : elle ne se mesure pas sur un historique.", m.target)
	}
	list := judge(t, h.Offers)
	if len(list) == 0 {
		return Score{}, fault.New(fault.Invalid, "Aucune offre de ce fichier ne peut être jugée : il faut origine = %s, ouverte_plus_30j connu, et une première vue avant 30 jours.", Origin)
	}
	s := Score{Suite: "delay", N: len(list), Figures: figures(list, follow(t, h.Offers)), By: map[string]map[string]float64{},
		Target: t.Target, Model: t.Name, Bad: append([]Problem{}, h.Bad...), Hidden: append([]Hidden{}, h.Hidden...)}
	for g, name := range groupNames {
		if own := only(list, func(v verdict) bool { return v.group == g }); len(own) > 0 {
			s.By[name] = figures(own, nil)
			s.By[name]["n"] = float64(len(own))
		}
	}
	_, bins := survival.Calibration(said(list))
	for _, b := range bins {
		s.Calibration = append(s.Calibration, Tenth{b.From, b.To, b.N, b.Mean, b.Share, b.Margin})
	}
	return s, nil
}

func only(list []verdict, keep func(verdict) bool) []verdict {
	return slices.DeleteFunc(slices.Clone(list), func(v verdict) bool { return !keep(v) })
}

func said(list []verdict) []survival.Judged {
	out := make([]survival.Judged, len(list))
	for i, v := range list {
		out[i] = v.Judged
	}
	return out
}

func with(list []verdict, p func(verdict) float64) []survival.Judged {
	out := make([]survival.Judged, len(list))
	for i, v := range list {
		out[i] = survival.Judged{P: p(v), Yes: v.Yes}
	}
	return out
}

// figures of a list, those of DESIGN §13 first; with _followed, the same of
// offers followed past their 30th day.
func figures(list, followed []verdict) map[string]float64 {
	out := map[string]float64{}
	score(out, "", list)
	put(out, "auc_fresh", survival.AUC(said(only(list, func(v verdict) bool { return v.entry <= 3 }))))
	if len(followed) > 0 {
		score(out, "_followed", followed)
		out["n_followed"] = float64(len(followed))
	}
	return out
}

func score(out map[string]float64, suffix string, list []verdict) {
	if len(list) == 0 {
		return
	}
	model, base := said(list), with(list, func(v verdict) float64 { return v.base })
	calibration, _ := survival.Calibration(model)
	put(out, "auc"+suffix, survival.AUC(model))
	put(out, "brier"+suffix, survival.Brier(model))
	put(out, "calibration_error"+suffix, calibration)
	put(out, "log_likelihood"+suffix, survival.LogLikelihood(model))
	put(out, "base_auc"+suffix, survival.AUC(base))
	put(out, "base_brier"+suffix, survival.Brier(base))
	put(out, "brier_skill"+suffix, 1-survival.Brier(model)/survival.Brier(base))
	put(out, "age_auc"+suffix, survival.AUC(with(list, func(v verdict) float64 { return v.alone })))
}

func put(out map[string]float64, name string, x float64) {
	if !math.IsNaN(x) && !math.IsInf(x, 0) {
		out[name] = x
	}
}

// measure gives figures their 95 % intervals, by drawing the offers again a
// thousand times.
func (t *Trained) measure(list []Observed) map[string]Figure {
	const draws = 1000
	judged, followed := judge(t, list), follow(t, list)
	r := rand.New(rand.NewPCG(1, draws))
	again := func(list []verdict) []verdict {
		out := make([]verdict, len(list))
		for i := range out {
			out[i] = list[r.IntN(len(list))]
		}
		return out
	}
	drawn := map[string][]float64{}
	for range draws {
		for name, x := range figures(again(judged), again(followed)) {
			drawn[name] = append(drawn[name], x)
		}
	}
	n := float64(len(judged))
	out := map[string]Figure{"n": {n, n, n}}
	for name, x := range figures(judged, followed) {
		out[name] = Figure{round(x), quantile(drawn[name], 0.025), quantile(drawn[name], 0.975)}
	}
	return out
}
