package legality

import (
	"strings"
	"testing"
)

// Fifty ways of hiding a phrase that the rules know: letters apart, look-alikes
// of other alphabets, digits and signs for letters, characters that take no
// room, and breaks in the middle.
func TestFiftyEvasions(t *testing.T) {
	e := loaded(t)
	evaded := []struct{ text, rule string }{
		// letters apart
		{"h o m m e uniquement", "DIS-SEX-01"}, {"F E M M E exigée", "DIS-SEX-01"}, {"h.o.m.m.e exigé", "DIS-SEX-01"}, {"h-o-m-m-e uniquement", "DIS-SEX-01"},
		{"h_o_m_m_e uniquement", "DIS-SEX-01"}, {"c é l i b a t a i r e exigé", "DIS-FAM-01"}, {"m u s u l m a n s s'abstenir", "DIS-REL-01"},
		{"s.e.n.i.o.r.s s'abstenir", "DIS-AGE-01"}, {"n a t i o n a l i t é française exigée", "DIS-NAT-01"}, {"h a n d i c a p é s s'abstenir", "DIS-HAN-01"},
		{"c a s i e r judiciaire vierge", "CTN-CRIM"}, {"p h o t o obligatoire", "DIS-PHY-02"},
		// look-alikes
		{"hоmme uniquement", "DIS-SEX-01"}, {"fеmmе exigée", "DIS-SEX-01"}, {"сélibataire exigé", "DIS-FAM-01"}, {"nаtionаlité française exigée", "DIS-NAT-01"},
		{"muѕulmans s'abstenir", "DIS-REL-01"}, {"sеniors s'abstenir", "DIS-AGE-01"}, {"ｈｏｍｍｅ uniquement", "DIS-SEX-01"}, {"𝐡𝐨𝐦𝐦𝐞 uniquement", "DIS-SEX-01"},
		{"ⓗⓞⓜⓜⓔ uniquement", "DIS-SEX-01"}, {"рhoto obligatoire", "DIS-PHY-02"}, {"οrigine européenne exigée", "DIS-ORI-01"}, {"hаndicapés s'abstenir", "DIS-HAN-01"},
		// digits and signs
		{"h0mme uniquement", "DIS-SEX-01"}, {"f3mme exigée", "DIS-SEX-01"}, {"h*mme uniquement", "DIS-SEX-01"}, {"c3libataire exigé", "DIS-FAM-01"},
		{"musulm@ns s'abstenir", "DIS-REL-01"}, {"sen1ors s'abstenir", "DIS-AGE-01"}, {"phot0 obligatoire", "DIS-PHY-02"}, {"h@ndicapés s'abstenir", "DIS-HAN-01"},
		{"bl@nc uniquement", "DIS-ORI-01"}, {"cas1er judiciaire vierge", "CTN-CRIM"},
		// characters that take no room, joiners, marks
		{"ho\u200bmme uniquement", "DIS-SEX-01"}, {"h\u200do\u200dm\u200dm\u200de uniquement", "DIS-SEX-01"}, {"fe\u2060mme exigée", "DIS-SEX-01"}, {"cé\u00adlibataire exigé", "DIS-FAM-01"},
		{"sen\ufeffiors s'abstenir", "DIS-AGE-01"}, {"pho\u200cto obligatoire", "DIS-PHY-02"}, {"h\u0336o\u0336m\u0336m\u0336e uniquement", "DIS-SEX-01"}, {"mus\u200bul\u200bmans s'abstenir", "DIS-REL-01"},
		// breaks and spaces within
		{"moins de\n35 ans", "DIS-AGE-01"}, {"moins de trente-\ncinq ans", "DIS-AGE-01"}, {"nationalité\u00a0\u00a0française\u202fexigée", "DIS-NAT-01"}, {"casier\n  judiciaire   vierge", "CTN-CRIM"},
		{"HOMME\nUNIQUEMENT", "DIS-SEX-01"}, {"céliba-\ntaire exigé", "DIS-FAM-01"}, {"35ans maxi", "DIS-AGE-01"}, {"photo\tobligatoire", "DIS-PHY-02"},
	}
	if len(evaded) < 50 {
		t.Fatalf("%d evasions", len(evaded))
	}
	for _, c := range evaded {
		f := findings(e.Check(Offer{Text: c.text}), c.rule, false)
		if len(f) == 0 {
			t.Errorf("%q: %s not found", c.text, c.rule)
		} else if !f[0].Span.In(c.text) {
			t.Errorf("%q: span %+v", c.text, f[0].Span)
		}
	}
}

// The same characters in text that hides nothing.
func TestInnocentCharacters(t *testing.T) {
	e := loaded(t)
	for _, text := range []string{
		"Permis B C D E appréciés", "Groupes A B O et rhésus", "Niveaux A 1, B 2 et C 1 du cadre européen", "Classe énergie A B C D",
		"Код, Київ et Ελλάδα : nos séjours de l'été", "Alphabet grec : α, β, γ pour les élèves", "Le signe μ désigne le micro dans nos relevés", "Température de 20 °C, débit de 3 m³",
		"Norme ISO 9001, atelier M0, ligne B2B, gamme 4K", "Écrivez à rh@atelier-lumen.fr", "Prix : 3 $ et 4 €", "Note de 4* à l'hôtel", "Réf. 0X3E5", "H2O et CO2 : suivi des rejets",
		"Vente\u00a0: 40\u00a0% du temps", "Éti\u00adque\u00adtage des pro\u00adduits", "Plan de travail\u200b et relevés", "L'équipe, c'est vous\u2060 !", "Étagères ho-\nmogènes et propres",
		"T.T.C., R.A.S., S.A.V. et C.A.P.", "1 er étage, 2 e étage, 3 e étage", "é\u0301quipe a\u0300 Rennes", "ＷＥＢ et ＣＲＭ", "Rendez-\nvous clients",
	} {
		if v := e.Check(Offer{Text: text}); len(v.Findings) > 0 {
			t.Errorf("%q: %s %q", text, v.Findings[0].Rule, v.Findings[0].Span.Text)
		}
	}
}

// Hiding every match of every rule must not be possible with one character.
func TestZeroWidthEverywhere(t *testing.T) {
	e := loaded(t)
	for _, r := range e.Rules() {
		for _, ex := range r.Match {
			hidden := ex.Offer
			hidden.Text, hidden.Title = zeroWidth(ex.Text), zeroWidth(ex.Title)
			v := e.Check(hidden)
			if len(findings(v, r.ID, false))+len(findings(v, r.ID, true)) == 0 {
				t.Errorf("%s:%d: not found with a zero-width space in %q", ex.File, ex.Line, ex.Title+ex.Text)
			}
		}
	}
}

// zeroWidth puts a zero-width space within each word.
func zeroWidth(text string) string {
	words := strings.Split(text, " ")
	for i, w := range words {
		if r := []rune(w); len(r) > 3 {
			words[i] = string(r[:2]) + "\u200b" + string(r[2:])
		}
	}
	return strings.Join(words, " ")
}
