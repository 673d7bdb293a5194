package offers

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"

	"tandem/internal/fold"
)

//go:embed places.tsv
var placesTSV string

// place is what a phrase of the table stands for. A region names no
// département: it is in the table so that « Pays de la Loire » is not « Loire ».
type place struct {
	departement, town string
	stated            bool // said to be where the post is
	everyday          bool // also an everyday word: counts only where the sentence places it
}

var (
	departementNames = map[string]string{}
	places           = map[string][]place{} // by folded phrase
	longestPlace     = 1
)

var regions = []string{
	"pays de la loire", "centre val de loire", "val de loire", "nord pas de calais", "provence alpes cote d azur", "ile de france",
	"hauts de france", "auvergne rhone alpes", "rhone alpes", "champagne ardenne", "champagne ardennes", "alsace lorraine", "bords de loire", "bords de marne",
	"vallee du rhone", "sud loire", "nord loire", "nord isere", "grand paris", "cote d argent",
}

func init() {
	add := func(name string, p place) {
		name, p.everyday = strings.CutSuffix(strings.TrimSpace(name), "?")
		if p.town != "" {
			p.town = name
		}
		key := strings.Join(words(name), " ")
		places[key] = append(places[key], p)
		longestPlace = max(longestPlace, strings.Count(key, " ")+1)
	}
	for line := range strings.Lines(placesTSV) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if line[0] == '#' || len(cells) != 3 {
			continue
		}
		code := cells[0]
		departementNames[code] = strings.TrimSuffix(cells[1], "?")
		for town := range strings.SplitSeq(cells[2], ",") {
			add(town, place{departement: code, town: "yes"})
		}
		if cells[1] != "Paris" { // the town says it already
			add(cells[1], place{departement: code})
		}
	}
	for _, r := range regions {
		add(r, place{})
	}
}

// DepartementName is the name of the département of that code, or "".
func DepartementName(code string) string { return departementNames[strings.ToUpper(code)] }

// Departement reads a département as people write it: a code (44, 2a, 974), a
// postal code, a name, or a town of the table. It is "" when it is none.
func Departement(said string) string {
	s := strings.ToUpper(strings.TrimSpace(said))
	if len(s) == 1 {
		s = "0" + s
	}
	if _, ok := departementNames[s]; ok {
		return s
	}
	if code := ofPostalCode(s); code != "" {
		return code
	}
	key := strings.Join(words(said), " ")
	for _, key := range []string{key, "la " + key} { // La Réunion
		if p := places[key]; len(p) > 0 {
			return p[0].departement
		}
	}
	code, _ := findPlace(fold.String(said))
	return code
}

// ofPostalCode is the département of five digits, or "".
func ofPostalCode(s string) string {
	if len(s) != 5 || strings.Trim(s, "0123456789") != "" {
		return ""
	}
	code := s[:2]
	switch {
	case code == "97":
		code = s[:3]
	case code == "20" && s < "20200":
		code = "2A"
	case code == "20":
		code = "2B"
	}
	if _, ok := departementNames[code]; ok {
		return code
	}
	return ""
}

var (
	postalCode = regexp.MustCompile(`(?:^|[^\d.,])(\d{5})(?:[^\d.,€]|[.,](?:\D|$)|$)`)
	// A département by its number, where the writing says that it is one.
	numbered = regexp.MustCompile(`(?m)^(\d{2}|2[ab]|97[12346]) - \p{L}` +
		`|\((\d{2}|2[ab]|97[12346])\)` +
		`|\b(?:dans|sur|vers|pour) le (\d{2}|2[ab]|97[12346])\b` +
		`|\b(?:departement|dept|dep|dpt)\.? ?(?:du |de la |de |le |n° ?|: ?)?(\d{2}|2[ab]|97[12346])\b` +
		`|\ben (2[ab]|97[12346])\b` +
		`|[,;] ?(\d{2}|2[ab]|97[12346]) ?(?:$|[,;.?!\n])`)
	notPostal  = regexp.MustCompile(`(?:ref\w*|n°|no|numero|offre|€|euros?|salaire|remuneration|de|entre|capital|siret|ape|naf)[ :.]*$`)
	moneyAfter = regexp.MustCompile(`^[ ]*(?:€|euros?\b|eur\b|k\b|brut|net\b|a \d|-|/ ?an|par an|annuel|habitants|m2|km|pieces|salaries|clients)`)
)

const longText = 400 // bytes: more than a question

// findPlace finds where an offer is. Codes outweigh names; among names the
// first wins. f is folded; both results may be empty.
func findPlace(f string) (departement, town string) {
	for _, m := range postalCode.FindAllStringSubmatchIndex(f, 8) {
		if code := ofPostalCode(f[m[2]:m[3]]); code != "" && !moneyAfter.MatchString(f[m[3]:]) && !amountBefore(f[:m[2]], f[m[3]:]) {
			departement = code
			break
		}
	}
	if departement == "" {
	search:
		for _, m := range numbered.FindAllStringSubmatch(f, 8) {
			for _, group := range m[1:] {
				if _, ok := departementNames[strings.ToUpper(group)]; ok {
					departement = strings.ToUpper(group)
					break search
				}
			}
		}
	}
	found := namedPlaces(words(f))
	if departement == "" {
		if len(found) == 0 {
			return "", ""
		}
		for _, p := range found {
			if p.stated {
				return p.departement, p.town
			}
		}
		// A long text that names several without saying which speaks of clients,
		// head offices and candidates too.
		for _, p := range found[1:] {
			if len(f) > longText && p.departement != found[0].departement {
				return "", ""
			}
		}
		return found[0].departement, found[0].town
	}
	for _, p := range found {
		if p.departement == departement && p.town != "" {
			return departement, p.town
		}
	}
	return departement, ""
}

// amountBefore reports whether five digits read as money or a number of
// something: « salaire 35000 », but « à 35000 Rennes » is a place.
func amountBefore(before, after string) bool {
	if !notPostal.MatchString(before[max(0, len(before)-24):]) {
		return false
	}
	return len(namedPlaces(words(after[:min(len(after), 40)]))) == 0
}

// namedPlaces are the places named, in order, département and town.
func namedPlaces(w []string) []place {
	var out []place
	for i := 0; i < len(w) && len(out) < 8; i++ {
		for n := min(longestPlace, len(w)-i); n > 0; n-- {
			candidates := places[strings.Join(w[i:i+n], " ")]
			if len(candidates) == 0 {
				continue
			}
			for _, p := range candidates {
				if p.departement != "" && placed(w, i, n, p) {
					p.stated = slices.ContainsFunc(w[max(0, i-4):i], func(x string) bool { return slices.Contains(workplace, x) })
					out = append(out, p)
				}
			}
			i += n - 1
			break
		}
	}
	return out
}

var (
	workplace = []string{"poste", "base", "basee", "bases", "situe", "situee", "lieu", "localisation", "secteur", "affecte", "affectee"}
	streets   = []string{"rue", "avenue", "boulevard", "route", "gare", "place", "quai", "bd", "av", "chemin", "chez", "lycee", "universite", "savon"}
	onRivers  = []string{"sur", "bord", "bords", "vallee", "canal"}
)

// placed reports whether the n words at i stand there as a place.
func placed(w []string, i, n int, p place) bool {
	before := func(k int) string {
		if i-k < 0 {
			return ""
		}
		return w[i-k]
	}
	next := ""
	if i+n < len(w) {
		next = w[i+n]
	}
	if slices.Contains(streets, before(1)) || slices.Contains([]string{"de", "d", "des", "du"}, before(1)) && slices.Contains(streets, before(2)) {
		return false
	}
	if p.town == "" && n == 1 && slices.Contains(onRivers, before(1)) {
		return false // Chalon-sur-Saône and its like
	}
	if !p.everyday {
		return true
	}
	if strings.EqualFold(next, p.departement) {
		return true // « Creuse (23) »
	}
	if slices.Contains([]string{"de", "du", "des", "d", "est", "ouest", "et"}, next) {
		return false // « dans le nord de la ville », « à la réunion de service »
	}
	if p.town != "" {
		return slices.Contains([]string{"a", "vers", "pres"}, before(1)) || before(1) == "sur" && before(2) != "donne"
	}
	if n > 1 { // « la Réunion » holds its article
		return slices.Contains([]string{"a", "de", "sur", "dans"}, before(1))
	}
	article := slices.Contains([]string{"le", "la", "l"}, before(1)) && before(2) == "dans"
	return article || slices.Contains([]string{"departement", "dept"}, before(1)) || before(2) == "departement" || before(3) == "departement"
}

// words are the folded words of s, with « st » and « ste » written out.
func words(s string) []string {
	w := strings.FieldsFunc(fold.String(s), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
	})
	for i, x := range w {
		switch x {
		case "st":
			w[i] = "saint"
		case "ste":
			w[i] = "sainte"
		}
	}
	return w
}
