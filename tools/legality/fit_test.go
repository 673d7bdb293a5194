package legality

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand"
	"os"
	"slices"
	"strings"
	"testing"

	"tandem/tools/span"
)

var (
	fit      = flag.Bool("fit", false, "learn weights.bin from the tuning phrases")
	fitExtra = flag.String("fit.train", "", "more phrases to learn from")
	fitTest  = flag.String("fit.test", "", "phrases to measure on, not learnt from")
	fitWrite = flag.Bool("fit.write", true, "write weights.bin")
	fitShare = flag.Float64("fit.offers", 1, "share of the offers")
	fitL2    = flag.Float64("fit.l2", 1e-2, "")
	fitEp    = flag.Int("fit.epochs", 10, "")
	fitDrop  = flag.Float64("fit.drop", 0, "")
	fitAvg   = flag.Bool("fit.avg", true, "")
	fitOw    = flag.Float64("fit.ow", 1, "")
	fitMin   = flag.Int("fit.min", 2, "")
	fitLr    = flag.Float64("fit.lr", .04, "")
)

// lesson is the evidence of one rule in one phrase: what to learn from it.
type lesson struct {
	rule     int32
	wanted   bool // the phrase asks for what the rule is about
	weight   float32
	readings [][]uint32 // features of each cue
}

type learner struct {
	e       *Engine
	lessons []lesson
}

func (l *learner) add(o Offer, teach func(rule int32, strong bool) (wanted bool, weight float32)) (own map[int32]bool) {
	s := new(scratch)
	e := l.e
	strong := map[int32]bool{}
	for _, f := range e.Check(o).Findings {
		for i, r := range e.rules {
			if r.ID == f.Rule {
				strong[int32(i)] = true
			}
		}
	}
	e.scan(o, s)
	at := map[int32]int{}
	for _, c := range e.cues(s) {
		wanted, weight := teach(c.rule, strong[c.rule])
		if weight == 0 {
			continue
		}
		k, ok := at[c.rule]
		if !ok {
			k = len(l.lessons)
			at[c.rule] = k
			l.lessons = append(l.lessons, lesson{rule: c.rule, wanted: wanted, weight: weight})
		}
		var fs []uint32
		e.features(s, &c, func(f uint32) { fs = append(fs, f) })
		slices.Sort(fs)
		l.lessons[k].readings = append(l.lessons[k].readings, slices.Compact(fs))
	}
	own = map[int32]bool{}
	for r := range at {
		own[r] = true
	}
	return own
}

func (l *learner) phrase(id, kind string, o Offer) bool {
	own := l.add(o, func(rule int32, strong bool) (bool, float32) {
		switch {
		case l.e.rules[rule].ID == id && kind == "F":
			return true, 2
		case l.e.rules[rule].ID == id:
			return false, 2
		case kind == "OK":
			return false, .7
		case strong:
			return false, 0
		}
		return false, .3
	})
	for r := range own {
		if l.e.rules[r].ID == id {
			return true
		}
	}
	return false
}

// offers learns from labelled offers: what stands in a violation's quote is
// wanted, what stands elsewhere is not.
func (l *learner) offers(t *testing.T, name string) {
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		var x labelled
		if strings.TrimSpace(line) == "" {
			continue
		}
		if err := json.Unmarshal([]byte(line), &x); err != nil {
			t.Fatal(err)
		}
		s := new(scratch)
		l.e.scan(x.Offer, s)
		for _, c := range l.e.cues(s) {
			pg := &s.pages[c.page]
			start, end := pg.bytes(c.spans[0].from, c.spans[len(c.spans)-1].to)
			f := Finding{Rule: l.e.rules[c.rule].ID, Field: pg.field, Span: span.Of(pg.text.Original, start, end)}
			wanted, skip := false, tolerated(x, f)
			for _, v := range x.Violations {
				if v.in(x.Offer, f) > 0 {
					if v.names(f) {
						wanted = true
					} else {
						skip = true
					}
				}
			}
			if skip && !wanted {
				continue
			}
			var fs []uint32
			l.e.features(s, &c, func(f uint32) { fs = append(fs, f) })
			slices.Sort(fs)
			l.lessons = append(l.lessons, lesson{rule: c.rule, wanted: wanted, weight: 1.5, readings: [][]uint32{slices.Compact(fs)}})
		}
	}
}

type labelledPhrase struct {
	rule, kind, text string
}

func phrases(t *testing.T, files string) (out []labelledPhrase) {
	for _, name := range strings.Split(files, ",") {
		if name == "" || strings.HasSuffix(name, ".jsonl") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			c := strings.Split(strings.TrimSpace(line), "\t")
			if len(c) >= 3 && c[0] != "rule" {
				out = append(out, labelledPhrase{c[0], c[1], c[2]})
			}
		}
	}
	return out
}

func TestFit(t *testing.T) {
	if !*fit {
		t.Skip("-fit")
	}
	e := loaded(t)
	e.weights = nil
	l := &learner{e: e}
	covered, total := map[string]int{}, map[string]int{}
	see := func(id, kind string, o Offer) {
		ok := l.phrase(id, kind, o)
		if kind == "F" {
			total[id]++
			if ok {
				covered[id]++
			} else if testing.Verbose() {
				t.Logf("no evidence: %s %s", id, o.Text)
			}
		}
	}
	for _, r := range e.Rules() {
		from := len(l.lessons)
		for _, x := range r.Match {
			see(r.ID, "F", x.Offer)
		}
		for _, x := range r.Spare {
			if x.Contract+x.ROME+x.EmployerType == "" { // an exception, not the words, spares those
				see(r.ID, "OK", x.Offer)
			}
		}
		for i := from; i < len(l.lessons); i++ { // the examples of a rule must hold
			l.lessons[i].weight *= 5
		}
	}
	for _, p := range phrases(t, "../../testdata/phrases-tune.tsv,"+*fitExtra) {
		see(p.rule, p.kind, e.phrase(p.rule, p.text))
	}
	for _, name := range strings.Split(*fitExtra, ",") {
		if strings.HasSuffix(name, ".jsonl") {
			l.offers(t, name)
		}
	}
	n := len(l.lessons)
	held := 0
	heldOut := &learner{e: e}
	if path := os.Getenv("OFFERS"); path != "" {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		z, _ := gzip.NewReader(f)
		lines := bufio.NewScanner(z)
		lines.Buffer(nil, 1<<24)
		rng := rand.New(rand.NewSource(3))
		for i := 0; lines.Scan(); i++ {
			var o struct{ Intitule, Description string }
			if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
				t.Fatal(err)
			}
			into := l
			if i%2 == 1 {
				into = heldOut
				if i%8 == 1 {
					held++
				} else {
					continue
				}
			} else if rng.Float64() > *fitShare {
				continue
			}
			into.add(Offer{Title: o.Intitule, Text: o.Description}, func(rule int32, strong bool) (bool, float32) {
				if strong {
					return false, 0
				}
				return false, float32(*fitOw)
			})
		}
	}
	t.Logf("lessons: %d of phrases, %d of offers; held %d offers", n, len(l.lessons)-n, held)
	w := l.learn()
	if *fitWrite {
		b := make([]byte, len(w))
		for i, x := range w {
			b[i] = byte(int8(max(-127, min(127, math.Round(float64(x)*unit)))))
		}
		if err := os.WriteFile("weights.bin", b, 0o644); err != nil {
			t.Fatal(err)
		}
		nz := 0
		for _, x := range b {
			if x != 0 {
				nz++
			}
		}
		t.Logf("%d weights not zero of %d", nz, len(b))
	}
	measure := func(name string, ps []labelledPhrase) {
		if len(ps) == 0 {
			return
		}
		test := &learner{e: e}
		f, ok, fs, oks, strongF, strongOK := 0, 0, []float64{}, []float64{}, []bool{}, []bool{}
		for _, p := range ps {
			from := len(test.lessons)
			o := e.phrase(p.rule, p.text)
			test.phrase(p.rule, p.kind, o)
			best := math.Inf(-1)
			for _, x := range test.lessons[from:] {
				if e.rules[x.rule].ID != p.rule {
					continue
				}
				_, z := x.best(w)
				best = z
			}
			strong := len(findings(e.Check(o), p.rule, false)) > 0 || e.severity(p.rule) == S1 && len(findings(e.Check(o), p.rule, true)) > 0
			if p.kind == "F" {
				f++
				fs, strongF = append(fs, best), append(strongF, strong)
			} else {
				ok++
				oks, strongOK = append(oks, best), append(strongOK, strong)
			}
		}
		none := 0
		for _, z := range fs {
			if math.IsInf(z, -1) {
				none++
			}
		}
		t.Logf("%s: %d F (%d without evidence), %d OK", name, f, none, ok)
		heldScores := []float64{}
		for _, x := range heldOut.lessons {
			_, z := x.best(w)
			heldScores = append(heldScores, z)
		}
		for _, likely := range []float64{-.5, 0, .5, 1, 1.5} {
			line := ""
			for _, bonus := range []float64{1, 1.5, 2, 3, 4, 6, 99} {
				r, fp := 0., 0.
				for i, z := range fs {
					if z > likely || strongF[i] && (z > likely-bonus || math.IsInf(z, -1)) {
						r++
					}
				}
				for i, z := range oks {
					if z > likely || strongOK[i] && (z > likely-bonus || math.IsInf(z, -1)) {
						fp++
					}
				}
				line += fmt.Sprintf("  +%g %.3f/%.3f", bonus, r/float64(f), fp/float64(ok))
			}
			h := 0.
			for _, z := range heldScores {
				if z > likely {
					h++
				}
			}
			t.Logf("grid %.1f %s | held %.3f", likely, line, h/float64(max(held, 1)))
		}
		sorted := slices.Clone(oks)
		slices.Sort(sorted)
		for _, rate := range []float64{.01, .02, .03, .05, .08} {
			th := sorted[len(sorted)-1-int(rate*float64(len(sorted)))]
			r, u, h, uf := 0., 0., 0., 0.
			for i, z := range fs {
				if z > th {
					r++
				}
				if z > th || strongF[i] {
					u++
				}
			}
			for i, z := range oks {
				if z > th || strongOK[i] {
					uf++
				}
			}
			for _, z := range heldScores {
				if z > th {
					h++
				}
			}
			// rules and score together: a match of the rules is worth so much
			together := func(bonus float64) float64 {
				val := func(z float64, strong bool) float64 {
					if strong {
						if math.IsInf(z, -1) {
							return 99
						}
						return z + bonus
					}
					return z
				}
				var all []float64
				for i, z := range oks {
					all = append(all, val(z, strongOK[i]))
				}
				slices.Sort(all)
				th := all[len(all)-1-int(rate*float64(len(all)))]
				n := 0.
				for i, z := range fs {
					if val(z, strongF[i]) > th {
						n++
					}
				}
				return n / float64(f)
			}
			t.Logf("  fp %.2f  together +2 %.3f +3 %.3f +4 %.3f +6 %.3f", rate, together(2), together(3), together(4), together(6))
			t.Logf("  fp %.2f th %.2f: scorer %.3f, with rules %.3f (fp %.3f); held offers %.3f findings each", rate, th, r/float64(f), u/float64(f), uf/float64(ok), h/float64(max(held, 1)))
		}
	}
	for _, name := range strings.Split(*fitTest, ",") {
		measure(name, phrases(t, name))
	}
}

func (x *lesson) best(w []float32) (int, float64) {
	best, at := float32(math.Inf(-1)), 0
	for k, fs := range x.readings {
		z := float32(0)
		for _, f := range fs {
			z += w[f]
		}
		if z > best {
			best, at = z, k
		}
	}
	return at, float64(best)
}

func (l *learner) learn() []float32 {
	w := make([]float32, 1<<weightBits)
	g := make([]float32, 1<<weightBits)
	counts := make([]uint16, 1<<weightBits)
	for _, x := range l.lessons {
		seen := map[uint32]bool{}
		for _, fs := range x.readings {
			for _, f := range fs {
				if !seen[f] {
					seen[f] = true
					if counts[f] < 60000 {
						counts[f]++
					}
				}
			}
		}
	}
	kept := 0
	for _, c := range counts {
		if c >= uint16(*fitMin) {
			kept++
		}
	}
	println("features kept", kept)
	for i := range l.lessons {
		for k, fs := range l.lessons[i].readings {
			l.lessons[i].readings[k] = slices.DeleteFunc(fs, func(f uint32) bool { return counts[f] < uint16(*fitMin) })
		}
	}
	rng := rand.New(rand.NewSource(5))
	step := func(fs []uint32, y bool, z float64, weight float32) {
		p := float32(1 / (1 + math.Exp(-z)))
		gr := p * weight
		if y {
			gr = (p - 1) * weight
		}
		if gr < .003 && gr > -.003 {
			return
		}
		for _, f := range fs {
			if *fitDrop > 0 && rng.Float32() < float32(*fitDrop) {
				continue
			}
			d := gr + float32(*fitL2)*w[f]
			g[f] += d * d
			w[f] -= float32(*fitLr) * d / float32(math.Sqrt(float64(g[f])+.05))
		}
	}
	sum := make([]float32, len(w))
	for ep := range *fitEp {
		if ep > *fitEp/2 {
			for i, x := range w {
				sum[i] += x / float32(*fitEp-*fitEp/2-1+1)
			}
		}
		for _, i := range rng.Perm(len(l.lessons)) {
			x := &l.lessons[i]
			if x.wanted {
				k, z := x.best(w)
				step(x.readings[k], true, z, x.weight)
				continue
			}
			for _, fs := range x.readings {
				z := float32(0)
				for _, f := range fs {
					z += w[f]
				}
				step(fs, false, float64(z), x.weight)
			}
		}
	}
	if *fitAvg {
		for i, x := range w {
			sum[i] += x / float32(*fitEp-*fitEp/2)
		}
		return sum
	}
	return w
}
