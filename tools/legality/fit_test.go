package legality

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tandem/tools/span"
)

// The weights are learned by
//
//	OFFERS=offers.jsonl.gz go test ./tools/legality -run TestFit -fit
//
// from the tuning phrases and offers, those of testdata/authors, the rules'
// examples, phrases written for this (phrases-taught.tsv, where "-" stands for no
// rule at all) and, as what is nearly always innocent, every other published
// offer. What they are worth on somebody not learned from is said by TestAuthors.
var (
	fit        = flag.Bool("fit", false, "learn weights.bin")
	fitAuthors = flag.Bool("fit.authors", false, "leave each author out in turn, measure on it and write nothing")
	fitMisses  = flag.String("fit.misses", "", "with -fit.authors: file to list what was missed or found wrongly")
	fitTable   = flag.String("fit.table", "", "with -fit.authors: file to list what bars are chosen by")
	fitAmong   = flag.String("fit.among", "", "with -fit.authors: only those of the authors that match")
	fitFits    = flag.Int("fit.fits", fits, "fits to take the mean of")
)

const (
	epochs   = 16
	fits     = 4
	rate     = .04  // of AdaGrad
	decay    = .002 // pulls weights to zero
	fewest   = 2    // lessons a feature must occur in
	examples = 10   // what the examples of a rule weigh more than a phrase: they must hold
)

// lesson is the evidence of one rule in one phrase: what to learn from it. Of
// several readings of a phrase that asks too much, one at least does.
type lesson struct {
	author   string // who wrote it, when others than that are to be learned from alone
	wanted   bool
	weight   float32
	readings [][]uint32 // features of each cue
}

type learner struct {
	e       *Engine
	lessons []lesson
	author  string
	bags    []bag // see sentences_fit_test.go
}

// read calls teach for the cues of an offer and keeps what it says: whether the
// words are wanted, and how much that counts (0: not at all).
func (l *learner) read(o Offer, teach func(c *cue, s *scratch) (wanted bool, weight float32)) {
	s := new(scratch)
	l.e.scan(o, s)
	at := map[int32]int{} // by rule
	for _, c := range l.e.cues(s) {
		wanted, weight := teach(&c, s)
		if weight == 0 {
			continue
		}
		k, ok := at[c.rule]
		if !ok || l.lessons[k].wanted != wanted {
			k = len(l.lessons)
			at[c.rule] = k
			l.lessons = append(l.lessons, lesson{author: l.author, wanted: wanted, weight: weight})
		}
		var fs []uint32
		l.e.features(s, &c, func(f uint32) { fs = append(fs, f) })
		slices.Sort(fs)
		l.lessons[k].readings = append(l.lessons[k].readings, slices.Compact(fs))
	}
}

// found lists the rules that take an offer up without the weights.
func (l *learner) found(o Offer) map[string]bool {
	out := map[string]bool{}
	for _, f := range l.e.Check(o).Findings {
		out[f.Rule] = true
	}
	return out
}

// phrase learns from one line of a phrases file.
func (l *learner) phrase(id, kind string, o Offer, more float32) {
	found := l.found(o)
	l.sentences(id, kind, o, more)
	l.read(o, func(c *cue, _ *scratch) (bool, float32) {
		switch rule := l.e.rules[c.rule].ID; {
		case rule == id:
			return kind == "F", 2 * more
		case kind == "OK":
			return false, .7 * more
		case found[rule]: // a phrase may ask too much in two ways
			return false, 0
		}
		return false, .3 * more
	})
}

// offer learns from a labelled offer: what stands in a violation's quote is
// wanted, what stands elsewhere is not.
func (l *learner) offer(x labelled) {
	l.offerSentences(x)
	l.read(x.Offer, func(c *cue, s *scratch) (bool, float32) {
		pg := &s.pages[c.page]
		start, end := pg.bytes(c.spans[0].from, c.spans[len(c.spans)-1].to)
		f := Finding{Rule: l.e.rules[c.rule].ID, Field: pg.field, Span: span.Of(pg.text.Original, start, end)}
		if tolerated(x, f) {
			return false, 0
		}
		other := false
		for _, v := range x.Violations {
			if v.in(x.Offer, f) == 0 {
				continue
			}
			if v.names(f) {
				return true, 1.5
			}
			other = true
		}
		if other {
			return false, 0
		}
		return false, 1.5
	})
}

func (x *lesson) best(w []float32) (at int, score float64) {
	score = math.Inf(-1)
	for k, fs := range x.readings {
		if z := sum(w, fs); z > score {
			at, score = k, z
		}
	}
	return at, score
}

func sum(w []float32, fs []uint32) float64 {
	z := float32(0)
	for _, f := range fs {
		z += w[f]
	}
	return float64(z)
}

// learn fits a logistic regression fits times, each in its own order, and returns
// the mean of the weights, rounded. A feature that a single order makes much of
// does not survive that.
func (l *learner) learn(from func(author string) bool) []byte {
	counts := make([]int32, 1<<weightBits)
	var lessons []lesson
	for _, x := range l.lessons {
		if !from(x.author) {
			continue
		}
		all := slices.Concat(x.readings...)
		slices.Sort(all)
		for _, f := range slices.Compact(all) {
			counts[f]++
		}
		lessons = append(lessons, x)
	}
	for i := range lessons {
		kept := make([][]uint32, len(lessons[i].readings))
		for k, fs := range lessons[i].readings {
			for _, f := range fs {
				if counts[f] >= fewest {
					kept[k] = append(kept[k], f)
				}
			}
		}
		lessons[i].readings = kept
	}
	mean := make([]float32, 1<<weightBits)
	rng := rand.New(rand.NewSource(5)) // the same weights each time
	for range *fitFits {
		descend(lessons, rng, func(w []float32) {
			for i, x := range w {
				mean[i] += x / float32(*fitFits*(epochs-epochs/2))
			}
		})
	}
	out := make([]byte, len(mean))
	for i, x := range mean {
		out[i] = byte(int8(max(-127, min(127, math.Round(float64(x)*unit)))))
	}
	return out
}

// descend runs AdaGrad over the lessons and shows the weights after each of the
// later epochs.
func descend(lessons []lesson, rng *rand.Rand, show func(w []float32)) {
	w, squares := make([]float32, 1<<weightBits), make([]float32, 1<<weightBits)
	step := func(fs []uint32, wanted bool, z float64, weight float32) {
		slope := float32(1/(1+math.Exp(-z))) * weight
		if wanted {
			slope -= weight
		}
		if math.Abs(float64(slope)) < .003 {
			return
		}
		for _, f := range fs {
			d := slope + decay*w[f]
			squares[f] += d * d
			w[f] -= rate * d / float32(math.Sqrt(float64(squares[f])+.05))
		}
	}
	for epoch := range epochs {
		for _, i := range rng.Perm(len(lessons)) {
			x := &lessons[i]
			if x.wanted {
				k, z := x.best(w)
				step(x.readings[k], true, z, x.weight)
				continue
			}
			for _, fs := range x.readings {
				step(fs, false, sum(w, fs), x.weight)
			}
		}
		if epoch >= epochs/2 {
			show(w)
		}
	}
}

// readAll reads everything that is learned from.
func (l *learner) readAll(t *testing.T) {
	l.e.weights = nil // what the rules find alone
	l.e.readWith(nil)
	for _, r := range l.e.Rules() {
		for _, x := range r.Match {
			l.phrase(r.ID, "F", x.Offer, examples)
		}
		for _, x := range r.Spare {
			if x.Contract+x.ROME+x.EmployerType == "" { // an exception, not the words, spares those
				l.phrase(r.ID, "OK", x.Offer, examples)
			}
		}
	}
	for _, file := range append(testdata(t, "phrases-t*.tsv"), testdata(t, "authors/phrases-*.tsv")...) {
		l.author = authorOf(file)
		for line := range bytes.Lines(readFile(t, file)) {
			c := strings.Split(strings.TrimSpace(string(line)), "\t")
			if len(c) >= 3 && c[0] != "rule" {
				l.phrase(c[0], c[1], l.e.phrase(c[0], c[2]), 1)
			}
		}
	}
	for _, file := range append(testdata(t, "legality-tune.jsonl"), testdata(t, "authors/legality-*.jsonl")...) {
		l.author = authorOf(file)
		for line := range bytes.Lines(readFile(t, file)) {
			var x labelled
			if err := json.Unmarshal(line, &x); err != nil {
				t.Fatal(err)
			}
			l.offer(x)
		}
	}
	l.author = ""
	n := len(l.lessons)
	l.published(t)
	t.Logf("%d lessons of what was written for it, %d of published offers", n, len(l.lessons)-n)
}

// authorOf names the author of a file of testdata/authors; the rest has none.
func authorOf(file string) string {
	if !strings.Contains(file, "authors/") {
		return ""
	}
	return strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
}

func testdata(t *testing.T, glob string) []string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/" + glob)
	if err != nil || len(files) == 0 {
		t.Fatal(glob, err)
	}
	return files
}

func TestFit(t *testing.T) {
	if !*fit {
		t.Skip("-fit n'est pas donné")
	}
	l := &learner{e: loaded(t)}
	l.readAll(t)
	if err := os.WriteFile("weights.bin", l.learn(func(string) bool { return true }), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("sentences.bin", l.learnSentences(func(string) bool { return true }), 0o644); err != nil {
		t.Fatal(err)
	}
}

// published reads every other offer of OFFERS, so that the rest still tells how
// often the weights are wrong. What a person judged of it is learned as judged.
func (l *learner) published(t *testing.T) {
	judged := judgements(t)
	l.eachPublished(t, func(id string, o Offer) {
		found := l.found(o)
		if len(found) == 0 {
			l.sentences("-", "OK", o, ordinary)
		}
		l.read(o, func(c *cue, _ *scratch) (bool, float32) {
			rule := l.e.rules[c.rule].ID
			switch judged[id+" "+rule] {
			case "right":
				return true, 3
			case "wrong":
				return false, 3
			}
			if found[rule] {
				return false, 0
			}
			return false, 1
		})
	})
}

// eachPublished calls visit for every other offer of OFFERS.
func (l *learner) eachPublished(t *testing.T, visit func(id string, o Offer)) {
	path := os.Getenv("OFFERS")
	if path == "" {
		t.Log("OFFERS ne nomme pas de fichier d'offres réelles : les poids crieront plus souvent au loup")
		return
	}
	z, err := gzip.NewReader(bytes.NewReader(readFile(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<24)
	for n := 0; lines.Scan(); n++ {
		var p struct{ ID, Intitule, Description string }
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		if n%2 == 0 {
			visit(p.ID, Offer{Title: p.Intitule, Text: p.Description})
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Shipped weights belong to the features as they are: a table of another size
// would be read past its end.
func TestWeightsFitTheFeatures(t *testing.T) {
	if got, want := len(shippedWeights), 1<<weightBits; got != want {
		t.Errorf("weights.bin has %s bytes, want %s", strconv.Itoa(got), strconv.Itoa(want))
	}
}
