package offers

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"tandem/internal/fault"
)

const (
	mason = `{"id":"111AAAA","intitule":"Maçon H/F","description":"Murs et dalles.","dateCreation":"2026-10-01T08:30:00.000Z",
"lieuTravail":{"libelle":"44 - ST NAZAIRE","codePostal":"44600"},"romeCode":"F1703","typeContrat":"CDI","typeContratLibelle":"CDI","natureContrat":"Contrat travail",
"experienceExige":"E","experienceLibelle":"Expérience exigée de 3 An(s)","salaire":{"libelle":"Horaire de 13,20 Euros à 14,00 Euros sur 12 mois"},
"dureeTravailLibelle":"39H Travail en journée","permis":[{"libelle":"B - Véhicule léger","exigence":"E"}],"qualificationCode":"3","codeNAF":"43.99C","trancheEffectifEtab":"10 à 19 salariés",
"entreprise":{"nom":"Invisible SARL","entrepriseAdaptee":false},"contact":{"nom":"Personne"}}`
	picker = `{"id":"222BBBB","intitule":"Préparateur de commandes","description":"","typeContrat":"MIS","typeContratLibelle":"Intérim - 3 Mois","experienceExige":"D","experienceLibelle":"Débutant accepté","dureeTravailLibelle":"35H Travail en 3x8","permis":[{"exigence":"S"}],"qualificationCode":5,"lieuTravail":{"libelle":"69 - VILLEURBANNE"}}`
)

func flat(s string) string { return strings.ReplaceAll(s, "\n", " ") }

func gather(r io.Reader) (ids []string, offers []Offer, problems []Problem, err error) {
	problems, err = Read(r, func(o Offer) error {
		ids, offers = append(ids, o.ID), append(offers, o)
		return nil
	})
	return ids, offers, problems, err
}

func TestReadShapes(t *testing.T) {
	for name, in := range map[string]string{
		"list":            "[" + mason + ",\n" + picker + "]",
		"wrapped":         `{"resultats":[` + flat(mason) + "," + picker + `],"filtresPossibles":[]}`,
		"wrapped, pretty": "{\n  \"filtresPossibles\": [{\"filtre\":\"x\"}],\n  \"resultats\": [\n" + mason + ",\n" + picker + "]}",
		"lines":           flat(mason) + "\n\n" + picker + "\n",
		"lines, cut end":  flat(mason) + "\n" + picker,
		"byte order mark": "\xef\xbb\xbf\n [" + mason + "," + picker + "]",
	} {
		ids, offers, problems, err := gather(strings.NewReader(in))
		if err != nil || len(problems) > 0 || !slices.Equal(ids, []string{"111AAAA", "222BBBB"}) {
			t.Errorf("%s: %v, %v, %v", name, ids, problems, err)
			continue
		}
		if got, want := told(offers[0].Fields), sorted("contract=CDI hours=39 exp=3 pay=27581 dep=44 town=Saint-Nazaire permit qual=ouvrier_qualifié size=10 rome=F1703"); got != want {
			t.Errorf("%s\n got  %s\n want %s", name, got, want)
		}
		if got, want := told(offers[1].Fields), sorted("contract=MIS months=3 hours=35 exp=0 dep=69 town=Villeurbanne qual=employé_non_qualifié odd"); got != want {
			t.Errorf("%s\n got  %s\n want %s", name, got, want)
		}
		if o := offers[0]; o.Fields.Sector != "construction" || o.CreatedAt.Format("2006-01-02") != "2026-10-01" || strings.Contains(fmt.Sprintf("%+v", o), "Invisible") {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

func TestReadKeepsTheGood(t *testing.T) {
	in := flat(mason) + "\n" + `{"id":"broken"` + "\n" + `{"id":"333","intitule":12}` + "\n" + `{"intitule":"sans numéro"}` + "\n" +
		`{"id":"big","intitule":"` + strings.Repeat("x", maxRecord) + "\"}\n" + picker
	ids, _, problems, err := gather(strings.NewReader(in))
	if err != nil || !slices.Equal(ids, []string{"111AAAA", "222BBBB"}) {
		t.Fatalf("%v, %v", ids, err)
	}
	var lines []int
	for _, p := range problems {
		lines = append(lines, p.Line)
	}
	if !slices.Equal(lines, []int{2, 3, 4, 5}) || problems[1].ID != "333" || !strings.Contains(problems[1].Why, "intitule") {
		t.Errorf("%+v", problems)
	}
	// In a list, the line is where the record begins.
	_, _, problems, err = gather(strings.NewReader("[\n" + mason + ",\n{\"id\":\"4\"},\n" + picker + "\n]"))
	if err != nil || len(problems) != 1 || problems[0].Line != 3+strings.Count(mason, "\n") {
		t.Errorf("%+v, %v", problems, err)
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct {
		in   string
		code fault.Code
		good int
	}{
		{"", fault.Invalid, 0}, {" \n", fault.Invalid, 0}, {"<html>", fault.Invalid, 0}, {"12", fault.Invalid, 0}, {"{\n}", fault.Invalid, 0},
		{`{"resultats":{}}`, fault.Invalid, 0},
		{"[" + picker + ", {", fault.Invalid, 1}, // cut in the middle
		{"[" + picker, fault.Invalid, 1},
		{"[" + picker + ",\n{\"id\":\"" + strings.Repeat("x", 8*maxRecord), fault.TooLarge, 1},
		{strings.Repeat("[", 20_000), fault.Invalid, 0},
	} {
		ids, _, _, err := gather(strings.NewReader(c.in))
		if fault.CodeOf(err) != c.code || len(ids) != c.good || strings.Contains(fault.Message(err), "interne") {
			t.Errorf("%.40q: %d good, %v", c.in, len(ids), err)
		}
	}
	stop := errors.New("enough")
	if _, err := Read(strings.NewReader("["+picker+"]"), func(Offer) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the error of each: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("[" + mason + "]")
	f.Add(`{"resultats":[` + picker + `]}`)
	f.Add(flat(mason) + "\n" + picker)
	f.Add(table)
	f.Add("id,intitule\n1,\"a\"b\n2,c")
	f.Fuzz(func(t *testing.T, in string) {
		_, offers, _, _ := gather(strings.NewReader(in))
		for _, o := range offers {
			if o.ID == "" || o.Title == "" {
				t.Errorf("%+v", o)
			}
			_ = o.tidy()
		}
	})
}

const table = "id;intitule;description;lieuTravail.libelle;lieu_travail_code_postal;romeCode;typeContrat;experienceExige;salaire_libelle;inconnu\r\n" +
	"111AAAA;Maçon H/F;\"Murs et dalles ;\nsur deux lignes\";44 - ST NAZAIRE;44600;F1703;CDI;D;Horaire de 13,20 Euros;x\r\n" +
	"222BBBB;Préparateur;;69 - VILLEURBANNE;;;MIS;;;\r\n"

func TestReadTable(t *testing.T) {
	for name, in := range map[string]string{
		"semicolons":            table,
		"commas":                strings.ReplaceAll(strings.Replace(table, "13,20", "13.20", 1), ";", ","),
		"tabs, byte order mark": "\xef\xbb\xbf" + strings.ReplaceAll(table, ";", "\t"),
		"titles in quotes":      "\n" + strings.Replace(table, "id;intitule", `"ID";"Intitulé"`, 1),
	} {
		in = strings.Replace(in, "Intitulé", "intitule", 1)
		ids, offers, problems, err := gather(strings.NewReader(in))
		if err != nil || len(problems) > 0 || !slices.Equal(ids, []string{"111AAAA", "222BBBB"}) {
			t.Errorf("%s: %v, %v, %v", name, ids, problems, err)
			continue
		}
		if f := offers[0].Fields; f.ROME != "F1703" || f.Contract != "CDI" || f.Departement != "44" || f.ExperienceYears == nil || *f.ExperienceYears != 0 || f.SalaryYear == 0 {
			t.Errorf("%s: %+v", name, f)
		}
		if !strings.Contains(offers[0].Body, "\nsur deux lignes") {
			t.Errorf("%s: %q", name, offers[0].Body)
		}
	}
	// As a spreadsheet of another time writes it.
	_, offers, _, err := gather(strings.NewReader("id,intitule\n1,Ma\xe7on\n"))
	if err != nil || len(offers) != 1 || offers[0].Title != "Maçon" {
		t.Errorf("Windows-1252: %+v, %v", offers, err)
	}
}

func TestReadTableKeepsTheGood(t *testing.T) {
	in := "id,intitule,description\n1,Un,\n2,Deux\n3,\"Tr\"ois,x\n,Sans numéro,\n5,Cinq,\"a\nb\"\n6,,\n"
	ids, offers, problems, err := gather(strings.NewReader(in))
	if err != nil || !slices.Equal(ids, []string{"1", "5"}) {
		t.Fatalf("%v, %v, %v", ids, problems, err)
	}
	var lines []int
	for _, p := range problems {
		lines = append(lines, p.Line)
	}
	if !slices.Equal(lines, []int{3, 4, 5, 8}) {
		t.Errorf("%+v", problems)
	}
	if offers[1].line != 6 {
		t.Errorf("the fifth begins on line %d", offers[1].line)
	}
	for _, in := range []string{"a,b\n1,2\n", "id\n1\n", "intitule,description\nx,y\n"} {
		if _, _, _, err := gather(strings.NewReader(in)); fault.CodeOf(err) != fault.Invalid || !strings.Contains(fault.Message(err), "« id » et « intitule »") {
			t.Errorf("%q: %v", in, err)
		}
	}
	// Quotation marks that are never closed do not fill the memory.
	if _, _, _, err := gather(io.MultiReader(strings.NewReader("id,intitule\n1,Un\n2,\"Deux"), &endless{left: 6 << 20})); fault.CodeOf(err) != fault.TooLarge {
		t.Errorf("%v", err)
	}
}

// endless is text without an end worth waiting for.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	for i := range p {
		p[i] = 'x'
	}
	e.left -= len(p)
	return len(p), nil
}
