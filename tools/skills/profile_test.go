package skills_test

import (
	"strings"
	"testing"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/tools/skills"
)

var lexicon = skills.Lexicon{
	Version: "0",
	Metiers: []skills.Metier{{Code: "X1001", Label: "Allumeur / Allumeuse de phares"}},
	Appellations: []skills.Appellation{
		{Code: "1", Long: "Allumeur / Allumeuse de phares", Short: "Allumeur / Allumeuse de phares", ROME: "X1001"},
		{Code: "2", Long: "Veilleur / Veilleuse de phare", Short: "Veilleur / Veilleuse de phare", ROME: "X1001"},
	},
	Items: []skills.Item{
		{Code: "101", Label: "Nettoyer une lentille", Kind: skills.SavoirFaire},
		{Code: "102", Label: "Gérer un stock de lanternes", Kind: skills.SavoirFaire},
		{Code: "103", Label: "Anglais professionnel", Kind: skills.Savoir},
		{Code: "104", Label: "Réparer une lanterne", Kind: skills.SavoirFaire},
		{Code: "105", Label: "Réparer une corne de brume", Kind: skills.SavoirFaire},
	},
	Links: []skills.Link{{ROME: "X1001", Item: "101", Core: true}, {ROME: "X1001", Item: "102"}},
}

func profiles(t *testing.T) (*skills.Profiles, *skills.Engine) {
	t.Helper()
	engine := skills.New(lexicon).Believe()
	return skills.NewProfiles(postgrestest.New(t), func() (*skills.Engine, error) { return engine, nil }), engine
}

func seeker(id string) postgres.Visitor { return postgres.Visitor{ID: id, Role: postgres.Seeker} }

const cv = "ALLUMEUSE DE PHARES\nNettoyage de la lentille\nGestion du stock de lanternes\nAnglais professionnel"

func statuses(t *testing.T, s *skills.Profiles, v postgres.Visitor) map[string]string {
	t.Helper()
	entries, err := s.Get(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		out[e.Code] = e.Status
	}
	return out
}

func TestADecisionIsNeverAskedAgain(t *testing.T) {
	s, engine := profiles(t)
	v := seeker("ana")
	a := engine.Analyse(cv)
	if a.Shown < 3 || len(a.Occupations) != 1 {
		t.Fatalf("the example shows %d skills, %d occupations", a.Shown, len(a.Occupations))
	}
	if _, err := s.Propose(t.Context(), v, "doc", a); err != nil {
		t.Fatal(err)
	}
	got := statuses(t, s, v)
	for _, code := range []string{"X1001", "101", "102", "103"} {
		if got[code] != skills.Proposed {
			t.Errorf("%s is %q after being proposed", code, got[code])
		}
	}
	out, err := s.Update(t.Context(), v, skills.Decision{Accept: []string{"101", "X1001"}, Refuse: []string{"anglais courant"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Changed) != 3 || len(out.NotFound) != 0 {
		t.Errorf("changed %+v, not found %q", out.Changed, out.NotFound)
	}
	again, err := s.Propose(t.Context(), v, "doc", a)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range again.Skills {
		want := map[string]string{"101": skills.Accepted, "102": skills.Proposed, "103": skills.Refused}[p.Code]
		if want != "" && p.Status != want {
			t.Errorf("%s comes back %q, want %q", p.Code, p.Status, want)
		}
	}
	for _, p := range a.Skills {
		if p.Status != skills.Proposed {
			t.Errorf("Propose changed the analysis it was given: %s is %q", p.Code, p.Status)
		}
	}
	if c := skills.Count(out.Profile); c != (skills.Counts{Accepted: 2, Refused: 1, Proposed: len(out.Profile) - 3}) {
		t.Errorf("counts %+v of %d", c, len(out.Profile))
	}
}

func TestEvidenceIsKept(t *testing.T) {
	s, engine := profiles(t)
	v := seeker("ana")
	if _, err := s.Propose(t.Context(), v, "doc", engine.Analyse(cv)); err != nil {
		t.Fatal(err)
	}
	entries, err := s.Get(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	if entries[0].Kind != skills.KindMetier {
		t.Errorf("occupations do not come first: %+v", entries[0])
	}
	for _, e := range entries {
		if len(e.Evidence) == 0 || !e.Evidence[0].In(cv) || e.Confidence <= 0 || e.Origin != "document" || e.ROMEVersion != "0" {
			t.Errorf("stored %+v", e)
		}
	}
}

func TestWordsOfPeople(t *testing.T) {
	s, engine := profiles(t)
	v := seeker("ana")
	if _, err := s.Propose(t.Context(), v, "doc", engine.Analyse(cv)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		d       skills.Decision
		changed string // code:status
		says    string // in NotFound
	}{
		{"own item by words", skills.Decision{Accept: []string{"nettoyer la lentille"}}, "101:accepted", ""},
		{"twice is no change", skills.Decision{Accept: []string{"101"}}, "", ""},
		{"a decision may be reversed", skills.Decision{Refuse: []string{"lentille"}}, "101:refused", ""},
		{"add by words", skills.Decision{Add: []string{"réparation de la corne de brume"}}, "105:accepted", ""},
		{"add by code", skills.Decision{Add: []string{"104"}}, "104:accepted", ""},
		{"add a job", skills.Decision{Add: []string{"allumeuse de phares"}}, "X1001:accepted", ""},
		{"lower case code", skills.Decision{Refuse: []string{"x1001"}}, "X1001:refused", ""},
		{"two may be meant", skills.Decision{Refuse: []string{"réparer"}}, "", "plusieurs"},
		{"refuse what was never there", skills.Decision{Refuse: []string{"plongée sous-marine"}}, "", "n'est pas dans vos propositions"},
		{"add what ROME does not have", skills.Decision{Add: []string{"télépathie"}}, "", "aucune compétence"},
		{"nothing", skills.Decision{Accept: []string{"  "}}, "", "vide"},
		{"too long", skills.Decision{Accept: []string{strings.Repeat("é", 200)}}, "", "trop long"},
		{"only small words", skills.Decision{Add: []string{"de la"}}, "", "aucune compétence"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := s.Update(t.Context(), v, c.d)
			if err != nil {
				t.Fatal(err)
			}
			var changed []string
			for _, x := range out.Changed {
				changed = append(changed, x.Code+":"+x.Status)
			}
			if got := strings.Join(changed, " "); got != c.changed {
				t.Errorf("changed %q, want %q", got, c.changed)
			}
			if got := strings.Join(out.NotFound, " "); c.says == "" && got != "" || !strings.Contains(got, c.says) {
				t.Errorf("not found %q, want %q", got, c.says)
			}
		})
	}
}

func TestTooManyAtOnce(t *testing.T) {
	s, _ := profiles(t)
	_, err := s.Update(t.Context(), seeker("ana"), skills.Decision{Accept: make([]string, 101)})
	if fault.CodeOf(err) != fault.TooLarge {
		t.Errorf("101 items: %v", err)
	}
}

func TestAProfileIsItsOwners(t *testing.T) {
	s, engine := profiles(t)
	ana, bob := seeker("ana"), seeker("bob")
	if _, err := s.Propose(t.Context(), ana, "doc", engine.Analyse(cv)); err != nil {
		t.Fatal(err)
	}
	if got := statuses(t, s, bob); len(got) != 0 {
		t.Errorf("bob sees %v", got)
	}
	counsellor := postgres.Visitor{ID: "eve", Role: postgres.Counsellor, Agency: "a"}
	if got := statuses(t, s, counsellor); len(got) != 0 {
		t.Errorf("a counsellor sees %v", got)
	}
	if err := s.Erase(t.Context(), bob); err != nil {
		t.Fatal(err)
	}
	if got := statuses(t, s, ana); len(got) == 0 {
		t.Error("bob erased ana's profile")
	}
	if err := s.Erase(t.Context(), ana); err != nil {
		t.Fatal(err)
	}
	if got := statuses(t, s, ana); len(got) != 0 {
		t.Errorf("left after erasing: %v", got)
	}
	if _, err := s.Get(t.Context(), postgres.Visitor{}); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("nobody's profile: %v", err)
	}
}
