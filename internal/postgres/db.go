package postgres

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"tandem/internal/postgres/cluster"
)

// App is the role that everything but loading and migrating works as. The first
// migration makes it: it owns nothing and cannot bypass row-level security.
const App = "tandem_app"

// database is the name of ours in the private cluster.
const database = "tandem"

// Config says which database.
type Config struct {
	URL     string // of an existing database, as the owner of the tables; empty means the private cluster
	DataDir string // whose folder postgres holds the private cluster
	Migrate func(context.Context, *pgx.Conn) error
	Log     *slog.Logger
}

// DB is an open database. Its methods may be used from several goroutines.
type DB struct {
	app     *pgxpool.Pool
	owner   *pgxpool.Pool
	cluster *cluster.Cluster // nil when the database is not the private one
	log     *slog.Logger
}

// Open finds or starts the database, migrates it and returns it ready for use;
// ctx is for opening only. Returns a fault with a French sentence when there is
// no database, when it or pgvector is too old, when it was migrated by a newer
// Tandem, or when the role it would work as could read across visitors.
func Open(ctx context.Context, c Config) (_ *DB, err error) {
	d := &DB{log: c.Log}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	defer func() {
		if err != nil {
			d.Close()
		}
	}()
	owner, app, become := c.URL, c.URL, "set role "+App+";"
	if c.URL == "" {
		if c.DataDir == "" {
			return nil, errors.New("postgres: neither a URL nor a data folder")
		}
		d.cluster, err = cluster.Join(ctx, cluster.Config{Dir: filepath.Join(c.DataDir, "postgres"), Log: c.Log})
		if err != nil {
			return nil, err
		}
		if err := create(ctx, d.cluster.URL(cluster.Owner, "postgres"), database); err != nil {
			return nil, err
		}
		owner, app = d.cluster.URL(cluster.Owner, database), d.cluster.URL(App, database)
		become = "" // connected as that role, there is no other to go back to
	}
	// On a connection of its own and before the pools: what they do to each
	// connection needs the extension and the role that migrations make.
	if err := prepare(ctx, owner, c.Migrate); err != nil {
		return nil, err
	}
	if d.owner, err = connect(owner, ownerConns, "set client_min_messages = warning;"); err != nil {
		return nil, err
	}
	if d.app, err = connect(app, appConns, become+limits); err != nil {
		return nil, err
	}
	if err := d.confined(ctx); err != nil {
		return nil, err
	}
	return d, nil
}

// Close ends all connections, waiting for the transactions under way, and stops
// the private cluster if no other Tandem uses it.
func (d *DB) Close() {
	if d.app != nil {
		d.app.Close()
	}
	if d.owner != nil {
		d.owner.Close()
	}
	if d.cluster != nil {
		if err := d.cluster.Leave(); err != nil {
			d.log.Error("postgres: the private cluster was not left cleanly", "error", err)
		}
	}
}

// Watch starts the private cluster again whenever it has died, until ctx ends.
// A server runs it in a goroutine; a database that is not ours is not watched.
func (d *DB) Watch(ctx context.Context) {
	if d.cluster == nil {
		<-ctx.Done()
		return
	}
	d.cluster.Watch(ctx)
}

// Healthy returns nil when the database answers, else a fault.Unavailable.
func (d *DB) Healthy(ctx context.Context) error {
	return d.Read(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "select 1")
		return err
	})
}
