package delay

import (
	"bufio"
	"encoding/json"
	"io"
	"reflect"
	"strings"

	"tandem/internal/fault"
)

// PairScore is how often a model ranks two offers as a published figure does.
// A tie is wrong. By holds the accuracy by the fact in which the pair differs,
// « plusieurs » when by several.
type PairScore struct {
	N        int
	Accuracy float64
	By       map[string]float64
	Wrong    []string // ids
}

const (
	maxPairLine = 64 << 10
	maxPairs    = 1_000_000
)

// Pairs scores m on JSON lines {"id","A":{fields},"B":{fields},"higher":"A"|"B"},
// fields being those of [Offer]. A line that cannot be read is a fault that
// names it: a score of part of a file would be taken for the whole.
func (m *Model) Pairs(r io.Reader) (PairScore, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 4096), maxPairLine)
	score := PairScore{By: map[string]float64{}}
	right, n, good := 0, map[string]int{}, map[string]int{}
	line := 0
	for lines.Scan() {
		line++
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var pair struct {
			ID     string `json:"id"`
			A, B   Offer
			Higher string `json:"higher"`
		}
		if err := json.Unmarshal(lines.Bytes(), &pair); err != nil {
			return PairScore{}, fault.Wrap(err, fault.Invalid, "La ligne %d n'est pas une paire d'offres lisible en JSON.", line)
		}
		if pair.Higher != "A" && pair.Higher != "B" {
			return PairScore{}, fault.New(fault.Invalid, "La ligne %d ne dit pas laquelle des offres dure le plus : « higher » doit être « A » ou « B ».", line)
		}
		if score.N++; score.N > maxPairs {
			return PairScore{}, fault.New(fault.TooLarge, "Le fichier dépasse %d paires. Découpez-le.", maxPairs)
		}
		a, b := m.Forecast(pair.A).Probability, m.Forecast(pair.B).Probability
		by := differ(pair.A, pair.B)
		n[by]++
		if pair.Higher == "A" && a > b || pair.Higher == "B" && b > a {
			right++
			good[by]++
		} else {
			score.Wrong = append(score.Wrong, pair.ID)
		}
	}
	if err := lines.Err(); err != nil {
		return PairScore{}, fault.Wrap(err, fault.Invalid, "La lecture s'est arrêtée après la ligne %d : ligne de plus de %d Kio ou fichier illisible.", line, maxPairLine>>10)
	}
	if score.N == 0 {
		return PairScore{}, fault.New(fault.Invalid, "Le fichier ne contient aucune paire.")
	}
	score.Accuracy = float64(right) / float64(score.N)
	for by := range n {
		score.By[by] = float64(good[by]) / float64(n[by])
	}
	return score, nil
}

// differ names the one field, by its JSON name, in which a and b differ.
func differ(a, b Offer) string {
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	name := ""
	for i, f := range reflect.VisibleFields(va.Type()) {
		if reflect.DeepEqual(va.Field(i).Interface(), vb.Field(i).Interface()) {
			continue
		}
		if name != "" {
			return "plusieurs"
		}
		name, _, _ = strings.Cut(f.Tag.Get("json"), ",")
	}
	return name
}
