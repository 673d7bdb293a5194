package offline

import (
	"encoding/json"
	"testing"
)

// What people say of their profile, after a CV was read, after a change that
// named nothing, or at once.
func TestSayingOfTheProfile(t *testing.T) {
	m := model(t)
	read := Turn{Text: "voici mon cv", Document: true, Calls: []Call{{"extract_skills", map[string]any{"document_id": "d"}}},
		Shown: []Item{{Label: "Anglais courant", Code: "103"}, {Label: "Gérer un stock", Code: "102"}, {Label: "Pétrir", Code: "101"}}}
	alone := Turn{Text: "voici mon cv", Calls: read.Calls, Shown: read.Shown[:1]}
	vague := Turn{Text: "jamais fait ça", Calls: []Call{{"update_profile", map[string]any{}}}}
	added := Turn{Text: "ajoute la soudure", Calls: []Call{{"update_profile", map[string]any{"add": []any{"soudure"}}}}, Shown: read.Shown}
	for _, x := range []struct {
		text    string
		earlier []Turn
		want    string
	}{
		{"vire anglais courant stp", nil, `update_profile {"refuse":["anglais courant"]}`},
		{"vire anglais courant stp", []Turn{read}, `update_profile {"refuse":["anglais courant"]}`},
		{"jamais fait de management", []Turn{read}, `update_profile {"refuse":["management"]}`},
		{"anglais courant : jamais fait", nil, `update_profile {"refuse":["anglais courant"]}`},
		{"enlève la deuxième", []Turn{read}, `update_profile {"refuse":["102"]}`},
		{"remets anglais courant", []Turn{read}, `update_profile {"accept":["anglais courant"]}`},
		{"en fait si, remets anglais", []Turn{read}, `update_profile {"accept":["anglais"]}`},
		{"mets anglais en premier", []Turn{read}, `update_profile {"order":["anglais"]}`},
		{"mets la 2 en premier", []Turn{read}, `update_profile {"order":["102"]}`},
		// « ça » is one thing, or asked.
		{"jamais fait ça", []Turn{alone}, `update_profile {"refuse":["103"]}`},
		{"non jamais fait ça", []Turn{read, added}, `update_profile {"refuse":["soudure"]}`},
		{"jamais fait ça", []Turn{read}, `update_profile {}`},
		{"la 2", []Turn{read, vague}, `update_profile {"refuse":["102"]}`},
		{"l'anglais", []Turn{read, vague}, `update_profile {"refuse":["anglais"]}`},
		{"c'est quoi un savoir-être ?", []Turn{read, vague}, `search_rome {"text":"c'est quoi un savoir-être ?"}`},
		// Where it leads.
		{"Quels métiers avec ces compétences ?", []Turn{read}, `search_rome {"profile":true}`},
		{"ok quels métiers avec ces compétences", []Turn{read}, `search_rome {"profile":true}`},
		{"vers quels métiers me mène mon profil ?", nil, `search_rome {"profile":true}`},
		{"quels métiers avec mes compétences de boulanger", nil, `search_rome {"occupation":"boulanger"}`},
	} {
		u := m.Understand(x.text, Context{Role: "seeker", Earlier: x.earlier})
		got := u.Act + "/" + u.Topic
		if len(u.Calls) == 1 {
			args, _ := json.Marshal(u.Calls[0].Args)
			got = u.Calls[0].Tool + " " + string(args)
		}
		if got != x.want {
			t.Errorf("%q after %d turns:\n got %s\nwant %s", x.text, len(x.earlier), got, x.want)
		}
	}
	// Only a seeker has a profile.
	if u := m.Understand("quels métiers avec ces compétences ?", Context{Role: "counsellor"}); len(u.Calls) == 1 && u.Calls[0].Args["profile"] != nil {
		t.Errorf("a counsellor: %+v", u)
	}
}
