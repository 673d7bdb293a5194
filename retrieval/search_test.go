package retrieval_test

import (
	"encoding/json"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/retrieval"
	"tandem/retrieval/charter"
	"tandem/retrieval/law"
	"tandem/retrieval/rome"
)

// best is all of ROME when ROME_ARCHIVE says where it is, else the extract.
func best(t testing.TB) rome.Source {
	t.Helper()
	p := os.Getenv("ROME_ARCHIVE")
	if p == "" {
		return rome.Builtin()
	}
	src, err := rome.At(p)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// loaded is a database with every corpus.
func loaded(t testing.TB, src rome.Source) *postgres.DB {
	t.Helper()
	db := postgrestest.New(t)
	if _, err := rome.Load(t.Context(), db, src, rome.Options{Teach: taught, DataDir: models}); err != nil {
		t.Fatal(err)
	}
	for _, load := range []func() (retrieval.Changes, error){
		func() (retrieval.Changes, error) { return charter.Load(t.Context(), db, nil, nil) },
		func() (retrieval.Changes, error) { return law.Load(t.Context(), db, nil, nil) },
	} {
		if _, err := load(); err != nil {
			t.Fatal(err)
		}
		if c, err := load(); err != nil || !c.None() {
			t.Errorf("loading again: %+v, %v", c, err)
		}
	}
	return db
}

// models is where the embedders of the tests are kept: `make test` trains them
// once without the race detector, which makes training ten times slower. Empty:
// each test trains its own.
var models = os.Getenv("TEST_MODELS")

var taught = slices.Concat(charter.Entries(), law.Entries())

// TestModels fills models for the tests of this and of other packages.
func TestModels(t *testing.T) {
	if models == "" {
		t.Skip("TEST_MODELS is empty")
	}
	for _, src := range []rome.Source{best(t), rome.Builtin()} {
		if _, _, err := rome.Trained(t.Context(), src, rome.Options{Teach: taught, DataDir: models}); err != nil {
			t.Fatal(err)
		}
	}
}

// One load, as it takes seconds; the subtests only read.
func TestSearch(t *testing.T) {
	db := loaded(t, best(t))
	s := retrieval.New(db, nil)
	t.Run("first", func(t *testing.T) { first(t, s) })
	t.Run("filters", func(t *testing.T) { filters(t, s) })
	t.Run("words alone", func(t *testing.T) { wordsAlone(t, s) })
	t.Run("by id", func(t *testing.T) { byID(t, s) })
	t.Run("plans", func(t *testing.T) { plans(t, s) })
	t.Run("figures", func(t *testing.T) { figures(t, db, s) })
	t.Run("hostile", func(t *testing.T) { hostile(t, s) })
	t.Run("at once", func(t *testing.T) { atOnce(t, s) })
}

func first(t *testing.T, s *retrieval.Store) {
	metier := []string{retrieval.Metier}
	for _, c := range []struct {
		q    retrieval.Query
		want string
	}{
		{retrieval.Query{Text: "code rome boulanger svp", Kinds: metier}, "D1102"},
		{retrieval.Query{Text: "bouché", Kinds: metier}, "D1101"},
		{retrieval.Query{Text: "fiche métier développeur web", Kinds: metier}, "M1855"},
		{retrieval.Query{Text: "dev ouèbe", Kinds: metier}, "M1855"},
		{retrieval.Query{Text: "jfai des gateaux", Kinds: metier}, "D1104"},
		{retrieval.Query{Text: "aide soignante mais san porter", Kinds: metier}, "J1501"},
		{retrieval.Query{Text: "femme de chambre", Kinds: metier}, "G1501"}, // by an appellation
		{retrieval.Query{Text: "D1102"}, "D1102"},
		{retrieval.Query{Text: "boulanger", Corpus: retrieval.ROME}, "D1102"},
		{retrieval.Query{Text: "L1132-1", Corpus: retrieval.Law}, "law:L1132-1"},
		{retrieval.Query{Text: "engagement 2", Corpus: retrieval.Charter}, "charter:2"},
		{retrieval.Query{Text: "limite d'age dans une annonce", Corpus: retrieval.Law}, "law:L5331-2"},
		{retrieval.Query{Text: "travail de nuit", Kinds: []string{retrieval.Contexte}}, "300803"},
	} {
		found, err := s.Search(t.Context(), c.q)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 || found[0].ID != c.want {
			t.Errorf("%+v: %v, want %s first", c.q, titles(found), c.want)
		}
	}
	for _, text := range []string{"quelle est la capitale de l'australie", "prix du bitcoin", "asdfgh qwerty", "", "svp", "???"} {
		found, err := s.Search(t.Context(), retrieval.Query{Text: text})
		if err != nil || len(found) > 0 {
			t.Errorf("%q: %v, %v; want nothing", text, titles(found), err)
		}
	}
}

func titles(list []retrieval.Passage) (out []string) {
	for _, p := range list {
		out = append(out, p.ID+" "+p.Title)
	}
	return out
}

// A filter keeps the limit full: it works inside the scans, not after them.
func filters(t *testing.T, s *retrieval.Store) {
	for _, kind := range []string{retrieval.Metier, retrieval.Appellation, retrieval.Competence, retrieval.Savoir} {
		found, err := s.Search(t.Context(), retrieval.Query{Text: "cuisine", Kinds: []string{kind}, Limit: 20})
		if err != nil {
			t.Fatal(err)
		}
		if len(found) != 20 {
			t.Errorf("%s: %d passages, want 20", kind, len(found))
		}
		for _, p := range found {
			if p.Kind != kind || p.URL == "" || p.Title == "" {
				t.Errorf("%s: got %+v", kind, p)
			}
		}
	}
	found, err := s.Search(t.Context(), retrieval.Query{Text: "discrimination", Limit: 500})
	if err != nil || len(found) == 0 || len(found) > 50 {
		t.Errorf("%d passages, %v", len(found), err)
	}
}

// Who refuses a trained search is answered by words, and not from what another
// was answered.
func wordsAlone(t *testing.T, s *retrieval.Store) {
	q := retrieval.Query{Text: "angalis", Corpus: retrieval.ROME, Kinds: []string{retrieval.Savoir}}
	mended, err := s.Search(t.Context(), q)
	if err != nil || len(mended) == 0 {
		t.Errorf("%v: the embedder does not mend %q", err, q.Text)
	}
	q.Words = true
	said, err := s.Search(t.Context(), q)
	if err != nil || slices.Equal(titles(said), titles(mended)) {
		t.Errorf("%v: by words alone %q too", err, titles(said))
	}
	q.Text, q.Kinds = "gérer une caisse", []string{retrieval.Competence}
	if said, err = s.Search(t.Context(), q); err != nil || len(said) == 0 || said[0].Title != "Gérer une caisse" {
		t.Errorf("%v, %q", err, titles(said))
	}
}

func byID(t *testing.T, s *retrieval.Store) {
	found, err := s.ByID(t.Context(), retrieval.Charter, "charter:7", "charter:1", "charter:9", "D1102")
	if err != nil || len(found) != 2 || found[0].ID != "charter:7" || found[0].Title != "Impact environnemental" || found[1].ID != "charter:1" {
		t.Errorf("%v, %v", titles(found), err)
	}
}

// Every scorer works from its indexes, the vectors and trigrams from one for
// each part, and none reads the whole table.
func plans(t *testing.T, s *retrieval.Store) {
	plan, err := retrieval.Plan(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plan, "Seq Scan on passages") {
		t.Error("reads the whole table")
	}
	for index, times := range map[string]int{"pkey": 2, "names_idx": 1, "title_tsv_idx": 1, "_tsv_idx": 2, "folded_idx": 2, "embedding_idx": 3, "kind_idx": 1} {
		used := map[string]bool{}
		for _, name := range regexp.MustCompile(`passages_\w*`+index+`\d*`).FindAllString(plan, -1) {
			used[name] = true
		}
		if len(used) < min(times, 3) && strings.Count(plan, index) < times {
			t.Errorf("%s: used %d times, want %d", index, len(used), times)
		}
	}
	if t.Failed() {
		t.Log(plan)
	}
}

// The figures on the report questions do not fall below these. They are lower
// for the extract, where questions about métiers that it lacks are left out.
func figures(t *testing.T, db *postgres.DB, s *retrieval.Store) {
	for name, floor := range map[string]map[string]float64{
		"tune":   {"recall_at_5": 0.86, "mrr": 0.86, "abstention": 0.90},
		"report": {"recall_at_5": 0.78, "mrr": 0.82, "abstention": 0.90},
	} {
		questions := answerable(t, db, "../testdata/retrieval-"+name+".jsonl")
		e, err := retrieval.Evaluate(t.Context(), s, strings.NewReader(questions), nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: n %d, %v", name, e.N, e.Figures)
		for by, f := range e.By {
			t.Logf("  %s alone: %v", by, f)
		}
		for figure, least := range floor {
			if e.Figures[figure] < least {
				t.Errorf("%s: %s is %.3f, was at least %.3f", name, figure, e.Figures[figure], least)
			}
		}
		if e.N < 60 || len(e.By) != 4 {
			t.Errorf("%s: n %d, by %d", name, e.N, len(e.By))
		}
	}
}

// answerable keeps the questions whose answers are loaded.
func answerable(t *testing.T, db *postgres.DB, path string) string {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	if err := db.Read(t.Context(), func(tx pgx.Tx) error {
		rows, err := tx.Query(t.Context(), "select id from passages")
		if err != nil {
			return err
		}
		list, err := pgx.CollectRows(rows, pgx.RowTo[string])
		for _, id := range list {
			ids[id] = true
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var kept strings.Builder
	for line := range strings.Lines(string(all)) {
		var q struct{ Relevant []string }
		if err := json.Unmarshal([]byte(line), &q); err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(q.Relevant, func(id string) bool { return !ids[id] }) {
			kept.WriteString(line)
		}
	}
	return kept.String()
}

func hostile(t *testing.T, s *retrieval.Store) {
	for _, text := range []string{"' or 1=1 --", "\x00\xff\xfe", strings.Repeat("boulanger ", 50000), "a & b | !c <-> d:*", "%_\\", "🧑‍🍳", strings.Repeat("ä", 2000), "'''", "(((", "\\"} {
		if _, err := s.Search(t.Context(), retrieval.Query{Text: text, Corpus: "rome'"}); err != nil {
			t.Errorf("%.20q: %v", text, err)
		}
		if _, err := s.Search(t.Context(), retrieval.Query{Text: text, Kinds: []string{"x'y", retrieval.Metier}}); err != nil {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

func atOnce(t *testing.T, s *retrieval.Store) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 5 {
				if found, err := s.Search(t.Context(), retrieval.Query{Text: "boulanger", Kinds: []string{retrieval.Metier}}); err != nil || len(found) == 0 {
					t.Errorf("%v, %v", found, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestBeforeTheFirstLoad(t *testing.T) {
	db := postgrestest.New(t)
	if _, err := retrieval.New(db, nil).Search(t.Context(), retrieval.Query{Text: "boulanger"}); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("search: %v", err)
	}
	if _, err := charter.Load(t.Context(), db, nil, nil); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("charter: %v", err)
	}
}

// The application's role reads passages and writes none.
func TestOnlyTheOwnerWrites(t *testing.T) {
	db := postgrestest.New(t)
	who := postgres.Visitor{ID: "v", Role: postgres.Counsellor, Agency: "a"}
	for _, statement := range []string{"insert into lexemes values ('a', 1)", "delete from passages", "update embedder set version = 'x'", "delete from rome_metier",
		"select passages_index('passages', false)", "create table x (y int)"} {
		err := db.As(t.Context(), who, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), statement)
			return err
		})
		if err == nil {
			t.Errorf("allowed: %s", statement)
		}
	}
}

// A load while a store is in use: what made the vectors changes under it.
func TestSearchAcrossLoads(t *testing.T) {
	db := loaded(t, rome.Builtin())
	s := retrieval.New(db, nil)
	boulanger := func() []retrieval.Passage {
		t.Helper()
		found, err := s.Search(t.Context(), retrieval.Query{Text: "boulanger", Kinds: []string{retrieval.Metier}})
		if err != nil || len(found) == 0 || found[0].ID != "D1102" {
			t.Fatalf("%v, %v", titles(found), err)
		}
		return found
	}
	boulanger()
	// Another process teaches the embedder one more thing and loads.
	entries := slices.Concat(charter.Entries(), law.Entries(), []retrieval.Entry{{Passage: retrieval.Passage{Title: "Tout autre chose"}, Keywords: "autre chose"}})
	if err := db.Own(t.Context(), func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), "update rome_release set sha256 = 'other'")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	r, err := rome.Load(t.Context(), db, rome.Builtin(), rome.Options{Teach: entries})
	if err != nil {
		t.Fatal(err)
	}
	if want := r.Passages.Passages + len(entries) - 1; r.Passages.Embedded != want {
		t.Errorf("embedded %d passages, want all %d of every corpus", r.Passages.Embedded, want)
	}
	boulanger()
	if found, err := s.Search(t.Context(), retrieval.Query{Text: "engagement 2", Corpus: retrieval.Charter}); err != nil || len(found) == 0 {
		t.Errorf("the other corpora are gone: %v, %v", found, err)
	}
}

func TestCorporaAreWellFormed(t *testing.T) {
	if n := len(charter.Entries()); n != 7 {
		t.Errorf("%d commitments", n)
	}
	seen := map[string]bool{}
	for _, e := range slices.Concat(charter.Entries(), law.Entries()) {
		if seen[e.ID] || !strings.HasPrefix(e.ID, e.Corpus+":") || !strings.HasPrefix(e.URL, "https://") || len(e.Text) < 40 {
			t.Errorf("%+v", e)
		}
		seen[e.ID] = true
	}
}

// BenchmarkSearch asks the report questions of all of ROME.
func BenchmarkSearch(b *testing.B) {
	if os.Getenv("ROME_ARCHIVE") == "" {
		b.Skip("ROME_ARCHIVE does not say where all of ROME is")
	}
	s := retrieval.New(loaded(b, best(b)), nil)
	data, err := os.ReadFile("../testdata/retrieval-report.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	var queries []retrieval.Query
	for line := range strings.Lines(string(data)) {
		var q struct{ Query, Corpus, Kind string }
		if err := json.Unmarshal([]byte(line), &q); err != nil {
			b.Fatal(err)
		}
		query := retrieval.Query{Text: q.Query, Corpus: q.Corpus}
		if q.Kind != "" {
			query.Kinds = []string{q.Kind}
		}
		queries = append(queries, query)
	}
	i := 0
	for b.Loop() {
		if _, err := s.Search(b.Context(), queries[i%len(queries)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
