package retrieval

import (
	"context"
	"errors"
	"slices"
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
}

// New returns a store over db. external is the embedder to use when the
// passages were indexed with one that is not stored in the database; nil means
// the built-in one only. While the one that made the vectors is not at hand,
// passages are found by their words.
func New(db *postgres.DB, external Embedder) *Store {
	s := &Store{db: db}
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

// weights of the scorers in the fusion: exact, lexical, trigram, vector.
type weights [4]float64

// Measured on testdata/retrieval-tune.jsonl.
var fused = weights{8, 1, 0.6, 1.2}

const (
	defaultLimit = 10
	maxLimit     = 50
)

// Search returns the passages nearest to q, best first; none when nothing is
// near enough to be an answer. Exact codes and exact titles come first. A
// métier is also found by its appellations.
func (s *Store) Search(ctx context.Context, q Query) ([]Passage, error) {
	found, err := s.answer(ctx, q, fused)
	if err != nil {
		return nil, err
	}
	passages := make([]Passage, 0, len(found))
	for _, f := range found {
		passages = append(passages, f.Passage)
	}
	return passages, nil
}

// answer is what search finds when its best is near enough.
func (s *Store) answer(ctx context.Context, q Query, w weights) ([]found, error) {
	a := s.asked(q, w)
	found, err := s.search(ctx, &a)
	if err != nil || len(found) == 0 || !a.near(found[0]) {
		return nil, err
	}
	return found, nil
}

// found is a passage with the raw evidence for it.
type found struct {
	Passage
	exact    bool
	coverage float64 // share of the query's words, by rarity, that it holds
	likeness float64 // of its title to the query, by trigrams
	cosine   float64
}

// near says whether f is evidence enough for an answer. Fused ranks cannot
// tell: something is always first. Each scorer in use adds its own measure of
// nearness; the sum that is enough was measured on the tuning questions. Charter
// and law are few and written in the words of an answer, so less is enough.
func (a asked) near(f found) bool {
	if f.exact {
		return true
	}
	enough := 0.0
	for i, measure := range nearness {
		if a.weights[i] > 0 && (i != trigram || a.short != "") {
			enough += measure
		}
	}
	if f.Corpus != ROME {
		enough *= 0.33
	}
	return f.coverage+f.likeness+f.cosine > enough
}

// nearness is the share of each scorer in what is near enough.
var nearness = weights{0, 0.5, 0.25, 0.6}

const trigram, vector = 2, 3 // their places in weights

// search turns the vector scorer off in a when the query has no vector.
func (s *Store) search(ctx context.Context, a *asked) ([]found, error) {
	if a.words == "" {
		return nil, nil
	}
	results, err := s.ask(ctx, a)
	if errors.Is(err, errStale) { // a load, here or in another process, changed the embedder
		s.embedder.Store(nil)
		results, err = s.ask(ctx, a)
	}
	return results, err
}

// asked is what q asks of search.sql.
func (s *Store) asked(q Query, w weights) asked {
	a := asked{understood: understand(q.Text), said: said(q.Text), corpus: q.Corpus, kinds: kindsOf(q), weights: w, limit: q.Limit}
	if a.limit <= 0 {
		a.limit = defaultLimit
	}
	a.limit = min(a.limit, maxLimit)
	a.looked = a.kinds
	if slices.Contains(a.kinds, Metier) && !slices.Contains(a.kinds, Appellation) {
		a.looked = append(slices.Clone(a.kinds), Appellation)
	}
	return a
}

func (s *Store) ask(ctx context.Context, a *asked) (results []found, err error) {
	e, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	// Before the transaction: an external embedder answers when it likes.
	v, err := a.embed(ctx, e)
	if err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(tx pgx.Tx) error {
		results, err = a.run(ctx, tx, e.Version(), v)
		return err
	})
	return results, err
}

// current is the embedder that made the vectors that serve, as last seen.
func (s *Store) current(ctx context.Context) (e Embedder, err error) {
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
