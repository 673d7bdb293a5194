package legality

import (
	"strings"
	"testing"
)

// What is told to an employer names the words, the law and a way out, and never
// says that somebody has discriminated.
func TestLettersAccuseNobody(t *testing.T) {
	e, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range e.Rules() {
		f := Finding{Rule: r.ID, Title: r.Title, Severity: r.Severity, Why: r.Why, Articles: r.Basis, Rewrite: r.Advice}
		f.Span.Text = "des  mots"
		l := Tell(Offer{Title: "Vendeuse"}, Verdict{Version: "1", Date: "2026-01-01", Notice: "information"}, f)
		all := strings.ToLower(strings.Join(l.Lines, "\n") + l.Mail)
		for _, wrong := range []string{"vous avez discriminé", "vous discriminez", "emprisonnement", "%!", "coupable", "infraction commise"} {
			if strings.Contains(all, wrong) {
				t.Errorf("%s says %q:\n%s", r.ID, wrong, all)
			}
		}
		if len(l.Lines) != 3 || !strings.Contains(l.Lines[0], "« des mots »") || strings.Contains(l.Lines[1], "\n") || l.Lines[2] == "" {
			t.Errorf("%s: %q", r.ID, l.Lines)
		}
		for _, need := range []string{"Bonjour", "« Vendeuse »", r.ID, "contester", r.Basis[0].URL} {
			if !strings.Contains(l.Mail, need) {
				t.Errorf("%s: no %q in\n%s", r.ID, need, l.Mail)
			}
		}
	}
}
