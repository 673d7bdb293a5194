package offline

import (
	"strings"

	"tandem/internal/fold"
	"tandem/tools/offers"
)

// prepositions after which a name is a place.
var placeWords = set("a au aux en dans sur vers pres region cote secteur autour bassin de du d' l' la le les departement dpt dept coin et ou")

// readPlace finds the place of a message. Names that are words too ("var",
// "lot", "macon", "tours") count only after a preposition of place.
func readPlace(m message) place {
	var found place
	toks := tokenise(m.fold.Folded)
next:
	for i := 0; i < len(toks); i++ {
		if found.departement == "" && isCode(m, toks, i) {
			found.departement = strings.ToUpper(toks[i].text)
			continue
		}
		for n := min(6, len(toks)-i); n >= 1; n-- {
			name := joinTokens(toks[i : i+n])
			if _, region := regions[name]; region {
				i += n - 1 // « Pays de la Loire » is not la Loire
				continue next
			}
			code, isDep := departements[name]
			town, isTown := towns[name]
			if !isDep && !isTown || !placed(m, toks, i, name, n) {
				continue
			}
			if isDep && found.departement == "" {
				found.departement = code
			} else if isTown && found.town == "" {
				start, end := m.fold.Span(toks[i].start, toks[i+n-1].end)
				found.town, found.inferred = m.raw[start:end], town
			}
			i += n - 1
			continue next
		}
	}
	if found.town == "" {
		found.town = capitalisedPlace(m, toks)
	}
	if found.town == "" && found.departement == "" { // « serveur La Baule »
		if said := offers.Parse(m.raw); said.Town != "" && !ambiguous[fold.String(said.Town)] {
			found.town, found.inferred = said.Town, said.Departement
		}
	}
	return found
}

// placed reports whether the name at token i is used as a place.
func placed(m message, toks []token, i int, name string, n int) bool {
	if len(name) < 3 || i > 0 && strings.HasSuffix(toks[i-1].text, "'") && strings.Contains(toks[i-1].text, "-") {
		return false // « Isère » of Val-d'Isère
	}
	prev, before := "", ""
	if i > 0 {
		prev = toks[i-1].text
	}
	if i > 1 {
		before = toks[i-2].text
	}
	if ambiguous[name] {
		switch prev {
		case "a", "vers", "pres", "en":
			return true
		case "le", "la", "les", "l'":
			return before == "dans" || before == "sur" || before == "pour" || before == "vers" || before == "seulement"
		case "sur":
			return upperAt(m, toks[i])
		}
		_, departement := departements[name]
		return departement && n == 1 && i > 0 && upperAt(m, toks[i]) && m.raw != strings.ToUpper(m.raw) // « cariste, Somme »
	}
	if _, departement := departements[name]; departement {
		return true
	}
	_, prepared := placeWords[prev]
	return prepared || n > 1 || strings.Contains(name, "-") || upperAt(m, toks[i])
}

func placeBefore(prev string) bool {
	return prev == "a" || prev == "sur" || prev == "vers" || prev == "pres"
}

var regions = set("pays-de-la-loire centre-val-de-loire val-de-loire hauts-de-france grand-est nouvelle-aquitaine rhone-alpes auvergne-rhone-alpes ile-de-france bourgogne-franche-comte normandie bretagne occitanie provence-alpes-cote-d'azur")

// ambiguous names are words too.
var ambiguous = func() map[string]bool {
	m := map[string]bool{}
	for w := range set("macon tours orange sens lens dole laval vienne valence thiers moulins lourdes saintes cher nord manche var lot orne gap foix ain aube landes loire somme creuse tulle auch dax bron chaumont laon menton grasse ales le-port saint-denis saint-louis saint-pierre rochefort istres arras vichy gard marne aude") {
		m[w] = true
	}
	return m
}()

// isCode reports whether token i is a département's number as people write it:
// « dans le 93 », « dépt 13 », « du 29 », « (44) », « le 2A ».
func isCode(m message, toks []token, i int) bool {
	t := toks[i]
	if len(t.text) < 2 || len(t.text) > 3 || !codes[strings.ToUpper(t.text)] || i == 0 {
		return false
	}
	if i+1 < len(toks) {
		if _, unit := units[toks[i+1].text]; unit {
			return false
		}
	}
	rest := m.fold.Folded[t.end:]
	if hasUnit(rest) || len(rest) > 1 && strings.ContainsRune(",./", rune(rest[0])) && rest[1] >= '0' && rest[1] <= '9' {
		return false
	}
	if m.fold.Folded[t.start-1] == '(' && strings.HasPrefix(rest, ")") {
		return true
	}
	if t.text == "2a" || t.text == "2b" {
		return true
	}
	prev, before := toks[i-1].text, ""
	if i > 1 {
		before = toks[i-2].text
	}
	switch prev {
	case "rurale", "zone", "secteur", "bassin":
		return true
	case "departement", "dpt", "dept", "dep", "depts", "departements":
		return true
	case "le", "la":
		switch before {
		case "dans", "ds", "sur", "pour", "pr", "vers", "seulement", "que", "mais", "tout", "juste", "et", "plutot":
			return !follows(toks, i, dates)
		}
		return t.text[1] == 'a' || t.text[1] == 'b'
	case "du", "tout":
		return true
	}
	if alone(m, toks, i) {
		return true
	}
	if _, town := towns[prev]; town {
		return true
	}
	return isHead(prev) // « cuisinier 17 »
}

// alone reports whether a number stands between marks of its own, as in a list:
// « cariste, MIS, 59 : délai ? », « 74, CDI ».
func alone(m message, toks []token, i int) bool {
	t := toks[i]
	before := strings.TrimRight(m.fold.Folded[:t.start], " ")
	after := strings.TrimLeft(m.fold.Folded[t.end:], " ")
	marked := before == "" || strings.ContainsAny(before[len(before)-1:], ",;:»/")
	return marked && (after == "" || strings.ContainsAny(after[:1], ",;:?"))
}

// follows reports whether the word after token i is one of a set.
func follows(toks []token, i int, set map[string]struct{}) bool {
	if i+1 >= len(toks) {
		return false
	}
	_, ok := set[toks[i+1].text]
	return ok
}

var dates = set("janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre e eme h")

func hasUnit(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	return strings.HasPrefix(rest, "%") || strings.HasPrefix(rest, "€")
}

var units = set("au ans an annee annees mois jours jour semaines semaine heures heure h euros euro premieres premiers km offres personnes pourcent")

// goesOn reports whether a name goes on with the next word: "Le Mans", "Val-d'Isère".
func goesOn(m message, t, next token) bool {
	if strings.HasSuffix(t.text, "'") {
		return next.start == t.end && strings.Contains(t.text, "-")
	}
	return next.start == t.end+1 && (m.fold.Folded[t.end] == '-' || upperAt(m, next))
}

// capitalisedPlace is a town that is not in the table: capital letter after « à ».
func capitalisedPlace(m message, toks []token) string {
	for i := 1; i < len(toks); i++ {
		if !placeBefore(toks[i-1].text) {
			continue
		}
		start, _ := m.fold.Span(toks[i].start, toks[i].end)
		first := m.raw[start:]
		if !startsUpper(first) || len(toks[i].text) < 3 {
			continue
		}
		j := i
		for j+1 < len(toks) && goesOn(m, toks[j], toks[j+1]) {
			j++
		}
		_, end := m.fold.Span(toks[i].start, toks[j].end)
		return m.raw[start:end]
	}
	return ""
}
