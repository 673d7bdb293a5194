package offers

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"tandem/internal/fold"
	"tandem/tools/delay"
)

// maxText bounds what is read of a text, in bytes; offers are a tenth of it.
const maxText = 32 << 10

// Parse reads the facts of an offer from text as people write it: a whole
// offer, or a question that states a few of its facts, with or without accents,
// in SMS style. What it is not sure of it leaves unknown. It never fails, and
// reads the first 32 KiB only.
func Parse(text string) Fields {
	text = cut(text, maxText)
	f := fold.String(text)
	var out Fields
	out.Contract = contract(text, f)
	out.DurationMonths = contractMonths(f, out.Contract)
	out.HoursWeek = hoursWeek(f)
	out.ExperienceYears = experience(f)
	out.SalaryYear = salary(f, out.HoursWeek)
	out.Departement, out.Town = findPlace(f)
	out.ROME = romeCode(f)
	out.Qualification = qualification(f)
	out.EstablishmentSize = establishment(f)
	out.PermitNeeded = permit(f)
	out.AtypicalHours = atypical(f)
	out.EmployerType = employerType(f)
	out.Title = title(text)
	return out
}

// cut keeps at most n bytes of s, whole characters, valid UTF-8.
func cut(s string, n int) string {
	if len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	return strings.ToValidUTF8(s, " ")
}

var rome = regexp.MustCompile(`\b([a-n]\d{4})\b`)

func romeCode(f string) string {
	return strings.ToUpper(rome.FindString(f))
}

var (
	cdi = `c\.? ?d\.? ?i\b\.?|duree indeterminee|contrat indetermine|embauche definitive`
	cdd = `c\.? ?d\.? ?d\b\.?i?\b|cddi\b|cddu\b|duree determinee|contrat a duree de|contrat determine`

	contracts = []struct {
		name  string
		word  *pattern
		about *regexp.Regexp // what stands before the word when it is not the contract
	}{
		{"CDI", cued(`\b(?:`+cdi+`)`, "cdi", "c.d", "c d", "cd i", "cd.", "indeterminee", "indetermine", "definitive"), nil},
		{"CDD", cued(`\b(?:`+cdd+`)`, "cdd", "c.d", "c d", "cd d", "cd.", "determine", "contrat"), nil},
		{"MIS", cued(`\binterim\b|\binterimaires?\b|\btravail temporaire\b|\bcontrat (?:en )?mission\b|\bcontrat mis\b|\bmission (?:de |d')?\d+ ?(?:mois|semaines?|jours?)`, "interim", "temporaire", "contrat", "mission"), notAgency},
		{"saisonnier", cued(`\bsaisonnier(?:e|s|es|\(e\))?\b|\b(?:contrat|job|emploi|pour la|toute la) saison\b|\bsaison (?:d'|d )?(?:ete|hiver|20\d\d|estivale|hivernale)`, "saison"), notSeason},
		{"apprentissage", cued(`\bcontrat (?:d'|d |en )?apprentissage\b|\ben apprentissage\b|\bcontrat apprenti\w*`, "apprenti"), nil},
		{"professionnalisation", cued(`\bcontrat (?:de )?pro(?:fessionn?alisation)?\b|\bprofessionn?alisation\b`, "contrat", "professionn", "professiona"), nil},
		{"alternance", cued(`\b(?:contrat |poste |offre )?(?:en |d')?alternance\b|\balternante?s?\b`, "altern"), notTraining},
		{"stage", cued(`\b(?:offre de|convention de|en) stage\b|\bstage de \d|\bstagiaire h/?f`, "stag"), nil},
		{"indépendant", cued(`\bauto[- ]?entrepreneu\w*|\bmicro[- ]?entrepreneu\w*|\bfree[- ]?lance\b|\bstatut (?:d')?independant\b|\bfranchise\b`, "entrepreneu", "lance", "independant", "franchise"), nil},
	}
	notAgency   = regexp.MustCompile(`\b(?:agences?|entreprises?|reseau|groupe|acteur|leader|specialis\w*|societe|monde|metiers?|secteur|solutions?|indemnites?|avantages?|cabinet|partenaire|agence)\b[^.\n]{0,30}$`)
	notSeason   = regexp.MustCompile(`\b(?:activites?|produits?|pics?|variations?|fruits?|menus?|carte|collections?|bazar|legumes|cuisine|clientele|evenements?|caractere|rayon|articles?|operations?)\b[^.\n]{0,16}$`)
	notTraining = regexp.MustCompile(`\b(?:formation|formations|ecole|cfa|diplome|avec|encadr\w*|tutorat|et|bac|un|des|les|nos|jour|nuit) (?:[^.\n]{0,12} )?$`)
	// « MIS » is the contract in the records of the public service, and a French
	// participle everywhere else.
	missionCode = regexp.MustCompile(`(?:^|[\s,;:(])MIS(?:$|[\s]*[,;:.)\-–—\n])`)
	// An agency's list of all it offers says nothing of this post.
	everyContract = regexp.MustCompile(`\b(?:cdi|cdd|interim|vacations?)(?:[ ,/]+(?:et |ou |en |d')?(?:cdi|cdd|interim|interimaires?|vacations?)\b){2,}`)
	apprentice    = cued(`(?m)^apprenti(?:e|\(e\)|s|es)?\b|\b(?:poste|contrat|offre|cherch\w+|recrut\w+|pour)(?: d'| de| un| une| 1| notre| des| en| mon)* ?apprenti(?:e|\(e\)|s|es)?\b|\ben apprentissage\b`, "apprenti")
	replacement   = cued(`\b(?:poste|contrat|offre|cherche|mission) (?:de |en |un |pour )*remplacement\b|\bremplacement (?:conge|arret|maternite|maladie)|\bvacations?\b`, "remplacement", "vacation")
	onlyPromised  = regexp.MustCompile(`(?:possib\w*|evol\w*|debouch\w*|suivie? d'une?|vers une?|en vue d'une?|transform\w* en|puis|perspective\w*|au lieu d[eu']|plutot que?|pas (?:de|en|un)|ni|sans|avant)[ '"]*(?:un|une|d'un|de|sur un|sur|vers|en)?[ '"]*(?:contrat (?:a |en |de )?)?$`)
	laterOn       = regexp.MustCompile(`^[ ,.(]*(?:est |peut etre |serait )?(?:possible|envisageable|a la cle|a l'issue|a la suite|ensuite|par la suite|a terme|si )`)
	everyday      = regexp.MustCompile(`^ (?:de|des|jour|matin|un|une|semaine|avec)\b`)
)

// contractWords counts the words that everyContract wants three of.
func contractWords(f string) (n int) {
	for _, w := range []string{"cdi", "cdd", "interim", "vacation"} {
		n += strings.Count(f, w)
	}
	return n
}

// contract is the contract on offer: not one promised for later, nor the one
// given up in « CDI au lieu de CDD ».
func contract(text, f string) string {
	type hit struct {
		name string
		at   int
	}
	var sure, promised []hit
	if contractWords(f) > 2 {
		f = everyContract.ReplaceAllStringFunc(f, func(s string) string { return strings.Repeat(" ", len(s)) })
	}
	for _, c := range contracts {
		for _, m := range c.word.all(f, 16) {
			if c.name == "alternance" && everyday.MatchString(f[m[1]:]) {
				continue // « en alternance matin et soir »
			}
			before := f[max(0, m[0]-40):m[0]]
			if c.about != nil && c.about.MatchString(before) {
				continue // « agence d'intérim », « produits saisonniers »: not the contract
			}
			h := hit{c.name, m[0]}
			if onlyPromised.MatchString(before) || laterOn.MatchString(f[m[1]:]) {
				promised = append(promised, h)
			} else {
				sure = append(sure, h)
			}
		}
	}
	if strings.Contains(text, "MIS") {
		if m := missionCode.FindStringIndex(text); m != nil {
			sure = append(sure, hit{"MIS", m[0]})
		}
	}
	if len(sure) == 0 {
		if apprentice.in(f) {
			return "apprentissage"
		}
		if replacement.in(f) {
			return "CDD"
		}
		sure = promised
	}
	// A fixed term that is also seasonal or a training contract is that; with a
	// permanent one, the words are about something else (« pics saisonniers »).
	first, best, permanent := "", len(f)+1, false
	special := map[string]bool{}
	for _, h := range sure {
		switch h.name {
		case "CDI", "CDD", "MIS", "stage", "indépendant":
			permanent = permanent || h.name == "CDI"
			if h.at < best {
				first, best = h.name, h.at
			}
		default:
			special[h.name] = true
		}
	}
	if permanent && !special["apprentissage"] && !special["professionnalisation"] {
		return first
	}
	if special["professionnalisation"] && strings.Contains(f, "apprentissage") {
		return "alternance" // either
	}
	switch {
	case special["apprentissage"]:
		return "apprentissage"
	case special["professionnalisation"]:
		return "professionnalisation"
	case special["alternance"]:
		return "alternance"
	case special["saisonnier"]:
		return "saisonnier"
	}
	return first
}

var (
	amount = `(\d{1,2}(?:[.,]\d)?|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|quinze|dix[- ]huit)`
	unit   = `(mois|ans?\b|annees?|semaines?|sem\b|jours?)`

	// A duration beside the name of the contract, or announced as one.
	afterContract = cued(`\b(?:`+cdd+`|interim(?:aire)?\w*|missions?|saisonn\w*|remplacement|contrat\w*(?: [a-z']+){0,3}?|apprentissage|professionnalisation|alternance|stage|determinee)`+
		`(?:[ :(,-]*(?:d'une duree|duree|pour|pendant|environ|minimum|renouvelable|maternite|maladie|conge|de|d'|sur|[ah]/?[hf]|h/f|\(h/f\)))*[ :(,-]*`+
		amount+`(?: ?(?:a|-|/|ou) ?`+amount+`)? ?`+unit, "cdd", "c.d", "c d", "cd d", "cd.", "determine", "contrat", "interim", "mission", "saison", "remplacement", "apprenti", "professionnalisation", "alternance", "stage")
	announced = cued(`\b(?:duree(?: du contrat| de la mission| prevue)?|pour une duree|pendant|periode|pour)[ :]*(?:de |d'|environ )*`+
		amount+`(?: ?(?:a|-|/|ou) ?`+amount+`)? ?`+unit, "duree", "pendant", "periode", "pour")
	leading     = cued(amount+` ?`+unit+` (?:de |d'|en )?(?:mission|interim|contrat|cdd|saison)`, "mission", "interim", "contrat", "cdd", "saison")
	trial       = regexp.MustCompile(`(?:essai|experience|formation|preavis|depuis)[^.\n]{0,20}$`)
	monthNames  = `(janv\w*|fev\w*|mars|avril|mai|juin|juil\w*|aout|sept\w*|oct\w*|nov\w*|dec\w*)`
	fromTo      = regexp.MustCompile(`(?:\b(\d{1,2}|1er) )?` + monthNames + `\.?(?: 20\d\d)? ?(?:a|au|-|/|et|jusqu'(?:a|au|en)|->)(?: (?:fin|debut|mi|la|le))* ?(?:(\d{1,2}|1er) )?` + monthNames + `\b`)
	monthOrder  = []string{"janv", "fev", "mars", "avril", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec"}
	numberWords = map[string]float64{"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
		"douze": 12, "quinze": 15, "dix-huit": 18, "dix huit": 18}
)

// contractMonths is the duration of a contract that has one, in months.
func contractMonths(f, contract string) float64 {
	if contract == "" || contract == "CDI" || contract == "indépendant" {
		return 0
	}
	for _, re := range []*pattern{afterContract, leading, announced} {
		for _, m := range re.all(f, 8) {
			if re != afterContract && trial.MatchString(f[max(0, m[0]-24):m[0]]) || experienceFollows.MatchString(f[m[1]:]) {
				continue
			}
			last := len(m)/2 - 1
			n := quantity(group(f, m, 1))
			if last == 3 { // « 6 à 12 mois »
				n = max(n, quantity(group(f, m, 2)))
			}
			if d := n * inMonths(group(f, m, last)); d > 0 && d <= 60 {
				return d
			}
		}
	}
	if m := fromTo.FindStringSubmatch(f); m != nil {
		return monthsBetween(m[1], m[2], m[3], m[4])
	}
	return 0
}

var experienceFollows = regexp.MustCompile(`^\(?s?\)? ?(?:minimum |mini |min |au moins )*(?:d'? ?|de )?(?:exp|xp\b|pratique|anciennete)`)

// monthsBetween counts whole months from one date to the next of the second's
// name; without days, both months are worked.
func monthsBetween(day1, month1, day2, month2 string) float64 {
	a, b := monthIndex(month1), monthIndex(month2)
	n := float64((b - a + 12) % 12)
	from, to := 1.0, 31.0
	if day1 != "" {
		from = quantity(strings.TrimSuffix(day1, "er"))
	}
	if day2 != "" {
		to = quantity(strings.TrimSuffix(day2, "er"))
	}
	if d := n + (to-from+1)/31; d > 0 {
		return float64(int(d*2+0.5)) / 2
	}
	return 0
}

func monthIndex(name string) int {
	for i, m := range monthOrder {
		if strings.HasPrefix(name, m) {
			return i
		}
	}
	return 0
}

func inMonths(unit string) float64 {
	switch unit[0] {
	case 'm':
		return 1
	case 'a':
		return 12
	case 's':
		return 7.0 / 30.4
	}
	return 1 / 30.4
}

// quantity reads digits or a number word; 0 when it is neither.
func quantity(s string) float64 {
	if n, ok := numberWords[s]; ok {
		return n
	}
	return decimalNumber(s)
}

// ReadContract brings a type of contract as a record or a person names it to
// the words of [Fields].
func ReadContract(s string) string {
	if c := delay.Contract(s); c != "" {
		return c
	}
	switch f := fold.String(strings.TrimSpace(s)); {
	case strings.Contains(f, "stage"):
		return "stage"
	case f == "lib", f == "fra", f == "cce", f == "rep", strings.Contains(f, "liberal"), strings.Contains(f, "franchise"), strings.Contains(f, "independant"),
		strings.Contains(f, "entrepreneur"), strings.Contains(f, "profession commerciale"):
		return "indépendant"
	}
	return ""
}
