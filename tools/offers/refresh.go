package offers

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
)

const outdated = `select id, title, body, fields, state, created_at from offers
where state = 'open' and id > $1 and (forecast ->> 'model' is distinct from $2 or verdict ->> 'version' is distinct from $3)
order by id limit $4`

const refreshOffers = `
update offers o set verdict = r.verdict, blocked = r.blocked, forecast = r.forecast, measure = r.measure, probability = r.probability, high = coalesce(r.high, false)
from ` + recordset + `
where o.id = r.id`

// Refresh assesses again the open offers of all portfolios that another delay
// model or rule set assessed, so that a new one, or another target, is not mixed
// with the old; alerts of those that enter the top band are raised. It returns how
// many there were. It works as the owner of the tables and for nobody: nothing of
// an offer leaves it. When it is interrupted, the next goes on.
func (s *Store) Refresh(ctx context.Context) (int, error) {
	now := s.assess(Offer{Title: "x"})
	var rules struct {
		Version *string `json:"version"`
	}
	if now.Verdict != nil {
		if err := json.Unmarshal(now.Verdict, &rules); err != nil {
			return 0, fmt.Errorf("offers: verdict: %w", err)
		}
	}
	percentile, p := s.Band.args()
	done, last := 0, ""
	for {
		var rows []stored
		err := s.db.Own(ctx, func(tx pgx.Tx) error {
			found, err := tx.Query(ctx, outdated, last, now.Forecast.Model, rules.Version, batchOffers)
			if err != nil {
				return err
			}
			offers, err := pgx.CollectRows(found, func(row pgx.CollectableRow) (o Offer, err error) {
				var fields []byte
				if err = row.Scan(&o.ID, &o.Title, &o.Body, &fields, &o.State, &o.CreatedAt); err != nil {
					return o, err
				}
				return o, json.Unmarshal(fields, &o.Fields)
			})
			if err != nil || len(offers) == 0 {
				return err
			}
			rows = rows[:0]
			for _, o := range offers {
				rows = append(rows, s.assessed(o))
			}
			data, err := json.Marshal(rows)
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, refreshOffers, string(data), percentile, p)
			return err
		})
		if err != nil || len(rows) == 0 {
			return done, err
		}
		done, last = done+len(rows), rows[len(rows)-1].ID
	}
}
