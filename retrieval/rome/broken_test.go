package rome_test

import (
	"archive/zip"
	"bytes"
	"os"
	"strings"
	"testing"

	"tandem/internal/fault"
	"tandem/internal/postgres/postgrestest"
	"tandem/retrieval/rome"
)

// Whatever is wrong with an archive, the database is as it was and the message
// says where.
func TestBrokenArchives(t *testing.T) {
	db := postgrestest.New(t)
	good := zipped(t, sample())
	mustLoad(t, db, good, rome.Options{})
	before := state(t, db)

	without := func(file string) map[string]string {
		files := sample()
		delete(files, "unix_"+file+"_v460_utf8.csv")
		return files
	}
	twice := sample()
	twice["unix_themes_v461_utf8.csv"] = twice["unix_themes_v460_utf8.csv"]
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path string
		code       fault.Code
		says       []string
	}{
		{"not there", "nowhere.zip", fault.NotFound, []string{"nowhere.zip"}},
		{"not a zip", written(t, "a.zip", []byte("bonjour")), fault.Invalid, []string{"zip"}},
		{"truncated", written(t, "b.zip", whole[:len(whole)/2]), fault.Invalid, []string{"zip"}},
		{"damaged inside", written(t, "c.zip", damaged(whole)), fault.Invalid, []string{"abîmé"}},
		{"bomb", written(t, "d.zip", bomb(t)), fault.TooLarge, []string{"64 Mo"}},
		{"missing file", zipped(t, without("texte")), fault.Invalid, []string{"unix_texte_v4"}},
		{"two versions", zipped(t, twice), fault.Invalid, []string{"themes", "v461"}},
		{"missing column", zipped(t, edit(t, "referentiel_savoir", "libelle_savoir", "autre")), fault.Invalid, []string{"referentiel_savoir", "ligne 1", "libelle_savoir"}},
		{"short row", zipped(t, edit(t, "coherence_item", `"D1101","204",""`, `"D1101","204"`)), fault.Invalid, []string{"coherence_item", "ligne 3"}},
		{"bad quote", zipped(t, edit(t, "rubrique_mobilite", `"D1102","1"`, `"D1102,"1"`)), fault.Invalid, []string{"rubrique_mobilite", "ligne 2"}},
		{"bad code", zipped(t, edit(t, "referentiel_code_rome", `"D1102","2"`, `"d11-2","2"`)), fault.Invalid, []string{"referentiel_code_rome", "ligne 3"}},
		{"no label", zipped(t, edit(t, "referentiel_competence", "Siffler un cumulus", "")), fault.Invalid, []string{"referentiel_competence", "ligne 3", "202"}},
		{"code taken", zipped(t, edit(t, "referentiel_savoir", `"301"`, `"202"`)), fault.Invalid, []string{"referentiel_savoir", "ligne 2", "202", "referentiel_competence"}},
		{"orphan link", zipped(t, edit(t, "coherence_item", `"D1102","202"`, `"D1102","999"`)), fault.Invalid, []string{"coherence_item", "ligne 4", "999"}},
		{"orphan métier", zipped(t, edit(t, "texte", `"D1101","4"`, `"A9999","4"`)), fault.Invalid, []string{"texte", "ligne 4", "A9999"}},
		{"orphan appellation", zipped(t, edit(t, "referentiel_appellation", `"M1801","","","","","","PRINCIPALE"`, `"M1899","","","","","","PRINCIPALE"`)), fault.Invalid, []string{"referentiel_appellation", "ligne 5", "M1899"}},
		{"orphan macro", zipped(t, edit(t, "referentiel_competence", `"203","","Savoir-faire"`, `"999","","Savoir-faire"`)), fault.Invalid, []string{"referentiel_competence", "ligne 2", "999"}},
		{"bad number", zipped(t, edit(t, "rubrique_mobilite", `"D1102","1"`, `"D1102","premier"`)), fault.Invalid, []string{"rubrique_mobilite", "ligne 2", "premier"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(t, db, c.path, rome.Options{})
			if fault.CodeOf(err) != c.code {
				t.Fatalf("error %v (%s), want %s", err, fault.CodeOf(err), c.code)
			}
			for _, words := range c.says {
				if !strings.Contains(fault.Message(err), words) {
					t.Errorf("message %q does not say %q", fault.Message(err), words)
				}
			}
			if state(t, db) != before {
				t.Error("the database has changed")
			}
		})
	}
}

// damaged flips bytes of a compressed member: the zip's list is whole, a content is not.
func damaged(whole []byte) []byte {
	out := bytes.Clone(whole)
	at := bytes.Index(out, []byte("unix_coherence_item"))
	for i := at + 60; i < at+70; i++ {
		out[i] ^= 0xff
	}
	return out
}

// bomb is a small zip whose member unpacks to more than the bound.
func bomb(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("unix_item_v460_utf8.csv")
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 1<<20)
	for range 65 {
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if b.Len() > 1<<20 {
		t.Fatalf("the bomb is %d bytes", b.Len())
	}
	return b.Bytes()
}
