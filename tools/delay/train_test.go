package delay

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/internal/fault"
	"tandem/tools/delay/survival"
)

// The search over settings is the same with fewer of them.
func TestMain(m *testing.M) {
	for i := range knobs {
		knobs[i].tries = knobs[i].tries[:2]
	}
	os.Exit(m.Run())
}

// simulated is a history as captures make one, of invented offers: those of
// masons stay, those of cashiers go, on a few days of looking.
func simulated(n int, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, seed))
	start := time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)
	looks := []int{60, 61, 74, 75, 76, 89, 90, 91, 92}
	var b strings.Builder
	b.WriteString(historyHeader + "\n")
	for id := 0; id < n; {
		born := r.IntN(92)
		rome, hazard := "F1703", 0.025
		if r.IntN(2) == 0 {
			rome, hazard = "D1505", 0.09
		}
		contract, label := "CDI", "CDI"
		if r.IntN(2) == 0 {
			contract, label, hazard = "CDD", "CDD - 6 Mois", hazard*1.4
		}
		experience := "Débutant accepté"
		if r.IntN(2) == 0 {
			experience = fmt.Sprintf("%d An(s)", 1+r.IntN(5))
		}
		end := born
		for r.Float64() > 1-math.Exp(-hazard) {
			end++
		}
		first, last, gone := -1, -1, -1
		for _, day := range looks {
			switch {
			case day > born && day <= end:
				if first < 0 {
					first = day
				}
				last = day
			case day > end && first >= 0 && gone < 0:
				gone = day
			}
		}
		if first < 0 {
			continue
		}
		id++
		at := func(day int) string { return start.AddDate(0, 0, day).Add(-4 * time.Hour).Format(time.RFC3339) }
		absent, over := "", ""
		if gone >= 0 {
			absent = at(gone)
			if gone-born <= 30 {
				over = "0"
			}
		}
		if last-born > 30 {
			over = "1"
		}
		fmt.Fprintf(&b, "S%d,france_travail,%s,%s,%s,44000,,%s,%s,%s,%s,%s,%s\n", id, rome, contract, label, experience,
			start.AddDate(0, 0, born).Format(time.RFC3339), at(first), at(last), absent, over)
	}
	return b.String()
}

// trained is a model of a simulated history, shared by the tests.
var trained = sync.OnceValues(func() (*Trained, History) {
	h, err := ReadHistory(strings.NewReader(simulated(800, 1)))
	if err != nil {
		panic(err)
	}
	t, err := Train(h, Online, nil)
	if err != nil {
		panic(err)
	}
	return t, h
})

func TestTrainLearnsWhatIsThere(t *testing.T) {
	m, h := trained()
	if len(h.Bad) != 0 || m.Data.Offers != 800 || !slices.Equal(m.Data.Departements, []string{"44"}) {
		t.Fatalf("%+v, %+v", m.Data, h.Bad[:min(3, len(h.Bad))])
	}
	for rome, hazard := range map[string]float64{"F1703": 0.025, "D1505": 0.09} {
		for contract, times := range map[string]float64{"CDI": 1, "CDD": 1.4} {
			want := math.Exp(-31 * hazard * times)
			if got := m.Probability(Offer{ROME: rome, Contract: contract, DurationMonths: 6, Departement: "44"}); math.Abs(got-want) > 0.08 {
				t.Errorf("%s %s: %.3f still online, drawn from %.3f", rome, contract, got, want)
			}
		}
	}
	if f := m.Figures["auc"]; f.Value < 0.7 || f.Low > f.Value || f.High < f.Value {
		t.Errorf("auc %+v on offers kept apart", f)
	}
	if s, b := m.Figures["brier"].Value, m.Figures["base_brier"].Value; s >= b {
		t.Errorf("brier %v, without the métier %v", s, b)
	}
	if c := m.Weights["size"]; c.Offers != 0 || math.Abs(c.Weight-halved) > 1e-4 {
		t.Errorf("nothing says the size, yet %+v", c)
	}
	if !strings.Contains(m.Card(), "800 offres suivies") {
		t.Error(m.Card())
	}
}

func TestTrainIsDeterministic(t *testing.T) {
	h, err := ReadHistory(strings.NewReader(simulated(350, 2)))
	if err != nil {
		t.Fatal(err)
	}
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		m, err := Train(h, Online, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Write(w); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same history gives two models")
	}
	m, err := ReadTrained(&a)
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := m.Write(&again); err != nil || !bytes.Equal(again.Bytes(), b.Bytes()) {
		t.Errorf("a model read is not the one written: %v", err)
	}
}

func TestTrainRefuses(t *testing.T) {
	few, _ := ReadHistory(strings.NewReader(simulated(50, 3)))
	if _, err := Train(few, Online, nil); fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "Données insuffisantes") {
		t.Error(err)
	}
	_, h := trained()
	if _, err := Train(h, Filled, nil); fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "motif") {
		t.Error(err)
	}
}

// What closed for another reason than being filled was not filled until then.
func TestCauseOfClosing(t *testing.T) {
	h, err := ReadHistory(strings.NewReader(historyHeader + ",motif\n" + goodRow + ",retirée\n" + strings.Replace(goodRow, "1AA", "1AB", 1) + ",pourvue\n"))
	if err != nil || !h.Causes || len(h.Offers) != 2 {
		t.Fatal(h, err)
	}
	e := newEncoding(h.Offers)
	withdrawn, filled := h.Offers[0], h.Offers[1]
	if withdrawn.spell(Filled, e).Gone != 0 || withdrawn.spell(Online, e).Gone == 0 || filled.spell(Filled, e).Gone == 0 {
		t.Error("causes are not told apart")
	}
	if withdrawn.over(Filled) != nil || filled.over(Filled) == nil {
		t.Error("an offer withdrawn before 30 days is no offer filled before 30 days")
	}
}

// Whatever happens after a cut, what is known at the cut is the same.
func TestCutsKnowNoFuture(t *testing.T) {
	_, h := trained()
	var looks []time.Time
	for _, o := range h.Offers {
		looks = append(looks, o.First, o.Last)
	}
	slices.SortFunc(looks, time.Time.Compare)
	looks = slices.Compact(looks)
	now, next := looks[3], looks[5]
	want := cut(h.Offers, Online, looks, now, next)
	other := slices.Clone(h.Offers)
	for i := range other {
		o := &other[i]
		switch {
		case o.First.After(now):
			o.Offer = Offer{Contract: "MIS"}
		case o.Last.After(now): // dies right after, instead of living on
			o.Last, o.Gone, o.Over = now, looks[4], nil
		case o.Gone.After(now):
			o.Gone = o.Gone.AddDate(0, 0, 9)
		}
	}
	got := cut(other, Online, looks, now, next)
	if len(got.past) != len(want.past) {
		t.Fatalf("%d known instead of %d", len(got.past), len(want.past))
	}
	for i := range got.past {
		if a, b := got.past[i], want.past[i]; a.Entry != b.Entry || a.Last != b.Last || a.Gone != b.Gone || !slices.Equal(a.X, b.X) {
			t.Fatalf("%+v with another future, %+v", a, b)
		}
	}
	// And the parts make the whole: an offer's likelihood is that of what was
	// known, times that of what came.
	e := newEncoding(h.Offers)
	fit, err := e.design(usual).Mode(spells(h.Offers, Online, e))
	if err != nil {
		t.Fatal(err)
	}
	last := looks[len(looks)-1].AddDate(0, 0, 1)
	sum := 0.0
	for i, from := range looks {
		to := last
		if i+1 < len(looks) {
			to = looks[i+1]
		}
		sum += fit.LogLikelihood(spells(after(h.Offers, looks, from, to), Online, e))
	}
	if whole := fit.LogLikelihood(spells(h.Offers, Online, e)); math.Abs(sum-whole) > 1e-6*math.Abs(whole) {
		t.Errorf("log-likelihood %.6f in parts, %.6f whole", sum, whole)
	}
}

func TestEvaluate(t *testing.T) {
	m, _ := trained()
	model := Default().For(Online).With(m)
	text := simulated(300, 5) +
		strings.Replace(goodRow, "1AA,france_travail", "9,partenaire", 1) + "\n" + // another origin
		strings.Replace(goodRow, ",0", ",", 1) + "\n" + // no label
		strings.Replace(strings.Replace(goodRow, "1AA", "old", 1), "2026-07-01", "2026-06-01", 1) + "\n" // first seen at 49 days
	h, err := ReadHistory(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := model.Evaluate(h)
	if err != nil {
		t.Fatal(err)
	}
	var list []survival.Judged
	brier, base := 0.0, 0.0
	for _, o := range h.Offers {
		hours := o.First.Sub(o.Created).Hours()
		if o.Over == nil || hours >= 720 {
			continue
		}
		offer := o.Offer
		offer.AgeDays, offer.Weekday = int(math.Round(hours/24+1.0/6)), (int(o.Created.Weekday())+6)%7+1
		p, y := m.Probability(offer), 0.0
		if *o.Over {
			y = 1
		}
		list = append(list, survival.Judged{P: p, Yes: *o.Over})
		k := m.Groups[prior.know(offer).group()].Kaplan
		if k == nil {
			k = m.Groups[groupAny].Kaplan
		}
		brier += (p - y) * (p - y)
		base += square(k[31]/k[offer.AgeDays] - y)
	}
	if s.N != len(list) || s.N < 50 {
		t.Fatalf("%d judged, %d expected", s.N, len(list))
	}
	want := map[string]float64{"auc": survival.AUC(list), "brier": brier / float64(s.N), "base_brier": base / float64(s.N), "brier_skill": 1 - brier/base,
		"log_likelihood": survival.LogLikelihood(list)}
	for name, x := range want {
		if math.Abs(s.Figures[name]-x) > 1e-9 {
			t.Errorf("%s is %v, want %v", name, s.Figures[name], x)
		}
	}
	n := 0.0
	for _, by := range s.By {
		n += by["n"]
	}
	if int(n) != s.N || s.By["CDI"]["auc"] == 0 {
		t.Errorf("by contract: %v", s.By)
	}
	for _, name := range []string{"calibration_error", "base_auc", "auc_fresh"} {
		if _, ok := s.Figures[name]; !ok {
			t.Errorf("no %s", name)
		}
	}
	var drawing bytes.Buffer
	if err := s.Plot(&drawing); err != nil || strings.Count(drawing.String(), "<circle") != len(s.Calibration) {
		t.Errorf("%v, %s", err, drawing.String())
	}
	if _, err := model.Evaluate(History{}); fault.CodeOf(err) != fault.Invalid {
		t.Error(err)
	}
	if _, err := Default().Evaluate(h); fault.CodeOf(err) != fault.Invalid {
		t.Error("a stated prior was measured on captures:", err)
	}
}
