package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/postgres"
	"tandem/tools/delay"
	"tandem/tools/offers"
)

// desk is who follows the offers that bench makes.
var desk = postgres.Visitor{ID: "bench", Role: postgres.Counsellor, Agency: "bench"}

//go:embed bench_portfolio.sql
var portfolioSQL string

// portfolios is the table of what portfolios cost: n offers imported, then asked
// about with so many copies that there are times as many.
func (t *table) portfolios(ctx context.Context, c config, log *slog.Logger, n, times int) error {
	t.head = []string{"What", "Measured"}
	db, store, model, err := openPortfolio(ctx, c, log)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := t.portfolio(ctx, store, model, n); err != nil {
		return err
	}
	start := time.Now()
	err = db.Own(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, strings.ReplaceAll(portfolioSQL, "$times", strconv.Itoa(times)))
		return err
	})
	if err != nil {
		return fmt.Errorf("bench: copies: %w", err)
	}
	if err := settle(ctx, db); err != nil {
		return err
	}
	fmt.Fprintln(t.say, "Tandem : copies made in", round(time.Since(start)))
	return t.ask(ctx, store)
}

// settle does what autovacuum would by itself within minutes. No transaction may
// hold a vacuum: Own's is ended for it and another begun in its place.
func settle(ctx context.Context, db *postgres.DB) error {
	return db.Own(ctx, func(tx pgx.Tx) error {
		for _, sql := range []string{"commit", "vacuum analyze offers", "begin"} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
}

// ask measures questions to the whole, and to an agency of the usual size in it.
func (t *table) ask(ctx context.Context, store *offers.Store) error {
	yes, p := true, 0.65
	questions := []struct {
		name string
		f    offers.Filter
	}{
		{"all, most at risk first", offers.Filter{}},
		{"over 65 % in construction in Loire-Atlantique", offers.Filter{ROME: "F", Departement: "44", Threshold: &p}},
		{"in the top band", offers.Filter{High: true}},
		{"not called for 10 days", offers.Filter{IdleDays: 10}},
		{"permanent, in tension, counted by métier", offers.Filter{Contract: "CDI", Tight: true, Group: "rome"}},
		{"the same, blocked", offers.Filter{Contract: "CDI", Tight: true, Group: "rome", Blocked: &yes}},
		{"most recent first", offers.Filter{Order: "recent"}},
		{"alerts that wait", offers.Filter{Alert: true}},
		{"a word of the title", offers.Filter{Title: "soudeur"}},
		{"by number", offers.Filter{ID: "0000042"}},
	}
	for _, v := range []postgres.Visitor{{ID: "bench", Role: postgres.Counsellor, Agency: "small"}, desk} {
		total, err := store.Search(ctx, v, offers.Filter{})
		if err != nil {
			return err
		}
		took := make([][]time.Duration, len(questions))
		all, err := each(ctx, 1, 20*len(questions), func(i int) error {
			start := time.Now()
			_, err := store.Search(ctx, v, questions[i%len(questions)].f)
			took[i%len(questions)] = append(took[i%len(questions)], time.Since(start))
			return err
		})
		if err != nil {
			return err
		}
		t.row(fmt.Sprintf("Portfolio of %d offers: %d questions in turn", total.Total, len(questions)), all.String())
		for i, q := range questions {
			slices.Sort(took[i])
			t.row("– "+q.name+" (median / slowest of 20)", times{median: took[i][10], worst: took[i][19]}.String())
		}
	}
	start := time.Now()
	if err := store.Level(ctx, desk, 0); err != nil {
		return err
	}
	t.row("Groups of similar offers measured, bands decided again", round(time.Since(start)).String())
	return nil
}

// portfolio measures what forecasts and portfolios cost: n offers made up from
// the demonstration's, read from a stream as a file would be.
func (t *table) portfolio(ctx context.Context, store *offers.Store, forecaster *delay.Model, n int) error {
	demo := offers.Demo()
	for _, target := range delay.Targets {
		model := forecaster.For(target)
		times, err := each(ctx, 1, 20_000, func(i int) error { model.Forecast(demo[i%len(demo)].Fields.Offer); return nil })
		if err != nil {
			return err
		}
		t.row(fmt.Sprintf("Forecast (%s), one core", target), fmt.Sprintf("%.0f/s, %s", times.perSecond, times))
	}
	read, write := io.Pipe()
	go func() { _ = write.CloseWithError(generate(write, n)) }()
	start, worked := time.Now(), processorTime()
	done, err := store.ImportFrom(ctx, desk, offers.File(read), nil)
	_ = read.Close()
	if err != nil {
		return err
	}
	if done.Added != n {
		return fmt.Errorf("bench: %d of %d offers taken: %+v", done.Added, n, done.Refused[:min(3, len(done.Refused))])
	}
	took := time.Since(start)
	t.row(fmt.Sprintf("Import of %d offers: read, check, forecast, store", n), fmt.Sprintf("%s, %.0f offers/s (%d words each); %s of processor time in the program, making the offers included",
		round(took), float64(n)/took.Seconds(), benchWords, round(processorTime()-worked)))
	return nil
}

// benchWords is about what an offer of the public site has.
const benchWords = 180

// generate writes n offers, one a line, in the public shape. Contract, place,
// hours, pay and experience vary each at its own pace.
func generate(w io.Writer, n int) error {
	demo := offers.Demo()
	contracts := []string{"CDI", "CDD", "MIS", "CDI", "SAI"}
	places := []string{"44600", "35000", "29200", "33000", "69003", "59000", "13001", "75012", "31000", "97400"}
	out := bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	start := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	for i := range n {
		o := demo[i%len(demo)]
		var body strings.Builder
		for j := 0; len(strings.Fields(body.String())) < benchWords; j++ {
			body.WriteString(strings.ReplaceAll(demo[(i+j*7)%len(demo)].Body, "CDI", "contrat") + "\n")
		}
		err := lines.Encode(map[string]any{
			"id": fmt.Sprintf("%07d", i), "intitule": o.Title, "description": body.String(), "romeCode": o.Fields.ROME,
			"typeContrat": contracts[(i/len(demo))%len(contracts)], "dateCreation": start.Add(time.Duration(i%80*24) * time.Hour).Format(time.RFC3339),
			"experienceExige": []string{"D", "E"}[i/3%2], "experienceLibelle": fmt.Sprintf("%d ans", 1+i/5%5),
			"lieuTravail":         map[string]string{"codePostal": places[i/7%len(places)]},
			"salaire":             map[string]string{"libelle": fmt.Sprintf("Mensuel de %d.00 Euros sur 12 mois", 1850+i/11%900)},
			"dureeTravailLibelle": fmt.Sprintf("%dH Travail en journée", []int{35, 39, 28, 24}[i/13%4]),
		})
		if err != nil {
			return err
		}
	}
	return out.Flush()
}
