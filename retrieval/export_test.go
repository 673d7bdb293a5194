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
			"prepare plan_of_search (text, text[], text[], text[], text, text, vector, float8[], int, text[]) as " + searchSQL} {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		rows, err := tx.Query(ctx, "explain (costs off) execute plan_of_search (null, null, null, null, null, null, null, null, null, null)",
			pgx.QueryExecModeSimpleProtocol)
		if err != nil {
			return err
		}
		lines, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return strings.Join(lines, "\n"), err
}
