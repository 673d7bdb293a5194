package delay

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// term is a contribution, how far its size is in doubt, and what would sharpen
// it, if anything.
type term struct {
	Contribution
	sd  float64
	gap string
}

// axis is one factor; key names it in the files of trained models. effect reports false when the offer does not say; then
// spread is what the factor leaves open, in log-odds, and missing names it.
type axis struct {
	key     string
	missing string
	spread  float64
	effect  func(*survey, known) (term, bool)
}

// axes in the order in which people read them.
var axes = []axis{
	{"contract", "type de contrat", 0.25, contract},
	{"tension", "métier (code ROME)", 0.20, tension},
	{"sector", "secteur d'activité", 0.12, sector},
	{"qualification", "qualification", 0.18, qualification},
	{"experience", "expérience demandée", 0.12, experience},
	{"pay", "salaire", 0.12, pay},
	{"hours", "durée hebdomadaire", 0.08, hours},
	{"atypical", "", 0, atypical},
	{"permit", "", 0, permit},
	{"departement", "département", 0.06, departement},
	{"size", "taille de l'établissement", 0.15, size},
}

// published makes a term of a ratio of medians, times extra shrinkage.
func (m *survey) published(factor string, r ratio, extra float64) term {
	odds := shrink * extra * (logit(weibull(horizon, baseMedian*r.value)) - m.base)
	return estimated(factor, r.source, odds)
}

// estimated and stated differ in how far the size is to be trusted.
func estimated(factor, source string, odds float64) term {
	return term{Contribution: Contribution{factor, odds, source}, sd: math.Max(0.08, math.Abs(odds)/4)}
}

func stated(factor string, odds float64) term {
	return term{Contribution: Contribution{factor, odds, apriori}, sd: math.Max(0.10, math.Abs(odds)/2)}
}

func contract(m *survey, k known) (term, bool) {
	if k.contract == "" && k.Contract != "" {
		return term{sd: 0.25, gap: "type de contrat couvert par les enquêtes (CDI, CDD, intérim, saison, alternance)"}, true
	}
	if k.contract == "" {
		return term{}, false
	}
	switch k.contract {
	case "CDI":
		return m.published("CDI", contractRatio.cdi, 1), true
	case "apprentissage", "professionnalisation", "alternance":
		t := m.published(k.contract+" (compté comme un contrat de 6 mois et plus)", contractRatio.long, 1)
		t.Source = apriori
		return t, true
	}
	months, gap := k.DurationMonths, ""
	if months == 0 { // as usual for such a contract
		months, gap = map[string]float64{"CDD": 4, "MIS": 2.5, "saisonnier": 4}[k.contract], "durée du contrat"
	}
	t := m.duration(months)
	t.Factor, t.gap = contractLabel(k.contract, k.DurationMonths), gap
	switch {
	case gap != "":
		t.Source, t.sd = "durée inconnue, comptée comme "+french(months)+" mois, "+apriori, 0.25
	case k.contract != "CDD":
		t.Source += " ; intérim et saison un peu plus rapides, " + apriori
	}
	if k.contract != "CDD" {
		t.LogOdds -= 0.10
	}
	return t, true
}

// duration is the effect of a fixed term: the published levels at a month, at
// the short group (taken at three months) and from six months on, and straight
// in between on the logarithm of the duration.
func (m *survey) duration(months float64) term {
	short, long := m.published("", contractRatio.short, 1), m.published("", contractRatio.long, 1)
	least := estimated("", sourceShort, shrink*(logit(weibull(horizon, veryShortMedian))-m.base))
	between := func(a, b term, from, to float64) term {
		w := math.Log(months/from) / math.Log(to/from)
		return term{
			Contribution: Contribution{"", (1-w)*a.LogOdds + w*b.LogOdds, "interpolé : " + a.Source + " ; " + b.Source},
			sd:           (1-w)*a.sd + w*b.sd,
		}
	}
	switch {
	case months <= 1:
		return least
	case months < 3:
		return between(least, short, 1, 3)
	case months == 3:
		return short
	case months < 6:
		return between(short, long, 3, 6)
	}
	return long
}

func contractLabel(contract string, months float64) string {
	label := map[string]string{"MIS": "intérim", "saisonnier": "contrat saisonnier"}[contract]
	if label == "" {
		label = contract
	}
	switch {
	case months == 0:
		return label
	case months < 1:
		return label + " de moins d'un mois"
	}
	return label + " de " + french(months) + " mois"
}

func tension(m *survey, k known) (term, bool) {
	if k.domain.difficulty == 0 {
		return term{}, false
	}
	rate := math.Min(math.Max(k.domain.difficulty, 20), 80) // beyond, projects are too few to tell
	odds := tensionShrink * tensionSlope * (logit(rate/100) - logit(tensionPivot/100))
	source := fmt.Sprintf("%s : %s %% de projets jugés difficiles (domaine %s) contre %s %%",
		sourceBMO, french(k.domain.difficulty), k.domain.code, french(tensionPivot))
	return estimated("tension du métier "+k.ROME, source, odds), true
}

func sector(m *survey, k known) (term, bool) {
	r, ok := sectorRatio[k.sector]
	if !ok {
		return term{}, false
	}
	factor := "secteur : " + k.sector
	if k.sectorInferred {
		return m.published(factor+" (déduit du métier)", r, shrinkInferred), true
	}
	return m.published(factor, r, 1), true
}

func qualification(m *survey, k known) (term, bool) {
	r, ok := qualificationRatio[k.qualification]
	if !ok {
		return term{}, false
	}
	if k.qualificationInferred {
		t := m.published(k.qualification+" (usuel pour ce métier)", r, shrinkInferred)
		t.sd, t.gap = 0.15, "qualification"
		return t, true
	}
	return m.published(k.qualification, r, 1), true
}

// experience rises fast at first: from none to one year shuts out beginners.
func experience(_ *survey, k known) (term, bool) {
	if k.ExperienceYears == nil {
		return term{}, false
	}
	years := *k.ExperienceYears
	factor := "expérience demandée : " + duration(years)
	if years == 0 {
		factor = "débutant accepté"
	}
	return stated(factor, 0.20*math.Log1p(math.Min(years, 15))-0.15), true
}

// pay compares hourly pay with what is usual for the qualification.
func pay(_ *survey, k known) (term, bool) {
	if k.SalaryYear == 0 {
		return term{}, false
	}
	weekly := k.HoursWeek
	if weekly == 0 {
		weekly = fullTime
	}
	smic := k.SalaryYear / (weekly * 52) / SMICHour
	if smic < 0.95 && k.HoursWeek == 0 {
		return term{}, false // part time of unknown length, not pay below the minimum
	}
	usual, ok := usualPay[k.qualification]
	if !ok {
		usual = usualPayUnknown
	}
	factor := fmt.Sprintf("salaire de %s SMIC (usuel : environ %s)", french(smic), french(usual))
	return stated(factor, -0.25*math.Tanh(math.Log(smic/usual)/0.3)), true
}

func hours(_ *survey, k known) (term, bool) {
	switch h := k.HoursWeek; {
	case h == 0:
		return term{}, false
	case h < 24:
		return stated("temps partiel de "+french(h)+" h, moins de 24 h", 0.15), true
	case h < fullTime:
		return stated("temps partiel de "+french(h)+" h", 0.05), true
	}
	return term{}, true
}

// atypical counts half of what hard working conditions do to the difficulty
// employers report: odd hours are one of several.
func atypical(_ *survey, k known) (term, bool) {
	if !k.AtypicalHours {
		return term{}, true
	}
	odds := tensionShrink * tensionSlope * (logit(0.85) - logit(0.71))
	return estimated("horaires atypiques", sourceHard, odds), true
}

func permit(_ *survey, k known) (term, bool) {
	if !k.PermitNeeded {
		return term{}, true
	}
	return stated("permis ou véhicule exigé", 0.10), true
}

func departement(m *survey, k known) (term, bool) {
	gap, ok := m.place[k.Departement]
	if !ok {
		return term{}, false
	}
	return estimated("département "+k.Departement, sourceDep, departementSlope*gap), true
}

func size(m *survey, k known) (term, bool) {
	switch n := k.EstablishmentSize; {
	case n == 0:
		return term{}, false
	case n < 100:
		return m.published("établissement de moins de 100 salariés", sizeRatio.small, 1), true
	}
	return m.published("établissement de 100 salariés et plus", sizeRatio.large, 1), true
}

// french writes a number as people read it here, without useless zeros.
func french(x float64) string {
	return strings.Replace(strconv.FormatFloat(math.Round(x*100)/100, 'f', -1, 64), ".", ",", 1)
}

func duration(years float64) string {
	switch {
	case years < 1:
		return french(math.Round(years*12)) + " mois"
	case years < 2 && years == math.Trunc(years):
		return "1 an"
	}
	return french(years) + " ans"
}
