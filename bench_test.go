package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/postgres/postgrestest"
	"tandem/retrieval"
	"tandem/retrieval/rome"
	"tandem/tools"
	"tandem/tools/document"
	"tandem/tools/skills"
)

// What bench asks of retrieval, on the built-in extract, so that it cannot rot:
// every measure is taken, and those that say how well are not nonsense.
func TestBenchSearch(t *testing.T) {
	db := postgrestest.New(t)
	src := rome.Builtin()
	if _, err := rome.Load(t.Context(), db, src, rome.Options{}); err != nil {
		t.Fatal(err)
	}
	questions, err := rome.Titles(src)
	if err != nil {
		t.Fatal(err)
	}
	if len(questions) < 200 {
		t.Errorf("%d questions", len(questions))
	}
	questions = questions[:20]
	b := &table{head: []string{"What", "Measured"}, say: io.Discard}
	s := searching{db: db, questions: questions, n: 16}
	if err := b.sizes(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if err := s.measure(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	b.print(&out)
	for _, want := range []string{"hnsw embedding (competence)", "16 clients", "by HNSW | recall@5 ", "plain full text", "recall@10 of 8 exact searches, savoirs | "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}

	t.Run("growth", func(t *testing.T) {
		if err := db.Own(t.Context(), func(tx pgx.Tx) error { // a quarter of the skills is enough to copy
			_, err := tx.Exec(t.Context(), "delete from passages where kind in ('competence', 'savoir') and hashtext(id) & 3 > 0")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		b := &table{say: io.Discard}
		if err := b.grow(t.Context(), s, []int{2}, func(string, int, int) {}); err != nil {
			t.Fatal(err)
		}
		if len(b.rows) != 1 || len(b.rows[0]) != len(b.head) {
			t.Fatalf("%q", b.rows)
		}
		// A copy is of its kind, has its own métier and words, and is near what it copies.
		var once, twice, orphans int
		var cosine float64
		if err := db.Read(t.Context(), func(tx pgx.Tx) error {
			return tx.QueryRow(t.Context(), `select count(*) filter (where c.id is null), count(*) filter (where c.kind = p.kind and c.tsv <> p.tsv),
				count(*) filter (where c.parent is not null and not exists (select from passages m where m.id = c.parent)), avg(1 - (c.embedding <=> p.embedding))
				from passages p left join passages c on c.id = p.id || '~1' where p.id not like '%~1'`).Scan(&once, &twice, &orphans, &cosine)
		}); err != nil {
			t.Fatal(err)
		}
		if once > 0 || twice == 0 || orphans > 0 || cosine < 0.8 || cosine > 0.95 {
			t.Errorf("%d not copied, %d with other words, %d without their métier, cosine %.2f", once, twice, orphans, cosine)
		}
		found, err := retrieval.New(db, nil).Search(t.Context(), retrieval.Query{Text: "boulanger", Corpus: retrieval.ROME, Kinds: []string{retrieval.Metier}})
		if err != nil || !slices.ContainsFunc(found, func(p retrieval.Passage) bool { return p.ID == "D1102" }) {
			t.Errorf("boulanger: %v, %v", found, err)
		}
	})
}

// What bench asks of CVs: the files are set in both ways, all of their words are
// read in order, and a missing peer is said.
func TestBenchDocuments(t *testing.T) {
	files, err := cvFiles(benchCVs)
	if err != nil {
		t.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	reader, err := document.NewReader(t.Context(), document.Options{CacheDir: filepath.Join(cache, "tandem-test-pdfium"), Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	t.Setenv("PATH", "")
	b := &table{say: io.Discard}
	if err := (reading{reader, skills.New(skills.Lexicon{}), files[:12]}).measure(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	b.print(&out)
	for _, want := range []string{"in two columns) | ", "CVs/s", "8 at once | ", "Tandem | ", "one column: word error 0.0 %, words in order 100.0 %; two: word error 0.0 %, words in order 100.0 %", "pdftotext is not installed"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestFidelity(t *testing.T) {
	for _, tt := range []struct {
		got, want     string
		edits, common int
	}{
		{"a b c", "a b c", 0, 3},
		{"a x c", "a b c", 1, 2},
		{"a c", "a b c", 1, 2},
		{"c a b d", "a b c d", 2, 3},
		{"", "a b", 2, 0},
		{"a b", "", 2, 0},
	} {
		if edits, common := fidelity(words(tt.got), words(tt.want)); edits != tt.edits || common != tt.common {
			t.Errorf("%q for %q: %d edits, %d in order", tt.got, tt.want, edits, common)
		}
	}
}

func TestEachStops(t *testing.T) {
	calls := 0
	if _, err := each(t.Context(), 1, 10, func(i int) error { calls++; return io.ErrUnexpectedEOF }); err == nil || calls != 1 {
		t.Errorf("after a failure: %d calls, %v", calls, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	if _, err := each(ctx, 4, 1000, func(i int) error { stop(); return nil }); err == nil {
		t.Error("interrupted, yet no error")
	}
}

// What bench asks of an endpoint: answers come through, and a stop closes the
// connection, which the endpoint sees.
func TestBenchEndpoint(t *testing.T) {
	a := &app{db: postgrestest.New(t), engines: &tools.Engines{Skills: func() (*skills.Engine, error) { return skills.New(skills.Lexicon{}), nil }}}
	direct, through, err := firstTokens{clients: 4, n: 12}.measure(t.Context(), a)
	if err != nil || direct.median <= 0 || through.median <= 0 || through.perSecond <= 0 {
		t.Errorf("%v, %v, %v", direct, through, err)
	}
	if stops, err := stopTimes(t.Context(), a, 5); err != nil || stops.median <= 0 {
		t.Errorf("%v, %v", stops, err)
	}
}

func TestBenchPortfolio(t *testing.T) {
	settings := map[string]string{"DATABASE_URL": postgrestest.URL(t), "DATA_DIR": t.TempDir()}
	c, err := readConfig(func(name string) string { return settings[name] })
	if err != nil {
		t.Fatal(err)
	}
	b := &table{say: io.Discard}
	if err := b.portfolios(t.Context(), c, slog.New(slog.DiscardHandler), 600, 3); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	b.print(&out)
	for _, want := range []string{"Forecast (pourvue), one core | ", "Forecast (en-ligne), one core | ", "Import of 600 offers: read, check, forecast, store | ", "Portfolio of 1100 offers: 10 questions", "Portfolio of 1800 offers", "– in the top band (median / slowest of 20) | ", "bands decided again | "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}
