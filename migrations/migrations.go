package migrations

import (
	"cmp"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"tandem/internal/fault"
)

//go:embed *.sql
var files embed.FS

// Any constant of ours will do, as long as every version of Tandem uses it.
const lockKey = 0x74616e64656d // "tandem"

var pattern = regexp.MustCompile(`^(\d+)_.+\.sql$`)

// file is one migration as this program knows it.
type file struct {
	Number   int
	Name     string
	SQL      string
	Checksum string
}

// row is one migration as the database remembers it.
type row struct {
	Number   int
	Name     string
	Checksum string
}

// Apply brings the database of conn to the schema of this program. The role of
// conn owns what the files create. Returns a fault whose sentence names the
// file, and the line when Postgres refused a statement; the files before it
// stay applied.
func Apply(ctx context.Context, conn *pgx.Conn) error { return apply(ctx, conn, files) }

// Sum identifies the whole schema: it changes when any file does.
func Sum() string {
	list, err := load(files)
	if err != nil {
		panic(err) // the files are embedded: a bad name is seen by the first test
	}
	sum := sha256.New()
	for _, f := range list {
		fmt.Fprintln(sum, f.Name, f.Checksum)
	}
	return hex.EncodeToString(sum.Sum(nil))[:16]
}

func apply(ctx context.Context, conn *pgx.Conn, source fs.FS) (err error) {
	list, err := load(source)
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", int64(lockKey)); err != nil {
		return fmt.Errorf("migrations: lock: %w", err)
	}
	defer func() {
		// The lock is the session's: without this a connection that lives on would keep it.
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_, unlock := conn.Exec(end, "select pg_advisory_unlock($1)", int64(lockKey))
		if err == nil && unlock != nil {
			err = fmt.Errorf("migrations: unlock: %w", unlock)
		}
	}()
	done, err := applied(ctx, conn)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	todo, err := pending(list, done)
	if err != nil {
		return err
	}
	for _, f := range todo {
		if err := run(ctx, conn, f); err != nil {
			return err
		}
	}
	return nil
}

// load reads the files in the order of their numbers.
func load(source fs.FS) ([]file, error) {
	names, err := fs.Glob(source, "*.sql")
	if err != nil {
		return nil, err
	}
	var list []file
	for _, name := range names {
		match := pattern.FindStringSubmatch(name)
		if match == nil {
			return nil, fmt.Errorf("migrations: %s: the name must be NNNN_what.sql", name)
		}
		number, err := strconv.Atoi(match[1])
		if err != nil {
			return nil, fmt.Errorf("migrations: %s: %w", name, err)
		}
		body, err := fs.ReadFile(source, name)
		if err != nil {
			return nil, err
		}
		// A checkout may have rewritten the line ends; that is no change of the schema.
		sql := strings.ReplaceAll(string(body), "\r\n", "\n")
		sum := sha256.Sum256([]byte(sql))
		list = append(list, file{number, name, sql, hex.EncodeToString(sum[:])})
	}
	slices.SortFunc(list, func(a, b file) int { return cmp.Compare(a.Number, b.Number) })
	for i := 1; i < len(list); i++ {
		if list[i].Number == list[i-1].Number {
			return nil, fmt.Errorf("migrations: %s and %s have the same number", list[i-1].Name, list[i].Name)
		}
	}
	return list, nil
}

func applied(ctx context.Context, conn *pgx.Conn) ([]row, error) {
	_, err := conn.Exec(ctx, `create table if not exists schema_migrations (
		number   int primary key,
		name     text not null,
		checksum text not null,
		at       timestamptz not null default now())`)
	if err != nil {
		return nil, err
	}
	rows, err := conn.Query(ctx, "select number, name, checksum from schema_migrations order by number")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[row])
}

// pending is what list has and the database has not, or why they do not go together.
func pending(list []file, done []row) ([]file, error) {
	known := make(map[int]file, len(list))
	for _, f := range list {
		known[f.Number] = f
	}
	last := 0
	for _, r := range done {
		f, ok := known[r.Number]
		if !ok {
			return nil, fault.New(fault.Conflict, "La base de données a été préparée par une autre version de Tandem, sans doute plus récente "+
				"(elle contient la migration %s, inconnue de ce programme). Lancez cette version-là, ou indiquez une autre base.", r.Name)
		}
		if f.Checksum != r.Checksum {
			return nil, fault.New(fault.Conflict, "Le fichier de migration %s a changé après avoir été appliqué à cette base de données. "+
				"Rétablissez son contenu d'origine et mettez le changement dans un nouveau fichier.", f.Name)
		}
		last = r.Number
		delete(known, r.Number)
	}
	todo := slices.DeleteFunc(slices.Clone(list), func(f file) bool { _, ok := known[f.Number]; return !ok })
	if len(todo) > 0 && todo[0].Number < last {
		return nil, fault.New(fault.Conflict, "Le fichier de migration %s porte un numéro inférieur à celui d'une migration déjà appliquée à cette base (%04d). "+
			"Donnez-lui le numéro suivant ; pour une base de développement, repartez d'une base vide.", todo[0].Name, last)
	}
	return todo, nil
}

// run applies one file, all or nothing.
func run(ctx context.Context, conn *pgx.Conn, f file) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		// The simple protocol takes the whole file at once; the results that came
		// before an error tell which statement it belongs to.
		results, err := conn.PgConn().Exec(ctx, f.SQL).ReadAll()
		if err != nil {
			return explain(f, len(results), err)
		}
		_, err = tx.Exec(ctx, "insert into schema_migrations (number, name, checksum) values ($1, $2, $3)", f.Number, f.Name, f.Checksum)
		if err != nil {
			return fmt.Errorf("migrations: record %s: %w", f.Name, err)
		}
		return nil
	})
}

// explain says where in the file Postgres stopped.
func explain(f file, statements int, err error) error {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return fmt.Errorf("migrations: %s: %w", f.Name, err)
	}
	line := 1
	if pg.Position > 0 {
		line += strings.Count(prefix(f.SQL, int(pg.Position)-1), "\n")
	} else {
		line = statementLine(f.SQL, statements)
	}
	message := pg.Message
	if pg.Where != "" {
		message += " (" + pg.Where + ")"
	}
	return fault.Wrap(err, fault.Internal, "La migration %s a échoué à la ligne %d : %s. La base est restée dans l'état d'avant ce fichier.", f.Name, line, message)
}

// prefix is the first n characters of s: Postgres counts characters, not bytes.
func prefix(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
