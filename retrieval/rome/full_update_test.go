package rome_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"testing"

	"tandem/internal/postgres"
	"tandem/retrieval/rome"
	"tandem/retrieval/rome/rometest"
)

// planned is what next does to a release.
type planned struct {
	renamed, moved, gone int
	renumbered           map[string]string // compétences
	oldMetier, newMetier string            // same label
}

// next derives from the archive at path a release of the size of the real one
// that followed: labels of métiers changed, appellations moved, compétences
// gone or renumbered, one métier renumbered.
func next(t testing.TB, path string) (files map[string]string, p planned) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	files = map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[strings.Replace(f.Name, "_v460_", "_v461_", 1)] = string(b)
	}
	files["version.txt"] = "Numero de version : 61\nDate de publication : 15/06/2026\n"
	rewrite := func(table string, row func(get func(string) string, set func(column, value string)) (keep bool)) {
		name := "unix_" + table + "_v461_utf8.csv"
		files[name] = rewritten(t, files[name], row)
	}

	var metiers []string
	rewrite("referentiel_code_rome", func(get func(string) string, set func(string, string)) bool {
		metiers = append(metiers, get("code_rome"))
		if len(metiers)%10 == 0 {
			set("libelle_rome", get("libelle_rome")+" (nouveau nom)")
			p.renamed++
		}
		return true
	})
	rewrite("referentiel_appellation", func(get func(string) string, set func(string, string)) bool {
		if n, _ := strconv.Atoi(get("code_ogr")); n%11 == 0 && get("classification") != "PRINCIPALE" {
			if to := metiers[n%len(metiers)]; to != get("code_rome") {
				set("code_rome", to)
				p.moved++
			}
		}
		return true
	})
	gone := map[string]bool{}
	p.renumbered = map[string]string{}
	rewrite("referentiel_competence", func(get func(string) string, set func(string, string)) bool {
		n, _ := strconv.Atoi(get("code_ogr"))
		switch {
		case get("nature") != "Compétence" || get("cat_comp") != "Savoir-faire":
		case n%50 == 0:
			gone[get("code_ogr")] = true
			p.gone++
			return false
		case n%50 == 1:
			p.renumbered[get("code_ogr")] = strconv.Itoa(90_000_000 + n)
			set("code_ogr", p.renumbered[get("code_ogr")])
		}
		return true
	})
	for _, table := range []string{"coherence_item", "liens_rome_referentiels"} {
		rewrite(table, func(get func(string) string, set func(string, string)) bool {
			if to := p.renumbered[get("code_ogr")]; to != "" {
				set("code_ogr", to)
			}
			return !gone[get("code_ogr")]
		})
	}
	p.oldMetier, p.newMetier = metiers[0], metiers[0][:1]+"9999"
	for name, text := range files {
		files[name] = strings.ReplaceAll(text, p.oldMetier, p.newMetier)
	}
	return files, p
}

// rewritten changes or leaves out the records of a table.
func rewritten(t testing.TB, text string, row func(get func(string) string, set func(column, value string)) (keep bool)) string {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(records) == 0 {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range records[0] {
		column[name] = i
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(records[0])
	for _, x := range records[1:] {
		if row(func(c string) string { return x[column[c]] }, func(c, v string) { x[column[c]] = v }) {
			_ = w.Write(x)
		}
	}
	w.Flush()
	return b.String()
}

// nextOfAll loads the release after the one at path, which db has.
func nextOfAll(t *testing.T, db *postgres.DB, path string) {
	files, p := next(t, path)
	r := mustLoad(t, db, rometest.Zip(t, files), rome.Options{})
	t.Logf("read %v, written %v; %d appellations moved, %v links", r.Took.Read, r.Took.Write, r.Moved, r.Links.Added+r.Links.Removed)
	if m := r.Metiers; m.Count != (rome.Count{Added: 1, Removed: 1, Renamed: p.renamed}) || m.Removed[0].Successor.Code != p.newMetier || m.Removed[0].Why != rome.SameLabel {
		t.Errorf("métiers: %s", said(&m))
	}
	c := r.Items["competence"]
	if want := (rome.Count{Added: len(p.renumbered), Removed: len(p.renumbered) + p.gone}); c.Count != want {
		t.Errorf("compétences: %+v, want %+v", c.Count, want)
	}
	wrong := 0
	for _, x := range c.Removed {
		if to := p.renumbered[x.Code]; to != "" && (x.Successor == nil || x.Successor.Code != to) {
			wrong++ // two compétences of the official archive have one label
		} else if to == "" && x.Successor != nil {
			t.Errorf("%s %q was removed, and %v proposed", x.Code, x.Label, x.Successor)
		}
	}
	if wrong > 2 {
		t.Errorf("%d of %d renumbered compétences have another successor or none", wrong, len(p.renumbered))
	}
	// Those of the renumbered métier moved too.
	if r.Moved < p.moved || r.Appellations.Count != (rome.Count{}) {
		t.Errorf("%d appellations moved, want %d at least; %+v", r.Moved, p.moved, r.Appellations.Count)
	}
}
