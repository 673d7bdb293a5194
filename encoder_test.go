package main

import (
	"bytes"
	"context"
	"encoding/json"
	"hash/fnv"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"tandem/internal/fold"
	"tandem/internal/postgres/postgrestest"
	"tandem/retrieval"
	"tandem/retrieval/rome"
	"tandem/retrieval/subword"
)

// encoding is an endpoint of /v1/embeddings that can be down.
type encoding struct {
	url       string
	down      atomic.Bool
	questions atomic.Int64
}

func newEncoding(t *testing.T) *encoding {
	e := &encoding{}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	e.url = server.URL + "/v1"
	return e
}

func (e *encoding) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Input []string }
	if e.down.Load() || json.NewDecoder(r.Body).Decode(&asked) != nil {
		http.Error(w, "down", http.StatusBadRequest) // which is not tried again
		return
	}
	data := make([]map[string]any, len(asked.Input))
	for i, text := range asked.Input {
		if strings.HasPrefix(text, "query: ") {
			e.questions.Add(1)
		}
		v := make([]float32, 64)
		for _, word := range strings.Fields(fold.String(text)) {
			f := fnv.New32a()
			_, _ = f.Write([]byte(word))
			v[f.Sum32()%64]++
		}
		v[0] += 0.01
		data[i] = map[string]any{"index": i, "embedding": v}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"data": data})
}

// tandem is the program with its extract of ROME loaded, and a way to run it.
type tandem struct {
	t        *testing.T
	settings map[string]string
}

func newTandem(t *testing.T) *tandem {
	t.Helper()
	p := &tandem{t: t, settings: map[string]string{"DATABASE_URL": postgrestest.URL(t), "DATA_DIR": t.TempDir(), "LOG_LEVEL": "warn"}}
	db := postgrestest.Open(t, p.settings["DATABASE_URL"])
	// A built-in embedder that knows little is trained in no time, also under the race detector.
	var lessons []subword.Example
	for i, text := range []string{"Boulanger / Boulangère", "Pain de boulanger", "Plombier / Plombière", "Tuyau de plombier"} {
		lessons = append(lessons, subword.Example{Text: text, Labels: []int32{int32(i / 2)}})
	}
	built, err := subword.Train(t.Context(), lessons, make([]string, 2), subword.Options{Dim: 8})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rome.Load(t.Context(), db, rome.Builtin(), rome.Options{Embedder: built}); err != nil {
		t.Fatal(err)
	}
	// No download is tried where one was tried lately.
	mark := filepath.Join(p.settings["DATA_DIR"], "rome", "tried")
	if err := os.MkdirAll(filepath.Dir(mark), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(mark, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *tandem) run(want int, args ...string) (out, told string) {
	p.t.Helper()
	var o, e bytes.Buffer
	if got := run(p.t.Context(), args, func(name string) string { return p.settings[name] }, terminal{strings.NewReader(""), &o, &e}); got != want {
		p.t.Fatalf("tandem %s: exit %d\n%s%s", strings.Join(args, " "), got, o.String(), e.String())
	}
	return o.String(), e.String()
}

func says(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%q does not say %q", text, w)
		}
	}
}

// From the built-in encoder to an external one and back, by the commands.
func TestAnotherEncoder(t *testing.T) {
	p := newTandem(t)
	endpoint := newEncoding(t)
	_, told := p.run(exitUsage, "rome", "embed")
	says(t, told, "EMBED_URL")

	p.settings["EMBED_URL"], p.settings["EMBED_NAME"], p.settings["EMBED_PREFIXES"] = endpoint.url, "essai", "query:;passage:"
	endpoint.down.Store(true)
	_, told = p.run(exitFailed, "rome", "embed")
	says(t, told, "essai")
	endpoint.down.Store(false)
	out, _ := p.run(exitOK, "rome", "embed")
	says(t, out, "vecteurs en place", "64 dimensions")
	out, _ = p.run(exitOK, "rome", "embed")
	says(t, out, "Rien à faire")

	const question = "code rome boulanger svp"
	out, told = p.run(exitOK, "ask", question)
	says(t, out, "D1102")
	if strings.Contains(told, "encodeur") || endpoint.questions.Load() == 0 {
		t.Errorf("told %q; %d questions reached the encoder", told, endpoint.questions.Load())
	}
	endpoint.down.Store(true)
	out, told = p.run(exitOK, "ask", question)
	says(t, out, "D1102")
	says(t, told, "mots seuls", "tandem rome embed")
	delete(p.settings, "EMBED_URL")
	out, told = p.run(exitOK, "ask", question)
	says(t, out, "D1102")
	says(t, told, "« essai »", "--builtin")

	out, _ = p.run(exitOK, "rome", "embed", "--builtin")
	says(t, out, "tandem-subword")
	if _, told = p.run(exitOK, "ask", question); strings.Contains(told, "encodeur") {
		t.Errorf("told %q", told)
	}
}

// A server that is told of an encoder gives it every passage in the background,
// and goes on trying while it is down.
func TestServerEmbedsInTheBackground(t *testing.T) {
	p := newTandem(t)
	endpoint := newEncoding(t)
	p.settings["EMBED_URL"], p.settings["EMBED_NAME"] = endpoint.url, "essai"
	c, err := readConfig(func(name string) string { return p.settings[name] })
	if err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 100)
	log := slog.New(slog.NewTextHandler(lineWriter(lines), nil))
	a, err := open(t.Context(), c, terminal{err: io.Discard}, log)
	if err != nil {
		t.Fatal(err)
	}
	defer a.close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		a.encode(ctx, c, log)
		close(ended)
	}()
	for line := range lines {
		if strings.Contains(line, "passages embedded") {
			break
		}
	}
	cancel()
	<-ended
	if name, err := retrieval.New(a.db, nil).Away(t.Context()); name != "essai" || err != nil {
		t.Errorf("%q serves, %v", name, err)
	}
	found, err := a.engines.Search.Search(t.Context(), retrieval.Query{Text: "boulanger", Kinds: []string{retrieval.Metier}})
	if err != nil || len(found) == 0 || found[0].ID != "D1102" {
		t.Errorf("%v, %v", found, err)
	}
	if name, err := a.engines.Search.Away(t.Context()); name != "" || err != nil {
		t.Errorf("%q is away, %v", name, err)
	}
}

// lineWriter sends each line of a log, and drops those that nobody waits for.
type lineWriter chan<- string

func (w lineWriter) Write(p []byte) (int, error) {
	select {
	case w <- string(p):
	default:
	}
	return len(p), nil
}
