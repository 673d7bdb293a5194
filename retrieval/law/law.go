package law

import (
	"context"
	_ "embed"

	"tandem/internal/postgres"
	"tandem/retrieval"
)

//go:embed law.md
var text string

// Entries are the articles, law:L1132-1 and the like.
func Entries() []retrieval.Entry {
	entries, err := retrieval.ParseEntries(retrieval.Law, text)
	if err != nil {
		panic("law.md: " + err.Error()) // embedded: a test reads it
	}
	return entries
}

// Load makes the passages of the law what this package holds; see [retrieval.Load].
func Load(ctx context.Context, db *postgres.DB, external retrieval.Embedder, progress retrieval.Progress) (retrieval.Changes, error) {
	return retrieval.Load(ctx, db, retrieval.Law, Entries(), external, progress)
}
