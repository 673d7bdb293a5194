package survival

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

func design(groups int, priors ...Prior) Design {
	return Design{Groups: groups, Priors: priors, Smooth: 3, Shape: 0.4, Week: 1, Jumps: []int{30}}
}

// random spells that contradict nothing.
func random(r *rand.Rand, n, groups, coefficients int) []Spell {
	out := make([]Spell, n)
	for i := range out {
		s := &out[i]
		s.Entry = r.IntN(60)
		s.Last = s.Entry + r.IntN(50)
		if r.IntN(3) > 0 {
			s.Gone = s.Last + 1 + r.IntN(14)
		}
		s.Group, s.Weekday = r.IntN(groups), r.IntN(7)
		for c := range coefficients {
			if r.IntN(2) == 0 {
				s.X = append(s.X, Term{c, r.NormFloat64()})
			}
		}
	}
	return out
}

// The likelihood, written out day by day as the definition has it: the product
// over days of staying or, summed over the days in which it may have gone, of
// going.
func TestLikelihoodAgainstBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	f := &Fit{Day: make([]float64, Days), Week: make([]float64, 7), Beta: []float64{0.4, -0.7}}
	for d := range f.Day {
		f.Day[d] = -3 + r.NormFloat64()/2
	}
	for i := range f.Week {
		f.Week[i] = r.NormFloat64() / 3
	}
	for range 3 {
		shape := make([]float64, Periods)
		for i := range shape {
			shape[i] = r.NormFloat64() / 3
		}
		f.Shape = append(f.Shape, shape)
	}
	for _, s := range random(r, 300, 3, 2) {
		stay := func(d int) float64 { // from day d to the next
			x := f.Day[min(d, tail)] + f.Week[(s.Weekday+d)%7]
			for i, from := range periods {
				if d >= from && (i+1 == Periods || d < periods[i+1]) {
					x += f.Shape[s.Group][i]
				}
			}
			for _, term := range s.X {
				x += f.Beta[term.Index] * term.Value
			}
			return math.Exp(-math.Exp(x))
		}
		want, there := 0.0, 1.0
		for d := s.Entry; d < s.Last; d++ {
			there *= stay(d)
		}
		if s.Gone == 0 {
			want = there
		}
		for d := s.Last; d < s.Gone; d++ {
			want += there * (1 - stay(d))
			there *= stay(d)
		}
		if got := math.Exp(f.LogLikelihood([]Spell{s})); math.Abs(got-want) > 1e-9*want {
			t.Fatalf("%+v: likelihood %v, by brute force %v", s, got, want)
		}
	}
}

func TestGradient(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	p, err := newProblem(design(2, Prior{0.2, 0.3}, Prior{-0.1, 1}), random(r, 200, 2, 2))
	if err != nil {
		t.Fatal(err)
	}
	w, g, none := make([]float64, p.size()), make([]float64, p.size()), make([]float64, p.size())
	for i := range w {
		w[i] = r.NormFloat64() / 4
	}
	value := p.evaluate(w, g)
	if again := p.evaluate(w, nil); again != value {
		t.Fatalf("%v with the gradient, %v without", value, again)
	}
	for i := range w {
		const h = 1e-5 // of what the optimiser moves
		at := slices.Clone(w)
		at[i] += h
		up := p.evaluate(at, none)
		at[i] -= 2 * h
		down := p.evaluate(at, none)
		if want := (up - down) / (2 * h); math.Abs(g[i]-want) > 1e-4*(1+math.Abs(want)) {
			t.Errorf("parameter %d: gradient %v, by differences %v", i, g[i], want)
		}
	}
}

// simulate draws lives from a known model and looks at them as captures do:
// subjects begin all the time, are looked at on a few days of the calendar,
// and those gone before the first look are in no file.
func simulate(r *rand.Rand, n int, hazard func(group, weekday, day int) float64, beta []float64) (seen []Spell, born int) {
	looks := []int{100, 101, 113, 114, 115, 128, 129, 130, 131, 140}
	for born < n {
		born++
		start, s := r.IntN(141), Spell{Group: r.IntN(2)}
		s.Weekday = start % 7
		eta := 0.0
		for c, b := range beta {
			x := r.NormFloat64()
			s.X = append(s.X, Term{c, x})
			eta += b * x
		}
		end := start
		for r.Float64() < math.Exp(-math.Exp(eta)*hazard(s.Group, s.Weekday, end-start)) {
			end++
		} // there until the look of day end, gone at the next
		s.Entry = -1
		for _, day := range looks {
			switch {
			case day < start:
			case day <= end:
				if s.Entry < 0 {
					s.Entry = day - start
				}
				s.Last = day - start
			case s.Entry >= 0 && s.Gone == 0:
				s.Gone = day - start
			}
		}
		if s.Entry >= 0 {
			seen = append(seen, s)
		}
	}
	return seen, born
}

func truthful(group, weekday, day int) float64 {
	h := 0.04
	if group == 1 && day < 7 {
		h *= 1.8
	}
	if w := (weekday + day) % 7; w >= 5 {
		h *= 0.2
	}
	if day == 30 {
		h *= 11
	}
	return h
}

// Truncated and censored as they are, the data give back what they were drawn
// from; a fit that took what is in the file for a sample of what began, or the
// last sight for the end, would not.
func TestRecoversWhatWasSimulated(t *testing.T) {
	beta := []float64{0.5, -0.3}
	seen, born := simulate(rand.New(rand.NewPCG(3, 3)), 14_000, truthful, beta)
	if len(seen) > born*2/3 {
		t.Fatalf("%d of %d seen: truncation is not tried", len(seen), born)
	}
	d := design(2, Prior{0, 1}, Prior{0, 1})
	f, err := d.Fit(seen)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range beta {
		if got := f.Beta[i]; math.Abs(got-want) > 3*f.SD[i] || f.SD[i] > 0.05 {
			t.Errorf("coefficient %d: %.3f ± %.3f, drawn from %.3f", i, got, f.SD[i], want)
		}
	}
	for group := range 2 {
		for _, span := range [][2]int{{0, 7}, {7, 30}, {0, 31}, {20, 31}} {
			want := 0.0
			for weekday := range 7 {
				for day := span[0]; day < span[1]; day++ {
					want += truthful(group, weekday, day) / 7
				}
			}
			got := f.Hazard(group, Any, span[0], span[1])
			if math.Abs(math.Log(got/want)) > 0.12 {
				t.Errorf("group %d, days %v: hazard %.3f, drawn from %.3f", group, span, got, want)
			}
		}
		want := math.Log(truthfulTo31(group))
		if sd := math.Sqrt(f.Doubt[group][0]); math.Abs(math.Log(f.Hazard(group, Any, 0, 31))-want) > 3.5*sd || sd > 0.06 {
			t.Errorf("group %d: log H(31) %.3f ± %.3f, drawn from %.3f", group, math.Log(f.Hazard(group, Any, 0, 31)), sd, want)
		}
	}
	// What is known exactly of each weekday adds up to what is known on average.
	if weekend, weekday := f.Week[5], f.Week[2]; math.Abs(weekend-weekday-math.Log(0.2)) > 0.5 {
		t.Errorf("a weekend's log-hazard is %.2f above a Wednesday's, drawn from %.2f", weekend-weekday, math.Log(0.2))
	}
	// Without a model, by group, the same.
	for group := range 2 {
		var own []Spell
		for _, s := range seen {
			if s.Group == group {
				own = append(own, s)
			}
		}
		s := Turnbull(own)
		if !slices.IsSortedFunc(s, func(a, b float64) int { return int(math.Copysign(1, b-a)) }) {
			t.Error("the share still there rises")
		}
		// Terms make lives unequal: the mean of all that began, seen or not.
		mean, r := 0.0, rand.New(rand.NewPCG(9, 9))
		for range 20_000 {
			mean += math.Exp(-math.Exp(beta[0]*r.NormFloat64()+beta[1]*r.NormFloat64())*truthfulTo31(group)) / 20_000
		}
		if math.Abs(s[31]-mean) > 0.03 {
			t.Errorf("group %d: %.3f still there on day 31, about %.3f expected", group, s[31], mean)
		}
	}
}

func truthfulTo31(group int) float64 {
	sum := 0.0
	for weekday := range 7 {
		for day := range 31 {
			sum += truthful(group, weekday, day) / 7
		}
	}
	return sum
}

// A coefficient no spell informs is its prior; one that spells do leaves it.
func TestPriorGivesWayToData(t *testing.T) {
	seen, _ := simulate(rand.New(rand.NewPCG(4, 4)), 4_000, truthful, []float64{0.5})
	f, err := design(2, Prior{-0.5, 0.2}, Prior{-0.5, 0.2}).Fit(seen)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(f.Beta[1]+0.5) > 1e-6 || math.Abs(f.SD[1]-0.2) > 1e-3 {
		t.Errorf("no data, yet %.4f ± %.4f", f.Beta[1], f.SD[1])
	}
	if f.Beta[0] < 0.3 || f.SD[0] > 0.1 {
		t.Errorf("data say 0.5, prior −0.5, fit %.3f ± %.3f", f.Beta[0], f.SD[0])
	}
}

func TestDeterminism(t *testing.T) {
	seen := random(rand.New(rand.NewPCG(5, 5)), 400, 2, 3)
	d := design(2, Prior{0, 1}, Prior{0, 1}, Prior{0, 1})
	a, err := d.Fit(seen)
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := d.Fit(seen); !reflect.DeepEqual(a, b) {
		t.Error("two fits of the same spells differ")
	}
}

func TestRefusesContradictions(t *testing.T) {
	good := Spell{Entry: 2, Last: 5, Gone: 7}
	for name, change := range map[string]func(*Spell){
		"seen before entry":   func(s *Spell) { s.Last = 1 },
		"missed before seen":  func(s *Spell) { s.Gone = 5 },
		"entered too late":    func(s *Spell) { s.Entry, s.Last, s.Gone = MaxDay, MaxDay, 0 },
		"negative":            func(s *Spell) { s.Entry = -1 },
		"no such group":       func(s *Spell) { s.Group = 1 },
		"no such weekday":     func(s *Spell) { s.Weekday = 7 },
		"no such coefficient": func(s *Spell) { s.X = []Term{{1, 1}} },
		"not a number":        func(s *Spell) { s.X = []Term{{0, math.NaN()}} },
	} {
		bad := good
		change(&bad)
		if _, err := design(1, Prior{0, 1}).Fit([]Spell{good, bad}); err == nil {
			t.Errorf("%s: fitted", name)
		}
	}
	if _, err := design(1).Fit(nil); err == nil {
		t.Error("fitted to nothing")
	}
	// Older than the grid is no contradiction.
	if _, err := design(1).Fit([]Spell{good, {Entry: 3, Last: 900, Gone: 950}}); err != nil {
		t.Error(err)
	}
}

// Where everything is seen to the day, Turnbull's estimate is the plain share.
func TestTurnbullOnWhatIsKnown(t *testing.T) {
	var spells []Spell
	for day, n := range map[int]int{0: 3, 1: 1, 4: 4, 9: 2} {
		for range n {
			spells = append(spells, Spell{Last: day, Gone: day + 1})
		}
	}
	s := Turnbull(spells)
	for day, want := range map[int]float64{0: 1, 1: .7, 2: .6, 4: .6, 5: .2, 9: .2, 10: 0} {
		if math.Abs(s[day]-want) > 1e-5 {
			t.Errorf("day %d: %.4f, want %.2f", day, s[day], want)
		}
	}
	// Two that entered on day 4 tell nothing of the days before.
	s = Turnbull(append(spells, Spell{Entry: 4, Last: 4, Gone: 5}, Spell{Entry: 4, Last: 9, Gone: 10}))
	if math.Abs(s[4]-.6) > 1e-3 || math.Abs(s[5]/s[4]-3.0/8) > 1e-3 {
		t.Errorf("with delayed entry: %.4f then %.4f", s[4], s[5])
	}
}

func TestScores(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	var list []Judged
	for range 400 {
		p := float64(r.IntN(20)) / 20
		list = append(list, Judged{p, r.Float64() < p})
	}
	pairs, right := 0.0, 0.0
	for _, a := range list {
		for _, b := range list {
			if a.Yes && !b.Yes {
				pairs++
				switch {
				case a.P > b.P:
					right++
				case a.P == b.P:
					right += 0.5
				}
			}
		}
	}
	if got := AUC(list); math.Abs(got-right/pairs) > 1e-12 {
		t.Errorf("AUC %v, by pairs %v", got, right/pairs)
	}
	if e, bins := Calibration(list); e > 0.08 || len(bins) != 10 {
		t.Errorf("calibration error %v of a calibrated forecast in %d bins", e, len(bins))
	}
	two := []Judged{{0.9, true}, {0.4, true}, {0.2, false}}
	if got := Brier(two); math.Abs(got-(.01+.36+.04)/3) > 1e-12 {
		t.Errorf("Brier %v", got)
	}
	if got := LogLikelihood(two); math.Abs(got-(math.Log(.9)+math.Log(.4)+math.Log(.8))/3) > 1e-12 {
		t.Errorf("log-likelihood %v", got)
	}
	if got := LogLikelihood([]Judged{{0, true}}); math.IsInf(got, 0) {
		t.Error("one certainty is infinitely wrong")
	}
	if e, bins := Calibration([]Judged{{0.95, false}, {0.05, false}}); math.Abs(e-.5) > 1e-12 || len(bins) != 2 {
		t.Errorf("calibration error %v, bins %+v", e, bins)
	}
}

func BenchmarkMode(b *testing.B) {
	seen := random(rand.New(rand.NewPCG(7, 7)), 2000, 5, 12)
	d := design(5, make([]Prior, 12)...)
	for i := range d.Priors {
		d.Priors[i].SD = 0.3
	}
	for b.Loop() {
		if _, err := d.Mode(seen); err != nil {
			b.Fatal(err)
		}
	}
}
