package postgres_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/migrations"
)

// What row-level security costs a transaction, beside one for nobody.
func BenchmarkTransaction(b *testing.B) {
	db := postgrestest.New(b)
	one := func(tx pgx.Tx) error {
		var n int
		return tx.QueryRow(b.Context(), "select 1").Scan(&n)
	}
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if err := db.Read(b.Context(), one); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("as", func(b *testing.B) {
		for b.Loop() {
			if err := db.As(b.Context(), alice, one); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// From nothing running to a database ready for use, and back.
func BenchmarkRestart(b *testing.B) {
	dir := postgrestest.Folder(b)
	open := func() {
		db, err := postgres.Open(b.Context(), postgres.Config{DataDir: dir, Migrate: migrations.Apply})
		if err != nil {
			b.Fatal(err)
		}
		db.Close()
	}
	open() // makes the cluster
	for b.Loop() {
		open()
	}
}
