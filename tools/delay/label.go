package delay

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"tandem/internal/fold"
)

// Labels of the public « Offres d'emploi v2 » shape. They have one form each,
// unlike what people write (package offers reads that).

var (
	durationLabel   = regexp.MustCompile(`(\d{1,4}) (jour|mois|an)`)
	payLabel        = regexp.MustCompile(`^(mensuel|horaire|annuel) de (\d{1,7}(?:\.\d+)?) euros(?: a (\d{1,7}(?:\.\d+)?) euros)?(?: sur (\d{1,2}(?:\.\d+)?) mois)?`)
	experienceLabel = regexp.MustCompile(`^(\d{1,3}) (mois|an)`)
)

// durationOf is in months: « CDD - 6 Mois » is 6. 0 is unknown.
func durationOf(label string) float64 {
	m := durationLabel.FindStringSubmatch(fold.String(label))
	if m == nil {
		return 0
	}
	n, _ := decimal(m[1])
	switch m[2] {
	case "jour":
		return n / 30.4
	case "an":
		return n * 12
	}
	return n
}

// salaryOf is in euros a year, the middle of a range; monthly pay « sur 13
// mois » is paid thirteen times. 0 is unknown.
func salaryOf(label string) float64 {
	m := payLabel.FindStringSubmatch(fold.String(label))
	if m == nil {
		return 0
	}
	low, _ := decimal(m[2])
	high := low
	if m[3] != "" {
		high, _ = decimal(m[3])
	}
	paid := 12.0
	if n, ok := decimal(m[4]); ok && n >= 12 && n <= 16 {
		paid = n
	}
	switch amount := (low + high) / 2; m[1] {
	case "horaire":
		return amount * fullTime * 52
	case "mensuel":
		return amount * paid
	default:
		return amount
	}
}

// experienceOf is in years: « Débutant accepté » is 0, nil unknown.
func experienceOf(label string) *float64 {
	f := fold.String(label)
	if strings.HasPrefix(f, "debutant") {
		return new(float64)
	}
	m := experienceLabel.FindStringSubmatch(f)
	if m == nil {
		return nil
	}
	n, _ := decimal(m[1])
	if m[2] == "mois" {
		n /= 12
	}
	return &n
}

// departementOf a postcode.
func departementOf(postcode string) string {
	if len(postcode) != 5 || strings.Trim(postcode, "0123456789") != "" {
		return ""
	}
	switch {
	case strings.HasPrefix(postcode, "97"), strings.HasPrefix(postcode, "98"):
		return postcode[:3]
	case postcode[:2] == "20" && postcode[2] <= '1':
		return "2A"
	case postcode[:2] == "20":
		return "2B"
	}
	return postcode[:2]
}

// decimal reads a plain number; not infinities, nor NaN.
func decimal(s string) (float64, bool) {
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil && !math.IsNaN(x) && !math.IsInf(x, 0)
}
