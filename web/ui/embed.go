package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"
)

// FS holds the pages and what they load.
//
//go:embed *.html *.svg *.css *.js views/*.js panels/*.js profile/*.css profile/*.js desk/*.css desk/*.js
var FS embed.FS

type file struct {
	kind, etag  string
	raw, packed []byte // packed is gzip, nil when it is not smaller
}

// Handler serves the files of FS by their path. Browsers keep them and ask each
// time whether they changed: modules of two versions are never mixed, and a
// second visit downloads nothing. Embedded files have no date, so without the
// ETag every visit would download everything again.
func Handler() http.Handler {
	files := map[string]file{}
	err := fs.WalkDir(FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := FS.ReadFile(name)
		if err != nil {
			return err
		}
		files["/"+name] = newFile(name, raw)
		return nil
	})
	if err != nil {
		panic("ui: embedded files cannot be read: " + err.Error()) // a broken build
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := files[path.Clean("/"+r.URL.Path)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", f.kind)
		h.Set("Cache-Control", "no-cache")
		h.Set("Vary", "Accept-Encoding")
		body, etag := f.raw, f.etag
		if f.packed != nil && r.Header.Get("Range") == "" && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body, etag = f.packed, f.etag+"-gzip"
		}
		h.Set("ETag", `"`+etag+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	})
}

// whole matches comments that have lines of their own, in scripts and styles.
// A string that holds what looks like one would be cut: web/browser/suites/weight.mjs
// compares what is served with what is written, as programs.
var whole = regexp.MustCompile(`(?m)^[ \t]*(?://.*|/\*(?:[^*]|\*+[^*/])*\*+/)$`)

// bare is a script or style without its comments: browsers need none, and they
// are a fifth of what a first visit would load. Lines keep their numbers.
func bare(raw []byte) []byte {
	return whole.ReplaceAllFunc(raw, func(comment []byte) []byte { return bytes.Repeat([]byte("\n"), bytes.Count(comment, []byte("\n"))) })
}

func newFile(name string, raw []byte) file {
	if ext := path.Ext(name); ext == ".js" || ext == ".css" {
		raw = bare(raw)
	}
	// Not mime.TypeByExtension: it reads the machine's tables, and a machine that
	// calls .js text/plain would leave the page without its modules.
	kind := map[string]string{
		".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8",
		".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	}[path.Ext(name)]
	sum := sha256.Sum256(raw)
	f := file{kind: kind, etag: hex.EncodeToString(sum[:8]), raw: raw}
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // a valid level: cannot fail
	_, _ = z.Write(raw)                                   // into memory: cannot fail
	_ = z.Close()
	if b.Len() < len(raw) {
		f.packed = b.Bytes()
	}
	return f
}
