package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/tools/offers"
)

func TestOffersCheck(t *testing.T) {
	path := filepath.Join(t.TempDir(), "offres.jsonl")
	if err := os.WriteFile(path, []byte("{\"id\":\"a\",\"text\":\"35 ans maximum\"}\nnot json\n{\"title\":\"Comptable\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	check := func(args ...string) (int, string, string) {
		var out, errs bytes.Buffer
		code := run(context.Background(), append([]string{"offers", "check"}, args...), func(string) string { return "" }, terminal{strings.NewReader(`{"text":"Permis B"}`), &out, &errs})
		return code, out.String(), errs.String()
	}
	if code, out, errs := check(path); code != exitFailed || !strings.Contains(out, "2 offres") || !strings.Contains(out, "ligne 2") || !strings.Contains(out, "DIS-AGE-01") || !strings.Contains(errs, "1 ligne") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	if code, out, _ := check(path, "--json"); code != exitFailed || strings.Count(out, "\n") != 4 || !strings.Contains(out, `"line":1,"id":"a","verdict":{"status":"blocked"`) || !strings.Contains(out, `"summary":{"offers":2,"unreadable":1`) {
		t.Errorf("exit %d\n%s", code, out)
	}
	if code, out, errs := check("-"); code != exitOK || !strings.Contains(out, "1 offres") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	if code, _, errs := check("nowhere.jsonl"); code != exitFailed || !strings.Contains(errs, "ne peut pas être lu") {
		t.Errorf("exit %d %s", code, errs)
	}
	if code, _, _ := check(); code != exitUsage {
		t.Errorf("exit %d", code)
	}
}

func TestOffersImport(t *testing.T) {
	settings := map[string]string{"DATABASE_URL": postgrestest.URL(t), "DATA_DIR": t.TempDir(), "LOG_LEVEL": "warn"}
	db := postgrestest.Open(t, settings["DATABASE_URL"])
	path := filepath.Join(t.TempDir(), "offres.csv")
	if err := os.WriteFile(path, []byte("id;intitule;description;typeContrat\nA1;Maçon H/F;Recherche homme de moins de 30 ans.;CDI\nA2;Couvreur H/F;;CDD\n;Sans numéro;;\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	command := "import"
	run := func(args ...string) (int, string, string) {
		var out, errs bytes.Buffer
		code := run(t.Context(), append([]string{"offers", command}, args...), func(name string) string { return settings[name] }, terminal{strings.NewReader(`{"id":"B1","intitule":"Cuisinier H/F"}`), &out, &errs})
		return code, out.String(), errs.String()
	}
	if code, out, errs := run(path, "--agency", "44A", "--company", "acme"); code != exitFailed || !strings.Contains(out, "2 ajoutées, 0 modifiées, 0 inchangées, 1 refusées") || !strings.Contains(out, "ligne 4 :") || !strings.Contains(errs, "1 offre(s)") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	if code, out, _ := run("--agency=44A", path, "--json"); code != exitFailed || !strings.Contains(out, `"same":2,"bad":1,"closed":0,"refused":[{"line":4`) {
		t.Errorf("exit %d\n%s", code, out)
	}
	if code, out, errs := run("-", "--company", "acme"); code != exitOK || !strings.Contains(out, "1 ajoutées") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	for _, wrong := range [][]string{{path}, {"--agency", "44A"}} {
		if code, _, errs := run(wrong...); code != exitUsage || !strings.Contains(errs, "tandem offers import") {
			t.Errorf("%v: exit %d %s", wrong, code, errs)
		}
	}
	// Checked and forecast on entry, each seen by whom it concerns.
	store := offers.NewStore(db, nil)
	for _, c := range []struct {
		who  postgres.Visitor
		want int
	}{
		{postgres.Visitor{ID: "c", Role: postgres.Counsellor, Agency: "44A"}, 2},
		{postgres.Visitor{ID: "r", Role: postgres.Recruiter, Company: "acme"}, 3},
		{postgres.Visitor{ID: "c", Role: postgres.Counsellor, Agency: "44B"}, 0},
	} {
		list, err := store.Search(t.Context(), c.who, offers.Filter{ROME: ""})
		if err != nil || list.Total != c.want {
			t.Errorf("%+v sees %+v, %v", c.who, list, err)
		}
		for _, r := range list.Rows {
			if r.Probability <= 0 || r.Blocked != (r.ID == "A1") {
				t.Errorf("%+v", r)
			}
		}
	}
	// A list of the whole portfolio closes what it does not name; what became of it is a history.
	one := filepath.Join(t.TempDir(), "une.csv")
	if err := os.WriteFile(one, []byte("id;intitule\nA2;Couvreur H/F\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := run(one, "--agency", "44A", "--complete"); code != exitOK || !strings.Contains(out, "0 refusées, 1 closes") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	if code, _, _ := run(one, "--agency", "44A", "--company", "acme", "--complete"); code != exitUsage {
		t.Errorf("exit %d", code)
	}
	command = "history"
	if code, out, errs := run("--agency", "44A"); code != exitOK || strings.Count(out, "\n") != 3 || !strings.Contains(errs, "2 offres dont 1 closes ; pas encore assez") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	for _, wrong := range [][]string{{}, {"--agency", "44A", "--company", "acme"}, {path, "--agency", "44A"}} {
		if code, _, errs := run(wrong...); code != exitUsage || !strings.Contains(errs, "tandem offers history") {
			t.Errorf("%v: exit %d %s", wrong, code, errs)
		}
	}
}
