package skills

import (
	_ "embed"
	"strconv"
	"strings"
)

// experienced says of a label, or of what shows it, in how many texts to tune on
// it was found, and in how many rightly.
type experienced struct{ seen, right int32 }

// rate is how often it is right, believed as far as it was seen.
func (x experienced) rate() float32 { return x.against(0.2, 3) }

// against is the rate of what is usually right so often, which doubt sightings
// would outweigh.
func (x experienced) against(usual, doubt float32) float32 {
	return (float32(x.right) + usual*doubt) / (float32(x.seen) + doubt)
}

// showing is a label and the stem of a word that it was found by: « sst » shows
// « Sauvetage Secourisme au Travail (SST) », whatever the trade.
type showing struct {
	label int32
	stem  string
}

// In place of a label: any that a word shows, and any whose label begins with it.
const (
	anyLabel  = -1 // « * » in known.txt
	beginning = -2 // « ^ »
)

var marks = map[string]int32{"*": anyLabel, "^": beginning}

// knowledge is what is known of labels from texts.
type knowledge struct {
	labels []experienced // by label
	words  map[showing]experienced
}

// proven is how often a label was right where words showed it: the word that says
// most for it, the one that says least, and how often any was seen. A word seen
// once proves nothing.
func (x *knowledge) proven(label int32, stems []string) (most, least float32, seen int32) {
	const doubt = 2
	usual := x.labels[label].rate()
	most, least = 0, 1
	for _, stem := range stems {
		w := x.words[showing{label, stem}]
		if w.seen < seldom {
			continue
		}
		seen += w.seen
		rate := w.against(usual, doubt)
		most, least = max(most, rate), min(least, rate)
	}
	if seen == 0 {
		return usual, usual, 0
	}
	return most, least, seen
}

// usual is how often labels are right that words show, whichever: the most of the
// words; and those that begin as this one does.
func (x *knowledge) usual(stems []string, begins string) (shown, begun float32) {
	for _, stem := range stems {
		shown = max(shown, x.words[showing{anyLabel, stem}].rate())
	}
	return shown, x.words[showing{beginning, begins}].rate()
}

// begins is the stem of the first word of a label.
func (l *label) begins() string {
	if words := wordsOf(l.item.Label); len(words) > 0 {
		return deep(words[0].word)
	}
	return ""
}

// seldom is how often a word must have been seen for known.txt to tell of it.
const seldom = 2

// shownBy are the stems of the words that a label was found by.
func (e *Engine) shownBy(p *page, c *candidate) (out []string) {
	for _, t := range p.clauses[c.clause].tokens {
		if t.start < c.places[0][0] || t.end > c.places[0][1] || t.apart || empty[t.word] {
			continue
		}
		out = append(out, e.deep(t.word))
	}
	return out
}

//go:embed known.txt
var knownText string

// readKnown reads what is known of labels, and gives the words that texts have
// for them, by code.
func (e *Engine) readKnown(text string) map[string][]string {
	e.known = knowledge{make([]experienced, len(e.byCode)), map[showing]experienced{}}
	heard := map[string][]string{}
	for _, row := range lines(text) {
		f := strings.Split(row, "\t")
		id, ok := e.byCode[f[0]]
		if ok {
			e.known.labels[id] = counted(f[1], f[2])
		} else if id, ok = marks[f[0]]; !ok {
			continue
		}
		if len(f) > 3 && f[3] != "" {
			heard[f[0]] = strings.Split(f[3], " | ")
		}
		if len(f) > 4 {
			for _, word := range strings.Fields(f[4]) {
				if w := strings.Split(word, ":"); len(w) == 3 {
					e.known.words[showing{id, w[0]}] = counted(w[1], w[2])
				}
			}
		}
	}
	return heard
}

func counted(seen, right string) experienced {
	s, _ := strconv.Atoi(seen)
	r, _ := strconv.Atoi(right)
	return experienced{int32(s), int32(r)}
}
