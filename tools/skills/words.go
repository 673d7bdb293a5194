package skills

import (
	_ "embed"
	"strings"
	"sync"
)

// The word lists, embedded as text so that people who know French but not Go
// can extend them.
var (
	//go:embed words/families.txt
	familiesText string
	//go:embed words/near.txt
	nearText string
	//go:embed words/generic.txt
	genericText string
	//go:embed words/phrases.txt
	phrasesText string
	//go:embed words/abbreviations.txt
	abbreviationsText string
	//go:embed words/activities.txt
	activitiesText string
	//go:embed words/titles.txt
	titlesText string
	//go:embed words/attitudes.txt
	attitudesText string
)

// words is the word lists, read once.
var words = sync.OnceValue(func() *wordLists {
	w := &wordLists{families: map[string]string{}, abbreviations: map[string][]string{}}
	for _, line := range lines(familiesText) {
		forms := strings.Fields(line)
		for _, form := range forms {
			w.families[form] = forms[0]
		}
	}
	// A rule may bring an inflected form to the same stem as a listed one:
	// « gérait » strips to what « gérer » strips to.
	for _, line := range lines(familiesText) {
		forms := strings.Fields(line)
		for _, form := range forms {
			if s := strip(form); w.families[s] == "" {
				w.families[s] = forms[0]
			}
		}
	}
	for _, line := range lines(abbreviationsText) {
		short, long, _ := strings.Cut(line, "=")
		w.abbreviations[strings.TrimSpace(short)] = strings.Fields(long)
	}
	return w
})

type wordLists struct {
	families      map[string]string
	abbreviations map[string][]string
}

// lines are the lines of a word list that are not comments.
func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out = append(out, line)
		}
	}
	return out
}
