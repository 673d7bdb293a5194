package rome_test

import (
	"os"
	"testing"

	"tandem/internal/postgres/postgrestest"
	"tandem/retrieval/rome"
)

// archiveOfAll is where all of ROME is, as .ci/run says.
func archiveOfAll(t testing.TB) string {
	p := os.Getenv("ROME_ARCHIVE")
	if p == "" {
		t.Skip("ROME_ARCHIVE does not say where all of ROME is")
	}
	return p
}

// The counts are those of version 60; a later one has more.
func TestAllOfROME(t *testing.T) {
	db := postgrestest.New(t)
	r := mustLoad(t, db, archiveOfAll(t), rome.Options{})
	for table, least := range map[string]int{"rome_metier": 1584, "rome_appellation": 13120, "rome_item": 33850, "rome_link": 104219,
		"rome_mobilite": 14912, "rome_texte": 11980, "rome_domaine": 124, "rome_entree": 211} {
		if got := r.Tables[table].Rows; got < least {
			t.Errorf("%s: %d rows, want %d at least", table, got, least)
		}
	}
	m, err := rome.Open(db).Metier(t.Context(), "D1102")
	if err != nil {
		t.Fatal(err)
	}
	if m.Label != "Boulanger / Boulangère" || len(m.Appellations) < 5 || len(m.Skills) < 20 || len(m.Contexts) == 0 || len(m.Mobilities) == 0 || m.Definition == "" || m.Access == "" {
		t.Errorf("D1102: %d appellations, %d skills, %d contexts, %d mobilities", len(m.Appellations), len(m.Skills), len(m.Contexts), len(m.Mobilities))
	}
	l, err := rome.Open(db).Lexicon(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Labels) < 46791 {
		t.Errorf("%d labels", len(l.Labels))
	}
	if r := mustLoad(t, db, archiveOfAll(t), rome.Options{}); !r.Unchanged {
		t.Error("loading again changed something")
	}
	if r.Release.Version == 60 { // next knows its file names
		t.Run("next", func(t *testing.T) { nextOfAll(t, db, archiveOfAll(t)) })
	}
}

// BenchmarkLoad loads all of ROME into an empty database, training included.
func BenchmarkLoad(b *testing.B) {
	path := archiveOfAll(b)
	for b.Loop() {
		b.StopTimer()
		db := postgrestest.New(b)
		src, err := rome.At(path)
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		r, err := rome.Load(b.Context(), db, src, rome.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(r.Passages.Passages), "passages")
		b.ReportMetric(r.Took.Train.Seconds(), "train-s")
		b.ReportMetric(r.Took.Write.Seconds(), "write-s")
	}
}

func BenchmarkLexicon(b *testing.B) {
	db := postgrestest.New(b)
	mustLoad(b, db, archiveOfAll(b), rome.Options{})
	for b.Loop() {
		if _, err := rome.Open(db).Lexicon(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
