package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"tandem/internal/fault"
	"tandem/retrieval"
	"tandem/retrieval/rome"
)

// romeCommand is what can be done with ROME: load, embed, heldout.
func romeCommand(ctx context.Context, c config, t terminal, log *slog.Logger, args []string) error {
	word := ""
	if len(args) > 0 {
		word = args[0]
	}
	switch word {
	case "load":
		return romeLoad(ctx, c, t, log, args[1:])
	case "embed":
		return romeEmbed(ctx, c, t, log, args[1:])
	case "heldout":
		return romeHeldOut(ctx, c, t, log, args[1:])
	}
	return errUsage{"tandem rome load|embed|heldout : tandem help dit quoi"}
}

// romeHeldOut writes an evaluation of retrieval made from ROME itself.
func romeHeldOut(ctx context.Context, c config, t terminal, _ *slog.Logger, args []string) error {
	fold := 0
	words, err := flags("rome heldout", t, args, func(f *flag.FlagSet) { f.IntVar(&fold, "fold", 0, "la partie mise de côté, de 0 à 9") })
	if err != nil {
		return err
	}
	if len(words) != 1 || fold < 0 || fold >= rome.Folds {
		return errUsage{"tandem rome heldout [--fold 0..9] DOSSIER"}
	}
	src, err := rome.Find(ctx, rome.Where{Archive: c.RomeArchive, DataDir: c.DataDir})
	if err != nil {
		return err
	}
	return rome.HoldOut(src, fold, words[0])
}

// romeLoad loads a release of ROME and says what it changes. A server that runs
// on the same database answers meanwhile and follows by itself.
func romeLoad(ctx context.Context, c config, t terminal, log *slog.Logger, args []string) error {
	force, asJSON := false, false
	words, err := flags("rome load", t, args, func(f *flag.FlagSet) {
		f.BoolVar(&force, "force", false, "accepte une version plus ancienne")
		f.BoolVar(&asJSON, "json", false, "affiche tout le rapport en JSON")
	})
	if err != nil {
		return err
	}
	if len(words) > 1 {
		return errUsage{"tandem rome load [--force] [--json] [archive ou adresse]"}
	}
	db, err := openDB(ctx, c, log)
	if err != nil {
		return err
	}
	a := &app{db: db}
	defer a.close()
	if a.external, err = openEncoder(ctx, c, log, greeting); err != nil {
		fmt.Fprintln(t.err, "Tandem :", fault.Message(err))
	}
	report, err := loading(ctx, t, log, func(o rome.Options, w rome.Where) (rome.Report, error) {
		w.Archive, w.DataDir, o.DataDir = c.RomeArchive, c.DataDir, c.DataDir
		o.Force, o.External = force, a.external
		if len(words) == 1 {
			w.Explicit = words[0]
		}
		src, err := rome.Find(ctx, w)
		if err != nil {
			return rome.Report{}, err
		}
		return rome.Load(ctx, a.db, src, o)
	})
	if err != nil {
		return err
	}
	if err := a.loadTexts(ctx, log); err != nil {
		return err
	}
	if n := report.Passages.Missing; n > 0 {
		fmt.Fprintf(t.err, "Tandem : %d passages sont trouvés par leurs mots seuls, en attendant leur vecteur : tandem rome embed. %s\n", n, report.Passages.Note)
	}
	if asJSON {
		return json.NewEncoder(t.out).Encode(report)
	}
	printReport(t.out, report)
	return nil
}

// few is how many of each change are named; --json names them all.
const few = 5

// printReport says in French what a load changed.
func printReport(w io.Writer, r rome.Report) {
	fmt.Fprintf(w, "%s (source : %s)\n", r.Release.Attribution(), r.Source)
	if r.Unchanged {
		fmt.Fprintln(w, "Rien n'a changé : cette version était déjà chargée.")
		return
	}
	what := "Premier chargement"
	if r.Before != nil {
		what = fmt.Sprintf("De la version %d à la version %d", r.Before.Version, r.Release.Version)
	}
	p := r.Passages
	fmt.Fprintf(w, "%s, en %s. %d passages : %s ; %d vecteurs calculés.\n", what, (r.Took.Read + r.Took.Train + r.Took.Write).Round(100*time.Millisecond),
		p.Passages, counts(part{total(p.Added), "ajouté", "ajoutés"}, part{total(p.Changed), "modifié", "modifiés"}, part{total(p.Removed), "retiré", "retirés"}), p.Embedded)
	if r.Before == nil {
		return
	}
	printCodes(w, "Métiers", "", &r.Metiers)
	printCodes(w, "Appellations", "e", &r.Appellations)
	if r.Moved > 0 {
		fmt.Fprintf(w, "Appellations déplacées d'un métier à un autre : %d\n", r.Moved)
		some(w, r.Moved, r.Moves, func(m rome.Moved) string {
			return fmt.Sprintf("→ %s %s : de %s %s à %s %s", m.Code, m.Label, m.From.Code, m.From.Label, m.To.Code, m.To.Label)
		})
	}
	for _, k := range []struct{ kind, name string }{{retrieval.Competence, "Savoir-faire"}, {retrieval.Savoir, "Savoirs"},
		{retrieval.SavoirEtre, "Savoir-être"}, {retrieval.Contexte, "Contextes de travail"}} {
		printCodes(w, k.name, "", r.Items[k.kind])
	}
	if l := r.Links; l.Added+l.Removed+l.Core > 0 {
		fmt.Fprintf(w, "Liens des métiers avec compétences et contextes : %s\n", counts(part{l.Added, "ajouté", "ajoutés"}, part{l.Removed, "retiré", "retirés"},
			part{l.Core, "entré ou sorti du cœur de métier", "entrés ou sortis du cœur de métier"}))
		some(w, len(l.Metiers), l.Metiers, func(m rome.MetierChange) string {
			return fmt.Sprintf("%s %s : %s", m.Code, m.Label, counts(part{m.Added, "ajouté", "ajoutés"}, part{m.Removed, "retiré", "retirés"}, part{m.Core, "cœur de métier", "cœur de métier"}))
		})
	}
	fmt.Fprintln(w, "Les profils validés gardent ce qui a été retiré ou renommé ; un remplaçant n'y entre qu'avec l'accord de la personne.")
}

// printCodes says what happened to the codes of one kind, whose French name is
// feminine when e is "e".
func printCodes(w io.Writer, name, e string, d *rome.Difference) {
	if d == nil || d.Count == (rome.Count{}) {
		return
	}
	fresh := part{d.Count.Added, "nouveau", "nouveaux"}
	if e != "" {
		fresh = part{d.Count.Added, "nouvelle", "nouvelles"}
	}
	fmt.Fprintf(w, "%s : %s\n", name, counts(fresh, part{d.Count.Removed, "retiré" + e, "retiré" + e + "s"}, part{d.Count.Renamed, "renommé" + e, "renommé" + e + "s"}))
	some(w, d.Count.Added, d.Added, func(n rome.Named) string { return "+ " + n.Code + " " + n.Label })
	some(w, d.Count.Removed, d.Removed, func(x rome.Retired) string {
		line := "− " + x.Code + " " + x.Label
		if s := x.Successor; s != nil {
			line += fmt.Sprintf(" : remplaçant proposé %s %s (%s)", s.Code, s.Label, evidence[x.Why])
		}
		return line
	})
	some(w, d.Count.Renamed, d.Renamed, func(x rome.Renamed) string {
		return fmt.Sprintf("~ %s « %s » devient « %s »", x.Code, x.Before, x.After)
	})
}

var evidence = map[string]string{rome.SameLabel: "même libellé", rome.SameAppellations: "il a la plupart de ses appellations"}

// some prints the first of a list, and how many more there are.
func some[T any](w io.Writer, n int, list []T, line func(T) string) {
	for _, x := range list[:min(few, len(list))] {
		fmt.Fprintln(w, "  "+line(x))
	}
	if n > few {
		fmt.Fprintf(w, "  … et %d de plus\n", n-few)
	}
}

// part is a number with the word that goes with it.
type part struct {
	n         int
	one, many string
}

// counts says those that are not zero.
func counts(parts ...part) string {
	var said []string
	for _, p := range parts {
		word := p.many
		if p.n < 2 {
			word = p.one
		}
		if p.n > 0 {
			said = append(said, fmt.Sprintf("%d %s", p.n, word))
		}
	}
	if len(said) == 0 {
		return "rien de changé"
	}
	return strings.Join(said, ", ")
}

func total(byKind map[string]int) (n int) {
	for _, x := range byKind {
		n += x
	}
	return n
}
