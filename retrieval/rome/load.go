package rome

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/retrieval"
	"tandem/retrieval/subword"
)

// Options of [Load]. The zero value is right for most uses.
type Options struct {
	Embedder retrieval.Embedder // to switch to; nil: the built-in one, trained on this release, or the external one that serves
	External retrieval.Embedder // asked for the vectors of what changed if it is the one that serves; nil: they come later (retrieval.Reembed)
	Teach    []retrieval.Entry  // passages of other corpora for the built-in one to learn
	Force    bool               // accept an older release than the one loaded
	DataDir  string             // keeps the built-in embedder for the next training on the same; "" keeps nothing
	Progress retrieval.Progress
}

// Report says what a load did. Unchanged means that exactly this was loaded
// already and nothing was written.
type Report struct {
	Release   Release              `json:"release"`
	Before    *Release             `json:"before,omitempty"` // what was loaded
	Source    string               `json:"source"`
	Note      string               `json:"note,omitempty"` // French: why not a better source
	Unchanged bool                 `json:"unchanged"`
	Passages  retrieval.Changes    `json:"passages"`
	Tables    map[string]RowChange `json:"tables"`
	// What changed for those who use it; empty on a first load.
	Metiers      Difference             `json:"metiers"`
	Appellations Difference             `json:"appellations"`
	Items        map[string]*Difference `json:"items"` // by kind: competence, savoir, savoir-etre, contexte
	Moved        int                    `json:"moved"` // appellations that changed métier
	Moves        []Moved                `json:"moves,omitempty"`
	Links        Links                  `json:"links"`

	Took Took `json:"took"`
}

// RowChange counts rows of a table. A changed row is removed and added.
type RowChange struct{ Rows, Added, Removed int }

// Took says where the time went.
type Took struct{ Read, Train, Write time.Duration }

// loader is part of what makes a load the same: raise it when passages or
// tables are made differently from the same archive.
const loader = 6

// Load makes the ROME of src what Tandem knows: tables, passages and, unless
// o.Embedder is given, an embedder trained on it, which serves unless an external
// one does. All or nothing: what others
// read changes in one instant when everything is ready. Returns a fault that
// names file and line when the archive is wrong, and fault.Conflict when it is
// older than what is loaded and o.Force is not set.
func Load(ctx context.Context, db *postgres.DB, src Source, o Options) (Report, error) {
	start := time.Now()
	r := Report{Source: src.Name, Note: src.Note, Tables: map[string]RowChange{}, Items: map[string]*Difference{}}
	r.Release.SHA256 = src.sum()
	if same, err := r.compare(ctx, db, o); err != nil || same {
		return r, err
	}
	if rel, err := src.release(); err == nil { // refused before all of it is read
		r.Release.Version, r.Release.Complete = rel.Version, rel.Complete
		if err := r.allowed(o); err != nil {
			return r, err
		}
	}
	o.say("Lecture du ROME", 0, 1)
	d, err := src.data()
	if err != nil {
		return r, err
	}
	o.say("Lecture du ROME", 1, 1)
	r.Release = d.Release
	r.Took.Read = time.Since(start)
	if err := r.allowed(o); err != nil {
		return r, err
	}
	v := viewOf(d)
	var built *subword.Model
	if o.Embedder == nil {
		start = time.Now()
		if built, err = v.all(o.Teach).train(ctx, o); err != nil {
			return r, err
		}
		r.Took.Train = time.Since(start)
	}
	start = time.Now()
	entries := v.entries()
	note, err := ahead(ctx, db, entries, o)
	if err != nil {
		return r, err
	}
	err = db.Own(ctx, func(tx pgx.Tx) error { return r.write(ctx, tx, v, entries, built, o) })
	r.Took.Write = time.Since(start)
	r.Passages.Note = note
	return r, err
}

// ahead asks an external embedder, if there is one to ask, before the
// transaction that needs its vectors.
func ahead(ctx context.Context, db *postgres.DB, entries []retrieval.Entry, o Options) (note string, err error) {
	if o.Embedder != nil {
		return "", retrieval.Prepare(ctx, db, retrieval.ROME, entries, o.Embedder, o.Progress)
	}
	return retrieval.Ahead(ctx, db, retrieval.ROME, entries, o.External, o.Progress)
}

// compare sets what was loaded before, and reports whether it is the same.
func (r *Report) compare(ctx context.Context, db *postgres.DB, o Options) (same bool, err error) {
	err = db.Own(ctx, func(tx pgx.Tx) error {
		same, err = r.check(ctx, tx, o)
		return err
	})
	return same, err
}

func (r *Report) check(ctx context.Context, tx pgx.Tx, o Options) (same bool, err error) {
	before, err := release(ctx, tx)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("rome: read the release: %w", err)
	}
	r.Before = &before
	same, err = retrieval.Serves(ctx, tx, o.Embedder)
	if err != nil || !same || before.SHA256 != r.Release.SHA256 {
		return false, err
	}
	r.Release, r.Unchanged = before, true
	return true, nil
}

// allowed refuses to replace a release by an older one, or all of it by the extract.
func (r *Report) allowed(o Options) error {
	if r.Before == nil || o.Force {
		return nil
	}
	if cmp.Or(cmp.Compare(r.Release.Version, r.Before.Version), compareBool(r.Release.Complete, r.Before.Complete)) >= 0 {
		return nil
	}
	return fault.Wrap(errOlder, fault.Conflict, "Cette archive (%s) est plus ancienne ou moins complète que ce qui est chargé (%s). Rien n'a été changé. Pour la charger quand même, ajoutez --force.",
		r.Release.name(), r.Before.name())
}

var errOlder = errors.New("rome: older than what is loaded")

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (r Release) name() string {
	s := fmt.Sprintf("ROME 4.0 version %d", r.Version)
	if !r.Complete {
		s += ", extrait"
	}
	return s
}

// write changes everything in one transaction. Two loads at once: the second
// waits for the first and then finds its work done, or becomes older.
func (r *Report) write(ctx context.Context, tx pgx.Tx, v *view, entries []retrieval.Entry, built *subword.Model, o Options) error {
	if err := retrieval.Lock(ctx, tx); err != nil {
		return err
	}
	if same, err := r.check(ctx, tx, o); err != nil || same {
		return err
	}
	if err := r.allowed(o); err != nil {
		return err
	}
	tables := tablesOf(v.Data)
	for _, t := range tables {
		if err := t.load(ctx, tx); err != nil {
			return fmt.Errorf("rome: load %s: %w", t.name, err)
		}
	}
	if err := r.changes(ctx, tx, v.Data); err != nil {
		return err
	}
	for _, t := range tables {
		change, err := t.apply(ctx, tx)
		if err != nil {
			return fmt.Errorf("rome: apply %s: %w", t.name, err)
		}
		r.Tables[t.name] = change
	}
	e, err := o.Embedder, error(nil)
	if e == nil { // under the lock: nobody switches between this and the load
		if e, err = retrieval.Adopt(ctx, tx, built, o.External); err != nil {
			return err
		}
	}
	if r.Passages, err = retrieval.Replace(ctx, tx, retrieval.ROME, entries, e, o.Progress); err != nil {
		return err
	}
	var published *string
	if v.Release.Published != "" {
		published = &v.Release.Published
	}
	_, err = tx.Exec(ctx, `insert into rome_release (version, published, complete, sha256) values ($1, $2::date, $3, $4)
		on conflict (one) do update set (version, published, complete, sha256, loaded_at) = (excluded.version, excluded.published, excluded.complete, excluded.sha256, now())`,
		v.Release.Version, published, v.Release.Complete, v.Release.SHA256)
	if err != nil {
		return fmt.Errorf("rome: record the release: %w", err)
	}
	return nil
}

// release reads what is loaded; pgx.ErrNoRows before the first load.
func release(ctx context.Context, tx pgx.Tx) (r Release, err error) {
	err = tx.QueryRow(ctx, "select version, coalesce(published::text, ''), complete, sha256 from rome_release").
		Scan(&r.Version, &r.Published, &r.Complete, &r.SHA256)
	return r, err
}
