package skills

import (
	"strings"
	"testing"
	"time"
)

func TestExport(t *testing.T) {
	at := time.Date(2026, 3, 1, 10, 0, 0, 5, time.UTC)
	x := NewExport([]Entry{
		{Code: "N1101", Label: "Conduite d'engins", Kind: KindMetier, Appellation: "Cariste", AppellationCode: "7", Status: Accepted, Origin: "document", ROMEVersion: "60"},
		{Code: "1", Label: "=Ranger <vite>; bien", Kind: SavoirFaire, Status: Accepted, Origin: "person", ROMEVersion: "60"},
		{Code: "2", Label: "Refusé", Kind: Savoir, Status: Refused, Origin: "document", ROMEVersion: "60"},
		{Code: "3", Label: "En attente", Kind: Savoir, Status: Proposed, Origin: "document", ROMEVersion: "60"},
	}, "61", at)
	write := func(f func(*strings.Builder) error) string {
		var b strings.Builder
		if err := f(&b); err != nil {
			t.Fatal(err)
		}
		for _, absent := range []string{"Refusé", "En attente"} {
			if strings.Contains(b.String(), absent) {
				t.Errorf("%q, which was not accepted, is in:\n%s", absent, b.String())
			}
		}
		return b.String()
	}
	const asJSON = `{
  "format": "tandem-profile/1",
  "at": "2026-03-01T10:00:00Z",
  "rome_version": "61",
  "ai_assisted": true,
  "occupations": [
    {
      "code": "N1101",
      "label": "Conduite d'engins",
      "rome_version": "60",
      "origin": "document",
      "appellation": "Cariste",
      "appellation_code": "7"
    }
  ],
  "skills": [
    {
      "code": "1",
      "label": "=Ranger <vite>; bien",
      "kind": "competence",
      "rome_version": "60",
      "origin": "person"
    }
  ]
}
`
	if got := write(func(b *strings.Builder) error { return x.WriteJSON(b) }); got != asJSON {
		t.Errorf("JSON:\n%s", got)
	}
	const asCSV = "\ufeffnature;code;libellé;version du ROME;origine\r\nmétier;N1101;Cariste;60;proposé d'après un document, puis accepté\r\n" +
		"savoir-faire;1;\"'=Ranger <vite>; bien\";60;ajouté par la personne\r\n"
	if got := write(func(b *strings.Builder) error { return x.WriteCSV(b) }); got != asCSV {
		t.Errorf("CSV:\n%s", got)
	}
	if kinds := x.Kinds(); len(kinds) != 1 || kinds[0].Title != "Savoir-faire" || len(kinds[0].Items) != 1 {
		t.Errorf("by kind: %+v: a kind without items has no title", kinds)
	}
	if NewExport(nil, "61", at).AIAssisted {
		t.Error("an empty profile is said to be assisted")
	}
}
