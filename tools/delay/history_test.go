package delay

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"tandem/internal/fault"
)

const historyHeader = "id,origine,rome_code,type_contrat,type_contrat_libelle,code_postal,salaire_libelle,experience_libelle,date_creation,premiere_capture,derniere_capture,premiere_absence_apres,ouverte_plus_30j"

const goodRow = `1AA,france_travail,F1703,CDD,CDD - 6 Mois,97400,Mensuel de 2000.0 Euros à 2200.0 Euros sur 13 mois,2 An(s) - En bâtiment,2026-07-01T09:00:00.123Z,2026-07-20T06:51:22Z,2026-07-21T12:39:58Z,2026-08-03T06:33:41Z,0`

func read(t *testing.T, rows ...string) History {
	t.Helper()
	h, err := ReadHistory(strings.NewReader(historyHeader + "\n" + strings.Join(rows, "\n") + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestReadHistory(t *testing.T) {
	h := read(t, goodRow, strings.Replace(goodRow, "1AA,france_travail", "77,partenaire", 1))
	if h.Rows != 2 || h.Other != 1 || len(h.Offers) != 1 || len(h.Bad) != 0 || h.Causes {
		t.Fatalf("%+v", h)
	}
	o := h.Offers[0]
	want := Offer{ROME: "F1703", Contract: "CDD", DurationMonths: 6, SalaryYear: 2100 * 13, ExperienceYears: years(2), Departement: "974"}
	if o.ID != "1AA" || !reflect.DeepEqual(o.Offer, want) || o.Over == nil || *o.Over {
		t.Errorf("%+v", o)
	}
	s := o.spell(Online, newEncoding(h.Offers))
	if s.Entry != 19 || s.Last != 20 || s.Gone != 33 || s.Weekday != 2 || s.Group != groupCDD {
		t.Errorf("%+v", s)
	}
	// Columns in another order, packed, with a mark at the start: the same.
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprint(z, "\ufeffouverte_plus_30j,"+strings.TrimSuffix(historyHeader, ",ouverte_plus_30j")+"\n0,"+strings.TrimSuffix(goodRow, ",0")+"\n")
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	other, err := ReadHistory(&packed)
	if err != nil || !reflect.DeepEqual(other.Offers, h.Offers) {
		t.Errorf("%+v, %v", other.Offers, err)
	}
}

// Every row is an offer, of another origin, or listed with its line.
func TestBadRowsAreListed(t *testing.T) {
	change := func(old, new string) string {
		if !strings.Contains(goodRow, old) {
			t.Fatalf("no %q", old)
		}
		return strings.Replace(goodRow, old, new, 1)
	}
	for _, c := range []struct{ row, says string }{
		{change("1AA", ""), "numéro d'offre manquant"},
		{change("F1703", "maçon"), "code ROME"},
		{change("2026-07-01T09:00:00.123Z", "hier"), "date_creation"},
		{change("2026-07-01T09:00:00.123Z", ""), "date_creation"},
		{change("2026-07-20T06:51:22Z", "0001-01-01T00:00:00Z"), "premiere_capture"},
		{change("2026-07-21T12:39:58Z", "2026-07-19T12:39:58Z"), "dernière fois avant"},
		{change("2026-08-03T06:33:41Z", "2026-07-21T12:39:58Z"), "absente avant"},
		{change("2026-07-01T09:00:00.123Z", "2026-07-21T09:00:00.123Z"), "avant d'avoir été créée"},
		{change(",0", ",oui"), "ouverte_plus_30j"},
		{change(",0", ""), "12 cases au lieu de 13"},
		{change("CDD - 6 Mois", `"CDD - 6 Mois`), "guillemets"},
		{goodRow, "déjà plus haut"},
	} {
		h := read(t, goodRow, c.row)
		if len(h.Offers) != 1 || len(h.Bad) != 1 || h.Bad[0].Line != 3 || !strings.Contains(h.Bad[0].Why, c.says) {
			t.Errorf("%s: %d offers, %+v", c.row, len(h.Offers), h.Bad)
		}
	}
}

func TestHistoryThatIsNone(t *testing.T) {
	for _, c := range []struct{ in, says string }{
		{"", "ligne 1"},
		{"id,origine\n1,2\n", "rome_code"},
		{"\x1f\x8b nonsense", "gzip"},
		{historyHeader + "\n" + strings.Repeat("x", maxLine+1), "ligne 2"},
	} {
		if _, err := ReadHistory(strings.NewReader(c.in)); fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.30q: %v", c.in, err)
		}
	}
}

func TestLabels(t *testing.T) {
	for in, want := range map[string]float64{"CDD - 6 Mois": 6, "Intérim - 15 Jour(s)": 15 / 30.4, "CDD - 2 An(s)": 24, "CDI": 0, "": 0} {
		if got := durationOf(in); math.Abs(got-want) > 1e-9 {
			t.Errorf("durationOf(%q) = %v, want %v", in, got, want)
		}
	}
	for in, want := range map[string]float64{
		"Horaire de 12.31 Euros sur 12 mois": 12.31 * 35 * 52, "Annuel de 26700.0 Euros à 27900.0 Euros sur 12.0 mois": 27300,
		"Mensuel de 2000.0 Euros": 24000, "Mensuel de 2000 Euros sur 1 mois": 24000, "Selon profil": 0, "": 0, "Mensuel de 99999999999 Euros": 0,
	} {
		if got := salaryOf(in); math.Abs(got-want) > 1e-6 {
			t.Errorf("salaryOf(%q) = %v, want %v", in, got, want)
		}
	}
	for in, want := range map[string]float64{"Débutant accepté - Expérience appréciée": 0, "6 Mois": 0.5, "2 An(s) - Sur un poste similaire": 2, "": -1, "Expérience exigée": -1} {
		if got := experienceOf(in); (got == nil) != (want < 0) || got != nil && *got != want {
			t.Errorf("experienceOf(%q) = %v", in, got)
		}
	}
	for in, want := range map[string]string{"44000": "44", "97400": "974", "20090": "2A", "20200": "2B", "7400": "", "4400A": "", "": ""} {
		if got := departementOf(in); got != want {
			t.Errorf("departementOf(%q) = %q, want %q", in, got, want)
		}
	}
}

// A field that began to be collected on some day is unknown for who was first
// seen before: otherwise having it would tell that the offer lived that long.
// That is how real captures told the answer (TestLeak).
func TestFieldCollectedLate(t *testing.T) {
	row := func(id, experience, first, last, gone string) string {
		return fmt.Sprintf("%s,france_travail,F1703,CDI,CDI,97400,,%s,2026-07-01T09:00:00Z,2026-07-%sT06:00:00Z,2026-%sT06:00:00Z,%s,", id, experience, first, last, gone)
	}
	var rows []string
	for i := range 30 {
		rows = append(rows,
			row(fmt.Sprint("short", i), "", "20", "07-21", "2026-08-03T06:00:00Z"),
			row(fmt.Sprint("long", i), "1 An(s)", "20", "08-05", ""))
	}
	rows = append(rows, strings.Replace(row("late", "1 An(s)", "20", "08-05", ""), "2026-07-20", "2026-08-03", 1))
	h := read(t, rows...)
	for _, o := range h.Offers {
		if known := o.Offer.ExperienceYears != nil; known {
			t.Errorf("%s knows its experience, which was first collected after it was seen", o.ID)
		}
	}
	want := Hidden{"expérience", time.Date(2026, 8, 5, 0, 0, 0, 0, time.UTC), 31}
	if len(h.Hidden) != 1 || h.Hidden[0] != want {
		t.Errorf("%+v", h.Hidden)
	}
	// One that half of the offers lack from the start is collected from the start.
	h = read(t, row("a", "", "20", "07-21", ""), row("b", "1 An(s)", "20", "07-21", ""), row("c", "1 An(s)", "20", "08-05", ""))
	if len(h.Hidden) != 0 {
		t.Errorf("%+v", h.Hidden)
	}
}

// What a file says of employers and candidates is not read at all.
func TestNobodyReachesTheModel(t *testing.T) {
	plain := simulated(400, 11)
	lines := strings.Split(strings.TrimSpace(plain), "\n")
	for i := range lines {
		if i == 0 {
			lines[i] += ",entreprise,siret,intitule,candidats,age_candidat,sexe"
			continue
		}
		lines[i] += fmt.Sprintf(",Maison Untel %d,%014d,Maçon chez Untel,%d,%d,F", i%7, i, i%9, 20+i%40)
	}
	a, err := ReadHistory(strings.NewReader(plain))
	if err != nil {
		t.Fatal(err)
	}
	b, err := ReadHistory(strings.NewReader(strings.Join(lines, "\n")))
	if err != nil || !reflect.DeepEqual(a.Offers, b.Offers) {
		t.Errorf("other columns change what is read: %v", err)
	}
	for f := range reflect.TypeFor[Observed]().Fields() {
		switch f.Name {
		case "ID", "Offer", "Created", "First", "Last", "Gone", "Filled", "Over":
		default:
			t.Errorf("Observed.%s is not a judged fact", f.Name)
		}
	}
}

func FuzzReadHistory(f *testing.F) {
	f.Add([]byte(historyHeader + "\n" + goodRow + "\n"))
	f.Add([]byte(historyHeader + "\n" + goodRow + "\n" + goodRow + "\n\"\n,,,,\n"))
	f.Add([]byte("id,origine,rome_code,type_contrat,date_creation,premiere_capture,derniere_capture,premiere_absence_apres,permis,heures_semaine\na,france_travail,,,2026-07-01T09:00:00Z,2026-07-01T09:00:00Z,2026-07-01T09:00:00Z,,1,1e400\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		h, err := ReadHistory(bytes.NewReader(in))
		if err != nil {
			return
		}
		if h.Rows != len(h.Offers)+h.Other+len(h.Bad) {
			t.Fatalf("%d rows, %d offers, %d of others, %d bad", h.Rows, len(h.Offers), h.Other, len(h.Bad))
		}
		e := newEncoding(h.Offers)
		for _, o := range h.Offers {
			if s := o.spell(Online, e); s.Entry < 0 || s.Last < s.Entry || s.Gone != 0 && s.Gone <= s.Last {
				t.Fatalf("%+v gives %+v", o, s)
			}
		}
	})
}

// A kind of contract that nobody surveys is not a contract nobody knows.
func TestContractOfAnotherKind(t *testing.T) {
	for in, want := range map[string]int{"LIB": groupOther, "": groupAny, "SAI": groupOther, "MIS": groupMIS} {
		h := read(t, strings.Replace(goodRow, ",CDD,", ","+in+",", 1))
		if g := prior.know(h.Offers[0].Offer).group(); g != want {
			t.Errorf("%q is of group %s", in, groupNames[g])
		}
	}
}
