package delay

import (
	"fmt"
	"math"
	"slices"
)

// maxLevers keeps the answer readable.
const maxLevers = 4

// levers are the changes of the offer itself that a recruiter controls and that
// go with a faster hire, largest first. Each is the same model on the changed
// offer. Contract and qualification are left alone: they define the post.
func levers(k known, p float64, probability func(known) float64) []Lever {
	out := []Lever{}
	try := func(action, source string, change func(*known)) {
		other := k
		change(&other)
		if d := probability(other) - p; d < -0.001 {
			out = append(out, Lever{Action: action, Change: d, Source: source})
		}
	}
	if y := k.ExperienceYears; y != nil && *y > 0 {
		try(fmt.Sprintf("accepter les débutants au lieu de demander %s d'expérience", duration(*y)), apriori,
			func(o *known) { o.ExperienceYears = new(float64) })
	}
	if k.PermitNeeded {
		try("ne pas exiger le permis si le poste n'en dépend pas", apriori, func(o *known) { o.PermitNeeded = false })
	}
	if k.AtypicalHours {
		try("proposer des horaires de jour réguliers", sourceHard, func(o *known) { o.AtypicalHours = false })
	}
	if h := k.HoursWeek; h > 0 && h < fullTime {
		more, action := fullTime, "proposer un temps plein"
		if h < 24 {
			more, action = 24, "proposer au moins 24 h par semaine"
		}
		try(action+", salaire horaire égal", apriori, func(o *known) {
			o.SalaryYear *= more / h
			o.HoursWeek = more
		})
	}
	if k.SalaryYear > 0 {
		raised := k.SalaryYear * 1.10
		try(fmt.Sprintf("augmenter le salaire de 10 %% (%.0f € brut par mois)", math.Round(raised/12)), apriori,
			func(o *known) { o.SalaryYear = raised })
	}
	slices.SortStableFunc(out, func(a, b Lever) int {
		switch {
		case a.Change < b.Change:
			return -1
		case a.Change > b.Change:
			return 1
		}
		return 0
	})
	return out[:min(len(out), maxLevers)]
}

// actions are what agencies do besides changing the offer. No published figure
// measures them, so they carry none.
func actions() []string {
	return []string{
		"visite de l'entreprise par un conseiller",
		"immersion professionnelle de candidats",
		"formation avant embauche (AFPR ou POEI)",
		"recrutement par simulation (MRS), sans critère de diplôme ni d'expérience",
		"relecture de l'annonce : missions claires, critères vraiment nécessaires, salaire affiché",
	}
}
