package main

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The rules of the house, as tests: what nobody has to remember in review.

// layers is the order in which packages may import each other: only to the
// right. A package counts for its longest prefix here.
var layers = []string{"web", "bot", "tools", "retrieval", "internal/postgres"}

// open to all, and importing none of the layers.
var leaves = []string{"internal/fault", "internal/fold", "internal/paper", "tools/span", "migrations"}

// engines know nothing of models, HTTP or the chat.
var engines = []string{"tools/skills", "tools/document", "tools/legality", "tools/delay"}

type source struct {
	dir, path string
	file      *ast.File
	test      bool
}

func sources(t *testing.T) (all []source) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != "." && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		all = append(all, source{filepath.ToSlash(filepath.Dir(path)), filepath.ToSlash(path), f, strings.HasSuffix(path, "_test.go")})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func under(dir, prefix string) bool { return dir == prefix || strings.HasPrefix(dir, prefix+"/") }

func layer(dir string) int {
	for i, l := range layers {
		if under(dir, l) {
			return i
		}
	}
	return -1 // main
}

func TestImportsGoRight(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || strings.HasSuffix(s.dir, "postgrestest") {
			continue
		}
		for _, i := range s.file.Imports {
			path := strings.Trim(i.Path.Value, `"`)
			if slices.ContainsFunc(engines, func(e string) bool { return under(s.dir, e) }) &&
				(path == "net/http" || strings.Contains(path, "langchaingo") || strings.Contains(path, "labstack")) {
				t.Errorf("%s: an engine imports %s", s.path, path)
			}
			dir, ours := strings.CutPrefix(path, "tandem/")
			if !ours || slices.Contains(leaves, dir) {
				continue
			}
			if slices.Contains(leaves, s.dir) {
				t.Errorf("%s: a leaf imports %s", s.path, dir)
			}
			if from, to := layer(s.dir), layer(dir); to < from {
				t.Errorf("%s imports %s, which is to its left", s.path, dir)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if !s.test {
			documented[s.dir] = documented[s.dir] || s.file.Doc != nil && len(s.file.Doc.Text()) > 60
		}
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment worth the name", dir)
		}
	}
}

func TestOnlyMainReadsTheEnvironment(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.file.Name.Name == "main" || strings.HasSuffix(s.dir, "postgrestest") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "os" && slices.Contains([]string{"Getenv", "LookupEnv", "Environ", "Exit"}, sel.Sel.Name) {
					t.Errorf("%s uses os.%s", s.path, sel.Sel.Name)
				}
			}
			return true
		})
	}
}

func TestNames(t *testing.T) {
	bad := []string{"manager", "service", "helper", "util", "common", "dto", "repository"}
	for _, s := range sources(t) {
		for _, word := range bad {
			if slices.Contains(strings.FieldsFunc(strings.ToLower(s.path), func(r rune) bool { return r == '/' || r == '_' || r == '.' }), word) {
				t.Errorf("%s is called %q, which says nothing", s.path, word)
			}
		}
		for name := range s.file.Scope.Objects { //nolint:staticcheck // the file's own declarations are all we need
			for _, word := range bad {
				if strings.HasSuffix(strings.ToLower(name), word) {
					t.Errorf("%s declares %s", s.path, name)
				}
			}
		}
	}
}

func TestFilesStayReadable(t *testing.T) {
	const most = 450
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != "." && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasPrefix(d.Name(), "strings") {
			return nil // tables of what the page says: a language a file, whole
		}
		if ext := filepath.Ext(path); !slices.Contains([]string{".go", ".js", ".mjs", ".css", ".sql"}, ext) || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		b, err := os.ReadFile(path)
		if lines := strings.Count(string(b), "\n"); lines > most {
			t.Errorf("%s has %d lines: part it", path, lines)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// README's table of settings is the program's.
func TestConfigurationTable(t *testing.T) {
	f, err := os.Open("README.md")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var inReadme []string
	settingsSection := false
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if strings.HasPrefix(sc.Text(), "## ") {
			settingsSection = sc.Text() == "## Settings"
		}
		if cells := strings.Split(sc.Text(), "|"); settingsSection && len(cells) == 5 && strings.HasPrefix(strings.TrimSpace(cells[1]), "`") {
			inReadme = append(inReadme, strings.Trim(strings.TrimSpace(cells[1]), "`")+"|"+strings.Trim(strings.TrimSpace(cells[2]), "`")+"|"+strings.TrimSpace(cells[3]))
		}
	}
	var inCode []string
	for _, s := range settings {
		inCode = append(inCode, s.name+"|"+s.fallback+"|"+s.doc)
	}
	for _, want := range inCode {
		if !slices.Contains(inReadme, want) {
			t.Errorf("README's table lacks or differs from: %s", want)
		}
	}
	for _, have := range inReadme {
		if !slices.Contains(inCode, have) {
			t.Errorf("README's table has what config.go has not: %s", have)
		}
	}
}

// What the repository holds, we wrote: no file of the official archives, no
// text of an offer, no address of a registry, no path of somebody's machine.
func TestNothingForeign(t *testing.T) {
	out, err := exec.Command("git", "ls-files", "-z").Output()
	if err != nil {
		t.Skip("not a git checkout")
	}
	forbidden := []string{"registry.npm" + "js", "proxy.golang" + ".org", "deb.debian" + ".org", "/ro" + "ot/", "/wo" + "rk/"}
	for path := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
		if strings.Contains(path, "RefRomeCsv") || strings.HasPrefix(filepath.Base(path), "unix_") || strings.HasSuffix(path, ".csv.gz") {
			t.Errorf("%s looks like a file of the official data", path)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			continue // deleted in the working tree
		}
		for _, word := range forbidden {
			if strings.Contains(string(b), word) {
				t.Errorf("%s names %s", path, word)
			}
		}
	}
}
