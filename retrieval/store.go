package retrieval

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
)

// Store finds passages. Its methods may be used from several goroutines.
type Store struct {
	db       *postgres.DB
	external atomic.Pointer[Embedder]
	embedder atomic.Pointer[Embedder] // the one that made the vectors, as last seen
	reading  chan struct{}            // full while it is read: the built-in one takes half a second, once and not once a waiting search
	recent   recent
}

// New returns a store over db. external is the embedder to use when the
// passages were indexed with one that is not stored in the database; nil means
// the built-in one only. While the one that made the vectors is not at hand,
// passages are found by their words.
func New(db *postgres.DB, external Embedder) *Store {
	s := &Store{db: db, recent: newRecent(), reading: make(chan struct{}, 1)}
	s.Use(external)
	return s
}

// Use makes external the external embedder from now on.
func (s *Store) Use(external Embedder) {
	s.external.Store(&external)
	s.embedder.Store(nil)
}

// Away is the name of the embedder that made the vectors that serve now, when
// it is not at hand; "" when it is.
func (s *Store) Away(ctx context.Context) (name string, err error) {
	s.embedder.Store(nil)
	e, err := s.current(ctx)
	if err != nil {
		return "", err
	}
	if a, away := e.(absent); away {
		return a.Name(), nil
	}
	return "", nil
}

const (
	defaultLimit = 10
	maxLimit     = 50
)

// Search returns the passages nearest to q, best first; none when nothing is
// near enough to be an answer. Exact codes and exact titles come first. A
// métier is also found by its appellations.
func (s *Store) Search(ctx context.Context, q Query) ([]Passage, error) {
	found, known := s.recent.get(ctx, s, q)
	if !known {
		by := fused()
		a := ask(q, by)
		all, err := s.search(ctx, &a)
		if err != nil {
			return nil, err
		}
		found = by.answer(all)
		if !a.finders[byTrigrams] { // not one by words alone, while the embedder is away
			s.recent.put(q, a.generation, found)
		}
	}
	passages := make([]Passage, 0, len(found))
	for _, f := range found {
		passages = append(passages, f.Passage)
	}
	return passages, nil
}

// found is a passage with the raw evidence for it.
type found struct {
	Passage
	exact    bool // by its name or code, or one of its appellations
	measures []float64
}

// search leaves in a which generation of the passages answered.
func (s *Store) search(ctx context.Context, a *asked) ([]found, error) {
	if a.words == "" {
		return nil, nil
	}
	results, err := s.read(ctx, a)
	if errors.Is(err, errStale) { // a load, here or in another process, changed the embedder
		s.embedder.Store(nil)
		results, err = s.read(ctx, a)
	}
	return results, err
}

func (s *Store) read(ctx context.Context, a *asked) (results []found, err error) {
	e, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	// Before the transaction: an external embedder answers when it likes.
	v, err := a.embed(ctx, e)
	if err != nil {
		return nil, err
	}
	err = s.db.Batch(ctx, func(b *pgx.Batch) { a.queue(b, v) }, func(answers pgx.BatchResults) error {
		results, err = a.collect(answers, e.Version())
		return err
	})
	a.sign(results, e, v)
	return results, err
}

// current is the embedder that made the vectors that serve, as last seen.
func (s *Store) current(ctx context.Context) (e Embedder, err error) {
	if e := s.embedder.Load(); e != nil {
		return *e, nil
	}
	select { // a search that is given up does not wait for its turn
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if e := s.embedder.Load(); e != nil {
		return *e, nil
	}
	external := s.external.Load()
	if err = s.db.Read(ctx, func(tx pgx.Tx) error {
		e, err = Current(ctx, tx, *external)
		return err
	}); err != nil {
		return nil, err
	}
	if e == nil {
		return nil, fault.New(fault.Unavailable, "Le ROME n'est pas encore chargé. Réessayez dans une minute.")
	}
	s.embedder.Store(&e)
	if s.external.Load() != external { // Use was called meanwhile
		s.embedder.Store(nil)
	}
	return e, nil
}

// kindsOf are the kinds that may answer q.
func kindsOf(q Query) []string {
	if len(q.Kinds) > 0 {
		return q.Kinds
	}
	switch q.Corpus {
	case ROME:
		return []string{Metier, Appellation, Competence, Savoir, SavoirEtre, Contexte}
	case Charter, Law:
		return []string{q.Corpus}
	}
	return []string{Metier, Appellation, Competence, Savoir, SavoirEtre, Contexte, Charter, Law}
}

// ByID returns the passages of corpus with these ids, in their order; ids that
// do not exist are left out.
func (s *Store) ByID(ctx context.Context, corpus string, ids ...string) ([]Passage, error) {
	var passages []Passage
	err := s.db.Read(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select corpus, id, kind, title, text, url, meta from passages
			where id = any ($2) and corpus = $1 order by array_position($2, id)`, corpus, ids)
		if err != nil {
			return err
		}
		passages, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Passage, err error) {
			return p, row.Scan(&p.Corpus, &p.ID, &p.Kind, &p.Title, &p.Text, &p.URL, &p.Meta)
		})
		return err
	})
	return passages, err
}
