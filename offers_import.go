package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools/offers"
)

// offersImport puts the offers of a file into a portfolio, beside a server or
// without one. The portfolio is named by whoever runs it, never by the file.
func offersImport(ctx context.Context, c config, t terminal, log *slog.Logger, args []string) error {
	const use = "tandem offers import FICHIER --agency CODE [--company CODE] [--complete] [--json]"
	v, company, asJSON, whole := postgres.Visitor{ID: "terminal:import", Role: postgres.Counsellor}, "", false, false
	words, err := flags("offers import", t, args, func(f *flag.FlagSet) {
		f.StringVar(&v.Agency, "agency", "", "agence dont les conseillers suivront ces offres (« demo » en démonstration)")
		f.StringVar(&company, "company", "", "entreprise dont les recruteurs verront ces offres comme les leurs")
		f.BoolVar(&whole, "complete", false, "le fichier liste tout le portefeuille : les offres ouvertes qui n'y sont plus sont closes")
		f.BoolVar(&asJSON, "json", false, "affiche le bilan en JSON")
	})
	if err != nil {
		return err
	}
	switch {
	case len(words) != 1:
		return errUsage{use + " : un fichier, ou « - » pour l'entrée standard"}
	case v.Agency == "" && company == "":
		return errUsage{use + " : dites dans quel portefeuille, par --agency, --company ou les deux"}
	case whole && v.Agency != "" && company != "":
		return errUsage{use + " : avec --complete, un portefeuille à la fois : --agency ou --company"}
	case v.Agency == "":
		v.Role, v.Company = postgres.Recruiter, company
	}
	in, size, done, err := input(t, words[0])
	if err != nil {
		return err
	}
	defer done()
	db, store, _, err := openPortfolio(ctx, c, log)
	if err != nil {
		return err
	}
	defer db.Close()
	bar := newProgress(t.err)
	defer bar.done()
	counted := &counter{r: in}
	start := time.Now()
	importing := store.ImportFrom
	if whole {
		importing = store.ImportWhole
	}
	sum, err := importing(ctx, v, placed(offers.File(counted), company), func(offers.Imported) {
		bar.show("import des offres (Ko)", int(counted.n.Load()>>10), int(size>>10))
	})
	bar.done()
	if asJSON {
		if coded := json.NewEncoder(t.out).Encode(sum); coded != nil {
			return coded
		}
	} else {
		printImport(t.out, sum, time.Since(start))
	}
	if err != nil {
		return err
	}
	if sum.Bad > 0 {
		return fault.New(fault.Invalid, "%d offre(s) n'ont pas pu être prises ; les autres sont dans le portefeuille.", sum.Bad)
	}
	return nil
}

// placed gives the offers of source to a company as well.
func placed(source offers.Source, company string) offers.Source {
	return func(each func(offers.Offer) error, bad func(offers.Problem)) error {
		return source(func(o offers.Offer) error {
			o.Company = company
			return each(o)
		}, bad)
	}
}

// counter counts what was read, for who watches meanwhile.
type counter struct {
	r io.Reader
	n atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

func printImport(w io.Writer, sum offers.Imported, took time.Duration) {
	n := sum.Added + sum.Changed + sum.Same
	fmt.Fprintf(w, "%d offres en %s (%.0f offres/s) : %d ajoutées, %d modifiées, %d inchangées, %d refusées, %d closes\n",
		n, took.Round(time.Millisecond), float64(n)/max(took.Seconds(), 1e-9), sum.Added, sum.Changed, sum.Same, sum.Bad, sum.Closed)
	for _, p := range sum.Refused[:min(len(sum.Refused), shownProblems)] {
		id := ""
		if p.ID != "" {
			id = " (" + p.ID + ")"
		}
		fmt.Fprintf(w, "  ligne %d%s : %s\n", p.Line, id, p.Why)
	}
	if more := sum.Bad - shownProblems; more > 0 {
		fmt.Fprintf(w, "  et %d autres ; --json en liste mille\n", more)
	}
}
