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
const prepareSQL = `select version, background,
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
	said          string // for external embedders, which know French as it is written
	corpus        string
	kinds, looked []string
	weights       weights
	limit         int
}

// embed is the vector of the query; nil, with that scorer off, when there is
// none: people get an answer by words rather than none.
func (a *asked) embed(ctx context.Context, e Embedder) ([]float32, error) {
	if a.weights[vector] == 0 {
		return nil, nil
	}
	text := a.words
	if asksOthers(e) {
		text = a.said
	}
	v, err := e.EmbedQuery(ctx, text)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil: // an external embedder says so in its log, once
		a.weights[vector] = 0
		return nil, nil
	}
	return v, nil
}

// run asks in one round trip.
func (a asked) run(ctx context.Context, tx pgx.Tx, embedder string, v []float32) (results []found, err error) {
	batch := &pgx.Batch{}
	batch.Queue(prepareSQL)
	batch.Queue(searchSQL, a.arguments(v)...)
	answers := tx.SendBatch(ctx, batch)
	defer func() { err = errors.Join(err, answers.Close()) }()
	var version string
	var background float64
	if err := answers.QueryRow().Scan(&version, &background, nil, nil, nil, nil, nil); err != nil {
		return nil, fmt.Errorf("retrieval: prepare the search: %w", err)
	}
	if version != embedder {
		return nil, errStale
	}
	rows, err := answers.Query()
	if err != nil {
		return nil, fmt.Errorf("retrieval: search: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (f found, err error) {
		err = row.Scan(&f.Corpus, &f.ID, &f.Kind, &f.Title, &f.Text, &f.URL, &f.Meta, &f.Score, &f.exact, &f.coverage, &f.likeness, &f.cosine)
		f.cosine = max(0, (f.cosine-background)/(1-background))
		return f, err
	})
}

func (a asked) arguments(v []float32) []any {
	var query *pgvector.Vector // null: no vector
	if v != nil {
		one := pgvector.NewVector(v)
		query = &one
	}
	return []any{a.corpus, a.kinds, a.names, a.ids, a.words, a.short, query, a.weights[:], a.limit, a.looked}
}
