package tools

import (
	"testing"
	"time"

	"tandem/tools/delay"
	"tandem/tools/legality"
	"tandem/tools/offers"
)

// A field that says what the text does not is held against it; one that was read
// from the text, by us, is not.
func TestFieldsHeldAgainstTheText(t *testing.T) {
	zero, two := 0.0, 2.0
	at := time.Date(2026, 10, 5, 8, 0, 0, 0, time.UTC)
	const body = "Vous tenez la caisse.\nCDD de 4 mois, 28 h par semaine. Débutant accepté. 1 450 € brut par mois."
	read := offers.Parse("Vendeur H/F\n" + body)
	for name, c := range map[string]struct {
		fields offers.Fields
		want   legality.Offer
	}{
		"all read from the text": {read, legality.Offer{Contract: "CDD"}},
		"declared otherwise": {offers.Fields{Town: "Rennes", Offer: delay.Offer{Contract: "CDI", ROME: "D1214", HoursWeek: 35, DurationMonths: 6, SalaryYear: 24000, ExperienceYears: &two}},
			legality.Offer{Contract: "CDI", ROME: "D1214", Town: "Rennes", HoursWeek: 35, DurationMonths: 6, Salary: "annuel de 24000 €", Experience: "2 ans"}},
		"half a month":       {offers.Fields{Offer: delay.Offer{DurationMonths: 0.5}}, legality.Offer{}},
		"the same, declared": {offers.Fields{Offer: delay.Offer{ExperienceYears: &zero, HoursWeek: 28}}, legality.Offer{}},
	} {
		c.want.Title, c.want.Text, c.want.Date = "Vendeur H/F", body, "2026-10-05"
		if got := Legality(offers.Offer{Title: "Vendeur H/F", Body: body, Fields: c.fields, CreatedAt: at}); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	rules, err := legality.Load()
	if err != nil {
		t.Fatal(err)
	}
	// Deposited for another number of hours than it says: a contradiction, shown with its other side.
	v := rules.Check(Legality(offers.Offer{Title: "Vendeur / Vendeuse", Body: body, Fields: offers.Fields{Offer: delay.Offer{HoursWeek: 35}}}))
	found := false
	for _, f := range v.Findings {
		found = found || f.With != nil && f.With.Field == "fields"
	}
	if !found {
		t.Errorf("no contradiction with the field: %+v", v.Findings)
	}
	// No deposited field that is also in its text makes one.
	for _, o := range offers.Demo() {
		for _, f := range rules.Check(Legality(o)).Findings {
			if f.With != nil {
				t.Errorf("%s: %s: %+v", o.ID, f.Span.Text, f.With)
			}
		}
	}
}

func TestTheQuestionIsNoPartOfTheOffer(t *testing.T) {
	for text, title := range map[string]string{
		"Vérifiez cette offre :\nBoulanger / Boulangère\nVous pétrissez.":             "Boulanger / Boulangère",
		"Bonjour, pouvez-vous relire mon annonce ?\n\nBoulanger / Boulangère\nTexte.": "Boulanger / Boulangère",
		"Boulanger / Boulangère\nCette offre est à pourvoir :\ntout de suite.":        "Boulanger / Boulangère",
		"Nos avantages :\nmutuelle, offre de transport.":                              "",
		"Vérifiez cette offre :": "",
	} {
		if got, body := splitTitle(text); got != title || body == "" {
			t.Errorf("%q: title %q, text %q", text, got, body)
		}
	}
}
