package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"tandem/internal/fault"
)

// errGone: the server we waited for has ended.
var errGone = errors.New("the server has ended")

// start runs the server, waits until it answers, and returns the folder of its
// socket.
func (c *Cluster) start(ctx context.Context, server binaries, run account) (string, error) {
	socket, err := c.socketFolder(run)
	if err != nil {
		return "", err
	}
	if err := c.writeSettings(socket); err != nil {
		return "", err
	}
	if err := c.boundLog(); err != nil {
		return "", err
	}
	log, err := c.openLog()
	if err != nil {
		return "", err
	}
	defer log.Close()
	info, err := log.Stat()
	if err != nil {
		return "", err
	}
	// Not CommandContext: the server outlives the call that started it.
	cmd := exec.Command(server.path("postgres"), "-D", c.data(), "-c", "config_file="+filepath.Join(c.dir, "postgresql.conf"))
	cmd.Dir, cmd.Env, cmd.SysProcAttr = c.data(), childEnv(c.data()), run.process()
	cmd.Stdout, cmd.Stderr = log, log
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return "", fault.Wrap(err, fault.Unavailable, "PostgreSQL n'a pas pu être lancé : %v", err)
	}
	ended := make(chan struct{})
	go func() { // ends with the server; reaps it if that is before us
		_ = cmd.Wait() // how it ended is in its log
		close(ended)
	}()
	gone := func() bool {
		select {
		case <-ended:
			return true
		default:
			return false
		}
	}
	if err := ready(ctx, socket, gone); err != nil {
		if !gone() {
			_ = cmd.Process.Signal(syscall.SIGQUIT) // not ours to leave half started
			<-ended
		}
		said := c.logSince(info.Size())
		return "", fault.Wrap(fmt.Errorf("%w\n%s", err, said), fault.Unavailable, "La base de données ne démarre pas (journal : %s) : %s", c.logPath(), reason(said, err))
	}
	c.log.Info("postgres: started", "version", server.major, "folder", c.dir, "took", time.Since(began).Round(time.Millisecond))
	return socket, nil
}

// ready waits until the server at socket accepts connections. Returns errGone
// as soon as gone says so.
func ready(ctx context.Context, socket string, gone func() bool) error {
	config, err := pgx.ParseConfig(connString(socket, Owner, "postgres"))
	if err != nil {
		return err
	}
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		conn, err := pgx.ConnectConfig(ctx, config)
		if err == nil {
			return conn.Close(ctx)
		}
		if gone() {
			return errGone
		}
		if pg, ok := errors.AsType[*pgconn.PgError](err); ok && !notYet(pg) {
			return err // it answers, and will not answer otherwise
		}
		if errors.Is(err, fs.ErrPermission) {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
	}
}

// answers tells whether a server speaks at socket, whatever it says. To connect
// is not enough: the socket of a killed process outlives it for a moment.
func answers(ctx context.Context, socket string) bool {
	config, err := pgx.ParseConfig(connString(socket, Owner, "postgres"))
	if err != nil {
		return false
	}
	config.ConnectTimeout = 5 * time.Second
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		_, speaks := errors.AsType[*pgconn.PgError](err)
		return speaks
	}
	_ = conn.Close(ctx)
	return true
}

// notYet: starting up, shutting down, or all connections taken for a moment.
func notYet(pg *pgconn.PgError) bool { return pg.Code == "57P03" || pg.Code == "53300" }

// clear removes what a killed server left: its last processes, then its pid
// file. PostgreSQL would remove the file itself, unless its number now belongs
// to another process; then it refuses to start. Under start.lock, and only when
// [running] has seen that no postmaster is alive.
func (c *Cluster) clear(ctx context.Context) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for tries := 0; ; tries++ {
		left := processes(c.data())
		if len(left) == 0 {
			break
		}
		// Their postmaster is dead: nothing they do can be committed cleanly, and
		// what was acknowledged is in the log. They end by themselves when idle.
		signal := syscall.SIGQUIT
		if tries > 200 {
			signal = syscall.SIGKILL
		}
		for _, pid := range left {
			if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
				return err
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("processes %v of the former server do not end: %w", left, context.Cause(ctx))
		}
	}
	err := os.Remove(filepath.Join(c.data(), "postmaster.pid"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it ended cleanly
	}
	if err == nil {
		c.log.Warn("postgres: the server had died, starting it again", "folder", c.dir)
	}
	return err
}

// down stops the server: connections are cut, the data are written. Under start.lock.
func (c *Cluster) down(ctx context.Context) error {
	p := running(c.data())
	if !p.alive {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, stopWithin, fmt.Errorf("postgres (process %d) does not stop", p.pid))
	defer cancel()
	if err := syscall.Kill(p.pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for works(p.pid, c.data()) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	if p.socket != "" && p.socket != filepath.Join(c.dir, "socket") {
		_ = os.Remove(p.socket) // our temporary folder; stays if it is not empty
	}
	c.log.Info("postgres: stopped", "folder", c.dir)
	return nil
}
