package offline

import (
	"math"
	"regexp"
	"strings"
)

var (
	percentPattern  = regexp.MustCompile(`(\d{1,3})(?:[.,]\d+)? ?(?:%|pour ?cent|pourcents?|chances sur 100)`)
	fractionPattern = regexp.MustCompile(`(?:^|[ >=])0[.,](\d{1,3})\b`)
	chancesPattern  = regexp.MustCompile(`\b(\d|une?|deux|trois|quatre|cinq|six|sept|huit|neuf) (?:chances? )?sur (\d{1,2}|deux|trois|quatre|cinq|dix)\b`)
	abovePattern    = regexp.MustCompile(`(?:proba|risque|superieure?s? a|plus de|au-dessus de|au dela de|depass\w+|>=?|seuil(?: de| a)?|a partir d[eu]|mini\w*|plutot|tranche d[eu]) ?(?:a |> ?|de )?(\d{2})\b`)
)

// threshold is the probability that a text names: « 65 % », « 0,7 », « trois
// quarts », « six chances sur dix », « risque > 60 ».
func threshold(folded string) (float64, bool) {
	if f := spelledPercent.FindStringSubmatch(folded); f != nil {
		if n := spelled(f[1]); n > 0 && n <= 100 {
			return n / 100, true
		}
	}
	if f := shares.FindStringSubmatch(folded); f != nil {
		return map[string]float64{"trois quarts": 0.75, "deux tiers": 0.67, "un tiers": 0.33, "une sur deux": 0.5}[f[1]], true
	}
	if f := percentPattern.FindStringSubmatch(folded); f != nil {
		if n := number(f[1]); n > 0 && n <= 100 {
			return n / 100, true
		}
	}
	if f := fractionPattern.FindStringSubmatch(folded); f != nil {
		return number("0." + f[1]), true
	}
	if f := chancesPattern.FindStringSubmatch(folded); f != nil {
		if part, of := number(f[1]), number(f[2]); part > 0 && part < of {
			return math.Round(100*part/of) / 100, true
		}
	}
	if f := abovePattern.FindStringSubmatchIndex(folded); f != nil {
		rest := strings.TrimLeft(folded[f[1]:], " ")
		for _, unit := range []string{"jour", "j ", "mois", "an", "h", "km", "offres"} {
			if strings.HasPrefix(rest, unit) {
				return 0, false
			}
		}
		return number(folded[f[2]:f[3]]) / 100, true
	}
	return 0, false
}

// spelledPercent is a percentage in words: « quatre-vingt-dix pour cent ».
var (
	spelledPercent = regexp.MustCompile(`\b((?:vingt|trente|quarante|cinquante|soixante|quatre[- ]vingts?)(?:[- ](?:et[- ])?(?:une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|dix[- ](?:sept|huit|neuf)))?) ?(?:%|pour ?-?cents?|pourcents?)`)
	shares         = regexp.MustCompile(`\b(trois quarts|deux tiers|un tiers|une sur deux)\b`)
)

// spelled is the number that words up to a hundred say.
func spelled(words string) float64 {
	words = strings.NewReplacer("quatre-vingt", "huitante", "quatre vingt", "huitante").Replace(words)
	var n float64
	for _, w := range strings.FieldsFunc(words, func(r rune) bool { return r == ' ' || r == '-' }) {
		if ten := tens[w]; ten != 0 {
			n += ten
		} else {
			n += numerals[w]
		}
	}
	return n
}

var tens = map[string]float64{"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "huitante": 80, "huitantes": 80}
