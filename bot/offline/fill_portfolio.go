package offline

import (
	"regexp"
	"strings"
)

// portfolioWords reads what only a question about a portfolio says.
func portfolioWords(msg message, args map[string]any) {
	said := msg.plain
	if blocked.MatchString(said) {
		args["blocked"] = !notBlocked.MatchString(said)
	}
	switch {
	case inAlert.MatchString(said):
		args["alert"] = true
	case atRisk.MatchString(said) && !byRisk.MatchString(said):
		args["high"] = true
	}
	if inTension.MatchString(said) {
		args["tight"] = true
	}
	if closed.MatchString(said) {
		args["state"] = "closed"
	}
	if f := countedBy.FindStringSubmatch(said); f != nil {
		args["group"] = map[string]string{"met": "rome", "rom": "rome", "dom": "domain", "sec": "domain", "dep": "departement", "con": "contract", "typ": "contract"}[f[1][:3]]
	}
	if at := notCalled.FindStringIndex(said); at != nil {
		args["idle_days"] = days(said[at[1]:], 1)
	} else if f := openSince.FindStringSubmatch(said); f != nil {
		args["open_days"] = days(f[0], 1)
	}
}

// asksPortfolio are questions that only a portfolio answers, and that speak of
// days or of jobs as others do.
func asksPortfolio(said string) bool {
	return someOffers.MatchString(said) && (notCalled.MatchString(said) || openSince.MatchString(said)) ||
		strings.HasPrefix(said, "combien d") && countedBy.MatchString(said)
}

// days is how long words say that something has lasted, else otherwise.
func days(said string, otherwise int) int {
	f := lasting.FindStringSubmatch(said)
	if f == nil {
		return otherwise
	}
	n := number(f[1])
	switch f[2][0] {
	case 's':
		n *= 7
	case 'm':
		n *= 30
	}
	return int(min(max(n, 1), 3650))
}

var (
	someOffers = regexp.MustCompile(`\b(?:offres?|annonces?|celles?|lesquelles?)\b`)
	notBlocked = regexp.MustCompile(`\b(?:non|pas|sans)(?: les| de)? (?:bloqu|blocage)\w*`)
	atRisk     = regexp.MustCompile(`\ba (?:haut |fort |tres haut )?risques?\b|\brisque (?:eleve|fort)|\brouges?\b|\bprioritaires?\b|\ben priorite\b`)
	byRisk     = regexp.MustCompile(`\b(?:plus|moins) (?:a risque|prioritaires?)|(?:par|selon le|ordre de) (?:risque|priorite)`) // an order, no bound
	inAlert    = regexp.MustCompile(`\balertes?\b`)
	inTension  = regexp.MustCompile(`\ben (?:forte )?tension\b|\btendus?\b|\bpenuri\w*`)
	closed     = regexp.MustCompile(`\b(?:closes?|closees|cloturees?|fermees|pourvues)\b`)
	countedBy  = regexp.MustCompile(`\bpar (metiers?|code rome|rome|domaines?|secteurs?|departements?|depts?|contrats?|types? de contrats?)\b`)
	notCalled  = regexp.MustCompile(`\b(?:pas|plus|jamais|sans)\b(?: \S+){0,2}? (?:r?appel|re?contact|contact|relanc|visit|join|joint)\w*`)
	openSince  = regexp.MustCompile(`\b(?:ouvertes?|en ligne|deposees?|publiees?|trainent|vieilles) (?:depuis|il y a|de) (?:plus (?:de|d') )?(?:\d{1,3}|une?|deux|trois|quatre|six|dix) ?(?:jours?|semaines?|mois)`)
	lasting    = regexp.MustCompile(`\b(\d{1,3}|une?|deux|trois|quatre|cinq|six|sept|huit|dix) ?(jours?|semaines?|mois)\b`)
)
