package bot

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tmc/langchaingo/llms"

	"tandem/bot/dialect"
	"tandem/bot/fake"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/retrieval"
	"tandem/tools"
)

// behind is a model behind an endpoint that h plays.
func behind(t *testing.T, name string, billions float64, h http.Handler) Model {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	m, err := Endpoint(dialect.Config{URL: srv.URL + "/v1", Name: name, Wait: time.Millisecond}, nil, 16_000, billions)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func receiptOf(t *testing.T, events []Event) (r Receipt) {
	t.Helper()
	for _, e := range events {
		var c struct {
			Name  string
			Value json.RawMessage
		}
		if json.Unmarshal(e.JSON, &c) == nil && c.Name == "receipt" {
			if err := json.Unmarshal(c.Value, &r); err != nil {
				t.Fatal(err)
			}
		}
	}
	return r
}

// A run through real HTTP: two endpoints are down, one breaks midway, the next
// calls a tool and answers. The person is told in one sentence, before the first
// word of the one that goes on, and the receipt has all of it.
func TestEndpointsInTurn(t *testing.T) {
	down := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	breaks := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Je com\"}}]}\n\n")
	})
	model := &scripted{steps: script{callsTool("echo", `{"text":"D1102"}`), func(_ context.Context, _ []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
		say("Voici D1102.")
		return &llms.ContentChoice{Content: "Voici D1102.", GenerationInfo: map[string]any{"PromptTokens": 900, "CompletionTokens": 100}}, nil
	}}}
	a := agentOf(t, postgrestest.New(t), testTools, behind(t, "bas", 0, down), behind(t, "absent", 0, http.NotFoundHandler()), behind(t, "fragile", 0, breaks),
		behind(t, "solide", 24, fake.Endpoint{Model: model, Style: fake.Styles["mistral"]}),
		Model{Name: "mode sobre", LLM: &scripted{steps: script{says("secours")}}, Offline: true})
	events := finish(t, a, alice, ask(1, "code du boulanger ?"))
	answer := textOf(events)
	if answer.Text != "Je com\n\nVoici D1102." || answer.Error != "" {
		t.Errorf("answer %+v", answer)
	}
	if want := []string{"Les modèles bas et absent ne répondent pas : la suite vient du modèle fragile.",
		"Le modèle fragile s'est interrompu : la suite vient du modèle solide."}; fmt.Sprint(answer.Notices) != fmt.Sprint(want) {
		t.Errorf("notices %q, want %q", answer.Notices, want)
	}
	if order := kinds(events); strings.Index(order, "CUSTOM:notice") > strings.Index(order, typeTextStart) || strings.LastIndex(order, "CUSTOM:notice") > strings.Index(order, typeToolStart) {
		t.Errorf("told after it went on: %s", order)
	}
	r := receiptOf(t, events)
	if r.Model != "solide" || r.ModelVersion != "solide" || r.PromptVersion != promptVersion || fmt.Sprint(r.Failed) != "[{bas refus (code 502)} {absent refus (code 404)} {fragile réponse coupée}]" {
		t.Errorf("receipt %+v", r)
	}
	// 100 tokens were counted, and those of the call estimated.
	written := float64(r.Tokens.Output)
	if want := written * (8.91e-5*24 + 1.43e-3) * 1.2; r.EnergyWh == nil || math.Abs(*r.EnergyWh-want) > 1e-9 || !strings.Contains(r.EnergyNote, "Estimation") || !strings.Contains(r.EnergyNote, "EcoLogits") {
		t.Errorf("energy %v, want %v: %s", r.EnergyWh, want, r.EnergyNote)
	}
	if written < 100 || !r.Tokens.Estimated {
		t.Errorf("tokens %+v", r.Tokens)
	}
}

func TestAllEndpointsDownTheOfflineModelAnswers(t *testing.T) {
	down := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	a := agentOf(t, postgrestest.New(t), testTools, behind(t, "grand", 0, down), Model{Name: "mode sobre", LLM: &scripted{steps: script{says("Bonjour")}}, Offline: true})
	events := finish(t, a, alice, ask(1, "slt"))
	if answer := textOf(events); answer.Text != "Bonjour" || fmt.Sprint(answer.Notices) != "[Le modèle grand ne répond pas : la suite vient du mode sobre, qui marche sans lui.]" {
		t.Errorf("answer %+v", answer)
	}
	if r := receiptOf(t, events); !r.Offline || fmt.Sprint(r.Failed) != "[{grand refus (code 401)}]" || r.EnergyWh == nil || !strings.Contains(r.EnergyNote, "15 W") {
		t.Errorf("receipt %+v", r)
	}
}

// Each style of endpoint, each with two calls in a step and a history with them.
func TestEveryStyleRunsToTheEnd(t *testing.T) {
	db := postgrestest.New(t)
	n := 0
	for name, style := range fake.Styles {
		model := &scripted{steps: script{callsTools("echo", `{"text":"à « b »"}`, "echo", `{"text":"2"}`),
			func(_ context.Context, m []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
				a, b := m[len(m)-2].Parts[0].(llms.ToolCallResponse).Content, m[len(m)-1].Parts[0].(llms.ToolCallResponse).Content
				if a != `{"echo":"à « b »"}` || b != `{"echo":"2"}` {
					return nil, fmt.Errorf("read %s, %s", a, b)
				}
				return says("Fini", ".")(nil, nil, say)
			}, says("Encore.")}}
		a := agentOf(t, db, testTools, behind(t, name, 0, fake.Endpoint{Model: model, Style: style}))
		n++
		q := Question{Conversation: name, Run: fmt.Sprint(name, 1), Text: "deux fois"}
		if answer := textOf(finish(t, a, alice, q)); answer.Text != "Fini." || len(answer.Notices) > 0 {
			t.Errorf("%s: %+v", name, answer)
		}
		q.Run, q.Text = fmt.Sprint(name, 2), "et là ?"
		events := finish(t, a, alice, q)
		if answer := textOf(events); answer.Text != "Encore." {
			t.Errorf("%s, second question: %+v", name, answer)
		}
		if r := receiptOf(t, events); style.Energy != (r.EnergyWh != nil) || style.Energy && !strings.Contains(r.EnergyNote, "fournisseur") || style.Uncounted && !r.Tokens.Estimated {
			t.Errorf("%s: receipt %+v", name, r)
		}
	}
}

// What the model makes up is marked before the person reads it, and what is kept
// is what they read; what contradicts the engine is said to.
func TestMadeUpReferencesAreMarked(t *testing.T) {
	check := tools.New("explain_offer", "vérifie", postgres.Roles, func(context.Context, tools.Caller, struct{}) (tools.Result, error) {
		return tools.Result{Data: map[string]any{"status": "blocked"}, Activity: "offer.legality",
			Sources: []retrieval.Passage{{ID: "law:L1132-1", Title: "Article L1132-1", URL: "/loi/L1132-1"}}}, nil
	})
	var kept string
	model := &scripted{steps: script{callsTool("explain_offer", "{}"), says("Votre offre est con", "forme [L1132", "-1], voir [L9999-", "9] et http", "s://faux.example/x ou M18", "05."),
		func(_ context.Context, m []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
			kept = m[len(m)-2].Parts[0].(llms.TextContent).Text
			return says("Bien.")(nil, nil, say)
		}}}
	a := agentOf(t, postgrestest.New(t), []tools.Tool{check}, behind(t, "grand", 0, fake.Endpoint{Model: model}))
	events := finish(t, a, alice, ask(1, "Vérifiez mon offre"))
	answer := textOf(events)
	const want = "Votre offre est conforme [L1132-1], voir L9999-9 (non vérifié) et (lien retiré) ou M1805 (non vérifié)."
	if answer.Text != want {
		t.Errorf("read %q", answer.Text)
	}
	if len(answer.Notices) != 2 || !strings.Contains(answer.Notices[0], "non vérifié") || !strings.Contains(answer.Notices[1], "C'est le contrôle qui compte : bloquée") {
		t.Errorf("notices %q", answer.Notices)
	}
	if r := receiptOf(t, events); fmt.Sprint(r.Unverified) != "[L9999-9 https://faux.example/x M1805]" || fmt.Sprint(r.Contradicted) != "[offer.legality]" || fmt.Sprint(r.Sources) != "[law:L1132-1]" {
		t.Errorf("receipt %+v", r)
	}
	finish(t, a, alice, ask(2, "merci"))
	if kept != want {
		t.Errorf("kept %q", kept)
	}
}

var updatePrompt = flag.Bool("update-prompt", false, "write the golden prompt again; its version must have been raised")

// The prompt is what it was, or has another version: receipts name it.
func TestPrompt(t *testing.T) {
	date := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	all := tools.All(&tools.Engines{})
	got := "version: " + promptVersion + "\n"
	for _, role := range postgres.Roles {
		p, err := prompt(role, date, tools.For(role, all))
		if err != nil || !strings.Contains(p, "\nrole="+string(role)+"\ndate=2026-11-24\n") || strings.Contains(p, "version:") || strings.Contains(p, "<no value>") {
			t.Errorf("%s: %v\n%s", role, err, p)
		}
		for _, offered := range all {
			has := len(tools.For(role, []tools.Tool{offered})) > 0
			if strings.Contains(p, "- "+offered.Name+" : ") != has {
				t.Errorf("%s: %s listed %v", role, offered.Name, !has)
			}
		}
		got += "\n== " + string(role) + " ==\n" + p
	}
	const golden = "testdata/prompt.golden"
	b, err := os.ReadFile(golden)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if string(b) == got {
		return
	}
	if strings.HasPrefix(string(b), "version: "+promptVersion+"\n") {
		t.Fatalf("the prompt changed and its version did not: raise the first line of prompt.md, then run with -update-prompt\n%s", got)
	}
	if !*updatePrompt {
		t.Fatalf("the prompt has version %s; run with -update-prompt", promptVersion)
	}
	if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
		t.Fatal(err)
	}
}
