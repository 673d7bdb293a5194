package offline

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word of a folded text and where it stands in it.
type token struct {
	text       string
	start, end int
}

// tokenise splits a folded text. An elided article is a word of its own ("d'").
func tokenise(folded string) []token {
	var toks []token
	start := -1
	flush := func(end int) {
		if start >= 0 && end > start {
			toks = append(toks, token{folded[start:end], start, end})
		}
		start = -1
	}
	for i, r := range folded {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if start < 0 {
				start = i
			}
		case r == '-' && start >= 0:
		case r == '\'' && start >= 0:
			flush(i + 1)
		default:
			flush(i)
		}
	}
	flush(len(folded))
	return toks
}

func joinTokens(toks []token) string {
	var b strings.Builder
	for i, t := range toks {
		if i > 0 && !strings.HasSuffix(toks[i-1].text, "'") {
			b.WriteByte('-')
		}
		b.WriteString(t.text)
	}
	return b.String()
}

// adjacent reports whether only a space, or nothing, stands between two words.
func adjacent(m message, a, b token) bool {
	return strings.TrimLeft(m.fold.Folded[a.end:b.start], " ") == ""
}

func upperAt(m message, t token) bool {
	start, _ := m.fold.Span(t.start, t.end)
	return startsUpper(m.raw[start:])
}

func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

var (
	offerPattern      = regexp.MustCompile(`\b[0-9a-z]{7}\b`)
	romePattern       = regexp.MustCompile(`\b([a-n])-?(\d{4})\b`)
	articlePattern    = regexp.MustCompile(`\b([lrd])\.? ?(\d{3,4}(?:-\d{1,2}){1,3})\b`)
	quotePattern      = regexp.MustCompile(`"\s*([^"]{2,120}?)\s*"`)
	singleQuotes      = regexp.MustCompile(`(?:^|[\s(:])'\s*([^'\s](?:[^']|[a-z]'[a-z]){1,118}?)\s*'(?:[\s.,;:?!)]|$)`)
	monthsPattern     = regexp.MustCompile(`\b(\d{1,2}|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|dix-huit|vingt-quatre) ?(mois|months?|semaines?|weeks?|ans?)\b`)
	hoursPattern      = regexp.MustCompile(`\b(\d{1,2}(?:[.,]\d)?) ?(?:h|heures?)\b(?:\s?(\d{2})\b)?`)
	experiencePattern = regexp.MustCompile(`\b(\d{1,2}|un|deux|trois|quatre|cinq|dix) ?(an|ans|annees?|mois) (?:d' ?|de |minimum (?:d' ?)?)?(?:exp\b|experience)|exp(?:erience)?\.? ?(?:de |: ?)?(\d{1,2}) ?(an|ans|mois)`)
	salaryPattern     = regexp.MustCompile(`\b(\d{1,2}[ .]?\d{3}|\d{4}) ?(?:€|euros?)? ?(?:brut|net|euros?|€|par mois|/ ?mois|mensuel)|salaire (?:a|de|jusqu'a|passe a) ?(\d{1,2}[ .]?\d{3}|\d{4})\b`)
	principlePattern  = regexp.MustCompile(`\b(?:principe|engagement|charte|commitment|regle|commandement|point)s? ?(?:n|no|numero|number|num)?[°o]? ?([1-7]|un|deux|trois|quatre|cinq|six|sept)\b`)
	principleOrdinal  = regexp.MustCompile(`\b(premier|1er|deuxieme|second|2e|2eme|troisieme|3e|3eme|quatrieme|4e|4eme|cinquieme|5e|5eme|sixieme|6e|6eme|septieme|7e|7eme|dernier) (?:principe|engagement|commandement|point de (?:la|votre) charte)`)
	limitPattern      = regexp.MustCompile(`\b(?:les|premieres?|mes) (\d{1,2}|trois|cinq|dix|vingt)\b(?: offres| premieres?| plus| annonces| derni)|\btop (\d{1,2})\b`)
)

var numerals = map[string]float64{"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "dix-huit": 18, "vingt": 20, "vingt-quatre": 24}

func number(s string) float64 {
	if n, ok := numerals[s]; ok {
		return n
	}
	n, _ := strconv.ParseFloat(strings.NewReplacer(",", ".", " ", "").Replace(s), 64)
	return n
}

// offerID is an offer number: seven letters and digits that begin with a digit
// and hold a letter, as « 187XKTP »; or seven digits after « offre n° ».
func offerID(folded string) string {
	for _, at := range offerPattern.FindAllStringIndex(folded, 20) {
		w := folded[at[0]:at[1]]
		digits := 0
		for i := range len(w) {
			if w[i] >= '0' && w[i] <= '9' {
				digits++
			}
		}
		named := false
		for _, cue := range []string{"offre ", "offre n° ", "offre no ", "offre numero ", "annonce ", "annonce n° ", "n° ", "n°"} {
			named = named || strings.HasSuffix(folded[:at[0]], cue)
		}
		if w[0] >= '0' && w[0] <= '9' && digits >= 3 && digits < 7 || named && digits >= 2 {
			return strings.ToUpper(w)
		}
	}
	return ""
}

func romeOf(folded string) string {
	for _, f := range romePattern.FindAllStringSubmatchIndex(folded, 10) {
		before := strings.TrimRight(folded[:f[0]], " ")
		if strings.HasSuffix(before, "art") || strings.HasSuffix(before, "article") || f[1] < len(folded) && folded[f[1]] == '-' {
			continue // an article of law
		}
		if folded[f[2]:f[3]] == "l" && f[5] < len(folded) && folded[f[5]] == '-' {
			continue
		}
		return strings.ToUpper(folded[f[2]:f[3]]) + folded[f[4]:f[5]]
	}
	return ""
}

func romeCode(w string) bool { return len(w) == 5 && romePattern.MatchString(w) }

// articleOf is the first article of law named, as people write it: "L1132-1".
func articleOf(folded string) string {
	f := articlePattern.FindStringSubmatch(folded)
	if f == nil {
		return ""
	}
	return strings.ToUpper(f[1]) + f[2]
}

// quoteOf is the words between quotation marks, as written.
func quoteOf(m message) string {
	f := quoted(m.fold.Folded)
	if f == nil {
		return ""
	}
	start, end := m.fold.Span(f[0], f[1])
	return m.raw[start:end]
}

// quoted is where the first quotation of a folded text is, without its marks.
// A single mark opens after a space and closes before one, or it is an
// apostrophe.
func quoted(folded string) []int {
	if f := quotePattern.FindStringSubmatchIndex(folded); f != nil {
		return f[2:4]
	}
	if f := singleQuotes.FindStringSubmatchIndex(folded); f != nil {
		return f[2:4]
	}
	return nil
}

// contracts, in the order in which they win: the particular before the general.
var contracts = []struct {
	name  string
	words pattern
}{
	{"professionnalisation", when(`\bprofessionnalisation\b|\bcontrats? pro\b`, "professionnalisation", " pro")},
	{"apprentissage", when(`\bd?apprenti(?:e|s|es|ssages?)?\b|\balternan(?:ce|t|te)\b|\bapprenticeships?\b`, "apprenti", "alternan")},
	{"saisonnier", when(`\bseasonal\b|\bsaisonni\w*|\b(?:la|de|une|contrats?) saison\b`, "saison", "season")},
	{"MIS", when(`\binterim\w*|\b(?:en|contrats?|offres?|missions?) mis\b|\bmission (?:d' ?)?interim`, "interim", "mis")},
	{"CDI", when(`\bcdi\b|\bduree indeterminee\b|\bpermanent (?:contract|job|position)`, "cdi", "indetermin", "permanent")},
	{"CDD", when(`\bcdd\b|\bduree determinee\b|\bfixed[ -]term\b`, "cdd", "determin", "fixed")},
}

// contractOf reads the contract. When two are named, as in « passer de CDD à
// CDI », the one after « à », « en » or « au lieu » of the other is meant.
func contractOf(folded string) string {
	folded = notWanted.ReplaceAllString(folded, " ")
	if at := strings.Index(folded, "au lieu d"); at >= 0 {
		folded = folded[:at]
	} else if f := fromTo.FindStringSubmatchIndex(folded); f != nil {
		folded = folded[f[2]:f[3]]
	}
	first, name := len(folded), ""
	for i, c := range contracts {
		at := c.words.find(folded)
		if at == nil {
			continue
		}
		if i < len(contracts)-2 {
			return c.name
		}
		if at[0] < first { // CDI or CDD, whichever comes first
			first, name = at[0], c.name
		}
	}
	return name
}

// notWanted are contracts that are named to be left out: « enlève les CDD ».
var notWanted = regexp.MustCompile(`\b(?:(?:enlev|retir|vir|supprim|exclu|oubli)\w*|pas|sans|hors|sauf)(?: (?:les|de|des|en|le|mes|d'))?(?: contrats?)? ?(?:cdd|cdi|interims?|mis|saisonniers?|apprentissages?|alternances?)\b`)

// agencyWork is « MIS » as offers name it; « mis » is a verb.
var agencyWork = regexp.MustCompile(`(?:^|[ «"'(,;/])MIS(?:$|[ »"'),;/.:?])`)

// contractSaid is the contract that a message names.
func contractSaid(m message) string {
	if c := contractOf(m.fold.Folded); c != "" {
		return c
	}
	if agencyWork.MatchString(m.raw) && m.raw != strings.ToUpper(m.raw) {
		return "MIS"
	}
	return ""
}

var fromTo = regexp.MustCompile(`\b(?:de|d') ?(?:cdd|cdi|interim|saisonnier)\b[^?.]{0,20}\b(?:a|en|vers) (?:un )?(cdi|cdd|interim|apprentissage|saisonnier)`)

// readTerms reads the figures of an offer: duration, hours, experience, salary.
func readTerms(folded string, into map[string]any) {
	rest := folded
	if f := experiencePattern.FindStringSubmatchIndex(folded); f != nil {
		n, unit := sub(folded, f, 1), sub(folded, f, 2)
		if n == "" {
			n, unit = sub(folded, f, 3), sub(folded, f, 4)
		}
		years := number(n)
		if unit == "mois" {
			years = math.Round(years/12*10) / 10
		}
		into["experience_years"] = years
		rest = folded[:f[0]] + strings.Repeat(" ", f[1]-f[0]) + folded[f[1]:]
	} else if beginners.MatchString(folded) {
		into["experience_years"] = 0.0
	}
	for _, f := range monthsPattern.FindAllStringSubmatchIndex(rest, 5) {
		if before := rest[:f[0]]; sinceBefore.MatchString(before) && !aboutContract.MatchString(before) {
			continue // « depuis deux mois » says how long it has lasted
		}
		n := number(sub(rest, f, 1))
		switch unit := sub(rest, f, 2); {
		case unit == "mois" || strings.HasPrefix(unit, "month"):
		case strings.HasPrefix(unit, "an"):
			if n > longestContract || !aboutContract.MatchString(rest[:f[0]]) {
				continue
			}
			n *= 12
		default:
			if !aboutContract.MatchString(rest[:f[0]]) {
				continue
			}
			n = math.Round(n*7/30.4*10) / 10
		}
		into["duration_months"] = n
		break
	}
	if f := hoursPattern.FindStringSubmatch(folded); f != nil {
		if h := number(f[1]); h >= 4 && h <= 48 {
			into["hours_week"] = h
		}
	}
	if f := salaryPattern.FindStringSubmatchIndex(folded); f != nil {
		s := sub(folded, f, 1)
		if s == "" {
			s = sub(folded, f, 2)
		}
		euros := number(strings.ReplaceAll(s, ".", ""))
		if euros > 12000 {
			euros = math.Round(euros / 12)
		}
		if euros >= 400 {
			into["salary_month"] = euros
		}
	}
}

const longestContract = 5 // years; more is an age

var (
	beginners     = regexp.MustCompile(`\bdebutants?\b.{0,12}accept|\baccept\w* (?:les |des |un |une )?debutants?\b|\bsans experience\b`)
	sinceBefore   = regexp.MustCompile(`(?:(?:depass\w*|au[- ]dela d'|d'ici|dur\w+|avant|et|sous) ?(?:un |une )?|depuis|en ligne|il y a|ca fait|pendant|sous|dans|plus d'|plus de|de|moins de) ?(?:plus de |plus d'|environ )?$`)
	aboutContract = regexp.MustCompile(`(?:professionnalisation|remplacement|cdd|contrat|interim|mission|saison\w*|stage|apprentissage|duree)[^.?]{0,18}$`)
)

func sub(s string, f []int, n int) string {
	if 2*n+1 >= len(f) || f[2*n] < 0 {
		return ""
	}
	return s[f[2*n]:f[2*n+1]]
}

// principles of the charter, by number or by what they are about.
var principles = []struct {
	n     int
	words *regexp.Regexp
}{
	{4, regexp.MustCompile(`\boblig\w+|\bforce\w?\b|\brefus\w+|liberte de choix|\ble choix\b|ne veut pas|\bopt|sans ia\b|consent`)},
	{2, regexp.MustCompile(`qui decide|decid\w+|humain|machine qui|a ma place|automatique`)},
	{3, regexp.MustCompile(`\bbiais\w*|equit\w+|discrimin\w+ (?:de|par) (?:l' ?)?(?:ia|algo)|non-discrimination`)},
	{5, regexp.MustCompile(`transparen\w+|comment (?:fonctionne|marche)|expliqu\w+ (?:votre|l')|registre`)},
	{7, regexp.MustCompile(`energ\w+|ecolog\w+|environnement\w*|carbone|sobriete|planete|consomm\w+|pollu\w+`)},
	{6, regexp.MustCompile(`\bsecuris\w+|\bsecurite\b|pirat\w+|\battaques?\b|\bcyber\w*|\bdetourn\w+`)},
	{1, regexp.MustCompile(`\bfinalite|legitimite`)},
}

// ofLaw asks for the law, which has no principles with a number.
var ofLaw = regexp.MustCompile(`\b(?:lois?|articles?|code du travail|code penal|legislation|sanctions?|amendes?|peines?|embauch\w*|age|grossesse|enceinte|law)\b`)

func principleOf(folded string) int {
	if f := principlePattern.FindStringSubmatch(folded); f != nil {
		return int(number(f[1]))
	}
	if f := principleOrdinal.FindStringSubmatch(folded); f != nil {
		return ordinal(f[1])
	}
	if articleOf(folded) != "" || ofLaw.MatchString(folded) {
		return 0
	}
	found := 0
	for _, p := range principles {
		if p.words.MatchString(folded) {
			if found != 0 {
				return found // the first in the list is the surest
			}
			found = p.n
		}
	}
	return found
}

// ordinal is the rank that a word names, -1 for the last, 0 for none.
func ordinal(w string) int {
	if n, ok := ordinals[w]; ok {
		return n
	}
	w = strings.TrimRight(w, "eèmr")
	if n, err := strconv.Atoi(w); err == nil && n > 0 && n < 100 {
		return n
	}
	return 0
}

var ordinals = map[string]int{
	"premier": 1, "premiere": 1, "1er": 1, "1ere": 1, "second": 2, "seconde": 2, "deuxieme": 2, "troisieme": 3, "quatrieme": 4,
	"cinquieme": 5, "sixieme": 6, "septieme": 7, "huitieme": 8, "neuvieme": 9, "dixieme": 10, "dernier": -1, "derniere": -1,
}
