package contest

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools/legality"
)

// tally counts matches in memory until they are written: a publication chain
// checks hundreds of offers a second, which no row should have to follow.
type tally struct {
	mu      sync.Mutex
	version string
	matches map[string]int
}

// Count adds what the rules matched in an offer, advice included. An offer that
// is checked again after a correction is not to be counted again.
func (s *Store) Count(v legality.Verdict) {
	t := &s.tally
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.matches == nil {
		t.matches = map[string]int{}
	}
	t.version = v.Version
	for _, list := range [][]legality.Finding{v.Findings, v.Advice} {
		for _, f := range list {
			t.matches[f.Rule]++
		}
	}
}

// Flush writes what was counted. What could not be written is kept for the next
// time.
func (s *Store) Flush(ctx context.Context) error {
	t := &s.tally
	t.mu.Lock()
	version, counts := t.version, t.matches
	t.matches = nil
	t.mu.Unlock()
	if len(counts) == 0 {
		return nil
	}
	text, _ := json.Marshal(counts) // a map of numbers: cannot fail
	err := s.db.As(ctx, postgres.Visitor{ID: "node", Role: postgres.Seeker}, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "select tandem_count_matches($1, $2)", version, text)
		return err
	})
	if err != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.matches == nil {
			t.matches = map[string]int{}
		}
		for rule, n := range counts {
			t.matches[rule] += n
		}
	}
	return err
}

// Figures is what one rule was worth so far, over all versions of the rule set.
type Figures struct {
	Rule       string   `json:"rule"`
	Title      string   `json:"title"`
	Severity   string   `json:"severity"`
	Matches    int64    `json:"matches"`
	Contests   int64    `json:"contests"`
	Waiting    int64    `json:"waiting"`
	Upheld     int64    `json:"upheld"`
	Overridden int64    `json:"overridden"`
	Precision  *float64 `json:"precision"` // share of the matches that no counsellor overrode; nil without any. At most: not all that is wrong is contested
}

// Figures gives every rule of the engine, the most often overridden first, then
// the most contested, then the most matched. Returns fault.Forbidden to who is
// no counsellor.
func (s *Store) Figures(ctx context.Context, v postgres.Visitor) ([]Figures, error) {
	if v.Role != postgres.Counsellor {
		return nil, fault.New(fault.Forbidden, "Ces chiffres sont réservés aux conseillers.")
	}
	if err := s.Flush(ctx); err != nil {
		return nil, err
	}
	by := map[string]Figures{}
	err := s.db.As(ctx, v, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select rule, sum(matches)::bigint, sum(contests)::bigint, sum(upheld)::bigint, sum(overridden)::bigint,
			  (select count(*) from contests c where c.rule = f.rule and c.state = 'open')
			from rule_figures f group by rule`)
		if err != nil {
			return err
		}
		var f Figures
		_, err = pgx.ForEachRow(rows, []any{&f.Rule, &f.Matches, &f.Contests, &f.Upheld, &f.Overridden, &f.Waiting}, func() error {
			by[f.Rule] = f
			return nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	list := []Figures{}
	for _, r := range s.rules.Rules() {
		f := by[r.ID]
		f.Rule, f.Title, f.Severity = r.ID, r.Title, string(r.Severity)
		// A contest can be of words that a re-check found, which no match counted.
		f.Matches = max(f.Matches, f.Contests)
		if f.Matches > 0 {
			p := float64(f.Matches-f.Overridden) / float64(f.Matches)
			f.Precision = &p
		}
		list = append(list, f)
	}
	slices.SortStableFunc(list, func(a, b Figures) int {
		return cmp.Or(cmp.Compare(b.Overridden, a.Overridden), cmp.Compare(b.Contests, a.Contests), cmp.Compare(b.Matches, a.Matches), cmp.Compare(a.Rule, b.Rule))
	})
	return list, nil
}
