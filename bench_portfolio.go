package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"tandem/internal/postgres"
	"tandem/tools/delay"
	"tandem/tools/legality"
	"tandem/tools/offers"
)

// desk is who follows the offers that bench makes.
var desk = postgres.Visitor{ID: "bench", Role: postgres.Counsellor, Agency: "bench"}

// portfolios is the table of what portfolios cost: n offers imported, then so
// many times as many asked about.
func (t *table) portfolios(ctx context.Context, c config, log *slog.Logger, n int) error {
	t.head = []string{"What", "Measured"}
	rules, err := legality.Load()
	if err != nil {
		return err
	}
	model, err := delayModel(c)
	if err != nil {
		return err
	}
	db, err := openDB(ctx, c, log)
	if err != nil {
		return err
	}
	defer db.Close()
	return t.portfolio(ctx, portfolio(db, c, rules, model), model, n)
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
	start := time.Now()
	done, err := store.ImportFrom(ctx, desk, offers.File(read), nil)
	_ = read.Close()
	if err != nil {
		return err
	}
	if done.Added != n {
		return fmt.Errorf("bench: %d of %d offers taken: %+v", done.Added, n, done.Refused[:min(3, len(done.Refused))])
	}
	took := time.Since(start)
	t.row(fmt.Sprintf("Import of %d offers: read, check, forecast, store", n), fmt.Sprintf("%s, %.0f offers/s (%d words each)", round(took), float64(n)/took.Seconds(), benchWords))
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
