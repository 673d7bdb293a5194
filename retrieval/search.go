package retrieval

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"tandem/retrieval/subword"
)

//go:embed search.sql
var searchSQL string

// prepareSQL sets, for one transaction, how far the indexes look, and reads
// which embedder serves. It touches passages first, so that they cannot be
// switched to the vectors of another between this statement and the next. The
// generic plan saves planning a query of this size
// every time; search.sql is written so that it is also the best one.
const prepareSQL = `select version, generation,
	set_config('hnsw.ef_search', '50', true),
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
	finders       finders
	weights       []float64
	limit         int
	generation    int64 // of the passages that answered
}

// ask is what q asks of search.sql.
func ask(q Query, by scorer) asked {
	a := asked{understood: understand(q.Text), said: said(q.Text), corpus: q.Corpus, kinds: kindsOf(q), finders: by.finders, limit: q.Limit}
	for _, w := range by.weights {
		a.weights = append(a.weights, w[:]...)
	}
	if a.limit <= 0 {
		a.limit = defaultLimit
	}
	a.limit = min(a.limit, maxLimit)
	a.looked = a.kinds
	if slices.Contains(a.kinds, Metier) && !slices.Contains(a.kinds, Appellation) {
		a.looked = append(slices.Clone(a.kinds), Appellation)
	}
	if q.Words {
		a.finders[byVector] = false
	}
	if a.finders[byVector] { // sub-word vectors find what is misspelt, at a tenth of the cost
		a.finders[byTrigrams] = false
	}
	return a
}

// embed is the vector of the query; nil when there is none: people get an
// answer by words rather than none.
func (a *asked) embed(ctx context.Context, e Embedder) ([]float32, error) {
	if !a.finders[byVector] {
		return nil, nil
	}
	text := a.words
	if m, builtIn := e.(*subword.Model); builtIn {
		words := strings.Split(a.words, " ")
		for i, w := range words {
			words[i] = m.Mend(w)
		}
		a.words = strings.Join(words, " ")
		text = a.words
	} else if asksOthers(e) {
		text = a.said
	}
	v, err := e.EmbedQuery(ctx, text)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil, // an external embedder says so in its log, once
		!slices.ContainsFunc(v, func(x float32) bool { return x != 0 }): // nothing in it was ever seen: it points nowhere
		a.finders[byVector], a.finders[byTrigrams] = false, true
		return nil, nil
	}
	return v, nil
}

// queue adds the two statements of a search, for one round trip.
func (a *asked) queue(b *pgx.Batch, v []float32) {
	b.Queue(prepareSQL)
	b.Queue(searchSQL, a.arguments(v)...)
}

// collect reads what the statements of [asked.queue] answered. embedder is the
// version of the one that made the query's vector.
func (a *asked) collect(answers pgx.BatchResults, embedder string) ([]found, error) {
	var version string
	if err := answers.QueryRow().Scan(&version, &a.generation, nil, nil, nil, nil, nil); err != nil {
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
		return f, row.Scan(&f.Corpus, &f.ID, &f.Kind, &f.Title, &f.Text, &f.URL, &f.Meta, &f.Score, &f.exact, &f.measures)
	})
}

// sign adds to the measures of what was found the signs that the question is
// for someone else. Only the built-in embedder knows what else people ask.
func (a *asked) sign(results []found, e Embedder, v []float32) {
	nearest := 0.0
	if m, builtIn := e.(*subword.Model); builtIn && v != nil {
		nearest = m.Nearest(v, elsewhere)
	}
	words := math.Min(1, float64(strings.Count(a.words, " ")+1)/10)
	for i := range results {
		m := results[i].measures
		results[i].measures = append(m, nearest, nearest-math.Max(m[cosine], m[saidCosine]), words)
	}
}

func (a *asked) arguments(v []float32) []any {
	var query *pgvector.Vector // null: no vector
	if v != nil {
		one := pgvector.NewVector(v)
		query = &one
	}
	return []any{a.corpus, a.kinds, a.names, a.ids, a.words, a.words[:min(len(a.words), maxTrigrams)], query, a.weights, a.limit, a.looked, a.finders[:]}
}

// maxTrigrams bounds the text that is compared by trigrams: titles are shorter.
const maxTrigrams = 80
