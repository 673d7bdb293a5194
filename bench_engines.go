package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"tandem/bot"
	"tandem/internal/postgres"
	"tandem/tools/legality"
	"tandem/tools/offers"
)

// engines measures what is not retrieval: documents, skills, legality, delay
// and whole runs.
func (t *table) engines(ctx context.Context, a *app) error {
	for _, measure := range []func(context.Context, *app) error{t.documents, t.offers, t.runs, t.endpoint, func(ctx context.Context, a *app) error {
		return t.portfolio(ctx, a.engines.Offers, a.engines.Delay, 100_000)
	}} {
		if err := measure(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) offers(ctx context.Context, a *app) error {
	demo := offers.Demo()
	long := make([]legality.Offer, len(demo)) // about 200 words each, from several offers of the demo
	words := 0
	for i := range demo {
		var body strings.Builder
		for j := 0; len(strings.Fields(body.String())) < 200; j++ {
			body.WriteString(demo[(i+j)%len(demo)].Body + "\n")
		}
		long[i] = legality.Offer{Title: demo[i].Title, Text: body.String(), Contract: demo[i].Fields.Contract}
		words += len(strings.Fields(body.String()))
	}
	times, err := each(ctx, 1, 5000, func(i int) error { a.engines.Legality.Check(long[i%len(long)]); return nil })
	if err != nil {
		return err
	}
	t.row("Legality, one core", fmt.Sprintf("%.0f offers/s (%d words each)", times.perSecond, words/len(long)))
	return nil
}

func (t *table) runs(ctx context.Context, a *app) error {
	v := postgres.Visitor{ID: "bench", Role: postgres.Seeker}
	for _, c := range [][2]string{{"Whole run, no tool (offline model)", "bonjour"}, {"Whole run, one tool (offline model)", "code rome boulanger svp"}} {
		times, err := each(ctx, 1, 200, func(int) error { return a.once(ctx, v, c[1]) })
		if err != nil {
			return err
		}
		t.row(c[0], times.String())
	}
	return nil
}

// once asks a question and reads the answer to its end.
func (a *app) once(ctx context.Context, v postgres.Visitor, text string) error {
	q := bot.Question{Conversation: uuid.NewString(), Run: uuid.NewString(), Text: text}
	after, err := a.agent.Start(ctx, v, q)
	if err != nil {
		return err
	}
	answer, err := a.agent.Read(ctx, v, q.Run, after, nil)
	if err != nil {
		return err
	}
	if answer.Error != "" {
		return fmt.Errorf("run failed: %s", answer.Error)
	}
	return nil
}
