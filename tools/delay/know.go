package delay

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"tandem/internal/fold"
)

// known is what a model reads of an offer: plausible values only, words brought
// to the vocabulary of figures.go, and what the ROME code suggests where the
// offer is silent.
type known struct {
	Offer
	contract              string
	sector, qualification string
	sectorInferred        bool
	qualificationInferred bool
	domain                domain
}

// domain is what is published of a ROME domain.
type domain struct {
	code          string
	difficulty    float64 // % of recruitment projects judged difficult, 0 unknown
	qualification string
}

func (m *survey) know(o Offer) known {
	k := known{Offer: o}
	k.DurationMonths = plausible(o.DurationMonths, 0, 60)
	k.HoursWeek = plausible(o.HoursWeek, 0, 60)
	k.SalaryYear = plausible(o.SalaryYear, 1_000, 1_000_000)
	if y := o.ExperienceYears; y != nil && !(*y >= 0 && *y <= 40) { // also NaN
		k.ExperienceYears = nil
	}
	k.EstablishmentSize = max(o.EstablishmentSize, 0)
	k.AgeDays = max(o.AgeDays, 0)
	if o.Weekday < 1 || o.Weekday > 7 {
		k.Weekday = 0
	}
	k.Departement = strings.ToUpper(strings.TrimSpace(o.Departement))
	k.ROME = strings.ToUpper(strings.TrimSpace(o.ROME))
	k.contract = Contract(o.Contract)
	k.sector, k.qualification = sectorOf(o.Sector), qualificationOf(o.Qualification)
	k.domain = m.domainOf(k.ROME)
	if k.domain.code == "" {
		return k
	}
	if k.sector == "" {
		k.sector, k.sectorInferred = sectorOfLetter[k.ROME[0]], true
	}
	if k.qualification == "" && k.domain.qualification != "" {
		k.qualification, k.qualificationInferred = k.domain.qualification, true
	}
	return k
}

func plausible(x, above, most float64) float64 {
	if x > above && x <= most {
		return x
	}
	return 0
}

// Contract brings a type of contract, however written, to Tandem's names: CDI,
// CDD, MIS, saisonnier, apprentissage, professionnalisation, alternance. It is
// "" for what no survey covers (franchise, libéral, stage).
func Contract(s string) string {
	f := fold.String(s)
	for _, c := range contractWords {
		if strings.Contains(f, c.word) {
			return c.name
		}
	}
	return ""
}

// sectorOf and qualificationOf read what people and files write.
func sectorOf(s string) string { return firstWord(s, sectorWords) }

func qualificationOf(s string) string {
	if name, ok := qualificationCodes[strings.TrimSpace(s)]; ok {
		return name
	}
	return firstWord(s, qualificationWords)
}

type named struct{ word, name string }

func firstWord(s string, words []named) string {
	f := fold.String(s)
	for _, w := range words {
		if strings.Contains(f, w.word) {
			return w.name
		}
	}
	return ""
}

// The first word found decides: the particular stands before the general.
var (
	contractWords = []named{
		{"saison", "saisonnier"}, {"apprenti", "apprentissage"}, {"professionnalisation", "professionnalisation"},
		{"alternance", "alternance"}, {"interim", "MIS"}, {"mission", "MIS"},
		{"indetermine", "CDI"}, {"cdi", "CDI"}, {"cdd", "CDD"}, {"determine", "CDD"}, {"ddi", "CDD"}, {"mis", "MIS"}, {"sai", "saisonnier"},
	}
	sectorWords = []named{
		{"construct", construction}, {"btp", construction}, {"batiment", construction}, {"travaux publics", construction},
		{"agroalim", industry}, {"agro-alim", industry}, {"agri", agriculture}, {"viti", agriculture}, {"maraich", agriculture}, {"foret", agriculture},
		{"hcr", hospitality}, {"hotel", hospitality}, {"restau", hospitality}, {"touris", hospitality},
		{"industr", industry}, {"manufactur", industry}, {"metallurg", industry}, {"usine", industry}, {"fabrication", industry},
		{"transport", transport}, {"logisti", transport}, {"commerc", trade}, {"vente", trade}, {"distribution", trade},
		{"sante", health}, {"social", health}, {"soin", health}, {"hopital", health}, {"hospital", health},
		{"service", services}, {"nettoyage", services}, {"proprete", services}, {"informati", services}, {"banque", services},
		{"assurance", services}, {"administration", services}, {"enseignement", services}, {"formation", services}, {"securite", services}, {"tertiaire", services},
	}
	qualificationWords = []named{
		{"manoeuvre", unskilledWorker}, {"ouvrier specialise", unskilledWorker}, {"ouvriere specialise", unskilledWorker},
		{"ouvrier non", unskilledWorker}, {"ouvriere non", unskilledWorker}, {"employe non", unskilledEmployee}, {"employee non", unskilledEmployee},
		{"non qualif", unskilled}, {"sans qualif", unskilled}, {"peu qualif", unskilled},
		{"cadre", executive}, {"ingenieur", executive}, {"maitrise", foreman}, {"technicien", technician},
		{"ouvrier", skilledWorker}, {"ouvriere", skilledWorker}, {"employe", skilledEmployee}, {"qualifie", skilled},
	}
	// Codes of qualificationCode in the public « Offres d'emploi v2 » shape.
	qualificationCodes = map[string]string{
		"1": unskilledWorker, "2": unskilledWorker, "3": skilledWorker, "4": skilledWorker,
		"5": unskilledEmployee, "6": skilledEmployee, "7": technician, "8": foreman, "9": executive,
	}
)

// domainOf is the zero domain for what is not a ROME code. A métier the table
// does not name has its domain's figures, a domain without any those of its
// grand domaine.
func (m *survey) domainOf(code string) domain {
	if !romeCode(code) {
		return domain{}
	}
	d, ok := m.rome[code[:3]]
	if !ok {
		d = domain{code: code[:3]}
	}
	if d.difficulty == 0 {
		d.difficulty = m.rome[code[:1]].difficulty
	}
	if len(code) == 5 {
		if own, ok := m.rome[code]; ok {
			d.qualification = own.qualification
		}
	}
	return d
}

// romeCode accepts a métier (F1703) and a domain (F17).
func romeCode(code string) bool {
	if len(code) != 5 && len(code) != 3 || code[0] < 'A' || code[0] > 'N' {
		return false
	}
	for _, c := range []byte(code[1:]) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

//go:embed rome.tsv
var romeTSV string

//go:embed departements.tsv
var departementsTSV string

// mustDomains reads the embedded table and adds the mean of each grand domaine
// under its letter. It panics on a broken table: the binary itself is wrong.
func mustDomains() map[string]domain {
	domains, n := map[string]domain{}, map[string]float64{}
	for _, row := range rows(romeTSV, 3) {
		d := domain{code: row[0], difficulty: number(row[1]), qualification: row[2]}
		domains[d.code] = d
		if d.difficulty > 0 {
			letter := d.code[:1]
			g := domains[letter]
			g.code, g.difficulty = letter, (g.difficulty*n[letter]+d.difficulty)/(n[letter]+1)
			domains[letter] = g
			n[letter]++
		}
	}
	return domains
}

func mustDepartements() map[string]float64 {
	gaps := map[string]float64{}
	for _, row := range rows(departementsTSV, 2) {
		gaps[row[0]] = number(row[1])
	}
	return gaps
}

func rows(tsv string, columns int) [][]string {
	var out [][]string
	header := true
	for line := range strings.Lines(tsv) {
		line = strings.TrimRight(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if header {
			header = false
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != columns {
			panic(fmt.Sprintf("delay: embedded table: %d cells instead of %d: %q", len(cells), columns, line))
		}
		out = append(out, cells)
	}
	return out
}

func number(s string) float64 {
	if s == "" {
		return 0
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(x) {
		panic(fmt.Sprintf("delay: embedded table: %q is not a number", s))
	}
	return x
}

// Tight are the ROME domains (F17…) in which at least that share of recruitment
// projects, in percent, was judged difficult by who recruits (BMO 2025): what
// people call « métiers en tension ». In order.
func Tight(least float64) []string {
	var out []string
	for code, d := range prior.rome {
		if len(code) == 3 && d.difficulty >= least {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out
}
