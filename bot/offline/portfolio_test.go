package offline

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

// Questions about a portfolio, and what follows on them.
func TestPortfolioQuestions(t *testing.T) {
	m := model(t)
	btp := Turn{Text: "mes offres à plus de 65 % dans le BTP en Loire-Atlantique"}
	for _, x := range []struct {
		text, want string
		earlier    []Turn
	}{
		{"mes offres à plus de 65 % dans le BTP en Loire-Atlantique", `{"departement":"44","rome":"F","threshold":0.65}`, nil},
		{"celles qu'on n'a pas rappelées depuis 10 jours", `{"idle_days":10}`, nil},
		{"celles qu'on n'a pas rappelées depuis 10 jours", `{"departement":"44","idle_days":10,"rome":"F","threshold":0.65}`, []Turn{btp}},
		{"combien de CDI en tension par métier", `{"contract":"CDI","group":"rome","tight":true}`, nil},
		{"combien de CDI en tension par métier", `{"contract":"CDI","group":"rome","tight":true}`, []Turn{btp}},
		{"et seulement les bloquées ?", `{"blocked":true,"contract":"CDI","group":"rome","tight":true}`, []Turn{{Text: "combien de CDI en tension par métier"}}},
		{"combien par département ?", `{"departement":"44","group":"departement","rome":"F","threshold":0.65}`, []Turn{btp}},
		{"et à plus de 80 % ?", `{"departement":"44","rome":"F","threshold":0.8}`, []Turn{btp}},
		{"et à plus de 80 % ?", `{"threshold":0.8}`, []Turn{{Text: "mes offres à risque"}}},
		{"mes offres à risque", `{"high":true}`, nil},
		{"les offres en rouge dans la restauration", `{"high":true,"rome":"G"}`, nil},
		{"mes offres à risque, à plus de 70 %", `{"threshold":0.7}`, nil},
		{"affiche les 5 offres les plus à risque", `{"limit":5}`, nil},
		{"mes offres classées par risque", `{}`, nil},
		{"mes offres en alerte", `{"alert":true}`, nil},
		{"mes offres non bloquées", `{"blocked":false}`, nil},
		{"offres ouvertes depuis plus de 3 semaines", `{"open_days":21}`, nil},
		{"quelles offres je n'ai pas visitées depuis un mois", `{"idle_days":30}`, nil},
		{"mes offres closes", `{"state":"closed"}`, nil},
		{"les plus anciennes offres encore ouvertes", `{"order":"oldest"}`, nil},
	} {
		u := m.Understand(x.text, Context{Role: "counsellor", Earlier: x.earlier})
		if len(u.Calls) != 1 || u.Calls[0].Tool != "search_offers" {
			t.Errorf("%q: %s", x.text, u)
			continue
		}
		if got, _ := json.Marshal(u.Calls[0].Args); string(got) != x.want {
			t.Errorf("%q: %s, want %s", x.text, got, x.want)
		}
	}
	// Who has no portfolio is not sent to one.
	if u := m.Understand("celles qu'on n'a pas rappelées depuis 10 jours", Context{Role: "seeker"}); len(u.Calls) > 0 && u.Calls[0].Tool == "search_offers" {
		t.Errorf("a seeker: %s", u)
	}
}

func TestCountsAreSaid(t *testing.T) {
	const counted = `{"total":7,"high":3,"filter":"offres ouvertes, CDI, comptées par métier","groups":[{"label":"F1703 Maçon / Maçonne","n":5,"high":3,"blocked":0},{"label":"G1602 Cuisinier","n":2,"high":0,"blocked":1}],"rows":[{"id":"184PQRS","title":"Maçon"}]}`
	resp, err := model(t).GenerateContent(context.Background(), converse("counsellor", "combien de CDI par métier", exchange("search_offers", `{"group":"rome"}`, counted)...))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"**7 offres**", "CDI", "F1703 Maçon / Maçonne : **5**, dont 3 dans la bande d'alerte", "G1602 Cuisinier : **2**, dont 1 bloquée"} {
		if !strings.Contains(resp.Choices[0].Content, want) {
			t.Errorf("no %q in %s", want, resp.Choices[0].Content)
		}
	}
	if strings.Contains(resp.Choices[0].Content, "184PQRS") {
		t.Error("a count lists offers")
	}
}
