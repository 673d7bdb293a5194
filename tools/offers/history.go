package offers

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/postgres"
	"tandem/tools/delay"
)

// sightings are v's offers as a history sees them. An offer was last seen when
// its portfolio was last listed whole before it closed, or when it came. Those
// closed when they came are not there: nobody saw them open.
const sightings = `
select o.id, o.fields, o.created_at, o.stored_at,
  greatest(o.stored_at, coalesce((select max(l.at) from offer_lists l
    where (l.agency, l.company) in ((o.agency, ''), ('', o.company)) and (o.closed_at is null or l.at < o.closed_at)), o.stored_at)),
  o.closed_at
from offers o
where %s and (o.state = 'open' or o.closed_at > o.stored_at)
order by o.id`

// History calls each with what became of every offer of v's portfolio, for
// [delay.HistoryWriter]: facts and dates, no title, no text, no employer.
func (s *Store) History(ctx context.Context, v postgres.Visitor, each func(delay.Observed) error) error {
	if err := hasPortfolio(v); err != nil {
		return err
	}
	return s.db.As(ctx, v, func(tx pgx.Tx) error {
		mine, whose := portfolioOf(v)
		rows, err := tx.Query(ctx, fmt.Sprintf(sightings, mine), whose)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var o delay.Observed
			var fields []byte
			var gone *time.Time
			if err := rows.Scan(&o.ID, &fields, &o.Created, &o.First, &o.Last, &gone); err != nil {
				return err
			}
			if gone != nil {
				o.Gone = *gone
			}
			if err := json.Unmarshal(fields, &o.Offer); err != nil {
				return err
			}
			if err := each(o); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}
