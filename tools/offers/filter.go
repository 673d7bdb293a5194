package offers

import (
	"fmt"
	"regexp"
	"strings"

	"tandem/internal/fault"
	"tandem/internal/fold"
)

// Filter says which offers of a portfolio, how many, in which order. The zero
// Filter is all open offers, most at risk first.
type Filter struct {
	ID          string   // one offer, whatever its state
	ROME        string   // métier (F1703), domaine (F17) or grand domaine (F)
	Title       string   // words of the title
	Departement string   // code, name or town: see [Departement]
	Town        string   // a commune, as offers name it
	Contract    string   // see [ReadContract]
	Threshold   *float64 // least probability of exceeding 30 days, 0–1; 65 is read as 0.65
	Blocked     *bool    // only those that are, or are not, blocked by the legality check
	State       string   // open (when empty), closed or all
	Order       string   // probability (when empty) or recent
	Limit       int      // 20 when 0, 50 at most
}

const (
	usualLimit = 20
	mostLimit  = 50
	all        = "all"

	byProbability = "probability"
	byDate        = "recent"
)

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
	case byProbability, byDate:
	default:
		return invalid("L'ordre demandé doit être « probability » ou « recent ».")
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

// String says f in French, as it was understood.
func (f Filter) String() string {
	parts := []string{map[string]string{Open: "offres ouvertes", Closed: "offres closes", all: "toutes les offres"}[f.State]}
	say := func(ok bool, format string, args ...any) {
		if ok {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	switch len(f.ROME) {
	case 1:
		say(true, "grand domaine %s (%s)", f.ROME, grandsDomaines[f.ROME[0]])
	case 3:
		say(true, "domaine ROME %s (%s)", f.ROME, grandsDomaines[f.ROME[0]])
	case 5:
		say(true, "métier %s", f.ROME)
	}
	say(f.ID != "", "numéro %s", f.ID)
	say(f.Title != "", "intitulé contenant « %s »", f.Title)
	say(f.Town != "", "à %s", f.Town)
	say(f.Departement != "", "%s (%s)", DepartementName(f.Departement), f.Departement)
	say(f.Contract != "", "%s", ContractLabel(f.Contract))
	if f.Threshold != nil {
		say(true, "probabilité de dépasser 30 jours d'au moins %s %%", decimal(*f.Threshold*100))
	}
	if f.Blocked != nil {
		say(*f.Blocked, "bloquées au contrôle de légalité")
		say(!*f.Blocked, "non bloquées")
	}
	say(f.Order == byProbability, "les plus à risque d'abord")
	say(f.Order == byDate, "les plus récentes d'abord")
	return strings.Join(parts, ", ")
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
