package migrations_test

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres/postgrestest"
	"tandem/migrations"
)

// connect opens a connection to an empty schema of the test's own.
func connect(t *testing.T, url, schema string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	for _, sql := range []string{"create schema if not exists " + schema, "set search_path = " + schema} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	return conn
}

func files(pairs ...string) fs.FS {
	m := fstest.MapFS{}
	for pair := range slices.Chunk(pairs, 2) {
		m[pair[0]] = &fstest.MapFile{Data: []byte(pair[1])}
	}
	return m
}

func applied(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), "select name from schema_migrations order by at, number")
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestApplyAgainChangesNothing(t *testing.T) {
	conn, err := pgx.Connect(t.Context(), postgrestest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	before := applied(t, conn)
	if err := migrations.Apply(t.Context(), conn); err != nil {
		t.Fatal(err)
	}
	if after := applied(t, conn); len(before) == 0 || !slices.Equal(before, after) {
		t.Errorf("applied %v, then %v", before, after)
	}
}

func TestOrderIsByNumberWithGaps(t *testing.T) {
	conn := connect(t, postgrestest.URL(t), "s")
	// As text "10" comes before "9".
	source := files("10_c.sql", "create table c (like b)", "9_b.sql", "create table b (like a)", "2_a.sql", "create table a (n int)")
	if err := migrations.ApplyFrom(t.Context(), conn, source); err != nil {
		t.Fatal(err)
	}
	if got, want := applied(t, conn), []string{"2_a.sql", "9_b.sql", "10_c.sql"}; !slices.Equal(got, want) {
		t.Errorf("applied %v, want %v", got, want)
	}
}

func TestRefusals(t *testing.T) {
	start := []string{"1_a.sql", "create table a (n int)", "5_b.sql", "create table b (n int)"}
	for _, test := range []struct {
		name string
		then []string
		want string // in the sentence
	}{
		{"changed after it was applied", []string{"1_a.sql", "create table a (n bigint)", "5_b.sql", "create table b (n int)"}, "1_a.sql a changé"},
		{"a newer program was here", start[:2], "5_b.sql, inconnue de ce programme"},
		{"numbered too low", append(slices.Clone(start), "3_c.sql", "create table c (n int)"), "3_c.sql porte un numéro inférieur"},
	} {
		t.Run(test.name, func(t *testing.T) {
			conn := connect(t, postgrestest.URL(t), "s")
			if err := migrations.ApplyFrom(t.Context(), conn, files(start...)); err != nil {
				t.Fatal(err)
			}
			err := migrations.ApplyFrom(t.Context(), conn, files(test.then...))
			if fault.CodeOf(err) != fault.Conflict || !strings.Contains(fault.Message(err), test.want) {
				t.Errorf("got %v, want a conflict saying %q", err, test.want)
			}
			if got := applied(t, conn); len(got) != 2 {
				t.Errorf("applied %v", got)
			}
		})
	}
}

func TestLineEndsAreNoChange(t *testing.T) {
	conn := connect(t, postgrestest.URL(t), "s")
	for _, end := range []string{"\n", "\r\n"} {
		if err := migrations.ApplyFrom(t.Context(), conn, files("1_a.sql", "create table a (n int);"+end)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFailureNamesFileAndLineAndLeavesNothing(t *testing.T) {
	for _, test := range []struct {
		name, sql, want string
	}{
		{"syntax", "-- été\ncreate table b (n int);\n\ncreat table c (n int);", "2_b.sql a échoué à la ligne 4"},
		{"no such column", "create table b (n int);\nselect n,\n  m from b;", "2_b.sql a échoué à la ligne 3"},
		{"exists already", "create table b (n int);\n/* ; */\ncreate table\n a (n int);", "2_b.sql a échoué à la ligne 3"},
		{"in a block", "create table b (n int);\n\ndo $$ begin\n raise exception 'non';\nend $$;", "2_b.sql a échoué à la ligne 3 : non"},
		{"while running", "create table b (n int);\nselect 1/0;", "2_b.sql a échoué à la ligne 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			url := postgrestest.URL(t)
			conn := connect(t, url, "s")
			err := migrations.ApplyFrom(t.Context(), conn, files("1_a.sql", "create table a (n int)", "2_b.sql", test.sql))
			if !strings.Contains(fault.Message(err), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if got := applied(t, conn); !slices.Equal(got, []string{"1_a.sql"}) {
				t.Errorf("applied %v", got)
			}
			var left bool
			if err := conn.QueryRow(t.Context(), "select to_regclass('b') is not null").Scan(&left); err != nil || left {
				t.Errorf("half of the file stayed (%v)", err)
			}
			// The failed connection still lives: the lock must not live with it.
			if err := migrations.ApplyFrom(t.Context(), connect(t, url, "s"), files("1_a.sql", "create table a (n int)")); err != nil {
				t.Errorf("after a failure: %v", err)
			}
		})
	}
}

func TestBadNames(t *testing.T) {
	for want, source := range map[string]fs.FS{
		"a.sql: the name must be":            files("a.sql", ""),
		"1_a.sql and 01_b.sql have the same": files("1_a.sql", "", "01_b.sql", ""),
	} {
		err := migrations.ApplyFrom(t.Context(), nil, source)
		if err == nil || !strings.Contains(err.Error(), want) && !strings.Contains(err.Error(), "01_b.sql and 1_a.sql") {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestProgramsThatStartTogetherTakeTurns(t *testing.T) {
	url := postgrestest.URL(t)
	source := files("1_a.sql", "create table a (n int)", "2_b.sql", "create table b (n int)")
	var conns []*pgx.Conn
	for range 4 {
		conns = append(conns, connect(t, url, "s"))
	}
	errs := make([]error, len(conns))
	var group sync.WaitGroup
	for i, conn := range conns {
		group.Go(func() { errs[i] = migrations.ApplyFrom(t.Context(), conn, source) })
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	if got := applied(t, conns[0]); len(got) != 2 {
		t.Errorf("applied %v", got)
	}
}

func TestStatementLine(t *testing.T) {
	const sql = "select 1;\n-- a; b\n\n select 'x;''\ny' ;;\n/* ;\n */ do $f$ begin; $$;$$ end $f$;\nselect \"a;b\"\n"
	for n, want := range []int{1, 4, 7, 8} {
		if got := migrations.StatementLine(sql, n); got != want {
			t.Errorf("statement %d: line %d, want %d", n, got, want)
		}
	}
}
