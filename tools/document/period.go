package document

import (
	"regexp"
	"unicode"
)

// period matches a date or a time span as CVs write them, and nothing more:
// « 2019 – 2022 », « depuis mars 2020 », « 03/2018 - 06/2019 », « (2 ans) ».
var period = regexp.MustCompile(`(?i)^[\s(]*(?:(?:depuis|de|du|à|au|en|jusqu'à|jusqu'en|dès|aujourd'hui|aujourd’hui|présent|actuel|actuellement|ce jour|jour|en cours|an|ans|mois|année|été|hiver|printemps|automne|` +
	`janv|févr|fév|avr|juil|sept|oct|nov|déc|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|jan|jui|aoû|sep|\d{1,4}|er|[-–—/.,:&()→>]|\s)+)$`)

// isPeriod reports whether text is a date or a time span.
func isPeriod(text string) bool {
	if len(text) > 60 || !period.MatchString(text) {
		return false
	}
	for _, r := range text {
		if unicode.IsDigit(r) {
			return true
		}
	}
	return false
}

func letters(pieces []piece) int {
	n := 0
	for _, p := range pieces {
		for _, w := range p.words {
			for _, r := range w.text {
				if unicode.IsLetter(r) || unicode.IsDigit(r) {
					n++
				}
			}
		}
	}
	return n
}
