package document

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// engineCache is shared by all runs of the tests: compiling the engine takes
// twenty seconds under the race detector. "" when the machine has no place.
var engineCache = sync.OnceValue(func() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "tandem-test-pdfium")
})

// shared is the reader of all tests that want the defaults: the race detector
// makes even a cached start of the engine take seconds.
var shared = sync.OnceValues(func() (*Reader, error) {
	return NewReader(context.Background(), Options{CacheDir: engineCache()})
})

func TestMain(m *testing.M) {
	code := m.Run()
	if r, err := shared(); err == nil {
		if err := r.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func newReader(t testing.TB, opt Options) *Reader {
	t.Helper()
	if opt == (Options{}) {
		r, err := shared()
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	opt.CacheDir = engineCache()
	r, err := NewReader(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// check fails unless doc keeps the promises of the package.
func check(t testing.TB, doc Document) {
	t.Helper()
	if !utf8.ValidString(doc.Text) || !norm.NFC.IsNormalString(doc.Text) {
		t.Errorf("not NFC in UTF-8: %q", doc.Text)
	}
	if strings.ContainsAny(doc.Text, "\r\x00\f\ufeff\u00ad\ufb01") || strings.Contains(doc.Text, "\n\n\n") || strings.Contains(doc.Text, " \n") {
		t.Errorf("not clean: %q", doc.Text)
	}
	at := 0
	for _, p := range doc.Pages {
		if p.Start != at || p.End < p.Start {
			t.Errorf("pages do not cover the text: %v", doc.Pages)
		}
		at = p.End
	}
	if at != len(doc.Text) {
		t.Errorf("pages end at %d, text at %d", at, len(doc.Text))
	}
}

func mustRead(t testing.TB, r *Reader, data []byte) Document {
	t.Helper()
	doc, err := r.Read(t.Context(), "cv", data)
	if err != nil {
		t.Fatal(err)
	}
	check(t, doc)
	return doc
}

func wantText(t testing.TB, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got:\n%s\n--- want:\n%s\n---", got, want)
	}
}

func wantReason(t testing.TB, err error, want Reason) {
	t.Helper()
	var reason Reason
	if !errors.As(err, &reason) || reason != want {
		t.Errorf("got %v, want %v", err, want)
	}
}

func TestTwoColumns(t *testing.T) {
	doc := mustRead(t, newReader(t, Options{}), fixtures["deux-colonnes.pdf"]())
	wantText(t, doc.Text, twoColumnsText)
}
