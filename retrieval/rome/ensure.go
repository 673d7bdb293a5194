package rome

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/postgres"
	"tandem/retrieval"
)

// retry is how long a program that runs on the extract waits before it tries
// the download again: starting must stay fast where there is no network.
const retry = 24 * time.Hour

const onExtract = "Tandem travaille avec son extrait du ROME, environ 250 métiers. Pour tout le ROME : tandem rome load ARCHIVE."

const byWords = "Le ROME a été chargé par une autre version de Tandem : la recherche se fait par les mots seuls. Rechargez-le : tandem rome load ARCHIVE."

// Ensure makes sure that some ROME is loaded, the best that can be had without
// waiting long: what a server calls when it starts. An archive named in w is
// loaded when it is not what is loaded already and not older; otherwise all of
// ROME, once loaded, is left alone (a newer release is loaded by name: tandem
// rome load).
func Ensure(ctx context.Context, db *postgres.DB, w Where, o Options) (Report, error) {
	if w.Explicit == "" && w.Archive == "" {
		var loaded Release
		var outdated bool
		err := db.Read(ctx, func(tx pgx.Tx) (err error) {
			if loaded, err = release(ctx, tx); err == nil {
				outdated, err = retrieval.Outdated(ctx, tx)
			}
			return err
		})
		switch {
		case errors.Is(err, pgx.ErrNoRows):
		case err != nil:
			return Report{}, err
		case loaded.Complete && outdated && !w.cached():
			return Report{Release: loaded, Before: &loaded, Unchanged: true, Note: byWords}, nil
		case loaded.Complete && !outdated:
			return Report{Release: loaded, Before: &loaded, Unchanged: true}, nil
		case w.triedLately() && !w.cached():
			return Report{Release: loaded, Before: &loaded, Unchanged: true, Source: Builtin().Name, Note: onExtract}, nil
		}
	}
	s, err := Find(ctx, w)
	if err != nil {
		return Report{}, err
	}
	if s.archive == nil {
		w.tried()
	}
	r, err := Load(ctx, db, s, o)
	if errors.Is(err, errOlder) && w.Explicit == "" {
		// A newer release was loaded by name since this archive was configured.
		// The program must start with it, not refuse to start.
		note := fmt.Sprintf("ROME_ARCHIVE n'a pas été chargée : « %s » est plus ancienne ou moins complète que ce qui l'est déjà (%s).", s.Name, r.Before.name())
		return Report{Release: *r.Before, Before: r.Before, Unchanged: true, Source: s.Name, Note: note}, nil
	}
	return r, err
}

// The date of a file beside the cache says when a download was last tried.
func (w Where) mark() string { return filepath.Join(w.DataDir, "rome", "tried") }

func (w Where) triedLately() bool {
	if w.DataDir == "" {
		return false
	}
	info, err := os.Stat(w.mark())
	return err == nil && time.Since(info.ModTime()) < retry
}

func (w Where) cached() bool {
	_, err := os.Stat(w.cache())
	return err == nil
}

// tried leaves the mark. Without it the next start tries again, which is slower
// and not wrong, so a failure is nobody's business.
func (w Where) tried() {
	if w.DataDir != "" {
		_ = writeWhole(w.mark(), nil)
	}
}
