package offers

import (
	"fmt"
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"tandem/internal/fault"
	"tandem/internal/fold"
)

// Filter says which offers of a portfolio, how many, in which order. The zero
// Filter is all open offers, most at risk first. It is what the tool
// search_offers takes, and what an address of the portfolio's page says.
type Filter struct {
	ID          string   `json:"offer_id,omitempty" jsonschema:"numéro d'une offre, quel que soit son état"`
	ROME        string   `json:"rome,omitempty" jsonschema:"code de métier (F1703), de domaine (F17) ou de grand domaine (F)"`
	Title       string   `json:"occupation,omitempty" jsonschema:"mots du titre"`
	Departement string   `json:"departement,omitempty" jsonschema:"code ou nom du département"`
	Town        string   `json:"town,omitempty" jsonschema:"commune"`
	Contract    string   `json:"contract,omitempty" jsonschema:"CDI, CDD, MIS…"`
	Threshold   *float64 `json:"threshold,omitempty" jsonschema:"probabilité minimale de dépasser 30 jours, de 0 à 1, seulement si la personne donne un nombre"`
	High        bool     `json:"high,omitempty" jsonschema:"vrai : seulement la bande d'alerte, ce que « à risque », « en rouge » ou « prioritaires » veulent dire"`
	Alert       bool     `json:"alert,omitempty" jsonschema:"vrai : seulement celles dont l'alerte attend d'être traitée"`
	Tight       bool     `json:"tight,omitempty" jsonschema:"vrai : seulement les métiers en tension"`
	IdleDays    int      `json:"idle_days,omitempty" jsonschema:"sans appel ni visite depuis tant de jours"`
	OpenDays    int      `json:"open_days,omitempty" jsonschema:"déposées il y a au moins tant de jours"`
	Blocked     *bool    `json:"blocked,omitempty" jsonschema:"vrai : seulement les offres bloquées ; faux : seulement les autres"`
	State       string   `json:"state,omitempty" jsonschema:"open, closed ou all"`
	Group       string   `json:"group,omitempty" jsonschema:"compter par rome (métier), domain, departement ou contract"`
	Order       string   `json:"order,omitempty" jsonschema:"probability, recent, oldest ou contact (les moins récemment contactées d'abord)"`
	Limit       int      `json:"limit,omitempty" jsonschema:"nombre d'offres à montrer, 50 au plus"`
}

const (
	usualLimit = 20
	mostLimit  = 50
	all        = "all"

	byProbability = "probability"
	byDate        = "recent"
	byAge         = "oldest"
	byContact     = "contact"

	mostDays = 3650

	// tight is the share of difficult projects from which a domain counts as in
	// tension, ten points over the mean of 2025.
	tight = 60
)

// Groups are what offers may be counted by.
var Groups = []Choice{{"rome", "métier"}, {"domain", "domaine"}, {"departement", "département"}, {"contract", "contrat"}}

var romePrefix = regexp.MustCompile(`^[A-N](?:\d\d(?:\d\d)?)?$`)

// tidy checks f and brings it to the values the query knows.
func (f Filter) tidy() (Filter, error) {
	invalid := func(format string, args ...any) (Filter, error) {
		return Filter{}, fault.New(fault.Invalid, format, args...)
	}
	if f.ROME = strings.ToUpper(strings.TrimSpace(f.ROME)); f.ROME != "" && !romePrefix.MatchString(f.ROME) {
		return invalid("« %s » n'est pas un code ROME. Donnez un métier (F1703), un domaine (F17) ou un grand domaine (F).", cut(f.ROME, 40))
	}
	if said := strings.TrimSpace(f.Departement); said != "" {
		if f.Departement = Departement(said); f.Departement == "" {
			return invalid("Je ne connais pas le département « %s ». Donnez son numéro ou son nom.", cut(said, 40))
		}
	}
	f.Town = cut(strings.TrimSpace(f.Town), 60)
	if said := strings.TrimSpace(f.Contract); said != "" {
		if f.Contract = ReadContract(said); f.Contract == "" {
			return invalid("Je ne connais pas le contrat « %s ». Essayez CDI, CDD, intérim, saisonnier, apprentissage ou professionnalisation.", cut(said, 40))
		}
	}
	if f.Threshold != nil {
		p := *f.Threshold
		if p > 1 && p <= 100 {
			p /= 100
		}
		if !(p >= 0 && p <= 1) {
			return invalid("Le seuil de probabilité doit être compris entre 0 et 1.")
		}
		f.Threshold = &p
	}
	if f.ID = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(f.ID), "#")); f.ID != "" && f.State == "" {
		f.State = all
	}
	switch f.State {
	case "":
		f.State = Open
	case Open, Closed, all:
	default:
		return invalid("L'état demandé doit être « open », « closed » ou « all ».")
	}
	switch f.Order {
	case "":
		f.Order = byProbability
	case byProbability, byDate, byAge, byContact:
	default:
		return invalid("L'ordre demandé doit être « probability », « recent », « oldest » ou « contact ».")
	}
	if f.Group != "" && labelOf(Groups, f.Group) == "" {
		return invalid("On peut compter par « rome », « domain », « departement » ou « contract ».")
	}
	if f.IdleDays < 0 || f.OpenDays < 0 || f.IdleDays > mostDays || f.OpenDays > mostDays {
		return invalid("Un nombre de jours doit être compris entre 0 et 3650.")
	}
	switch {
	case f.Limit <= 0:
		f.Limit = usualLimit
	case f.Limit > mostLimit:
		f.Limit = mostLimit
	}
	f.Title = strings.Join(titleWords(f.Title), " ")
	return f, nil
}

// titleWords are the folded words of a title that say something, singular.
func titleWords(said string) []string {
	var out []string
	for _, w := range words(cut(said, 200)) {
		if len(w) < 3 && !isDigit(w[0]) || w == "des" || w == "les" || w == "pour" || w == "une" {
			continue
		}
		if len(w) > 4 {
			w = strings.TrimRight(w, "sx")
		}
		if out = append(out, w); len(out) == 8 {
			break
		}
	}
	return out
}

// Criterion is one part of a filter, in French, and the name by which an address
// or the tool says it.
type Criterion struct {
	Name  string `json:"name"`
	Words string `json:"words"`
}

// Criteria say f in French, one part each, as it was understood.
func (f Filter) Criteria() []Criterion {
	var out []Criterion
	say := func(ok bool, name, format string, args ...any) {
		if ok {
			out = append(out, Criterion{name, fmt.Sprintf(format, args...)})
		}
	}
	say(true, "state", "%s", map[string]string{Open: "offres ouvertes", Closed: "offres closes", all: "toutes les offres"}[f.State])
	switch len(f.ROME) {
	case 1:
		say(true, "rome", "grand domaine %s (%s)", f.ROME, grandsDomaines[f.ROME[0]])
	case 3:
		say(true, "rome", "domaine ROME %s (%s)", f.ROME, grandsDomaines[f.ROME[0]])
	case 5:
		say(true, "rome", "métier %s", f.ROME)
	}
	say(f.ID != "", "offer_id", "numéro %s", f.ID)
	say(f.Title != "", "occupation", "intitulé contenant « %s »", f.Title)
	say(f.Town != "", "town", "à %s", f.Town)
	say(f.Departement != "", "departement", "%s (%s)", DepartementName(f.Departement), f.Departement)
	say(f.Contract != "", "contract", "%s", ContractLabel(f.Contract))
	if f.Threshold != nil {
		say(true, "threshold", "probabilité de dépasser 30 jours d'au moins %s %%", decimal(*f.Threshold*100))
	}
	say(f.High, "high", "dans la bande d'alerte")
	say(f.Alert, "alert", "alerte à traiter")
	say(f.Tight, "tight", "métiers en tension (au moins %d %% de recrutements jugés difficiles, BMO 2025)", tight)
	say(f.IdleDays > 0, "idle_days", "sans appel ni visite depuis %d jour%s", f.IdleDays, plural(float64(f.IdleDays)))
	say(f.OpenDays > 0, "open_days", "déposées il y a au moins %d jour%s", f.OpenDays, plural(float64(f.OpenDays)))
	if f.Blocked != nil {
		say(*f.Blocked, "blocked", "bloquées au contrôle de légalité")
		say(!*f.Blocked, "blocked", "non bloquées")
	}
	say(f.Group != "", "group", "comptées par %s", labelOf(Groups, f.Group))
	say(f.Order == byProbability, "order", "les plus à risque d'abord")
	say(f.Order == byDate, "order", "les plus récentes d'abord")
	say(f.Order == byAge, "order", "les plus anciennes d'abord")
	say(f.Order == byContact, "order", "les moins récemment contactées d'abord")
	return out
}

// String says f in French, as it was understood.
func (f Filter) String() string {
	var parts []string
	for _, c := range f.Criteria() {
		parts = append(parts, c.Words)
	}
	return strings.Join(parts, ", ")
}

// Query is f as an address says it, without what is as usual.
func (f Filter) Query() url.Values {
	q := url.Values{}
	put := func(name, value, usual string) {
		if value != "" && value != usual {
			q.Set(name, value)
		}
	}
	yes := func(name string, ok bool) {
		if ok {
			q.Set(name, "1")
		}
	}
	put("offer_id", f.ID, "")
	put("rome", f.ROME, "")
	put("occupation", f.Title, "")
	put("departement", f.Departement, "")
	put("contract", f.Contract, "")
	if f.Threshold != nil {
		put("threshold", strconv.FormatFloat(math.Round(*f.Threshold*1000)/10, 'f', -1, 64), "")
	}
	yes("high", f.High)
	yes("alert", f.Alert)
	yes("tight", f.Tight)
	put("idle_days", strconv.Itoa(f.IdleDays), "0")
	put("open_days", strconv.Itoa(f.OpenDays), "0")
	if f.Blocked != nil {
		put("blocked", map[bool]string{true: "1", false: "0"}[*f.Blocked], "")
	}
	put("state", f.State, Open)
	put("group", f.Group, "")
	put("order", f.Order, byProbability)
	put("limit", strconv.Itoa(f.Limit), strconv.Itoa(usualLimit))
	if q.Get("limit") == "0" {
		q.Del("limit")
	}
	return q
}

// ParseQuery reads what [Filter.Query] wrote, or a form. threshold is in
// percent. Returns fault.Invalid for what no filter can say.
func ParseQuery(q url.Values) (f Filter, err error) {
	number := func(name string) (x float64) {
		if s := strings.TrimSpace(strings.TrimSuffix(strings.Replace(q.Get(name), ",", ".", 1), "%")); s != "" && err == nil {
			if x, err = strconv.ParseFloat(s, 64); err != nil || math.IsNaN(x) || math.Abs(x) > 1e6 {
				err = fault.New(fault.Invalid, "« %s » n'est pas un nombre lisible.", cut(q.Get(name), 40))
				return 0
			}
		}
		return x
	}
	flag := func(name string) bool { return q.Get(name) != "" && q.Get(name) != "0" }
	f = Filter{ID: q.Get("offer_id"), ROME: q.Get("rome"), Title: q.Get("occupation"), Departement: q.Get("departement"), Contract: q.Get("contract"),
		High: flag("high"), Alert: flag("alert"), Tight: flag("tight"), State: q.Get("state"), Group: q.Get("group"), Order: q.Get("order"),
		IdleDays: int(number("idle_days")), OpenDays: int(number("open_days")), Limit: int(number("limit"))}
	if strings.TrimSpace(q.Get("threshold")) != "" {
		p := number("threshold") / 100
		if p > 1 {
			err = fault.New(fault.Invalid, "Le seuil de probabilité doit être compris entre 0 et 100 %%.")
		}
		f.Threshold = &p
	}
	if q.Get("blocked") != "" {
		only := flag("blocked")
		f.Blocked = &only
	}
	if err != nil {
		return Filter{}, err
	}
	return f.tidy()
}

// grandsDomaines are the 14 labels of ROME 4.0, shortened.
var grandsDomaines = map[byte]string{
	'A': "agriculture, pêche, espaces verts", 'B': "arts et façonnage d'ouvrages d'art", 'C': "banque, assurance, immobilier",
	'D': "commerce, vente, grande distribution", 'E': "communication, média, multimédia", 'F': "construction, bâtiment et travaux publics",
	'G': "hôtellerie-restauration, tourisme, loisirs", 'H': "industrie", 'I': "installation et maintenance", 'J': "santé",
	'K': "services à la personne et à la collectivité", 'L': "spectacle", 'M': "support à l'entreprise", 'N': "transport et logistique",
}

// sectorWords map what people call a field of activity to the part of ROME it
// stands for, the particular before the general.
var sectorWords = []struct{ word, prefix string }{
	{"btp", "F"}, {"batiment", "F"}, {"construction", "F"}, {"travaux publics", "F"}, {"gros oeuvre", "F17"}, {"second oeuvre", "F16"},
	{"informatique", "M18"}, {"numerique", "M18"}, {"nettoyage", "K22"}, {"proprete", "K22"}, {"securite", "K25"}, {"gardiennage", "K25"},
	{"comptab", "M12"}, {"secretariat", "M16"}, {"administratif", "M16"}, {"ressources humaines", "M15"}, {"aide a domicile", "K13"},
	{"services a la personne", "K13"}, {"social", "K12"}, {"enseignement", "K21"}, {"formation", "K21"}, {"espaces verts", "A12"},
	{"cuisine", "G16"}, {"hotellerie", "G"}, {"restauration", "G"}, {"hcr", "G"}, {"tourisme", "G"}, {"animation", "G12"},
	{"agroalimentaire", "H21"}, {"metallurgie", "H29"}, {"industri", "H"}, {"maintenance", "I"}, {"agricul", "A"}, {"agricole", "A"}, {"viticul", "A14"}, {"maraich", "A14"},
	{"sante", "J"}, {"medical", "J"}, {"soignant", "J15"}, {"logistique", "N11"}, {"transport", "N"}, {"commerce", "D"}, {"vente", "D"}, {"distribution", "D15"},
	{"banque", "C12"}, {"assurance", "C11"}, {"immobilier", "C15"}, {"communication", "E"}, {"spectacle", "L"}, {"artisanat d'art", "B"},
}

// Sector is the part of ROME (F, M18…) that words like « dans le BTP » name, or
// "". It fits [Filter].ROME.
func Sector(said string) string {
	f := " " + fold.String(cut(said, 1000))
	for _, s := range sectorWords {
		if strings.Contains(f, " "+s.word) || strings.Contains(f, "'"+s.word) || strings.Contains(f, "-"+s.word) {
			return s.prefix
		}
	}
	return ""
}
