package contest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fold"
	"tandem/internal/postgres"
	"tandem/tools/legality"
)

// mostLifted bounds the findings of one verdict that decisions are looked up for.
const mostLifted = 200

// Check checks an offer and marks what a counsellor has lifted. Where decisions
// cannot be read the verdict is as strict as without them, which the log says:
// an offer must not go unchecked because of that.
func (s *Store) Check(ctx context.Context, o legality.Offer) legality.Verdict {
	v := s.rules.Check(o)
	if err := s.lift(ctx, o, &v); err != nil && ctx.Err() == nil {
		s.Log.Warn("decisions on contests not read: offer checked without them", "err", err)
	}
	return v
}

// lift marks those findings of the verdict on o that a counsellor has lifted and
// settles its status without them, so that an offer is not blocked again by what
// a person has decided. A decision holds for the same words in the same line,
// flagged by the same rule, for the same contract and métier, for a year. It
// changes v only when all went well.
func (s *Store) lift(ctx context.Context, o legality.Offer, v *legality.Verdict) error {
	mentions := make([]string, min(len(v.Findings), mostLifted))
	for i := range mentions {
		mentions[i] = s.mention(o, v.Findings[i])
	}
	if len(mentions) == 0 {
		return nil
	}
	lifted := map[string]legality.Lifted{}
	err := s.db.As(ctx, postgres.Visitor{ID: "node", Role: postgres.Seeker}, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "select mention, contest, decided_at from tandem_lifted($1)", mentions)
		if err != nil {
			return err
		}
		var mention, id string
		var at time.Time
		_, err = pgx.ForEachRow(rows, []any{&mention, &id, &at}, func() error {
			lifted[mention] = legality.Lifted{Contest: id, At: at.UTC().Format(time.DateOnly)}
			return nil
		})
		return err
	})
	if err != nil || len(lifted) == 0 {
		return err
	}
	v.Findings = slices.Clone(v.Findings)
	for i, m := range mentions {
		if l, ok := lifted[m]; ok {
			v.Findings[i].Lifted = &l
		}
	}
	v.Settle()
	return nil
}

// mention names flagged words in their line, for a kind of contract and a
// métier, without saying them. Case, accents and spaces do not matter, nor what
// is hidden: a telephone number that changes is no other mention.
func (s *Store) mention(o legality.Offer, f legality.Finding) string {
	text := o.Text
	if f.Field == "title" {
		text = o.Title
	}
	from := strings.LastIndexByte(text[:f.Span.Start], '\n') + 1
	to := len(text)
	if i := strings.IndexByte(text[f.Span.End:], '\n'); i >= 0 {
		to = f.Span.End + i
	}
	h := sha256.New()
	for _, part := range []string{f.Rule, f.Field, text[from:f.Span.Start], f.Span.Text, text[f.Span.End:to], o.Contract, o.ROME} {
		_, _ = h.Write([]byte(strings.Join(strings.Fields(fold.String(s.hide(part))), " ") + "\x00")) // a hash does not fail
	}
	return hex.EncodeToString(h.Sum(nil))
}
