package rome_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/retrieval/rome/rometest"
)

func sample() map[string]string { return rometest.Sample() }

func zipped(t testing.TB, files map[string]string) string { return rometest.Zip(t, files) }

func written(t testing.TB, name string, data []byte) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

// edit returns the sample with words of one file replaced.
func edit(t testing.TB, file, old, new string) map[string]string {
	t.Helper()
	files := sample()
	name := "unix_" + file + "_v460_utf8.csv"
	if !strings.Contains(files[name], old) {
		t.Fatalf("%s holds no %q", name, old)
	}
	files[name] = strings.Replace(files[name], old, new, 1)
	return files
}

func hashing(version string) rometest.Hashing { return rometest.Hashing(version) }
