package postgres_test

import (
	"cmp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
)

// owned runs statements as the owner, to set the scene.
func owned(t *testing.T, db *postgres.DB, statements ...string) {
	t.Helper()
	err := db.Own(t.Context(), func(tx pgx.Tx) error {
		for _, sql := range statements {
			if _, err := tx.Exec(t.Context(), sql); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ask returns the only value of a query.
func ask[T any](t *testing.T, as func(func(pgx.Tx) error) error, sql string) (value T) {
	t.Helper()
	err := as(func(tx pgx.Tx) error { return tx.QueryRow(t.Context(), sql).Scan(&value) })
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return value
}

func TestForget(t *testing.T) {
	db := postgrestest.New(t)
	app := func(f func(pgx.Tx) error) error {
		return db.As(t.Context(), postgres.Visitor{ID: "node", Role: postgres.Seeker}, f)
	}
	own := func(f func(pgx.Tx) error) error { return db.Own(t.Context(), f) }
	for _, v := range []string{"idle", "busy", "running", "waiting", "waited"} {
		who := postgres.Visitor{ID: v, Role: postgres.Seeker}
		for _, table := range []string{"conversations", "events", "messages", "feedback", "documents", "profile_items"} {
			as(t, db, who, samples[table], v, v)
		}
	}
	as(t, db, postgres.Visitor{ID: "running", Role: postgres.Seeker}, samples["runs"], "running", "running")
	as(t, db, postgres.Visitor{ID: "waiting", Role: postgres.Seeker}, samples["handoffs"], "waiting", "waiting")
	as(t, db, postgres.Visitor{ID: "waited", Role: postgres.Seeker}, samples["handoffs"], "waited", "waited")
	// Without conversation: kept whole while shared or while the last thing done is recent.
	for _, v := range []string{"sharing", "shared", "working", "left"} {
		who := postgres.Visitor{ID: v, Role: postgres.Seeker}
		as(t, db, who, samples["profile_items"], v, v)
		as(t, db, who, samples["documents"], v, v)
	}
	for _, v := range []string{"sharing", "shared"} {
		as(t, db, postgres.Visitor{ID: v, Role: postgres.Seeker}, samples["profile_shares"], v, v)
	}
	owned(t, db,
		"update profile_shares set until = now() - interval '1 second' where visitor = 'shared'",
		"update conversations set touched_at = now() - interval '1 hour' where id <> 'busy'",
		"update documents set at = now() - interval '1 hour'",
		"update profile_items set at = now() - interval '1 hour'",
		"update handoffs set at = now() - interval '8 days' where visitor = 'waited'")

	as(t, db, postgres.Visitor{ID: "working", Role: postgres.Seeker}, samples["profile_items"], "working", "now")

	if n := ask[int](t, app, "select tandem_forget('30 minutes')"); n != 2 {
		t.Errorf("%d conversations erased, want those idle and waiting too long", n)
	}
	for _, table := range []string{"conversations", "events", "messages", "feedback", "documents", "profile_items"} {
		left := ask[string](t, own, "select coalesce(string_agg(distinct visitor, ' ' order by visitor), '') from "+table)
		want := map[string]string{"documents": "busy running waiting working", "profile_items": "busy running sharing waiting working"}[table]
		if left != cmp.Or(want, "busy running waiting") {
			t.Errorf("%s keeps what is of %q", table, left)
		}
	}
}

// What people decided on proposals is counted as it is erased, without whose it was.
func TestProposalsAreCountedWhenForgotten(t *testing.T) {
	db := postgrestest.New(t)
	own := func(f func(pgx.Tx) error) error { return db.Own(t.Context(), f) }
	for _, v := range []string{"alice", "bob"} {
		for _, item := range []string{
			"('%', '1', 'savoir', '', 'accepted', 'document', 0.834, '60')", "('%', '2', 'competence', '', 'refused', 'document', 0.5, '60')",
			"('%', '3', 'savoir', '', 'proposed', 'document', 0.9, '60')", "('%', '4', 'savoir', '', 'accepted', 'person', null, '60')",
			"('%', 'D1102', 'metier', '', 'accepted', 'document', 0.9, '60')",
		} {
			as(t, db, postgres.Visitor{ID: v, Role: postgres.Seeker},
				"insert into profile_items (visitor, code, kind, label, status, origin, confidence, rome_version) values "+strings.ReplaceAll(item, "%", v))
		}
	}
	as(t, db, alice, "delete from profile_items")
	owned(t, db, "update profile_items set at = now() - interval '1 hour'")
	app := func(f func(pgx.Tx) error) error { return db.As(t.Context(), alice, f) }
	ask[int](t, app, "select tandem_forget('30 minutes')")
	if got := ask[string](t, own, "select string_agg(concat_ws(' ', code, kind, rome_version, confidence, accepted, refused), ', ' order by code) from proposal_figures"); got !=
		"1 savoir 60 0.83 2 0, 2 competence 60 0.50 0 2" {
		t.Error(got)
	}
	counsellor := func(f func(pgx.Tx) error) error {
		return db.As(t.Context(), postgres.Visitor{ID: "c", Role: postgres.Counsellor}, f)
	}
	if a, b := ask[int](t, app, "select count(*) from proposal_figures"), ask[int](t, counsellor, "select count(*) from proposal_figures"); a != 0 || b != 2 {
		t.Errorf("a seeker sees %d figures, a counsellor %d", a, b)
	}
}

func TestEndOrphans(t *testing.T) {
	db := postgrestest.New(t)
	app := func(f func(pgx.Tx) error) error {
		return db.As(t.Context(), postgres.Visitor{ID: "node", Role: postgres.Seeker}, f)
	}
	own := func(f func(pgx.Tx) error) error { return db.Own(t.Context(), f) }
	for _, v := range []string{"mine", "alive", "dead", "done"} {
		who := postgres.Visitor{ID: v, Role: postgres.Seeker}
		as(t, db, who, samples["conversations"], v, v)
		as(t, db, who, samples["runs"], v, v)
	}
	owned(t, db, "update runs set node = visitor", "update runs set state = 'finished' where visitor = 'done'", "update conversations set last_seq = 7")

	if n := ask[int](t, app, "select tandem_end_orphans('mine', array['mine', 'alive'])"); n != 2 {
		t.Errorf("%d runs ended, want ours of before and the dead node's", n)
	}
	if got := ask[string](t, own, "select string_agg(concat(visitor, ' ', state, ' ', ended_at is not null), ', ' order by visitor) from runs"); got !=
		"alive running f, dead failed t, done finished f, mine failed t" {
		t.Error(got)
	}
	if got := ask[string](t, own, "select string_agg(concat_ws(' ', conversation, visitor, run, seq, payload->>'type'), ', ' order by visitor) from events"); got !=
		"dead dead run of dead 8 RUN_ERROR, mine mine run of mine 8 RUN_ERROR" {
		t.Error(got)
	}
	if got := ask[int](t, own, "select count(*) from conversations where last_seq = 8"); got != 2 {
		t.Errorf("%d conversations count the event", got)
	}
	if n := ask[int](t, app, "select tandem_end_orphans('mine', array['mine', 'alive'])"); n != 0 {
		t.Errorf("%d runs ended twice", n)
	}
}
