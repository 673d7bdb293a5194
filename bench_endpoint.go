package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/tmc/langchaingo/llms"

	"tandem/bot"
	"tandem/bot/dialect"
	"tandem/bot/fake"
	"tandem/internal/postgres"
	"tandem/tools"
)

// endpoint measures what Tandem adds to a model behind an endpoint, which is
// played on the same machine: the time to the first token, and from a stop to the
// moment when the endpoint sees that nobody listens.
func (t *table) endpoint(ctx context.Context, a *app) error {
	for _, clients := range []int{1, 50, 500} {
		m := firstTokens{clients: clients, n: max(300, 4*clients)}
		direct, through, err := m.measure(ctx, a)
		if err != nil {
			return err
		}
		t.row(fmt.Sprintf("Time to first token, %d at once: the endpoint alone, through Tandem", clients),
			fmt.Sprintf("%s, %s: **%s / %s more**", direct, through, round(through.median-direct.median), round(through.worst-direct.worst)))
	}
	v := postgres.Visitor{ID: "bench", Role: postgres.Seeker}
	commit, err := each(ctx, 1, 200, func(int) error { // what a write to the log costs on this disk, whatever is in it
		return a.db.As(ctx, v, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "update conversations set touched_at = now() where id = (select max(id) from conversations)")
			return err
		})
	})
	if err != nil {
		return err
	}
	t.row("– of which twice: one commit on this disk", commit.String())
	stops, err := stopTimes(ctx, a, 200)
	if err != nil {
		return err
	}
	t.row("From a stop to the endpoint seeing its connection closed (200 runs)", stops.String())
	return nil
}

// played is an agent whose model is behind an endpoint that h plays.
func (a *app) played(ctx context.Context, h http.Handler) (agent *bot.Agent, url string, stop func(), err error) {
	url, end, err := fakeEndpoint(h)
	if err != nil {
		return nil, "", nil, err
	}
	m, err := bot.Endpoint(dialect.Config{URL: url, Name: "fake"}, a.names, 16_000, 0)
	if err != nil {
		end()
		return nil, "", nil, err
	}
	agent, err = bot.New(ctx, bot.Config{DB: a.db, Models: []bot.Model{m}, Tools: tools.All(a.engines), Node: "bench"})
	if err != nil {
		end()
		return nil, "", nil, err
	}
	return agent, url, func() { agent.Close(); end() }, nil
}

// speaks is a model that says "Oui" at once, and no more.
type speaks struct{}

func (speaks) GenerateContent(ctx context.Context, _ []llms.MessageContent, options ...llms.CallOption) (*llms.ContentResponse, error) {
	var o llms.CallOptions
	for _, f := range options {
		f(&o)
	}
	if err := o.StreamingFunc(ctx, []byte("Oui")); err != nil {
		return nil, err
	}
	return &llms.ContentResponse{Choices: []*llms.ContentChoice{{Content: "Oui"}}}, nil
}

func (speaks) Call(context.Context, string, ...llms.CallOption) (string, error) {
	return "", errors.New("only conversations are played")
}

// firstTokens asks n times, by so many clients at a time, and reads every answer
// to its end.
type firstTokens struct{ clients, n int }

func (m firstTokens) measure(ctx context.Context, a *app) (direct, through times, err error) {
	agent, url, stop, err := a.played(ctx, fake.Endpoint{Model: speaks{}})
	if err != nil {
		return direct, through, err
	}
	defer stop()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = m.clients
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	// What Tandem sends is some 10 KB, mostly the tools: so is this.
	body := `{"model":"fake","stream":true,"messages":[{"role":"system","content":"` + strings.Repeat("règle ", 1500) + `"},{"role":"user","content":"bonjour"}]}`
	v := postgres.Visitor{ID: "bench", Role: postgres.Seeker}
	alone := func(int) (time.Duration, error) { return firstOf(ctx, client, url, body) }
	ours := func(int) (time.Duration, error) { return firstThrough(ctx, agent, v) }
	for _, ask := range []func(int) (time.Duration, error){alone, ours} { // connections, plans, code
		if _, err := timed(ctx, m.clients, m.clients, ask); err != nil {
			return direct, through, err
		}
	}
	if direct, err = timed(ctx, m.clients, m.n, alone); err != nil {
		return direct, through, err
	}
	through, err = timed(ctx, m.clients, m.n, ours)
	return direct, through, err
}

// firstOf asks the endpoint and returns when the first word came.
func firstOf(ctx context.Context, client *http.Client, url, body string) (time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/chat/completions", strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	start := time.Now()
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	buf := make([]byte, 1<<10)
	n, err := resp.Body.Read(buf)
	took := time.Since(start)
	if err != nil && err != io.EOF || !strings.Contains(string(buf[:n]), "Oui") {
		return 0, fmt.Errorf("endpoint: %w: %s", err, buf[:n])
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return took, err
}

// firstThrough asks through the agent and returns when the first word came to
// who watches the run: by then it is in the log.
func firstThrough(ctx context.Context, agent *bot.Agent, v postgres.Visitor) (took time.Duration, err error) {
	q := bot.Question{Conversation: uuid.NewString(), Run: uuid.NewString(), Text: "bonjour"}
	start := time.Now()
	after, err := agent.Start(ctx, v, q)
	if err != nil {
		return 0, err
	}
	answer, err := agent.Read(ctx, v, q.Run, after, func(_ bot.Event, delta string) {
		if delta != "" && took == 0 {
			took = time.Since(start)
		}
	})
	if err == nil && answer.Text != "Oui" {
		err = fmt.Errorf("answer %q, %s", answer.Text, answer.Error)
	}
	return took, err
}

// hangs is a model that begins to speak and goes on until nobody listens.
type hangs struct {
	speaks
	gone chan time.Time
}

func (h hangs) GenerateContent(ctx context.Context, _ []llms.MessageContent, options ...llms.CallOption) (*llms.ContentResponse, error) {
	var o llms.CallOptions
	for _, f := range options {
		f(&o)
	}
	if err := o.StreamingFunc(ctx, []byte("Oui")); err != nil {
		return nil, err
	}
	<-ctx.Done() // the HTTP server ends it when it sees the connection closed
	h.gone <- time.Now()
	return nil, ctx.Err()
}

// stopTimes stops n runs in the middle of their answer, one after the other.
func stopTimes(ctx context.Context, a *app, n int) (times, error) {
	model := hangs{gone: make(chan time.Time, 1)}
	agent, _, stop, err := a.played(ctx, fake.Endpoint{Model: model})
	if err != nil {
		return times{}, err
	}
	defer stop()
	v := postgres.Visitor{ID: "bench", Role: postgres.Seeker}
	return timed(ctx, 1, n, func(int) (time.Duration, error) {
		q := bot.Question{Conversation: uuid.NewString(), Run: uuid.NewString(), Text: "bonjour"}
		after, err := agent.Start(ctx, v, q)
		if err != nil {
			return 0, err
		}
		var stopped time.Time
		answer, err := agent.Read(ctx, v, q.Run, after, func(_ bot.Event, delta string) {
			if delta != "" {
				stopped = time.Now()
				agent.Stop(v, q.Run)
			}
		})
		if err != nil {
			return 0, err
		}
		if stopped.IsZero() || answer.Code != "aborted" {
			return 0, fmt.Errorf("not stopped: %+v", answer)
		}
		select {
		case at := <-model.gone:
			return at.Sub(stopped), nil
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(10 * time.Second):
			return 0, errors.New("the endpoint was never left")
		}
	})
}
