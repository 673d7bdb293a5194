// Tandem is a conversational assistant for a public employment service: a
// websocket chat server that runs an LLM agent with tools. See README.md for
// what it does and ARCHITECTURE.md for how.
//
// This package is the wiring and the commands; it is the only place that reads
// the environment.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"tandem/internal/fault"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, terminal{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// terminal is where a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// Exit codes: scripts tell a refusal of ours from a wrong call.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// command is one word of the command line.
type command struct {
	name, args, doc string
	run             func(ctx context.Context, c config, t terminal, log *slog.Logger, args []string) error
}

var commands = []command{
	{"serve", "", "sert la page et l'API (commande par défaut)", serve},
	{"ask", "\"question\" [--role seeker|recruiter|counsellor] [--file cv.pdf]", "pose une question et affiche la réponse", ask},
	{"rome", "load [--force] [--json] [archive|adresse] | embed [--builtin] | heldout [--fold N] DOSSIER",
		"charge une version du ROME ; refait les vecteurs avec un autre encodeur ; en met une partie de côté pour évaluer la recherche", romeCommand},
	{"offers", "check FICHIER.jsonl [--json] | import FICHIER --agency CODE [--company CODE] [--complete] [--json] | history --agency CODE",
		"vérifie la légalité d'un fichier d'offres, une par ligne ; importe des offres (JSON « Offres d'emploi v2 » ou CSV) dans un portefeuille, clôt celles qui n'y sont plus ; écrit ce qu'elles sont devenues", offersCommand},
	{"cv", "FICHIER [--all] [--json]", "affiche les métiers et compétences qu'un CV montre, avec les mots qui les prouvent", cv},
	{"delay", "train HISTORIQUE.csv [--target en-ligne|pourvue] [--out modele.json] [--card carte.md] | forecast OFFRE.json | card [modele.json]",
		"apprend un modèle de délai sur un historique d'offres, prévoit une offre, décrit un modèle", delayCommand},
	{"eval", "SUITE FICHIER [--json] [--plot calibration.svg] [--endpoint adresse|fake[:style]]", "mesure un moteur sur un jeu d'évaluation", eval},
	{"bench", "[--portfolio [100000] | --growth [1 10 30]]", "mesure et affiche le tableau du README ; avec --portfolio, ce que coûtent les portefeuilles ; avec --growth, la recherche quand le corpus grandit", bench},
}

// errUsage is a wrong call; its text is the help to show.
type errUsage struct{ text string }

func (e errUsage) Error() string { return e.text }

func run(ctx context.Context, args []string, getenv func(string) string, t terminal) int {
	name := "serve"
	if len(args) > 0 {
		name, args = args[0], args[1:]
	}
	if name == "help" || name == "-h" || name == "--help" {
		usage(t.out)
		return exitOK
	}
	for _, c := range commands {
		if c.name != name {
			continue
		}
		conf, err := readConfig(getenv)
		if err != nil {
			fmt.Fprintln(t.err, "Tandem :", err)
			return exitUsage
		}
		log := slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: conf.LogLevel}))
		if name == "serve" {
			logSet(log, getenv)
		}
		return exit(c.run(ctx, conf, t, log, args), t)
	}
	fmt.Fprintf(t.err, "Tandem : commande %q inconnue.\n\n", name)
	usage(t.err)
	return exitUsage
}

func exit(err error, t terminal) int {
	var u errUsage
	var f *fault.Error
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, &u):
		fmt.Fprintln(t.err, "Tandem :", u.text)
		return exitUsage
	case errors.As(err, &f):
		fmt.Fprintln(t.err, "Tandem :", f.Message)
		if f.Cause != nil {
			fmt.Fprintln(t.err, "  cause :", f.Cause)
		}
	default:
		fmt.Fprintln(t.err, "Tandem :", err)
	}
	return exitFailed
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "Usage : tandem [commande]")
	fmt.Fprintln(w)
	for _, c := range commands {
		fmt.Fprintf(w, "  %s\n      %s\n", strings.TrimSpace(c.name+" "+c.args), c.doc)
	}
	fmt.Fprintln(w, "\nRéglages (variables d'environnement) :")
	for _, s := range settings {
		fallback := ""
		if s.fallback != "" {
			fallback = " [" + s.fallback + "]"
		}
		fmt.Fprintf(w, "  %-15s%s%s\n", s.name, s.doc, fallback)
	}
}

// flags parses what follows a command; words may stand before or after them.
func flags(name string, t terminal, args []string, define func(*flag.FlagSet)) (words []string, err error) {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(t.err)
	if define != nil {
		define(set)
	}
	for {
		if err := set.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, errUsage{err.Error()}
		}
		if args = set.Args(); len(args) == 0 {
			return words, nil
		}
		words, args = append(words, args[0]), args[1:]
	}
}
