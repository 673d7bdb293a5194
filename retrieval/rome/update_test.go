package rome_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/retrieval/rome"
	"tandem/retrieval/rome/rometest"
)

// said writes a difference as one line.
func said(d *rome.Difference) string {
	if d == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprint(&b, d.Count)
	for _, x := range d.Added {
		b.WriteString(" +" + x.Code)
	}
	for _, x := range d.Removed {
		b.WriteString(" -" + x.Code)
		if x.Successor != nil {
			b.WriteString(">" + x.Successor.Code + ":" + x.Why)
		}
	}
	for _, x := range d.Renamed {
		b.WriteString(" ~" + x.Code)
	}
	return b.String()
}

func TestReport(t *testing.T) {
	db := postgrestest.New(t)
	first := mustLoad(t, db, rometest.Zip(t, rometest.V60()), rome.Options{})
	if first.Metiers.Count != (rome.Count{}) || len(first.Items) != 0 || first.Links.Added != 0 {
		t.Errorf("a first load reports changes: %+v", first)
	}
	r := mustLoad(t, db, rometest.Zip(t, rometest.V61()), rome.Options{})
	for _, c := range []struct{ what, got, want string }{
		{"métiers", said(&r.Metiers), "{2 1 1} +D1103 +M1802 -M1801>M1802:appellations ~D1102"},
		{"appellations", said(&r.Appellations), "{1 0 0} +105"},
		{"compétences", said(r.Items["competence"]), "{3 3 1} +905 +906 +907 -205>905:label -206 -207 ~202"},
		{"savoirs", said(r.Items["savoir"]), ""},
		{"renamed", fmt.Sprint(r.Metiers.Renamed), "[{D1102 Dompteur / Dompteuse de nuages Dresseur / Dresseuse de nuages}]"},
		{"gone from", fmt.Sprint(r.Metiers.Removed[0].Version, " ", r.Metiers.Removed[0].Label), "60 Accordeur / Accordeuse d'horloges"},
		{"links", fmt.Sprint(r.Links.Added, r.Links.Removed, r.Links.Core), "6 6 0"},
		{"most changed", fmt.Sprint(r.Links.Metiers), "[{{D1101 Souffleur / Souffleuse de bulles} 1 1 0} {{D1102 Dresseur / Dresseuse de nuages} 0 1 0}]"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.what, c.got, c.want)
		}
	}
	var moves []string
	for _, m := range r.Moves {
		moves = append(moves, m.Code+":"+m.From.Code+">"+m.To.Code)
	}
	if got := strings.Join(moves, " "); r.Moved != 4 || got != "102:D1101>D1102 107:M1801>D1102 104:M1801>M1802 106:M1801>M1802" {
		t.Errorf("%d moved: %s", r.Moved, got)
	}
}

func successor(t *testing.T, db *postgres.DB, code string) string {
	t.Helper()
	x, err := rome.Open(db).Retired(t.Context(), code)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return "current"
	case err != nil:
		t.Fatal(err)
	case x.Successor == nil:
		return "none"
	}
	return x.Successor.Code + " " + x.Successor.Label
}

func wantSuccessors(t *testing.T, db *postgres.DB, want map[string]string) {
	t.Helper()
	for code, w := range want {
		if got := successor(t, db, code); got != w {
			t.Errorf("%s: %q, want %q", code, got, w)
		}
	}
}

// A retired code is remembered with its successor, over several releases, and
// forgotten when it comes back.
func TestRetired(t *testing.T) {
	db := postgrestest.New(t)
	v60, v61 := rometest.Zip(t, rometest.V60()), rometest.Zip(t, rometest.V61())
	mustLoad(t, db, v60, rome.Options{})
	mustLoad(t, db, v61, rome.Options{})
	before := map[string]string{"M1801": "M1802 Horloger / Horlogère de foire", "m1801 ": "M1802 Horloger / Horlogère de foire", "205": "905 Accorder un Carillon",
		"206": "none", "207": "none", "202": "current", "D1102": "current", "102": "current", "Z9": "current"}
	wantSuccessors(t, db, before)

	// The release after: 905 and M1802 are renumbered in their turn, one of the
	// two 206 may have become is gone, 907 is gone without an heir.
	next := map[string]string{"version.txt": "Numero de version : 62\n"}
	for name, text := range rometest.V61() {
		if name == "version.txt" {
			continue
		}
		text = strings.NewReplacer(`"905"`, `"955"`, `"M1802"`, `"M1803"`).Replace(text)
		if strings.Contains(name, "referentiel_competence") || strings.Contains(name, "coherence_item") {
			text = without(text, `"907"`)
		}
		next[strings.Replace(name, "v461", "v462", 1)] = text
	}
	r := mustLoad(t, db, rometest.Zip(t, next), rome.Options{})
	if got := said(&r.Metiers); got != "{1 1 0} +M1803 -M1802>M1803:label" {
		t.Errorf("métiers: %s", got)
	}
	wantSuccessors(t, db, map[string]string{"M1801": "M1803 Horloger / Horlogère de foire", "M1802": "M1803 Horloger / Horlogère de foire",
		"205": "955 Accorder un Carillon", "905": "955 Accorder un Carillon", "206": "906 Graisser un pignon", "907": "906 Graisser un pignon", "207": "none"})

	// Back to 60: its codes are current, those that came after it are not.
	mustLoad(t, db, v60, rome.Options{Force: true})
	wantSuccessors(t, db, map[string]string{"M1801": "current", "205": "current", "206": "current", "207": "current",
		"905": "205 Accorder un carillon", "955": "205 Accorder un carillon", "D1103": "none", "M1802": "M1801 Accordeur / Accordeuse d'horloges"})
	mustLoad(t, db, v61, rome.Options{})
	wantSuccessors(t, db, before)
}

// Forcing the release before restores everything that the load wrote.
func TestForceRestores(t *testing.T) {
	db := postgrestest.New(t)
	v60 := rometest.Zip(t, rometest.V60())
	mustLoad(t, db, v60, rome.Options{})
	content := func() string { return strings.ReplaceAll(state(t, db), line(state(t, db), "rome_release"), "") } // has the time of loading
	before := content()
	mustLoad(t, db, rometest.Zip(t, rometest.V61()), rome.Options{})
	if content() == before {
		t.Fatal("the next release changed nothing")
	}
	mustLoad(t, db, v60, rome.Options{Force: true})
	if content() != before {
		t.Error("the release before, loaded again, is not what it was")
	}
}

// A load that fails after it has read the differences leaves no trace of them.
func TestFailedLoadRetiresNothing(t *testing.T) {
	db := postgrestest.New(t)
	mustLoad(t, db, rometest.Zip(t, rometest.V60()), rome.Options{})
	before := state(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	src, err := rome.At(rometest.Zip(t, rometest.V61()))
	if err != nil {
		t.Fatal(err)
	}
	_, err = rome.Load(ctx, db, src, rome.Options{Embedder: hashing("1"), Progress: func(label string, done, total int) {
		if label == "Calcul des vecteurs" {
			cancel()
		}
	}})
	if err == nil || state(t, db) != before || successor(t, db, "M1801") != "current" {
		t.Errorf("%v, the database has changed: %v", err, state(t, db) != before)
	}
}

func line(text, prefix string) string {
	for l := range strings.Lines(text) {
		if strings.HasPrefix(l, prefix) {
			return l
		}
	}
	return ""
}

// without leaves out the lines that hold words.
func without(text, words string) string {
	var b strings.Builder
	for l := range strings.Lines(text) {
		if !strings.Contains(l, words) {
			b.WriteString(l)
		}
	}
	return b.String()
}
