package postgres

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"tandem/internal/fault"
)

// As runs f in a transaction in which only what v may see exists. It commits
// when f returns nil and rolls back otherwise, or when f panics. Returns the
// error of f as it is, and fault.Unavailable when the database does not answer:
// after a failure to commit the outcome is unknown, so f should be safe to run
// again.
func (d *DB) As(ctx context.Context, v Visitor, f func(pgx.Tx) error) error {
	begin, err := beginAs(v)
	if err != nil {
		return err
	}
	return transact(ctx, d.app, begin, f)
}

// Read runs f in a read-only transaction for nobody: it sees the public corpora
// and no row of any visitor.
func (d *DB) Read(ctx context.Context, f func(pgx.Tx) error) error {
	return transact(ctx, d.app, "begin read only", f)
}

// Snapshot is [DB.Read] in which all statements see the same moment, so that
// what they read agrees although a release of ROME is loaded meanwhile. Not for
// passages: a load puts another table in their place, which an older moment
// would see empty; one statement of Read sees them as they are.
func (d *DB) Snapshot(ctx context.Context, f func(pgx.Tx) error) error {
	return transact(ctx, d.app, "begin isolation level repeatable read read only", f)
}

// Batch is [DB.Read] in one round trip: the statements run in one transaction,
// which nothing begins or ends, and must only read: what fails for want of a
// connection is asked again. read gets their results in order.
func (d *DB) Batch(ctx context.Context, batch func(*pgx.Batch), read func(pgx.BatchResults) error) error {
	for again := true; ; again = false {
		b := &pgx.Batch{}
		batch(b)
		conn, err := d.app.Acquire(ctx)
		if err == nil {
			results := conn.SendBatch(ctx, b)
			err = errors.Join(read(results), results.Close())
			if err != nil {
				err = dead(ctx, conn.Conn(), err)
			}
			conn.Release()
		}
		switch {
		case err == nil || ctx.Err() != nil:
			return err
		case again && fault.CodeOf(err) == fault.Unavailable:
			d.app.Reset() // a server that was restarted: no connection is worth anything
		default:
			if _, refused := errors.AsType[*pgconn.ConnectError](err); refused {
				return unavailable(err)
			}
			return err
		}
	}
}

// Own runs f in a transaction as the owner of the tables, to load corpora. It
// sees every row: never use it on behalf of a visitor.
func (d *DB) Own(ctx context.Context, f func(pgx.Tx) error) error {
	return transact(ctx, d.owner, "begin", f)
}

// beginAs begins a transaction and says who asks, in one round trip. What it
// says ends with the transaction.
func beginAs(v Visitor) (string, error) {
	if v.ID == "" {
		return "", fault.New(fault.Forbidden, "Votre session n'est pas reconnue. Rechargez la page pour en ouvrir une nouvelle.")
	}
	if !slices.Contains(Roles, v.Role) {
		return "", fmt.Errorf("postgres: visitor of unknown role %q", v.Role)
	}
	var b strings.Builder
	b.WriteString("begin; select ")
	for i, s := range []struct{ name, value string }{
		{"visitor", v.ID}, {"role", string(v.Role)}, {"agency", v.Agency}, {"company", v.Company},
	} {
		if !utf8.ValidString(s.value) || strings.ContainsRune(s.value, 0) {
			return "", fault.New(fault.Invalid, "Votre session contient des caractères non valides. Rechargez la page pour en ouvrir une nouvelle.")
		}
		if i > 0 {
			b.WriteString(", ")
		}
		// In hexadecimal nothing needs quoting, whatever the settings of the
		// server make of quotes and backslashes.
		fmt.Fprintf(&b, "set_config('tandem.%s', convert_from(decode('%s', 'hex'), 'UTF8'), true)", s.name, hex.EncodeToString([]byte(s.value)))
	}
	return b.String(), nil
}

func transact(ctx context.Context, pool *pgxpool.Pool, begin string, f func(pgx.Tx) error) (err error) {
	tx, err := open(ctx, pool, begin)
	if err != nil {
		return err
	}
	done := false
	defer func() {
		if done {
			return
		}
		// f failed or panicked; its context may have ended, the connection must not stay open.
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = tx.Rollback(end) // a connection that cannot roll back is thrown away by the pool
	}()
	if err := f(tx); err != nil {
		return dead(ctx, tx.Conn(), err)
	}
	conn := tx.Conn()
	done = true
	if err := tx.Commit(ctx); err != nil {
		return dead(ctx, conn, err)
	}
	return nil
}

// open takes a connection and begins. A pool cannot know that the server has
// been restarted: its connections fail once each. Nothing has been done yet, so
// they are all thrown away and a new one is tried.
func open(ctx context.Context, pool *pgxpool.Pool, begin string) (pgx.Tx, error) {
	tx, err := pool.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err == nil {
		return tx, nil
	}
	if ctx.Err() != nil {
		return nil, err
	}
	if _, answered := errors.AsType[*pgconn.ConnectError](err); !answered {
		pool.Reset()
		if tx, err = pool.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin}); err == nil {
			return tx, nil
		}
	}
	if ctx.Err() != nil {
		return nil, err
	}
	return nil, unavailable(err)
}

// dead tells an error of the caller's from the death of the connection under it.
func dead(ctx context.Context, conn *pgx.Conn, err error) error {
	_, told := errors.AsType[*fault.Error](err)
	if told || ctx.Err() != nil || !conn.IsClosed() {
		return err
	}
	return unavailable(err)
}

func unavailable(err error) error {
	return fault.Wrap(err, fault.Unavailable, "La base de données ne répond pas. Réessayez dans un instant ; si cela continue, prévenez la personne qui administre ce service.")
}
