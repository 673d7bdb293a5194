package offers

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/tools/delay"
)

func TestImportOfAWholePortfolioCloses(t *testing.T) {
	s := NewStore(postgrestest.New(t), check)
	other := postgres.Visitor{ID: "c2", Role: postgres.Counsellor, Agency: "autre"}
	if _, err := s.Import(t.Context(), other, []Offer{{ID: "OTHER", Title: "À d'autres"}}); err != nil {
		t.Fatal(err)
	}
	whole := func(file string) (Imported, error) {
		return s.ImportWhole(t.Context(), counsellor, File(strings.NewReader(file)), nil)
	}
	open := func(want int, why string) {
		t.Helper()
		if list, err := s.Search(t.Context(), counsellor, Filter{}); err != nil || list.Total != want {
			t.Errorf("%s: %d open, want %d (%v)", why, list.Total, want, err)
		}
	}
	if done, err := whole(lines(0, 600, "Maçon")); err != nil || done.Added != 600 || done.Closed != 0 {
		t.Fatalf("%+v, %v", done, err)
	}
	if done, err := whole(lines(10, 600, "Maçon")); err != nil || done.Same != 590 || done.Closed != 10 {
		t.Errorf("ten are gone: %+v, %v", done, err)
	}
	open(590, "after ten have gone")
	if done, err := whole(lines(10, 600, "Maçon")); err != nil || done.Closed != 0 {
		t.Errorf("the same again: %+v, %v", done, err)
	}
	if done, err := whole(lines(0, 600, "Maçon")); err != nil || done.Changed != 10 || done.Closed != 0 {
		t.Errorf("they come back: %+v, %v", done, err)
	}
	// A record that cannot be taken and has its number is there all the same.
	if done, err := whole(lines(1, 600, "Maçon") + `{"id":"L00000"}` + "\n"); err != nil || done.Bad != 1 || done.Closed != 0 {
		t.Errorf("no title: %+v, %v", done, err)
	}
	// What an error may hide stays open.
	for name, in := range map[string]io.Reader{
		"a line that is no record": strings.NewReader(lines(5, 600, "Maçon") + "{broken\n"),
		"a number that is none":    strings.NewReader(lines(5, 600, "Maçon") + `{"id":"L 0","intitule":"Maçon"}`),
		"a file that fails":        io.MultiReader(strings.NewReader(lines(0, 3, "Maçon")), failing{}),
		"a file that is cut":       strings.NewReader("[" + strings.ReplaceAll(strings.TrimSuffix(lines(0, 3, "Maçon"), "\n"), "\n", ",")),
		"nothing":                  strings.NewReader("[]"),
		"another's offers":         strings.NewReader(`{"id":"OTHER","intitule":"Maçon"}`),
	} {
		if done, err := s.ImportWhole(t.Context(), counsellor, File(in), nil); err == nil || done.Closed != 0 {
			t.Errorf("%s: %+v, %v", name, done, err)
		}
		open(600, name)
	}
	if got, err := s.Get(t.Context(), other, "OTHER"); err != nil || got.State != Open {
		t.Errorf("another portfolio: %+v, %v", got, err)
	}
	if _, err := s.ImportWhole(t.Context(), postgres.Visitor{ID: "s", Role: postgres.Seeker}, File(strings.NewReader("[]")), nil); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("a seeker: %v", err)
	}
}

// What is written of a portfolio is read back by the training as it is known.
func TestHistory(t *testing.T) {
	db := postgrestest.New(t)
	s := NewStore(db, check)
	day := func(n int) time.Time { return time.Date(2026, 3, 1+n, 8, 0, 0, 0, time.UTC) }
	years, none := 2.5, 0.0
	full := delay.Offer{ROME: "F1703", Contract: "CDD", DurationMonths: 6, HoursWeek: 35, ExperienceYears: &years, SalaryYear: 24000, Departement: "2B",
		Qualification: "employé qualifié", EstablishmentSize: 12, PermitNeeded: true, AtypicalHours: true}
	all := []Offer{
		{ID: "CLOSED-BETWEEN", Title: "Maçon", Fields: Fields{Offer: full, Town: "Bastia"}, Company: "acme", CreatedAt: day(-3)},
		{ID: "CLOSED-WHEN-IT-CAME", Title: "Maçon", State: Closed, CreatedAt: day(-3)},
		{ID: "OPEN", Title: "Maçon", Fields: Fields{Offer: delay.Offer{Contract: "CDI", ExperienceYears: &none, Departement: "974"}}, CreatedAt: day(0)},
	}
	if _, err := s.ImportWhole(t.Context(), counsellor, func(each func(Offer) error, _ func(Problem)) error {
		for _, o := range all {
			if err := each(o); err != nil {
				return err
			}
		}
		return nil
	}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ImportWhole(t.Context(), counsellor, func(each func(Offer) error, _ func(Problem)) error { return each(all[2]) }, nil); err != nil {
		t.Fatal(err)
	}
	// As if it had come on day 0, been listed on days 0 and 10, and missing on day 20.
	as := func(v postgres.Visitor, sql string) {
		t.Helper()
		if err := db.As(t.Context(), v, func(tx pgx.Tx) error { _, err := tx.Exec(t.Context(), sql); return err }); err != nil {
			t.Fatal(err)
		}
	}
	as(counsellor, `update offers set stored_at = '2026-03-01T08:00:00Z', closed_at = case when closed_at is not null then timestamptz '2026-03-21T08:00:00Z' end`)
	as(counsellor, `insert into offer_lists (agency, company, at) values ('demo', '', '2026-03-01T08:00:00Z'), ('demo', '', '2026-03-11T08:00:00Z'), ('demo', '', '2026-03-21T08:00:00Z')`)
	as(postgres.Visitor{ID: "c2", Role: postgres.Counsellor, Agency: "autre"}, `insert into offer_lists (agency, company, at) values ('autre', '', '2026-03-15T08:00:00Z')`)
	var file strings.Builder
	w, err := delay.NewHistoryWriter(&file)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.History(t.Context(), counsellor, w.Write); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil || w.Offers != 2 || w.Closed != 1 {
		t.Fatalf("%d offers, %d closed, %v", w.Offers, w.Closed, err)
	}
	for _, word := range []string{"acme", "demo", "Bastia", "Maçon"} {
		if strings.Contains(file.String(), word) {
			t.Errorf("%q is in the history", word)
		}
	}
	h, err := delay.ReadHistory(strings.NewReader(file.String()))
	if err != nil || len(h.Offers) != 2 || len(h.Bad) > 0 {
		t.Fatalf("%+v, %v\n%s", h, err, file.String())
	}
	closed, still := h.Offers[0], h.Offers[1]
	if !closed.Created.Equal(day(-3)) || !closed.First.Equal(day(0)) || !closed.Last.Equal(day(10)) || !closed.Gone.Equal(day(20)) {
		t.Errorf("closed: %+v", closed)
	}
	got := closed.Offer
	if got.ExperienceYears == nil || *got.ExperienceYears != years {
		t.Errorf("experience %v", got.ExperienceYears)
	}
	if got.ExperienceYears = full.ExperienceYears; got != full {
		t.Errorf("facts: %+v, want %+v", got, full)
	}
	if time.Since(still.Last) > time.Hour || !still.Gone.IsZero() || still.Offer.Departement != "974" || still.Offer.ExperienceYears == nil || *still.Offer.ExperienceYears != 0 {
		t.Errorf("open: %+v", still)
	}
	for _, v := range strangers {
		if err := s.History(t.Context(), v, func(o delay.Observed) error { t.Errorf("%s sees %s", v.ID, o.ID); return nil }); err != nil {
			t.Errorf("%s: %v", v.ID, err)
		}
	}
}
