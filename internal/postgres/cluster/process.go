package cluster

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// postmaster is what the pid file of a cluster says of its server.
type postmaster struct {
	pid    int
	socket string // folder of the socket
	ready  bool   // it has accepted connections
	alive  bool   // that process exists and is this cluster's server
}

// running reads the pid file of data. The zero value means that there is none,
// or none that can be read: a server writes it before anything else.
func running(data string) postmaster {
	file, err := os.Open(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return postmaster{}
	}
	defer file.Close()
	var lines []string
	for scan := bufio.NewScanner(file); scan.Scan() && len(lines) < 8; {
		lines = append(lines, strings.TrimSpace(scan.Text()))
	}
	var p postmaster
	if len(lines) > 0 {
		p.pid, _ = strconv.Atoi(lines[0]) // not a number: no process, hence stale
	}
	if len(lines) > 4 {
		p.socket = lines[4]
	}
	if len(lines) > 7 {
		p.ready = lines[7] == "ready"
	}
	p.alive = p.pid > 0 && works(p.pid, data)
	return p
}

// works tells whether the process pid is a server of the cluster in data. All
// processes of a server have its data folder as working directory, which tells
// them from a process that was given the number of a dead one.
func works(pid int, data string) bool {
	cwd, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(pid), "cwd"))
	if err == nil {
		return cwd == data
	}
	if runtime.GOOS == "linux" {
		return false // gone, a zombie, or another user's, which cannot serve this folder
	}
	return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}

// processes are the server processes of the cluster in data. Those that a killed
// postmaster leaves behind hold its shared memory until they notice.
func processes(data string) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil // no /proc: PostgreSQL's own interlock refuses to start beside them
	}
	var pids []int
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil && works(pid, data) && isPostgres(pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// isPostgres keeps a person's shell in the data folder out of processes.
func isPostgres(pid int) bool {
	name, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "comm"))
	return err == nil && strings.TrimSpace(string(name)) == "postgres"
}
