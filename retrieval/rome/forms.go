package rome

import (
	"regexp"
	"strings"
)

// forms returns the masculine and the feminine form of a ROME title, or the
// title alone when it has one form. ROME writes what both share once, after
// the feminine: "Agent / Agente d'entretien" stands for "Agent d'entretien"
// and "Agente d'entretien".
func forms(title string) []string {
	left, right, two := strings.Cut(title, " / ")
	if !two || strings.Contains(right, " / ") {
		return []string{title}
	}
	n, words := len(strings.Fields(left)), strings.Fields(right)
	if len(words) < n {
		return []string{title}
	}
	return []string{strings.Join(append([]string{left}, words[n:]...), " "), right}
}

var (
	ending  = regexp.MustCompile(`(\pL)\(\p{Ll}{1,7}\)`)                            // Conducteur(trice)
	acronym = regexp.MustCompile(` ?(?:\(([\p{Lu}\d]{2,8})\)|-([\p{Lu}\d]{2,8})-)`) // (ASH), -TIG-
)

// names are what people call a title exactly: its forms, without the acronym
// that ROME adds, and the acronym itself.
func names(title string) []string {
	var out []string
	for _, form := range forms(ending.ReplaceAllString(title, "$1")) {
		out = append(out, form)
		if short := acronym.ReplaceAllString(form, ""); short != form && short != "" {
			out = append(out, short)
		}
	}
	for _, m := range acronym.FindAllStringSubmatch(title, -1) {
		out = append(out, m[1]+m[2])
	}
	return out
}
