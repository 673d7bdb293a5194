package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/internal/postgres/cluster"
	"tandem/migrations"
)

// New opens an empty migrated database that exists for this test only.
func New(t testing.TB) *postgres.DB {
	t.Helper()
	return Open(t, URL(t))
}

// URL makes an empty migrated database that exists for this test only, and
// returns its connection string as the owner: for a program under test that
// takes DATABASE_URL.
func URL(t testing.TB) string {
	t.Helper()
	shared, err := join()
	Require(t, err)
	ctx := t.Context()
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), databases.Add(1))
	template := "template_" + migrations.Sum()
	if err := shared.make(ctx, name, template); err != nil {
		t.Fatalf("postgrestest: %v", err)
	}
	t.Cleanup(func() {
		// t.Context has ended by now.
		if err := shared.exec(context.Background(), "drop database "+name+" with (force)"); err != nil {
			t.Errorf("postgrestest: %v", err)
		}
	})
	return shared.URL(cluster.Owner, name)
}

// Open opens the database of [URL]; a test may open it several times, as the
// nodes of a service would.
func Open(t testing.TB, url string) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), postgres.Config{URL: url, Migrate: migrations.Apply})
	if err != nil {
		t.Fatalf("postgrestest: %v", err)
	}
	t.Cleanup(db.Close)
	return db
}

var databases atomic.Int64

// shared is the cluster of all tests of this user.
type shared struct{ *cluster.Cluster }

// join is done once a process. Nothing leaves: the locks end with the process.
var join = sync.OnceValues(func() (*shared, error) {
	dir := filepath.Join(os.TempDir(), "tandem-test-"+strconv.Itoa(os.Geteuid()))
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	// A well-known name in a folder that everyone writes to: it must be ours.
	info, err := os.Lstat(dir)
	if err != nil {
		return nil, err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || int(stat.Uid) != os.Geteuid() {
		return nil, fmt.Errorf("%s is not a folder of this user: remove it", dir)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	c, err := cluster.Join(ctx, cluster.Config{Dir: dir, NoSync: true})
	if err != nil {
		return nil, fmt.Errorf("%w (test cluster: %s)", err, dir)
	}
	s := &shared{c}
	stopAfterUs(dir)
	return s, s.sweep(ctx)
})

// stopAfterUs leaves a process that waits until no test process uses the cluster
// and then stops it: a test binary is not told when it ends. Without flock(1)
// the cluster stays up, which costs memory and nothing else.
func stopAfterUs(dir string) {
	cmd := exec.Command("flock", "--exclusive", "users.lock", "sh", "-c", `
		pid=$(head -n 1 data/postmaster.pid) && [ "$(readlink /proc/$pid/cwd)" = "$PWD/data" ] || exit 0
		kill -INT $pid
		while [ -d /proc/$pid/cwd/. ]; do sleep 0.02; done`)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C is for us, not for it
	if cmd.Start() == nil {
		_ = cmd.Process.Release() // outlives us
	}
}

// make copies the template, and makes the template first if there is none for
// these migrations.
func (s *shared) make(ctx context.Context, name, template string) error {
	for tries := 0; ; tries++ {
		err := s.exec(ctx, "create database "+name+" template "+template)
		pg, ok := errors.AsType[*pgconn.PgError](err)
		if !ok || pg.Code != "3D000" || tries == 3 {
			return err
		}
		if err := s.makeTemplate(ctx, template); err != nil {
			return err
		}
	}
}

// makeTemplate migrates a database under another name and renames it: a
// template is whole or absent.
func (s *shared) makeTemplate(ctx context.Context, template string) error {
	fresh := fmt.Sprintf("fresh_%d", os.Getpid())
	if err := s.exec(ctx, "drop database if exists "+fresh+" with (force)"); err != nil {
		return err
	}
	if err := s.exec(ctx, "create database "+fresh); err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, s.URL(cluster.Owner, fresh))
	if err != nil {
		return err
	}
	err = migrations.Apply(ctx, conn)
	if err := errors.Join(err, conn.Close(ctx)); err != nil {
		return err
	}
	err = s.exec(ctx, "alter database "+fresh+" rename to "+template)
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && (pg.Code == "42P04" || pg.Code == "23505") { // the second: at the very same time
		return s.exec(ctx, "drop database "+fresh) // another process was faster
	}
	return err
}

// sweep drops what killed test processes left, and templates of other
// migrations than ours, so that the folder does not grow for ever.
func (s *shared) sweep(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.URL(cluster.Owner, "postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, "select datname from pg_database where datname ~ '^(test|fresh|template)_'")
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		kind, rest, _ := strings.Cut(name, "_")
		pid, _, _ := strings.Cut(rest, "_")
		if name == "template_"+migrations.Sum() || kind != "template" && alive(pid) {
			continue
		}
		if _, err := conn.Exec(ctx, "drop database if exists "+name); err != nil {
			continue // in use, by a test of another checkout
		}
	}
	return nil
}

func alive(pid string) bool {
	n, err := strconv.Atoi(pid)
	return err == nil && !errors.Is(syscall.Kill(n, 0), syscall.ESRCH)
}

// exec runs one statement on a connection of its own: what is done to databases
// cannot be in a transaction.
func (s *shared) exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, s.URL(cluster.Owner, "postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}

// Require ends the test when err is not nil: skipped where there is no
// PostgreSQL to run it on, failed otherwise.
func Require(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if _, ci := os.LookupEnv("CI"); ci || fault.CodeOf(err) != fault.Unavailable {
		t.Fatalf("postgrestest: %v", err)
	}
	t.Skipf("postgrestest: %v", err)
}
