package web

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"tandem/retrieval/rome/rometest"
	"tandem/tools"
	"tandem/tools/skills"
	"tandem/web/ui"
)

// profile reads a profile from an answer.
func profile(t *testing.T, got answered) (p tools.ProfileView) {
	t.Helper()
	if err := json.Unmarshal([]byte(got.body), &p); got.status != 200 || err != nil {
		t.Fatalf("%d %s", got.status, got.body)
	}
	return p
}

func status(p tools.ProfileView, code string) string {
	for _, i := range p.Items {
		if i.Code == code {
			return i.Status
		}
	}
	return ""
}

const told = `{"text":"SOUFFLEUSE DE BULLES\n2015-2020 : mélanger le savon, l'eau et la glycérine, siffler un cumulus"}`

// A person makes a profile, leaves with it, and leaves nothing.
func TestProfileOverHTTP(t *testing.T) {
	s := newSite(t, over)
	s.release(rometest.V60())
	person := s.person()
	p := profile(t, s.send(person, "POST", "/api/profile/proposals", told))
	if len(p.Documents) != 1 || status(p, "201") != skills.Proposed || status(p, "D1101") != skills.Proposed || p.Counts.Accepted != 0 {
		t.Fatalf("proposed %+v", p)
	}
	p = profile(t, s.send(person, "POST", "/api/profile", `{"accept":["D1101","201"],"refuse":["202"],"add":["205"],"order":["205","201"]}`))
	if c := p.Counts; c.Accepted != 3 || c.Refused != 1 {
		t.Fatalf("decided %+v", c)
	}
	// Read again, nothing is asked again.
	p = profile(t, s.send(person, "POST", "/api/profile/proposals", told))
	if p.Counts.Accepted != 3 || status(p, "202") != skills.Refused {
		t.Errorf("read again: %+v", p.Counts)
	}
	for _, path := range []string{"/api/profile/export.json", "/api/profile/export.csv", "/profil/imprimer"} {
		got := s.send(person, "GET", path, "")
		if got.status != 200 || !strings.Contains(got.body, "Accorder un carillon") || strings.Contains(got.body, "cumulus") {
			t.Errorf("%s: %d %s", path, got.status, got.body)
		}
		if i, j := strings.Index(got.body, "Accorder un carillon"), strings.Index(got.body, "Mélanger le savon"); path != "/profil/imprimer" && i > j {
			t.Errorf("%s: not in the person's order: %s", path, got.body)
		}
	}
	var careers struct{ Items []skills.Career }
	got := s.send(person, "GET", "/api/profile/careers", "")
	if err := json.Unmarshal([]byte(got.body), &careers); err != nil || got.status != 200 {
		t.Fatal(got)
	}
	for _, c := range careers.Items {
		if c.ROME == "D1101" || len(c.Shared) == 0 {
			t.Errorf("career %+v", c)
		}
	}
	if got := s.send(person, "GET", "/api/profile/export.xml", ""); got.status != 404 {
		t.Errorf("another format: %+v", got)
	}
	if got := s.send(s.person(), "GET", "/api/profile/export.json", ""); strings.Contains(got.body, "carillon") {
		t.Errorf("another's: %s", got.body)
	}
	if got := s.send(person, "DELETE", "/api/profile", ""); got.status != 204 {
		t.Errorf("erase: %+v", got)
	}
	if p := profile(t, s.send(person, "GET", "/api/profile", "")); len(p.Items) != 0 || len(p.Documents) != 0 {
		t.Errorf("left: %+v, %+v", p.Items, p.Documents)
	}
}

// What may be joined is said in four places.
func TestFormatsAreTheSameEverywhere(t *testing.T) {
	list := regexp.MustCompile(`(?:accept="|types: ')([^"']*)`)
	said := map[string]string{}
	for _, f := range []struct {
		fs    fs.FS
		names []string
	}{{ui.FS, []string{"index.html", "api.js"}}, {pageFiles, []string{"pages/simple.html", "pages/profile.html"}}} {
		for _, name := range f.names {
			b, err := fs.ReadFile(f.fs, name)
			if err != nil {
				t.Fatal(err)
			}
			m := list.FindSubmatch(b)
			if m == nil {
				t.Fatalf("%s takes no file: this test is out of date", name)
			}
			said[string(m[1])] = name
		}
	}
	if len(said) != 1 || said[".pdf,.docx,.odt,.rtf,.html,.htm,.txt"] == "" {
		t.Errorf("formats differ: %v", said)
	}
}

func TestProfileExportAsDescribed(t *testing.T) {
	s := newSite(t, over)
	s.release(rometest.V60())
	doc, err := openapi3.NewLoader().LoadFromData(openAPI)
	if err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	person := s.person()
	for _, change := range []string{"", told, `{"accept":["D1101","201"],"add":["301","204"]}`} {
		switch {
		case strings.Contains(change, "text"):
			profile(t, s.send(person, "POST", "/api/profile/proposals", change))
		case change != "":
			if p := profile(t, s.send(person, "POST", "/api/profile", change)); p.Counts.Accepted != 4 {
				t.Fatalf("%+v", p)
			}
		}
		r, _ := http.NewRequest("GET", s.url+"/api/profile/export.json", nil)
		route, params, err := router.FindRoute(r)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := person.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err := openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
			RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
			Status:                 resp.StatusCode, Header: resp.Header, Body: io.NopCloser(bytes.NewReader(body)),
		}); err != nil {
			t.Errorf("%v in %s", err, body)
		}
		if assisted := bytes.Contains(body, []byte(`"ai_assisted": true`)); assisted != strings.HasPrefix(change, `{"accept`) {
			t.Errorf("assisted: %v after %q", assisted, change)
		}
	}
}

// Who refuses AI has nothing read, nothing waiting, and all of the rest.
func TestProfileWithoutAI(t *testing.T) {
	s := newSite(t, over)
	s.release(rometest.V60())
	person := s.person()
	profile(t, s.send(person, "POST", "/api/profile/proposals", told))
	profile(t, s.send(person, "POST", "/api/profile", `{"accept":["201"]}`))
	if got := s.send(person, "POST", "/api/session", `{"ai":false}`); got.status != 200 || !strings.Contains(got.body, `"ai":false`) {
		t.Fatal(got)
	}
	if p := profile(t, s.send(person, "GET", "/api/profile", "")); p.Counts != (skills.Counts{Accepted: 1}) || len(p.Items) != 1 {
		t.Errorf("left: %+v", p.Items)
	}
	if got := s.send(person, "POST", "/api/profile/proposals", told); got.status != 403 {
		t.Errorf("read all the same: %+v", got)
	}
	if got := s.form(person, "/profil/simple", url.Values{"do": {"read"}, "text": {"souffleuse de bulles"}}); got.status != 403 {
		t.Errorf("read all the same by form: %d", got.status)
	}
	// A role changed, the choice stands.
	if got := s.send(person, "POST", "/api/session", `{"role":"seeker"}`); !strings.Contains(got.body, `"ai":false`) {
		t.Errorf("%+v", got)
	}
	if got := s.send(person, "GET", "/api/rome/search?q=siffler+un+cumulus&kind=competence", ""); !strings.Contains(got.body, `"202"`) {
		t.Errorf("search: %+v", got)
	}
	for path, need := range map[string]string{
		"/api/rome/domaines": `"under":[{"code":"D11"`, "/api/rome/domaines/D11": `"D1102"`, "/api/rome/metiers/D1102": `"202"`,
	} {
		if got := s.send(person, "GET", path, ""); got.status != 200 || !strings.Contains(got.body, need) {
			t.Errorf("%s: %+v", path, got)
		}
	}
	for _, path := range []string{"/api/rome/domaines/Z99", "/api/rome/metiers/Z9999"} {
		if got := s.send(person, "GET", path, ""); got.status != 404 {
			t.Errorf("%s: %+v", path, got)
		}
	}
	if got := s.send(person, "POST", "/api/session", `{"ai":true}`); !strings.Contains(got.body, `"ai":true`) {
		t.Errorf("taken back: %+v", got)
	}
	if got := s.send(person, "POST", "/api/profile/proposals", told); got.status != 200 {
		t.Errorf("then read: %+v", got)
	}
}

func (s *site) form(c *http.Client, path string, values url.Values) answered {
	s.t.Helper()
	r, _ := http.NewRequest("POST", s.url+path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "text/html")
	return s.do(c, r)
}

// The whole of it as forms.
func TestProfileAsForms(t *testing.T) {
	s := newSite(t, over)
	s.release(rometest.V60())
	person := s.person()
	must := func(got answered, needs ...string) string {
		t.Helper()
		body := strings.ReplaceAll(got.body, "&#39;", "'")
		if got.status != 200 {
			t.Fatalf("%d %s", got.status, body)
		}
		for _, need := range needs {
			if !strings.Contains(body, need) {
				t.Errorf("no %q in %s", need, body)
			}
		}
		return body
	}
	post := func(pairs ...string) answered {
		t.Helper()
		values := url.Values{}
		for pair := range slices.Chunk(pairs, 2) {
			values.Set(pair[0], pair[1])
		}
		return s.form(person, "/profil/simple", values)
	}
	must(post("do", "read", "text", "SOUFFLEUSE DE BULLES\n2015-2020 : mélanger le savon, l'eau et la glycérine"), "À décider", "Accepter : Souffleur", "Vos mots : «")
	must(post("accept", "201"), "1 sur ", "Retirer : Mélanger le savon")
	must(post("refuse", "D1101"), "Remettre à décider : Souffleur")
	must(post("undo", "D1101"), "Accepter : Souffleur")
	must(s.send(person, "GET", "/profil/simple?q=carillon", ""), `name="add" value="205"`, `value="/profil/simple?q=carillon"`)
	must(post("add", "205", "back", "/profil/simple?q=carillon"), "Retirer : Accorder un carillon", "Dans votre profil")
	body := must(post("up", "205", "back", "https://example.org/profil/simple"), "Monter : Mélanger le savon")
	if strings.Contains(body, "Monter : Accorder") {
		t.Error("the first has no place above it")
	}
	must(s.send(person, "GET", "/profil/simple?domaine=tous", ""), "Foires du ciel")
	must(s.send(person, "GET", "/profil/simple?domaine=D11", ""), "metier=D1102")
	must(s.send(person, "GET", "/profil/simple?metier=D1102", ""), `value="202"`)
	must(s.send(person, "GET", "/profil/simple?metiers=1", ""), "Quels métiers")
	must(post("do", "share"), "Retirer mon accord")
	must(post("do", "withdraw"), "créer un code")
	if got := post("add", "télépathie"); got.status != 400 || !strings.Contains(got.body, "role=\"alert\"") {
		t.Errorf("what ROME does not have: %d %s", got.status, got.body)
	}
	must(post("do", "erase"), "Rien pour l'instant")
}

// A counsellor sees a profile with its person's consent, and only so long.
func TestProfileSharedOverHTTP(t *testing.T) {
	s := newSite(t, over)
	s.release(rometest.V60())
	person, counsellor, other := s.person(), s.person(), s.person()
	for _, c := range []*http.Client{counsellor, other} {
		s.send(c, "POST", "/api/session", `{"role":"counsellor"}`)
	}
	profile(t, s.send(person, "POST", "/api/profile/proposals", `{"text":"SOUFFLEUSE DE BULLES\n2015-2020 : mélanger le savon, l'eau et la glycérine\nDOMPTEUSE DE NUAGES\n2010-2014 : siffler un cumulus"}`))
	profile(t, s.send(person, "POST", "/api/profile", `{"accept":["201"],"refuse":["202"]}`))
	sees := func(c *http.Client) bool {
		t.Helper()
		got := s.send(c, "GET", "/profils", "")
		if got.status != 200 {
			t.Fatal(got)
		}
		return strings.Contains(got.body, "Mélanger le savon")
	}
	if sees(counsellor) {
		t.Error("seen without consent")
	}
	var share skills.Share
	got := s.send(person, "POST", "/api/profile/share", "")
	if err := json.Unmarshal([]byte(got.body), &share); err != nil || got.status != 201 || share.Code == "" {
		t.Fatal(got)
	}
	if sees(counsellor) {
		t.Error("seen without the code")
	}
	open := func(c *http.Client, code string) answered { return s.form(c, "/profils", url.Values{"code": {code}}) }
	if got := open(counsellor, "ABCDEFGH"); got.status != 404 || !strings.Contains(got.body, "Aucun profil") {
		t.Errorf("a wrong code: %d", got.status)
	}
	if got := open(person, share.Code); got.status != 403 {
		t.Errorf("a seeker opens: %d", got.status)
	}
	page := open(counsellor, share.Code)
	for _, need := range []string{"Accepté (1)", "Proposé puis refusé (1)", "Siffler un cumulus", "Ses mots : «"} {
		if page.status != 200 || !strings.Contains(page.body, need) {
			t.Errorf("%d, no %q in %s", page.status, need, page.body)
		}
	}
	if open(other, share.Code).status != 404 || sees(other) {
		t.Error("another counsellor has it too")
	}
	if p := profile(t, s.send(person, "GET", "/api/profile", "")); p.Share == nil || !p.Share.Opened {
		t.Errorf("the person is not told: %+v", p.Share)
	}
	if got := s.send(person, "DELETE", "/api/profile/share", ""); got.status != 204 {
		t.Error(got)
	}
	if sees(counsellor) {
		t.Error("seen after it was withdrawn")
	}
	// Once erased, what was decided is counted, and nobody's.
	s.send(person, "DELETE", "/api/profile", "")
	if got := s.send(counsellor, "GET", "/profils", ""); !strings.Contains(got.body, "sur 2 décisions") {
		t.Errorf("calibration: %s", got.body)
	}
	if got := s.send(s.person(), "GET", "/profils", ""); got.status != 403 {
		t.Errorf("a seeker: %d", got.status)
	}
}
