package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log/slog"

	"tandem/internal/postgres"
	"tandem/tools/delay"
)

// offersHistory writes what became of a portfolio's offers as `tandem delay
// train` reads it. Each portfolio is named by whoever runs it.
func offersHistory(ctx context.Context, c config, t terminal, log *slog.Logger, args []string) error {
	const use = "tandem offers history --agency CODE > HISTORIQUE.csv ; sans l'agence, --company CODE"
	v := postgres.Visitor{ID: "terminal:history", Role: postgres.Counsellor}
	words, err := flags("offers history", t, args, func(f *flag.FlagSet) {
		f.StringVar(&v.Agency, "agency", "", "agence dont les offres sont écrites")
		f.StringVar(&v.Company, "company", "", "entreprise dont les offres sont écrites, sans agence")
	})
	if err != nil {
		return err
	}
	switch {
	case len(words) > 0, (v.Agency == "") == (v.Company == ""):
		return errUsage{use}
	case v.Agency == "":
		v.Role = postgres.Recruiter
	}
	db, store, _, err := openPortfolio(ctx, c, log)
	if err != nil {
		return err
	}
	defer db.Close()
	out := bufio.NewWriter(t.out)
	h, err := delay.NewHistoryWriter(out)
	if err != nil {
		return err
	}
	if err := store.History(ctx, v, h.Write); err != nil {
		return err
	}
	if err := h.Flush(); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(t.err, "Tandem : %d offres dont %d closes ; %s\n", h.Offers, h.Closed, delay.Enough(h.Offers, h.Closed))
	return nil
}
