package postgres_test

import (
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
	owned(t, db,
		"update conversations set touched_at = now() - interval '1 hour' where id <> 'busy'",
		"update documents set at = now() - interval '1 hour'",
		"update profile_items set at = now() - interval '1 hour'",
		"update handoffs set at = now() - interval '8 days' where visitor = 'waited'")

	if n := ask[int](t, app, "select tandem_forget('30 minutes')"); n != 2 {
		t.Errorf("%d conversations erased, want those idle and waiting too long", n)
	}
	for _, table := range []string{"conversations", "events", "messages", "feedback", "documents", "profile_items"} {
		left := ask[string](t, own, "select coalesce(string_agg(visitor, ' ' order by visitor), '') from "+table)
		if left != "busy running waiting" {
			t.Errorf("%s keeps what is of %q", table, left)
		}
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
