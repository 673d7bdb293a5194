package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// settings are for one machine that also runs Tandem: modest memory, SSD, many
// short transactions. The log names errors but neither statements nor rows,
// which hold what people wrote.
const settings = `# Written by Tandem at each start. Put your own settings in local.conf beside this file.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 128MB
maintenance_work_mem = 256MB
effective_io_concurrency = 100
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, dmy'
default_text_search_config = 'pg_catalog.french'
logging_collector = off
log_destination = 'stderr'
log_line_prefix = '%m [%p] '
log_min_messages = warning
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
`

// writeSettings writes the file that the server reads instead of the one that
// initdb made, so that a newer Tandem brings its settings along.
func (c *Cluster) writeSettings(socket string) error {
	text := settings
	text += fmt.Sprintf("unix_socket_directories = %s\n", quote(socket))
	if c.noSync {
		text += "fsync = off\nfull_page_writes = off\n"
	}
	if !sharedMemory() {
		text += "dynamic_shared_memory_type = mmap\n"
	}
	local := filepath.Join(c.dir, "local.conf")
	if _, err := os.Stat(local); err == nil { // include_if_exists would complain at each start
		text += fmt.Sprintf("include %s\n", quote(local))
	}
	path := filepath.Join(c.dir, "postgresql.conf")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return err
	}
	return os.Chmod(path, 0o644) // whatever the umask: the server may be another user
}

// sharedMemory tells whether /dev/shm has room for the parallel build of a vector
// index, which takes maintenance_work_mem of it. Containers give 64 MB, or none.
func sharedMemory() bool {
	const need = 512 << 20
	var fs syscall.Statfs_t
	info, err := os.Stat("/dev/shm")
	if err != nil || info.Mode().Perm()&0o002 == 0 || syscall.Statfs("/dev/shm", &fs) != nil {
		return false
	}
	return uint64(fs.Bsize)*fs.Bavail >= need
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

const socketName = "/.s.PGSQL.5432"

// socketFolder is where the socket goes: in the folder, unless the path would
// not fit in the 107 bytes a socket address has. Then it is a private temporary
// folder, remembered so that it is the same after a restart.
func (c *Cluster) socketFolder(run account) (string, error) {
	inside := filepath.Join(c.dir, "socket")
	if len(inside)+len(socketName) <= maxSocketPath {
		return inside, run.own(inside)
	}
	note := filepath.Join(c.dir, "socket.path")
	if known, err := os.ReadFile(note); err == nil {
		dir := string(known)
		if err := os.Mkdir(dir, 0o700); err == nil { // fails if it is there, whoever's it is
			return dir, run.own(dir)
		}
		if run.owns(dir) {
			return dir, nil
		}
	}
	made, err := os.MkdirTemp(os.TempDir(), "tandem-")
	if err != nil {
		return "", err
	}
	if err := run.own(made); err != nil {
		return "", err
	}
	return made, os.WriteFile(note, []byte(made), 0o600)
}

// maxSocketPath is what sun_path holds on Linux without its final zero byte.
const maxSocketPath = 107

// maxLog is where the log starts over; as much again is kept in log.1.
const maxLog = 4 << 20

// openLog opens the file that the server writes its messages to.
func (c *Cluster) openLog() (*os.File, error) {
	return os.OpenFile(c.logPath(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
}

func (c *Cluster) logPath() string { return filepath.Join(c.dir, "log") }

// boundLog starts the log over when it is too long. The server goes on writing
// to the same file, at its end, which is then the beginning.
func (c *Cluster) boundLog() error {
	info, err := os.Stat(c.logPath())
	if err != nil || info.Size() < maxLog {
		return nil // no log yet is as good as a short one
	}
	text, err := os.ReadFile(c.logPath())
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.logPath()+".1", text, 0o600); err != nil {
		return err
	}
	return os.Truncate(c.logPath(), 0)
}

// logSince is the end of what the server said after the log was size bytes long.
func (c *Cluster) logSince(size int64) string {
	file, err := os.Open(c.logPath())
	if err != nil {
		return ""
	}
	defer file.Close()
	text := make([]byte, 4096)
	n, _ := file.ReadAt(text, size) // short is usual
	lines := strings.Split(strings.TrimSpace(string(text[:n])), "\n")
	return strings.Join(lines[max(0, len(lines)-8):], "\n")
}
