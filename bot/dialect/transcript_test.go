package dialect

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tmc/langchaingo/llms"
	"golang.org/x/tools/txtar"
)

// A transcript is prose, one section "response" for each request (the last one
// also answers those after it), and a section "want". A response is a status
// line, headers, an empty line, a body, written event by event. In it
//
//	(leaves)      the person leaves; the server waits until it sees that
//	(waits)       nothing more comes; the server waits until the other side closes
//	(breaks)      the connection breaks
//	(left)        the person leaves as soon as this answer is written
//	{{9 é}}       a text so many times, in want too
//
// want has one fact a line: text, call, finish, tokens, model, energy, error (with
// kind, status and words), shown (what was streamed before an error), asked (number of
// requests), sent (fields of the last request, absent ones with a minus), ids (what
// call ids in requests look like).
type transcript struct {
	responses []string
	want      map[string][]string
}

var errLeft = errors.New("left")

var repeated = regexp.MustCompile(`\{\{(\d+) ([^}]+)\}\}`)

func read(t *testing.T, path string) transcript {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	long := repeated.ReplaceAllFunc(b, func(m []byte) []byte {
		f := repeated.FindSubmatch(m)
		n, _ := strconv.Atoi(string(f[1]))
		return []byte(strings.Repeat(string(f[2]), n))
	})
	a := txtar.Parse(long)
	if len(strings.TrimSpace(string(a.Comment))) < 20 {
		t.Error("the transcript does not say what it captures")
	}
	tr := transcript{want: map[string][]string{}}
	for _, f := range a.Files {
		switch f.Name {
		case "response":
			tr.responses = append(tr.responses, string(f.Data))
		case "want":
			for line := range strings.Lines(string(f.Data)) {
				name, value, _ := strings.Cut(strings.TrimRight(line, "\n"), " ")
				tr.want[name] = append(tr.want[name], value)
			}
		default:
			t.Fatalf("section %q", f.Name)
		}
	}
	return tr
}

// server plays a transcript.
type server struct {
	t      *testing.T
	play   []string
	leave  func()
	mu     sync.Mutex
	bodies []map[string]json.RawMessage
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body map[string]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		s.t.Error(err)
	}
	s.mu.Lock()
	answer := s.play[min(len(s.bodies), len(s.play)-1)]
	s.bodies = append(s.bodies, body)
	s.mu.Unlock()
	flush := func() { _ = http.NewResponseController(w).Flush() }
	in := bufio.NewReader(strings.NewReader(answer))
	headers, status := true, 0
	for {
		line, err := in.ReadString('\n')
		switch text := strings.TrimRight(line, "\n"); {
		case err != nil:
			return
		case text == "(leaves)", text == "(waits)":
			flush()
			if text == "(leaves)" {
				s.leave()
			}
			<-r.Context().Done() // the other side closed the connection
			return
		case text == "(breaks)":
			flush()
			panic(http.ErrAbortHandler)
		case text == "(left)":
			flush()
			s.leave()
		case headers && strings.HasPrefix(text, "HTTP/1.1 "):
			status, _ = strconv.Atoi(text[9:12])
		case headers && text == "":
			headers = false
			w.WriteHeader(status)
		case headers:
			name, value, _ := strings.Cut(text, ": ")
			w.Header().Set(name, value)
		default:
			_, _ = io.WriteString(w, line)
			if text == "" || text == "\r" {
				flush()
			}
		}
	}
}

// question has a history with a call in it, and every option that is ever sent.
var question = []llms.MessageContent{
	llms.TextParts(llms.ChatMessageTypeSystem, "Tu es Tandem."),
	llms.TextParts(llms.ChatMessageTypeHuman, "code rome boulanger svp"),
	{Role: llms.ChatMessageTypeAI, Parts: []llms.ContentPart{llms.ToolCall{ID: "run-1:1:0:call:0", Type: "function", FunctionCall: &llms.FunctionCall{Name: "search_rome", Arguments: "{}"}}}},
	{Role: llms.ChatMessageTypeTool, Parts: []llms.ContentPart{llms.ToolCallResponse{ToolCallID: "run-1:1:0:call:0", Name: "search_rome", Content: `{"code":"D1102"}`}}},
}

func options(stream func(context.Context, []byte) error) []llms.CallOption {
	return []llms.CallOption{llms.WithStreamingFunc(stream), llms.WithMaxTokens(1000), llms.WithTools([]llms.Tool{{Type: "function",
		Function: &llms.FunctionDefinition{Name: "search_rome", Description: "Cherche.", Parameters: map[string]any{"type": "object"}}}})}
}

func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			play(t, read(t, path))
		})
	}
}

func play(t *testing.T, tr transcript) {
	ctx, leave := context.WithCancelCause(t.Context())
	shown := make(chan struct{}) // closed with the first text
	s := &server{t: t, play: tr.responses, leave: func() {
		if tr.want["shown"] != nil {
			<-shown
		}
		leave(errLeft)
	}}
	srv := httptest.NewServer(s)
	defer srv.Close()
	quiet := time.Minute
	if strings.Contains(strings.Join(tr.responses, ""), "(waits)") {
		quiet = 100 * time.Millisecond
	}
	m, err := New(Config{URL: srv.URL + "/v1/", Name: "m", Wait: time.Millisecond, Quiet: quiet})
	if err != nil {
		t.Fatal(err)
	}
	var streamed strings.Builder
	resp, err := m.GenerateContent(ctx, question, options(func(_ context.Context, b []byte) error {
		if len(b) == 0 {
			t.Error("an empty piece was streamed")
		}
		if streamed.Len() == 0 {
			close(shown)
		}
		streamed.Write(b)
		return nil
	})...)

	got := map[string][]string{"asked": {strconv.Itoa(len(s.bodies))}}
	add := func(name, format string, args ...any) { got[name] = append(got[name], fmt.Sprintf(format, args...)) }
	if err != nil {
		add("shown", "%s", quoted(streamed.String()))
		var e *Error
		switch {
		case errors.Is(err, errLeft):
			add("error", "left")
		case errors.As(err, &e):
			words := []string{string(e.Kind)}
			if e.Status != 0 {
				words = append(words, strconv.Itoa(e.Status))
			}
			if e.Message != "" {
				words = append(words, e.Message)
			}
			add("error", "%s", strings.Join(words, " "))
			if e.Message != "" && strings.Contains(err.Error(), e.Message) {
				t.Errorf("the error's text quotes the endpoint: %v", err)
			}
		default:
			add("error", "%v", err)
		}
	} else {
		c := resp.Choices[0]
		if c.Content != "" {
			add("text", "%s", quoted(c.Content))
		}
		if streamed.String() != c.Content {
			t.Errorf("streamed %.100q, final text %.100q", streamed.String(), c.Content)
		}
		ids := map[string]bool{}
		for _, call := range c.ToolCalls {
			add("call", "%s %s", call.FunctionCall.Name, call.FunctionCall.Arguments)
			if ids[call.ID] || call.ID == "" || call.Type != "function" {
				t.Errorf("call %+v", call)
			}
			ids[call.ID] = true
		}
		add("finish", "%s", c.StopReason)
		add("tokens", "%v %v", c.GenerationInfo["PromptTokens"], c.GenerationInfo["CompletionTokens"])
		add("model", "%v", c.GenerationInfo[InfoModel])
		add("energy", "%.4g", c.GenerationInfo[InfoEnergy])
		if counted := c.GenerationInfo[InfoCounted]; counted != (got["tokens"][0] != "0 0") {
			t.Errorf("counted %v, tokens %v", counted, got["tokens"])
		}
	}
	last := s.bodies[len(s.bodies)-1]
	for name, want := range tr.want {
		switch name {
		case "sent":
			for _, field := range strings.Fields(want[0]) {
				field, absent := strings.CutPrefix(field, "-")
				if _, sent := last[field]; sent == absent {
					t.Errorf("last request: %s sent %v", field, sent)
				}
			}
		case "ids":
			checkIDs(t, last, regexp.MustCompile(want[0]))
		default:
			if strings.Join(got[name], "\n") != strings.Join(want, "\n") {
				t.Errorf("%s:\ngot  %.400q\nwant %.400q", name, got[name], want)
			}
		}
	}
	for _, name := range []string{"text", "call", "error"} {
		if len(got[name]) > 0 && tr.want[name] == nil {
			t.Errorf("%s not wanted: %.300q", name, got[name])
		}
	}
}

// quoted is s in JSON, with é and < as they are.
func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)
	return strings.TrimSuffix(b.String(), "\n")
}

func checkIDs(t *testing.T, body map[string]json.RawMessage, form *regexp.Regexp) {
	t.Helper()
	var messages []struct {
		ToolCallID string `json:"tool_call_id"`
		ToolCalls  []struct {
			ID string `json:"id"`
		} `json:"tool_calls"`
	}
	if err := json.Unmarshal(body["messages"], &messages); err != nil {
		t.Fatal(err)
	}
	called, answered := "", ""
	for _, m := range messages {
		for _, c := range m.ToolCalls {
			called = c.ID
		}
		if m.ToolCallID != "" {
			answered = m.ToolCallID
		}
	}
	if !form.MatchString(called) || called != answered {
		t.Errorf("call %q, its result %q", called, answered)
	}
}
