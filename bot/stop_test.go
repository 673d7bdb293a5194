package bot

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/tmc/langchaingo/llms"

	"tandem/bot/dialect"
	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/tools"
)

func TestStop(t *testing.T) {
	began := make(chan struct{})
	db := postgrestest.New(t)
	a := newAgent(t, db, waits(began))
	after, err := a.Start(t.Context(), alice, ask(1, "longue réponse"))
	if err != nil {
		t.Fatal(err)
	}
	seq, err := a.WatchRun(t.Context(), alice, "r1", after)
	if err != nil {
		t.Fatal(err)
	}
	<-began
	a.Stop(bob, "r1") // not his
	a.Stop(alice, "r1")
	events := drain(t, seq)
	got := kinds(events)
	if !strings.HasSuffix(got, "TEXT_MESSAGE_START TEXT_MESSAGE_CONTENT TEXT_MESSAGE_END RUN_ERROR") {
		t.Errorf("events %s", got)
	}
	if answer := textOf(events); answer.Code != "aborted" || answer.Text != "Je commence" {
		t.Errorf("answer %+v", answer)
	}
	if state := runState(t, db, "r1"); state != "aborted" {
		t.Errorf("state %q", state)
	}
}

func runState(t *testing.T, db *postgres.DB, id string) (state string) {
	t.Helper()
	err := db.As(t.Context(), alice, func(tx pgx.Tx) error {
		return tx.QueryRow(t.Context(), "select state from runs where id = $1", id).Scan(&state)
	})
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func TestStopBeforeTheRunBegins(t *testing.T) {
	a := newAgent(t, postgrestest.New(t), waits(make(chan struct{})))
	a.Stop(alice, "r1")
	events := finish(t, a, alice, ask(1, "bonjour"))
	if textOf(events).Code != "aborted" {
		t.Errorf("events %s", kinds(events))
	}
}

// After a stop in the middle of calls, the next question sends a history in
// which every call has its result.
func TestHistoryIsValidAfterStop(t *testing.T) {
	began := make(chan struct{})
	stuck := tools.New("stuck", "waits", postgres.Roles, func(ctx context.Context, _ tools.Caller, _ struct{}) (tools.Result, error) {
		close(began)
		<-ctx.Done()
		return tools.Result{}, ctx.Err()
	})
	var sent []llms.MessageContent
	db := postgrestest.New(t)
	model := &scripted{steps: script{callsTool("stuck", "{}"), func(_ context.Context, m []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
		sent = m
		return says("Oui")(nil, nil, say)
	}}}
	a, err := New(t.Context(), Config{DB: db, Node: "test", Tools: []tools.Tool{stuck}, Models: []Model{{Name: "m", LLM: model, Offline: true}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	after, err := a.Start(t.Context(), alice, ask(1, "attends"))
	if err != nil {
		t.Fatal(err)
	}
	<-began
	a.Stop(alice, "r1")
	collect(t, a, alice, "r1", after)
	finish(t, a, alice, ask(2, "et maintenant ?"))
	open := map[string]bool{}
	for _, m := range sent {
		for _, p := range m.Parts {
			switch p := p.(type) {
			case llms.ToolCall:
				open[p.ID] = true
			case llms.ToolCallResponse:
				delete(open, p.ToolCallID)
			}
		}
	}
	if len(open) > 0 || len(sent) < 5 {
		t.Errorf("sent %d messages, calls without result: %v", len(sent), open)
	}
}

func TestTheSameQuestionIsNotRunTwice(t *testing.T) {
	model := &scripted{steps: script{says("Une fois")}}
	a, err := New(t.Context(), Config{DB: postgrestest.New(t), Node: "test", Models: []Model{{Name: "m", LLM: model, Offline: true}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	first := finish(t, a, alice, ask(1, "bonjour"))
	second := finish(t, a, alice, ask(1, "bonjour"))
	if model.calls != 1 || kinds(first) != kinds(second) {
		t.Errorf("model asked %d times; first %s, second %s", model.calls, kinds(first), kinds(second))
	}
	// Another question under the same run id is a new turn with higher numbers.
	third := finish(t, a, alice, Question{Conversation: "c", Run: "r1", MessageID: "m2", Text: "autre chose"})
	if model.calls != 2 || third[0].Seq <= first[len(first)-1].Seq || third[0].Type != typeRunStarted {
		t.Errorf("model asked %d times, turn begins with %d %s", model.calls, third[0].Seq, third[0].Type)
	}
}

func TestANewQuestionStopsTheOneBefore(t *testing.T) {
	began := make(chan struct{})
	a := newAgent(t, postgrestest.New(t), waits(began), says("Seconde"))
	after, err := a.Start(t.Context(), alice, ask(1, "longue"))
	if err != nil {
		t.Fatal(err)
	}
	<-began
	second := finish(t, a, alice, ask(2, "courte"))
	if textOf(second).Text != "Seconde" {
		t.Errorf("second: %s", kinds(second))
	}
	if first := textOf(collect(t, a, alice, "r1", after)); first.Code != "aborted" {
		t.Errorf("first: %+v", first)
	}
}

func TestShutdownEndsRuns(t *testing.T) {
	began := make(chan struct{})
	db := postgrestest.New(t)
	a := newAgent(t, db, waits(began))
	if _, err := a.Start(t.Context(), alice, ask(1, "longue")); err != nil {
		t.Fatal(err)
	}
	<-began
	a.Close()
	if state := runState(t, db, "r1"); state != "failed" {
		t.Errorf("state %q", state)
	}
	if _, err := a.Start(t.Context(), alice, ask(2, "encore")); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("start after close: %v", err)
	}
}

// A process that dies leaves runs open; the next one ends them, also when the
// first was not quite dead.
func TestOrphansAreEnded(t *testing.T) {
	db := postgrestest.New(t)
	began := make(chan struct{})
	dead := newAgent(t, db, waits(began))
	if _, err := dead.Start(t.Context(), alice, ask(1, "longue")); err != nil {
		t.Fatal(err)
	}
	<-began
	next := newAgent(t, db, says("Oui"))
	q := ask(1, "longue")
	topic := dead.log.join(q.Conversation, 0, 0)
	if _, err := dead.log.append(t.Context(), alice, q.Conversation, q.Run, topic, []draft{{kind: typeTextContent, message: "m", delta: " encore un mot"}}, 1, nil); err != nil {
		t.Fatal(err)
	}
	events := collect(t, next, alice, "r1", -1) // ends, whatever is written behind the end
	if answer := textOf(events); answer.Code != "interrupted" {
		t.Errorf("events %s", kinds(events))
	}
}

// However many questions come at once, one is left running and every one ends.
func TestQuestionsAtOnce(t *testing.T) {
	a := newAgent(t, postgrestest.New(t), func(ctx context.Context, _ []llms.MessageContent, _ func(string)) (*llms.ContentChoice, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	const n = 8
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if _, err := a.Start(t.Context(), alice, ask(i, "en même temps")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	a.mu.Lock()
	left := 0
	for _, r := range a.runs {
		if r.ctx.Err() == nil {
			left++
		}
	}
	a.mu.Unlock()
	if left != 1 {
		t.Errorf("%d runs are live in one conversation", left)
	}
	a.Close()
	for i := range n {
		events := collect(t, a, alice, fmt.Sprint("r", i), -1)
		ends := 0
		for _, e := range events {
			if e.Terminal() {
				ends++
			}
		}
		if ends != 1 {
			t.Errorf("run %d ended %d times", i, ends)
		}
	}
}

// A person's stop closes the socket of the model's endpoint: seen by an endpoint
// that is no more than a socket.
func TestStopReachesTheEndpointsSocket(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	closed := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			closed <- err
			return
		}
		defer func() { _ = conn.Close() }()
		buf := make([]byte, 64<<10)
		_, err = conn.Read(buf)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Je commence\"}}]}\n\n")
		for err == nil {
			_, err = conn.Read(buf)
		}
		closed <- err
	}()
	m, err := Endpoint(dialect.Config{URL: "http://" + l.Addr().String() + "/v1", Name: "m"}, nil, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	a := agentOf(t, postgrestest.New(t), nil, m)
	after, err := a.Start(t.Context(), alice, ask(1, "longue"))
	if err != nil {
		t.Fatal(err)
	}
	seq, err := a.WatchRun(t.Context(), alice, "r1", after)
	if err != nil {
		t.Fatal(err)
	}
	var events []Event
	for e, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		if events = append(events, e); e.Type == typeTextContent {
			a.Stop(alice, "r1")
		}
	}
	if err := <-closed; err != io.EOF && !strings.Contains(err.Error(), "reset") {
		t.Errorf("the socket ended with %v", err)
	}
	if answer := textOf(events); answer.Code != "aborted" || answer.Text != "Je commence" {
		t.Errorf("answer %+v", answer)
	}
}

// Events written at the same time by a run and by what happens beside it are
// seen by those who watch live: all of them, in their order.
func TestEventsBesideARunAreSeenInOrder(t *testing.T) {
	const n = 30
	var noted sync.WaitGroup
	noted.Add(n)
	var a *Agent
	a = newAgent(t, postgrestest.New(t), func(ctx context.Context, _ []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
		for i := range n {
			go func() {
				defer noted.Done()
				_ = a.Note(ctx, alice, "c", "feedback", i)
			}()
			say("mot ")
		}
		noted.Wait()
		return &llms.ContentChoice{Content: strings.Repeat("mot ", n)}, nil
	})
	after, err := a.Start(t.Context(), alice, ask(1, "beaucoup"))
	if err != nil {
		t.Fatal(err)
	}
	seq, err := a.Watch(t.Context(), alice, "c", after)
	if err != nil {
		t.Fatal(err)
	}
	last, seen := after, 0
	for e, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		if e.Seq != last+1 {
			t.Fatalf("event %d after %d", e.Seq, last)
		}
		last = e.Seq
		if strings.Contains(string(e.JSON), "feedback") {
			seen++
		}
		if e.Terminal() {
			break
		}
	}
	if seen != n {
		t.Errorf("%d of %d seen", seen, n)
	}
}
