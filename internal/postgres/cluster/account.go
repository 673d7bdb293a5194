package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"tandem/internal/fault"
)

// account is the user the server runs as.
type account struct {
	name     string
	uid, gid int
	switched bool // another than ours: we are root
}

// accountFor is the user to run the cluster of data as: its owner when it
// exists, as PostgreSQL demands; else ourselves, unless we are root, which
// PostgreSQL refuses.
func accountFor(data string) (account, error) {
	if os.Geteuid() != 0 {
		return account{uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	if info, err := os.Stat(data); err == nil {
		if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Uid != 0 {
			return account{name: userName(stat.Uid), uid: int(stat.Uid), gid: int(stat.Gid), switched: true}, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return account{}, err
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.Atoi(u.Uid)
		if err != nil || uid == 0 {
			continue
		}
		gid, err := strconv.Atoi(u.Gid)
		if err != nil {
			continue
		}
		return account{name: name, uid: uid, gid: gid, switched: true}, nil
	}
	return account{}, fault.New(fault.Unavailable, "PostgreSQL refuse de fonctionner en tant que root, et cette machine n'a ni utilisateur « postgres » ni « nobody ». "+
		"Lancez Tandem avec un compte ordinaire.")
}

func userName(uid uint32) string {
	id := strconv.FormatUint(uint64(uid), 10)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return id
}

// process says how a child runs: as that account, in a session of its own so
// that Ctrl-C at the terminal reaches Tandem and not the server under it.
func (a account) process() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true}
	if a.switched {
		attr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return attr
}

// own makes dir a folder that only this account can enter.
func (a account) own(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return err
	}
	if a.switched {
		return os.Chown(dir, a.uid, a.gid)
	}
	return nil
}

// owns tells whether dir is a private folder of this account, not a link to one.
func (a account) owns(dir string) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || info.Mode().Perm() != 0o700 {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == a.uid
}

// reach explains why the account cannot enter dir, if it or a parent keeps it
// out: the usual case is a data folder under /root.
func (a account) reach(dir string) error {
	if !a.switched {
		return nil
	}
	for at := dir; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err != nil {
			return err
		}
		stat, ok := info.Sys().(*syscall.Stat_t)
		if !ok {
			return fmt.Errorf("cluster: no owner known of %s", at)
		}
		bit := os.FileMode(0o001)
		switch {
		case int(stat.Uid) == a.uid:
			bit = 0o100
		case int(stat.Gid) == a.gid:
			bit = 0o010
		}
		if info.Mode().Perm()&bit == 0 {
			return fault.New(fault.Unavailable, "PostgreSQL, qui refuse de fonctionner en tant que root, tourne ici comme « %s », et cet utilisateur ne peut pas entrer dans %s, qui mène au dossier de données %s. "+
				"Choisissez un dossier de données ailleurs, par exemple /var/lib/tandem, ou lancez Tandem avec un compte ordinaire.", a.name, at, dir)
		}
		if at == filepath.Dir(at) {
			return nil
		}
	}
}
