package offers

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	bothSexes = regexp.MustCompile(`(?i)\(?\b[hf] ?/ ?[fh]\b\)?(?: ?/ ?x)?`)
	asksOr    = regexp.MustCompile(`(?i)^\s*(?:pourquoi|est[- ]ce|combien|bonjour|bonsoir|slt|salut|bjr|voici|merci|peux|pouvez|explique|mon annonce|mon offre|risque|nous |notre |je |j'|vous |la societe|l'entreprise|urgent\b\W*$)`)
)

// title guesses the line that reads like the title of an offer; "" when no line
// does. The words are the text's own.
func title(text string) string {
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	for i, line := range lines {
		if i == 8 {
			break
		}
		line = strings.Trim(line, " \t-–—*#:•\u00a0")
		line = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(line, "Intitulé :"), "Poste :"))
		if m := bothSexes.FindStringIndex(line); m != nil && m[0] > 2 && m[0] <= 80 && utf8.RuneCountInString(line[:m[0]]) <= 80 && !asksOr.MatchString(line) {
			if utf8.RuneCountInString(line) > 90 || strings.ContainsAny(line[m[1]:], ".,;!?") {
				line = line[:m[1]]
			}
			return strings.TrimSpace(line)
		}
		n := utf8.RuneCountInString(line)
		if i == 0 && len(lines) > 1 && n >= 4 && n <= 90 && !strings.ContainsAny(line, "?.!,;") && !asksOr.MatchString(line) {
			return line
		}
	}
	return ""
}
