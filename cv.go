package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"

	"tandem/tools/document"
	"tandem/tools/skills"
	"tandem/tools/span"
)

// cv prints what a CV shows, beside the words that show it. Nothing is stored.
func cv(ctx context.Context, c config, t terminal, log *slog.Logger, args []string) error {
	asJSON, all := false, false
	words, err := flags("cv", t, args, func(f *flag.FlagSet) {
		f.BoolVar(&asJSON, "json", false, "affiche le texte lu et toutes les propositions en JSON")
		f.BoolVar(&all, "all", false, "affiche aussi les propositions moins sûres")
	})
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return errUsage{"nommez un fichier : tandem cv FICHIER.pdf"}
	}
	data, err := readBounded(words[0], maxDocument)
	if err != nil {
		return err
	}
	a, err := open(ctx, c, t, log)
	if err != nil {
		return err
	}
	defer a.close()
	doc, err := a.engines.Documents.Reader.Read(ctx, filepath.Base(words[0]), data)
	if err != nil {
		return err
	}
	engine, err := a.engines.Skills()
	if err != nil {
		return err
	}
	analysis := engine.Analyse(doc.Text)
	if asJSON {
		out := json.NewEncoder(t.out)
		out.SetEscapeHTML(false)
		return out.Encode(struct {
			Document document.Document `json:"document"` // the evidence is bytes of its text
			skills.Analysis
		}{doc, analysis})
	}
	printCV(t.out, doc, analysis, all)
	return nil
}

func printCV(w io.Writer, doc document.Document, a skills.Analysis, all bool) {
	fmt.Fprintf(w, "%s · ROME %s · propositions d'un logiciel, à vérifier par vous\n\nMétiers\n", doc.Name, a.ROMEVersion)
	for _, o := range a.Occupations {
		fmt.Fprintf(w, "  %3.0f %%  %s  %s\n         %s\n", 100*o.Confidence, o.ROME, o.Appellation, quotes(doc, o.Evidence))
	}
	if len(a.Occupations) == 0 {
		fmt.Fprintln(w, "  aucun")
	}
	fmt.Fprintln(w, "\nCompétences")
	list := a.Skills
	if !all {
		list = list[:a.Shown]
	}
	for _, s := range list {
		fmt.Fprintf(w, "  %3.0f %%  %s  %s\n         %s\n", 100*s.Confidence, s.Code, s.Label, quotes(doc, s.Evidence))
	}
	if len(list) == 0 {
		fmt.Fprintln(w, "  aucune")
	}
	switch rest := len(a.Skills) - len(list); {
	case rest == 1:
		fmt.Fprintln(w, "\n1 autre proposition, moins sûre : --all")
	case rest > 1:
		fmt.Fprintf(w, "\n%d autres propositions, moins sûres : --all\n", rest)
	}
	if a.Cut {
		fmt.Fprintln(w, "\nLe texte est long : la fin n'a pas été lue.")
	}
}

// quotes are the words that show something, on one line, with their page where
// there are several.
func quotes(doc document.Document, evidence []span.Span) string {
	var out []string
	for _, e := range evidence {
		quote := "« " + strings.Join(strings.Fields(e.Text), " ") + " »"
		if len(doc.Pages) > 1 {
			quote += fmt.Sprintf(" (p. %d)", doc.PageOf(e.Start))
		}
		out = append(out, quote)
	}
	return strings.Join(out, ", ")
}
