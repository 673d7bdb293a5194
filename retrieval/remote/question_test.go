package remote_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tandem/retrieval/remote"
)

func TestQuestionsAreRemembered(t *testing.T) {
	server := encode(t, 8)
	e := server.open(t)
	server.answer(nil)
	for range 3 {
		if _, err := e.EmbedQuery(t.Context(), "boulanger"); err != nil {
			t.Fatal(err)
		}
	}
	if n := server.count(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

// clock is moved by hand.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time       { return time.Unix(0, c.at.Load()) }
func (c *clock) add(by time.Duration) { c.at.Add(int64(by)) }

// An endpoint that fails is left alone: the next questions do not wait for it.
func TestFailingEndpointIsLeftAlone(t *testing.T) {
	server := encode(t, 8)
	var c clock
	c.add(time.Hour)
	config := server.config().Timed(c.now, (&waits{}).wait)
	log, said := logged()
	config.Log = log
	e := open(t, config)
	down := func(w http.ResponseWriter, _ *http.Request, _ int, texts []string) bool {
		http.Error(w, "cannot embed: "+texts[0], http.StatusBadGateway)
		return true
	}
	ask := func(want int, ok bool) {
		t.Helper()
		_, err := e.EmbedQuery(t.Context(), "ma question")
		if (err == nil) != ok || server.count() != want {
			t.Errorf("%v after %d requests, want %d", err, server.count(), want)
		}
	}
	server.answer(down)
	ask(1, false) // once, without trying again
	ask(1, false)
	c.add(remote.Pause)
	ask(2, false)
	ask(2, false)
	server.answer(nil)
	ask(0, false)
	c.add(remote.Pause)
	ask(1, true)
	if _, err := e.EmbedQuery(t.Context(), "une autre"); err != nil {
		t.Error(err)
	}
	if s := said(); strings.Count(s, "does not answer") != 1 || strings.Count(s, "answers again") != 1 || strings.Contains(s, "ma question") {
		t.Errorf("log: %s", s)
	}
}

func TestSlowEndpoint(t *testing.T) {
	server := encode(t, 8)
	e := open(t, server.config().Impatient())
	for range 2 { // the second is not even asked
		if _, err := e.EmbedQuery(t.Context(), "boulanger"); err == nil || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	}
}

// A person who leaves is not a fault of the endpoint's.
func TestCancelledQuestion(t *testing.T) {
	server := encode(t, 8)
	e := server.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	server.answer(func(_ http.ResponseWriter, r *http.Request, _ int, _ []string) bool {
		cancel()
		<-r.Context().Done()
		return true
	})
	if _, err := e.EmbedQuery(ctx, "boulanger"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	server.answer(nil)
	if _, err := e.EmbedQuery(t.Context(), "boulanger"); err != nil {
		t.Errorf("the next question: %v", err)
	}
}

func TestPersonalDataIsHidden(t *testing.T) {
	server := encode(t, 8)
	c := server.config()
	c.Mask = func(text string) (string, error) {
		if strings.Contains(text, "illisible") {
			return "", errors.New("cannot hide 0612345678")
		}
		return strings.ReplaceAll(text, "0612345678", "[TEL_1]"), nil
	}
	e := open(t, c)
	if _, err := e.EmbedQuery(t.Context(), "appelez le 0612345678"); err != nil {
		t.Fatal(err)
	}
	server.answer(nil)
	if _, err := e.EmbedQuery(t.Context(), "0612345678 illisible"); err == nil || strings.Contains(err.Error(), "0612345678") || server.count() != 0 {
		t.Errorf("%v, %d requests", err, server.count())
	}
	server.do(func() {
		if server.sent["appelez le [TEL_1]"] != 1 || len(server.sent) != 2 {
			t.Errorf("sent %v", server.sent)
		}
	})
}
