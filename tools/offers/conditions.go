package offers

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

var (
	weekly = cued(`\b(\d{1,3})(?:[.,](\d{1,2}))? ?h(?:eures?|rs?|eur)? ?(\d{2})? ?(?:/|par|de travail par|a la|hebdo\w*|la)? ?(?:semaine|sem\b|hebdo\w*)`, "sem", "hebdo")
	plainH = cued(`\b(\d{1,3})(?:[.,](\d{1,2}))? ?h(?:eures?|rs?)?(?: ?(\d{2}))?\b`, "h")
	// A time of day, or hours of something else than a week.
	clockBefore = regexp.MustCompile(`(?:\b(?:a|de|des|vers|jusqu'a|entre|et|apres|avant|partir de|debut|fin|ouvert\w*)|[-–/]|\d ?h\d{0,2}) ?$`)
	clockAfter  = regexp.MustCompile(`^ ?(?:[-–] ?\d|a \d|et \d|jusqu)`)
	perOther    = regexp.MustCompile(`^ ?(?:/|par|de formation|de route|du matin|du soir) ?(?:j\b|jour|nuit|an\b|annee)?`)
	perMonth    = regexp.MustCompile(`^ ?(?:/|par|de travail par)? ?(?:mois|mensuel\w*)`)
	halfTime    = cued(`\bmi[- ]temps\b`, "temps")
	shareOfTime = cued(`\b(?:temps partiel|etp|poste|travail)\D{0,12}(\d{2}) ?%|\b(\d{2}) ?% (?:etp|d'un temps|du temps|temps plein)`, "%")
	wholeTime   = cued(`\btemps (?:plein|complet)\b|\bplein temps\b`, "temps")
)

// legalWeek is the legal working week, in hours.
const legalWeek = 35

// hoursWeek tells a working week from a time of day.
func hoursWeek(f string) float64 {
	for _, m := range weekly.all(f, 8) {
		if h := clockTime(group(f, m, 1), group(f, m, 2), group(f, m, 3)); h >= 3 && h <= 60 {
			return h
		}
	}
	for _, m := range plainH.all(f, 16) {
		h, before, after := clockTime(group(f, m, 1), group(f, m, 2), group(f, m, 3)), f[max(0, m[0]-16):m[0]], f[m[1]:]
		switch {
		case perMonth.MatchString(after) && h >= 20 && h <= 200 || h > 151 && h < 152:
			return math.Round(h*12/52*10) / 10
		case h < 10 || h > 60 || perOther.MatchString(after):
		case h <= 24 && (clockBefore.MatchString(before) || clockAfter.MatchString(after)) && !partTimeBefore.MatchString(before):
		case h <= 24 && !partTime.MatchString(f) && !contractBefore.MatchString(before):
		default:
			return h
		}
	}
	switch m := shareOfTime.all(f, 1); {
	case halfTime.in(f):
		return legalWeek / 2.0
	case m != nil:
		return decimalNumber(group(f, m[0], 1)+group(f, m[0], 2)) / 100 * legalWeek
	case wholeTime.in(f) && !partTime.MatchString(f):
		return legalWeek
	}
	return 0
}

var (
	partTime       = regexp.MustCompile(`\btemps partiel\b|\bpartiel\b`)
	partTimeBefore = regexp.MustCompile(`partiel\D{0,6}$`)
	contractBefore = regexp.MustCompile(`(?:contrat|cdi|cdd)(?: de)? ?[,:-]? ?$`)
)

// clockTime reads 36h45 and 17,5 h alike.
func clockTime(hours, decimals, minutes string) float64 {
	h := decimalNumber(hours)
	switch {
	case decimals != "":
		h += decimalNumber("0." + decimals)
	case minutes != "":
		if m := decimalNumber(minutes); m < 60 {
			h += m / 60
		}
	}
	return math.Round(h*100) / 100
}

var (
	count     = `(\d{1,2}(?:[.,]\d)?|une?|deux|trois|quatre|cinq|six|sept|huit|dix)`
	lapse     = count + `(?: ?(?:a|-|/|ou) ?` + count + `)? ?(ans?\b|annees?|mois)(?:\(s\))?`
	expWord   = `(?:d'? ?|de |en )?(?:d'|l')?(?:exp(?:er\w*)?\b|dexp\w*|xp\b|pratique\b|anciennete)`
	expAfter  = cued(lapse+` ?(?:minimum |mini |min\.? |au moins |d'une |de )?`+expWord, "exp", "xp", "pratique", "anciennete")
	expBefore = cued(`\b(?:exp(?:er\w*)?|xp)\b\.?([^.\n\d]{0,40}?)`+lapse, "exp", "xp")
	expInPost = cued(lapse+` ?(?:minimum|mini)?[ -]*(?:dans|sur|en tant que|a|au) (?:un |une |le |la |ce |des )?(?:poste|fonction|metier|domaine|meme)`, "poste", "fonction", "metier", "domaine", "meme")
	expMin    = cued(lapse+` ?(?:minimum|mini|min)\b`, "min")
	expAtOut  = cued(`\b(?:minimum|mini|au moins|justifi\w+ (?:de|d'au moins)) (?:de )?`+lapse+`( d'age| revolu| minimum d'age)?`, "mini", "moins", "justifi")
	beginner  = cued(`\b(?:debutante?s?|debutante?\(e\)s?|debutant\(e\)\(?s?\)?|debutant\.e\.?s?)(?:[ ,/]+\w+){0,2}?[ ,/]+(?:accept\w*|bienvenu\w*|ok|possible|admis\w*)|\bok debutant|\baccept\w+ (?:les |aux )?debutant|\bouvert aux debutant|`+
		`\b(?:sans|aucune|pas (?:d'|de |besoin d'|besoin de ))\s?(?:experience|exp\b)|\bexperience (?:non|pas) (?:exigee|requise|demandee|necessaire|obligatoire)`, "debut", "exp")
	noBeginner  = regexp.MustCompile(`(?:pas|non|ni|jamais)(?: de| d'| aux| les)? ?$`)
	refused     = regexp.MustCompile(`^debut.* (?:non|pas|jamais)\b`)
	firstTime   = cued(`\bpremiere experience\b`, "premiere")
	ofCompany   = regexp.MustCompile(`(?:fort|forte|forts|depuis|entreprise|societe|groupe|cumul\w*|nos|notre|nous avons|agence|avec ses)[^.\n]{0,20}$`)
	otherTopic  = regexp.MustCompile(`\b(?:cdd|cdi|mission|contrat|duree|salaire|interim|saison|stage)\b`)
	mostYears   = 15.0
	monthsAYear = 12.0
)

// experience is the experience asked for, in years: 0 when beginners are
// accepted, nil when nothing is said.
func experience(f string) *float64 {
	for _, m := range beginner.all(f, 4) {
		if !noBeginner.MatchString(f[max(0, m[0]-12):m[0]]) && !refused.MatchString(f[m[0]:m[1]]) {
			return new(float64)
		}
	}
	for _, re := range []*pattern{expAfter, expBefore, expInPost, expAtOut, expMin} {
		for _, m := range re.all(f, 8) {
			n := 1 // first group of lapse
			switch {
			case re == expBefore:
				n = 2
				if otherTopic.MatchString(group(f, m, 1)) {
					continue
				}
			case re == expMin && otherTopic.MatchString(f[max(0, m[0]-16):m[0]]):
				continue
			case re == expAtOut && group(f, m, 4) != "", ofCompany.MatchString(f[max(0, m[0]-28):m[0]]):
				continue
			}
			years := quantity(group(f, m, n))
			if strings.HasPrefix(group(f, m, n+2), "mois") {
				years /= monthsAYear
			}
			if years > 0 && years <= mostYears {
				years = math.Round(years*100) / 100
				return &years
			}
		}
	}
	if firstTime.in(f) {
		half := 0.5
		return &half
	}
	return nil
}

var (
	permitWord = cued(`\bpermis(?: de conduire)?(?: (?:a[12]?|be?|c1?e?|d1?)\b)?|\bvehicul\w*|\bvoiture (?:personnelle|obligatoire|indispensable|exigee)|\bmoyen de locomotion|\bspl\b`, "permis", "vehicul", "voiture", "locomotion", "spl")
	permitNot  = regexp.MustCompile(`(?:pas (?:besoin )?(?:de |d'|le )?|sans (?:le |de )?|non |enleve\w* (?:le |ce )?|retir\w* (?:le |ce )?|supprim\w* (?:le |ce )?|ni |conduite de |tous |assistance )$`)
	permitSoft = regexp.MustCompile(`^[ ,:()\w]{0,12}?(?:non (?:exige|obligatoire|requis|necessaire)|pas (?:exige|obligatoire|requis|necessaire)|souhait\w*|apprecie|serait un plus|est un plus|un plus|de construire|de service|de fonction|fourni|facultatif|de location|de vivre|de travail)`)
	vehicleOwn = regexp.MustCompile(`^(?:vehicule?e?s?|vehicul\w*)[ :]{1,3}(?:personnel\w*|obligatoire|exige|indispensable|requis|necessaire)|^vehicule?e?\(?e?\)?$`)
)

// permit reports whether a licence or a vehicle is required, not just welcome.
func permit(f string) bool {
	for _, m := range permitWord.all(f, 8) {
		word, after := f[m[0]:m[1]], f[m[1]:min(len(f), m[1]+40)]
		if permitNot.MatchString(f[max(0, m[0]-24):m[0]]) || permitSoft.MatchString(after) {
			continue
		}
		if strings.HasPrefix(word, "vehicul") && !vehicleOwn.MatchString(word+after) && !ownVehicle.MatchString(f[max(0, m[0]-14):m[1]]) {
			continue
		}
		return true
	}
	return false
}

var (
	ownVehicle = regexp.MustCompile(`(?:etre|avoir un|avec) vehicul`)
	oddHours   = cued(`\b(?:de |la |les |en )?nuits?\b|\bweek[- ]?ends?\b|\bles we\b|\ble we\b|\bcoupures?\b|\bhoraires? (?:en |tres )?(?:decale\w*|coupe\w*|fractionne\w*|atypique\w*|irregulier\w*|variables?)|`+
		`\b[2345] ?[x*] ?8\b|\bdimanches?\b|\bjours? feries?\b|\bastreintes?\b|\btravail poste\b|\bequipes? alternante?s?`, "nuit", "week", "we", "coupure", "horaire", "8", "dimanche", "ferie", "astreinte", "poste", "alternante")
	oddNot   = regexp.MustCompile(`(?:\b(?:pas|sans|ni|aucune?|jamais|repos|bonne?|hors|enlev\w*|plus)\b)[^.\n]{0,18}$`)
	oddLater = regexp.MustCompile(`^[ \w']{0,14}?(?:libre|off\b|repos|chome|non travaille|exclu)`)
)

// atypical reports nights, weekends, split or shifting hours.
func atypical(f string) bool {
	for _, m := range oddHours.all(f, 16) {
		if !oddNot.MatchString(f[max(0, m[0]-28):m[0]]) && !oddLater.MatchString(f[m[1]:min(len(f), m[1]+30)]) {
			return true
		}
	}
	return false
}

var qualifications = []struct {
	name string
	word *pattern
}{
	{"ouvrier non qualifié", cued(`\bouvrier\w*(?:\(e\))? (?:non qualifie|specialise)\w*|\bmanoeuvres? (?:h/?f|btp|batiment)|\bmanoeuvre\b\s*$`, "ouvrier", "manoeuvre")},
	{"ouvrier qualifié", cued(`\bouvrier\w*(?:\(e\))? (?:hautement |tres )?qualifie\w*`, "ouvrier")},
	{"employé non qualifié", cued(`\bemploye\w*(?:\(e\))? non qualifie\w*`, "employe")},
	{"employé qualifié", cued(`\bemploye\w*(?:\(e\))? qualifie\w*`, "employe")},
	{"agent de maîtrise", cued(`\bagent\w*(?:\(e\))? de maitrise`, "maitrise")},
	{"cadre", cued(`\b(?:statut|poste|emploi|contrat|niveau|qualification)(?: de| :)? cadres?\b|\bcadres? (?:dirigeant|superieur|commercia|de sante|administratif|a partir)|\bforfait[- ]jours\b`, "cadre", "forfait")},
	{"technicien", cued(`\bqualification ?:? ?technicien|\bstatut (?:de )?technicien`, "technicien")},
}

func qualification(f string) string {
	for _, q := range qualifications {
		if q.word.in(f) {
			return q.name
		}
	}
	return ""
}

var staff = cued(`\b(?:entreprise|societe|etablissement|groupe|usine|site|pme|tpe|structure|nous sommes|effectif|equipe)\b[^.\n\d]{0,30}(\d{1,6}) ?(?:salarie\w*|collaborat\w*|employe\w*)|\beffectif ?: ?(\d{1,6})`, "salari", "collab", "employe", "effectif")

// establishment is the number of employees, where one is said to be it.
func establishment(f string) int {
	for _, m := range staff.all(f, 1) {
		if n, err := strconv.Atoi(group(f, m, 1) + group(f, m, 2)); err == nil {
			return n
		}
	}
	return 0
}

var employers = []struct {
	name string
	word *pattern
}{
	{"entreprise adaptée", cued(`\bentreprise adaptee\b|\besat\b`, "adaptee", "esat")},
	{"GEIQ", cued(`\bgeiq\b`, "geiq")},
	{"IAE", cued(`\binsertion par l'activite|\bchantier d'insertion|\b(?:structure|entreprise|association) d'insertion|\bsiae\b|\bcddi\b`, "insertion", "siae", "cddi")},
	{"ETT", cued(`\bagence d'interim|\bagence d'emploi\b|\bentreprise de travail temporaire|\bagence interim`, "d'interim", "d'emploi", "temporaire", "agence interim")},
}

func employerType(f string) string {
	for _, e := range employers {
		if e.word.in(f) {
			return e.name
		}
	}
	return ""
}
