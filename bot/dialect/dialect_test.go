package dialect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/openai"
)

// sse writes each argument as one event.
func sse(events ...string) string {
	return "data: " + strings.Join(events, "\n\ndata: ") + "\n\n"
}

func chunk(delta string) string { return `{"choices":[{"index":0,"delta":` + delta + `}]}` }

const (
	stop  = `{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`
	calls = `{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}`
	end   = `[DONE]`
)

type said struct {
	text  string
	calls []string // name(args)
	err   string   // part of the error, "" for none
}

func TestStreams(t *testing.T) {
	long := strings.Repeat("é", 100_000)
	for quirk, c := range map[string]struct {
		stream string
		want   said
	}{
		"plain text, usage in the last chunk": {
			sse(chunk(`{"role":"assistant","content":""}`), chunk(`{"content":"Bon"}`), chunk(`{"content":"jour"}`), stop, `{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}`, end),
			said{text: "Bonjour"}},
		"parallel calls interleaved by index": {
			sse(chunk(`{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}`),
				chunk(`{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":""}}]}`),
				chunk(`{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":1}"}}]}`),
				chunk(`{"tool_calls":[{"index":1,"function":{"arguments":"{\"y\":2}"}}]}`), calls, end),
			said{calls: []string{`f({"x":1})`, `g({"y":2})`}}},
		"type repeated on each delta (older vLLM)": {
			sse(chunk(`{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\""}}]}`),
				chunk(`{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"arguments":":1}"}}]}`), calls, end),
			said{calls: []string{`f({"x":1})`}}},
		"whole call without type (Mistral)": {
			sse(chunk(`{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}`), calls, end),
			said{calls: []string{`f({})`}}},
		"index 0 for every parallel call (Ollama)": {
			sse(chunk(`{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]}`),
				chunk(`{"tool_calls":[{"index":0,"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]}`), calls, end),
			said{calls: []string{`f({})`, `g({})`}}},
		"empty continuation": {
			sse(chunk(`{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]}`),
				chunk(`{"tool_calls":[{"index":1,"function":{}}]}`), calls, end),
			said{calls: []string{`f({})`}}},
		"text and call in one delta": {
			sse(chunk(`{"content":"Je cherche.","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]}`), calls, end),
			said{text: "Je cherche.", calls: []string{`f({})`}}},
		"content as parts (Magistral)": {
			sse(chunk(`{"content":[{"type":"thinking","thinking":"x"},{"type":"text","text":"Oui"}]}`), stop, end),
			said{text: "Oui"}},
		"text that looks like a tool call": {
			sse(chunk(`{"content":"[{\"id\":\"a\"}] est du JSON"}`), stop, end),
			said{text: `[{"id":"a"}] est du JSON`}},
		"finish, then another choice chunk": {
			sse(chunk(`{"content":"Oui"}`), stop, chunk(`{"content":""}`), end),
			said{text: "Oui"}},
		"a line over 64 KiB": {
			sse(chunk(`{"content":"`+long+`"}`), stop, end),
			said{text: long}},
		"an error in the middle of a 200 stream": {
			sse(chunk(`{"content":"Bon"}`), `{"error":{"message":"overloaded"}}`),
			said{err: "error in the stream"}},
		"a stream that ends without its finish": {
			sse(chunk(`{"content":"Bon"}`)),
			said{err: ErrCut.Error()}},
		"an event that is not JSON": {
			sse(`<html>`),
			said{err: "cannot be decoded"}},
	} {
		t.Run(quirk, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				_, _ = io.WriteString(w, c.stream)
			}))
			defer srv.Close()
			got := ask(t, srv.URL)
			if c.want.err != "" {
				if !strings.Contains(got.err, c.want.err) {
					t.Fatalf("error %q, want one with %q", got.err, c.want.err)
				}
				return
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("got %.300v, want %.300v", got, c.want)
			}
		})
	}
}

// ask asks through the real llms/openai and checks that the text was streamed.
func ask(t *testing.T, url string) said {
	t.Helper()
	llm, err := openai.New(openai.WithBaseURL(url), openai.WithModel("m"), openai.WithToken("k"), openai.WithHTTPClient(&Doer{}))
	if err != nil {
		t.Fatal(err)
	}
	var streamed strings.Builder
	resp, err := llm.GenerateContent(context.Background(), []llms.MessageContent{llms.TextParts(llms.ChatMessageTypeHuman, "x")},
		llms.WithStreamingFunc(func(_ context.Context, b []byte) error {
			if !strings.HasPrefix(string(b), "[{") {
				streamed.Write(b)
			}
			return nil
		}))
	if err != nil {
		return said{err: err.Error()}
	}
	out := said{text: resp.Choices[0].Content}
	if streamed.String() != out.text {
		t.Errorf("streamed %.100q, final text %.100q", streamed.String(), out.text)
	}
	for _, c := range resp.Choices[0].ToolCalls {
		out.calls = append(out.calls, c.FunctionCall.Name+"("+c.FunctionCall.Arguments+")")
	}
	return out
}

func TestErrorStatus(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"error":{"message":"slow down"}}`)
	}))
	defer srv.Close()
	req, _ := http.NewRequest("POST", srv.URL, strings.NewReader("{}"))
	_, err := new(Doer).Do(req)
	var e *Error
	if !errors.As(err, &e) || e.Status != 429 || e.Message != "slow down" || e.RetryAfter != 7*time.Second || !e.Retryable() {
		t.Errorf("got %v", err)
	}
}

func TestStrictEndpointIsAskedAgainWithoutOptionalFields(t *testing.T) {
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		if _, extra := body["stream_options"]; extra {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = io.WriteString(w, `{"detail":[{"type":"extra_forbidden"}]}`)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, sse(chunk(`{"content":"Oui"}`), stop, end))
	}))
	defer srv.Close()
	llm, err := openai.New(openai.WithBaseURL(srv.URL), openai.WithModel("m"), openai.WithToken("k"), openai.WithHTTPClient(&Doer{}))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		resp, err := llm.GenerateContent(context.Background(), []llms.MessageContent{llms.TextParts(llms.ChatMessageTypeHuman, "x")},
			llms.WithStreamingFunc(func(context.Context, []byte) error { return nil }))
		if err != nil || resp.Choices[0].Content != "Oui" {
			t.Fatalf("got %v, %v", resp, err)
		}
	}
	if asked != 3 {
		t.Errorf("asked %d times, want 3: refused, plain, plain", asked)
	}
}

func FuzzTranslate(f *testing.F) {
	f.Add([]byte(sse(chunk(`{"content":"Oui"}`), stop, end)))
	f.Add([]byte(sse(chunk(`{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}`), calls, end)))
	f.Fuzz(func(t *testing.T, stream []byte) {
		var out strings.Builder
		if translate(strings.NewReader(string(stream)), &out) == nil && !strings.HasSuffix(out.String(), "data: [DONE]\n\n") {
			t.Error("accepted without an end")
		}
	})
}
