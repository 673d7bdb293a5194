package offers

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"tandem/tools/delay"
)

const (
	netShare  = 0.78 // net pay of gross, roughly, private sector
	leastYear = 2_000.0
	mostYear  = 400_000.0
)

var (
	digits   = `(\d{1,3}(?:[ .]\d{3})+(?:,\d{1,2})?\b|\d+(?:[.,]\d{1,2})?)`
	currency = `(€ ?\d{0,2}\b|€|euros?\b|eur\b|e\b)?`
	kilo     = `(k(?:€|e\b|eur\w*|\b))?`
	tailWord = `brut\w*|nets?|nette|par|de|l'|le|la|l|un|une|selon|sur|x|a|sur une base de|1[2-6](?:[.,]\d+)?|mois|mensuel\w*|mens|heures?|lheure|horaires?|hr|h|ans?|annee|annuel\w*|jour\w*|semaine|taux|/`
	money    = regexp.MustCompile(digits + ` ?` + kilo + ` ?` + currency + `(?: ?(?:a|au?|-|et|/|ou) ?` + digits + ` ?` + kilo + ` ?` + currency + `)?((?:[ .,:(/]*(?:` + tailWord + `)\b)*)`)

	payBefore   = regexp.MustCompile(`\b(?:salaires?|remuneration|remunere\w*|pay[ee]\w*|paie|paye|smic|taux|brut\w*|net|gagn\w*|propos\w*|mets?|touch\w*)[^.\n\d]{0,24}$`)
	otherMoney  = regexp.MustCompile(`\b(?:primes?|paniers?|tickets?|titres?|indemnit\w*|mutuelle|frais|apport|capital|chiffre|ca|cheques?|bons? de|remises?|droit|droits|budget|caution|cadeaux?|investi\w*|subvention|participation|interessement|amende|virement|valeur|plafond|deplacement\w*|avantages?)\b[^.\n\d]{0,36}$`)
	periodYear  = regexp.MustCompile(`\b(?:annuel\w*|annee|ans?)\b|/ ?an\b`)
	periodMonth = regexp.MustCompile(`\b(?:mensuel\w*|mois|mens)\b`)
	periodHour  = regexp.MustCompile(`\bhoraires?\b|\b(?:l'|par |a l'|de l'|l )heure|\blheure\b|\bpar h\b|/ ?h(?:r|eure)?\b|\bh\b|\bhr\b`)
	barePeriod  = regexp.MustCompile(`^[ ]*h(?:eures?|r)?\b`)
	monthsPaid  = regexp.MustCompile(`(?:sur|x) ?(1[2-6](?:[.,]\d+)?)(?: ?mois)?`)
	prefixed    = regexp.MustCompile(`\b(annuel|mensuel|horaire)(?:le)?(?: brut\w*)?(?: :| de| entre| minimum)*\s*$|\btaux horaire[^.\n\d]{0,12}$`)
	minimumWage = regexp.MustCompile(`\b(?:salaire|remuneration|remunere\w*|paye\w*|pay|au|smic|tarif)\b[^.\n\d%]{0,16}\bsmic\b|\bsmic (?:horaire|mensuel|brut|hotelier)`)
)

// salary is the gross pay offered, in euros a year; the middle of a range. An
// amount without a period is taken for the one its size suggests. Bonuses,
// meal vouchers and turnover are not pay.
func salary(f string, hours float64) float64 {
	if hours == 0 {
		hours = legalWeek
	}
	best, bestEvidence := 0.0, 0
	for _, m := range money.FindAllStringSubmatchIndex(f, 64) {
		if m[0] > 0 && (isDigit(f[m[0]-1]) || f[m[0]-1] >= 'a' && f[m[0]-1] <= 'z') {
			continue // the end of a code
		}
		if year, evidence := payOf(f, m, hours); evidence > bestEvidence && year >= leastYear && year <= mostYear {
			best, bestEvidence = year, evidence
		}
	}
	if best == 0 && minimumWage.MatchString(f) {
		best = delay.SMICHour * hours * 52
	}
	return math.Round(best)
}

// payOf weighs one amount: its gross yearly value and how much says that it is
// pay at all.
func payOf(f string, m []int, hours float64) (year float64, evidence int) {
	before := f[max(0, m[0]-36):m[0]]
	if i := strings.LastIndexByte(before, '\n'); i >= 0 {
		before = before[i+1:]
	}
	if otherMoney.MatchString(before) || strings.HasPrefix(strings.TrimSpace(f[m[1]:min(len(f), m[1]+2)]), "%") {
		return 0, 0
	}
	value, tail := rangeMiddle(f, m), group(f, m, 7)
	hasCurrency := currencyOf(group(f, m, 3), value) || currencyOf(group(f, m, 6), value)
	hasK := group(f, m, 2) != "" || group(f, m, 5) != ""
	gross := strings.Contains(tail, "brut")
	net := !gross && (strings.Contains(tail, "net") || strings.HasSuffix(strings.TrimSpace(before), " net"))
	announced := payBefore.MatchString(before)

	paid := 12.0
	if p := monthsPaid.FindStringSubmatch(tail); p != nil {
		paid = decimalNumber(p[1])
		tail = strings.Replace(tail, p[0], "", 1)
	}
	period := ""
	prefix := prefixed.FindStringSubmatch(before)
	switch {
	case prefix != nil && prefix[1] == "annuel":
		period = "year"
	case prefix != nil && prefix[1] == "mensuel":
		period = "month"
	case prefix != nil:
		period = "hour"
	case strings.Contains(tail, "jour"), strings.Contains(tail, "semaine"):
		return 0, 0 // a day rate says nothing of a year
	case periodHour.MatchString(tail):
		if barePeriod.MatchString(tail) && !hasCurrency && !gross && !net {
			return 0, 0 // « 35 h »
		}
		period = "hour"
	case periodMonth.MatchString(tail):
		period = "month"
	case periodYear.MatchString(tail):
		period = "year"
	}
	if hasCurrency || hasK {
		evidence++
	}
	if gross || net {
		evidence += 2
	}
	if announced || prefix != nil {
		evidence++
	}
	if period == "hour" && value >= 8 && value <= 90 {
		evidence++ // « 11,50 de l'heure » needs no currency
	}
	if evidence == 0 {
		return 0, 0
	}
	if period != "" {
		evidence++
	}
	if hasK && value < 1000 {
		value *= 1000
	}
	if period == "" {
		switch {
		case value >= 8 && value <= 90 && !hasK && evidence > 1:
			period = "hour"
		case value >= 400 && value < 12_000:
			period = "month"
		case value >= 12_000:
			period = "year"
		}
	}
	switch { // records often name the wrong period
	case period == "month" && value >= 8 && value <= 90 && !hasK:
		period = "hour"
	case period == "hour" && value >= 400 && value < 12_000:
		period = "month"
	}
	switch period {
	case "hour":
		if value < 8 || value > 150 {
			return 0, 0
		}
		year = value * hours * 52
	case "month":
		year = value * paid
	case "year":
		year = value
	}
	if net {
		year /= netShare
	}
	return year, evidence
}

// currencyOf reports whether what follows a number is a currency. A lone « e »
// is one after an amount, an ordinal after a small number.
func currencyOf(word string, value float64) bool {
	return word != "" && (word != "e" || value >= 400)
}

// rangeMiddle is the middle of an amount that may be a range; a first number
// out of proportion with the second is not its lower end.
func rangeMiddle(f string, m []int) float64 {
	a, b := withCents(group(f, m, 1), group(f, m, 3)), withCents(group(f, m, 4), group(f, m, 6))
	if b == 0 {
		return a
	}
	if group(f, m, 5) != "" && group(f, m, 2) == "" && a >= 1000 {
		a /= 1000
	}
	if a < b/3 || a > b*3 {
		return b
	}
	return (a + b) / 2
}

// withCents reads 12€50.
func withCents(number, currency string) float64 {
	n := decimalNumber(number)
	if cents := strings.TrimSpace(strings.TrimPrefix(currency, "€")); n < 100 && len(cents) == 2 && isDigit(cents[0]) {
		n += decimalNumber(cents) / 100
	}
	return n
}

// decimalNumber reads 2 100, 2.100, 11,50 and 11.50; 0 when it is no number.
func decimalNumber(s string) float64 {
	whole, fraction := s, ""
	if i := strings.LastIndexAny(s, ".,"); i >= 0 && (len(s)-i-1 != 3 || s[i] == ',') {
		whole, fraction = s[:i], s[i+1:]
	}
	whole = spaceless.Replace(whole)
	n, err := strconv.ParseFloat(whole+"."+fraction+"0", 64)
	if err != nil || math.IsInf(n, 0) {
		return 0
	}
	return n
}

var spaceless = strings.NewReplacer(" ", "", ".", "")

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
