package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pgvector/pgvector-go"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
)

// who is what the policies read.
func who(ctx context.Context, tx pgx.Tx) (string, error) {
	var s string
	err := tx.QueryRow(ctx, `select concat_ws('|', coalesce(tandem_visitor(), '-'), coalesce(tandem_role(), '-'),
		coalesce(tandem_agency(), '-'), coalesce(tandem_company(), '-'))`).Scan(&s)
	return s, err
}

func TestAsSaysWhoAsksForOneTransaction(t *testing.T) {
	db := postgrestest.New(t)
	for _, test := range []struct {
		v    postgres.Visitor
		want string
	}{
		{postgres.Visitor{ID: "v1", Role: postgres.Counsellor, Agency: "Rezé"}, "v1|counsellor|Rezé|-"},
		{postgres.Visitor{ID: "v2", Role: postgres.Recruiter, Company: "L'Étal; select 1 --"}, "v2|recruiter|-|L'Étal; select 1 --"},
		{postgres.Visitor{ID: `a'\b"$$`, Role: postgres.Seeker}, `a'\b"$$|seeker|-|-`},
	} {
		err := db.As(t.Context(), test.v, func(tx pgx.Tx) error {
			got, err := who(t.Context(), tx)
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		// Nothing stays on the connection, which is the same one: there is one only
		// when transactions follow each other.
		err = db.Read(t.Context(), func(tx pgx.Tx) error {
			got, err := who(t.Context(), tx)
			if got != "-|-|-|-" {
				t.Errorf("afterwards nobody is %s", got)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestAsRefuses(t *testing.T) {
	db := postgrestest.New(t)
	for _, test := range []struct {
		v    postgres.Visitor
		want fault.Code
	}{
		{postgres.Visitor{Role: postgres.Seeker}, fault.Forbidden},
		{postgres.Visitor{ID: "a\x00b", Role: postgres.Seeker}, fault.Invalid},
		{postgres.Visitor{ID: "a", Role: postgres.Recruiter, Company: "\xff"}, fault.Invalid},
		{postgres.Visitor{ID: "a", Role: "root"}, fault.Internal},
		{postgres.Visitor{ID: "a"}, fault.Internal},
	} {
		err := db.As(t.Context(), test.v, func(pgx.Tx) error {
			t.Errorf("%q ran", test.v)
			return nil
		})
		if fault.CodeOf(err) != test.want {
			t.Errorf("%q: %v, want %s", test.v, err, test.want)
		}
	}
}

func TestCommitOnlyOnNil(t *testing.T) {
	db := postgrestest.New(t)
	ours := errors.New("ours")
	write := func(id string, end func() error) func(pgx.Tx) error {
		return func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), samples["conversations"], "alice", id); err != nil {
				return err
			}
			return end()
		}
	}
	if err := db.As(t.Context(), alice, write("kept", func() error { return nil })); err != nil {
		t.Error(err)
	}
	if err := db.As(t.Context(), alice, write("failed", func() error { return ours })); err != ours {
		t.Errorf("got %v, want the error as it is", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := db.As(ctx, alice, write("cancelled", func() error { cancel(); return nil }))
	if !errors.Is(err, context.Canceled) || fault.CodeOf(err) == fault.Unavailable {
		t.Errorf("got %v, want the cancellation as it is", err)
	}
	func() {
		defer func() {
			if recover() != "ours" {
				t.Error("the panic was swallowed")
			}
		}()
		_ = db.As(t.Context(), alice, write("panicked", func() error { panic("ours") }))
	}()
	if rows, _ := as(t, db, alice, "select from conversations where id = 'kept'"); rows != 1 {
		t.Error("not committed")
	}
	if rows, _ := as(t, db, alice, "select from conversations"); rows != 1 {
		t.Errorf("%d conversations, want the one that was kept", rows)
	}
}

func TestReadCannotWriteAndVectorsAreKnown(t *testing.T) {
	db := postgrestest.New(t)
	err := db.Read(t.Context(), func(tx pgx.Tx) error {
		want := pgvector.NewVector([]float32{1, 2.5, -3})
		var got pgvector.Vector
		if err := tx.QueryRow(t.Context(), "select $1::vector", want).Scan(&got); err != nil {
			return err
		}
		if got.String() != want.String() {
			t.Errorf("vector %v came back as %v", want, got)
		}
		_, err := tx.Exec(t.Context(), "delete from conversations")
		return err
	})
	if pg, ok := errors.AsType[*pgconn.PgError](err); !ok || pg.Code != "25006" {
		t.Errorf("got %v, want a refusal to write", err)
	}
}

func TestMoreTransactionsThanConnections(t *testing.T) {
	db := postgrestest.New(t)
	const n = 200
	errs := make(chan error, n) // one each
	for i := range n {
		v := postgres.Visitor{ID: fmt.Sprint("v", i), Role: postgres.Seeker}
		go func() {
			errs <- db.As(t.Context(), v, func(tx pgx.Tx) error {
				got, err := who(t.Context(), tx)
				if err == nil && got != v.ID+"|seeker|-|-" {
					err = fmt.Errorf("%s found itself %s", v.ID, got)
				}
				return err
			})
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

// The role cannot be left, and the guard cannot be lowered, even by SQL of an attacker.
func TestRoleCannotBeLeft(t *testing.T) {
	t.Parallel()
	db, _ := postgrestest.Private(t)
	as(t, db, alice, samples["conversations"], "alice", "of alice")
	for _, sql := range []string{
		"set role tandem",
		"set session authorization tandem",
		"set local row_security = off; select from conversations",
		"alter table conversations disable row level security",
		"drop policy own on conversations",
		"alter role tandem_app bypassrls",
		"create table mine (n int)",
		"create function public.length(text) returns int language sql as 'select 0'",
		"copy (select 1) to program 'true'",
		"grant tandem to tandem_app",
		"select pg_read_file('PG_VERSION')",
		"delete from schema_migrations",
	} {
		if rows, code := as(t, db, bob, sql); code != denied {
			t.Errorf("%s: %d rows, %q, want %s", sql, rows, code, denied)
		}
	}
	if rows, _ := as(t, db, bob, "reset role; reset session authorization; select from conversations"); rows != 0 {
		t.Errorf("after a reset bob sees %d rows of alice", rows)
	}
}

func TestDatabaseDiesAndComesBack(t *testing.T) {
	t.Parallel()
	db, server := postgrestest.Private(t)
	if err := db.Healthy(t.Context()); err != nil {
		t.Fatal(err)
	}
	// In the middle of a transaction.
	err := db.As(t.Context(), alice, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), samples["conversations"], "alice", "lost"); err != nil {
			return err
		}
		server.Kill()
		_, err := tx.Exec(t.Context(), "select 1")
		return err
	})
	if fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("in the middle: %v", err)
	}
	// Between transactions, with connections that do not know it yet.
	for range 3 {
		if err := db.Healthy(t.Context()); fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("while it is down: %v", err)
		}
	}
	server.Start()
	for range 3 {
		if rows, code := as(t, db, alice, "select from conversations"); rows != 0 || code != "" {
			t.Errorf("afterwards: %d rows, %q", rows, code)
		}
	}
	// Killed and started between two transactions: the second does not notice.
	as(t, db, alice, samples["conversations"], "alice", "kept")
	server.Kill()
	server.Start()
	if rows, code := as(t, db, alice, "select from conversations"); rows != 1 {
		t.Errorf("what was committed: %d rows, %q", rows, code)
	}
}

func TestWatchStartsItAgain(t *testing.T) {
	t.Parallel()
	_, server := postgrestest.Private(t)
	started := make(chan struct{}, 1) // one start is expected; others are not waited for
	db, err := postgres.Open(t.Context(), postgres.Config{DataDir: server.DataDir, Log: slog.New(onMessage{"postgres: started", started})})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { db.Watch(ctx); close(ended) }()
	server.Kill()
	<-started
	if err := db.Healthy(t.Context()); err != nil {
		t.Error(err)
	}
	stop()
	<-ended
}

// onMessage is a log that tells when it has read a message.
type onMessage struct {
	message string
	seen    chan<- struct{}
}

func (o onMessage) Enabled(context.Context, slog.Level) bool { return true }
func (o onMessage) WithAttrs([]slog.Attr) slog.Handler       { return o }
func (o onMessage) WithGroup(string) slog.Handler            { return o }
func (o onMessage) Handle(_ context.Context, r slog.Record) error {
	if r.Message == o.message {
		select {
		case o.seen <- struct{}{}:
		default:
		}
	}
	return nil
}
