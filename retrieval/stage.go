package retrieval

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/retrieval/subword"
)

// stagedBatch is how many vectors are asked for and kept at a time: what an
// interruption costs. Package remote sends as many in one request.
const stagedBatch = 32

// asksOthers reports whether e computes elsewhere, so that it must not be
// called while a transaction waits.
func asksOthers(e Embedder) bool {
	switch e.(type) {
	case nil, *subword.Model, absent:
		return false
	}
	return true
}

// Prepare asks e for the vectors that [Replace] with the same arguments will
// need, and keeps them in the database, batch by batch, so that its transaction
// calls nobody. What was kept by an earlier call is not asked for again. It does
// nothing when e is the built-in embedder.
func Prepare(ctx context.Context, db *postgres.DB, corpus string, entries []Entry, e Embedder, progress Progress) error {
	if !asksOthers(e) {
		return nil
	}
	hashes, texts, err := unstaged(ctx, db, corpus, entries, e, progress)
	if err != nil {
		return fmt.Errorf("retrieval: read what to embed: %w", err)
	}
	for at := 0; at < len(texts); at += stagedBatch {
		progress.say("Calcul des vecteurs", at, len(texts))
		end := min(at+stagedBatch, len(texts))
		vectors, err := embed(ctx, e, texts[at:end])
		if err != nil {
			return err
		}
		err = db.Own(ctx, func(tx pgx.Tx) error {
			batch := &pgx.Batch{}
			for i, v := range vectors {
				batch.Queue("insert into staged_vectors (name, version, hash, embedding) values ($1, $2, $3, $4) on conflict do nothing",
					e.Name(), e.Version(), hashes[at+i], pgvector.NewVector(v))
			}
			return tx.SendBatch(ctx, batch).Close()
		})
		if err != nil {
			return fmt.Errorf("retrieval: keep vectors: %w", err)
		}
	}
	progress.say("Calcul des vecteurs", len(texts), len(texts))
	return nil
}

// Ahead is [Prepare] for a load that keeps the embedder that serves, when that
// is external. Its failure is no reason not to load: passages without a vector
// are found by their words until [Reembed] completes them. Then note says why,
// in French.
func Ahead(ctx context.Context, db *postgres.DB, corpus string, entries []Entry, external Embedder, progress Progress) (note string, err error) {
	if !asksOthers(external) {
		return "", nil
	}
	var serves bool
	if err := db.Own(ctx, func(tx pgx.Tx) error {
		serves, err = Serves(ctx, tx, external)
		return err
	}); err != nil || !serves {
		return "", err
	}
	if err := Prepare(ctx, db, corpus, entries, external, progress); err != nil {
		return fault.Message(err), ctx.Err()
	}
	return "", nil
}

// unstaged reads the texts that need a vector of e's and have none, each once.
func unstaged(ctx context.Context, db *postgres.DB, corpus string, entries []Entry, e Embedder, progress Progress) (hashes [][]byte, texts []string, err error) {
	err = db.Own(ctx, func(tx pgx.Tx) error {
		r, err := begin(ctx, tx, corpus, entries, e, progress)
		if err != nil {
			return err
		}
		if _, err := r.want(); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select distinct on (hash) hash, text from wanted w
			where not exists (select from staged_vectors s where s.name = $1 and s.version = $2 and s.hash = w.hash) order by hash`, e.Name(), e.Version())
		if err != nil {
			return err
		}
		for rows.Next() {
			var hash []byte
			var text string
			if err := rows.Scan(&hash, &text); err != nil {
				return err
			}
			hashes, texts = append(hashes, hash), append(texts, text)
		}
		return rows.Err()
	})
	return hashes, texts, err
}

// embed asks e for vectors and checks that they are what it promises.
func embed(ctx context.Context, e Embedder, texts []string) ([][]float32, error) {
	vectors, err := e.EmbedDocuments(ctx, texts)
	if err != nil {
		return nil, fmt.Errorf("retrieval: embed: %w", err)
	}
	if len(vectors) != len(texts) {
		return nil, fmt.Errorf("retrieval: embedder %s gave %d vectors for %d texts", e.Name(), len(vectors), len(texts))
	}
	for _, v := range vectors {
		if len(v) != e.Dimension() {
			return nil, fmt.Errorf("retrieval: embedder %s gave a vector of %d dimensions, not %d", e.Name(), len(v), e.Dimension())
		}
	}
	return vectors, nil
}

// unstage takes the vectors wanted from the stage, and counts them.
func (r replacing) unstage() (int, error) {
	tag, err := r.tx.Exec(r.ctx, `insert into vectors select w.id, s.embedding
		from wanted w join staged_vectors s on s.name = $1 and s.version = $2 and s.hash = w.hash`, r.e.Name(), r.e.Version())
	if err != nil {
		return 0, fmt.Errorf("retrieval: take kept vectors: %w", err)
	}
	return int(tag.RowsAffected()), nil
}

// clear removes from the stage what has just been put in place. What others
// are preparing stays.
func (r replacing) clear() error {
	_, err := r.tx.Exec(r.ctx, "delete from staged_vectors s using wanted w where s.name = $1 and s.version = $2 and s.hash = w.hash", r.e.Name(), r.e.Version())
	return err
}

// abandon empties the stage: another embedder serves from now on.
func (r replacing) abandon() error {
	_, err := r.tx.Exec(r.ctx, "delete from staged_vectors")
	return err
}
