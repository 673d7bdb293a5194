package remote_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/retrieval"
	"tandem/retrieval/charter"
	"tandem/retrieval/law"
	"tandem/retrieval/remote"
	"tandem/retrieval/subword"
)

var trades = strings.Split("Dompteur de nuages,Accordeur d'horloges,Chasseuse d'ombres,Semeur de brume,Cordier volant,Lectrice de sable,Pêcheur d'étoiles,Veilleuse du gué,"+
	"Tisseur de pluie,Ramoneuse du ciel,Jardinier polaire,Vigie du marais,Fondeur de givre,Nageuse de fond,Berger du vent,Luthière en papier,Cueilleur d'échos,"+
	"Facteur rural des cimes,Relieuse de feuilles mortes,Peintre sur neige", ",")

var places = strings.Split("au port,à la ferme,en montagne,de nuit,sur chantier,en ville,à bord,au musée,en forêt,chez soi", ",")

// metiers are invented, but for the two that the tests look for.
func metiers() (entries []retrieval.Entry) {
	for i := range 200 {
		title := trades[i%20] + " " + places[i/20]
		switch i {
		case 0:
			title = "Boulanger / Boulangère"
		case 1:
			title = "Plombier / Plombière"
		}
		entries = append(entries, retrieval.Entry{Keywords: fmt.Sprintf("atelier %d", i), Passage: retrieval.Passage{
			Corpus: retrieval.ROME, Kind: retrieval.Metier, ID: fmt.Sprintf("A%04d", i), Title: title, Text: title, URL: "https://example.org"}})
	}
	return entries
}

// indexed is a database with some passages, by a built-in embedder trained on them.
func indexed(t testing.TB) *postgres.DB {
	t.Helper()
	db := postgrestest.New(t)
	var examples []subword.Example
	for i, e := range metiers() {
		examples = append(examples, subword.Example{Text: e.Title, Labels: []int32{int32(i)}})
	}
	built, err := subword.Train(t.Context(), examples, make([]string, len(examples)), subword.Options{Dim: 32})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Own(t.Context(), func(tx pgx.Tx) error {
		_, err := retrieval.Replace(t.Context(), tx, retrieval.ROME, metiers(), built, nil)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return db
}

// load loads charter and law.
func load(t testing.TB, db *postgres.DB, external retrieval.Embedder) {
	t.Helper()
	if _, err := charter.Load(t.Context(), db, external, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := law.Load(t.Context(), db, external, nil); err != nil {
		t.Fatal(err)
	}
}

func reembed(t testing.TB, db *postgres.DB, e retrieval.Embedder) int {
	t.Helper()
	n, err := retrieval.Reembed(t.Context(), db, e, nil)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// value reads one value as the owner.
func value[T any](t testing.TB, db *postgres.DB, sql string) (v T) {
	t.Helper()
	if err := db.Own(t.Context(), func(tx pgx.Tx) error { return tx.QueryRow(t.Context(), sql).Scan(&v) }); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// whole checks that e serves and that every passage has its vector, by what
// its text is now, and that nothing is left on the stage.
func whole(t testing.TB, db *postgres.DB, e *remote.Embedder) {
	t.Helper()
	if v := value[string](t, db, "select version from embedder"); v != e.Version() {
		t.Errorf("%s serves, want %s", v, e.Version())
	}
	if n := value[int](t, db, "select count(*) from staged_vectors"); n > 0 {
		t.Errorf("%d vectors are left on the stage", n)
	}
	err := db.Own(t.Context(), func(tx pgx.Tx) error {
		rows, err := tx.Query(t.Context(), `select id, concat_ws(E'\n', title, nullif(keywords, '')), embedding from passages`)
		if err != nil {
			return err
		}
		var id, text string
		var v *pgvector.Vector
		n := 0
		_, err = pgx.ForEachRow(rows, []any{&id, &text, &v}, func() error {
			n++
			if v == nil || !reflect.DeepEqual(v.Slice(), vector(text[:min(len(text), remote.MaxText)], e.Dimension())) {
				t.Errorf("%s has no vector, or another's", id)
			}
			return nil
		})
		if n == 0 {
			t.Error("no passages")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func finds(t testing.TB, s *retrieval.Store, text, id string) {
	t.Helper()
	found, err := s.Search(t.Context(), retrieval.Query{Text: text, Kinds: []string{retrieval.Metier}})
	if err != nil || len(found) == 0 || found[0].ID != id {
		t.Errorf("%q: %v, %v; want %s", text, found, err, id)
	}
}

// gate holds back every answer until it is opened.
func (e *encoder) gate() (arrived <-chan struct{}, open func()) {
	came, gate := make(chan struct{}, 1), make(chan struct{})
	e.answer(func(_ http.ResponseWriter, r *http.Request, _ int, _ []string) bool {
		select {
		case came <- struct{}{}:
		default:
		}
		select {
		case <-gate:
		case <-r.Context().Done():
		}
		return false
	})
	return came, sync.OnceFunc(func() { close(gate) })
}

func TestOldVectorsServeUntilTheNewAreComplete(t *testing.T) {
	db := indexed(t)
	load(t, db, nil)
	server := encode(t, 256)
	e := server.open(t)
	s := retrieval.New(db, e)
	arrived, open := server.gate()
	defer open()
	done := make(chan error, 1)
	go func() {
		_, err := retrieval.Reembed(t.Context(), db, e, nil)
		done <- err
	}()
	<-arrived
	finds(t, s, "boulanger", "A0000")
	finds(t, s, "un plombier pour mon atelier", "A0001")
	if v := value[string](t, db, "select name from embedder"); v != subword.Name {
		t.Errorf("%s serves before its vectors are complete", v)
	}
	if n := value[int](t, db, "select count(*) from passages where vector_dims(embedding) = 32"); n != value[int](t, db, "select count(*) from passages") {
		t.Errorf("only %d passages have their old vector", n)
	}
	if _, err := retrieval.Reembed(t.Context(), db, e, nil); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a second one at the same time: %v", err)
	}
	open()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	whole(t, db, e)
	server.answer(nil)
	finds(t, s, "boulanger", "A0000")
	if server.count() != 1 {
		t.Errorf("%d questions reached the encoder", server.count())
	}
	if n := value[int](t, db, "select count(*) from pg_indexes where tablename = 'passages' and indexdef like '%hnsw%'"); n != 4 { // métiers, appellations, compétences, savoirs
		t.Errorf("%d vector indexes", n)
	}
	if n := reembed(t, db, e); n != 0 || server.count() != 1 {
		t.Errorf("again: %d vectors, %d requests", n, server.count())
	}
}

// Searches go on through the switch, there and back, and never meet the vectors
// of one embedder with a question of the other: their dimensions differ.
func TestSearchAcrossTheSwitch(t *testing.T) {
	db := indexed(t)
	e := encode(t, 256).open(t)
	s := retrieval.New(db, e)
	var built retrieval.Embedder
	if err := db.Own(t.Context(), func(tx pgx.Tx) (err error) {
		built, err = retrieval.Builtin(t.Context(), tx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					finds(t, s, "un plombier pour mon atelier", "A0001")
				}
			}
		})
	}
	for range 3 {
		reembed(t, db, e)
		if n := reembed(t, db, built); n != len(metiers()) {
			t.Errorf("back: %d vectors", n)
		}
	}
	close(stop)
	wg.Wait()
	if name, err := retrieval.New(db, nil).Away(t.Context()); name != "" || err != nil {
		t.Errorf("the built-in embedder does not serve: %q, %v", name, err)
	}
}

// What was answered before an interruption is not asked for again.
func TestInterruptedReembedGoesOnWhereItWas(t *testing.T) {
	db := indexed(t)
	load(t, db, nil)
	server := encode(t, 256)
	e := server.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	server.answer(func(_ http.ResponseWriter, r *http.Request, request int, _ []string) bool {
		if request < 4 {
			return false
		}
		cancel()
		<-r.Context().Done()
		return true
	})
	if _, err := retrieval.Reembed(ctx, db, e, nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v", err)
	}
	if n := value[int](t, db, "select count(*) from staged_vectors"); n != 96 {
		t.Errorf("%d vectors are kept, want 3 requests of 32", n)
	}
	finds(t, retrieval.New(db, nil), "boulanger", "A0000")
	// Then the network fails, in another process.
	server.answer(nil)
	again := open(t, server.config().Timed(time.Now, (&waits{}).wait))
	server.answer(func(w http.ResponseWriter, _ *http.Request, request int, _ []string) bool {
		if request < 3 {
			return false
		}
		http.Error(w, "no", http.StatusBadGateway)
		return true
	})
	if _, err := retrieval.Reembed(t.Context(), db, again, nil); fault.CodeOf(err) != fault.Unavailable {
		t.Fatalf("%v", err)
	}
	server.answer(nil)
	if n := reembed(t, db, again); n != value[int](t, db, "select count(*) from passages") {
		t.Errorf("%d vectors put in place", n)
	}
	whole(t, db, again)
	server.do(func() {
		delete(server.sent, "Bonjour")
		for text, n := range server.sent {
			if n != 1 {
				t.Errorf("%q was sent %d times", text, n)
			}
		}
	})
}

// edited are the métiers of another release: one changed, one more, one less,
// and one whose text for people has changed, which no vector is of.
func edited() []retrieval.Entry {
	entries := metiers()
	entries[10].Title = "Souffleur de verre"
	entries[12].Text = "Autrement dit."
	more := entries[11]
	more.ID, more.Title = "B0001", "Gardienne de phare"
	return slices.Delete(append(entries, more), 20, 21)
}

func TestLoadDuringReembed(t *testing.T) {
	db := indexed(t)
	load(t, db, nil)
	server := encode(t, 256)
	e := server.open(t)
	arrived, open := server.gate()
	defer open()
	done := make(chan error, 1)
	go func() {
		_, err := retrieval.Reembed(t.Context(), db, e, nil)
		done <- err
	}()
	<-arrived
	if c, err := retrieval.Load(t.Context(), db, retrieval.ROME, edited(), e, nil); err != nil || c.Embedded != 2 {
		t.Errorf("%+v, %v", c, err)
	}
	finds(t, retrieval.New(db, e), "gardienne de phare", "B0001")
	open()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	whole(t, db, e)
	finds(t, retrieval.New(db, e), "gardienne de phare", "B0001")
}

// A load asks for the vectors of what changed, and holds nobody up while it waits.
func TestLoadWhileAnExternalEmbedderServes(t *testing.T) {
	db := indexed(t)
	server := encode(t, 256)
	e := server.open(t)
	reembed(t, db, e)
	server.answer(func(_ http.ResponseWriter, _ *http.Request, _ int, texts []string) bool {
		if len(texts) != 2 {
			t.Errorf("asked for %d vectors, want those of the 2 passages that changed", len(texts))
		}
		if !value[bool](t, db, "select pg_try_advisory_xact_lock(hashtextextended('tandem.retrieval', 0))") {
			t.Error("asked while the load holds its lock")
		}
		return false
	})
	c, err := retrieval.Load(t.Context(), db, retrieval.ROME, edited(), e, nil)
	if err != nil || c.Embedded != 2 || c.Missing != 0 || c.Changed[retrieval.Metier] != 2 || server.count() != 1 {
		t.Errorf("%+v, %v, %d requests", c, err, server.count())
	}
	whole(t, db, e)
}

// Without the encoder a load goes through: what changed is found by its words,
// and gets its vector later.
func TestLoadWithoutTheEncoder(t *testing.T) {
	down := func(w http.ResponseWriter, _ *http.Request, _ int, _ []string) bool {
		http.Error(w, "no", http.StatusBadGateway)
		return true
	}
	for _, c := range []struct {
		name       string
		configured bool
	}{{"down", true}, {"not configured", false}} {
		t.Run(c.name, func(t *testing.T) {
			db := indexed(t)
			server := encode(t, 256)
			e := open(t, server.config().Timed(time.Now, (&waits{}).wait))
			reembed(t, db, e)
			server.answer(down)
			var external retrieval.Embedder
			if c.configured {
				external = e
			}
			changes, err := retrieval.Load(t.Context(), db, retrieval.ROME, edited(), external, nil)
			if err != nil || changes.Missing != 2 || changes.Embedded != 0 || (changes.Note != "") != c.configured {
				t.Fatalf("%+v, %v", changes, err)
			}
			finds(t, retrieval.New(db, external), "souffleur de verre", "A0010")
			server.answer(nil)
			load(t, db, external) // charter and law, in the same way
			reembed(t, db, e)
			whole(t, db, e)
		})
	}
}

func TestSearchWithoutTheEncoder(t *testing.T) {
	db := indexed(t)
	server := encode(t, 256)
	e := server.open(t)
	reembed(t, db, e)
	server.answer(func(w http.ResponseWriter, _ *http.Request, _ int, _ []string) bool {
		http.Error(w, "no", http.StatusBadGateway)
		return true
	})
	s := retrieval.New(db, e)
	for range 3 {
		finds(t, s, "je cherche un plombier pour mon atelier", "A0001")
	}
	if n := server.count(); n != 1 {
		t.Errorf("asked %d times: it should be left alone", n)
	}

	// Not configured, or another one: no question may meet these vectors.
	other := server.config()
	other.Query = "query: "
	server.answer(nil)
	asked := open(t, other)
	server.answer(nil)
	for _, external := range []retrieval.Embedder{nil, asked} {
		s := retrieval.New(db, external)
		finds(t, s, "plombier", "A0001")
		if name, err := s.Away(t.Context()); name != "essai" || err != nil {
			t.Errorf("away: %q, %v", name, err)
		}
	}
	if n := server.count(); n != 0 {
		t.Errorf("%d questions were sent to an encoder whose vectors do not serve", n)
	}
	s = retrieval.New(db, nil)
	s.Use(open(t, server.config()))
	if name, err := s.Away(t.Context()); name != "" || err != nil {
		t.Errorf("away: %q, %v", name, err)
	}
}

func TestReembedBeforeTheFirstLoad(t *testing.T) {
	if _, err := retrieval.Reembed(t.Context(), postgrestest.New(t), encode(t, 8).open(t), nil); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("%v", err)
	}
}

// Any two texts are rather alike by this encoder: what has nothing to do with
// the question must still not be an answer.
func TestAbstention(t *testing.T) {
	db := indexed(t)
	e := encode(t, 256).open(t)
	reembed(t, db, e)
	if b := value[float64](t, db, "select background from embedder"); b < 0.3 || b > 0.95 {
		t.Errorf("background %f", b)
	}
	found, err := retrieval.New(db, e).Search(t.Context(), retrieval.Query{Text: "prix du bitcoin", Kinds: []string{retrieval.Metier}})
	if err != nil || len(found) > 0 {
		t.Errorf("%v, %v", found, err)
	}
}
