package skills

import (
	_ "embed"
	"strconv"
	"strings"
)

// experience of a label: in how many texts to tune on it was found, and in how
// many rightly.
type experienced struct{ seen, right int32 }

// rate is how often it is right, believed as far as it was seen.
func (x experienced) rate() float32 {
	const usual, doubt = 0.2, 3
	return (float32(x.right) + usual*doubt) / (float32(x.seen) + doubt)
}

//go:embed known.txt
var knownText string

// readKnown reads what is known of labels, and gives the words that texts have
// for them, by code.
func (e *Engine) readKnown(text string) map[string][]string {
	e.known = make([]experienced, len(e.byCode))
	heard := map[string][]string{}
	for _, row := range lines(text) {
		f := strings.Split(row, "\t")
		id, ok := e.byCode[f[0]]
		if !ok {
			continue
		}
		seen, _ := strconv.Atoi(f[1])
		right, _ := strconv.Atoi(f[2])
		e.known[id] = experienced{int32(seen), int32(right)}
		if len(f) > 3 {
			heard[f[0]] = strings.Split(f[3], " | ")
		}
	}
	return heard
}
