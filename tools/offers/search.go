package offers

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fold"
	"tandem/internal/postgres"
	"tandem/tools/delay"
)

// List is the answer to a [Filter]: how many offers fit, and the first of them.
// Filter is what was understood, in French.
type List struct {
	Total   int    `json:"total"`
	Blocked int    `json:"blocked"` // of them, blocked by the legality check
	High    int    `json:"high"`    // of them, in the top band of risk
	Filter  string `json:"filter"`
	Rows    []Row  `json:"rows"`
}

// Row is an offer of a list. Status is the legality check's; Reason is one line
// of why it stands where it does.
type Row struct {
	ID          string    `json:"id"`
	Title       string    `json:"title"`
	ROME        string    `json:"rome"`
	Contract    string    `json:"contract"`
	Departement string    `json:"departement"`
	Status      string    `json:"status"`
	Blocked     bool      `json:"blocked"`
	Probability float64   `json:"probability"`
	MedianDays  float64   `json:"median_days"`
	Band        string    `json:"band"`
	CreatedAt   time.Time `json:"created_at"`
	Reason      string    `json:"reason"`
}

// Search lists the offers of v's portfolio that fit f. Returns fault.Invalid
// when f cannot be understood, fault.Forbidden when v has no portfolio.
func (s *Store) Search(ctx context.Context, v postgres.Visitor, f Filter) (List, error) {
	f, err := f.tidy()
	if err != nil {
		return List{}, err
	}
	if err := hasPortfolio(v); err != nil {
		return List{}, err
	}
	list := List{Filter: f.String()}
	where, args := f.where()
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `select count(*), count(*) filter (where blocked), count(*) filter (where probability > `+high+`) from offers where `+where, args...).
			Scan(&list.Total, &list.Blocked, &list.High)
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
select id, title, coalesce(rome, ''), coalesce(contract, ''), coalesce(departement, ''), coalesce(verdict->>'status', ''), blocked,
  coalesce(probability, 0), created_at, coalesce(verdict #>> '{findings,0,title}', ''), coalesce(forecast, '{}')
from (select * from offers where `+where+` order by `+orders[f.Order]+fmt.Sprintf(` limit %d`, f.Limit)+`) as first -- only these are taken apart
order by `+orders[f.Order], args...)
		if err != nil {
			return err
		}
		list.Rows, err = pgx.CollectRows(rows, readRow)
		return err
	})
	if list.Rows == nil {
		list.Rows = []Row{}
	}
	return list, err
}

// high is the top band, as SQL: rounding to real must not move an offer across.
var high = strconv.FormatFloat(delay.High, 'f', -1, 64) + "::real"

var orders = map[string]string{
	byProbability: "probability desc nulls last, id",
	byDate:        "created_at desc, id",
}

// where is f as conditions. Every word of the person is a parameter; only the
// constants below are SQL.
func (f Filter) where() (string, []any) {
	clauses, args := []string{"true"}, []any{}
	add := func(clause string, value any) {
		args = append(args, value)
		clauses = append(clauses, fmt.Sprintf(clause, len(args)))
	}
	if f.ID != "" {
		add("id = $%d", f.ID)
	}
	if f.ROME != "" {
		add("starts_with(rome, $%d)", f.ROME)
	}
	for w := range strings.FieldsSeq(f.Title) {
		add("strpos(lower(unaccent(title)), $%d) > 0", w)
	}
	if f.Departement != "" {
		add("departement = $%d", f.Departement)
	}
	if f.Town != "" {
		add("lower(unaccent(fields->>'town')) = $%d", fold.String(f.Town))
	}
	if f.Contract != "" {
		add("contract = $%d", f.Contract)
	}
	if f.Threshold != nil {
		add("probability >= $%d", float32(*f.Threshold))
	}
	if f.Blocked != nil {
		add("blocked = $%d", *f.Blocked)
	}
	if f.State != all {
		add("state = $%d", f.State)
	}
	return strings.Join(clauses, " and "), args
}

func readRow(row pgx.CollectableRow) (Row, error) {
	var r Row
	var finding string
	var probability float32
	var raw []byte
	if err := row.Scan(&r.ID, &r.Title, &r.ROME, &r.Contract, &r.Departement, &r.Status, &r.Blocked, &probability, &r.CreatedAt, &finding, &raw); err != nil {
		return Row{}, err
	}
	var f delay.Forecast
	if err := json.Unmarshal(raw, &f); err != nil {
		return Row{}, err
	}
	r.Probability, r.MedianDays, r.Band = float64(probability), f.MedianDays, f.Band
	if f.Probability != 0 {
		r.Probability = f.Probability // unrounded
	}
	r.Reason = reason(finding, r.Blocked, f)
	return r, nil
}

// reason is the finding of a blocked offer, else the two facts that count most
// in the direction in which the forecast leans.
func reason(finding string, blocked bool, f delay.Forecast) string {
	if finding != "" {
		if blocked {
			return "Bloquée : " + finding
		}
		return "À vérifier : " + finding
	}
	slower := f.Probability >= f.BaseRate
	c := slices.Clone(f.Contributions)
	slices.SortStableFunc(c, func(a, b delay.Contribution) int {
		switch {
		case a.LogOdds == b.LogOdds:
			return 0
		case (a.LogOdds > b.LogOdds) == slower:
			return -1
		}
		return 1
	})
	var facts []string
	for _, x := range c[:min(2, len(c))] {
		if x.LogOdds > 0 == slower {
			facts = append(facts, x.Factor)
		}
	}
	switch {
	case len(facts) == 0:
		return ""
	case slower:
		return "Allonge le délai : " + strings.Join(facts, " ; ")
	}
	return "Raccourcit le délai : " + strings.Join(facts, " ; ")
}
