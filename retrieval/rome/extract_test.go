package rome

import (
	"bytes"
	"strings"
	"testing"
)

func TestExtract(t *testing.T) {
	d, err := Builtin().data()
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Metiers) < 240 || d.Release.Complete || d.Release.Version == 0 || len(d.Textes) > 0 {
		t.Errorf("%d métiers, %+v, %d texts", len(d.Metiers), d.Release, len(d.Textes))
	}
	metiers, items, domaines := map[string]bool{}, map[string]bool{}, map[byte]bool{}
	for _, m := range d.Metiers {
		metiers[m.Code] = true
		domaines[m.Code[0]] = true
		if m.Label == "" || m.Domaine == "" {
			t.Errorf("métier %+v", m)
		}
	}
	if len(domaines) != 14 {
		t.Errorf("%d grands domaines, want 14", len(domaines))
	}
	for _, x := range d.Items {
		items[x.Code] = true
		if x.Definition != "" {
			t.Errorf("item %s has a definition: the extract is facts only", x.Code)
		}
	}
	principal := map[string]int{}
	for _, a := range d.Appellations {
		if a.Principal {
			principal[a.Metier]++
		}
	}
	for code := range metiers {
		if principal[code] != 1 {
			t.Errorf("métier %s has %d principal appellations", code, principal[code])
		}
	}
	for _, l := range d.Links {
		if !metiers[l.Metier] || !items[l.Item] {
			t.Fatalf("orphan link %+v", l)
		}
	}
	for _, m := range d.Mobilites {
		if !metiers[m.Target] {
			t.Fatalf("orphan mobilité %+v", m)
		}
	}
}

func TestForms(t *testing.T) {
	for title, want := range map[string]string{
		"Boulanger / Boulangère":                              "Boulanger|Boulangère",
		"Agent / Agente d'entretien des espaces verts":        "Agent d'entretien des espaces verts|Agente d'entretien des espaces verts",
		"Agent commercial / Agente commerciale en immobilier": "Agent commercial en immobilier|Agente commerciale en immobilier",
		"Cariste":                 "Cariste",
		"Lapidaire / Diamantaire": "Lapidaire|Diamantaire",
		"A / B / C":               "A / B / C",
	} {
		if got := strings.Join(forms(title), "|"); got != want {
			t.Errorf("forms(%q) = %q, want %q", title, got, want)
		}
	}
	for title, want := range map[string]string{
		"Agent / Agente de service hospitalier (ASH)":        "Agent de service hospitalier (ASH)|Agent de service hospitalier|Agente de service hospitalier (ASH)|Agente de service hospitalier|ASH",
		"Opérateur / Opératrice sur Commande Numérique -CN-": "Opérateur sur Commande Numérique -CN-|Opérateur sur Commande Numérique|Opératrice sur Commande Numérique -CN-|Opératrice sur Commande Numérique|CN",
		"Conducteur(trice) livreur(se)":                      "Conducteur livreur",
	} {
		if got := strings.Join(names(title), "|"); got != want {
			t.Errorf("names(%q) = %q, want %q", title, got, want)
		}
	}
}

func FuzzTable(f *testing.F) {
	f.Add([]byte("\"code\",\"libelle\"\n\"1\",\"a\nb\"\n\n\"2\",\"c\"\n"))
	f.Add([]byte("\xef\xbb\xbfcode,libelle\n1,\xe9t\xe9\n"))
	f.Add([]byte("code,libelle\n\"1,2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a := &archive{name: "fuzz", files: map[string]file{"t": {name: "t.csv", data: data}}}
		last := 0
		err := a.each("t", []string{"code", "libelle|label"}, func(x row) error {
			if len(x.v) != 2 || x.line <= last {
				t.Fatalf("row %+v after line %d", x, last)
			}
			last = x.line
			for _, v := range x.v {
				if strings.ContainsAny(v, "\x00’") {
					t.Fatalf("not clean: %q", v)
				}
			}
			return nil
		})
		if err != nil && !strings.Contains(err.Error(), "t.csv") {
			t.Fatalf("the error names no file: %v", err)
		}
	})
}

func FuzzExtract(f *testing.F) {
	f.Add(extractTSV[:4000])
	f.Add([]byte("ROME\t60\t\nL\t1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = decodeExtract(bytes.NewReader(data)) // must not panic
	})
}
