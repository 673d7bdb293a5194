package rome

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed around.txt
var aroundText string

var surroundings = sync.OnceValue(func() (lines []string) {
	for line := range strings.Lines(aroundText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
})

// around is text as someone might ask for it, always the same for one text.
func around(text string) string {
	lines := surroundings()
	return strings.Replace(lines[draw(text)/Folds%len(lines)], "…", text, 1)
}
