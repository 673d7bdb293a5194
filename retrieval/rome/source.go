package rome

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tandem/internal/fault"
	"tandem/retrieval"
	"tandem/retrieval/subword"
)

// Official is where France Travail publishes the archive: no key, GET only.
const Official = "https://api.francetravail.fr/api-nomenclatureemploi/v1/open-data/csv"

// Source is a ROME to load, already fetched.
type Source struct {
	Name string // shown in reports
	Note string // French: why not a better source; "" when there is nothing to say

	archive *archive // nil for the built-in extract
}

// Where says where to look for ROME. Main fills it from the command line and
// the configuration.
type Where struct {
	Explicit string             // path or URL given on the command line
	Archive  string             // path or URL configured (ROME_ARCHIVE)
	DataDir  string             // holds the cache; "" means no cache
	Official string             // [Official] when empty
	Client   *http.Client       // a bounded one when nil
	Progress retrieval.Progress // of a download, in kB; may be nil
}

// Find returns the first of: the explicit archive, the configured one, the
// cached one, the official one (fetched, checked, then cached), the built-in
// extract. An archive that was asked for by name must work: Find does not
// replace it by another. The extract comes with a note that says why.
func Find(ctx context.Context, w Where) (Source, error) {
	for _, asked := range []string{w.Explicit, w.Archive} {
		if asked == "" {
			continue
		}
		if isURL(asked) {
			return fetch(ctx, w, asked)
		}
		a, err := openArchive(asked)
		return Source{Name: asked, archive: a}, err
	}
	cached := w.cache()
	var trouble error
	if cached != "" {
		if a, err := openArchive(cached); err == nil {
			return Source{Name: cached, archive: a}, nil
		} else if !errors.Is(err, os.ErrNotExist) {
			trouble = err // a damaged cache is fetched again
		}
	}
	s, err := fetch(ctx, w, cmp.Or(w.Official, Official))
	if err == nil {
		return s, nil
	}
	if ctx.Err() != nil {
		return Source{}, ctx.Err()
	}
	s = Builtin()
	s.Note = "ROME complet indisponible : " + fault.Message(cmp.Or(trouble, err)) + " " + onExtract
	return s, nil
}

// Builtin is the extract that comes with the program.
func Builtin() Source { return Source{Name: "extrait intégré"} }

// Folder or zip file at p.
func At(p string) (Source, error) {
	a, err := openArchive(p)
	return Source{Name: p, archive: a}, err
}

func isURL(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

func (w Where) cache() string {
	if w.DataDir == "" {
		return ""
	}
	return filepath.Join(w.DataDir, "rome", "RefRomeCsv.zip")
}

// patience is how long a first start waits for a download: with no network it
// must not wait at all, with a slow one the extract is better than a minute.
const patience = 30 * time.Second

// fetch downloads an archive, checks all of it and only then caches it.
func fetch(ctx context.Context, w Where, url string) (Source, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	client := w.Client
	if client == nil {
		client = &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 3 * time.Second,
			ResponseHeaderTimeout: 10 * time.Second, DialContext: (&net.Dialer{Timeout: 3 * time.Second}).DialContext}}
	}
	data, err := download(ctx, client, url, w.Progress)
	if err != nil {
		return Source{}, err
	}
	a, err := unzip(url, data)
	if err != nil {
		return Source{}, err
	}
	if _, err := read(a); err != nil {
		return Source{}, err
	}
	if cached := w.cache(); cached != "" {
		if err := writeWhole(cached, data); err != nil {
			return Source{Name: url, Note: fmt.Sprintf("L'archive n'a pas pu être gardée pour la prochaine fois : %v.", err), archive: a}, nil
		}
	}
	return Source{Name: url, archive: a}, nil
}

func download(ctx context.Context, client *http.Client, url string, progress retrieval.Progress) ([]byte, error) {
	unreachable := func(err error) error {
		return fault.Wrap(err, fault.Unavailable, "le téléchargement du ROME depuis « %s » a échoué.", url)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, unreachable(err)
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, unreachable(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, unreachable(errors.New(res.Status))
	}
	body := &counted{r: io.LimitReader(res.Body, maxPacked+1), total: res.ContentLength, progress: progress}
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, unreachable(err)
	}
	if len(data) > maxPacked {
		return nil, fault.New(fault.TooLarge, "Archive ROME refusée : « %s » dépasse %d Mo.", url, maxPacked>>20)
	}
	return data, nil
}

// counted tells how far a download has come.
type counted struct {
	r           io.Reader
	done, total int64
	progress    retrieval.Progress
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.done += int64(n)
	if c.progress != nil {
		c.progress("Téléchargement du ROME", int(c.done>>10), int(c.total>>10))
	}
	return n, err
}

// writeWhole writes a file so that it is never seen half written.
func writeWhole(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".rome-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already when all went well
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// release reads which release the source is, and nothing else of it.
func (s Source) release() (Release, error) {
	if s.archive == nil {
		d, err := extract()
		if err != nil {
			return Release{}, err
		}
		return d.Release, nil
	}
	r := reading{a: s.archive, d: &Data{}}
	err := r.release()
	return r.d.Release, err
}

// data reads and checks the source.
func (s Source) data() (d *Data, err error) {
	if s.archive == nil {
		d, err = extract()
	} else {
		d, err = read(s.archive)
	}
	if err != nil {
		return nil, err
	}
	d.Release.SHA256 = s.sum()
	return d, nil
}

// sum tells loads apart before the source is read, so that starting again with
// the same archive costs nothing: by its bytes, and by what we add to it.
func (s Source) sum() string {
	h := sha256.New()
	fmt.Fprintf(h, "loader %d\n%s%v\n%s%s", loader, subword.Recipe(), retrieval.Elsewhere(), saidText, aroundText)
	if s.archive == nil {
		h.Write(extractTSV)
	} else {
		for _, table := range slices.Sorted(maps.Keys(s.archive.files)) {
			f := s.archive.files[table]
			fmt.Fprintf(h, "%s %d\n", table, len(f.data))
			h.Write(f.data)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
