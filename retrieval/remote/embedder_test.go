package remote_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/internal/fault"
	"tandem/retrieval/remote"
)

func texts(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("passage numéro %d\nsur deux lignes", i))
	}
	return out
}

func TestVectorsAreInTheOrderOfTheTexts(t *testing.T) {
	server := encode(t, 48)
	e := server.open(t)
	if e.Dimension() != 48 || e.Name() != "essai" || e.Version() != "essai/48" {
		t.Errorf("%s, %s, %d", e.Name(), e.Version(), e.Dimension())
	}
	list := texts(150) // several requests, each answered in random order
	vectors, err := e.EmbedDocuments(t.Context(), list)
	if err != nil || len(vectors) != len(list) {
		t.Fatalf("%d vectors, %v", len(vectors), err)
	}
	for i, v := range vectors {
		if !reflect.DeepEqual(v, vector(list[i], 48)) {
			t.Fatalf("vector %d is not that of %q", i, list[i])
		}
	}
	if list[0] != texts(1)[0] {
		t.Error("the caller's texts were changed")
	}
}

func TestPrefixesAreSentAndPartOfTheVersion(t *testing.T) {
	server := encode(t, 8)
	c := server.config()
	c.Query, c.Passage = "query: ", "passage: "
	e := open(t, c)
	if e.Version() == server.open(t).Version() {
		t.Error("vectors with and without prefixes could mix")
	}
	v, err := e.EmbedQuery(t.Context(), "boulanger")
	if err != nil || !reflect.DeepEqual(v, vector("query: boulanger", 8)) {
		t.Errorf("question: %v", err)
	}
	many, err := e.EmbedDocuments(t.Context(), []string{"boulanger"})
	if err != nil || !reflect.DeepEqual(many[0], vector("passage: boulanger", 8)) {
		t.Errorf("passage: %v", err)
	}
}

// Whatever an endpoint answers that is not one vector for each text is refused,
// with the reason, and never asked for again.
func TestWrongAnswers(t *testing.T) {
	item := func(index any, numbers string) string {
		return fmt.Sprintf(`{"object":"embedding","index":%v,"embedding":%s}`, index, numbers)
	}
	const v = "[1,2,3,4,5,6,7,8]"
	for _, c := range []struct {
		name, body, says string
		code             fault.Code
	}{
		{"one missing", item(0, v), "1 vecteurs pour 2 textes", fault.Unavailable},
		{"one too many", item(0, v) + "," + item(1, v) + "," + item(2, v), "3 vecteurs", fault.Unavailable},
		{"twice the same", item(1, v) + "," + item(1, v), "index 1 en double", fault.Unavailable},
		{"index too high", item(0, v) + "," + item(2, v), "index 2", fault.Unavailable},
		{"negative index", item(0, v) + "," + item(-1, v), "index -1", fault.Unavailable},
		{"no index", item(0, v) + `,{"embedding":` + v + `}`, "sans index", fault.Unavailable},
		{"no vector", item(0, v) + `,{"index":1}`, "index 1", fault.Unavailable},
		{"base64", item(0, v) + "," + item(1, `"AACAPw=="`), "index 1", fault.Unavailable},
		{"too large a number", item(0, v) + "," + item(1, "[1,2,3,4,5,6,7,1e39]"), "index 1", fault.Unavailable},
		{"not JSON", "<html>", "JSON", fault.Unavailable},
		{"another dimension", item(0, v) + "," + item(1, "[1,2]"), "2 dimensions au lieu de 8", fault.Conflict},
		{"null vector", item(0, v) + "," + item(1, "[0,0,0,0,0,0,0,0]"), "nul", fault.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := encode(t, 8)
			e := server.open(t)
			server.answer(func(w http.ResponseWriter, _ *http.Request, _ int, _ []string) bool {
				fmt.Fprintf(w, `{"data":[%s]}`, c.body)
				return true
			})
			_, err := e.EmbedDocuments(t.Context(), texts(2))
			if fault.CodeOf(err) != c.code || !strings.Contains(fault.Message(err), c.says) {
				t.Errorf("%v, want %q (%s)", err, c.says, c.code)
			}
			if n := server.count(); n != 1 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

func TestDimension(t *testing.T) {
	if e := encode(t, 2000).open(t); e.Dimension() != 2000 {
		t.Errorf("%d", e.Dimension())
	}
	for _, dimension := range []int{0, 2001} {
		server := encode(t, dimension)
		if dimension == 0 {
			server.answer(func(w http.ResponseWriter, _ *http.Request, _ int, _ []string) bool {
				fmt.Fprint(w, `{"data":[{"index":0,"embedding":[]}]}`)
				return true
			})
		}
		if _, err := remote.Open(t.Context(), server.config()); err == nil {
			t.Errorf("%d dimensions are accepted", dimension)
		}
	}
}

func TestDimensionChangesMidWay(t *testing.T) {
	server := encode(t, 8)
	e := server.open(t)
	server.do(func() { server.dimension = 16 })
	if _, err := e.EmbedDocuments(t.Context(), texts(1)); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("passage: %v", err)
	}
	if _, err := e.EmbedQuery(t.Context(), "boulanger"); err == nil {
		t.Error("a question got a vector of another dimension")
	}
}

// waits records how long the embedder would have waited.
type waits struct {
	mu   sync.Mutex
	list []time.Duration
}

func (w *waits) wait(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = append(w.list, d)
	return ctx.Err()
}

func TestTriesAgain(t *testing.T) {
	server := encode(t, 8)
	var w waits
	e := open(t, server.config().Timed(time.Now, w.wait))
	server.answer(func(w http.ResponseWriter, r *http.Request, request int, _ []string) bool {
		switch request {
		case 1:
			w.Header().Set("Retry-After", "7")
			http.Error(w, "slow down", http.StatusTooManyRequests)
		case 2:
			http.Error(w, "loading", http.StatusServiceUnavailable)
		case 3: // the connection is cut in the middle of the answer
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"data":[`)
		default:
			return false
		}
		return true
	})
	vectors, err := e.EmbedDocuments(t.Context(), []string{"boulanger"})
	if err != nil || !reflect.DeepEqual(vectors[0], vector("boulanger", 8)) {
		t.Fatalf("%v", err)
	}
	if len(w.list) != 3 || w.list[0] != 7*time.Second || w.list[1] < 500*time.Millisecond || w.list[1] > time.Second {
		t.Errorf("waited %v", w.list)
	}
}

func TestTriesAreBounded(t *testing.T) {
	server := encode(t, 8)
	var w waits
	e := open(t, server.config().Timed(time.Now, w.wait))
	status := func(code int, after string) func(http.ResponseWriter, *http.Request, int, []string) bool {
		return func(w http.ResponseWriter, _ *http.Request, _ int, _ []string) bool {
			w.Header().Set("Retry-After", after)
			http.Error(w, "no", code)
			return true
		}
	}
	for _, c := range []struct {
		name     string
		answer   func(http.ResponseWriter, *http.Request, int, []string) bool
		requests int
		code     fault.Code
	}{
		{"down", status(502, ""), remote.Attempts, fault.Unavailable},
		{"quota of the day", status(429, "86400"), 1, fault.TooMany},
		{"wrong request", status(404, ""), 1, fault.NotFound},
		{"refused", status(400, ""), 1, fault.Unavailable},
		{"redirect", func(w http.ResponseWriter, r *http.Request, _ int, _ []string) bool {
			http.Redirect(w, r, "/v1/embeddings?elsewhere", http.StatusTemporaryRedirect)
			return true
		}, 1, fault.NotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			server.answer(c.answer)
			_, err := e.EmbedDocuments(t.Context(), []string{"boulanger"})
			if fault.CodeOf(err) != c.code || server.count() != c.requests {
				t.Errorf("%v after %d requests, want %s after %d", err, server.count(), c.code, c.requests)
			}
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		server.answer(func(w http.ResponseWriter, r *http.Request, _ int, _ []string) bool {
			cancel()
			<-r.Context().Done()
			return true
		})
		if _, err := e.EmbedDocuments(ctx, []string{"boulanger"}); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}

// Servers limit the texts of a request and the length of a text, each in its way.
func TestWhatIsRefusedIsSentInSmallerParts(t *testing.T) {
	for _, status := range []int{http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity, http.StatusBadRequest, http.StatusInternalServerError} {
		server := encode(t, 8)
		e := server.open(t)
		server.answer(func(w http.ResponseWriter, _ *http.Request, _ int, texts []string) bool {
			if len(texts) <= 4 && len(texts[0]) <= 900 {
				return false
			}
			http.Error(w, `{"error":{"message":"input is too large to process"}}`, status)
			return true
		})
		list := append(texts(20), strings.Repeat("é", 3000), "dernier")
		vectors, err := e.EmbedDocuments(t.Context(), list)
		if err != nil || len(vectors) != len(list) {
			t.Fatalf("%d: %d vectors, %v", status, len(vectors), err)
		}
		if !reflect.DeepEqual(vectors[7], vector(list[7], 8)) || !reflect.DeepEqual(vectors[21], vector("dernier", 8)) {
			t.Errorf("%d: vectors are not in order", status)
		}
	}
}

func TestWhatTheOperatorReads(t *testing.T) {
	server := encode(t, 8)
	wrong := server.config()
	wrong.Key = "another-secret-key"
	nowhere := server.config()
	nowhere.URL += "/v2?token=" + key
	unknown := server.config()
	unknown.Model = "inconnu"
	nobody := server.config()
	nobody.URL = "http://127.0.0.1:1/v1"
	builtin := server.config()
	builtin.Model = "tandem-subword"
	var w waits
	for _, c := range []struct {
		c    remote.Config
		code fault.Code
		says string
	}{
		{wrong, fault.Forbidden, "EMBED_KEY"},
		{nowhere, fault.NotFound, "EMBED_URL"},
		{unknown, fault.NotFound, "EMBED_NAME"},
		{nobody, fault.Unavailable, "ne répond pas"},
		{builtin, fault.Invalid, "encodeur intégré"},
	} {
		_, err := remote.Open(t.Context(), c.c.Timed(time.Now, w.wait))
		if fault.CodeOf(err) != c.code || !strings.Contains(fault.Message(err), c.says) {
			t.Errorf("%v, want %q (%s)", err, c.says, c.code)
		}
		if strings.Contains(fmt.Sprint(err), key) || strings.Contains(fmt.Sprint(err), wrong.Key) {
			t.Errorf("the key is in %v", err)
		}
	}
}

func FuzzOrdered(f *testing.F) {
	f.Add([]byte(`{"data":[{"index":1,"embedding":[1]},{"index":0,"embedding":[2]}]}`), 2)
	f.Add([]byte(`{"data":[{"index":0,"embedding":null}]}`), 1)
	f.Add([]byte(`{"data":[]}`), 0)
	f.Fuzz(func(t *testing.T, answer []byte, n int) {
		n = min(max(n, 0), 64)
		out, err := remote.Ordered(answer, n)
		if err != nil {
			return
		}
		var in struct {
			Data []struct {
				Index     int
				Embedding []float32
			}
		}
		if err := json.Unmarshal(out, &in); err != nil || len(in.Data) != n {
			t.Fatalf("%d vectors for %d, %v", len(in.Data), n, err)
		}
		for i, v := range in.Data {
			if v.Index != i || len(v.Embedding) == 0 {
				t.Fatalf("vector %d: %+v", i, v)
			}
		}
	})
}
