package delay

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tandem/internal/fault"
)

func years(y float64) *float64 { return &y }

// full is an offer of which everything is known.
func full() Offer {
	return Offer{
		ROME: "F1703", Sector: "construction", Qualification: "ouvrier qualifié", Contract: "CDI", HoursWeek: 39,
		ExperienceYears: years(2), SalaryYear: 26_000, Departement: "44", EstablishmentSize: 20, PermitNeeded: true, AtypicalHours: true, Month: 5,
	}
}

func TestContributionsAddUp(t *testing.T) {
	for _, m := range []*Model{Default(), Default().For(Online)} {
		for _, o := range append(random(2000), Offer{}, full()) {
			f := m.Forecast(o)
			if f.Measure != m.Target() || f.Target == "" || f.Model == "" {
				t.Fatalf("the answer does not name what it is about: %+v", f)
			}
			if f.Insufficient != "" {
				if f.Probability != 0 || len(f.Contributions) != 0 || len(f.Curve) != 0 {
					t.Fatalf("« Données insuffisantes », yet figures: %+v", f)
				}
				continue
			}
			odds := math.Log(f.BaseRate / (1 - f.BaseRate))
			for _, c := range f.Contributions {
				odds += c.LogOdds
				if c.Factor == "" || c.Source == "" {
					t.Fatalf("contribution without factor or source: %+v of %+v", c, o)
				}
			}
			if got := math.Log(f.Probability / (1 - f.Probability)); math.Abs(got-odds) > 1e-9 {
				t.Fatalf("log-odds %v, contributions add up to %v for %+v", got, odds, o)
			}
			if !(0 < f.Low && f.Low < f.Probability && f.Probability < f.High && f.High < 1) {
				t.Fatalf("interval %v %v %v for %+v", f.Low, f.Probability, f.High, o)
			}
			last, at30 := 1.1, 0.0
			for _, p := range f.Curve {
				if p.Probability >= last {
					t.Fatalf("curve rises at day %d for %+v", p.Day, o)
				}
				if last = p.Probability; p.Day == f.Days {
					at30 = p.Probability
				}
			}
			if math.Abs(at30-f.Probability) > 1e-9 {
				t.Fatalf("curve at day %d is %v, probability %v", f.Days, at30, f.Probability)
			}
			if f.MedianDays <= float64(o.AgeDays) {
				t.Fatalf("median %v of an offer %d days old", f.MedianDays, o.AgeDays)
			}
		}
	}
}

// The figures of the brief: medians by category and the rates they stand for.
func TestBaseRateIsThePublishedOne(t *testing.T) {
	f := Default().Forecast(Offer{})
	if math.Abs(f.Probability-0.60) > 0.01 || f.Probability != f.BaseRate {
		t.Errorf("base rate %.3f, published estimate 0.60", f.BaseRate)
	}
	if f.MedianDays != baseMedian {
		t.Errorf("median %v days, published %v", f.MedianDays, baseMedian)
	}
	for median, want := range map[float64]float64{31: .51, 38: .56, 44: .59, 47: .60, 56: .64, 61: .66, 72: .69} {
		if got := weibull(horizon, median); math.Abs(got-want) > 0.0051 {
			t.Errorf("P(T>30) of median %v is %.3f, want %.2f", median, got, want)
		}
		if got := medianAt(weibull(horizon, median)); math.Abs(got-median) > 1e-9 {
			t.Errorf("medianAt is not survival's inverse: %v for %v", got, median)
		}
	}
	if f.Support != 0 || !strings.Contains(f.Target, "30 jours") || !strings.Contains(f.Notice, "conseiller décide") {
		t.Error("the forecast does not say what it is")
	}
}

func TestSigns(t *testing.T) {
	m := Default()
	up := func(name string, change func(*Offer)) {
		t.Helper()
		a, b := full(), full()
		change(&b)
		if pa, pb := m.Forecast(a).Probability, m.Forecast(b).Probability; pb <= pa {
			t.Errorf("%s: %.3f then %.3f, should rise", name, pa, pb)
		}
	}
	up("experience", func(o *Offer) { o.ExperienceYears = years(6) })
	up("lower pay", func(o *Offer) { o.SalaryYear = 24_000 })
	up("large establishment", func(o *Offer) { o.EstablishmentSize = 300 })
	up("executive", func(o *Offer) { o.Qualification = "cadre" })
	up("part time", func(o *Offer) { o.SalaryYear, o.HoursWeek = 26_000*20/39, 20 })
	last := 0.0
	for d := 0.25; d <= 6; d += 0.25 {
		o := full()
		o.Contract, o.DurationMonths = "CDD", d
		p := m.Forecast(o).Probability
		if p < last {
			t.Errorf("CDD of %v months is faster than a shorter one", d)
		}
		last = p
	}
	if o := full(); m.Forecast(o).Probability <= last {
		t.Error("CDI should exceed any CDD")
	}
	short := m.Forecast(Offer{ROME: "G1803", Contract: "CDD", DurationMonths: 0.5})
	if short.Band != "faible" || short.MedianDays > 12 {
		t.Errorf("a CDD of two weeks: %s, median %v days", short.Band, short.MedianDays)
	}
}

func TestInterval(t *testing.T) {
	m := Default()
	wide, narrow := m.Forecast(Offer{}), m.Forecast(full())
	if wide.High-wide.Low <= narrow.High-narrow.Low {
		t.Error("knowing everything should narrow the interval")
	}
	if len(narrow.Missing) != 0 || narrow.Missing == nil {
		t.Errorf("missing of a full offer: %v", narrow.Missing)
	}
	for _, want := range []string{"type de contrat", "métier (code ROME)", "salaire", "département", "expérience demandée"} {
		if !slices.Contains(wide.Missing, want) {
			t.Errorf("missing does not name %q: %v", want, wide.Missing)
		}
	}
	if f := m.Forecast(Offer{Contract: "CDD"}); !slices.Contains(f.Missing, "durée du contrat") {
		t.Errorf("a CDD without duration misses it: %v", f.Missing)
	}
}

func TestInference(t *testing.T) {
	for _, c := range []struct {
		o                     Offer
		sector, qualification string
	}{
		{Offer{ROME: "F1703"}, construction, skilledWorker},
		{Offer{ROME: "f1704"}, construction, unskilledWorker},
		{Offer{ROME: "K1304"}, services, unskilledEmployee},
		{Offer{ROME: "J1501"}, health, skilledEmployee},
		{Offer{ROME: "M1805", Sector: "Industrie"}, industry, executive},
		{Offer{ROME: "H2913", Qualification: "Ouvrier non qualifié"}, industry, unskilledWorker},
		{Offer{Sector: "BTP", Qualification: "Agent de maîtrise"}, construction, foreman},
		{Offer{Sector: "hôtellerie", Qualification: "6"}, hospitality, skilledEmployee},
		{Offer{Qualification: "Technicien spécialisé"}, "", technician},
		{Offer{ROME: "Z9999"}, "", ""},
		{Offer{ROME: "F17é"}, "", ""},
	} {
		k := prior.know(c.o)
		if k.sector != c.sector || k.qualification != c.qualification {
			t.Errorf("%+v: sector %q, qualification %q", c.o, k.sector, k.qualification)
		}
	}
	for in, want := range map[string]string{
		"CDI": "CDI", "cdd": "CDD", "Intérim": "MIS", "MIS": "MIS", "Mission intérimaire - 3 Mois": "MIS", "Contrat à durée indéterminée": "CDI",
		"Contrat à durée déterminée - 6 Mois": "CDD", "Contrat travail saisonnier": "saisonnier", "SAI": "saisonnier", "DDI": "CDD",
		"Contrat apprentissage": "apprentissage", "professionnalisation": "professionnalisation", "FRA": "", "": "",
	} {
		if got := Contract(in); got != want {
			t.Errorf("Contract(%q) = %q, want %q", in, got, want)
		}
	}
}

// Every grand domaine has a sector and every domain of the table a difficulty.
func TestTables(t *testing.T) {
	for code, d := range prior.rome {
		if len(code) == 3 && prior.domainOf(code).difficulty == 0 {
			t.Errorf("no difficulty for %s", code)
		}
		if len(code) > 1 {
			if _, ok := qualificationRatio[d.qualification]; !ok {
				t.Errorf("%s: unknown qualification %q", code, d.qualification)
			}
		}
	}
	for c := byte('A'); c <= 'N'; c++ {
		if _, ok := sectorRatio[sectorOfLetter[c]]; !ok {
			t.Errorf("grand domaine %c has no sector", c)
		}
	}
	if len(prior.place) != 100 {
		t.Errorf("%d départements", len(prior.place))
	}
}

func TestLevers(t *testing.T) {
	m := Default()
	f := m.Forecast(full())
	if len(f.Levers) < 3 || len(f.Actions) == 0 {
		t.Fatalf("levers: %+v", f.Levers)
	}
	for i, l := range f.Levers {
		if l.Change >= 0 || i > 0 && l.Change < f.Levers[i-1].Change {
			t.Errorf("lever %d: %+v", i, l)
		}
	}
	// The change is the one the model itself gives.
	o := full()
	o.AtypicalHours = false
	want := m.Forecast(o).Probability - f.Probability
	if !slices.ContainsFunc(f.Levers, func(l Lever) bool { return math.Abs(l.Change-want) < 1e-12 }) {
		t.Errorf("no lever changes by %v: %+v", want, f.Levers)
	}
	if l := m.Forecast(Offer{}).Levers; l == nil || len(l) != 0 {
		t.Errorf("nothing known, yet levers: %v", l)
	}
}

// Implausible values are unknown, not extrapolated.
func TestHostileValues(t *testing.T) {
	m := Default()
	want := m.Forecast(Offer{}).Probability
	for _, o := range []Offer{
		{HoursWeek: math.NaN()}, {HoursWeek: -3}, {HoursWeek: 900}, {SalaryYear: math.Inf(1)}, {SalaryYear: 3}, {ExperienceYears: years(math.NaN())},
		{ExperienceYears: years(-1)}, {ExperienceYears: years(1e300)}, {EstablishmentSize: -5}, {Departement: "zz"}, {ROME: "É1234"}, {DurationMonths: 1e9},
		{Occupation: "soudeur"}, {SalaryYear: 9_000}, // part time of unknown length
	} {
		if got := m.Forecast(o); got.Probability != want {
			t.Errorf("%+v moves the forecast to %v", o, got.Probability)
		} else if _, err := json.Marshal(got); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// No field of an offer may name who employs or who applies. Adding a field
// fails here until someone has judged it.
func TestOfferKnowsNobody(t *testing.T) {
	allowed := []string{
		"ROME", "Occupation", "Sector", "Qualification", "Contract", "DurationMonths", "HoursWeek", "ExperienceYears", "SalaryYear", "Departement",
		"EstablishmentSize", "PermitNeeded", "AtypicalHours", "Month", "Weekday", "AgeDays",
	}
	for f := range reflect.TypeFor[Offer]().Fields() {
		if !slices.Contains(allowed, f.Name) {
			t.Errorf("Offer.%s is not a judged fact of an offer", f.Name)
		}
		switch f.Type.Kind() {
		case reflect.Map, reflect.Slice, reflect.Interface, reflect.Struct:
			t.Errorf("Offer.%s could carry anything", f.Name)
		}
	}
	// What is said of the occupation is shown, never computed with.
	a, b := full(), full()
	b.Occupation = "maçon chez Untel, femme de 52 ans"
	for _, target := range Targets {
		if m := Default().For(target); !reflect.DeepEqual(m.Forecast(a), m.Forecast(b)) {
			t.Errorf("%s: Occupation moves the forecast", target)
		}
	}
}

func TestPairs(t *testing.T) {
	f, err := os.Open("../../testdata/pairs-report.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	score, err := Default().Pairs(f)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d pairs, accuracy %.3f, by %v", score.N, score.Accuracy, score.By)
	if score.N < 30 || score.Accuracy < 1 {
		t.Errorf("accuracy %.3f of %d; wrong: %v", score.Accuracy, score.N, score.Wrong)
	}
}

func TestPairsRefusesWhatItCannotRead(t *testing.T) {
	good := `{"id":"1","A":{"contract":"CDI"},"B":{"contract":"CDD","duration_months":2},"higher":"A"}` + "\n"
	for _, c := range []struct{ in, says string }{
		{good + "{", "ligne 2"},
		{good + `{"id":"2","A":{},"B":{}}`, "higher"},
		{good + strings.Repeat("x", maxPairLine+1), "ligne 1"},
		{"\n", "aucune paire"},
	} {
		_, err := Default().Pairs(strings.NewReader(c.in))
		if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.40q: %v", c.in, err)
		}
	}
	// A wrong order is counted: the score can fail.
	score, err := Default().Pairs(strings.NewReader(good + strings.Replace(good, `"higher":"A"`, `"higher":"B"`, 1) +
		`{"id":"tie","A":{"contract":"CDI"},"B":{"contract":"CDI"},"higher":"A"}`))
	if err != nil || score.Accuracy != 1.0/3 || !slices.Equal(score.Wrong, []string{"1", "tie"}) {
		t.Errorf("%+v, %v", score, err)
	}
}

func BenchmarkForecast(b *testing.B) {
	for _, target := range Targets {
		b.Run(string(target), func(b *testing.B) {
			m, o := Default().For(target), full()
			for b.Loop() {
				m.Forecast(o)
			}
		})
	}
}

func random(n int) []Offer {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	codes := []string{""}
	for code := range prior.rome {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	out := make([]Offer, n)
	for i := range out {
		o := &out[i]
		o.ROME, o.Contract = pick(codes...), pick("", "CDI", "CDD", "MIS", "saisonnier", "apprentissage", "alternance", "FRA")
		o.DurationMonths, o.HoursWeek = r.Float64()*30, float64(r.IntN(45))
		o.Sector = pick("", "BTP", "industrie", "commerce", "hcr")
		o.Qualification = pick("", "cadre", "ouvrier qualifié", "employé non qualifié", "technicien")
		o.SalaryYear, o.EstablishmentSize = float64(r.IntN(60_000)), r.IntN(400)
		o.PermitNeeded, o.AtypicalHours = r.IntN(2) == 0, r.IntN(2) == 0
		o.Departement = pick("", "44", "974", "2A", "99")
		o.AgeDays, o.Weekday = max(0, r.IntN(60)-30), r.IntN(8)
		if r.IntN(3) > 0 {
			o.ExperienceYears = years(float64(r.IntN(12)))
		}
	}
	return out
}
