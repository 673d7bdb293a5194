package offers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
)

func lines(from, to int, title string) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, `{"id":"L%05d","intitule":"%s","description":"CDI, 35 h","typeContrat":"CDI"}`+"\n", i, title)
	}
	return b.String()
}

func TestImportFromAFile(t *testing.T) {
	s := NewStore(postgrestest.New(t), check)
	other := postgres.Visitor{ID: "c2", Role: postgres.Counsellor, Agency: "autre"}
	if _, err := s.Import(t.Context(), other, []Offer{{ID: "L00003", Title: "À d'autres"}}); err != nil {
		t.Fatal(err)
	}
	file := lines(0, 1200, "Maçon") + "{broken\n" + `{"id":"no title"}` + "\n" + `{"id":"bad id","intitule":"x"}` + "\n" + lines(0, 2, "Couvreur")
	var told []int
	done, err := s.ImportFrom(t.Context(), counsellor, File(strings.NewReader(file)), func(so Imported) { told = append(told, so.Added) })
	if err != nil || done.Added != 1199 || done.Changed != 2 || done.Same != 0 || done.Bad != 4 {
		t.Fatalf("%+v, %v", done, err)
	}
	var where []int
	for _, p := range done.Refused {
		where = append(where, p.Line)
	}
	if !slices.Equal(where, []int{4, 1201, 1202, 1203}) || done.Refused[0].Why != foreign {
		t.Errorf("refused: %+v", done.Refused)
	}
	if !slices.IsSorted(told) || len(told) != 3 {
		t.Errorf("told %v", told)
	}
	// Of two offers with one id the later counts, also a batch apart.
	if got, err := s.Get(t.Context(), counsellor, "L00001"); err != nil || got.Title != "Couvreur" {
		t.Errorf("%q, %v", got.Title, err)
	}
	if again, err := s.ImportFrom(t.Context(), counsellor, File(strings.NewReader(lines(2, 1200, "Maçon"))), nil); err != nil || again.Same != 1197 || again.Bad != 1 {
		t.Errorf("again: %+v, %v", again, err)
	}
}

// What was counted is stored, the rest is not, and the same import goes on.
func TestImportInterrupted(t *testing.T) {
	s := NewStore(postgrestest.New(t), check)
	ctx, stop := context.WithCancel(t.Context())
	whole := lines(0, 1700, "Maçon")
	done, err := s.ImportFrom(ctx, counsellor, File(strings.NewReader(whole)), func(Imported) { stop() })
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("%+v, %v", done, err)
	}
	list, err := s.Search(t.Context(), counsellor, Filter{})
	if err != nil || list.Total != done.Added || list.Total == 0 || list.Total == 1700 {
		t.Fatalf("%d stored, %d counted, %v", list.Total, done.Added, err)
	}
	rest, err := s.ImportFrom(t.Context(), counsellor, File(strings.NewReader(whole)), nil)
	if err != nil || rest.Same != done.Added || rest.Added != 1700-done.Added {
		t.Errorf("%+v, %v", rest, err)
	}
	// A file that is cut, or that fails while it is read, costs what is not there.
	for name, in := range map[string]io.Reader{
		"cut":   strings.NewReader("[" + strings.ReplaceAll(strings.TrimSuffix(lines(6000, 6003, "Maçon"), "\n"), "\n", ",")),
		"fails": io.MultiReader(strings.NewReader(lines(7000, 7003, "Maçon")), failing{}),
	} {
		done, err := s.ImportFrom(t.Context(), counsellor, File(in), nil)
		if err == nil || done.Added != 3 {
			t.Errorf("%s: %+v, %v", name, done, err)
		}
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

func TestParseBand(t *testing.T) {
	for said, want := range map[string]Band{"p80": {Percentile: 80}, "65%": {Probability: 0.65}, "p90 50 %": {90, 0.5}, " 50% p90": {90, 0.5}} {
		if got, err := ParseBand(said); err != nil || got != want {
			t.Errorf("%q: %+v, %v", said, got, err)
		}
	}
	for _, said := range []string{"", "80", "p", "p0", "p100", "0%", "100%", "p80%", "rouge", "p80 p"} {
		if b, err := ParseBand(said); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%q: %+v, %v", said, b, err)
		}
	}
}
