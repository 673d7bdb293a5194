package retrieval

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/tmc/langchaingo/embeddings"

	"tandem/retrieval/subword"
)

// Embedder turns texts into vectors, and says which: vectors of two names,
// versions or dimensions never meet in one index.
type Embedder interface {
	embeddings.Embedder
	Name() string
	Version() string
	Dimension() int
}

var (
	_ Embedder = (*subword.Model)(nil)
	_ Embedder = absent{}
)

// stored is the row of table embedder: what made the vectors that serve.
type stored struct {
	Name, Version string
	Dimension     int
}

// current reads what made the vectors that serve; ok is false before the first load.
func current(ctx context.Context, tx pgx.Tx) (s stored, ok bool, err error) {
	err = tx.QueryRow(ctx, "select name, version, dimension from embedder").Scan(&s.Name, &s.Version, &s.Dimension)
	if errors.Is(err, pgx.ErrNoRows) {
		return s, false, nil
	}
	return s, err == nil, err
}

func (s stored) made(e Embedder) bool {
	return s.Name == e.Name() && s.Version == e.Version() && s.Dimension == e.Dimension()
}

// Current is the embedder that made the vectors that serve, nil before the
// first load: the built-in one, read from the database, external when it is the
// same, or else a stand-in for one that is not at hand, which makes no vectors:
// passages are then found by their words.
func Current(ctx context.Context, tx pgx.Tx, external Embedder) (Embedder, error) {
	s, ok, err := current(ctx, tx)
	switch {
	case err != nil || !ok:
		return nil, err
	case s.Name == subword.Name:
		e, err := Builtin(ctx, tx)
		if errors.Is(err, subword.ErrDamaged) { // another version of Tandem wrote it
			return absent{s}, nil
		}
		return e, err
	case external != nil && s.made(external):
		return external, nil
	}
	return absent{s}, nil
}

// Builtin is the built-in embedder, which stays in the database while an
// external one serves. Returns fault.Conflict when no load has trained it.
func Builtin(ctx context.Context, tx pgx.Tx) (Embedder, error) {
	var model []byte
	if err := tx.QueryRow(ctx, "select model from embedder").Scan(&model); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, err
	}
	if model == nil {
		return nil, loadFirst()
	}
	return subword.Decode(model)
}

// Adopt is the embedder to load ROME with, now that built has been trained on
// it: built itself, or the external one that serves; then built is kept.
func Adopt(ctx context.Context, tx pgx.Tx, built *subword.Model, external Embedder) (Embedder, error) {
	s, ok, err := current(ctx, tx)
	if err != nil || !ok || s.Name == subword.Name {
		return built, err
	}
	if _, err := tx.Exec(ctx, "update embedder set model = $1", built.Encode()); err != nil {
		return nil, err
	}
	return Current(ctx, tx, external)
}

// Outdated reports whether the built-in embedder that serves was written by
// another version of Tandem, which this one cannot read.
func Outdated(ctx context.Context, tx pgx.Tx) (bool, error) {
	s, ok, err := current(ctx, tx)
	if err != nil || !ok || s.Name != subword.Name {
		return false, err
	}
	_, err = Builtin(ctx, tx)
	if errors.Is(err, subword.ErrDamaged) {
		return true, nil
	}
	return false, err
}

// Serves reports whether the vectors that serve were made by e, or, when e is
// nil, by any embedder.
func Serves(ctx context.Context, tx pgx.Tx, e Embedder) (bool, error) {
	s, ok, err := current(ctx, tx)
	if err != nil || !ok || e == nil {
		return ok, err
	}
	return s.made(e), nil
}

// absent stands in for the external embedder that made the vectors that serve,
// when it is not configured or has not answered yet.
type absent struct{ stored }

var errAbsent = errors.New("retrieval: the embedder that made the vectors is not at hand")

func (a absent) Name() string    { return a.stored.Name }
func (a absent) Version() string { return a.stored.Version }
func (a absent) Dimension() int  { return a.stored.Dimension }

func (absent) EmbedDocuments(context.Context, []string) ([][]float32, error) { return nil, errAbsent }
func (absent) EmbedQuery(context.Context, string) ([]float32, error)         { return nil, errAbsent }
