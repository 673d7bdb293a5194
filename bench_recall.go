package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"tandem/internal/postgres"
	"tandem/retrieval"
)

// parts are the passages of each vector index, in the words of its condition
// (see passages_index), which a query must repeat for the index to be used.
var parts = []struct{ name, where string }{
	{"métiers", "kind = 'metier'"},
	{"appellations", "kind = 'appellation'"},
	{"compétences", "kind = 'competence'"},
	{"savoirs", "kind = 'savoir'"},
}

// neighbour is a passage near a query.
type neighbour struct {
	id, metier string
	distance   float64
}

func scanNeighbour(row pgx.CollectableRow) (n neighbour, err error) {
	return n, row.Scan(&n.id, &n.metier, &n.distance)
}

// byScan and byIndex leave the planner one way only, whatever it thinks is
// cheaper at this size.
const byScan = "select set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)"

func byIndex(ef int) string {
	return fmt.Sprintf("select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true), "+
		"set_config('hnsw.ef_search', '%d', true), set_config('plan_cache_mode', 'force_generic_plan', true)", ef)
}

// nearest are the passages nearest to v, found the way that the settings leave:
// so many from each of the parts, each by its own index.
func nearest(ctx context.Context, db *postgres.DB, settings string, limit int, v *pgvector.Vector, wheres ...string) (near []neighbour, err error) {
	err = db.Read(ctx, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		batch.Queue(settings)
		batch.Queue(nearestSQL(settings, limit, wheres...), v)
		answers := tx.SendBatch(ctx, batch)
		defer func() { _ = answers.Close() }() // its error is that of the query
		if _, err := answers.Exec(); err != nil {
			return err
		}
		rows, err := answers.Query()
		if err != nil {
			return err
		}
		near, err = pgx.CollectRows(rows, scanNeighbour)
		return err
	})
	return near, err
}

// nearestSQL differs from one way to the other, because the plan of a prepared
// statement is kept and settings do not change it. The limit is written out:
// the planner must know that it is small.
func nearestSQL(settings string, limit int, wheres ...string) string {
	way := "index"
	if settings == byScan {
		way = "scan"
	}
	var scans []string
	for _, where := range wheres {
		scans = append(scans, fmt.Sprintf("(select id, coalesce(parent, id) as metier, embedding <=> $1 as distance from passages where %s order by embedding <=> $1 limit %d)", where, limit))
	}
	return "/* " + way + " */ select id, metier, distance from (" + strings.Join(scans, " union all ") + ") one order by distance"
}

// indexed fails when a part has no vector index of its own: the planner would
// scan in silence, and find everything.
func indexed(ctx context.Context, db *postgres.DB, where string, v *pgvector.Vector) error {
	return db.Read(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, byIndex(efSearch)); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, "explain (costs off) "+nearestSQL(byIndex(efSearch), 10, where), pgx.QueryExecModeSimpleProtocol, v)
		if err != nil {
			return err
		}
		plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if text := strings.Join(plan, "\n"); err == nil && !strings.Contains(text, "Order By: (embedding <=>") {
			return fmt.Errorf("bench: no vector index serves %s (see passages_index):\n%s", where, text)
		}
		return err
	})
}

// recall compares what the vector indexes find with what is nearest.
func (s searching) recall(ctx context.Context, t *table) error {
	vectors, err := s.vectors(ctx, max(1, s.n/2))
	if err != nil {
		return err
	}
	for _, p := range parts {
		if err := indexed(ctx, s.db, p.where, vectors[0]); err != nil {
			return err
		}
		truth, exact, err := s.tens(ctx, byScan, p.where, vectors)
		if err != nil {
			return err
		}
		var cells []string
		for _, ef := range []int{efSearch / 2, efSearch, 2 * efSearch} {
			got, took, err := s.tens(ctx, byIndex(ef), p.where, vectors)
			if err != nil {
				return err
			}
			cell := fmt.Sprintf("%.3f at ef %d (%s)", agreement(truth, got), ef, took)
			if ef == efSearch {
				cell = "**" + cell + "**"
			}
			cells = append(cells, cell)
		}
		t.row(fmt.Sprintf("HNSW recall@10 of %d exact searches, %s", len(vectors), p.name), fmt.Sprintf("%s; exact: %s", strings.Join(cells, ", "), exact))
	}
	return nil
}

// tens finds the ten nearest to each vector.
func (s searching) tens(ctx context.Context, settings, where string, vectors []*pgvector.Vector) (tens [][]neighbour, took times, err error) {
	tens = make([][]neighbour, len(vectors))
	for range 2 { // the first time plans and reads the disk
		if took, err = each(ctx, 1, len(vectors), func(i int) (err error) {
			tens[i], err = nearest(ctx, s.db, settings, 10, vectors[i], where)
			return err
		}); err != nil || settings == byScan {
			break
		}
	}
	return tens, took, err
}

// agreement is the share of the nearest that were found. One at the same
// distance as the tenth is as good: ROME says some things twice.
func agreement(truth, got [][]neighbour) float64 {
	found, all := 0, 0
	for i := range truth {
		if len(truth[i]) == 0 {
			continue
		}
		all += len(truth[i])
		limit := truth[i][len(truth[i])-1].distance + 1e-6
		for _, n := range got[i] {
			if n.distance <= limit {
				found++
			}
		}
	}
	return float64(found) / float64(max(1, all))
}

// vectors are those of n queries.
func (s searching) vectors(ctx context.Context, n int) (vectors []*pgvector.Vector, err error) {
	e, err := embedder(ctx, s.db)
	if err != nil {
		return nil, err
	}
	for _, text := range s.texts(len(benchQueries) + len(s.questions)) {
		if len(vectors) == n {
			break
		}
		v, err := vectorOf(ctx, e, text)
		if err != nil {
			return nil, err
		}
		if v != nil {
			vectors = append(vectors, v)
		}
	}
	if len(vectors) == 0 {
		return nil, errors.New("bench: the embedder knows none of the questions")
	}
	return vectors, nil
}

// vectorOf is nil for a text that means nothing to the embedder: it is at no
// distance from anything.
func vectorOf(ctx context.Context, e retrieval.Embedder, text string) (*pgvector.Vector, error) {
	v, err := e.EmbedQuery(ctx, text)
	if err != nil || !slices.ContainsFunc(v, func(x float32) bool { return x != 0 }) {
		return nil, err
	}
	vector := pgvector.NewVector(v)
	return &vector, nil
}

// embedder is the one that made the vectors.
func embedder(ctx context.Context, db *postgres.DB) (e retrieval.Embedder, err error) {
	err = db.Read(ctx, func(tx pgx.Tx) (err error) {
		e, err = retrieval.Current(ctx, tx, nil)
		return err
	})
	return e, err
}
