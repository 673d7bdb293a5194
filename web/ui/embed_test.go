package ui

import (
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var handler = Handler()

func get(t *testing.T, name string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, name, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Result()
}

func read(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func names(t *testing.T) (all []string) {
	t.Helper()
	err := fs.WalkDir(FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFilesAreServedPackedAndKept(t *testing.T) {
	plain := get(t, "/app.js")
	source, _ := FS.ReadFile("app.js")
	want := bare(source)
	if len(want) >= len(source) || strings.Count(string(want), "\n") != strings.Count(string(source), "\n") {
		t.Errorf("%d bytes without comments, %d with; lines must keep their numbers", len(want), len(source))
	}
	if got := read(t, plain.Body); got != string(want) || plain.Header.Get("Content-Encoding") != "" {
		t.Errorf("plain: %d bytes, encoding %q", len(got), plain.Header.Get("Content-Encoding"))
	}
	packed := get(t, "/app.js", "Accept-Encoding", "br, gzip")
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, z); got != string(want) {
		t.Error("packed file is not the file")
	}
	if kind := packed.Header.Get("Content-Type"); kind != "text/javascript; charset=utf-8" {
		t.Errorf("type %q: browsers refuse modules of another type", kind)
	}
	again := get(t, "/app.js", "Accept-Encoding", "gzip", "If-None-Match", packed.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("second visit: status %d", again.StatusCode)
	}
	if other := get(t, "/app.js", "If-None-Match", packed.Header.Get("ETag")); other.StatusCode != http.StatusOK {
		t.Errorf("the packed ETag stands for the plain file: status %d", other.StatusCode)
	}
}

func TestOnlyThePageIsServed(t *testing.T) {
	for _, name := range []string{"/", "/embed.go", "/test/spans.test.js", "/../ui.go", "/views", "/nothing.js"} {
		if r := get(t, name); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", name, r.StatusCode)
		}
	}
}

// The Content-Security-Policy of the server forbids these; a browser would only
// say so in its console.
func TestNothingInline(t *testing.T) {
	bad := regexp.MustCompile(`(?i)<style|\sstyle\s*=|\son[a-z]+\s*=\s*["']|<script>|javascript:`)
	sinks := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function|setAttribute\('style'`)
	for _, name := range names(t) {
		b, _ := FS.ReadFile(name)
		if path.Ext(name) == ".html" {
			if m := bad.Find(b); m != nil {
				t.Errorf("%s: %s", name, m)
			}
		}
		if path.Ext(name) == ".js" {
			if m := sinks.Find(b); m != nil {
				t.Errorf("%s uses %s: text would become markup or code", name, m)
			}
		}
	}
}

// first are the modules that a page's first visit loads: its script, and what
// that imports, down to the end. What is imported later, by import(…), is not.
func first(t *testing.T, page string) []string {
	t.Helper()
	b, err := FS.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	script := regexp.MustCompile(`<script type="module" src="/ui/([\w./-]+)">`).FindSubmatch(b)
	if script == nil {
		t.Fatalf("%s has no script: this test is out of date", page)
	}
	all := []string{string(script[1])}
	imports := regexp.MustCompile(`(?m)^import (?:.* from )?'(\.[\w./-]+)';`)
	for i := 0; i < len(all); i++ {
		b, err := FS.ReadFile(all[i])
		if err != nil {
			t.Fatalf("%s imports what does not exist: %v", page, err)
		}
		for _, m := range imports.FindAllSubmatch(b, -1) {
			if name := path.Join(path.Dir(all[i]), string(m[1])); !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	if len(all) < 5 {
		t.Fatalf("%s loads %q only: this test is out of date", page, all)
	}
	return all
}

var pages = []string{"index.html", "profil.html"}

// Without these lines a first visit waits for as many round trips as imports are deep.
func TestModulesArePreloaded(t *testing.T) {
	for _, name := range pages {
		page, _ := FS.ReadFile(name)
		for _, module := range first(t, name)[1:] {
			if !strings.Contains(string(page), `<link rel="modulepreload" href="/ui/`+module+`">`) {
				t.Errorf("%s does not preload %s", name, module)
			}
		}
		for _, m := range regexp.MustCompile(`/ui/([\w./-]+)`).FindAllStringSubmatch(string(page), -1) {
			if _, err := FS.ReadFile(m[1]); err != nil {
				t.Errorf("%s names %s, which does not exist", name, m[1])
			}
		}
	}
}

// The pages must open on an old phone with a bad network.
func TestFirstVisitIsLight(t *testing.T) {
	for _, page := range pages {
		total := 0
		loads := append(first(t, page), page)
		for _, name := range names(t) {
			if path.Ext(name) != ".html" && path.Ext(name) != ".js" && (path.Dir(name) == "." || page == "profil.html") {
				loads = append(loads, name) // every style and picture
			}
		}
		for _, name := range loads {
			b, _ := FS.ReadFile(name)
			f := newFile(name, b)
			if f.kind == "" {
				t.Errorf("%s has no type", name)
			}
			if f.packed != nil {
				total += len(f.packed)
			} else {
				total += len(b)
			}
		}
		t.Logf("%s: %d bytes", page, total)
		if total > 60_000 {
			t.Errorf("a first visit of %s loads %d bytes, more than 60,000", page, total)
		}
	}
}
