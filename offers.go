package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"time"

	"tandem/internal/fault"
	"tandem/tools/legality"
)

// offersCommand works on files of offers.
func offersCommand(ctx context.Context, c config, t terminal, log *slog.Logger, args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "check":
			return offersCheck(ctx, t, args[1:])
		case "import":
			return offersImport(ctx, c, t, log, args[1:])
		case "history":
			return offersHistory(ctx, c, t, log, args[1:])
		}
	}
	return errUsage{"tandem offers check FICHIER.jsonl [--json] | import FICHIER --agency CODE [--company CODE] [--complete] [--json]\n        | history --agency CODE > HISTORIQUE.csv ; « - » lit l'entrée standard"}
}

// offersCheck needs no database.
func offersCheck(ctx context.Context, t terminal, args []string) error {
	asJSON := false
	words, err := flags("offers check", t, args, func(f *flag.FlagSet) {
		f.BoolVar(&asJSON, "json", false, "affiche chaque verdict puis le bilan, un objet JSON par ligne")
	})
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return errUsage{"tandem offers check FICHIER.jsonl [--json] : un fichier, une offre par ligne"}
	}
	rules, err := legality.Load()
	if err != nil {
		return err
	}
	in, size, done, err := input(t, words[0])
	if err != nil {
		return err
	}
	defer done()
	return checkOffers(ctx, rules, t, in, size, asJSON)
}

// input opens a file to be read as it comes; « - » is the terminal's, of unknown size (0).
func input(t terminal, name string) (in io.Reader, size int64, done func(), err error) {
	if name == "-" {
		return t.in, 0, func() {}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, nil, fault.Wrap(err, fault.NotFound, "Le fichier %s ne peut pas être lu.", name)
	}
	if info, err := f.Stat(); err == nil {
		size = info.Size()
	}
	return f, size, func() { _ = f.Close() }, nil
}

// shownProblems bounds the list of unreadable lines in the summary for people.
const shownProblems = 20

func checkOffers(ctx context.Context, rules *legality.Engine, t terminal, in io.Reader, size int64, asJSON bool) error {
	out := bufio.NewWriter(t.out)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	bar := newProgress(t.err)
	defer bar.done()
	var problems []legality.Checked
	sum, err := rules.Batch(ctx, in, func(c legality.Checked, so legality.Summary) error {
		if size > 0 {
			bar.show("vérification des offres (Ko)", int(so.Bytes>>10), int(size>>10))
		}
		if c.Problem != "" && len(problems) < shownProblems {
			problems = append(problems, c)
		}
		if asJSON {
			return lines.Encode(c)
		}
		return nil
	})
	bar.done()
	if err != nil {
		return err
	}
	if asJSON {
		if err := lines.Encode(map[string]any{"summary": sum}); err != nil {
			return err
		}
	} else {
		printSummary(out, sum, problems)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if sum.Unreadable > 0 {
		return fault.New(fault.Invalid, "%d ligne(s) n'ont pas pu être lues ; les autres ont été vérifiées.", sum.Unreadable)
	}
	return nil
}

func printSummary(w io.Writer, sum legality.Summary, problems []legality.Checked) {
	seconds := max(sum.Took.Seconds(), 1e-9)
	fmt.Fprintf(w, "%d offres en %s (%.0f offres/s), règles %s du %s\n", sum.Offers, sum.Took.Round(time.Millisecond), float64(sum.Offers)/seconds, sum.Version, sum.Date)
	for _, status := range []struct{ key, label string }{
		{legality.Clean, "sans mention signalée"}, {legality.Review, "à vérifier par une personne"},
		{legality.Justify, "bloquées sauf justification"}, {legality.Blocked, "bloquées"},
	} {
		n := sum.Status[status.key]
		fmt.Fprintf(w, "  %-30s %7d  %5.1f %%\n", status.label, n, 100*float64(n)/float64(max(sum.Offers, 1)))
	}
	total := func(rule string) (n int) {
		for _, k := range sum.Rules[rule] {
			n += k
		}
		return n
	}
	rules := slices.SortedFunc(maps.Keys(sum.Rules), func(a, b string) int { return cmp.Or(cmp.Compare(total(b), total(a)), cmp.Compare(a, b)) })
	if len(rules) > 0 {
		fmt.Fprintf(w, "Offres par règle :%17s %7s %7s %7s\n", "S4", "S3", "S2", "S1")
	}
	for _, rule := range rules {
		by := sum.Rules[rule]
		fmt.Fprintf(w, "  %-24s %7d %7d %7d %7d\n", rule, by[legality.S4], by[legality.S3], by[legality.S2], by[legality.S1])
	}
	if sum.Unreadable > 0 {
		fmt.Fprintf(w, "Lignes non lues : %d\n", sum.Unreadable)
	}
	for _, c := range problems {
		fmt.Fprintf(w, "  ligne %d : %s\n", c.Line, c.Problem)
	}
}
