package cluster_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres/cluster"
	"tandem/internal/postgres/postgrestest"
)

// With an argument the test binary is another Tandem: it joins a cluster, says
// so, and leaves it when its standard input ends, unless it is killed before.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "join" {
		c, err := cluster.Join(context.Background(), cluster.Config{Dir: os.Args[2], NoSync: true})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("joined", c.Pid())
		_, _ = io.Copy(io.Discard, os.Stdin)
		if err := c.Leave(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	m.Run()
}

// other is another process that uses the cluster.
type other struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.Closer
	out *bufio.Reader
}

func start(t *testing.T, dir string) *other {
	t.Helper()
	o := &other{t: t, cmd: exec.Command(os.Args[0], "join", dir)}
	in, err := o.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := o.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	o.in, o.out = in, bufio.NewReader(out)
	if err := o.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return o
}

// joined waits until it has joined and returns the server's process.
func (o *other) joined() int {
	o.t.Helper()
	line, _ := o.out.ReadString('\n') // at the end of the file the line is the error
	pid, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(line, "joined ")))
	if err != nil || pid == 0 {
		o.t.Fatalf("did not join: %q", line)
	}
	return pid
}

func (o *other) leave() {
	o.t.Helper()
	o.in.Close()
	if err := o.cmd.Wait(); err != nil {
		o.t.Errorf("leaving: %v", err)
	}
}

func (o *other) kill() {
	o.t.Helper()
	if err := o.cmd.Process.Kill(); err != nil {
		o.t.Fatal(err)
	}
	_ = o.cmd.Wait() // killed
}

func join(t *testing.T, dir string) *cluster.Cluster {
	t.Helper()
	c, err := cluster.Join(t.Context(), cluster.Config{Dir: dir, NoSync: true})
	postgrestest.Require(t, err)
	return c
}

func leave(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	if err := c.Leave(); err != nil {
		t.Fatal(err)
	}
}

// query runs one statement as the owner and returns its only value.
func query(t *testing.T, c *cluster.Cluster, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.URL(cluster.Owner, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var s string
	if err := conn.QueryRow(t.Context(), sql).Scan(&s); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return s
}

// run executes statements as the owner.
func run(t *testing.T, c *cluster.Cluster, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.URL(cluster.Owner, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func gone(pid int) bool {
	_, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	return err != nil
}

func TestSettings(t *testing.T) {
	t.Parallel()
	dir := postgrestest.Folder(t)
	if err := os.WriteFile(filepath.Join(dir, "local.conf"), []byte("work_mem = '7MB'\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c := join(t, dir)
	defer leave(t, c)
	for name, want := range map[string]string{
		"listen_addresses": "", "unix_socket_permissions": "0700", "jit": "off", "TimeZone": "UTC", "server_encoding": "UTF8",
		"fsync": "off", "log_min_error_statement": "panic", "log_error_verbosity": "terse", "work_mem": "7MB",
	} {
		if got := query(t, c, "select current_setting('"+name+"')"); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	// French needs it: with the locale C, É and é would be two letters.
	if got := query(t, c, "select lower('ÉTÉ')"); got != "été" {
		t.Errorf("lower('ÉTÉ') = %s", got)
	}
	for _, name := range []string{"data", "socket"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	// The log tells of the error and keeps what the statement held to itself.
	conn, err := pgx.Connect(t.Context(), c.URL(cluster.Owner, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, sql := range []string{"create table cv (t text primary key)", "insert into cv values ('SECRET')", "insert into cv values ('SECRET')"} {
		_, err = conn.Exec(t.Context(), sql)
	}
	text, _ := os.ReadFile(filepath.Join(dir, "log"))
	if err == nil || !strings.Contains(string(text), "duplicate key") || strings.Contains(string(text), "SECRET") {
		t.Errorf("log:\n%s", text)
	}
}

func TestTheLastOneStopsIt(t *testing.T) {
	t.Parallel()
	dir := postgrestest.Folder(t)
	here := join(t, dir)
	first, second := start(t, dir), start(t, dir)
	pid := first.joined()
	run(t, here, "create table kept (n int); insert into kept values (42)")
	if again := second.joined(); again != pid || here.Pid() != pid {
		t.Errorf("three users of servers %d, %d, %d", pid, again, here.Pid())
	}
	leave(t, here)
	if gone(pid) {
		t.Error("stopped while two use it")
	}
	first.kill() // a killed user counts no more
	second.leave()
	if !gone(pid) {
		t.Error("still up after the last has left")
	}
	// A full restart: the data are there.
	here = join(t, dir)
	if got := query(t, here, "select n::text from kept"); got != "42" || here.Pid() == pid {
		t.Errorf("kept %s, server %d then %d", got, pid, here.Pid())
	}
	leave(t, here)
}

func TestKilledTandemLeavesAServerToJoin(t *testing.T) {
	t.Parallel()
	dir := postgrestest.Folder(t)
	first := start(t, dir)
	line, _ := first.out.ReadString('\n')
	if !strings.HasPrefix(line, "joined") {
		postgrestest.Require(t, fault.New(fault.Unavailable, "%s", line))
	}
	first.kill()
	c := join(t, dir)
	if want := strings.TrimSpace(strings.TrimPrefix(line, "joined ")); strconv.Itoa(c.Pid()) != want {
		t.Errorf("server %d, want the orphan %s", c.Pid(), want)
	}
	pid := c.Pid()
	leave(t, c)
	if !gone(pid) {
		t.Error("the orphan was not stopped")
	}
}

func TestTwoStartsAtOnce(t *testing.T) {
	t.Parallel()
	dir := postgrestest.Folder(t)
	leave(t, join(t, dir)) // skips without PostgreSQL
	if err := os.RemoveAll(filepath.Join(dir, "data")); err != nil {
		t.Fatal(err)
	}
	var others []*other
	for range 4 {
		others = append(others, start(t, dir))
	}
	pids := map[int]bool{}
	for _, o := range others {
		pids[o.joined()] = true
	}
	if len(pids) != 1 {
		t.Errorf("servers %v", pids)
	}
	// Leaving together while another comes: whoever is in finds it up.
	var group sync.WaitGroup
	for _, o := range others {
		group.Go(o.leave)
	}
	for range 3 {
		c := join(t, dir)
		query(t, c, "select 'ok'")
		leave(t, c)
	}
	group.Wait()
	for pid := range pids {
		if !gone(pid) {
			t.Errorf("server %d left behind", pid)
		}
	}
}

func TestKilledServer(t *testing.T) {
	t.Parallel()
	dir := postgrestest.Folder(t)
	c := join(t, dir)
	defer func() { leave(t, c) }()
	run(t, c, "create table kept (n int); insert into kept values (42)")

	// A session that is busy when the postmaster dies does not notice by itself,
	// and holds the memory that the next server needs.
	busy, err := pgx.Connect(t.Context(), c.URL(cluster.Owner, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close(context.Background())
	pid := c.Pid()
	done := make(chan error, 1) // one result
	go func() {
		_, err := busy.Exec(t.Context(), "do $$ begin loop perform 1; end loop; end $$")
		done <- err
	}()
	for query(t, c, "select count(*)::text from pg_stat_activity where query like 'do $$%' and state = 'active'") != "1" {
	}
	kill := func() {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		for !gone(pid) {
		}
	}
	kill()
	if err := c.Ensure(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err == nil {
		t.Error("an endless statement ended well")
	}
	if got := query(t, c, "select n::text from kept"); got != "42" {
		t.Errorf("kept %s", got)
	}

	// The server answers although its process is not seen: another container with
	// the same folder. A second server on the same data would destroy them.
	note := filepath.Join(c.Data(), "postmaster.pid")
	text, err := os.ReadFile(note)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n")
	pid = c.Pid()
	write := func(stale int) {
		if err := os.WriteFile(note, []byte(strconv.Itoa(stale)+"\n"+rest), 0o600); err != nil {
			t.Fatal(err)
		}
		if c.Pid() != 0 {
			t.Fatalf("process %d taken for a server", stale)
		}
	}
	write(os.Getpid())
	if err := c.Ensure(t.Context()); err != nil || c.Pid() != 0 {
		t.Errorf("another server beside the one that answers: %d, %v", c.Pid(), err)
	}

	// The pid file names a process that is none of this cluster's.
	kill()
	for name, stale := range map[string]int{"ourselves": os.Getpid(), "our parent": os.Getppid(), "init": 1, "nobody": pid} {
		write(stale)
		if err := c.Ensure(t.Context()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := query(t, c, "select n::text from kept"); got != "42" {
			t.Errorf("%s: kept %s", name, got)
		}
		pid = c.Pid()
		kill()
	}
	if err := os.WriteFile(note, []byte("half wri"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := c.Ensure(t.Context()); err != nil {
		t.Errorf("a broken pid file: %v", err)
	}
}

func TestOtherMajorVersion(t *testing.T) {
	t.Parallel()
	dir := postgrestest.Folder(t)
	c := join(t, dir)
	data := c.Data()
	leave(t, c)
	version := filepath.Join(data, "PG_VERSION")
	right, err := os.ReadFile(version)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"99\n": "créées par PostgreSQL 99, que cette machine n'a pas", "x\n": "PG_VERSION"} {
		if err := os.WriteFile(version, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = cluster.Join(t.Context(), cluster.Config{Dir: dir, NoSync: true})
		if fault.CodeOf(err) != fault.Unavailable || !strings.Contains(fault.Message(err), want) {
			t.Errorf("PG_VERSION %q: %v", text, err)
		}
	}
	if err := os.WriteFile(version, right, 0o600); err != nil {
		t.Fatal(err)
	}
	leave(t, join(t, dir)) // nothing was touched
	if err := os.Remove(version); err != nil {
		t.Fatal(err)
	}
	if _, err = cluster.Join(t.Context(), cluster.Config{Dir: dir, NoSync: true}); !strings.Contains(fault.Message(err), "ne contient pas de base") {
		t.Errorf("something else is there: %v", err)
	}
}

func TestLongFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(postgrestest.Folder(t), strings.Repeat("très-long/", 12))
	c := join(t, dir)
	host := query(t, c, "select current_setting('unix_socket_directories')")
	info, err := os.Stat(host)
	if err != nil || info.Mode().Perm() != 0o700 || len(host) > 90 {
		t.Errorf("socket in %s: %v, %v", host, info, err)
	}
	// A cleaner of temporary folders takes it away while the server runs.
	if err := os.RemoveAll(host); err != nil {
		t.Fatal(err)
	}
	o := start(t, dir)
	o.joined()
	if got := query(t, c, "select current_setting('unix_socket_directories')"); got != host {
		t.Errorf("the socket moved from %s to %s", host, got)
	}
	o.leave()
	leave(t, c)
	if _, err := os.Stat(host); err == nil {
		t.Error("the temporary folder stays")
	}
}

func TestDoesNotStart(t *testing.T) {
	t.Parallel()
	dir := postgrestest.Folder(t)
	if err := os.WriteFile(filepath.Join(dir, "local.conf"), []byte("shared_buffers = 'beaucoup'\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := cluster.Join(t.Context(), cluster.Config{Dir: dir, NoSync: true})
	if err == nil || !strings.Contains(err.Error(), "introuvable") && !(strings.Contains(err.Error(), "shared_buffers") && strings.Contains(fault.Message(err), "configuration file")) {
		t.Errorf("the log is not told: %v", err)
	}
	// What stays behind does not prevent the next start.
	if err := os.Remove(filepath.Join(dir, "local.conf")); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "data.new", "base"), 0o700); err != nil { // of an initdb killed half-way
		t.Fatal(err)
	}
	leave(t, join(t, dir))
}

func TestFolderThatTheServerCannotReach(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root runs the server as another user")
	}
	_, err := cluster.Join(t.Context(), cluster.Config{Dir: filepath.Join(t.TempDir(), "data"), NoSync: true})
	if !strings.Contains(fault.Message(err), "ne peut pas entrer dans") || !strings.Contains(fault.Message(err), "/var/lib/tandem") {
		t.Errorf("got %v", err)
	}
}

func TestLogIsBounded(t *testing.T) {
	t.Parallel()
	dir := postgrestest.Folder(t)
	c := join(t, dir)
	defer leave(t, c)
	path := filepath.Join(dir, "log")
	for range 3 {
		if err := os.Truncate(path, cluster.MaxLog); err != nil {
			t.Fatal(err)
		}
		if err := c.BoundLog(); err != nil {
			t.Fatal(err)
		}
	}
	query(t, c, "select 'ok' from pg_reload_conf()") // which the server logs
	for query(t, c, "select (pg_stat_file('"+path+"')).size::text") == "0" {
	}
	now, err := os.Stat(path)
	if err != nil || now.Size() > 10_000 {
		t.Errorf("the server does not go on at the beginning: %v, %v", now, err)
	}
	before, err := os.Stat(path + ".1")
	if err != nil || before.Size() != cluster.MaxLog {
		t.Errorf("kept %v, %v", before, err)
	}
}
