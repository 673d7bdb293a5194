package cluster

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tandem/internal/fault"
)

const (
	minMajor = 14
	advice   = "Installez PostgreSQL 14 ou plus récent avec l'extension pgvector 0.7 ou plus récente " +
		"(« sudo sh internal/postgres/install.sh » sur Debian et Ubuntu), ou indiquez une base existante dans DATABASE_URL."
)

// binaries is one installed PostgreSQL server.
type binaries struct {
	dir    string // holds postgres and initdb
	major  int
	vector bool // every extension that the migrations create is there
}

func (b binaries) path(name string) string { return filepath.Join(b.dir, name) }

// find chooses the server to run: the one that made the cluster if there is a
// cluster (made is then its major version), else the newest that has pgvector.
func find(made int, dir string) (binaries, error) { return choose(installed(), made, dir) }

func choose(all []binaries, made int, dir string) (binaries, error) {
	recent := slices.DeleteFunc(slices.Clone(all), func(b binaries) bool { return b.major < minMajor })
	usable := slices.DeleteFunc(slices.Clone(recent), func(b binaries) bool { return !b.vector })
	if made != 0 {
		same := func(b binaries) bool { return b.major == made }
		if i := slices.IndexFunc(usable, same); i >= 0 {
			return usable[i], nil
		}
		if slices.ContainsFunc(all, same) && made >= minMajor {
			return binaries{}, fault.New(fault.Unavailable, "L'extension pgvector manque au PostgreSQL %d de cette machine, qui tient les données de %s. %s", made, dir, advice)
		}
		return binaries{}, fault.New(fault.Unavailable, "Les données de %[1]s ont été créées par PostgreSQL %[2]d, que cette machine n'a pas%[3]s. "+
			"Installez PostgreSQL %[2]d avec pgvector pour les retrouver ; pour changer de version, exportez-les avec le pg_dumpall de PostgreSQL %[2]d ; "+
			"si elles peuvent être perdues, déplacez ce dossier et relancez.", dir, made, besides(all))
	}
	switch {
	case len(usable) > 0:
		return usable[0], nil
	case len(recent) > 0:
		return binaries{}, fault.New(fault.Unavailable, "PostgreSQL %d est installé mais l'extension pgvector est introuvable. %s", recent[0].major, advice)
	case len(all) > 0:
		return binaries{}, fault.New(fault.Unavailable, "PostgreSQL %d est trop ancien. %s", all[0].major, advice)
	default:
		return binaries{}, fault.New(fault.Unavailable, "PostgreSQL est introuvable sur cette machine. %s", advice)
	}
}

func besides(all []binaries) string {
	if len(all) == 0 {
		return ""
	}
	var have []string
	for _, b := range all {
		have = append(have, strconv.Itoa(b.major))
	}
	return " (elle a PostgreSQL " + strings.Join(slices.Compact(have), ", ") + ")"
}

// installed lists the servers of this machine, the newest first.
func installed() []binaries {
	var candidates []string
	if path, err := exec.LookPath("postgres"); err == nil {
		candidates = append(candidates, path)
	}
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres") // its only error is a bad pattern
	candidates = append(candidates, debian...)

	var all []binaries
	for _, path := range candidates {
		// A link in PATH is resolved: initdb and the share folder are found beside the real file.
		real, err := filepath.EvalSymlinks(path)
		if err != nil {
			continue
		}
		dir := filepath.Dir(real)
		if slices.ContainsFunc(all, func(b binaries) bool { return b.dir == dir }) {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
			continue
		}
		if major := majorOf(real); major > 0 {
			all = append(all, binaries{dir: dir, major: major, vector: hasExtensions(dir, major)})
		}
	}
	slices.SortStableFunc(all, func(a, b binaries) int { return cmp.Compare(b.major, a.major) })
	return all
}

var versionLine = regexp.MustCompile(`^postgres \(PostgreSQL\) (\d+)`)

func majorOf(postgres string) int {
	out, err := exec.Command(postgres, "--version").Output()
	if err != nil {
		return 0
	}
	match := versionLine.FindSubmatch(out)
	if match == nil {
		return 0
	}
	major, _ := strconv.Atoi(string(match[1])) // digits by the pattern
	return major
}

// hasExtensions looks where that server reads extensions. pg_config would tell,
// but on Debian it comes with the development package only.
func hasExtensions(dir string, major int) bool {
	shares := []string{
		filepath.Join("/usr/share/postgresql", strconv.Itoa(major)),
		filepath.Join(dir, "../share/postgresql"),
		filepath.Join(dir, "../share"),
	}
	if out, err := exec.Command(filepath.Join(dir, "pg_config"), "--sharedir").Output(); err == nil {
		shares = slices.Insert(shares, 0, strings.TrimSpace(string(out)))
	}
	return slices.ContainsFunc(shares, func(share string) bool {
		for _, name := range []string{"vector", "unaccent", "pg_trgm"} {
			if _, err := os.Stat(filepath.Join(share, "extension", name+".control")); err != nil {
				return false
			}
		}
		return true
	})
}
