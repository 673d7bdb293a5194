package skills

import (
	"archive/zip"
	"context"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"tandem/retrieval/charter"
	"tandem/retrieval/law"
	"tandem/retrieval/rome"
)

// official is the engine on all of ROME, from the archive that ROME_ARCHIVE
// names; tests that need it are skipped without one, but not in CI.
func official(t testing.TB) *Engine {
	t.Helper()
	path := archivePath()
	if path == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("ROME_ARCHIVE must be set in CI")
		}
		t.Skip("ROME_ARCHIVE is not set: tests on the whole of ROME need the official archive")
	}
	lex, err := archive(path)
	if err != nil {
		t.Fatal(err)
	}
	return engineOf(lex)
}

// archivePath is what ROME_ARCHIVE names; a relative path is from the root of
// the module, while tests run in their package.
func archivePath() string {
	path := os.Getenv("ROME_ARCHIVE")
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join("..", "..", path)
}

var (
	engineOnce sync.Once
	engine     *Engine
)

func engineOf(lex Lexicon) *Engine {
	engineOnce.Do(func() { engine = New(lex) })
	return engine
}

var archive = func() func(string) (Lexicon, error) {
	var once sync.Once
	var lex Lexicon
	var err error
	return func(path string) (Lexicon, error) {
		once.Do(func() { lex, err = readArchive(path) })
		return lex, err
	}
}()

func readArchive(path string) (Lexicon, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return Lexicon{}, err
	}
	defer z.Close()
	src, err := rome.At(path)
	if err != nil {
		return Lexicon{}, err
	}
	// The embedder of a server: `make test` has trained it once for all packages.
	m, _, err := rome.Trained(context.Background(), src, rome.Options{Teach: slices.Concat(charter.Entries(), law.Entries()), DataDir: os.Getenv("TEST_MODELS")})
	if err != nil {
		return Lexicon{}, err
	}
	lex := Lexicon{Version: "460", Said: rome.Everyday(), Word: m.Word, Metier: m.Learned}
	for _, f := range z.File {
		read := func(row func(get func(string) string)) error { return eachRow(f, row) }
		var err error
		switch {
		case strings.HasPrefix(f.Name, "unix_referentiel_code_rome_v"):
			err = read(func(get func(string) string) {
				lex.Metiers = append(lex.Metiers, Metier{get("code_rome"), get("libelle_rome")})
			})
		case strings.HasPrefix(f.Name, "unix_referentiel_appellation_"):
			err = read(func(get func(string) string) {
				lex.Appellations = append(lex.Appellations, Appellation{
					get("code_ogr"), get("libelle_appellation_long"), get("libelle_appellation_court"), get("code_rome"),
				})
			})
		case strings.HasPrefix(f.Name, "unix_referentiel_competence_"):
			err = read(func(get func(string) string) {
				kind := SavoirFaire
				if strings.HasPrefix(get("cat_comp"), "Savoir-être") {
					kind = SavoirEtre
				}
				lex.Items = append(lex.Items, Item{get("code_ogr"), get("libelle_competence"), kind})
			})
		case strings.HasPrefix(f.Name, "unix_referentiel_savoir_"):
			err = read(func(get func(string) string) {
				lex.Items = append(lex.Items, Item{get("code_ogr_savoir"), get("libelle_savoir"), Savoir})
			})
		case strings.HasPrefix(f.Name, "unix_rubrique_mobilite_"):
			err = read(func(get func(string) string) {
				lex.Moves = append(lex.Moves, Move{get("code_rome"), get("code_rome_cible")})
			})
		case strings.HasPrefix(f.Name, "unix_coherence_item_"):
			err = read(func(get func(string) string) {
				lex.Links = append(lex.Links, Link{get("code_rome"), get("code_ogr"), get("coeur_metier") != ""})
			})
		}
		if err != nil {
			return Lexicon{}, err
		}
	}
	return lex, nil
}

func eachRow(f *zip.File, row func(get func(string) string)) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	c := csv.NewReader(r)
	head, err := c.Read()
	if err != nil {
		return err
	}
	column := map[string]int{}
	for i, name := range head {
		column[name] = i
	}
	for {
		record, err := c.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		row(func(name string) string { return record[column[name]] })
	}
}
