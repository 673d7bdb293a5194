package delay

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"tandem/internal/fault"
)

// What has lasted lasts; past the day there is nothing left to forecast.
func TestAge(t *testing.T) {
	for _, m := range []*Model{Default(), Default().For(Online)} {
		last := 0.0
		for age := range 31 {
			o := full()
			o.AgeDays = age
			p := m.Forecast(o).Probability
			if p <= last {
				t.Errorf("%s: %.3f at %d days, %.3f the day before", m.Target(), p, age, last)
			}
			if last = p; m.Target() == Filled && age == 29 {
				break
			}
		}
		o := full()
		o.AgeDays = 45
		f := m.Forecast(o)
		if f.Probability != 1 || f.Low != 1 || f.High != 1 || f.MedianDays <= 45 || f.Curve[0].Day != 45 {
			t.Errorf("%s: at 45 days %+v", m.Target(), f)
		}
		if _, err := json.Marshal(f); err != nil {
			t.Error(err)
		}
	}
}

func TestOnlineSaysWhatItIs(t *testing.T) {
	m := Default().For(Online)
	f := m.Forecast(Offer{ROME: "F1703", Contract: "CDI", Departement: "974"})
	if f.Support < leastSupport || !strings.Contains(f.Target, "en ligne") || !strings.Contains(f.Notice, "ne veut pas dire « pourvue »") || f.Percentile < 1 {
		t.Errorf("%+v", f)
	}
	elsewhere := m.Forecast(Offer{ROME: "F1703", Contract: "CDI", Departement: "44"})
	if elsewhere.High-elsewhere.Low <= f.High-f.Low || !strings.Contains(elsewhere.Notice, "44") {
		t.Error("a place the history has not seen should be less sure, and said")
	}
	if f := m.Forecast(Offer{Contract: "Franchise"}); !strings.HasPrefix(f.Insufficient, "Données insuffisantes") {
		t.Errorf("a kind of contract hardly seen: %+v", f)
	}
	// What no history could tell is stated, and shown as such.
	o := Offer{ROME: "F1703", Contract: "CDI", Departement: "974", EstablishmentSize: 300}
	large := m.Forecast(o)
	i := slices.IndexFunc(large.Contributions, func(c Contribution) bool { return strings.Contains(c.Factor, "établissement") })
	if i < 0 || large.Contributions[i].LogOdds <= 0 || !strings.HasPrefix(large.Contributions[i].Source, "a priori") {
		t.Errorf("%+v", large.Contributions)
	}
	if Default().Target() != Filled || m.For(Filled).Forecast(o).Measure != Filled {
		t.Error("targets are mixed")
	}
}

// A file of another hand cannot break the program.
func TestReadTrainedRefuses(t *testing.T) {
	whole := string(onlineJSON)
	for _, c := range []struct{ old, new string }{
		{whole, ""},
		{whole, "{}"},
		{`"format": 1`, `"format": 2`},
		{`"target": "en-ligne"`, `"target": "vendue"`},
		{`"name": "CDI"`, `"name": "CDX"`},
		{` "week": [`, ` "week": [1e300,`},
		{` "day": [`, ` "day": [0,`},
	} {
		text := strings.Replace(whole, c.old, c.new, 1)
		if text == whole {
			t.Fatalf("no %.30q in the shipped model", c.old)
		}
		if _, err := ReadTrained(strings.NewReader(text)); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%.40q: %v", c.new, err)
		}
	}
}

// CARD.md is what `tandem delay card` prints.
func TestCardIsThatOfTheShippedModel(t *testing.T) {
	text, err := os.ReadFile("CARD.md")
	if err != nil {
		t.Fatal(err)
	}
	if want := Default().For(Online).Trained().Card(); string(text) != want {
		t.Error("CARD.md is of another model: write it again with tandem delay card")
	}
}
