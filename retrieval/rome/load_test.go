package rome_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/retrieval"
	"tandem/retrieval/rome"
)

func load(t testing.TB, db *postgres.DB, path string, o rome.Options) (rome.Report, error) {
	t.Helper()
	src, err := rome.At(path)
	if err != nil {
		return rome.Report{}, err
	}
	if o.Embedder == nil {
		o.Embedder = hashing("1")
	}
	return rome.Load(t.Context(), db, src, o)
}

func mustLoad(t testing.TB, db *postgres.DB, path string, o rome.Options) rome.Report {
	t.Helper()
	r, err := load(t, db, path, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// state is everything that a load may change, as text.
func state(t testing.TB, db *postgres.DB) string {
	t.Helper()
	var b strings.Builder
	err := db.Read(t.Context(), func(tx pgx.Tx) error {
		for _, table := range []string{"passages", "lexemes", "rome_release", "rome_domaine", "rome_metier", "rome_appellation", "rome_item", "rome_link",
			"rome_mobilite", "rome_texte", "rome_entree", "rome_entree_metier"} {
			var sum string
			if err := tx.QueryRow(t.Context(), fmt.Sprintf("select coalesce(md5(string_agg(x::text, '|' order by x::text)), '') from %s x", table)).Scan(&sum); err != nil {
				return err
			}
			fmt.Fprintln(&b, table, sum)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestLoad(t *testing.T) {
	db := postgrestest.New(t)
	r := mustLoad(t, db, zipped(t, sample()), rome.Options{})
	if r.Release.Version != 60 || r.Release.Published != "2025-09-18" || !r.Release.Complete {
		t.Errorf("release %+v", r.Release)
	}
	want := map[string]int{"metier": 3, "appellation": 4, "competence": 3, "savoir": 1, "savoir-etre": 1, "contexte": 1}
	if !reflect.DeepEqual(r.Passages.Added, want) {
		t.Errorf("added %v, want %v", r.Passages.Added, want)
	}
	if got := r.Tables["rome_link"].Rows; got != 6 {
		t.Errorf("%d links, want 6: the union of both tables", got)
	}
	m, err := rome.Open(db).Metier(t.Context(), " d1101 ")
	if err != nil {
		t.Fatal(err)
	}
	if m.Definition != "Fait des bulles. Les vend à la foire." || m.Access != "Sans diplôme." || m.RIASEC != "AS" || !m.Regulated || m.Domaine != "Foires du ciel" {
		t.Errorf("métier %+v", m)
	}
	if len(m.Appellations) != 2 || m.Appellations[0].Code != "101" || len(m.Mobilities) != 1 || len(m.Skills) != 2 || !m.Skills[0].Core || len(m.Sectors) != 1 {
		t.Errorf("parts of the métier: %+v", m)
	}
	if m, err = rome.Open(db).Metier(t.Context(), "D1102"); err != nil || len(m.Contexts) != 1 || !m.Skills[0].Core {
		t.Errorf("métier %+v, %v", m, err)
	}
	if _, err = rome.Open(db).Metier(t.Context(), "Z9999"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("unknown métier: %v", err)
	}
}

func TestLexicon(t *testing.T) {
	db := postgrestest.New(t)
	if _, err := rome.Open(db).Lexicon(t.Context()); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("before the first load: %v", err)
	}
	mustLoad(t, db, zipped(t, sample()), rome.Options{})
	l, err := rome.Open(db).Lexicon(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Metiers) != 3 || len(l.Labels) != 9 || l.Release.Version != 60 {
		t.Fatalf("%d métiers, %d labels, version %d", len(l.Metiers), len(l.Labels), l.Release.Version)
	}
	if m := l.Metiers[0]; m.Code != "D1101" || !reflect.DeepEqual(m.Items, []string{"201", "204"}) || !reflect.DeepEqual(m.Core, []bool{true, false}) || !reflect.DeepEqual(m.Mobilities, []string{"D1102"}) {
		t.Errorf("first métier %+v", m)
	}
	for _, x := range l.Labels {
		if x.Code == "104" && (x.Label != "Accordeur / Accordeuse d'horloges" || !reflect.DeepEqual(x.Forms, []string{"Accordeur d'horloges", "Accordeuse d'horloges"})) {
			t.Errorf("appellation %+v", x)
		}
	}
}

func TestLoadAgainChangesNothing(t *testing.T) {
	db := postgrestest.New(t)
	mustLoad(t, db, zipped(t, sample()), rome.Options{})
	before := state(t, db)
	if r := mustLoad(t, db, zipped(t, sample()), rome.Options{}); !r.Unchanged {
		t.Errorf("the same archive: %+v", r)
	}
	folder := t.TempDir()
	for name, text := range sample() {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if r := mustLoad(t, db, folder, rome.Options{}); !r.Unchanged {
		t.Errorf("the same files in a folder: %+v", r)
	}
	if state(t, db) != before {
		t.Error("something was written")
	}
}

// The same content in other bytes is loaded, and no row changes.
func TestLoadEqualContent(t *testing.T) {
	db := postgrestest.New(t)
	mustLoad(t, db, zipped(t, sample()), rome.Options{})
	r := mustLoad(t, db, zipped(t, edit(t, "referentiel_appellation", "d’horloges", "d'horloges")), rome.Options{})
	if r.Unchanged || !r.Passages.None() {
		t.Errorf("%+v", r.Passages)
	}
	for name, c := range r.Tables {
		if c.Added+c.Removed > 0 {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestUpgrade(t *testing.T) {
	db := postgrestest.New(t)
	old := zipped(t, sample())
	mustLoad(t, db, old, rome.Options{})
	next := map[string]string{}
	for name, text := range sample() {
		next[strings.Replace(name, "v460", "v461", 1)] = text
	}
	change := func(file, old, new string) {
		name := "unix_" + file + "_v461_utf8.csv"
		next[name] = strings.Replace(next[name], old, new, 1)
	}
	next["version.txt"] = "Numero de version : 61\nDate de publication : 15/06/2026\n"
	change("referentiel_code_rome", "Dompteuse de nuages", "Dresseuse de nuages")
	change("referentiel_code_rome", `"M1801","3"`, `"M1802","3"`)
	for _, f := range []string{"referentiel_appellation", "coherence_item", "liens_rome_referentiels", "cr_gd_dp"} {
		change(f, `"M1801"`, `"M1802"`)
	}
	change("referentiel_appellation", `Bulleuse foraine","D1101"`, `Bulleuse foraine","D1102"`)
	change("referentiel_competence", `"202","Compétence","Siffler un cumulus"`, `"202","Compétence","Siffler un nimbus"`)
	path := zipped(t, next)
	r := mustLoad(t, db, path, rome.Options{})
	if r.Before == nil || r.Before.Version != 60 || r.Release.Version != 61 {
		t.Fatalf("%+v → %+v", r.Before, r.Release)
	}
	d := r.Metiers
	if len(d.Added) != 1 || d.Added[0].Code != "M1802" || len(d.Removed) != 1 || d.Removed[0].Code != "M1801" || len(d.Renamed) != 1 || d.Renamed[0].After != "Dompteur / Dresseuse de nuages" {
		t.Errorf("difference %+v", d)
	}
	if r.Moved != 2 { // one by hand, one with its métier
		t.Errorf("%d appellations moved, want 2", r.Moved)
	}
	if r.Passages.Added["metier"] != 1 || r.Passages.Removed["metier"] != 1 || r.Passages.Changed["competence"] == 0 {
		t.Errorf("passages %+v", r.Passages)
	}
	if total := 13; r.Passages.Embedded >= total {
		t.Errorf("all %d passages were embedded again", total)
	}

	before := state(t, db)
	if _, err := load(t, db, old, rome.Options{}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("an older release: %v", err)
	}
	if state(t, db) != before {
		t.Error("the refused release changed something")
	}
	if r := mustLoad(t, db, old, rome.Options{Force: true}); r.Release.Version != 60 {
		t.Errorf("forced: %+v", r.Release)
	}
}

// A load keeps the external embedder that serves, and keeps the built-in one,
// trained on the new release, for a return.
func TestLoadWhileAnExternalEmbedderServes(t *testing.T) {
	db := postgrestest.New(t)
	source := func(files map[string]string) rome.Source {
		src, err := rome.At(zipped(t, files))
		if err != nil {
			t.Fatal(err)
		}
		return src
	}
	load := func(files map[string]string, o rome.Options) rome.Report {
		t.Helper()
		r, err := rome.Load(t.Context(), db, source(files), o)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	reembed := func(e retrieval.Embedder) int {
		t.Helper()
		n, err := retrieval.Reembed(t.Context(), db, e, nil)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	builtin := func() (e retrieval.Embedder) {
		t.Helper()
		if err := db.Own(t.Context(), func(tx pgx.Tx) (err error) {
			e, err = retrieval.Builtin(t.Context(), tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return e
	}
	serves := func(name string) {
		t.Helper()
		if err := db.Read(t.Context(), func(tx pgx.Tx) error {
			e, err := retrieval.Current(t.Context(), tx, hashing("1"))
			if err == nil && e.Name() != name {
				t.Errorf("%s serves, want %s", e.Name(), name)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	load(sample(), rome.Options{})
	first := builtin().Version()
	if n := reembed(hashing("1")); n != 13 {
		t.Errorf("%d vectors, want 13", n)
	}
	serves("hashing")
	if r := load(sample(), rome.Options{}); !r.Unchanged {
		t.Errorf("the same again: %+v", r)
	}
	changed := edit(t, "referentiel_code_rome", "Dompteuse de nuages", "Dresseuse de nuages")
	if r := load(changed, rome.Options{External: hashing("1")}); r.Passages.Embedded == 0 || r.Passages.Embedded > 3 || r.Passages.Missing != 0 {
		t.Errorf("a change: %+v", r.Passages)
	}
	serves("hashing")
	if builtin().Version() == first {
		t.Error("the built-in embedder was not trained on what was loaded")
	}
	r := load(sample(), rome.Options{}) // back, by a server that waits for nobody
	if r.Passages.Embedded != 0 || r.Passages.Missing == 0 {
		t.Errorf("without the encoder: %+v", r.Passages)
	}
	if n := reembed(hashing("1")); n != r.Passages.Missing {
		t.Errorf("%d vectors completed, want %d", n, r.Passages.Missing)
	}
	if n := reembed(builtin()); n != 13 || builtin().Version() != first {
		t.Errorf("back to the built-in embedder: %d vectors", n)
	}
	serves("tandem-subword")
}

// Vectors of two embedders never mix: another version embeds everything again,
// and a store with the wrong one finds by words alone.
func TestEmbedderChanges(t *testing.T) {
	db := postgrestest.New(t)
	path := zipped(t, sample())
	mustLoad(t, db, path, rome.Options{Embedder: hashing("1")})
	one := retrieval.New(db, hashing("1"))
	q := retrieval.Query{Text: "dompteuse de nuages", Kinds: []string{retrieval.Metier}}
	if found, err := one.Search(t.Context(), q); err != nil || len(found) == 0 || found[0].ID != "D1102" {
		t.Fatalf("%v, %v", found, err)
	}
	r := mustLoad(t, db, path, rome.Options{Embedder: hashing("2")})
	if r.Passages.Embedded != 13 {
		t.Errorf("embedded %d, want all 13", r.Passages.Embedded)
	}
	if name, err := one.Away(t.Context()); err != nil || name != "hashing" {
		t.Errorf("the old embedder passes for the one that serves: %q, %v", name, err)
	}
	if found, err := one.Search(t.Context(), q); err != nil || len(found) == 0 || found[0].ID != "D1102" {
		t.Errorf("a store with the old embedder: %v, %v", found, err)
	}
	if found, err := retrieval.New(db, hashing("2")).Search(t.Context(), q); err != nil || len(found) == 0 {
		t.Errorf("%v, %v", found, err)
	}
}
