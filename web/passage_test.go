package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tandem/retrieval"
	"tandem/retrieval/charter"
	"tandem/retrieval/law"
	"tandem/retrieval/rome"
	"tandem/retrieval/rome/rometest"
	"tandem/tools"
	"tandem/tools/skills"
)

// over makes a site work on the ROME that is loaded into its database.
func over(c *Config) {
	engine := tools.SkillsOf(c.Engines.Rome)
	c.Engines.Skills, c.Engines.Profiles = engine, skills.NewProfiles(c.DB, engine)
}

func (s *site) release(files map[string]string) {
	s.t.Helper()
	src, err := rome.At(rometest.Zip(s.t, files))
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := rome.Load(s.t.Context(), s.db, src, rome.Options{Force: true, Embedder: rometest.Hashing("1")}); err != nil {
		s.t.Fatal(err)
	}
}

// open gets a page as a browser without JavaScript does.
func (s *site) open(path string) answered {
	s.t.Helper()
	r, err := http.NewRequest("GET", s.url+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html,application/xhtml+xml")
	return s.do(s.person(), r)
}

// Every passage of every corpus opens at its own address, and by its corpus and id.
func TestEveryPassageOpens(t *testing.T) {
	s := newSite(t)
	s.release(rometest.V61())
	for _, load := range []func() (retrieval.Changes, error){
		func() (retrieval.Changes, error) { return charter.Load(t.Context(), s.db, rometest.Hashing("1"), nil) },
		func() (retrieval.Changes, error) { return law.Load(t.Context(), s.db, rometest.Hashing("1"), nil) },
	} {
		if _, err := load(); err != nil {
			t.Fatal(err)
		}
	}
	kinds := map[string]int{}
	for _, corpus := range []string{retrieval.ROME, retrieval.Charter, retrieval.Law} {
		for _, id := range s.ids(corpus) {
			found, err := s.web.Engines.Search.ByID(t.Context(), corpus, id)
			if err != nil || len(found) != 1 {
				t.Fatalf("%s: %v, %v", id, found, err)
			}
			p := found[0]
			kinds[p.Kind]++
			title := "<h1>" + strings.NewReplacer("'", "&#39;", `"`, "&#34;", "&", "&amp;").Replace(p.Title) + "</h1>"
			addresses := []string{"/source/" + corpus + "/" + url.PathEscape(id)}
			if strings.HasPrefix(p.URL, "/") {
				addresses = append(addresses, p.URL, strings.ToLower(p.URL))
			} else if u, err := url.Parse(p.URL); err != nil || u.Scheme != "https" {
				t.Errorf("%s has the address %q", id, p.URL)
			}
			for _, address := range addresses {
				if got := s.open(address); got.status != 200 || !strings.Contains(got.body, title) || !strings.Contains(got.body, "<code>"+id+"</code>") {
					t.Errorf("%s: %d\n%.600s", address, got.status, got.body)
				}
			}
		}
	}
	for _, kind := range []string{"metier", "appellation", "competence", "savoir", "savoir-etre", "contexte", "charter", "law"} {
		if kinds[kind] == 0 {
			t.Errorf("no %s was opened: %v", kind, kinds)
		}
	}
	if got := s.open("/rome/D1102"); !strings.Contains(got.body, "ROME 4.0 version 61 du 15/06/2026") {
		t.Errorf("the attribution lacks the version: %s", got.body)
	}
	// Every link of a sheet opens too.
	for _, m := range regexp.MustCompile(`href="(/rome/[^"]+)"`).FindAllStringSubmatch(s.open("/rome/D1102").body, -1) {
		if got := s.open(m[1]); got.status != 200 {
			t.Errorf("linked from D1102: %s: %d", m[1], got.status)
		}
	}
	if got := s.open("/rome/999999"); got.status != 404 || !strings.Contains(got.body, "n&#39;existe pas") {
		t.Errorf("a code that never was: %+v", got)
	}
}

func (s *site) ids(corpus string) (ids []string) {
	s.t.Helper()
	switch corpus {
	case retrieval.ROME:
		return []string{"D1101", "D1102", "D1103", "M1802", "101", "104", "105", "201", "202", "203", "905", "301", "204", "401"}
	case retrieval.Charter:
		for _, e := range charter.Entries() {
			ids = append(ids, e.ID)
		}
	case retrieval.Law:
		for _, e := range law.Entries() {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

// A link of an old answer or profile to a code that the release has no more
// opens a page that says so and leads on; the running site needs no restart.
func TestRetiredCodesOpen(t *testing.T) {
	s := newSite(t, over)
	s.release(rometest.V60())
	person := s.person()
	if got := s.send(person, "POST", "/api/profile", `{"add":["205","M1801","207","101"]}`); got.status != 200 || strings.Contains(got.body, `"now"`) {
		t.Fatalf("validate: %+v", got)
	}
	if got := s.open("/rome/M1801"); got.status != 200 || !strings.Contains(got.body, "Appellations") {
		t.Fatalf("before: %+v", got)
	}
	s.release(rometest.V61())
	for path, says := range map[string][]string{
		"/rome/M1801":      {"<h1>Accordeur / Accordeuse d&#39;horloges</h1>", "n'est pas dans la version 61", "La version 60 l'avait", `<a href="/rome/M1802">Horloger / Horlogère de foire</a>`, "La plupart des appellations"},
		"/rome/205":        {"<h1>Accorder un carillon</h1>", `<a href="/rome/905">Accorder un Carillon</a>`, "Le même libellé"},
		"/rome/207":        {"<h1>Lancer un cerf-volant</h1>", "pas de remplaçant évident"},
		"/source/rome/206": {"<h1>Graisser un pignon</h1>", "pas de remplaçant évident"},
		"/rome/D1102":      {"<h1>Dresseur / Dresseuse de nuages</h1>"},
	} {
		got := s.open(path)
		for _, words := range says {
			if got.status != 200 || !strings.Contains(got.body, words) {
				t.Errorf("%s: %d, without %q:\n%s", path, got.status, words, got.body)
			}
		}
	}
	if got := s.send(person, "GET", "/api/profile", ""); !strings.Contains(got.body, `"now":{"state":"replaced","code":"905","label":"Accorder un Carillon","why":"label","version":"61"}`) ||
		!strings.Contains(got.body, `"now":{"state":"retired","version":"61"}`) {
		t.Errorf("profile: %s", got.body)
	}
	if got := s.send(person, "POST", "/api/profile", `{"renew":["205"]}`); got.status != 200 || !strings.Contains(got.body, `"replaces":"Accorder un carillon"`) || strings.Contains(got.body, `"code":"205"`) {
		t.Errorf("renew: %s", got.body)
	}
	if got := s.send(person, "GET", "/api/session", ""); !strings.Contains(got.body, "version 61") {
		t.Errorf("session: %s", got.body)
	}
	s.release(rometest.V60())
	if got := s.open("/rome/M1801"); got.status != 200 || !strings.Contains(got.body, "Appellations") {
		t.Errorf("after going back: %+v", got)
	}
}
