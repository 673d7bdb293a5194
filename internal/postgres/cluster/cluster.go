package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"tandem/internal/fault"
)

// Owner is the superuser of the cluster.
const Owner = "tandem"

// How long we wait. A start may replay much of the log after a crash; it is
// given up before that when the server process ends.
const (
	startWithin = 2 * time.Minute
	stopWithin  = 30 * time.Second
	lockWithin  = 3 * time.Minute
	pollEvery   = 10 * time.Millisecond
)

// Config says which cluster.
type Config struct {
	Dir    string // its folder, made if absent
	NoSync bool   // never wait for the disk: tests only, a power cut loses the data
	Log    *slog.Logger
}

// Cluster is this process's part in a running private cluster.
type Cluster struct {
	dir    string
	noSync bool
	log    *slog.Logger
	users  *os.File // shared lock: as long as one is held, the cluster stays up
	socket string   // folder of the socket; does not change while we use the cluster
}

// Join makes sure that the cluster of c.Dir runs and counts this process among
// its users until [Cluster.Leave]. Returns a fault with a French sentence when
// there is no PostgreSQL to run it, when it is of a version that this machine
// lacks, when its user cannot reach the folder, or when it does not start.
func Join(ctx context.Context, c Config) (*Cluster, error) {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, denied(err, dir)
	}
	// The server reports its folders without links, and we compare with them.
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, denied(err, dir)
	}
	k := &Cluster{dir: dir, noSync: c.NoSync, log: c.Log}
	if k.log == nil {
		k.log = slog.New(slog.DiscardHandler)
	}
	err = k.exclusively(ctx, func() error {
		if k.users, err = lock(ctx, filepath.Join(dir, "users.lock"), syscall.LOCK_SH); err != nil {
			return err
		}
		k.socket, err = k.up(ctx)
		return err
	})
	if err != nil {
		if k.users != nil {
			k.users.Close()
		}
		return nil, denied(err, dir)
	}
	return k, nil
}

// Leave ends this process's use of the cluster and stops it if nobody else
// uses it.
func (c *Cluster) Leave() error {
	ctx, cancel := context.WithTimeout(context.Background(), lockWithin)
	defer cancel()
	defer c.users.Close() // whatever happens, we use it no more
	return c.exclusively(ctx, func() error {
		if err := flock(c.users, syscall.LOCK_EX); err != nil {
			if errors.Is(err, syscall.EWOULDBLOCK) {
				return nil // others still use it
			}
			return err
		}
		return c.down(ctx)
	})
}

// URL is the connection string of a role and database of the cluster. Every
// role of it connects without a password: the socket's folder is the guard.
func (c *Cluster) URL(role, database string) string { return connString(c.socket, role, database) }

func connString(socket, role, database string) string {
	// What the environment says of PostgreSQL (PGSSLMODE…) is about other databases.
	q := url.Values{"host": {socket}, "port": {"5432"}, "sslmode": {"disable"}, "target_session_attrs": {"any"}}
	return (&url.URL{Scheme: "postgres", User: url.User(role), Path: "/" + database, RawQuery: q.Encode()}).String()
}

// Pid is the server's process, 0 if it is not running.
func (c *Cluster) Pid() int {
	if p := running(c.data()); p.alive {
		return p.pid
	}
	return 0
}

// Processes are all that work for the cluster: the server and its sessions,
// which outlive a killed server for a moment. Known on Linux only.
func (c *Cluster) Processes() []int { return processes(c.data()) }

// Ensure starts the cluster if it is not running.
func (c *Cluster) Ensure(ctx context.Context) error {
	return c.exclusively(ctx, func() error {
		socket, err := c.up(ctx)
		if err == nil && socket != c.socket {
			err = fmt.Errorf("the socket has moved from %s to %s: restart Tandem", c.socket, socket)
		}
		return err
	})
}

// Watch starts the cluster again whenever it has died, until ctx ends. A failure
// to start is logged and tried again, each time a little later.
func (c *Cluster) Watch(ctx context.Context) {
	const every, longest = time.Second, 30 * time.Second
	wait := every
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		if err := c.boundLog(); err != nil {
			c.log.Warn("postgres: log not rotated", "error", err)
		}
		if c.Pid() != 0 {
			wait = every
			continue
		}
		if err := c.Ensure(ctx); err != nil && ctx.Err() == nil {
			wait = min(2*wait, longest)
			c.log.Error("postgres: the private cluster does not start", "error", err, "again_in", wait)
			continue
		}
		wait = every
	}
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// exclusively runs f while no other process starts or stops the cluster.
func (c *Cluster) exclusively(ctx context.Context, f func() error) error {
	wait, cancel := context.WithTimeoutCause(ctx, lockWithin, fault.New(fault.Unavailable,
		"Un autre Tandem démarre ou arrête la base de données de %s depuis trop longtemps. Attendez qu'il ait fini, ou arrêtez-le.", c.dir))
	defer cancel()
	start, err := lock(wait, filepath.Join(c.dir, "start.lock"), syscall.LOCK_EX)
	if err != nil {
		return err
	}
	defer start.Close()
	return f()
}

// up makes the cluster run, from whatever state it is in, and returns the folder
// of its socket. Under start.lock.
func (c *Cluster) up(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, startWithin, fmt.Errorf("not ready after %v", startWithin))
	defer cancel()
	run, err := accountFor(c.data())
	if err != nil {
		return "", err
	}
	if err := run.reach(c.dir); err != nil {
		return "", err
	}
	if socket, err := c.joinRunning(ctx, run); !errors.Is(err, errGone) {
		return socket, err
	}
	made, err := c.madeBy()
	if err != nil {
		return "", err
	}
	server, err := find(made, c.data())
	if err != nil {
		return "", err
	}
	if made == 0 {
		if err := c.initialise(ctx, server, run); err != nil {
			return "", err
		}
	}
	if err := c.clear(ctx); err != nil {
		return "", err
	}
	return c.start(ctx, server, run)
}

// joinRunning waits for a server started by another Tandem, or left by a killed
// one. It may be on its way up or down: errGone means that there is none, or no
// more.
func (c *Cluster) joinRunning(ctx context.Context, run account) (string, error) {
	p := running(c.data())
	if !p.alive {
		// A process that we do not see may still serve: in another container with
		// the same folder. A second server would destroy the data.
		if p.socket != "" && answers(ctx, p.socket) {
			return p.socket, nil
		}
		return "", errGone
	}
	if p.socket == "" { // it has not got that far: it will be where the settings say
		socket, err := c.socketFolder(run)
		if err != nil {
			return "", err
		}
		p.socket = socket
	}
	if _, err := os.Stat(p.socket + socketName); p.ready && errors.Is(err, fs.ErrNotExist) {
		// Something has cleaned the temporary folder: nobody can connect any more.
		if err := c.down(ctx); err != nil {
			return "", err
		}
		return "", errGone
	}
	return p.socket, ready(ctx, p.socket, func() bool { return !running(c.data()).alive })
}

// madeBy is the major version that made the cluster, 0 if there is none yet.
func (c *Cluster) madeBy() (int, error) {
	text, err := os.ReadFile(filepath.Join(c.data(), "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(c.data()); err == nil {
			return 0, fault.New(fault.Unavailable, "Le dossier %s existe mais ne contient pas de base PostgreSQL. Déplacez-le et relancez.", c.data())
		}
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fault.Wrap(err, fault.Unavailable, "Le fichier PG_VERSION de %s est illisible : la base de données est abîmée. Restaurez une sauvegarde de ce dossier.", c.data())
	}
	return major, nil
}

// initialise makes the cluster beside its place and moves it there when it is
// whole: an initdb killed half-way leaves nothing that looks like a cluster.
func (c *Cluster) initialise(ctx context.Context, server binaries, run account) error {
	c.log.Info("postgres: making the private cluster", "version", server.major, "folder", c.data())
	fresh := c.data() + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := run.own(fresh); err != nil {
		return err
	}
	args := []string{"-D", fresh, "--username=" + Owner, "--encoding=UTF8", "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject"}
	if c.noSync {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, server.path("initdb"), args...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = fresh, childEnv(fresh), run.process()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fault.Wrap(fmt.Errorf("initdb: %w\n%s", err, out), fault.Unavailable, "La base de données n'a pas pu être créée dans %s : %s", c.dir, reason(string(out), err))
	}
	return os.Rename(fresh, c.data())
}

// childEnv keeps what the environment says of PostgreSQL, of languages and of
// us out of the server.
func childEnv(home string) []string {
	return []string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + home, "LC_ALL=C", "TZ=UTC"}
}

// reason is what a person should read of a server's or initdb's last words.
func reason(text string, otherwise error) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, line := range slices.Backward(lines) {
		for _, mark := range []string{"FATAL:", "PANIC:", "error:"} {
			if _, what, ok := strings.Cut(line, mark); ok {
				return strings.TrimSpace(what)
			}
		}
	}
	return cmp.Or(lines[len(lines)-1], otherwise.Error())
}

// denied turns a lack of permission into the sentence that helps.
func denied(err error, dir string) error {
	if fault.CodeOf(err) == fault.Internal && errors.Is(err, fs.ErrPermission) {
		return fault.Wrap(err, fault.Unavailable, "Le dossier de données %s appartient à un autre utilisateur ou n'est pas accessible en écriture. "+
			"Lancez Tandem avec le compte qui l'a créé, ou choisissez un autre dossier.", dir)
	}
	return err
}
