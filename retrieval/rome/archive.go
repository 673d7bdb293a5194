package rome

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"tandem/internal/fault"
)

// Bounds of an archive. The official one is 3.5 MB packed, 20 MB unpacked, its
// largest file 2.9 MB: what is ten times larger is not ROME.
const (
	maxPacked   = 64 << 20
	maxFile     = 64 << 20
	maxUnpacked = 256 << 20
	maxEntries  = 200
	maxRows     = 2_000_000
)

// archive is the content of a ROME archive by table name
// ("referentiel_code_rome"), whatever version the file names carry.
type archive struct {
	name  string
	files map[string]file
}

type file struct {
	name    string
	version int // 60 for "…_v460_utf8.csv", 0 when the name has none
	data    []byte
}

var fileName = regexp.MustCompile(`(?i)^(?:unix_)?([a-z_]+?)(?:_v4(\d{2,3}))?(?:_(?:utf8|iso8859-15))?\.csv$`)

// openArchive reads the zip file or folder at p into memory, bounded.
func openArchive(p string) (*archive, error) {
	info, err := os.Stat(p)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "Archive ROME introuvable : « %s ». Vérifiez le chemin, ou laissez ROME_ARCHIVE vide.", p)
	}
	if info.IsDir() {
		return readFiles(p, os.DirFS(p))
	}
	if info.Size() > maxPacked {
		return nil, fault.New(fault.TooLarge, "Archive ROME refusée : « %s » dépasse %d Mo.", p, maxPacked>>20)
	}
	data, err := os.ReadFile(p)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "Archive ROME illisible : « %s ».", p)
	}
	return unzip(p, data)
}

func unzip(name string, data []byte) (*archive, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "Archive ROME illisible : « %s » n'est pas une archive zip complète. Téléchargez-la de nouveau.", name)
	}
	return readFiles(name, z)
}

func readFiles(name string, tree fs.FS) (*archive, error) {
	a := &archive{name: name, files: map[string]file{}}
	entries, total := 0, 0
	err := fs.WalkDir(tree, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "Archive ROME illisible : « %s ».", name)
		}
		if entries++; entries > maxEntries {
			return fault.New(fault.TooLarge, "Archive ROME refusée : « %s » contient plus de %d fichiers.", name, maxEntries)
		}
		base := path.Base(p)
		match := fileName.FindStringSubmatch(base)
		if d.IsDir() || match == nil && !strings.EqualFold(base, "version.txt") {
			return nil
		}
		data, err := readBounded(tree, p)
		if err != nil {
			return err
		}
		if total += len(data); total > maxUnpacked {
			return fault.New(fault.TooLarge, "Archive ROME refusée : « %s » dépasse %d Mo une fois décompressée.", name, maxUnpacked>>20)
		}
		table, version := "version.txt", 0
		if match != nil {
			table = strings.ToLower(match[1])
			version, _ = strconv.Atoi(match[2])
		}
		if before, twice := a.files[table]; twice {
			return fault.New(fault.Invalid, "Archive ROME ambiguë : « %s » et « %s » décrivent la même table. Gardez une seule version.", before.name, base)
		}
		a.files[table] = file{base, version, data}
		return nil
	})
	return a, err
}

// readBounded counts what really comes out, because the size that a zip entry
// announces is the sender's word.
func readBounded(tree fs.FS, p string) ([]byte, error) {
	f, err := tree.Open(p)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "Archive ROME : le fichier « %s » est illisible.", p)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "Archive ROME : le fichier « %s » est tronqué ou abîmé. Téléchargez l'archive de nouveau.", p)
	}
	if len(data) > maxFile {
		return nil, fault.New(fault.TooLarge, "Archive ROME refusée : le fichier « %s » dépasse %d Mo.", p, maxFile>>20)
	}
	return data, nil
}

// row is one record of a table: its values in the order of the columns asked
// for, and where it stands.
type row struct {
	file string
	line int
	v    []string
}

func (r row) fault(format string, args ...any) error {
	return fault.New(fault.Invalid, "Archive ROME : « %s », ligne %d : %s. Rien n'a été chargé.", r.file, r.line, fmt.Sprintf(format, args...))
}

func (r row) number(i int, column string) (int, error) {
	n, err := strconv.Atoi(r.v[i])
	if err != nil || n < 0 {
		return 0, r.fault("« %s » n'est pas un nombre (%s)", r.v[i], column)
	}
	return n, nil
}

// each calls f with the given columns of every record of a table. A column may
// have alternatives ("libelle|intitule") because official names are misspelt
// in places and may be mended.
func (a *archive) each(table string, columns []string, f func(row) error) error {
	src, ok := a.files[table]
	if !ok {
		return fault.New(fault.Invalid, "Archive ROME incomplète : il manque le fichier « unix_%s_v4…_utf8.csv » dans « %s ». Rien n'a été chargé.", table, a.name)
	}
	text, err := decode(src.data)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Archive ROME : « %s » n'est ni en UTF-8 ni en ISO-8859-15.", src.name)
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "Archive ROME : « %s », ligne 1 : l'en-tête manque. Rien n'a été chargé.", src.name)
	}
	header = slices.Clone(header)
	at := make([]int, len(columns))
	for i, names := range columns {
		at[i] = slices.IndexFunc(header, func(h string) bool {
			return slices.Contains(strings.Split(names, "|"), strings.ToLower(strings.TrimSpace(h)))
		})
		if at[i] < 0 {
			return fault.New(fault.Invalid, "Archive ROME : « %s », ligne 1 : la colonne « %s » manque. Rien n'a été chargé.", src.name, names)
		}
	}
	for n := 0; ; n++ {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			line := 0
			if p := (*csv.ParseError)(nil); errors.As(err, &p) {
				line = p.StartLine
			}
			return fault.Wrap(err, fault.Invalid, "Archive ROME : « %s », ligne %d : l'enregistrement est abîmé (%d colonnes attendues). Rien n'a été chargé.", src.name, line, len(header))
		}
		if n == maxRows {
			return fault.New(fault.TooLarge, "Archive ROME : « %s » dépasse %d lignes.", src.name, maxRows)
		}
		line, _ := r.FieldPos(0)
		out := row{src.name, line, make([]string, len(at))}
		for i, c := range at {
			out.v[i] = clean(record[c])
		}
		if err := f(out); err != nil {
			return err
		}
	}
}

// decode gives UTF-8. One official file (secteur_naf) is ISO-8859-15 although
// its name says utf8, so the bytes decide, file by file.
func decode(data []byte) ([]byte, error) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if utf8.Valid(data) {
		return data, nil
	}
	return charmap.ISO8859_15.NewDecoder().Bytes(data)
}

// Copies of the archive differ in apostrophes; one form makes labels and
// content hashes comparable. NUL cannot be stored by Postgres.
var apostrophes = strings.NewReplacer("''", "'", "’", "'", "\x00", "", "\u00a0", " ")

func clean(s string) string { return strings.TrimSpace(apostrophes.Replace(s)) }
