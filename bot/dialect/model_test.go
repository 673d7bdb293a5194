package dialect

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tmc/langchaingo/llms"
)

const yes = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Oui\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"

func ask(m *Model) error {
	resp, err := m.GenerateContent(context.Background(), question)
	if err == nil && resp.Choices[0].Content != "Oui" {
		return fmt.Errorf("content %q", resp.Choices[0].Content)
	}
	return err
}

func kindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// An endpoint that fails again and again is left alone, then asked once, and
// serves again when that went well.
func TestBreaker(t *testing.T) {
	var asked atomic.Int32
	var well atomic.Bool
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if !well.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = io.WriteString(w, yes)
	}))
	defer srv.Close()
	m, err := New(Config{URL: srv.URL, Name: "m", Tries: 1, Trip: 3, Rest: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := ask(m); kindOf(err) != Refused {
			t.Fatal(err)
		}
	}
	if err := ask(m); kindOf(err) != Resting || asked.Load() != 3 {
		t.Fatalf("%v after %d requests", err, asked.Load())
	}
	well.Store(true)
	for ask(m) != nil { // until its rest is over
		if n := asked.Load(); n > 3 {
			t.Fatalf("asked %d times", n)
		}
	}
	if err := ask(m); err != nil {
		t.Error(err)
	}
}

// What is our fault, and what a person stops, says nothing against an endpoint.
func TestBreakerCountsOnlyTheEndpoint(t *testing.T) {
	status := http.StatusRequestEntityTooLarge
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if status == http.StatusOK {
			_, _ = io.WriteString(w, yes)
			return
		}
		w.WriteHeader(status)
	}))
	defer srv.Close()
	m, err := New(Config{URL: srv.URL, Name: "m", Tries: 1, Trip: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := ask(m); kindOf(err) != Refused {
		t.Error(err)
	}
	stopped, stop := context.WithCancelCause(t.Context())
	stop(errLeft)
	if _, err := m.GenerateContent(stopped, question); !errors.Is(err, errLeft) {
		t.Error(err)
	}
	status = http.StatusOK
	full := errors.New("full")
	if _, err := m.GenerateContent(t.Context(), question, llms.WithStreamingFunc(func(context.Context, []byte) error { return full })); !errors.Is(err, full) {
		t.Error(err)
	}
	if err := ask(m); err != nil {
		t.Errorf("left alone: %v", err)
	}
}

// An endpoint that asks to be left alone for long is, whatever the breaker thinks.
func TestRetryAfterIsKept(t *testing.T) {
	var asked atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer srv.Close()
	m, err := New(Config{URL: srv.URL, Name: "m"})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = ask(m), ask(m)
	err = ask(m)
	var e *Error
	if !errors.As(err, &e) || e.Kind != Resting || e.RetryAfter > 10*time.Minute || e.RetryAfter < 9*time.Minute || asked.Load() != 1 {
		t.Errorf("%v, asked %d times", err, asked.Load())
	}
}

func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + l.Addr().String() + "/v1"
	_ = l.Close()
	m, err := New(Config{URL: url, Name: "m", Wait: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if err := ask(m); kindOf(err) != Unreachable || !strings.Contains(err.Error(), "refused") || strings.Contains(err.Error(), "http://") {
		t.Errorf("%v", err)
	}
}

func TestBadConfig(t *testing.T) {
	for _, c := range []Config{{}, {URL: "http://a/v1"}, {URL: "a/v1", Name: "m"}, {URL: "ftp://a", Name: "m"}, {URL: "http://", Name: "m"}} {
		if _, err := New(c); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
}

// What an endpoint refused once is not sent to it again.
func TestRefusedFieldsAreRemembered(t *testing.T) {
	var asked atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		if _, extra := body["stream_options"]; extra {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
		_, _ = io.WriteString(w, yes)
	}))
	defer srv.Close()
	m, err := New(Config{URL: srv.URL, Name: "m"})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := ask(m); err != nil {
			t.Fatal(err)
		}
	}
	if asked.Load() != 3 {
		t.Errorf("asked %d times, want 3: refused, without, without", asked.Load())
	}
}

// A stop closes the socket itself, not only what is above it: seen by a server
// that is no more than a socket, before and after it has answered.
func TestStopClosesTheSocket(t *testing.T) {
	for name, answer := range map[string]string{
		"before headers": "",
		"in the stream":  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Bon\"}}]}\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = l.Close() }()
			asked, closed := make(chan struct{}), make(chan error, 1)
			go func() {
				conn, err := l.Accept()
				if err != nil {
					closed <- err
					return
				}
				defer func() { _ = conn.Close() }()
				buf := make([]byte, 64<<10)
				if _, err := conn.Read(buf); err != nil {
					closed <- err
					return
				}
				_, _ = io.WriteString(conn, answer)
				close(asked)
				for err == nil {
					_, err = conn.Read(buf)
				}
				closed <- err
			}()
			m, err := New(Config{URL: "http://" + l.Addr().String(), Name: "m"})
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancelCause(t.Context())
			shown := make(chan struct{}, 1)
			ended := make(chan error, 1)
			go func() {
				_, err := m.GenerateContent(ctx, question, options(func(context.Context, []byte) error { shown <- struct{}{}; return nil })...)
				ended <- err
			}()
			<-asked
			if answer != "" {
				<-shown
			}
			stop(errLeft)
			if err := <-ended; !errors.Is(err, errLeft) {
				t.Errorf("ended with %v", err)
			}
			if err := <-closed; err != io.EOF && !strings.Contains(err.Error(), "reset") {
				t.Errorf("the socket ended with %v", err)
			}
		})
	}
}

// What the environment of this process holds, and what it runs on, is nobody's
// business.
func TestNothingOfOursIsSent(t *testing.T) {
	for _, name := range []string{"OPENAI_ORGANIZATION", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "OPENAI_MODEL"} {
		t.Setenv(name, "ours")
	}
	var sent string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent = fmt.Sprint(r.URL, r.Header, string(body))
		_, _ = io.WriteString(w, yes)
	}))
	defer srv.Close()
	m, err := New(Config{URL: srv.URL + "/v1", Name: "m"})
	if err != nil {
		t.Fatal(err)
	}
	if err := ask(m); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(sent, "ours") || strings.Contains(strings.ToLower(sent), "go1.") || strings.Contains(sent, runtime.GOARCH) || !strings.Contains(sent, "/v1/chat/completions") {
		t.Errorf("sent %s", sent)
	}
}

// However many ask at once, each gets its own answer.
func TestManyAtOnce(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Messages []struct{ Content string } }
		_ = json.NewDecoder(r.Body).Decode(&body)
		said, _ := json.Marshal(body.Messages[0].Content)
		for range 5 {
			_, _ = fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":%s}}]}\n\n", said)
		}
		_, _ = io.WriteString(w, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	}))
	defer srv.Close()
	m, err := New(Config{URL: srv.URL, Name: "m"})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			mine := fmt.Sprintf("%d ", i)
			resp, err := m.GenerateContent(t.Context(), []llms.MessageContent{llms.TextParts(llms.ChatMessageTypeHuman, mine)})
			if err != nil || resp.Choices[0].Content != strings.Repeat(mine, 5) {
				t.Errorf("%d: %v, %v", i, resp, err)
			}
		})
	}
	all.Wait()
}

// One connection serves one answer after the other.
func TestConnectionsAreKept(t *testing.T) {
	var opened atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, yes) }))
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	m, err := New(Config{URL: srv.URL, Name: "m"})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if err := ask(m); err != nil {
			t.Fatal(err)
		}
	}
	if n := opened.Load(); n != 1 {
		t.Errorf("%d connections for five answers", n)
	}
}

// Whatever comes is either refused or ends as llms/openai can read it: lines it
// can hold, a finish, [DONE]. And it does not depend on how the bytes are cut.
func FuzzStream(f *testing.F) {
	f.Add([]byte(yes), uint8(7))
	f.Add([]byte("event: error\ndata: {\"message\":\"x\"}\n\n"), uint8(1))
	f.Add([]byte("data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":{\"x\":1}}},{\"index\":1}]},\"finish_reason\":\"tool_calls\"}]}\r\n\r\n"), uint8(3))
	f.Add([]byte("data: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"<think>\"}]},\"finish_reason\":\"length\"}],\"usage\":{\"prompt_tokens\":1e300}}\n\n"), uint8(3))
	f.Add([]byte("\xef\xbb\xbf{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}"), uint8(2))
	f.Fuzz(func(t *testing.T, in []byte, cut uint8) {
		whole, err := repaired(bytes.NewReader(in))
		parts, err2 := repaired(&chopped{in, int(cut%64) + 1})
		if whole != parts || fmt.Sprint(err) != fmt.Sprint(err2) {
			t.Fatalf("whole: %q %v\nin parts: %q %v", whole, err, parts, err2)
		}
		if err != nil {
			return
		}
		if !strings.HasSuffix(whole, "data: [DONE]\n\n") || strings.Count(whole, `"finish_reason":"`) != 1 {
			t.Errorf("accepted without one end: %q", whole)
		}
		for line := range strings.Lines(whole) {
			if len(line) > 60<<10 {
				t.Errorf("a line of %d bytes", len(line))
			}
		}
	})
}

// chopped gives a few bytes at a time.
type chopped struct {
	b []byte
	n int
}

func (c *chopped) Read(p []byte) (int, error) {
	if len(c.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), c.n)], c.b)
	c.b = c.b[n:]
	return n, nil
}

func repaired(in io.Reader) (string, error) {
	s := &stream{in: &heard{ctx: context.Background(), in: io.NopCloser(in), again: func() {}}, x: &exchange{}, repair: func(string) {}}
	out, err := io.ReadAll(s)
	return string(out), err
}
