package retrieval

import (
	_ "embed"
	"strings"
)

//go:embed elsewhere.txt
var elsewhereText string

// elsewhere is the prefix of the classes of what people ask that no corpus
// answers: the weather, a rent, a goal.
const elsewhere = "elsewhere:"

// Elsewhere gives sentences that no corpus answers, by class, for the built-in
// embedder to learn: what is nearer to them than to any passage is not to be
// answered with one.
func Elsewhere() map[string][]string {
	classes := map[string][]string{}
	class := ""
	for line := range strings.Lines(elsewhereText) {
		line = strings.TrimSpace(line)
		topic, heading := strings.CutPrefix(line, "## ")
		switch {
		case heading:
			class = elsewhere + topic
		case line != "" && class != "":
			classes[class] = append(classes[class], line)
		}
	}
	return classes
}
