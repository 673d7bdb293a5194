package postgres_test

import (
	"bufio"
	"context"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/migrations"
)

// With an argument the test binary holds the lock of a data folder until it is killed.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "hold" {
		if _, err := postgres.Lock(os.Args[2], "http://localhost:8080"); err != nil {
			os.Stdout.WriteString(fault.Message(err) + "\n")
			return
		}
		os.Stdout.WriteString("held\n")
		_, _ = io.Copy(io.Discard, os.Stdin)
		return
	}
	m.Run()
}

func TestLockNamesWhoHoldsIt(t *testing.T) {
	dir := t.TempDir()
	other := exec.Command(os.Args[0], "hold", dir)
	in, err := other.StdinPipe() // open for as long as it shall live
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatal(line, err)
	}
	_, err = postgres.Lock(dir, "http://localhost:9090")
	for _, want := range []string{"http://localhost:8080", "processus " + strconv.Itoa(other.Process.Pid), "depuis le ", dir} {
		if fault.CodeOf(err) != fault.Conflict || !strings.Contains(fault.Message(err), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // killed
	release, err := postgres.Lock(dir, "http://localhost:9090")
	if err != nil {
		t.Fatalf("after its death: %v", err)
	}
	if _, err := postgres.Lock(dir, "x"); !strings.Contains(fault.Message(err), "http://localhost:9090") {
		t.Errorf("names %v", err)
	}
	release()
	release, err = postgres.Lock(dir, "x")
	if err != nil {
		t.Fatalf("after its release: %v", err)
	}
	release()
}

// run executes one statement as the owner.
func run(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// login makes a role of the test's own, and returns the URL with it.
func login(t *testing.T, owner, attributes string) (name, asRole string) {
	t.Helper()
	u, err := url.Parse(owner)
	if err != nil {
		t.Fatal(err)
	}
	name = "role_of_" + strings.TrimPrefix(u.Path, "/")
	run(t, owner, "create role "+name+" login "+attributes)
	t.Cleanup(func() {
		conn, err := pgx.Connect(context.Background(), owner)
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close(context.Background())
		if _, err := conn.Exec(context.Background(), "reassign owned by "+name+" to tandem; drop owned by "+name+"; drop role "+name); err != nil {
			t.Error(err)
		}
	})
	u.User = url.User(name)
	return name, u.String()
}

func TestOpenRefusesWhatCouldReadAcrossVisitors(t *testing.T) {
	t.Parallel()
	// A cluster of its own: roles belong to the cluster.
	db, server := postgrestest.Private(t)
	open := func(migrate func(context.Context, *pgx.Conn) error) error {
		again, err := postgres.Open(t.Context(), postgres.Config{DataDir: server.DataDir, Migrate: migrate})
		if err == nil {
			again.Close()
		}
		return err
	}
	for _, test := range []struct{ name, change, undo string }{
		{"bypassrls", "alter role tandem_app bypassrls", "alter role tandem_app nobypassrls"},
		{"superuser", "alter role tandem_app superuser", "alter role tandem_app nosuperuser"},
		{"owner", "alter table events owner to tandem_app", "alter table events owner to tandem"},
		{"member of the owner", "revoke tandem_app from tandem; grant tandem to tandem_app", "revoke tandem from tandem_app"},
	} {
		for _, step := range []struct {
			sql  string
			want fault.Code
		}{{test.change, fault.Forbidden}, {test.undo, ""}} {
			err := db.Own(t.Context(), func(tx pgx.Tx) error {
				_, err := tx.Exec(t.Context(), step.sql)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := open(migrations.Apply); fault.CodeOf(err) != step.want {
				t.Errorf("%s, after %q: %v, want %q", test.name, step.sql, err, step.want)
			}
		}
	}
}

// An owner that is an ordinary role, as on a hosted database.
func TestOpenAsAnOrdinaryOwner(t *testing.T) {
	owner := postgrestest.URL(t)
	name, asRole := login(t, owner, "")
	u, _ := url.Parse(owner)
	open := func() error {
		db, err := postgres.Open(t.Context(), postgres.Config{URL: asRole})
		if err != nil {
			return err
		}
		defer db.Close()
		return db.As(t.Context(), alice, func(tx pgx.Tx) error {
			var role string
			if err := tx.QueryRow(t.Context(), "select current_user").Scan(&role); err != nil || role != postgres.App {
				t.Errorf("works as %q (%v)", role, err)
			}
			return nil
		})
	}
	if err := open(); fault.CodeOf(err) != fault.Unavailable || !strings.Contains(fault.Message(err), "membre de ce rôle") {
		t.Errorf("without the right to become %s: %v", postgres.App, err)
	}
	run(t, owner, "grant tandem_app to "+name+"; alter database "+strings.TrimPrefix(u.Path, "/")+" owner to "+name)
	if err := open(); err != nil {
		t.Error(err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	good := postgrestest.URL(t)
	with := func(change func(*url.URL)) string {
		u, err := url.Parse(good)
		if err != nil {
			t.Fatal(err)
		}
		change(u)
		return u.String()
	}
	postgrestest.Open(t, good+"&pool_max_conns=3&pool_max_conn_idle_time=1m") // the pool's words reach no server
	for _, test := range []struct {
		name, url, want string
		code            fault.Code
	}{
		{"not an address", "postgres://[", "n'est pas valide", fault.Invalid},
		{"nobody there", with(func(u *url.URL) { u.RawQuery = "host=" + t.TempDir() }), "ne répond pas", fault.Unavailable},
		{"no such database", with(func(u *url.URL) { u.Path = "/absent" }), "refuse la connexion", fault.Unavailable},
		{"no extension", with(func(u *url.URL) { u.Path = "/postgres" }), "create extension vector", fault.Unavailable},
	} {
		db, err := postgres.Open(t.Context(), postgres.Config{URL: test.url})
		if err == nil {
			db.Close()
		}
		if fault.CodeOf(err) != test.code || !strings.Contains(fault.Message(err), test.want) {
			t.Errorf("%s: %v, want %s with %q", test.name, err, test.code, test.want)
		}
	}
	run(t, good, "insert into schema_migrations (number, name, checksum) values (9999, '9999_later.sql', '')")
	if _, err := postgres.Open(t.Context(), postgres.Config{URL: good, Migrate: migrations.Apply}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("migrated by a newer program: %v", err)
	}
}
