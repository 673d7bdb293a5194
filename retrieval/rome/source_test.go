package rome_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/internal/fault"
	"tandem/internal/postgres/postgrestest"
	"tandem/retrieval/rome"
	"tandem/retrieval/rome/rometest"
)

// official is a stand-in for the official address; it counts its visitors.
type official struct {
	*httptest.Server
	visits int
}

func serve(t *testing.T, status int, body []byte) *official {
	o := &official{}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.visits++
		w.WriteHeader(status)
		w.Write(body)
	}))
	t.Cleanup(o.Close)
	return o
}

func TestFind(t *testing.T) {
	good := zipped(t, sample())
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	find := func(t *testing.T, w rome.Where) rome.Source {
		t.Helper()
		s, err := rome.Find(t.Context(), w)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	t.Run("named archives come first and must work", func(t *testing.T) {
		o := serve(t, 200, data)
		if s := find(t, rome.Where{Archive: good, Official: o.URL}); s.Name != good || o.visits > 0 {
			t.Errorf("%+v, %d visits", s, o.visits)
		}
		if s := find(t, rome.Where{Explicit: good, Archive: "nowhere.zip"}); s.Name != good {
			t.Errorf("%+v", s)
		}
		if _, err := rome.Find(t.Context(), rome.Where{Archive: "nowhere.zip", Official: o.URL}); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("a configured archive that does not exist: %v", err)
		}
	})
	t.Run("download once, then the cache", func(t *testing.T) {
		o, dir := serve(t, 200, data), t.TempDir()
		if s := find(t, rome.Where{DataDir: dir, Official: o.URL}); s.Name != o.URL {
			t.Errorf("%+v", s)
		}
		if s := find(t, rome.Where{DataDir: dir, Official: o.URL}); s.Name != filepath.Join(dir, "rome", "RefRomeCsv.zip") || o.visits != 1 {
			t.Errorf("%+v, %d visits", s, o.visits)
		}
	})
	t.Run("a damaged cache is fetched again", func(t *testing.T) {
		o, dir := serve(t, 200, data), t.TempDir()
		find(t, rome.Where{DataDir: dir, Official: o.URL})
		if err := os.WriteFile(filepath.Join(dir, "rome", "RefRomeCsv.zip"), data[:100], 0o644); err != nil {
			t.Fatal(err)
		}
		if s := find(t, rome.Where{DataDir: dir, Official: o.URL}); s.Name != o.URL || o.visits != 2 {
			t.Errorf("%+v, %d visits", s, o.visits)
		}
	})
	for name, o := range map[string]*official{"an error page": serve(t, 503, nil), "not an archive": serve(t, 200, []byte("<html>")), "half an archive": serve(t, 200, data[:len(data)/2])} {
		t.Run(name+" gives the extract and caches nothing", func(t *testing.T) {
			dir := t.TempDir()
			s := find(t, rome.Where{DataDir: dir, Official: o.URL})
			if s.Name != rome.Builtin().Name || !strings.Contains(s.Note, "extrait") {
				t.Errorf("%+v", s)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "rome", "*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
	t.Run("a cancelled search is not an extract", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := rome.Find(ctx, rome.Where{Official: "http://127.0.0.1:1/"}); err == nil {
			t.Error("no error")
		}
	})
}

// A server that starts offline takes the extract, does not wait for a download
// at every start, and takes a complete ROME as soon as there is one.
func TestEnsure(t *testing.T) {
	db, dir := postgrestest.New(t), t.TempDir()
	o := rome.Options{Embedder: hashing("1")}
	down := serve(t, 503, nil)
	w := rome.Where{DataDir: dir, Official: down.URL}
	r, err := rome.Ensure(t.Context(), db, w, o)
	if err != nil || r.Release.Complete || r.Note == "" {
		t.Fatalf("first start: %+v, %v", r.Release, err)
	}
	r, err = rome.Ensure(t.Context(), db, w, o)
	if err != nil || !r.Unchanged || r.Note == "" || down.visits != 1 {
		t.Errorf("second start: %+v, %v, %d visits", r, err, down.visits)
	}
	// A release of the same version that is complete replaces the extract.
	w.Archive = zipped(t, sample())
	if r, err = rome.Ensure(t.Context(), db, w, o); err != nil || !r.Release.Complete {
		t.Errorf("with an archive: %+v, %v", r.Release, err)
	}
	w.Archive = ""
	if r, err = rome.Ensure(t.Context(), db, w, o); err != nil || !r.Unchanged || !r.Release.Complete || down.visits != 1 {
		t.Errorf("then without: %+v, %v, %d visits", r, err, down.visits)
	}
	// The next release is loaded by name; the archive configured before stays
	// configured, and must not keep the server from starting again.
	mustLoad(t, db, rometest.Zip(t, rometest.V61()), o)
	w.Archive = zipped(t, sample())
	if r, err = rome.Ensure(t.Context(), db, w, o); err != nil || !r.Unchanged || r.Release.Version != 61 || !strings.Contains(r.Note, "plus ancienne") {
		t.Errorf("with an older archive configured: %+v, %v", r, err)
	}
	if _, err := rome.Load(t.Context(), db, rome.Builtin(), o); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("the extract over all of ROME: %v", err)
	}
}
