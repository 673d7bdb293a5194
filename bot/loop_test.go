package bot

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tmc/langchaingo/llms"

	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/tools"
)

// callsTools calls several tools in one step: name, arguments, name, arguments…
func callsTools(pairs ...string) func(context.Context, []llms.MessageContent, func(string)) (*llms.ContentChoice, error) {
	return func(context.Context, []llms.MessageContent, func(string)) (*llms.ContentChoice, error) {
		c := &llms.ContentChoice{}
		for i := 0; i < len(pairs); i += 2 {
			c.ToolCalls = append(c.ToolCalls, llms.ToolCall{ID: fmt.Sprint("call", i), Type: "function", FunctionCall: &llms.FunctionCall{Name: pairs[i], Arguments: pairs[i+1]}})
		}
		return c, nil
	}
}

func agentOf(t *testing.T, db *postgres.DB, offered []tools.Tool, models ...Model) *Agent {
	t.Helper()
	a, err := New(t.Context(), Config{DB: db, Node: "test", Tools: offered, Models: models})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}

// Calls of one step run at the same time: here each waits for all others. Their
// events come one call after the other, in the order of the calls.
func TestCallsOfAStepRunAtOnce(t *testing.T) {
	const n = 4
	var all sync.WaitGroup
	all.Add(n)
	meet := tools.New("meet", "waits for the others", postgres.Roles, func(_ context.Context, c tools.Caller, in echoInput) (tools.Result, error) {
		c.Progress("J'attends "+in.Text, 10)
		all.Done()
		all.Wait()
		c.Progress("Je rends "+in.Text, 90)
		return tools.Result{Data: in}, nil
	})
	var pairs []string
	for i := range n {
		pairs = append(pairs, "meet", fmt.Sprintf(`{"text":"%d"}`, i))
	}
	model := &scripted{steps: script{callsTools(pairs...), func(_ context.Context, m []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
		for i, m := range m[len(m)-n:] {
			if got := m.Parts[0].(llms.ToolCallResponse).Content; got != fmt.Sprintf(`{"text":"%d"}`, i) {
				return nil, fmt.Errorf("result %d is %s", i, got)
			}
		}
		return says("Voilà")(nil, nil, say)
	}}}
	a := agentOf(t, postgrestest.New(t), []tools.Tool{meet}, Model{Name: "m", LLM: model, Offline: true})
	events := finish(t, a, alice, ask(1, "quatre fois"))
	if textOf(events).Text != "Voilà" {
		t.Fatalf("events %s", kinds(events))
	}
	at := -1
	for _, e := range events {
		for i := range n {
			// The order of calls, whatever event of theirs it is.
			if strings.Contains(string(e.JSON), fmt.Sprintf(":call:%d", i)) {
				if i < at {
					t.Errorf("an event of call %d after one of call %d: %s", i, at, e.JSON)
				}
				at = i
			}
		}
	}
	if at != n-1 {
		t.Errorf("no events of call %d: %s", n-1, kinds(events))
	}
}

// A call that changes something waits for those before it, and those after wait
// for it.
func TestCallsThatChangeWait(t *testing.T) {
	var mu sync.Mutex
	var order []string
	note := func(_ context.Context, _ tools.Caller, in echoInput) (tools.Result, error) {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, in.Text)
		return tools.Result{Data: in}, nil
	}
	reads, writes := tools.New("reads", "reads", postgres.Roles, note), tools.New("writes", "writes", postgres.Roles, note)
	writes.Changes = true
	a := agentOf(t, postgrestest.New(t), []tools.Tool{reads, writes}, Model{Name: "m", Offline: true, LLM: &scripted{steps: script{
		callsTools("reads", `{"text":"a"}`, "writes", `{"text":"b"}`, "reads", `{"text":"c"}`, "writes", `{"text":"d"}`, "writes", `{"text":"e"}`), says("Voilà")}}})
	finish(t, a, alice, ask(1, "dans l'ordre"))
	if got := strings.Join(order, ""); got != "abcde" {
		t.Errorf("ran as %s", got)
	}
}

// A call made again is not run again; when all of a step are, the model is asked
// to answer with what it has.
func TestRepeatedCallsAreNotRunAgain(t *testing.T) {
	var ran atomic.Int32
	count := tools.New("count", "counts", postgres.Roles, func(_ context.Context, _ tools.Caller, in echoInput) (tools.Result, error) {
		ran.Add(1)
		return tools.Result{Data: in}, nil
	})
	var choices []any
	model := recorder{&choices, &scripted{steps: script{callsTools("count", `{"text":"a"}`), callsTools("count", `{ "text" : "a" }`), says("Une fois")}}}
	a := agentOf(t, postgrestest.New(t), []tools.Tool{count}, Model{Name: "m", LLM: model, Offline: true})
	events := finish(t, a, alice, ask(1, "compte"))
	if ran.Load() != 1 || textOf(events).Text != "Une fois" {
		t.Errorf("ran %d times: %s", ran.Load(), kinds(events))
	}
	if fmt.Sprint(choices) != "[<nil> <nil> none]" {
		t.Errorf("tool choices %v", choices)
	}
}

// recorder notes what is asked of a model.
type recorder struct {
	choices *[]any
	llms.Model
}

func (r recorder) GenerateContent(ctx context.Context, m []llms.MessageContent, options ...llms.CallOption) (*llms.ContentResponse, error) {
	var o llms.CallOptions
	for _, f := range options {
		f(&o)
	}
	*r.choices = append(*r.choices, o.ToolChoice)
	return r.Model.GenerateContent(ctx, m, options...)
}

func TestTooManyCallsAtOnce(t *testing.T) {
	var ran atomic.Int32
	count := tools.New("count", "counts", postgres.Roles, func(_ context.Context, _ tools.Caller, in echoInput) (tools.Result, error) {
		ran.Add(1)
		return tools.Result{Data: in}, nil
	})
	var pairs []string
	for i := range 3 * maxCalls {
		pairs = append(pairs, "count", fmt.Sprintf(`{"text":"%d"}`, i))
	}
	a := agentOf(t, postgrestest.New(t), []tools.Tool{count}, Model{Name: "m", Offline: true, LLM: &scripted{steps: script{callsTools(pairs...), says("Voilà")}}})
	events := finish(t, a, alice, ask(1, "tout"))
	if ran.Load() != maxCalls || strings.Count(kinds(events), typeToolResult) != 3*maxCalls {
		t.Errorf("ran %d: %s", ran.Load(), kinds(events))
	}
}

// A tool that does not listen is not waited for: a stop is one.
func TestAToolThatDoesNotListen(t *testing.T) {
	began, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	deaf := tools.New("deaf", "does not listen", postgres.Roles, func(_ context.Context, c tools.Caller, _ struct{}) (tools.Result, error) {
		close(began)
		<-release
		c.Progress("Encore là", 99)
		return tools.Result{}, nil
	})
	a := agentOf(t, postgrestest.New(t), []tools.Tool{deaf}, Model{Name: "m", Offline: true, LLM: &scripted{steps: script{callsTool("deaf", "{}")}}})
	after, err := a.Start(t.Context(), alice, ask(1, "sourd"))
	if err != nil {
		t.Fatal(err)
	}
	<-began
	a.Stop(alice, "r1")
	if answer := textOf(collect(t, a, alice, "r1", after)); answer.Code != "aborted" {
		t.Errorf("answer %+v", answer)
	}
}

// A model that does not stop is stopped, and the next one answers.
func TestAnEndlessAnswer(t *testing.T) {
	a := agentOf(t, postgrestest.New(t), nil, Model{Name: "bavard", LLM: talker{}, Mask: Masking(nil)}, Model{Name: "sobre", LLM: &scripted{steps: script{says("Court")}}, Offline: true})
	events := finish(t, a, alice, ask(1, "raconte"))
	answer := textOf(events)
	if !strings.HasSuffix(answer.Text, "Court") || len(answer.Text) > maxSpoken+1000 || len(answer.Notices) != 1 {
		t.Errorf("%d bytes, notices %q", len(answer.Text), answer.Notices)
	}
}

// talker goes on until nobody listens.
type talker struct{ llms.Model }

func (talker) GenerateContent(ctx context.Context, _ []llms.MessageContent, options ...llms.CallOption) (*llms.ContentResponse, error) {
	var o llms.CallOptions
	for _, f := range options {
		f(&o)
	}
	for {
		if err := o.StreamingFunc(ctx, []byte(strings.Repeat("encore ", 100))); err != nil {
			return nil, err
		}
	}
}

// valid says what is wrong with messages as strict endpoints see them, or nil: a
// system message, then questions; a call has its one result right after, in
// order; between two questions there is an answer; the last is a question or a
// result.
func valid(messages []llms.MessageContent) error {
	var waiting []string
	seen := map[string]bool{}
	answered := true
	for i, m := range messages {
		if (i == 0) != (m.Role == llms.ChatMessageTypeSystem) {
			return fmt.Errorf("message %d is of the system, or the first is not", i)
		}
		if len(m.Parts) == 0 {
			return fmt.Errorf("message %d is empty", i)
		}
		if len(waiting) > 0 && m.Role != llms.ChatMessageTypeTool {
			return fmt.Errorf("message %d: calls %v have no result", i, waiting)
		}
		switch m.Role {
		case llms.ChatMessageTypeHuman:
			if !answered {
				return fmt.Errorf("message %d: a question after a question", i)
			}
			answered = false
		case llms.ChatMessageTypeAI:
			if i == 1 {
				return errors.New("begins with an answer")
			}
			for _, p := range m.Parts {
				if c, ok := p.(llms.ToolCall); ok {
					if seen[c.ID] {
						return fmt.Errorf("message %d: id %s twice", i, c.ID)
					}
					seen[c.ID] = true
					waiting = append(waiting, c.ID)
				}
			}
			answered = len(waiting) == 0
		case llms.ChatMessageTypeTool:
			id := m.Parts[0].(llms.ToolCallResponse).ToolCallID
			if len(m.Parts) != 1 || len(waiting) == 0 || waiting[0] != id {
				return fmt.Errorf("message %d: result of %s, waiting for %v", i, id, waiting)
			}
			waiting = waiting[1:]
		}
	}
	if answered || len(waiting) > 0 {
		return errors.New("does not end with a question or a result")
	}
	return nil
}

// Whatever goes wrong, and whenever it is stopped, what the next model is sent
// is valid.
func TestHistoryStaysValid(t *testing.T) {
	db := postgrestest.New(t)
	rng := rand.New(rand.NewPCG(7, 11))
	var stop atomic.Pointer[func()]
	stuck := tools.New("stuck", "is stopped", postgres.Roles, func(ctx context.Context, _ tools.Caller, _ struct{}) (tools.Result, error) {
		(*stop.Load())()
		<-ctx.Done()
		return tools.Result{}, ctx.Err()
	})
	asked := 0
	whim := whims{func(ctx context.Context, m []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
		asked++
		if err := valid(m); err != nil {
			t.Errorf("model sent what is not valid: %v", err)
		}
		switch rng.IntN(9) {
		case 0:
			return nil, errors.New("broke")
		case 1:
			say("Je com")
			return nil, errors.New("broke midway")
		case 2:
			say("Je m'arr")
			(*stop.Load())()
			<-ctx.Done()
			return nil, ctx.Err()
		case 3:
			return callsTools("echo", `{"text":"a"}`, "fails", "{}", "panics", "{}")(ctx, m, say)
		case 4:
			return callsTools("stuck", "{}", "echo", `{"text":"b"}`)(ctx, m, say)
		case 5:
			return callsTools("nope", "not JSON", "echo", fmt.Sprintf(`{"text":"%d"}`, rng.IntN(3)))(ctx, m, say)
		case 6:
			return &llms.ContentChoice{}, nil
		case 7:
			panic("model")
		}
		return says("Oui.")(ctx, m, say)
	}}
	a := agentOf(t, db, append([]tools.Tool{stuck}, testTools...), Model{Name: "a", LLM: whim, Mask: Masking(nil)}, Model{Name: "b", LLM: whim, Offline: true})
	ends := map[string]int{}
	for n := range 60 {
		s := func() { a.Stop(alice, fmt.Sprint("r", n)) }
		stop.Store(&s)
		events := finish(t, a, alice, ask(n, "question"))
		last := events[len(events)-1]
		ends[last.Type+textOf(events).Code]++
		if calls, results := strings.Count(kinds(events), typeToolStart), strings.Count(kinds(events), typeToolResult); calls != results {
			t.Errorf("%d calls, %d results: %s", calls, results, kinds(events))
		}
	}
	if len(ends) < 3 || asked < 60 {
		t.Errorf("too tame: %v, %d model calls", ends, asked)
	}
}

// whims is a model that does as it likes.
type whims struct {
	do func(context.Context, []llms.MessageContent, func(string)) (*llms.ContentChoice, error)
}

func (w whims) Call(context.Context, string, ...llms.CallOption) (string, error) { return "", nil }

func (w whims) GenerateContent(ctx context.Context, m []llms.MessageContent, options ...llms.CallOption) (*llms.ContentResponse, error) {
	return (&scripted{steps: script{w.do}}).GenerateContent(ctx, m, options...)
}

// Whatever is in the table, what is made of it is valid.
func TestMend(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		var all []turnMessage
		id := 0
		for range rng.IntN(12) {
			switch rng.IntN(4) {
			case 0:
				all = append(all, turnMessage{Role: "human", Text: "q"})
			case 1:
				all = append(all, turnMessage{Role: "ai", Text: []string{"", "a"}[rng.IntN(2)]})
			case 2:
				m := turnMessage{Role: "ai"}
				for range 1 + rng.IntN(3) {
					id++
					m.Calls = append(m.Calls, toolCall{ID: fmt.Sprint(id), Name: "f", Args: "{}"})
				}
				all = append(all, m)
			case 3:
				all = append(all, turnMessage{Role: "tool", Call: fmt.Sprint(1 + rng.IntN(id+2)), Name: "f", Text: "{}"})
			}
		}
		all = append(all, turnMessage{Role: "human", Text: "last"})
		sent := []llms.MessageContent{llms.TextParts(llms.ChatMessageTypeSystem, "s")}
		mended := mend(all)
		for _, m := range mended {
			sent = append(sent, m.content())
		}
		if err := valid(sent); err != nil {
			t.Fatalf("%v\nof %+v\nmade %+v", err, all, mended)
		}
		questions := func(l []turnMessage) (n int) {
			for _, m := range l {
				if m.Role == "human" {
					n++
				}
			}
			return n
		}
		if questions(all) != questions(mended) {
			t.Fatalf("lost a question: %+v", mended)
		}
	}
}

// What is sent fits the model: earlier questions go, whole; results of this run
// are cut, and say so; the question stays.
func TestMessagesFitTheModel(t *testing.T) {
	long := strings.Repeat("x", 40_000)
	r := &run{system: "Tu es Tandem.", offered: testTools}
	for range 10 {
		r.history = append(r.history, turnMessage{Role: "human", Text: long[:3000]}, turnMessage{Role: "ai", Text: "oui"})
	}
	r.turns = []turnMessage{{Role: "human", Text: "et là ?"}, {Role: "ai", Calls: []toolCall{{ID: "1", Name: "echo", Args: "{}"}}}, {Role: "tool", Call: "1", Text: long}}
	before := 1 << 30
	for _, context := range []int{0, 32_000, 8_000, 4_000} {
		m := r.messages(Model{Context: context})
		size := 0
		for _, m := range m {
			for _, p := range m.Parts {
				switch p := p.(type) {
				case llms.TextContent:
					size += len(p.Text)
				case llms.ToolCallResponse:
					size += len(p.Content)
				}
			}
		}
		if err := valid(m); err != nil {
			t.Errorf("%d tokens: %v", context, err)
		}
		if context > 0 && size > context*bytesPerToken {
			t.Errorf("%d tokens: %d bytes", context, size)
		}
		if size > before || !strings.Contains(fmt.Sprint(m), "et là ?") {
			t.Errorf("%d tokens: %d bytes, %d before", context, size, before)
		}
		before = size
	}
	if m := r.messages(Model{Context: 4000}); !strings.Contains(fmt.Sprint(m[len(m)-1]), "Résultat coupé") {
		t.Error("the result was cut and does not say so")
	}
}
