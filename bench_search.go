package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"tandem/internal/postgres"
	"tandem/retrieval"
	"tandem/retrieval/rome"
)

// benchQueries are asked beside typed titles; their answers do not matter here.
var benchQueries = []string{"boulanger", "bouché", "dev ouèbe", "aide soignante", "cariste caces 3", "jfai des gateaux", "secrétaire médicale",
	"code rome plombier svp", "conduire un poids lourd", "accueil du public", "tenir une caisse", "soudeur tig", "agent entretien", "educateur jeunes enfants",
	"D1102", "maçon", "réparer des vélos", "garde d'enfant", "serveur en salle", "comptable fournisseur"}

// searching measures retrieval on the passages of db.
type searching struct {
	db        *postgres.DB
	questions []rome.Title
	n         int // how many questions a measure by one client takes
}

func (s searching) measure(ctx context.Context, t *table) error {
	for _, part := range []func(context.Context, *table) error{s.clients, s.sides, s.recall} {
		if err := part(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// texts are n different queries, those of people first.
func (s searching) texts(n int) []string {
	texts := slices.Clone(benchQueries)
	for _, q := range s.questions {
		if !slices.Contains(benchQueries, q.Typed) {
			texts = append(texts, q.Typed)
		}
	}
	return texts[:min(n, len(texts))]
}

// clients asks the whole search, by one client and by many.
func (s searching) clients(ctx context.Context, t *table) error {
	all := s.texts(len(benchQueries) + len(s.questions))
	// A few questions are asked again and again: the second about half as often as
	// the first, the tenth a dozen times less.
	zipf := rand.NewZipf(rand.New(rand.NewPCG(4, 4)), 1.1, 1, uint64(len(all)-1))
	again := make([]string, len(all))
	for i := range again {
		again[i] = all[zipf.Uint64()]
	}
	for _, m := range []struct {
		name    string
		clients int
		texts   []string
	}{
		{"Hybrid search, 1 client", 1, s.texts(s.n)},
		{"Hybrid search, 16 clients", 16, all},
		{"Hybrid search, 16 clients, questions repeated as people do (Zipf)", 16, again},
	} {
		took, err := s.hybrid(ctx, m.clients, m.texts)
		if err != nil {
			return err
		}
		t.row(m.name, fmt.Sprintf("%s, %.0f/s (%d different queries)", took, took.perSecond, different(m.texts)))
	}
	return nil
}

func different(texts []string) int {
	return len(slices.Compact(slices.Sorted(slices.Values(texts))))
}

// hybrid asks texts of a store that has answered none of them.
func (s searching) hybrid(ctx context.Context, clients int, texts []string) (times, error) {
	store := retrieval.New(s.db, nil)
	ask := func(text string) error {
		_, err := store.Search(ctx, retrieval.Query{Text: text, Corpus: retrieval.ROME, Kinds: []string{retrieval.Metier}})
		return err
	}
	// The first query of each connection plans, the first of all reads the embedder.
	if _, err := each(ctx, clients, 4*clients, func(i int) error { return ask(fmt.Sprint("essai numéro ", i)) }); err != nil {
		return times{}, err
	}
	return each(ctx, clients, len(texts), func(i int) error { return ask(texts[i]) })
}

// efSearch is how far search.sql looks in a vector index: what retrieval/search.go sets.
const efSearch = 50

// jobs are the passages that speak for a métier.
const jobs = "kind in ('metier', 'appellation')"

// sides puts the hybrid search beside what could do without it: quality and
// time on the same questions, by one client.
func (s searching) sides(ctx context.Context, t *table) error {
	questions := s.questions[:min(s.n, len(s.questions))]
	store := retrieval.New(s.db, nil)
	e, err := embedder(ctx, s.db)
	if err != nil {
		return err
	}
	const plain = "plain full text (websearch_to_tsquery, ts_rank_cd)"
	for _, side := range []struct {
		name string
		ask  func(text string) ([]string, error)
	}{
		{"hybrid", func(text string) (ids []string, err error) {
			found, err := store.Search(ctx, retrieval.Query{Text: text, Corpus: retrieval.ROME, Kinds: []string{retrieval.Metier}, Limit: 5})
			for _, f := range found {
				ids = append(ids, f.ID)
			}
			return ids, err
		}},
		{"vectors alone, by HNSW", func(text string) ([]string, error) {
			v, err := vectorOf(ctx, e, text)
			if err != nil || v == nil {
				return nil, err
			}
			near, err := nearest(ctx, s.db, byIndex(efSearch), 40, v, parts[0].where, parts[1].where)
			return metiers(near), err
		}},
		{"vectors alone, by exact scan", func(text string) ([]string, error) {
			v, err := vectorOf(ctx, e, text)
			if err != nil || v == nil {
				return nil, err
			}
			near, err := nearest(ctx, s.db, byScan, 40, v, jobs)
			return metiers(near), err
		}},
		{plain, func(text string) ([]string, error) {
			near, err := fullText(ctx, s.db, text)
			return metiers(near), err
		}},
	} {
		if side.name == plain { // last: the index that it would have must not change the plans of the others
			if err := ownIndex(ctx, s.db, "create index bench_text on passages using gin (tsv) with (fastupdate = off) where "+jobs); err != nil {
				return err
			}
		}
		for i := range 20 { // plans and caches; not among the questions
			if _, err := side.ask(benchQueries[i%len(benchQueries)]); err != nil {
				return err
			}
		}
		right := make([]bool, len(questions))
		took, err := each(ctx, 1, len(questions), func(i int) error {
			ids, err := side.ask(questions[i].Typed)
			right[i] = slices.Contains(ids[:min(5, len(ids))], questions[i].Metier)
			return err
		})
		if err != nil {
			return err
		}
		n := 0
		for _, r := range right {
			if r {
				n++
			}
		}
		t.row(fmt.Sprintf("%d typed titles → métier, %s", len(questions), side.name), fmt.Sprintf("recall@5 %.3f, %s", float64(n)/float64(len(right)), took))
	}
	return ownIndex(ctx, s.db, "drop index bench_text")
}

func ownIndex(ctx context.Context, db *postgres.DB, statement string) error {
	return db.Own(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, statement)
		return err
	})
}

// metiers are those that passages are or belong to, the nearest first.
func metiers(near []neighbour) (ids []string) {
	for _, n := range near {
		if !slices.Contains(ids, n.metier) {
			ids = append(ids, n.metier)
		}
	}
	return ids
}

// fullText is what Postgres does by itself, with our dictionary and an index of
// its own (see [searching.sides]).
func fullText(ctx context.Context, db *postgres.DB, text string) (near []neighbour, err error) {
	err = db.Read(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select id, coalesce(parent, id) as metier, 0::float8 as distance
			from passages, websearch_to_tsquery('tandem_french', $1) said where tsv @@ said and `+jobs+`
			order by ts_rank_cd(tsv, said) desc limit 40`, text)
		if err != nil {
			return err
		}
		near, err = pgx.CollectRows(rows, scanNeighbour)
		return err
	})
	return near, err
}

// sizes says what is on the disk.
func (t *table) sizes(ctx context.Context, db *postgres.DB) error {
	d, err := diskOf(ctx, db)
	if err != nil {
		return err
	}
	t.row("– passages on disk", fmt.Sprintf("%s, and %s of indexes", megabytes(d.table), megabytes(d.indexes)))
	t.row("– of which", strings.Join(d.each, ", "))
	t.row("– embedder", megabytes(d.embedder))
	return nil
}

// disk is what passages take, in bytes, and each of their indexes in words.
type disk struct {
	table, indexes, embedder int64
	each                     []string
}

func diskOf(ctx context.Context, db *postgres.DB) (d disk, err error) {
	err = db.Own(ctx, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `select pg_table_size('passages'), pg_indexes_size('passages'), coalesce((select length(model) from embedder), 0)`).
			Scan(&d.table, &d.indexes, &d.embedder); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `select am.amname, pg_get_indexdef(i.indexrelid, 1, false), coalesce(pg_get_expr(i.indpred, i.indrelid), ''), pg_relation_size(i.indexrelid) as size
			from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am am on am.oid = c.relam
			where i.indrelid = 'passages'::regclass order by size desc`)
		if err != nil {
			return err
		}
		var method, column, where string
		var size int64
		_, err = pgx.ForEachRow(rows, []any{&method, &column, &where, &size}, func() error {
			d.each = append(d.each, fmt.Sprintf("%s %s%s %s", method, column, kindsIn(where), megabytes(size)))
			return nil
		})
		return err
	})
	return d, err
}

var quoted = regexp.MustCompile(`'([a-z-]+)'`)

// kindsIn names the kinds in the condition of a partial index.
func kindsIn(where string) string {
	var kinds []string
	for _, m := range quoted.FindAllStringSubmatch(where, -1) {
		kinds = append(kinds, m[1])
	}
	switch {
	case len(kinds) == 0:
		return ""
	case strings.Contains(where, "kind <>") || strings.Contains(where, "NOT"):
		return " (not " + strings.Join(kinds, ", ") + ")"
	}
	return " (" + strings.Join(kinds, ", ") + ")"
}

func megabytes(bytes int64) string {
	if bytes < 10<<20 {
		return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
	}
	return fmt.Sprintf("%d MB", bytes>>20)
}
