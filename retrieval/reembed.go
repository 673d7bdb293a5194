package retrieval

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
)

// errMissing means that passages have come or changed since their vectors were made.
var errMissing = errors.New("retrieval: vectors are missing")

// Reembed makes e the embedder of every passage. The old vectors serve until
// the new ones are complete; then one transaction puts all of them in place.
// When e serves already, it completes the passages that have no vector. Returns
// how many vectors were put in place: 0 when there was nothing to do.
//
// It may be interrupted at any time and called again: vectors made are kept (see
// [Prepare]). Loads may happen meanwhile; what they change is made before the
// switch. Returns fault.Conflict before the first load of ROME, or when another
// call is at it, here or in another process.
func Reembed(ctx context.Context, db *postgres.DB, e Embedder, progress Progress) (embedded int, err error) {
	// The transaction is only there to hold the turn: it reads and writes nothing.
	err = db.Own(ctx, func(turn pgx.Tx) error {
		var mine bool
		if err := turn.QueryRow(ctx, `select pg_try_advisory_xact_lock(hashtextextended('tandem.reembed', 0)),
			set_config('idle_in_transaction_session_timeout', '0', true)`).Scan(&mine, nil); err != nil {
			return err
		}
		if !mine {
			return fault.New(fault.Conflict, "Un autre Tandem calcule déjà des vecteurs pour cette base. Laissez-le finir, ou arrêtez-le : ce qu'il a fait est gardé.")
		}
		for tries := 0; ; tries++ {
			if err := Prepare(ctx, db, "", nil, e, progress); err != nil {
				return err
			}
			err := db.Own(ctx, func(tx pgx.Tx) (err error) {
				embedded, err = swap(ctx, tx, e, progress)
				return err
			})
			if !errors.Is(err, errMissing) || tries == 20 {
				return err
			}
		}
	})
	return embedded, err
}

// swap puts the vectors of e in place, in one transaction, or returns errMissing
// when a load has left some to be made.
func swap(ctx context.Context, tx pgx.Tx, e Embedder, progress Progress) (int, error) {
	if err := Lock(ctx, tx); err != nil {
		return 0, err
	}
	_, ok, err := current(ctx, tx)
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, loadFirst()
	}
	r, err := begin(ctx, tx, "", nil, e, progress) // no corpus: every passage stays what it is
	if err != nil {
		return 0, err
	}
	embedded, missing, err := r.vectors()
	switch {
	case err != nil:
		return 0, err
	case missing > 0:
		return 0, errMissing
	}
	steps := []func() error{r.beside, r.record, r.abandon, r.exchange}
	switch {
	case r.same && embedded == 0:
		return 0, nil
	case r.same && embedded <= inPlace:
		steps = []func() error{r.inPlace, r.clear}
	case r.same:
		steps = []func() error{r.beside, r.clear, r.exchange}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return 0, fmt.Errorf("retrieval: switch to %s: %w", e.Name(), err)
		}
	}
	return embedded, nil
}

func loadFirst() error {
	return fault.New(fault.Conflict, "Chargez d'abord le ROME (tandem rome load) : il donne le vocabulaire de la recherche.")
}
