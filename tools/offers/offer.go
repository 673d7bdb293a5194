package offers

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"tandem/tools/delay"
)

// Offer is one job offer of a portfolio.
type Offer struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Body      string    `json:"body"`
	Fields    Fields    `json:"fields"`
	Agency    string    `json:"agency,omitempty"`
	Company   string    `json:"company,omitempty"`
	State     string    `json:"state,omitempty"` // open (when empty) or closed
	CreatedAt time.Time `json:"created_at"`

	line int     // in the file it was read from
	said *Fields // what its own text says, once that was read
}

// Said is what the words of the offer say of its facts, whatever its fields are.
func (o Offer) Said() Fields {
	if o.said != nil {
		return *o.said
	}
	return Parse(o.Title + "\n" + o.Body)
}

// States of an offer.
const (
	Open   = "open"
	Closed = "closed"
)

// Fields are the facts of an offer: those a forecast may know, the type of
// employer a legal exception may depend on, and what people call the place.
// Zero values are unknown. Contract is one of CDI, CDD, MIS, saisonnier,
// apprentissage, professionnalisation, alternance, stage, indépendant.
type Fields struct {
	delay.Offer
	Title        string `json:"title,omitempty"` // the line that reads like a title, when read from text
	Town         string `json:"town,omitempty"`
	EmployerType string `json:"employer_type,omitempty"` // entreprise adaptée, IAE, ETT, GEIQ
}

// Or is f with what it does not say taken from other: what a person states
// outweighs what was read from a text.
func (f Fields) Or(other Fields) Fields {
	word := func(mine *string, theirs string) {
		if *mine == "" {
			*mine = theirs
		}
	}
	number := func(mine *float64, theirs float64) {
		if *mine == 0 {
			*mine = theirs
		}
	}
	if f.Contract == "" { // a duration belongs to its contract
		f.Contract = other.Contract
		number(&f.DurationMonths, other.DurationMonths)
	} else if f.Contract == other.Contract {
		number(&f.DurationMonths, other.DurationMonths)
	}
	if f.Departement == "" && f.Town == "" { // and a town to its département
		f.Departement, f.Town = other.Departement, other.Town
	}
	word(&f.ROME, other.ROME)
	word(&f.Occupation, other.Occupation)
	word(&f.Sector, other.Sector)
	word(&f.Qualification, other.Qualification)
	word(&f.Title, other.Title)
	word(&f.EmployerType, other.EmployerType)
	number(&f.HoursWeek, other.HoursWeek)
	number(&f.SalaryYear, other.SalaryYear)
	if f.ExperienceYears == nil {
		f.ExperienceYears = other.ExperienceYears
	}
	if f.EstablishmentSize == 0 {
		f.EstablishmentSize = other.EstablishmentSize
	}
	for _, n := range []struct {
		mine   *int
		theirs int
	}{{&f.Month, other.Month}, {&f.Weekday, other.Weekday}, {&f.AgeDays, other.AgeDays}} {
		if *n.mine == 0 {
			*n.mine = n.theirs
		}
	}
	f.PermitNeeded = f.PermitNeeded || other.PermitNeeded
	f.AtypicalHours = f.AtypicalHours || other.AtypicalHours
	return f
}

// Understood says f in French words, one fact each, so that a person can check
// what was read and correct it.
func (f Fields) Understood() []string {
	out := []string{}
	say := func(ok bool, format string, args ...any) {
		if ok {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	say(f.Occupation != "", "métier : %s", f.Occupation)
	say(f.ROME != "", "code ROME %s", f.ROME)
	say(f.Sector != "", "secteur : %s", f.Sector)
	say(f.Qualification != "", "qualification : %s", f.Qualification)
	if f.Contract != "" {
		label := ContractLabel(f.Contract)
		if f.DurationMonths > 0 {
			label += " de " + months(f.DurationMonths)
		}
		say(true, "%s", label)
	}
	say(f.HoursWeek > 0, "%s h par semaine", decimal(f.HoursWeek))
	if y := f.ExperienceYears; y != nil {
		switch {
		case *y == 0:
			say(true, "débutant accepté")
		case *y < 1:
			say(true, "%s d'expérience", months(*y*12))
		default:
			say(true, "%s an%s d'expérience", decimal(*y), plural(*y))
		}
	}
	say(f.SalaryYear > 0, "environ %s € brut par an (%s € par mois)", thousands(f.SalaryYear), thousands(f.SalaryYear/12))
	switch name := DepartementName(f.Departement); {
	case f.Town != "" && f.Departement != "":
		say(true, "%s (%s)", f.Town, f.Departement)
	case name != "":
		say(true, "%s (%s)", name, f.Departement)
	default:
		say(f.Departement != "", "département %s", f.Departement)
	}
	say(f.EstablishmentSize > 0, "%d salariés", f.EstablishmentSize)
	say(f.PermitNeeded, "permis ou véhicule exigé")
	say(f.AtypicalHours, "horaires atypiques")
	say(f.AgeDays > 0, "en ligne depuis %d jour%s", f.AgeDays, plural(float64(f.AgeDays)))
	say(f.EmployerType != "", "employeur : %s", f.EmployerType)
	return out
}

// ContractLabel is a contract as people say it.
func ContractLabel(contract string) string {
	switch contract {
	case "MIS":
		return "intérim"
	case "saisonnier":
		return "contrat saisonnier"
	case "apprentissage":
		return "contrat d'apprentissage"
	case "professionnalisation":
		return "contrat de professionnalisation"
	}
	return contract
}

// Assessment is what the engines found of an offer, made by [Assess].
type Assessment struct {
	Verdict  json.RawMessage // of the legality check; null when there was none
	Blocked  bool
	Forecast delay.Forecast
}

// Assess checks and forecasts one offer. It is injected so that this package
// knows no rule of law.
type Assess func(Offer) Assessment

// Checked is an offer as stored, with what was found of it.
type Checked struct {
	Offer
	Verdict  json.RawMessage `json:"verdict,omitempty"`
	Blocked  bool            `json:"blocked"`
	Forecast *delay.Forecast `json:"forecast,omitempty"` // without what is computed anew when it is shown: see kept
}

func months(m float64) string {
	switch {
	case m < 0.9:
		days := math.Round(m * 30.4)
		return fmt.Sprintf("%.0f jour%s", days, plural(days))
	default:
		return decimal(m) + " mois"
	}
}

// decimal writes at most two decimals, the French way.
func decimal(x float64) string {
	s := strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.2f", x), "0"), ".")
	return strings.Replace(s, ".", ",", 1)
}

// thousands groups digits with no-break spaces.
func thousands(x float64) string {
	s := fmt.Sprintf("%.0f", x)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}

func plural(n float64) string {
	if n >= 2 {
		return "s"
	}
	return ""
}
