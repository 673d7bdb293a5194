package retrieval

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/tmc/langchaingo/embeddings"

	"tandem/internal/fault"
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

var _ Embedder = (*subword.Model)(nil)

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
// first load: the built-in one, read from the database, or external when it is
// the same. Returns fault.Conflict when it is neither.
func Current(ctx context.Context, tx pgx.Tx, external Embedder) (Embedder, error) {
	s, ok, err := current(ctx, tx)
	if err != nil || !ok {
		return nil, err
	}
	if s.Name == subword.Name {
		var model []byte
		if err := tx.QueryRow(ctx, "select model from embedder").Scan(&model); err != nil {
			return nil, err
		}
		return subword.Decode(model)
	}
	if external == nil || !s.made(external) {
		return nil, fault.New(fault.Conflict, "Les passages ont été indexés avec l'encodeur « %s » (version %s), qui n'est pas celui configuré. Rechargez le ROME ou rétablissez cet encodeur.", s.Name, s.Version)
	}
	return external, nil
}

// Serves reports whether the vectors that serve were made by e, or, when e is
// nil, by a built-in embedder.
func Serves(ctx context.Context, tx pgx.Tx, e Embedder) (bool, error) {
	s, ok, err := current(ctx, tx)
	if err != nil || !ok {
		return false, err
	}
	if e == nil {
		return s.Name == subword.Name, nil
	}
	return s.made(e), nil
}
