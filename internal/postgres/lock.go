package postgres

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"tandem/internal/fault"
)

// holder is what the lock file says of who holds it.
type holder struct {
	Pid   int       `json:"pid"`
	What  string    `json:"what"`
	Since time.Time `json:"since"`
}

// Lock makes this process the only server of a data folder until release, or
// its death. what says where it can be found, such as its address. Returns a
// fault.Conflict naming the holder when there is one.
func Lock(dataDir, what string) (release func(), err error) {
	if err := os.MkdirAll(dataDir, 0o755); err != nil {
		return nil, unusable(err, dataDir)
	}
	file, err := os.OpenFile(filepath.Join(dataDir, "serve.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unusable(err, dataDir)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, held(file, dataDir)
		}
		return nil, fmt.Errorf("postgres: lock %s: %w", dataDir, err)
	}
	text, err := json.Marshal(holder{Pid: os.Getpid(), What: what, Since: time.Now()})
	if err == nil {
		if err = file.Truncate(0); err == nil {
			_, err = file.WriteAt(text, 0)
		}
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("postgres: lock %s: %w", dataDir, err)
	}
	// The file stays: another may be waiting on it. Closing it lets go of the lock.
	return func() { file.Close() }, nil
}

// held names the holder, as far as the file tells: it may be about to write it.
func held(file *os.File, dataDir string) error {
	who := "un autre processus"
	var h holder
	if text, err := io.ReadAll(io.LimitReader(file, 4096)); err == nil && json.Unmarshal(text, &h) == nil && h.Pid != 0 {
		who = fmt.Sprintf("%s, processus %d, depuis le %s", h.What, h.Pid, h.Since.Local().Format("02/01/2006 à 15:04:05"))
	}
	return fault.New(fault.Conflict, "Tandem fonctionne déjà avec le dossier de données %s (%s). Utilisez-le, arrêtez-le, ou choisissez un autre dossier de données.", dataDir, who)
}

func unusable(err error, dataDir string) error {
	if errors.Is(err, fs.ErrPermission) {
		return fault.Wrap(err, fault.Unavailable, "Le dossier de données %s n'est pas accessible en écriture à ce compte. Choisissez-en un autre, ou lancez Tandem avec le compte qui l'a créé.", dataDir)
	}
	return fmt.Errorf("postgres: data folder: %w", err)
}
