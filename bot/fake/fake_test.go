package fake_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/tmc/langchaingo/llms"

	"tandem/bot"
	"tandem/bot/dialect"
	"tandem/bot/fake"
	"tandem/bot/offline"
	"tandem/internal/postgres"
	"tandem/tools"
)

// The offline model decides the same in the process and behind an endpoint of any
// style, asked as a real model is: prompt, mask, HTTP, dialect.
func TestAModelIsTheSameBehindAnEndpoint(t *testing.T) {
	sober, err := offline.New()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("../offline/utterances/a.tsv")
	if err != nil {
		t.Fatal(err)
	}
	type line struct{ role, text string }
	lines := []line{{"seeker", "jsuis boulanger, mon tel 06 12 34 56 78, quelles sont mes competences ?"}}
	for n, l := range strings.Split(string(b), "\n") {
		if f := strings.Split(l, "\t"); len(f) == 3 && n%40 == 0 && !strings.HasPrefix(l, "#") {
			role, _, _ := strings.Cut(f[0], ",")
			if role == "*" {
				role = "recruiter"
			}
			lines = append(lines, line{role, f[2]})
		}
	}
	if len(lines) < 30 {
		t.Fatalf("%d lines", len(lines))
	}
	all := tools.All(&tools.Engines{})
	for name, style := range fake.Styles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(fake.Endpoint{Model: sober, Style: style})
			defer srv.Close()
			m, err := bot.Endpoint(dialect.Config{URL: srv.URL + "/v1", Name: "fake", Tries: 1}, nil, 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			called := 0
			for _, l := range lines {
				got, text, err := bot.First(t.Context(), m, postgres.Role(l.role), []string{l.text}, all)
				if err != nil {
					t.Fatalf("%s: %v", l.text, err)
				}
				u := sober.Understand(l.text, offline.Context{Role: l.role, Tools: names(tools.For(postgres.Role(l.role), all))})
				var want []bot.Call
				for _, c := range u.Calls {
					want = append(want, bot.Call{Tool: c.Tool, Args: c.Args})
				}
				if g, w := inJSON(t, got), inJSON(t, want); g != w {
					t.Errorf("%s: %s\nbehind the endpoint %s\nin the process      %s", l.role, l.text, g, w)
				}
				if len(got) == 0 && text == "" {
					t.Errorf("%s: neither call nor text", l.text)
				}
				called += len(got)
			}
			if called < len(lines)/2 {
				t.Errorf("only %d calls", called)
			}
		})
	}
}

func names(all []tools.Tool) (n []string) {
	for _, t := range all {
		n = append(n, t.Name)
	}
	return n
}

func inJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// What a strict endpoint refuses is refused here, so that a test that passes
// means something.
func TestItRefuses(t *testing.T) {
	model := played{}
	for name, c := range map[string]struct{ path, body, want string }{
		"not JSON":              {"/v1/chat/completions", `{`, "400"},
		"another route":         {"/v1/embeddings", `{"stream":true}`, "404"},
		"optional fields":       {"/v1/chat/completions", `{"stream":true,"stream_options":{}}`, "422"},
		"a call without result": {"/v1/chat/completions", `{"stream":true,"messages":[{"role":"assistant","tool_calls":[{"id":"abcdefghi","function":{"name":"f","arguments":"{}"}}]},{"role":"user","content":"x"}]}`, "400"},
		"a long id":             {"/v1/chat/completions", `{"stream":true,"messages":[{"role":"assistant","tool_calls":[{"id":"call_1234567","function":{"name":"f","arguments":"{}"}}]}]}`, "400"},
		"a result without call": {"/v1/chat/completions", `{"stream":true,"messages":[{"role":"tool","tool_call_id":"abcdefghi","content":"x"}]}`, "400"},
		"a good one":            {"/v1/chat/completions", `{"stream":true,"messages":[{"role":"user","content":"x"}]}`, "200"},
	} {
		w := httptest.NewRecorder()
		fake.Endpoint{Model: model, Style: fake.Styles["mistral"]}.ServeHTTP(w, httptest.NewRequest("POST", c.path, strings.NewReader(c.body)))
		if got := w.Result().Status[:3]; got != c.want {
			t.Errorf("%s: %s, want %s: %s", name, got, c.want, w.Body)
		}
	}
}

type played struct{}

func (played) GenerateContent(context.Context, []llms.MessageContent, ...llms.CallOption) (*llms.ContentResponse, error) {
	return &llms.ContentResponse{Choices: []*llms.ContentChoice{{Content: "Oui"}}}, nil
}

func (played) Call(context.Context, string, ...llms.CallOption) (string, error) {
	return "", errors.New("not used")
}
