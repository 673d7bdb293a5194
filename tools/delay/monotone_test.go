package delay

import (
	"slices"
	"testing"
)

// Where the sign is known, more of a thing never goes with the other direction,
// whatever else the offer says: pay shortens, experience, an establishment's size
// and a requirement lengthen. The time online has learned its own directions (in
// the captures, pay says next to nothing and the other way): each factor keeps to
// one for all offers.
func TestMonotone(t *testing.T) {
	steps := map[string]struct {
		rises bool
		set   func(o *Offer, x float64)
		grid  []float64
	}{
		"pay":        {false, func(o *Offer, x float64) { o.SalaryYear, o.HoursWeek = x, 35 }, []float64{19_000, 22_000, 25_000, 30_000, 40_000, 60_000}},
		"experience": {true, func(o *Offer, x float64) { o.ExperienceYears = &x }, []float64{0, 0.5, 1, 2, 3, 5, 8}},
		"size":       {true, func(o *Offer, x float64) { o.EstablishmentSize = int(x) }, []float64{1, 9, 20, 60, 300, 1000}},
		"permit":     {true, func(o *Offer, x float64) { o.PermitNeeded = x > 0 }, []float64{0, 1}},
		"hours odd":  {true, func(o *Offer, x float64) { o.AtypicalHours = x > 0 }, []float64{0, 1}},
	}
	for name, s := range steps {
		for _, m := range []*Model{Default(), Default().For(Online)} {
			rises, moved := s.rises, false
			for _, o := range random(300) {
				o.AgeDays = min(o.AgeDays, 20)
				last := -1.0
				for i, x := range s.grid {
					s.set(&o, x)
					f := m.Forecast(o)
					if f.Insufficient != "" {
						break
					}
					if p := f.Probability; i > 0 && p != last {
						if !moved && m.Target() == Online {
							rises = p > last
						}
						moved = true
						if (p > last) != rises {
							t.Fatalf("%s, %s: %.4f at %v, %.4f before, for %+v", m.Target(), name, p, x, last, o)
						}
					}
					last = f.Probability
				}
			}
			if !moved {
				t.Errorf("%s, %s: changes nothing: the test tests nothing", m.Target(), name)
			}
		}
	}
}

func TestTight(t *testing.T) {
	list := Tight(60)
	if !slices.IsSorted(list) || !slices.Contains(list, "F16") || !slices.Contains(list, "J15") || slices.Contains(list, "D13") || slices.Contains(list, "F") {
		t.Errorf("%v", list)
	}
	if len(Tight(101)) != 0 || len(Tight(1)) <= len(list) {
		t.Errorf("%d, %d", len(Tight(101)), len(Tight(1)))
	}
}
