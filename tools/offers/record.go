package offers

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tandem/internal/fold"
)

// record is an offer in the public « Offres d'emploi v2 » shape, as far as it
// says facts of the offer. The employer's name, the contact and the agency are
// not read: nothing here needs them.
type record struct {
	ID               string `json:"id"`
	Title            string `json:"intitule"`
	Body             string `json:"description"`
	Created          string `json:"dateCreation"`
	ROME             string `json:"romeCode"`
	Appellation      string `json:"appellationlibelle"`
	Contract         string `json:"typeContrat"`
	ContractLabel    string `json:"typeContratLibelle"`
	Nature           string `json:"natureContrat"`
	Experience       string `json:"experienceExige"`
	ExperienceLabel  string `json:"experienceLibelle"`
	Hours            string `json:"dureeTravailLibelle"`
	Apprenticeship   bool   `json:"alternance"`
	Qualification    code   `json:"qualificationCode"`
	NAF              string `json:"codeNAF"`
	Sector           code   `json:"secteurActivite"`
	EstablishmentTop string `json:"trancheEffectifEtab"`
	Place            struct {
		Label      string `json:"libelle"`
		PostalCode string `json:"codePostal"`
	} `json:"lieuTravail"`
	Pay struct {
		Label   string `json:"libelle"`
		Comment string `json:"commentaire"`
	} `json:"salaire"`
	Permits []struct {
		Need string `json:"exigence"`
	} `json:"permis"`
	Context struct {
		Hours []string `json:"horaires"`
	} `json:"contexteTravail"`
	Employer struct {
		Adapted bool `json:"entrepriseAdaptee"`
	} `json:"entreprise"`
}

// code is a number that some exports write as text and others as a number.
type code string

func (c *code) UnmarshalJSON(raw []byte) error {
	var s string
	if raw[0] != '"' {
		s = string(raw)
	} else if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	if s != "null" {
		*c = code(s)
	}
	return nil
}

// offer reads the structured fields; what they leave out, Import reads from the
// text.
func (r record) offer() Offer {
	o := Offer{ID: strings.TrimSpace(r.ID), Title: r.Title, Body: r.Body, State: Open}
	if at, err := time.Parse(time.RFC3339, r.Created); err == nil {
		o.CreatedAt = at.UTC()
	}
	f := &o.Fields
	f.ROME, f.Occupation = r.ROME, r.Appellation
	f.Contract, f.EmployerType = r.contract()
	f.DurationMonths = contractMonths(fold.String(cut(r.ContractLabel, 200)), f.Contract)
	hours := fold.String(cut(r.Hours+"\n"+strings.Join(r.Context.Hours, "\n"), 2000))
	f.HoursWeek, f.AtypicalHours = hoursWeek(hours), atypical(hours)
	if m := hoursLabel.FindStringSubmatch(hours); m != nil {
		f.HoursWeek = clockTime(m[1], "", m[2])
	}
	if r.Experience == "D" {
		f.ExperienceYears = new(float64)
	} else {
		label := fold.String(cut(r.ExperienceLabel, 200))
		if f.ExperienceYears = experience(label); f.ExperienceYears == nil {
			f.ExperienceYears = experience("experience " + label) // « 2 ans »
		}
	}
	f.SalaryYear = salary(fold.String(cut("salaire : "+r.Pay.Label, 500)), f.HoursWeek)
	if f.SalaryYear == 0 {
		f.SalaryYear = salary(fold.String(cut("salaire "+r.Pay.Comment, 500)), f.HoursWeek)
	}
	place := cut(r.Place.Label, 200)
	f.Departement, f.Town = findPlace(fold.String(place))
	if d := ofPostalCode(r.Place.PostalCode); d != "" {
		f.Departement = d
	}
	if before, town, ok := strings.Cut(place, " - "); ok && len(before) <= 3 && f.Town == "" {
		f.Town = town
	}
	for _, p := range r.Permits {
		f.PermitNeeded = f.PermitNeeded || p.Need == "E"
	}
	f.Qualification = qualificationCodes[string(r.Qualification)]
	f.Sector = sectorOfNAF(r.NAF, string(r.Sector))
	f.EstablishmentSize = headcount(r.EstablishmentTop)
	return o
}

// contract joins the type and the nature of the contract.
func (r record) contract() (contract, employer string) {
	nature := fold.String(cut(r.Nature, 100))
	if strings.Contains(nature, "insertion") || r.Contract == "DDI" {
		employer = "IAE"
	}
	if r.Employer.Adapted {
		employer = "entreprise adaptée"
	}
	switch {
	case strings.Contains(nature, "apprenti"):
		return "apprentissage", employer
	case strings.Contains(nature, "professionnalisation"):
		return "professionnalisation", employer
	case r.Apprenticeship:
		return "alternance", employer
	}
	switch r.Contract {
	case "CDI", "DIN":
		return "CDI", employer
	case "CDD", "DDI":
		return "CDD", employer
	case "MIS":
		return "MIS", employer
	case "SAI":
		return "saisonnier", employer
	case "FRA", "LIB", "CCE", "REP":
		return "indépendant", employer
	}
	return ReadContract(cut(r.Contract+" "+r.ContractLabel, 200)), employer
}

var qualificationCodes = map[string]string{
	"1": "ouvrier non qualifié", "2": "ouvrier non qualifié", "3": "ouvrier qualifié", "4": "ouvrier qualifié",
	"5": "employé non qualifié", "6": "employé qualifié", "7": "technicien", "8": "agent de maîtrise", "9": "cadre",
}

// sectorOfNAF reads the division of the French classification of activities.
func sectorOfNAF(codes ...string) string {
	for _, c := range codes {
		if len(c) < 2 {
			continue
		}
		division, err := strconv.Atoi(c[:2])
		switch {
		case err != nil:
			continue
		case division >= 1 && division <= 3:
			return "agriculture"
		case division >= 5 && division <= 39:
			return "industrie"
		case division >= 41 && division <= 43:
			return "construction"
		case division >= 45 && division <= 47:
			return "commerce"
		case division >= 49 && division <= 53:
			return "transport et logistique"
		case division >= 55 && division <= 56:
			return "hôtellerie-restauration"
		case division == 78:
			return "" // temporary work: the sector is the client's
		case division >= 86 && division <= 88:
			return "santé et action sociale"
		case division >= 58 && division <= 99:
			return "services"
		}
	}
	return ""
}

var hoursLabel = regexp.MustCompile(`^(?:temps partiel - )?(\d{1,2}) ?h ?(\d{2})?\b`)

var firstNumber = regexp.MustCompile(`\d{1,6}`)

// headcount is the lower end of « 100 à 199 salariés ».
func headcount(label string) int {
	n, _ := strconv.Atoi(firstNumber.FindString(cut(label, 60)))
	return n
}
