package offers

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/postgres"
	"tandem/tools/delay"
)

// Problem is a record that was not taken, and why, in French. Line is its line
// in the file it came from, 0 when it came from none.
type Problem struct {
	Line int    `json:"line,omitempty"`
	ID   string `json:"id,omitempty"`
	Why  string `json:"why"`
}

// Imported counts what an import did. Refused lists at most 1000 of the records
// that were not taken, Bad counts them all.
type Imported struct {
	Added   int       `json:"added"`
	Changed int       `json:"changed"`
	Same    int       `json:"same"`
	Bad     int       `json:"bad"`
	Closed  int       `json:"closed"` // by [Store.ImportWhole]
	Refused []Problem `json:"refused"`
}

func (done *Imported) refuse(p Problem) {
	p.ID = cut(p.ID, 64)
	if done.Bad++; len(done.Refused) < maxProblems {
		done.Refused = append(done.Refused, p)
	}
}

// What one transaction holds at most: long enough to be fast, short enough that
// an interrupted import keeps most of its work and that memory stays small.
const (
	batchOffers = 500
	batchBytes  = 4 << 20
)

// Import adds or replaces offers by id, in v's portfolio: see [Store.ImportFrom].
func (s *Store) Import(ctx context.Context, v postgres.Visitor, offers []Offer) (Imported, error) {
	return s.ImportFrom(ctx, v, func(each func(Offer) error, _ func(Problem)) error {
		for _, o := range offers {
			if err := each(o); err != nil {
				return err
			}
		}
		return nil
	}, nil)
}

// ImportFrom adds or replaces the offers of source by id, in v's portfolio: the
// agency of a counsellor, the company of a recruiter. What their records do not
// say is read from their text; then each is assessed. Doing it again changes
// nothing. Of several with one id, the last counts. Offers that cannot be taken,
// or that belong to another portfolio, are listed and the others kept.
//
// Offers are stored in their order, 500 a transaction: after an error, or when
// ctx ends, what was counted is stored and the rest is not, so the same import
// goes on where it was. progress, which may be nil, is told after each
// transaction. Returns fault.Forbidden if v has no portfolio.
func (s *Store) ImportFrom(ctx context.Context, v postgres.Visitor, source Source, progress func(Imported)) (Imported, error) {
	done := Imported{Refused: []Problem{}}
	if err := hasPortfolio(v); err != nil {
		return done, err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)

	// Reading, assessing and writing go on at once; batches stay in order, so that
	// of two offers with one id the later one wins.
	type prepared struct {
		rows    []stored
		refused []Problem
	}
	compared, err := s.compared(ctx, v)
	if err != nil {
		return done, err
	}
	next := batchOffers // stored before groups are measured for the first time
	queue := make(chan chan prepared, runtime.GOMAXPROCS(0))
	written := make(chan struct{})
	go func() {
		defer close(written)
		for batch := range queue {
			p := <-batch
			if ctx.Err() != nil {
				continue // the reader must not wait for ever
			}
			for _, problem := range p.refused {
				done.refuse(problem)
			}
			err := s.upsert(ctx, v, p.rows, &done)
			if stored := done.Added + done.Changed; err == nil && !compared && stored >= next {
				// In a service without offers nothing is similar yet, and the model's own
				// band may be half of what comes: groups are measured as they come to be.
				next = 4 * stored
				err = s.Level(ctx, v, 0)
			}
			if err != nil {
				stop(err)
				continue
			}
			if progress != nil {
				progress(done)
			}
		}
	}()
	var pending []Offer
	size := 0
	flush := func() error {
		offers := pending
		pending, size = nil, 0
		batch := make(chan prepared, 1)
		select {
		case queue <- batch:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		go func() {
			var p prepared
			p.rows, p.refused = s.prepare(v, offers)
			batch <- p
		}()
		return nil
	}
	var unread Imported // apart: the writer counts in done
	err = source(func(o Offer) error {
		pending = append(pending, o)
		if size += len(o.Title) + len(o.Body); len(pending) < batchOffers && size < batchBytes {
			return nil
		}
		return flush()
	}, unread.refuse)
	if len(pending) > 0 && ctx.Err() == nil { // also of a file that is cut: what was read is good
		_ = flush() // fails only when ctx has ended, which is told below
	}
	close(queue)
	<-written
	done.Bad += unread.Bad
	done.Refused = append(done.Refused, unread.Refused...)
	slices.SortStableFunc(done.Refused, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	done.Refused = done.Refused[:min(len(done.Refused), maxProblems)]
	if ctx.Err() != nil {
		return done, context.Cause(ctx)
	}
	if stored := done.Added + done.Changed; err == nil && stored > 0 {
		err = s.Level(ctx, v, afterImport(stored))
	}
	return done, err
}

// stored is a row of the table, as JSON that Postgres reads in one go.
type stored struct {
	ID          string          `json:"id"`
	Agency      string          `json:"agency"`
	Company     string          `json:"company"`
	Title       string          `json:"title"`
	Body        string          `json:"body"`
	Fields      Fields          `json:"fields"`
	ROME        string          `json:"rome,omitempty"`
	Contract    string          `json:"contract,omitempty"`
	Departement string          `json:"departement,omitempty"`
	State       string          `json:"state"`
	CreatedAt   *time.Time      `json:"created_at"`
	Verdict     json.RawMessage `json:"verdict,omitempty"`
	Blocked     bool            `json:"blocked"`
	Forecast    delay.Forecast  `json:"forecast"`
	Measure     string          `json:"measure"`
	Probability *float64        `json:"probability"` // null when there are not enough data to say

	line int
}

// prepare tidies and assesses offers, in the order of their ids: one order
// everywhere, so that two imports of the same offers cannot wait for each other.
func (s *Store) prepare(v postgres.Visitor, offers []Offer) (rows []stored, refused []Problem) {
	last := map[string]int{}
	for i, o := range offers {
		last[o.ID] = i
	}
	for i, o := range offers {
		if last[o.ID] != i {
			continue
		}
		if why := o.tidy(); why != "" {
			refused = append(refused, Problem{Line: o.line, ID: o.ID, Why: why})
			continue
		}
		rows = append(rows, s.row(v, o))
	}
	slices.SortFunc(rows, func(a, b stored) int { return cmp.Compare(a.ID, b.ID) })
	return rows, refused
}

func (s *Store) row(v postgres.Visitor, o Offer) stored {
	row := s.assessed(o)
	row.line = o.line
	// Who imports decides whose it is: a record cannot place itself in another
	// agency, nor a recruiter's in any.
	switch v.Role {
	case postgres.Counsellor:
		row.Agency = v.Agency
	case postgres.Recruiter:
		row.Agency, row.Company = "", v.Company
	}
	return row
}

// assessed is o and what the engines find of it now.
func (s *Store) assessed(o Offer) stored {
	found := s.assess(o)
	row := stored{
		ID: o.ID, Agency: o.Agency, Company: o.Company, Title: o.Title, Body: o.Body, Fields: o.Fields,
		ROME: o.Fields.ROME, Contract: o.Fields.Contract, Departement: o.Fields.Departement, State: o.State,
		Verdict: found.Verdict, Blocked: found.Blocked, Forecast: kept(found.Forecast), Measure: string(found.Forecast.Measure),
	}
	if found.Forecast.Insufficient == "" {
		row.Probability = &found.Forecast.Probability
	}
	if !o.CreatedAt.IsZero() {
		at := o.CreatedAt.UTC().Truncate(time.Second)
		row.CreatedAt = &at
	}
	return row
}

// kept is what lists show of a forecast. The rest (curve, levers, sources) is
// computed again from the fields when somebody opens the offer: it is ten times
// as long, the same for many offers, and would be most of what an import writes.
func kept(f delay.Forecast) delay.Forecast {
	c := make([]delay.Contribution, len(f.Contributions))
	for i, x := range f.Contributions {
		c[i] = delay.Contribution{Factor: x.Factor, LogOdds: x.LogOdds}
	}
	return delay.Forecast{Measure: f.Measure, Days: f.Days, Probability: f.Probability, Low: f.Low, High: f.High, MedianDays: f.MedianDays,
		BaseRate: f.BaseRate, BaseGroup: f.BaseGroup, Support: f.Support, Insufficient: f.Insufficient, Band: f.Band, Contributions: c, Model: f.Model}
}

// recordset is what both statements read: $1 the rows, $2 and $3 the band.
const recordset = `(select r.*, ($3::real is null or r.probability >= $3) and
    ($2 = 0 or coalesce(r.probability > g.quantiles[greatest($2, 1)], r.forecast ->> 'band' = 'forte', false)) as high
  from jsonb_to_recordset($1::jsonb) as r(id text, agency text, company text, title text, body text, fields jsonb, rome text,
    contract text, departement text, state text, created_at timestamptz, verdict jsonb, blocked boolean, forecast jsonb, measure text, probability real)
  left join lateral tandem_similar(r.measure, r.contract, left(r.rome, 3), r.departement) g on true) as r`

const insertOffers = `
insert into offers (id, agency, company, title, body, fields, rome, contract, departement, state, created_at, verdict, blocked, forecast, measure, probability, high)
select id, agency, company, title, body, fields, rome, contract, departement, state, coalesce(created_at, now()), verdict, blocked, forecast, measure, probability,
  coalesce(high, false)
from ` + recordset + `
on conflict (id) do nothing
returning id`

// An offer keeps its agency and company where the import does not say them.
const updateOffers = `
update offers o set
  agency = coalesce(nullif(r.agency, ''), o.agency), company = coalesce(nullif(r.company, ''), o.company),
  title = r.title, body = r.body, fields = r.fields, rome = r.rome, contract = r.contract, departement = r.departement, state = r.state,
  created_at = coalesce(r.created_at, o.created_at), verdict = r.verdict, blocked = r.blocked, forecast = r.forecast, measure = r.measure,
  probability = r.probability, high = coalesce(r.high, false)
from ` + recordset + `
where o.id = r.id and not (r.id = any ($4)) and
  (o.agency, o.company, o.title, o.body, o.fields, o.rome, o.contract, o.departement, o.state, o.created_at, o.verdict, o.blocked, o.forecast) is distinct from
  (coalesce(nullif(r.agency, ''), o.agency), coalesce(nullif(r.company, ''), o.company), r.title, r.body, r.fields, r.rome, r.contract, r.departement, r.state,
   coalesce(r.created_at, o.created_at), r.verdict, r.blocked, r.forecast)`

// upsert adds what is new, then changes what differs. The insert cannot be one
// statement with the update: on conflict do update fails altogether on a row
// that row-level security hides, where do nothing leaves it alone.
func (s *Store) upsert(ctx context.Context, v postgres.Visitor, rows []stored, done *Imported) error {
	if len(rows) == 0 {
		return nil
	}
	data, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("offers: %w", err)
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	percentile, p := s.Band.args()
	var added, visible []string
	var changed int
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		var err error
		if added, err = column(ctx, tx, insertOffers, string(data), percentile, p); err != nil {
			return err
		}
		if changed, visible = 0, added; len(added) == len(rows) {
			return nil
		}
		tag, err := tx.Exec(ctx, updateOffers, string(data), percentile, p, added)
		if err != nil {
			return err
		}
		changed = int(tag.RowsAffected())
		visible, err = column(ctx, tx, `select id from offers where id = any ($1)`, ids)
		return err
	})
	if err != nil {
		return err
	}
	done.Added += len(added)
	done.Changed += changed
	done.Same += len(visible) - len(added) - changed
	seen := make(map[string]bool, len(visible))
	for _, id := range visible {
		seen[id] = true
	}
	for _, r := range rows {
		if !seen[r.ID] {
			done.refuse(Problem{Line: r.line, ID: r.ID, Why: foreign})
		}
	}
	return nil
}

const foreign = "Ce numéro d'offre appartient à un autre portefeuille."

func column(ctx context.Context, tx pgx.Tx, query string, args ...any) ([]string, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if out == nil {
		out = []string{} // never null: « any (null) » is no list
	}
	return out, err
}
