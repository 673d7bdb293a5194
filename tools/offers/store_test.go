package offers

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/tools/delay"
)

var (
	counsellor = postgres.Visitor{ID: "c", Role: postgres.Counsellor, Agency: "demo"}
	recruiter  = postgres.Visitor{ID: "r", Role: postgres.Recruiter, Company: "demo"}
	strangers  = []postgres.Visitor{
		{ID: "c2", Role: postgres.Counsellor, Agency: "autre"},
		{ID: "r2", Role: postgres.Recruiter, Company: "autre"},
		// A role's place in the other's column gives nothing.
		{ID: "r3", Role: postgres.Recruiter, Company: "autre", Agency: "demo"},
		{ID: "c3", Role: postgres.Counsellor, Agency: "autre", Company: "demo"},
	}
)

// check forecasts for real and blocks what names a young person.
func check(o Offer) Assessment {
	a := Assessment{Verdict: json.RawMessage(`{"status":"clean","findings":[]}`), Forecast: delay.Default().Forecast(o.Fields.Offer)}
	if strings.Contains(o.Body, "jeune") {
		a.Verdict, a.Blocked = json.RawMessage(`{"status":"blocked","findings":[{"title":"Critère d'âge"}]}`), true
	}
	return a
}

func demoStore(t *testing.T) *Store {
	t.Helper()
	s := NewStore(postgrestest.New(t), check)
	done, err := s.Import(t.Context(), counsellor, Demo())
	if err != nil || done.Added != 24 || len(done.Refused) > 0 {
		t.Fatalf("import of the demonstration: %+v, %v", done, err)
	}
	return s
}

func TestImportIsIdempotent(t *testing.T) {
	s := demoStore(t)
	done, err := s.Import(t.Context(), counsellor, Demo())
	if err != nil || done.Same != 24 || done.Added+done.Changed+len(done.Refused) != 0 {
		t.Errorf("second import: %+v, %v", done, err)
	}
	changed := Demo()[:3]
	changed[0].Fields.HoursWeek = 35
	changed[1].State = Closed
	changed = append(changed, changed[2], Offer{ID: "NEW-1", Title: "Cuisinier H/F", Body: "CDI, 39 h, 2 ans d'expérience, 44000 Nantes"}, Offer{ID: "bad id", Title: "x"}, Offer{ID: "NEW-2"})
	done, err = s.Import(t.Context(), counsellor, changed)
	if err != nil || done.Added != 1 || done.Changed != 2 || done.Same != 1 || len(done.Refused) != 2 {
		t.Errorf("third import: %+v, %v", done, err)
	}
	got, err := s.Get(t.Context(), counsellor, " new-1")
	if err != nil || got.Agency != "demo" || got.Fields.Contract != "CDI" || got.Fields.Departement != "44" || *got.Fields.ExperienceYears != 2 || got.CreatedAt.IsZero() {
		t.Errorf("fields read from the text: %+v, %v", got, err)
	}
	if again, err := s.Import(t.Context(), counsellor, changed[4:5]); err != nil || again.Same != 1 {
		t.Errorf("an offer without a date changes when imported again: %+v, %v", again, err)
	}
}

func TestEachSeesTheirOwn(t *testing.T) {
	s := demoStore(t)
	ctx := t.Context()
	for _, v := range []postgres.Visitor{counsellor, recruiter} {
		list, err := s.Search(ctx, v, Filter{})
		if err != nil || list.Total != 24 {
			t.Errorf("%s sees %d of 24 offers, %v", v.Role, list.Total, err)
		}
	}
	for _, v := range strangers {
		list, err := s.Search(ctx, v, Filter{State: "all"})
		if err != nil || list.Total != len(list.Rows) || slices.ContainsFunc(list.Rows, func(r Row) bool { return !strings.HasPrefix(r.ID, "OWN-") }) {
			t.Errorf("%+v sees %+v, %v", v, list, err)
		}
		if _, err := s.Get(ctx, v, "DEMO01"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%+v reads another's offer: %v", v, err)
		}
		// Taking an id that exists elsewhere changes nothing and takes the rest.
		stolen := Demo()[0]
		stolen.Title = "Volé"
		done, err := s.Import(ctx, v, []Offer{stolen, {ID: "OWN-" + v.ID, Title: "Le mien"}})
		if err != nil || done.Added != 1 || len(done.Refused) != 1 || done.Refused[0].ID != "DEMO01" {
			t.Errorf("%+v imports over another's offer: %+v, %v", v, done, err)
		}
	}
	if got, err := s.Get(ctx, counsellor, "DEMO01"); err != nil || got.Title != "Maçon traditionnel H/F" {
		t.Errorf("DEMO01 is now %q, %v", got.Title, err)
	}
	for _, v := range []postgres.Visitor{
		{ID: "s", Role: postgres.Seeker}, {ID: "s", Role: postgres.Seeker, Agency: "demo", Company: "demo"},
		{ID: "c", Role: postgres.Counsellor}, {ID: "r", Role: postgres.Recruiter},
	} {
		_, search := s.Search(ctx, v, Filter{})
		_, get := s.Get(ctx, v, "DEMO01")
		_, imported := s.Import(ctx, v, Demo())
		for _, err := range []error{search, get, imported} {
			if fault.CodeOf(err) != fault.Forbidden {
				t.Errorf("%+v: %v", v, err)
			}
		}
	}
}

// What a recruiter or a record claims does not place an offer elsewhere.
func TestImportDecidesWhoseItIs(t *testing.T) {
	s := NewStore(postgrestest.New(t), check)
	other := postgres.Visitor{ID: "r2", Role: postgres.Recruiter, Company: "autre"}
	if _, err := s.Import(t.Context(), other, []Offer{{ID: "A1", Title: "Couvreur", Agency: "demo", Company: "demo"}}); err != nil {
		t.Fatal(err)
	}
	for _, v := range []postgres.Visitor{counsellor, recruiter} {
		if _, err := s.Get(t.Context(), v, "A1"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a recruiter placed an offer in the portfolio of %s demo: %v", v.Role, err)
		}
	}
	if got, err := s.Get(t.Context(), other, "A1"); err != nil || got.Company != "autre" || got.Agency != "" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestImportTwiceAtOnce(t *testing.T) {
	s := NewStore(postgrestest.New(t), check)
	var many []Offer
	for i := range 700 { // more than a batch
		many = append(many, Offer{ID: fmt.Sprintf("M%04d", i), Title: "Offre", Body: "CDI"})
	}
	backwards := slices.Clone(many)
	slices.Reverse(backwards)
	var wg sync.WaitGroup
	var added [2]Imported
	for i, offers := range [][]Offer{many, backwards} {
		wg.Go(func() {
			var err error
			if added[i], err = s.Import(t.Context(), counsellor, offers); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if added[0].Added+added[1].Added != 700 || added[0].Same+added[1].Same != 700 {
		t.Errorf("%+v", added)
	}
}

func TestSearch(t *testing.T) {
	s := demoStore(t)
	yes, no, high, percent := true, false, 0.65, 65.0
	for name, c := range map[string]struct {
		f     Filter
		total int
		words string
	}{
		"all":         {Filter{}, 24, "offres ouvertes"},
		"btp":         {Filter{ROME: "F"}, 3, "grand domaine F (construction, bâtiment et travaux publics)"},
		"domain":      {Filter{ROME: "f16"}, 2, "domaine ROME F16"},
		"métier":      {Filter{ROME: "F1703"}, 1, "métier F1703"},
		"place":       {Filter{Departement: "loire atlantique"}, 6, "Loire-Atlantique (44)"},
		"town":        {Filter{Departement: "Quimper"}, 1, "Finistère (29)"},
		"contract":    {Filter{Contract: "intérim"}, 2, "intérim"},
		"season":      {Filter{Contract: "saisonnier"}, 2, "contrat saisonnier"},
		"blocked":     {Filter{Blocked: &yes}, 1, "bloquées au contrôle"},
		"not blocked": {Filter{Blocked: &no}, 23, "non bloquées"},
		"title":       {Filter{Title: "les boulangers"}, 1, "intitulé contenant « boulanger »"},
		"btp in 44":   {Filter{ROME: "F", Departement: "44", Contract: "CDI"}, 1, "CDI"},
		"closed":      {Filter{State: "closed"}, 0, "offres closes"},
		"percent":     {Filter{Departement: "20000", Threshold: &percent}, 0, "d'au moins 65 %"},
		"hostile":     {Filter{Title: `'; drop table offers; -- %_"`}, 0, "drop"},
	} {
		list, err := s.Search(t.Context(), counsellor, c.f)
		if err != nil || list.Total != c.total || len(list.Rows) != min(c.total, usualLimit) || !strings.Contains(list.Filter, c.words) {
			t.Errorf("%s: %d offers (%d rows), %q, %v; want %d", name, list.Total, len(list.Rows), list.Filter, err, c.total)
		}
	}

	list, err := s.Search(t.Context(), counsellor, Filter{Threshold: &high, Limit: 500})
	if err != nil || list.Total == 0 || list.Total == 24 || list.Total != list.High {
		t.Fatalf("over 65 %%: %+v, %v", list, err)
	}
	last := 1.0
	for _, r := range list.Rows {
		if r.Probability < high || r.Probability > last || r.Band != "forte" || r.MedianDays <= 30 || r.Reason == "" || r.Status == "" {
			t.Errorf("%+v after %v", r, last)
		}
		last = r.Probability
	}
	list, err = s.Search(t.Context(), counsellor, Filter{Order: "recent", Limit: 2})
	if err != nil || len(list.Rows) != 2 || list.Total != 24 || list.Rows[0].ID != "DEMO19" || !list.Rows[0].CreatedAt.After(list.Rows[1].CreatedAt) {
		t.Errorf("recent: %+v, %v", list, err)
	}
	list, err = s.Search(t.Context(), counsellor, Filter{Blocked: &yes})
	if err != nil || list.Rows[0].Reason != "Bloquée : Critère d'âge" || list.Blocked != 1 || list.Rows[0].Status != "blocked" {
		t.Errorf("blocked: %+v, %v", list, err)
	}
	if mostly, err := s.Search(t.Context(), counsellor, Filter{Limit: 500}); err != nil || len(mostly.Rows) != 24 {
		t.Errorf("limit: %d rows, %v", len(mostly.Rows), err)
	}
}

func TestSearchRefuses(t *testing.T) {
	s := NewStore(nil, check) // an invalid filter never reaches the database
	for _, f := range []Filter{{ROME: "maçon"}, {ROME: "F170"}, {Departement: "Atlantide"}, {Contract: "bénévole"}, {Order: "random()"}, {State: "x"}, {Threshold: func() *float64 { x := -1.0; return &x }()}} {
		if _, err := s.Search(t.Context(), counsellor, f); fault.CodeOf(err) != fault.Invalid || strings.Contains(fault.Message(err), "interne") {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

// The demonstration is varied enough to show everything.
func TestDemo(t *testing.T) {
	demo := Demo()
	domains, contracts, places, bands := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, o := range demo {
		if why := o.tidy(); why != "" {
			t.Errorf("%s: %s", o.ID, why)
		}
		domains[o.Fields.ROME[:1]], contracts[o.Fields.Contract], places[o.Fields.Departement] = true, true, true
		bands[check(o).Forecast.Band] = true
		if o.Agency != "demo" || o.Company != "demo" || o.CreatedAt.IsZero() {
			t.Errorf("%s: %+v", o.ID, o)
		}
		// What its text says agrees with its fields.
		read := Parse(o.Title + "\n" + o.Body)
		if read.Contract != "" && read.Contract != o.Fields.Contract || read.DurationMonths != 0 && read.DurationMonths != o.Fields.DurationMonths ||
			read.ExperienceYears != nil && *read.ExperienceYears != *o.Fields.ExperienceYears {
			t.Errorf("%s: text says %v, fields %v", o.ID, read.Understood(), o.Fields.Understood())
		}
	}
	if len(demo) < 24 || len(domains) < 9 || len(contracts) < 6 || len(places) < 12 || len(bands) != 3 {
		t.Errorf("%d offers, %d grands domaines, contracts %v, %d départements, bands %v", len(demo), len(domains), contracts, len(places), bands)
	}
	for said, want := range map[string]string{"mes offres dans le BTP": "F", "en restauration": "G", "l'informatique": "M18", "le médico-social": "K12", "le médical": "J", "rien": ""} {
		if got := Sector(said); got != want {
			t.Errorf("Sector(%q) = %q, want %q", said, got, want)
		}
	}
}

func BenchmarkImport(b *testing.B) {
	s := NewStore(postgrestest.New(b), check)
	many := portfolio(2000)
	b.ResetTimer()
	for b.Loop() {
		if _, err := s.Import(b.Context(), counsellor, many); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(many)*b.N)/b.Elapsed().Seconds(), "offers/s")
}

func BenchmarkSearch(b *testing.B) {
	s := NewStore(postgrestest.New(b), check)
	if _, err := s.Import(b.Context(), counsellor, portfolio(20_000)); err != nil {
		b.Fatal(err)
	}
	high := 0.65
	for b.Loop() {
		if _, err := s.Search(b.Context(), counsellor, Filter{ROME: "F", Departement: "44", Threshold: &high}); err != nil {
			b.Fatal(err)
		}
	}
}

// portfolio is n offers, the demonstration's over and over.
func portfolio(n int) []Offer {
	demo := Demo()
	out := make([]Offer, n)
	for i := range out {
		out[i] = demo[i%len(demo)]
		out[i].ID = fmt.Sprintf("P%06d", i)
	}
	return out
}
