package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/tmc/langchaingo/llms"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/tools"
)

// script is a model that plays one function a call.
type script []func(ctx context.Context, messages []llms.MessageContent, say func(string)) (*llms.ContentChoice, error)

type scripted struct {
	steps script
	calls int
}

func (m *scripted) GenerateContent(ctx context.Context, messages []llms.MessageContent, options ...llms.CallOption) (*llms.ContentResponse, error) {
	var o llms.CallOptions
	for _, f := range options {
		f(&o)
	}
	n := min(m.calls, len(m.steps)-1)
	m.calls++
	c, err := m.steps[n](ctx, messages, func(s string) { _ = o.StreamingFunc(ctx, []byte(s)) })
	if err != nil {
		return nil, err
	}
	return &llms.ContentResponse{Choices: []*llms.ContentChoice{c}}, nil
}

func (m *scripted) Call(context.Context, string, ...llms.CallOption) (string, error) {
	return "", errors.New("not used")
}

func says(words ...string) func(context.Context, []llms.MessageContent, func(string)) (*llms.ContentChoice, error) {
	return func(_ context.Context, _ []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
		for _, w := range words {
			say(w)
		}
		return &llms.ContentChoice{Content: strings.Join(words, "")}, nil
	}
}

func callsTool(name, args string) func(context.Context, []llms.MessageContent, func(string)) (*llms.ContentChoice, error) {
	return func(context.Context, []llms.MessageContent, func(string)) (*llms.ContentChoice, error) {
		return &llms.ContentChoice{ToolCalls: []llms.ToolCall{{ID: "x", Type: "function", FunctionCall: &llms.FunctionCall{Name: name, Arguments: args}}}}, nil
	}
}

// waits says something, reports that it has, and waits for the end of ctx.
func waits(began chan<- struct{}) func(context.Context, []llms.MessageContent, func(string)) (*llms.ContentChoice, error) {
	return func(ctx context.Context, _ []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
		say("Je commence")
		close(began)
		<-ctx.Done()
		return nil, ctx.Err()
	}
}

type echoInput struct {
	Text string `json:"text"`
}

var testTools = []tools.Tool{
	tools.New("echo", "repeats", postgres.Roles, func(_ context.Context, c tools.Caller, in echoInput) (tools.Result, error) {
		c.Progress("Je lis", 50)
		return tools.Result{Data: map[string]string{"echo": in.Text}, Activity: "rome.occupation"}, nil
	}),
	tools.New("panics", "panics", postgres.Roles, func(context.Context, tools.Caller, struct{}) (tools.Result, error) { panic("boom") }),
	tools.New("fails", "fails", postgres.Roles, func(context.Context, tools.Caller, struct{}) (tools.Result, error) {
		return tools.Result{}, errors.New("password=secret refused")
	}),
	tools.New("long", "says too much", postgres.Roles, func(context.Context, tools.Caller, struct{}) (tools.Result, error) {
		return tools.Result{Data: strings.Repeat("é", toolOutput)}, nil
	}),
	tools.New("counsellors", "for counsellors", []postgres.Role{postgres.Counsellor}, func(context.Context, tools.Caller, struct{}) (tools.Result, error) {
		return tools.Result{Data: "secret"}, nil
	}),
}

var alice = postgres.Visitor{ID: "alice", Role: postgres.Seeker}
var bob = postgres.Visitor{ID: "bob", Role: postgres.Seeker}

func newAgent(t *testing.T, db *postgres.DB, steps ...func(context.Context, []llms.MessageContent, func(string)) (*llms.ContentChoice, error)) *Agent {
	t.Helper()
	a, err := New(t.Context(), Config{DB: db, Node: "test", Tools: testTools,
		Models: []Model{{Name: "scripted", LLM: &scripted{steps: steps}, Offline: true}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}

// finish starts a run and returns all its events.
func finish(t *testing.T, a *Agent, v postgres.Visitor, q Question) []Event {
	t.Helper()
	after, err := a.Start(t.Context(), v, q)
	if err != nil {
		t.Fatal(err)
	}
	return collect(t, a, v, q.Run, after)
}

func collect(t *testing.T, a *Agent, v postgres.Visitor, run string, after int64) []Event {
	t.Helper()
	seq, err := a.WatchRun(t.Context(), v, run, after)
	if err != nil {
		t.Fatal(err)
	}
	return drain(t, seq)
}

func drain(t *testing.T, seq iter.Seq2[Event, error]) (events []Event) {
	t.Helper()
	for e, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	return events
}

// kinds is the order of a run in short: types, with the name of CUSTOM events.
func kinds(events []Event) string {
	var k []string
	for _, e := range events {
		name := e.Type
		if e.Type == typeCustom {
			var c struct{ Name string }
			_ = json.Unmarshal(e.JSON, &c)
			name += ":" + c.Name
		}
		k = append(k, name)
	}
	return strings.Join(k, " ")
}

func textOf(events []Event) (a Answer) {
	for _, e := range events {
		a.Add(e)
	}
	return a
}

func ask(n int, text string) Question {
	return Question{Conversation: "c", Run: fmt.Sprint("r", n), MessageID: fmt.Sprint("m", n), Text: text}
}

func TestAnswer(t *testing.T) {
	a := newAgent(t, postgrestest.New(t), says("Bon", "jour", " !"))
	events := finish(t, a, alice, ask(1, "slt"))
	got := kinds(events)
	// Deltas may have been joined: that is all that may vary.
	got = strings.Join(compact(strings.Fields(got)), " ")
	want := "RUN_STARTED CUSTOM:user_message TEXT_MESSAGE_START TEXT_MESSAGE_CONTENT TEXT_MESSAGE_END CUSTOM:receipt RUN_FINISHED"
	if got != want {
		t.Errorf("events %s\nwant   %s", got, want)
	}
	for i, e := range events {
		if e.Seq != int64(i+1) {
			t.Errorf("event %d has number %d", i, e.Seq)
		}
	}
	if text := textOf(events).Text; text != "Bonjour !" {
		t.Errorf("text %q", text)
	}
	// A replay is what was seen live, byte for byte.
	again := collect(t, a, alice, "r1", -1)
	if len(again) != len(events) {
		t.Fatalf("replayed %d events, saw %d", len(again), len(events))
	}
	for i := range again {
		if string(canonical(t, again[i].JSON)) != string(canonical(t, events[i].JSON)) {
			t.Errorf("event %d replayed as %s, was %s", i, again[i].JSON, events[i].JSON)
		}
	}
}

func canonical(t *testing.T, raw json.RawMessage) []byte {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return must(v)
}

func compact(in []string) (out []string) {
	for _, s := range in {
		if len(out) == 0 || out[len(out)-1] != s {
			out = append(out, s)
		}
	}
	return out
}

func TestToolCall(t *testing.T) {
	a := newAgent(t, postgrestest.New(t), callsTool("echo", `{"text":"pain"}`),
		func(_ context.Context, messages []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
			last := messages[len(messages)-1]
			r, ok := last.Parts[0].(llms.ToolCallResponse)
			if !ok || r.Content != `{"echo":"pain"}` {
				return nil, fmt.Errorf("model read %v", last)
			}
			return says("pain")(nil, nil, say)
		})
	events := finish(t, a, alice, ask(1, "répète pain"))
	want := "RUN_STARTED CUSTOM:user_message STEP_STARTED TOOL_CALL_START TOOL_CALL_ARGS TOOL_CALL_END ACTIVITY_SNAPSHOT " +
		"TOOL_CALL_RESULT ACTIVITY_SNAPSHOT STEP_FINISHED TEXT_MESSAGE_START TEXT_MESSAGE_CONTENT TEXT_MESSAGE_END CUSTOM:receipt RUN_FINISHED"
	if got := kinds(events); got != want {
		t.Errorf("events %s\nwant   %s", got, want)
	}
}

// What goes wrong inside a call is something the model reads, and holds no
// detail of ours; the run goes on.
func TestCallsThatGoWrong(t *testing.T) {
	for name, c := range map[string]struct{ tool, args, reads string }{
		"unknown tool":           {"nope", `{}`, "n'existe pas"},
		"tool of another role":   {"counsellors", `{}`, "n'y a pas droit"},
		"panic":                  {"panics", `{}`, "erreur interne"},
		"failure":                {"fails", `{}`, "erreur interne"},
		"arguments not JSON":     {"echo", `{"text":`, "pas un objet JSON"},
		"arguments of bad type":  {"echo", `{"text":3}`, "refusés"},
		"missing argument":       {"echo", `{}`, "refusés"},
		"too long":               {"long", `{}`, "Résultat coupé"},
		"null is the same as no": {"echo", `{"text":"a","extra":null}`, `{"echo":"a"}`},
	} {
		t.Run(name, func(t *testing.T) {
			var read string
			a := newAgent(t, postgrestest.New(t), callsTool(c.tool, c.args),
				func(_ context.Context, messages []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
					read = messages[len(messages)-1].Parts[0].(llms.ToolCallResponse).Content
					return says("Voilà.")(nil, nil, say)
				})
			events := finish(t, a, alice, ask(1, "essaie"))
			if e := events[len(events)-1]; e.Type != typeRunFinished {
				t.Errorf("ended with %s", e.JSON)
			}
			if !strings.Contains(read, c.reads) || strings.Contains(read, "secret") {
				t.Errorf("model read %.200q, want %q", read, c.reads)
			}
			if len(read) > toolOutput+500 {
				t.Errorf("model read %d bytes", len(read))
			}
		})
	}
}

func TestEndlessCallsEnd(t *testing.T) {
	for name, call := range map[string]func(n int) string{
		"the same call": func(int) string { return `{"text":"a"}` },
		"other calls":   func(n int) string { return fmt.Sprintf(`{"text":"%d"}`, n) },
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			a := newAgent(t, postgrestest.New(t), func(ctx context.Context, m []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
				n++
				return callsTool("echo", call(n))(ctx, m, say)
			})
			events := finish(t, a, alice, ask(1, "boucle"))
			if n > MaxSteps {
				t.Errorf("asked the model %d times", n)
			}
			if !strings.Contains(textOf(events).Text, "reformuler") || events[len(events)-1].Type != typeRunFinished {
				t.Errorf("events %s", kinds(events))
			}
		})
	}
}

func TestOthersAreRefused(t *testing.T) {
	began := make(chan struct{})
	a := newAgent(t, postgrestest.New(t), waits(began))
	if _, err := a.Start(t.Context(), alice, ask(1, "privé")); err != nil {
		t.Fatal(err)
	}
	<-began
	if _, err := a.Start(t.Context(), bob, ask(2, "coucou")); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("start in another's conversation: %v", err)
	}
	if _, err := a.Watch(t.Context(), bob, "c", 0); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("watch another's conversation: %v", err)
	}
	if _, err := a.WatchRun(t.Context(), bob, "r1", 0); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("watch another's run: %v", err)
	}
	if a.runs["alice\x00r1"].ctx.Err() != nil {
		t.Error("another's question stopped the run")
	}
}

func TestBadQuestions(t *testing.T) {
	a := newAgent(t, postgrestest.New(t), says("Oui"))
	for name, c := range map[string]struct {
		q    Question
		code fault.Code
	}{
		"empty":     {ask(1, " \n "), fault.Invalid},
		"too long":  {ask(1, strings.Repeat("a", MaxMessage+1)), fault.TooLarge},
		"not UTF-8": {ask(1, "a\xff"), fault.Invalid},
		"no run":    {Question{Conversation: "c", Text: "a"}, fault.Invalid},
		"long id":   {Question{Conversation: strings.Repeat("c", 200), Run: "r", Text: "a"}, fault.Invalid},
	} {
		if _, err := a.Start(t.Context(), alice, c.q); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if events := finish(t, a, alice, ask(2, "nul\x00 compris")); events[len(events)-1].Type != typeRunFinished {
		t.Errorf("NUL: %s", kinds(events))
	}
}

func TestTwoWatchersSeeTheSame(t *testing.T) {
	gate := make(chan struct{})
	a := newAgent(t, postgrestest.New(t), func(_ context.Context, _ []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
		say("Un ")
		<-gate
		say("deux")
		return &llms.ContentChoice{Content: "Un deux"}, nil
	})
	after, err := a.Start(t.Context(), alice, ask(1, "compte"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	got := make(chan string, 3)
	for i := range 3 {
		seq, err := a.Watch(ctx, alice, "c", 0)
		if i == 2 {
			seq, err = a.WatchRun(ctx, alice, "r1", after)
		}
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			var all []string
			for e, err := range seq {
				if err != nil {
					break
				}
				all = append(all, fmt.Sprint(e.Seq, e.Type))
				if e.Terminal() {
					break
				}
			}
			got <- strings.Join(all, " ")
		}()
	}
	close(gate)
	first := <-got
	for range 2 {
		if other := <-got; other != first {
			t.Errorf("saw %s\nand %s", first, other)
		}
	}
	if !strings.HasSuffix(first, typeRunFinished) {
		t.Errorf("saw %s", first)
	}
}
