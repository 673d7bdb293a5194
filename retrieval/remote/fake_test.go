package remote_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"tandem/internal/fold"
	"tandem/retrieval/remote"
)

// encoder is an endpoint of /v1/embeddings: the vector of a text depends on the
// text alone, answers come in random order, and what was asked is counted.
type encoder struct {
	url string

	mu        sync.Mutex
	dimension int
	sent      map[string]int // times that each text was answered
	requests  int
	// instead, when set, may answer in its own way and return true.
	instead func(w http.ResponseWriter, r *http.Request, request int, texts []string) bool
}

const key = "secret-key-of-the-test"

func encode(t testing.TB, dimension int) *encoder {
	t.Helper()
	e := &encoder{dimension: dimension, sent: map[string]int{}}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	e.url = server.URL + "/v1"
	return e
}

func (e *encoder) config() remote.Config {
	return remote.Config{URL: e.url, Model: "essai", Key: key}
}

func (e *encoder) open(t testing.TB) *remote.Embedder {
	t.Helper()
	return open(t, e.config())
}

func open(t testing.TB, c remote.Config) *remote.Embedder {
	t.Helper()
	r, err := remote.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (e *encoder) do(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f()
}

func (e *encoder) answer(instead func(w http.ResponseWriter, r *http.Request, request int, texts []string) bool) {
	e.do(func() { e.instead, e.requests = instead, 0 })
}

func (e *encoder) count() (n int) {
	e.do(func() { n = e.requests })
	return n
}

func (e *encoder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Model string
		Input []string
	}
	body, _ := io.ReadAll(r.Body)
	if r.URL.Path != "/v1/embeddings" || json.Unmarshal(body, &asked) != nil || asked.Model != "essai" {
		http.Error(w, `{"error":{"message":"model not found"}}`, http.StatusNotFound)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+key {
		http.Error(w, fmt.Sprintf(`{"error":{"message":"wrong key: %s"}}`, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")), http.StatusUnauthorized)
		return
	}
	var instead func(http.ResponseWriter, *http.Request, int, []string) bool
	var request, dimension int
	e.do(func() {
		e.requests++
		instead, request, dimension = e.instead, e.requests, e.dimension
	})
	if instead != nil && instead(w, r, request, asked.Input) {
		return
	}
	e.do(func() {
		for _, text := range asked.Input {
			e.sent[text]++
		}
	})
	data := make([]map[string]any, len(asked.Input))
	for i, text := range asked.Input {
		data[i] = map[string]any{"object": "embedding", "index": i, "embedding": vector(text, dimension)}
	}
	rand.Shuffle(len(data), func(i, j int) { data[i], data[j] = data[j], data[i] })
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"object": "list", "model": "essai", "data": data})
}

// vector hashes trigrams, on top of what all texts share: as some encoders do,
// it finds any two texts rather alike.
func vector(text string, dimension int) []float32 {
	v := make([]float32, dimension)
	for i := range v {
		v[i] = 0.25
	}
	padded := " " + fold.String(text) + " "
	for i := 0; i+3 <= len(padded); i++ {
		f := fnv.New32a()
		_, _ = f.Write([]byte(padded[i : i+3]))
		v[f.Sum32()%uint32(dimension)]++
	}
	return v
}

// logged is a log and what it says.
func logged() (*slog.Logger, func() string) {
	var mu sync.Mutex
	var b strings.Builder
	w := writer(func(p []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return b.Write(p)
	})
	return slog.New(slog.NewTextHandler(w, nil)), func() string {
		mu.Lock()
		defer mu.Unlock()
		return b.String()
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(p []byte) (int, error) { return w(p) }
