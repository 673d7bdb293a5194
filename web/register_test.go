package web

import (
	"os"
	"strings"
	"testing"

	"tandem/retrieval/rome/rometest"
)

// A register whose figures are not those that were measured misleads.
func TestFiguresOfTheRegisterAreThoseMeasured(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, s := range systems {
		for _, f := range s.Figures {
			n++
			found := false
			for line := range strings.SplitSeq(string(readme), "\n") {
				found = found || strings.HasPrefix(line, "|") && strings.Contains(line, f.Row) && strings.Contains(line, f.Token)
			}
			if !found {
				t.Errorf("%s: no row of README about %s has %q: put the new figure in register.go (« %s »)", s.ID, f.Row, f.Token, f.Said)
			}
		}
	}
	if n < 5 {
		t.Errorf("%d figures only", n)
	}
}

// What the register and the statement must say, by law and by what is at work.
func TestPublicPages(t *testing.T) {
	s := newSite(t)
	s.release(rometest.V60())
	nobody := s.person()
	version, _ := s.web.Engines.Legality.Version()
	s.page(nobody, "/registre").has(t, "register", "L311-3-1", "R311-3-1-1", "CADA", version, "version 60", "Sa part dans la décision", `href="#delais"`)
	s.page(nobody, "/accessibilite").has(t, "statement", "Non conforme", "RGAA 4.1", "auto-évaluation du 27 novembre 2026", "Défenseur des droits", "n'est pas encore déclaré conforme")
	if cookies := nobody.Jar.Cookies(mustURL(s.url)); len(cookies) > 0 {
		t.Errorf("reading public pages sets %v", cookies)
	}
	// Every page leads to both, to one's data and to a person.
	s.send(nobody, "POST", "/api/session", `{"role":"counsellor"}`)
	for _, path := range []string{"/", "/simple", "/simple/conseiller", "/chercher", "/profil", "/profil/simple", "/profils", "/mes-donnees", "/contestations", "/demandes", "/demandes/simple", "/rome/D1102", "/registre", "/accessibilite", "/nulle-part"} {
		got := s.page(nobody, path)
		for _, link := range []string{"/registre", "/accessibilite"} {
			if !strings.Contains(got.body, `href="`+link+`"`) {
				t.Errorf("%s (%d) does not lead to %s", path, got.status, link)
			}
		}
	}
}
