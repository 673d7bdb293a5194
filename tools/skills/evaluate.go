package skills

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"tandem/internal/fault"
)

// Evaluation is what `tandem eval skills` prints.
type Evaluation struct {
	Suite   string                        `json:"suite"`
	N       int                           `json:"n"`
	Figures map[string]float64            `json:"figures"`
	By      map[string]map[string]float64 `json:"by"` // by kind of skill
}

// example is one line of an evaluation file: a text or the path of a file, and
// what it shows.
type example struct {
	ID          string            `json:"id"`
	Text        string            `json:"text"`
	File        string            `json:"file"`
	Skills      []string          `json:"skills"`
	Occupations []string          `json:"occupations"`
	Spans       map[string]string `json:"spans"`
	MustNot     []struct {
		Code string `json:"code"`
	} `json:"must_not"`
}

// maxExample bounds one line of an evaluation file.
const maxExample = 4 << 20

// Evaluate measures the engine on an evaluation file (JSON lines). read gives
// the text of the lines that name a file. Figures over all lines together:
// precision, recall and f1 of the skills shown first; recall_at_20, of at most
// 20 gold skills; occupation_at_1 and _at_3, the share of lines with a gold
// occupation among the first; valid_spans, must_not_rate (shown although it
// must not be), calibration_error (of the skills shown, ten bins) and p50_ms.
func Evaluate(e *Engine, lines io.Reader, read func(path string) (string, error)) (Evaluation, error) {
	var t tally
	scanner := bufio.NewScanner(lines)
	scanner.Buffer(nil, maxExample)
	for n := 1; scanner.Scan(); n++ {
		if len(scanner.Bytes()) == 0 {
			continue
		}
		var x example
		if err := json.Unmarshal(scanner.Bytes(), &x); err != nil {
			return Evaluation{}, fault.Wrap(err, fault.Invalid, "La ligne %d du fichier d'évaluation n'est pas du JSON valide.", n)
		}
		if x.File != "" {
			if read == nil {
				return Evaluation{}, fault.New(fault.Invalid, "La ligne %d nomme un fichier, mais aucun lecteur de documents n'est disponible.", n)
			}
			text, err := read(x.File)
			if err != nil {
				return Evaluation{}, fmt.Errorf("line %d: %w", n, err)
			}
			x.Text = text
		}
		t.measure(e, x)
	}
	if err := scanner.Err(); errors.Is(err, bufio.ErrTooLong) {
		return Evaluation{}, fault.New(fault.TooLarge, "Une ligne du fichier d'évaluation dépasse %d Mo.", maxExample>>20)
	} else if err != nil {
		return Evaluation{}, err
	}
	if t.n == 0 {
		return Evaluation{}, fault.New(fault.Invalid, "Le fichier d'évaluation est vide.")
	}
	return t.result(), nil
}

// tally counts over the lines of a file.
type tally struct {
	n                        int
	shown, right, gold       int
	found20, gold20          int
	withJobs, first, amongst int
	spans, valid             int
	forbidden, transgressed  int
	bins                     [10]struct{ n, right, confidence float64 }
	kindShown, kindRight     map[string]int
	took                     []time.Duration
}

// measure adds what an engine says of a text, and returns it.
func (t *tally) measure(e *Engine, x example) Analysis {
	began := time.Now()
	a := e.Analyse(x.Text)
	t.took = append(t.took, time.Since(began))
	t.add(x, a)
	return a
}

func (t *tally) add(x example, a Analysis) {
	if t.kindShown == nil {
		t.kindShown, t.kindRight = map[string]int{}, map[string]int{}
	}
	t.n++
	gold := map[string]bool{}
	for _, code := range x.Skills {
		gold[code] = true
	}
	forbidden := map[string]bool{}
	for _, m := range x.MustNot {
		forbidden[m.Code] = true
	}
	t.gold += len(gold)
	t.gold20 += min(len(gold), 20)
	t.forbidden += len(forbidden)
	for i, s := range a.Skills {
		for _, evidence := range s.Evidence {
			t.spans++
			if evidence.In(x.Text) {
				t.valid++
			}
		}
		if len(s.Evidence) == 0 {
			t.spans++ // no evidence is not valid evidence
		}
		if i < 20 && gold[s.Code] {
			t.found20++
		}
		if i >= a.Shown {
			continue
		}
		t.shown++
		t.kindShown[s.Kind]++
		bin := &t.bins[min(int(s.Confidence*10), 9)]
		bin.n++
		bin.confidence += s.Confidence
		if gold[s.Code] {
			t.right++
			t.kindRight[s.Kind]++
			bin.right++
		}
		if forbidden[s.Code] {
			t.transgressed++
		}
	}
	if len(x.Occupations) == 0 {
		return
	}
	t.withJobs++
	for i, o := range a.Occupations[:min(3, len(a.Occupations))] {
		if slices.Contains(x.Occupations, o.ROME) {
			if i == 0 {
				t.first++
			}
			t.amongst++
			break
		}
	}
}

func (t *tally) result() Evaluation {
	ratio := func(a, b int) float64 {
		if b == 0 {
			return 0
		}
		return float64(a) / float64(b)
	}
	precision, recall := ratio(t.right, t.shown), ratio(t.right, t.gold)
	f1 := 0.0
	if precision+recall > 0 {
		f1 = 2 * precision * recall / (precision + recall)
	}
	calibration := 0.0
	for _, bin := range t.bins {
		if t.shown > 0 {
			calibration += math.Abs(bin.confidence-bin.right) / float64(t.shown)
		}
	}
	slices.Sort(t.took)
	by := map[string]map[string]float64{}
	for kind, n := range t.kindShown {
		by[kind] = map[string]float64{"shown": float64(n), "precision": ratio(t.kindRight[kind], n)}
	}
	return Evaluation{
		Suite: "skills", N: t.n, By: by,
		Figures: map[string]float64{
			"precision": precision, "recall": recall, "f1": f1,
			"recall_at_20":    ratio(t.found20, t.gold20),
			"occupation_at_1": ratio(t.first, t.withJobs), "occupation_at_3": ratio(t.amongst, t.withJobs),
			"valid_spans": ratio(t.valid, t.spans), "must_not_rate": ratio(t.transgressed, t.forbidden),
			"calibration_error": calibration,
			"p50_ms":            float64(t.took[len(t.took)/2].Microseconds()) / 1000,
		},
	}
}
