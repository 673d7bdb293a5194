package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"tandem/internal/fault"
	"tandem/tools/delay"
)

// delayCommand is `tandem delay train|forecast|card`.
func delayCommand(ctx context.Context, c config, t terminal, _ *slog.Logger, args []string) error {
	usage := errUsage{"tandem delay train HISTORIQUE.csv[.gz] [--target en-ligne|pourvue] [--out modele.json] [--card carte.md]\n" +
		"        | delay forecast OFFRE.json|- [--target …] [--model modele.json] [--json]\n        | delay card [modele.json]"}
	if len(args) == 0 {
		return usage
	}
	word, args := args[0], args[1:]
	switch word {
	case "train":
		return trainDelay(c, t, args)
	case "forecast":
		return forecastDelay(c, t, args)
	case "card":
		return cardDelay(c, t, args)
	}
	return usage
}

func trainDelay(c config, t terminal, args []string) error {
	target, out, card := string(delay.Online), "", ""
	words, err := flags("delay train", t, args, func(f *flag.FlagSet) {
		f.StringVar(&target, "target", target, "ce que le modèle prédit : en-ligne ou pourvue")
		f.StringVar(&out, "out", "", "fichier où écrire le modèle ; sans lui, la sortie standard")
		f.StringVar(&card, "card", "", "fichier où écrire sa carte")
	})
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return errUsage{"tandem delay train HISTORIQUE.csv[.gz] [--target en-ligne|pourvue] [--out modele.json] [--card carte.md]"}
	}
	what, err := delay.ParseTarget(target)
	if err != nil {
		return err
	}
	h, err := readHistory(words[0])
	if err != nil {
		return err
	}
	sayHistory(t.err, h)
	bar := newProgress(t.err)
	model, err := delay.Train(h, what, bar.show)
	bar.done()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := model.Write(&text); err != nil {
		return err
	}
	if card != "" {
		if err := os.WriteFile(card, []byte(model.Card()), 0o644); err != nil {
			return fault.Wrap(err, fault.Invalid, "La carte ne peut pas être écrite dans %s.", card)
		}
	}
	if out == "" {
		_, err = t.out.Write(text.Bytes())
		return err
	}
	if err := os.WriteFile(out, text.Bytes(), 0o644); err != nil {
		return fault.Wrap(err, fault.Invalid, "Le modèle ne peut pas être écrit dans %s.", out)
	}
	fmt.Fprintf(t.out, "%s, appris sur %d offres dont %d fermées. Pour le servir : DELAY_MODEL=%s\n", model.Name, model.Data.Offers, model.Data.Closed, out)
	return nil
}

func readHistory(path string) (delay.History, error) {
	f, err := os.Open(path)
	if err != nil {
		return delay.History{}, fault.Wrap(err, fault.NotFound, "Le fichier %s ne peut pas être lu.", path)
	}
	defer func() { _ = f.Close() }()
	return delay.ReadHistory(f)
}

// sayHistory tells what became of every row.
func sayHistory(w io.Writer, h delay.History) {
	fmt.Fprintf(w, "Tandem : %d lignes : %d offres, %d d'autres origines, %d illisibles\n", h.Rows, len(h.Offers), h.Other, len(h.Bad))
	for _, p := range h.Bad {
		fmt.Fprintf(w, "  ligne %d : %s\n", p.Line, p.Why)
	}
	for _, f := range h.Hidden {
		fmt.Fprintf(w, "  %s : champ relevé seulement depuis le %s, compté comme inconnu pour %d offres vues avant\n", f.Field, f.Since.Format("2006-01-02"), f.Offers)
	}
}

// delayModel is the model that is served: the shipped one, and what was trained
// on the service's own offers where there is a file.
func delayModel(c config) (*delay.Model, error) {
	m := delay.Default().For(c.DelayTarget)
	if c.DelayModel == "" {
		return m, nil
	}
	own, err := readTrained(c.DelayModel)
	if err != nil {
		return nil, err
	}
	return m.With(own), nil
}

func readTrained(path string) (*delay.Trained, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "Le modèle %s ne peut pas être lu.", path)
	}
	defer func() { _ = f.Close() }()
	return delay.ReadTrained(f)
}

func forecastDelay(c config, t terminal, args []string) error {
	target, asJSON := string(c.DelayTarget), false
	words, err := flags("delay forecast", t, args, func(f *flag.FlagSet) {
		f.StringVar(&target, "target", target, "ce qui est prédit : pourvue ou en-ligne")
		f.StringVar(&c.DelayModel, "model", c.DelayModel, "modèle appris par tandem delay train")
		f.BoolVar(&asJSON, "json", false, "affiche la prévision en JSON")
	})
	if err != nil {
		return err
	}
	if len(words) != 1 {
		return errUsage{`tandem delay forecast OFFRE.json|- [--target pourvue|en-ligne] [--model modele.json] [--json] ; OFFRE.json : {"rome":"F1703","contract":"CDI","departement":"44"}`}
	}
	if c.DelayTarget, err = delay.ParseTarget(target); err != nil {
		return err
	}
	model, err := delayModel(c)
	if err != nil {
		return err
	}
	var text []byte
	if words[0] == "-" {
		text, err = io.ReadAll(io.LimitReader(t.in, 1<<20))
	} else {
		text, err = readBounded(words[0], 1<<20)
	}
	if err != nil {
		return err
	}
	// A field that no model knows is refused, not skipped: a name, an age of a
	// person or a typing error is not a fact of an offer.
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	var o delay.Offer
	if err := in.Decode(&o); err != nil {
		return fault.Wrap(err, fault.Invalid, "L'offre n'est pas un objet JSON de faits connus (rome, contract, departement, salary_year…).")
	}
	f := model.Forecast(o)
	if asJSON {
		return json.NewEncoder(t.out).Encode(f)
	}
	sayForecast(t.out, f)
	return nil
}

func sayForecast(w io.Writer, f delay.Forecast) {
	fmt.Fprintf(w, "Cible : %s\n", f.Target)
	if f.Insufficient != "" {
		fmt.Fprintln(w, f.Insufficient)
		return
	}
	percent := func(p float64) string { return fmt.Sprintf("%.0f %%", 100*p) }
	fmt.Fprintf(w, "Plus de %d jours : %s (entre %s et %s), risque %s\n", f.Days, percent(f.Probability), percent(f.Low), percent(f.High), f.Band)
	fmt.Fprintf(w, "Médiane : %s jours. Référence : %s, %s (%d offres)\n",
		strings.Replace(fmt.Sprintf("%.1f", f.MedianDays), ".", ",", 1), f.BaseGroup, percent(f.BaseRate), f.Support)
	for _, c := range f.Contributions {
		fmt.Fprintf(w, "  %+.3f  %s (%s)\n", c.LogOdds, c.Factor, c.Source)
	}
	for _, l := range f.Levers {
		fmt.Fprintf(w, "  levier : %s, %+.1f points (%s)\n", l.Action, 100*l.Change, l.Source)
	}
	fmt.Fprintf(w, "%s\n%s, %s\n", f.Notice, f.Model, f.AsOf)
}

func cardDelay(c config, t terminal, args []string) error {
	words, err := flags("delay card", t, args, nil)
	if err != nil {
		return err
	}
	model := delay.Default().For(delay.Online).Trained()
	switch {
	case len(words) > 1:
		return errUsage{"tandem delay card [modele.json]"}
	case len(words) == 1:
		c.DelayModel = words[0]
	}
	if c.DelayModel != "" {
		if model, err = readTrained(c.DelayModel); err != nil {
			return err
		}
	}
	fmt.Fprint(t.out, model.Card())
	return nil
}
