package charter

import (
	"context"
	_ "embed"

	"tandem/internal/postgres"
	"tandem/retrieval"
)

//go:embed charter.md
var text string

// Entries are the seven commitments, charter:1 to charter:7.
func Entries() []retrieval.Entry {
	entries, err := retrieval.ParseEntries(retrieval.Charter, text)
	if err != nil {
		panic("charter.md: " + err.Error()) // embedded: a test reads it
	}
	return entries
}

// Load makes the passages of the charter what this package holds; see [retrieval.Load].
func Load(ctx context.Context, db *postgres.DB, external retrieval.Embedder, progress retrieval.Progress) (retrieval.Changes, error) {
	return retrieval.Load(ctx, db, retrieval.Charter, Entries(), external, progress)
}
