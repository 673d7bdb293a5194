package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	pgxvec "github.com/pgvector/pgvector-go/pgx"

	"tandem/internal/fault"
)

const (
	// A transaction here lasts about a millisecond, so a few connections carry
	// thousands of conversations; several Tandem processes share the 100 of a
	// cluster. pool_max_conns in the URL overrides appConns.
	appConns   = 20
	ownerConns = 4

	// What a visitor's transaction may take, so that none holds others up.
	limits = "set statement_timeout = '30s'; set lock_timeout = '10s'; set idle_in_transaction_session_timeout = '60s'; set timezone = 'UTC'"

	minServer = 140000
	minVector = "0.7"
)

// connect makes a pool; no connection is opened yet. setup is run on each.
func connect(url string, conns int32, setup string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, badURL(err)
	}
	if !strings.Contains(url, "pool_max_conns") {
		config.MaxConns = conns
	}
	config.MaxConnIdleTime = 5 * time.Minute
	tune(config.ConnConfig, url)
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		// One round trip: without arguments Exec takes several statements.
		if _, err := conn.Exec(ctx, setup); err != nil {
			return err
		}
		return pgxvec.RegisterTypes(ctx, conn)
	}
	return pgxpool.NewWithConfig(context.Background(), config) // ctx is for MinConns, of which there are none
}

func tune(config *pgx.ConnConfig, url string) {
	if !strings.Contains(url, "connect_timeout") {
		config.ConnectTimeout = 5 * time.Second
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "tandem"
	}
}

// prepare checks the server and migrates the database.
func prepare(ctx context.Context, url string, migrate func(context.Context, *pgx.Conn) error) error {
	conn, err := single(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := checkServer(ctx, conn); err != nil {
		return err
	}
	if migrate != nil {
		if err := migrate(ctx, conn); err != nil {
			return err
		}
	}
	return checkVector(ctx, conn)
}

// single opens one plain connection.
func single(ctx context.Context, url string) (*pgx.Conn, error) {
	config, err := pgxpool.ParseConfig(url) // which takes out the pool's own words
	if err != nil {
		return nil, badURL(err)
	}
	tune(config.ConnConfig, url)
	conn, err := pgx.ConnectConfig(ctx, config.ConnConfig)
	if err != nil {
		return nil, refused(err)
	}
	return conn, nil
}

func badURL(err error) error { // pgx leaves the password out of its errors
	return fault.Wrap(err, fault.Invalid, "L'adresse de la base de données (DATABASE_URL) n'est pas valide : %v. Exemple : postgres://utilisateur:motdepasse@serveur:5432/tandem", err)
}

func refused(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return fault.Wrap(err, fault.Unavailable, "La base de données refuse la connexion : %s. Vérifiez DATABASE_URL.", pg.Message)
	}
	return fault.Wrap(err, fault.Unavailable, "La base de données ne répond pas : vérifiez qu'elle est démarrée et que DATABASE_URL est juste (%v).", err)
}

func checkServer(ctx context.Context, conn *pgx.Conn) error {
	var number, name, available string
	err := conn.QueryRow(ctx, `select current_setting('server_version_num'), current_setting('server_version'),
		coalesce((select default_version from pg_available_extensions where name = 'vector'), '')`).Scan(&number, &name, &available)
	if err != nil {
		return fmt.Errorf("postgres: server version: %w", err)
	}
	if n, err := strconv.Atoi(number); err != nil || n < minServer {
		return fault.New(fault.Unavailable, "La base de données est un PostgreSQL %s ; Tandem demande PostgreSQL 14 ou plus récent. Mettez le serveur à jour ou indiquez-en un autre dans DATABASE_URL.", name)
	}
	if available == "" {
		return fault.New(fault.Unavailable, "L'extension pgvector n'est pas installée sur le serveur PostgreSQL %s. Installez-la (version %s ou plus récente), ou indiquez une autre base dans DATABASE_URL.", name, minVector)
	}
	if older(available, minVector) {
		return fault.New(fault.Unavailable, "Le serveur PostgreSQL a pgvector %s ; Tandem demande la version %s ou plus récente. Mettez l'extension à jour sur le serveur.", available, minVector)
	}
	return nil
}

// checkVector looks at what the database uses, which an upgrade of the server's
// packages does not change.
func checkVector(ctx context.Context, conn *pgx.Conn) error {
	var have string
	err := conn.QueryRow(ctx, "select extversion from pg_extension where extname = 'vector'").Scan(&have)
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.New(fault.Unavailable, "L'extension pgvector n'est pas activée dans la base de données. Exécutez-y « create extension vector ».")
	}
	if err != nil {
		return fmt.Errorf("postgres: pgvector version: %w", err)
	}
	if older(have, minVector) {
		return fault.New(fault.Unavailable, "La base de données utilise pgvector %s ; Tandem demande la version %s ou plus récente. Exécutez-y « alter extension vector update ».", have, minVector)
	}
	return nil
}

// older compares dotted versions; what is not a number counts as 0.
func older(a, b string) bool {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		var x, y int
		if i < len(as) {
			x, _ = strconv.Atoi(as[i])
		}
		if i < len(bs) {
			y, _ = strconv.Atoi(bs[i])
		}
		if x != y {
			return x < y
		}
	}
	return false
}

// create makes a database unless it is there.
func create(ctx context.Context, url, name string) error {
	conn, err := single(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var there bool
	if err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", name).Scan(&there); err != nil || there {
		return err
	}
	_, err = conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize())
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && (pg.Code == "42P04" || pg.Code == "23505") {
		return nil // another Tandem made it at the same moment
	}
	return err
}

// confined refuses to work as a role that row-level security does not bind: a
// superuser, one with bypassrls, an owner of the tables or a member of one.
func (d *DB) confined(ctx context.Context) error {
	var role string
	var free bool
	err := d.Read(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select current_user, r.rolsuper or r.rolbypassrls or exists (
			select from pg_class where relrowsecurity and pg_has_role(current_user, relowner, 'usage'))
			from pg_roles r where r.rolname = current_user`).Scan(&role, &free)
	})
	if err != nil {
		if cause, ok := errors.AsType[*pgconn.PgError](err); ok {
			return fault.Wrap(err, fault.Unavailable, "La base de données refuse que Tandem travaille comme « %s » : %s. "+
				"Le compte de DATABASE_URL doit être membre de ce rôle (« grant %[1]s to … »).", App, cause.Message)
		}
		return err
	}
	if free {
		return fault.New(fault.Forbidden, "Le compte « %s » de la base de données peut contourner le cloisonnement des données entre personnes : "+
			"Tandem refuse de démarrer. Ce compte ne doit être ni superutilisateur, ni « bypassrls », ni propriétaire des tables.", role)
	}
	return nil
}
