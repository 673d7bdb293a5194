package tools

import (
	"strings"
	"testing"

	"tandem/internal/postgres"
	"tandem/tools/skills"
)

// « Quels métiers avec ces compétences ? », in the conversation.
func TestCareersOfTheProfile(t *testing.T) {
	e, _ := onV60(t)
	seeker := postgres.Visitor{ID: "ana", Role: postgres.Seeker}
	_, none := call[Mistake](t, e, who(seeker, "quels métiers ?"), "search_rome", `{"profile":true}`)
	if !strings.Contains(none.Mistake, "Votre profil ne mène encore à aucun métier") {
		t.Errorf("an empty profile: %q", none.Mistake)
	}
	// D1101 leads to D1102, which asks for 202 and 207; M1801 shares nothing.
	if p, err := e.UpdateProfile(t.Context(), seeker, ProfileChange{Add: []string{"D1101", "201", "202"}}); err != nil || p.Counts.Accepted != 3 {
		t.Fatal(err, p)
	}
	result, view := call[romeView](t, e, who(seeker, "quels métiers ?"), "search_rome", `{"profile":true}`)
	if len(view.Careers) != 1 || view.Careers[0].ROME != "D1102" || view.Careers[0].From != "D1101" || view.Careers[0].Missing[0].Code != "207" {
		t.Errorf("careers %+v", view.Careers)
	}
	if result.Activity != "rome.occupation" || len(result.Sources) != 1 || result.Sources[0].ID != "D1102" {
		t.Errorf("shown as %q with %+v", result.Activity, result.Sources)
	}
	if _, err := e.UpdateProfile(t.Context(), seeker, ProfileChange{Refuse: []string{"D1102"}}); err != nil {
		t.Fatal(err)
	}
	if list, err := e.Careers(t.Context(), seeker); err != nil || len(list) != 0 {
		t.Errorf("refused, proposed again: %v, %+v", err, list)
	}
	_, other := call[Mistake](t, e, who(postgres.Visitor{ID: "eve", Role: postgres.Counsellor}), "search_rome", `{"profile":true}`)
	if !strings.Contains(other.Mistake, "candidat") {
		t.Errorf("a counsellor: %q", other.Mistake)
	}
}

// « jamais fait ça » names nothing: the tool asks which, and changes nothing.
func TestAChangeThatNamesNothing(t *testing.T) {
	e, _ := onV60(t)
	seeker := postgres.Visitor{ID: "ana", Role: postgres.Seeker}
	for _, want := range []string{"Que faut-il accepter", "« Mélanger le savon, l'eau et la glycérine » ?"} {
		_, asked := call[Mistake](t, e, who(seeker, "jamais fait ça"), "update_profile", `{}`)
		if !strings.Contains(asked.Mistake, want) {
			t.Errorf("%q, want %q", asked.Mistake, want)
		}
		if _, err := e.UpdateProfile(t.Context(), seeker, ProfileChange{Add: []string{"201", "D1101"}}); err != nil {
			t.Fatal(err)
		}
	}
	_, view := call[skillsView](t, e, who(seeker), "update_profile", `{"replace":[{"code":"201","by":"202"}],"order":["cumulus"]}`)
	if len(view.Changed) != 1 || view.Changed[0].Code != "202" || len(view.NotFound) != 0 {
		t.Errorf("%+v", view)
	}
}

// What was found for later is not shown by a change of something else.
func TestAChangeShowsNoMoreThanWasShown(t *testing.T) {
	e, _ := onV60(t)
	seeker := postgres.Visitor{ID: "ana", Role: postgres.Seeker}
	found := skills.Analysis{Shown: 1, ROMEVersion: "60", Skills: []skills.Proposal{
		{Code: "201", Label: "Mélanger le savon, l'eau et la glycérine", Kind: skills.SavoirFaire, Confidence: 0.9},
		{Code: "202", Label: "Siffler un cumulus", Kind: skills.SavoirFaire, Confidence: 0.3},
	}}
	if _, err := e.Profiles.Propose(t.Context(), seeker, "", found); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		args  string
		shown int
	}{{`{"accept":["201"]}`, 1}, {`{"accept":["siffler un cumulus"]}`, 2}} {
		if _, view := call[skillsView](t, e, who(seeker), "update_profile", step.args); len(view.Skills) != step.shown || len(view.Changed) != 1 {
			t.Errorf("%s: %+v", step.args, view)
		}
	}
}
