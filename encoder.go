package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/bot/mask"
	"tandem/internal/fault"
	"tandem/retrieval"
	"tandem/retrieval/remote"
)

const (
	greeting    = 3 * time.Second  // what a start waits for the encoder: search goes on without it
	againAfter  = time.Minute      // a failure of the encoder, for the server in the background
	completions = 10 * time.Minute // between looks at whether a load has left passages without a vector
)

// openEncoder is the encoder of the configuration, nil when there is none.
func openEncoder(ctx context.Context, c config, log *slog.Logger, patience time.Duration) (retrieval.Embedder, error) {
	if c.EmbedURL == "" {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	e, err := remote.Open(ctx, remote.Config{URL: c.EmbedURL, Model: c.EmbedName, Key: c.EmbedKey, Query: c.EmbedQuery, Passage: c.EmbedPassage, Mask: hidden, Log: log})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// hidden is a question without the personal data that a form gives away.
func hidden(question string) (string, error) {
	text := mask.New().Hide(question)
	return text, mask.Check(text)
}

// findEncoder gives search the configured encoder, and says so when the one
// that made the vectors is not there: people still find, by their words.
func (a *app) findEncoder(ctx context.Context, c config, t terminal, log *slog.Logger) error {
	e, err := openEncoder(ctx, c, log, greeting)
	if err != nil && ctx.Err() != nil {
		return err
	}
	if err != nil {
		fmt.Fprintln(t.err, "Tandem :", fault.Message(err))
	}
	a.engines.Search.Use(e)
	name, err := a.engines.Search.Away(ctx)
	if err != nil || name == "" {
		return err
	}
	fmt.Fprintf(t.err, "Tandem : les passages ont été indexés par l'encodeur « %s », qui n'est pas disponible : la recherche se fait par les mots seuls.\n"+
		"  Rétablissez-le (EMBED_URL, EMBED_NAME), ou indexez de nouveau : tandem rome embed, ou tandem rome embed --builtin pour l'encodeur intégré.\n", name)
	return nil
}

// encode makes the configured encoder the one that serves, completes what loads
// leave without a vector, and goes on trying until ctx ends.
func (a *app) encode(ctx context.Context, c config, log *slog.Logger) {
	if c.EmbedURL == "" {
		return
	}
	said := ""
	var e retrieval.Embedder
	for {
		pause := completions
		var err error
		if e == nil {
			if e, err = openEncoder(ctx, c, log, againAfter); err == nil {
				a.engines.Search.Use(e)
			}
		}
		var n int
		if err == nil {
			n, err = retrieval.Reembed(ctx, a.db, e, logged(log))
		}
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			if text := err.Error(); text != said {
				log.Warn("passages not embedded yet: what is done is kept, trying again", "err", err)
				said = text
			}
			e, pause = nil, againAfter // it may have become another
		case n > 0:
			log.Info("passages embedded", "encoder", e.Name(), "dimension", e.Dimension(), "vectors", n)
			said = ""
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// logged says in the log how far long work has come, each tenth of the way.
func logged(log *slog.Logger) retrieval.Progress {
	var label string
	var start time.Time
	tenth := 0
	return func(stage string, done, total int) {
		if total < 2 {
			return
		}
		if stage != label {
			label, start, tenth = stage, time.Now(), -1
		}
		if now := 10 * done / total; now != tenth {
			tenth = now
			left := time.Duration(0)
			if done > 0 {
				left = (time.Since(start) * time.Duration(total-done) / time.Duration(done)).Round(time.Second)
			}
			log.Info(stage, "done", done, "total", total, "left", left)
		}
	}
}

// romeEmbed makes the configured encoder, or the built-in one, that of every
// passage. A server may run meanwhile.
func romeEmbed(ctx context.Context, c config, t terminal, log *slog.Logger, args []string) error {
	builtin := false
	words, err := flags("rome embed", t, args, func(f *flag.FlagSet) {
		f.BoolVar(&builtin, "builtin", false, "revient à l'encodeur intégré")
	})
	if err != nil {
		return err
	}
	if len(words) > 0 || !builtin && c.EmbedURL == "" {
		return errUsage{"tandem rome embed, avec EMBED_URL et EMBED_NAME réglés, ou tandem rome embed --builtin"}
	}
	db, err := openDB(ctx, c, log)
	if err != nil {
		return err
	}
	a := &app{db: db}
	defer a.close()
	var e retrieval.Embedder
	if builtin {
		err = db.Own(ctx, func(tx pgx.Tx) (err error) {
			e, err = retrieval.Builtin(ctx, tx)
			return err
		})
	} else {
		e, err = openEncoder(ctx, c, log, againAfter)
	}
	if err != nil {
		return err
	}
	bar := newProgress(t.err)
	n, err := retrieval.Reembed(ctx, db, e, bar.show)
	bar.done()
	if errors.Is(err, context.Canceled) {
		return fault.New(fault.Aborted, "Interrompu. Les anciens vecteurs servent toujours et ce qui est fait est gardé : relancez la même commande pour continuer.")
	}
	if err != nil {
		return err
	}
	if n == 0 {
		fmt.Fprintf(t.out, "Rien à faire : tous les passages ont déjà leur vecteur de « %s ».\n", e.Name())
	} else {
		fmt.Fprintf(t.out, "%d vecteurs en place, par « %s » (%d dimensions).\n", n, e.Name(), e.Dimension())
	}
	if builtin && c.EmbedURL != "" {
		fmt.Fprintln(t.out, "EMBED_URL est réglé : le prochain « tandem serve » reviendra à l'encodeur externe.")
	}
	return nil
}
