package rome

import (
	_ "embed"
	"strings"
)

//go:embed around.txt
var aroundText string

var surroundings = func() (lines []string) {
	for line := range strings.Lines(aroundText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}()

// around is text as someone might ask for it, always the same for one text.
func around(text string) string {
	return strings.Replace(surroundings[draw(text)/Folds%len(surroundings)], "…", text, 1)
}
