package postgrestest

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"tandem/internal/postgres"
	"tandem/internal/postgres/cluster"
	"tandem/migrations"
)

// Server is the PostgreSQL of one test.
type Server struct {
	DataDir string // to open it again: postgres.Config{DataDir: …}
	t       testing.TB
	cluster *cluster.Cluster
}

// Private starts a cluster that is this test's alone, for tests that kill it,
// and opens its database, migrated. Costs about a second.
func Private(t testing.TB) (*postgres.DB, *Server) {
	t.Helper()
	s := &Server{DataDir: Folder(t), t: t}
	var err error
	s.cluster, err = cluster.Join(t.Context(), cluster.Config{Dir: filepath.Join(s.DataDir, "postgres"), NoSync: true})
	Require(t, err)
	stopAfterUs(filepath.Join(s.DataDir, "postgres")) // should the test be killed
	t.Cleanup(func() {
		if err := s.cluster.Leave(); err != nil {
			t.Errorf("postgrestest: %v", err)
		}
	})
	db, err := postgres.Open(t.Context(), postgres.Config{DataDir: s.DataDir, Migrate: migrations.Apply})
	if err != nil {
		t.Fatalf("postgrestest: %v", err)
	}
	t.Cleanup(db.Close)
	return db, s
}

// Kill ends the server as kill -9 does and returns once it is gone, with the
// sessions that it leaves behind: for a moment these would still answer.
func (s *Server) Kill() {
	s.t.Helper()
	pid := s.cluster.Pid()
	if pid == 0 {
		s.t.Fatal("postgrestest: the server is not running")
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		s.t.Fatalf("postgrestest: %v", err)
	}
	for len(s.cluster.Processes()) > 0 { // certain, but not its moment
		runtime.Gosched()
	}
}

// Start starts the server if it is down and returns once it answers.
func (s *Server) Start() {
	s.t.Helper()
	if err := s.cluster.Ensure(s.t.Context()); err != nil {
		s.t.Fatalf("postgrestest: %v", err)
	}
}

// Folder is a temporary data folder that the user PostgreSQL runs as can reach,
// which t.TempDir is not when tests run as root.
func Folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tandem-")
	if err != nil {
		t.Fatalf("postgrestest: %v", err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("postgrestest: %v", err)
		}
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatalf("postgrestest: %v", err)
	}
	return dir
}
