package bot

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tmc/langchaingo/llms"

	"tandem/internal/fault"
	"tandem/internal/postgres/postgrestest"
)

// Postgres dies in the middle of an answer: those who watch get a terminal
// event at once, new questions are refused with a sentence, and when Postgres is
// back the log has its own terminal event and new questions are answered.
func TestPostgresDiesInTheMiddle(t *testing.T) {
	db, server := postgrestest.Private(t)
	more := make(chan struct{}, 1)
	a := newAgent(t, db, func(ctx context.Context, _ []llms.MessageContent, say func(string)) (*llms.ContentChoice, error) {
		say("Je commence")
		for {
			select {
			case <-more: // each time what was said before has arrived
				say(" et je continue")
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
	}, says("De retour"))
	after, err := a.Start(t.Context(), alice, ask(1, "longue"))
	if err != nil {
		t.Fatal(err)
	}
	seq, err := a.WatchRun(t.Context(), alice, "r1", after)
	if err != nil {
		t.Fatal(err)
	}
	killed := false
	var events []Event
	for e, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
		if e.Type != typeTextContent {
			continue
		}
		if !killed {
			killed = true
			server.Kill() // a backend may still serve what it has begun
		}
		more <- struct{}{}
	}
	last := events[len(events)-1]
	if answer := textOf(events); last.Type != typeRunError || last.Seq != 0 || answer.Code != string(fault.Unavailable) || !strings.HasPrefix(answer.Text, "Je commence") {
		t.Fatalf("ended with %s %+v", last.JSON, answer)
	}
	if _, err := a.Start(t.Context(), alice, ask(2, "et là ?")); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("question while down: %v", err)
	}
	server.Start()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	// The log catches up by itself: the watcher below would wait for ever otherwise.
	again, err := a.WatchRun(ctx, alice, "r1", -1)
	if err != nil {
		t.Fatal(err)
	}
	logged := drain(t, again)
	if last := logged[len(logged)-1]; ctx.Err() != nil || last.Type != typeRunError || last.Seq == 0 {
		t.Errorf("log ends with %d %s", last.Seq, last.JSON)
	}
	if answer := textOf(finish(t, a, alice, ask(3, "encore"))); answer.Text != "De retour" {
		t.Errorf("after recovery: %+v", answer)
	}
}
