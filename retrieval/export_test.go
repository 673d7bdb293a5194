package retrieval

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Plan returns the plan of search.sql as the store runs it: the generic one,
// which is the same for every query.
func Plan(ctx context.Context, s *Store) (string, error) {
	var lines []string
	err := s.db.Read(ctx, func(tx pgx.Tx) error {
		for _, statement := range []string{prepareSQL,
			"prepare plan_of_search (text, text[], text[], text[], text, text, vector, float8[], int, text[], bool[]) as " + searchSQL} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		rows, err := tx.Query(ctx, "explain (costs off) execute plan_of_search (null, null, null, null, null, null, null, null, null, null, null)",
			pgx.QueryExecModeSimpleProtocol)
		if err != nil {
			return err
		}
		lines, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return strings.Join(lines, "\n"), err
}

// Measured is one candidate of a search, for fitting the weights.
type Measured struct {
	ID       string
	Group    int
	Exact    bool
	Measures []float64
}

// Candidates are what the whole search measures for q before it decides.
func Candidates(ctx context.Context, s *Store, q Query) ([]Measured, error) {
	a := ask(q, fused())
	a.limit = 250
	list, err := s.search(ctx, &a)
	out := make([]Measured, len(list))
	for i, f := range list {
		out[i] = Measured{f.ID, groupOf(f.Kind), f.exact, f.measures}
	}
	return out, err
}

// The shape of the weights, and what they are now.
const (
	Groups   = groups
	Measures = measures
	Signs    = signs
)

func Learned() [groups][measures]float64 { return learned }
