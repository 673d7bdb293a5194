package retrieval

import (
	"context"
	"fmt"
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/jackc/pgx/v5"
)

// remembered is how many answers are kept: some 5 MB.
const remembered = 1000

// recent keeps the answers to what was asked lately: people ask for the same
// métiers, and a page asks again. An answer holds as long as no load, here or
// in another process, has changed a passage.
type recent struct{ answers *lru.Cache[string, answer] }

type answer struct {
	generation int64
	found      []found
}

func newRecent() recent {
	c, err := lru.New[string, answer](remembered)
	if err != nil {
		panic(err) // the size is a constant
	}
	return recent{c}
}

func key(q Query) string {
	return fmt.Sprintf("%q %s %q %d %t", said(q.Text), q.Corpus, q.Kinds, q.Limit, q.Words)
}

// get returns the answer to q if it still holds.
func (r recent) get(ctx context.Context, s *Store, q Query) ([]found, bool) {
	kept, ok := r.answers.Get(key(q))
	if !ok {
		return nil, false
	}
	var now int64
	err := s.db.Batch(ctx, func(b *pgx.Batch) { b.Queue("select generation from embedder") },
		func(answers pgx.BatchResults) error { return answers.QueryRow().Scan(&now) })
	if err != nil || now != kept.generation {
		return nil, false // whoever asks next finds out why
	}
	return slices.Clone(kept.found), true
}

func (r recent) put(q Query, generation int64, found []found) {
	r.answers.Add(key(q), answer{generation, slices.Clone(found)})
}
