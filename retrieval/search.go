package retrieval

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"
)

//go:embed search.sql
var searchSQL string

// prepareSQL sets, for one transaction, how far the indexes look, and reads
// which embedder serves. It touches passages first, so that they cannot be
// switched to the vectors of another between this statement and the next. The
// generic plan saves planning a query of this size
// every time; search.sql is written so that it is also the best one.
const prepareSQL = `select version,
	set_config('hnsw.ef_search', '80', true),
	set_config('pg_trgm.word_similarity_threshold', '0.5', true),
	set_config('pg_trgm.similarity_threshold', '0.4', true),
	set_config('plan_cache_mode', 'force_generic_plan', true),
	set_config('jit', 'off', true)
from embedder, (select count(*) from (select from passages limit 1) one) touched`

// errStale means that the query was embedded by another embedder than the passages.
var errStale = errors.New("retrieval: the embedder has changed")

// asked is one call of search.sql.
type asked struct {
	understood
	corpus        string
	kinds, looked []string
	weights       weights
	limit         int
}

// run asks in one round trip.
func (a asked) run(ctx context.Context, tx pgx.Tx, e Embedder) (results []found, err error) {
	vector, err := e.EmbedQuery(ctx, a.words)
	if err != nil {
		return nil, fmt.Errorf("retrieval: embed the query: %w", err)
	}
	batch := &pgx.Batch{}
	batch.Queue(prepareSQL)
	batch.Queue(searchSQL, a.arguments(vector)...)
	answers := tx.SendBatch(ctx, batch)
	defer func() { err = errors.Join(err, answers.Close()) }()
	var version string
	if err := answers.QueryRow().Scan(&version, nil, nil, nil, nil, nil); err != nil {
		return nil, fmt.Errorf("retrieval: prepare the search: %w", err)
	}
	if version != e.Version() {
		return nil, errStale
	}
	rows, err := answers.Query()
	if err != nil {
		return nil, fmt.Errorf("retrieval: search: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (f found, err error) {
		return f, row.Scan(&f.Corpus, &f.ID, &f.Kind, &f.Title, &f.Text, &f.URL, &f.Meta, &f.Score, &f.exact, &f.coverage, &f.likeness, &f.cosine)
	})
}

func (a asked) arguments(vector []float32) []any {
	return []any{a.corpus, a.kinds, a.names, a.ids, a.words, a.short, pgvector.NewVector(vector), a.weights[:], a.limit, a.looked}
}
