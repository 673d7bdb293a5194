package offers

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fold"
	"tandem/internal/postgres"
	"tandem/tools/delay"
)

// List is the answer to a [Filter]: how many offers fit, and the first of them.
// Filter is what was understood, in French, and Criteria the same part by part.
type List struct {
	Total    int         `json:"total"`
	Blocked  int         `json:"blocked"` // of them, blocked by the legality check
	High     int         `json:"high"`    // of them, in the top band
	Band     string      `json:"band"`    // what the top band is, in French
	Filter   string      `json:"filter"`
	Criteria []Criterion `json:"criteria"`
	Asked    Filter      `json:"asked"`            // tidied, as Filter says it
	Groups   []Group     `json:"groups,omitempty"` // when it asked for them, the largest first, at most 30
	Rows     []Row       `json:"rows"`
	URL      string      `json:"url"` // of the page that shows the same
}

// Group counts the offers that share a métier, domain, département or contract.
type Group struct {
	Key     string `json:"key"` // "" when they do not say
	Label   string `json:"label"`
	N       int    `json:"n"`
	High    int    `json:"high"`
	Blocked int    `json:"blocked"`
}

// mostGroups keeps a count readable.
const mostGroups = 30

// Row is an offer of a list. Status is the legality check's; Reason is one line
// of why it stands where it does.
type Row struct {
	ID          string     `json:"id"`
	Title       string     `json:"title"`
	ROME        string     `json:"rome"`
	Contract    string     `json:"contract"`
	Departement string     `json:"departement"`
	Status      string     `json:"status"`
	Blocked     bool       `json:"blocked"`
	Probability float64    `json:"probability"`
	MedianDays  float64    `json:"median_days"`
	Band        string     `json:"band"` // the model's own; High is the one that is alerted of
	High        bool       `json:"high"`
	Alert       bool       `json:"alert"` // waits for a counsellor; recruiters are not told
	Standing    Standing   `json:"standing"`
	CreatedAt   time.Time  `json:"created_at"`
	ContactedAt *time.Time `json:"contacted_at"`
	Reason      string     `json:"reason"`
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
	list := List{Filter: f.String(), Criteria: f.Criteria(), Asked: f, Band: s.Band.String(), URL: "/portefeuille?" + f.Query().Encode(), Rows: []Row{}}
	where, args := f.where(v)
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `select count(*), count(*) filter (where blocked), count(*) filter (where high) from offers where `+where, args...).
			Scan(&list.Total, &list.Blocked, &list.High)
		if err != nil {
			return err
		}
		if f.Group != "" {
			key := `coalesce(` + f.Group + `, '')` // one of Groups: tidy has checked
			rows, err := tx.Query(ctx, `select `+key+`, count(*), count(*) filter (where high), count(*) filter (where blocked) from offers where `+where+
				fmt.Sprintf(` group by 1 order by 2 desc, 1 limit %d`, mostGroups), args...)
			if err != nil {
				return err
			}
			if list.Groups, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (g Group, err error) {
				err = row.Scan(&g.Key, &g.N, &g.High, &g.Blocked)
				g.Label = groupLabel(f.Group, g.Key)
				return g, err
			}); err != nil {
				return err
			}
		}
		rows, err := tx.Query(ctx, `
select id, title, coalesce(rome, ''), coalesce(contract, ''), coalesce(departement, ''), coalesce(verdict->>'status', ''), blocked,
  coalesce(probability, 0), high, exists (select from offer_alerts a where a.offer = first.id and a.handled_at is null),
  created_at, contacted_at, coalesce(verdict #>> '{findings,0,title}', ''), coalesce(forecast, '{}'),
  (select count(*) from unnest(g.quantiles) q where q < probability), coalesce(g.offers, 0), coalesce(g.alike, 0)
from (select * from offers where `+where+` order by `+orders[f.Order]+fmt.Sprintf(` limit %d`, f.Limit)+`) as first -- only these are taken apart
left join lateral tandem_similar(measure, contract, domain, departement) g on true
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

func groupLabel(group, key string) string {
	switch {
	case key == "":
		return "non précisé"
	case group == "departement":
		return DepartementName(key) + " (" + key + ")"
	case group == "contract":
		return ContractLabel(key)
	case group == "domain":
		return key + " (" + grandsDomaines[key[0]] + ")"
	}
	return key
}

var orders = map[string]string{
	byProbability: "probability desc nulls last, id",
	byDate:        "created_at desc, id",
	byAge:         "created_at, id desc",
	byContact:     "coalesce(contacted_at, created_at), id",
}

// portfolioOf is the condition on an offer to be in v's portfolio, and its $1.
func portfolioOf(v postgres.Visitor) (condition, whose string) {
	if v.Role == postgres.Recruiter {
		return "company = $1", v.Company
	}
	return "agency = $1", v.Agency
}

// where is f as conditions. Every word of the person is a parameter; only the
// constants below are SQL. The first condition is for the planner, which cannot
// see that row-level security, an « or », is one of two columns for this visitor:
// it keeps an index in use and nobody's offers out of sight.
func (f Filter) where(v postgres.Visitor) (string, []any) {
	mine, whose := portfolioOf(v)
	clauses, args := []string{mine}, []any{whose}
	add := func(clause string, value any) {
		args = append(args, value)
		clauses = append(clauses, fmt.Sprintf(clause, len(args)))
	}
	if f.ID != "" {
		add("id in ($%[1]d, upper($%[1]d))", f.ID)
	}
	switch len(f.ROME) {
	case 1:
		add("starts_with(rome, $%d)", f.ROME)
	case 3:
		add("domain = $%d", f.ROME)
	case 5:
		add("rome = $%d", f.ROME)
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
	if f.High {
		clauses = append(clauses, "high")
	}
	if f.Alert {
		// From the alerts, which are few, to their offers: as a condition on each offer
		// it took three times as long as counting all.
		add("id = any (array(select a.offer from offer_alerts a where a.handled_at is null and a.agency = $%d))", v.Agency)
	}
	if f.Tight {
		add("domain = any ($%d)", delay.Tight(tight))
	}
	if f.IdleDays > 0 {
		add("coalesce(contacted_at, created_at) <= now() - make_interval(days => $%d)", f.IdleDays)
	}
	if f.OpenDays > 0 {
		add("created_at <= now() - make_interval(days => $%d)", f.OpenDays)
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
	var alike int
	if err := row.Scan(&r.ID, &r.Title, &r.ROME, &r.Contract, &r.Departement, &r.Status, &r.Blocked, &probability, &r.High, &r.Alert,
		&r.CreatedAt, &r.ContactedAt, &finding, &raw, &r.Standing.Percentile, &r.Standing.Peers, &alike); err != nil {
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
	if r.Standing.Peers > 0 {
		r.Standing.Group = alikeWords(alike, r.Contract, r.ROME[:min(3, len(r.ROME))], r.Departement)
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
