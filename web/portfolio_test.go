package web

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tandem/internal/postgres"
	"tandem/tools"
	"tandem/tools/delay"
	"tandem/tools/offers"
)

// deskSite is a site with the demonstration's offers, and counsellor and recruiter on it.
func deskSite(t *testing.T) (s *site, counsellor, recruiter *http.Client) {
	t.Helper()
	s = newSite(t, func(c *Config) {
		c.Engines.Offers = offers.NewStore(c.DB, func(o offers.Offer) offers.Assessment {
			v, _ := json.Marshal(c.Engines.Legality.Check(tools.Legality(o)))
			return offers.Assessment{Verdict: v, Forecast: delay.Default().Forecast(o.Fields.Offer)}
		})
	})
	if _, err := s.web.Engines.Offers.Import(t.Context(), demoDesk, offers.Demo()); err != nil {
		t.Fatal(err)
	}
	counsellor, recruiter = s.person(), s.person()
	s.send(counsellor, "POST", "/api/session", `{"role":"counsellor"}`)
	s.send(recruiter, "POST", "/api/session", `{"role":"recruiter"}`)
	return s, counsellor, recruiter
}

var demoDesk = postgres.Visitor{ID: "demo", Role: postgres.Counsellor, Agency: "demo"}

func (s *site) post(c *http.Client, path string, form url.Values) answered {
	s.t.Helper()
	r, _ := http.NewRequest("POST", s.url+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "text/html")
	return s.do(c, r)
}

func unescaped(s string) string {
	return strings.NewReplacer("&#39;", "'", "&amp;", "&", "\u00a0", " ").Replace(s)
}

func TestPortfolioPage(t *testing.T) {
	s, counsellor, recruiter := deskSite(t)
	page := func(c *http.Client, path string, status int, want ...string) string {
		t.Helper()
		got := s.send(c, "GET", path, "")
		body := unescaped(got.body)
		if got.status != status {
			t.Fatalf("%s: %d\n%s", path, got.status, body)
		}
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%s: no %q in\n%s", path, w, body)
			}
		}
		return body
	}
	page(counsellor, "/portefeuille", 200, "Mon portefeuille", "24 offres", "offres ouvertes", `data-live="/api/alerts/events"`, "Alertes à traiter", "Aucune action n'est encore notée")
	own := page(recruiter, "/portefeuille", 200, "Mes offres", "24 offres")
	if strings.Contains(own, "Alertes à traiter") || strings.Contains(own, "Marquer comme traitée") || strings.Contains(own, "Ce qui a aidé") {
		t.Error("a recruiter is shown the counsellors' desk")
	}
	if got := s.send(s.person(), "GET", "/portefeuille", ""); got.status != http.StatusForbidden {
		t.Errorf("a seeker: %+v", got)
	}
	// A question becomes a filter in the address; another one follows on it.
	for _, c := range []struct{ from, said, want string }{
		{"", "mes offres à plus de 65 % dans le BTP en Loire-Atlantique", "/portefeuille?departement=44&rome=F&threshold=65"},
		{"", "celles qu'on n'a pas rappelées depuis 10 jours", "/portefeuille?idle_days=10"},
		{"", "combien de CDI en tension par métier", "/portefeuille?contract=CDI&group=rome&tight=1"},
		{"contract=CDI&group=rome&tight=1", "et seulement les bloquées ?", "/portefeuille?blocked=1&contract=CDI&group=rome&tight=1"},
		{"contract=CDI&order=oldest&state=all", "et dans le Rhône ?", "/portefeuille?contract=CDI&departement=69&order=oldest&state=all"},
		{"contract=CDI", "mes offres en alerte", "/portefeuille?alert=1"},
	} {
		r, _ := http.NewRequest("GET", s.url+"/portefeuille?"+c.from+"&q="+url.QueryEscape(c.said), nil)
		client := *counsellor
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if got := resp.Header.Get("Location"); resp.StatusCode != http.StatusSeeOther || got != c.want {
			t.Errorf("%q on %q: %d %s, want %s", c.said, c.from, resp.StatusCode, got, c.want)
		}
	}
	page(counsellor, "/portefeuille?q=pourquoi+DEMO13+%3F", 400, "Je n'ai pas compris cette question")
	// Each part of the filter can be taken out alone.
	page(counsellor, "/portefeuille?contract=CDI&departement=44", 200, `>CDI <a href="/portefeuille?departement=44"`, `href="/portefeuille?contract=CDI"`, "Loire-Atlantique (44)")
	page(counsellor, "/portefeuille?group=domain", 200, `<a href="/portefeuille?rome=`, "comptées par domaine")
	page(counsellor, "/portefeuille?threshold=x", 400, "n'est pas un nombre lisible", "24 offres")
	page(counsellor, "/portefeuille?q="+url.QueryEscape(`"><script>alert(1)</script>`), 400, "&lt;script&gt;")
}

func TestOfferPage(t *testing.T) {
	s, counsellor, recruiter := deskSite(t)
	alerts, newest, err := s.web.Engines.Offers.Alerts(t.Context(), demoDesk)
	if err != nil || alerts == 0 {
		t.Fatal(alerts, err)
	}
	id := newest[0].Offer
	path := "/portefeuille/offres/" + id
	got := s.send(counsellor, "GET", path, "")
	for _, want := range []string{"Alerte à traiter", "<svg", `class="line-if"`, "Pourquoi", "allonge", "Et si…", "Noter une action", "La courbe en tableau"} {
		if got.status != 200 || !strings.Contains(got.body, want) {
			t.Fatalf("no %q in %+v", want, got)
		}
	}
	if own := s.send(recruiter, "GET", path, ""); own.status != 200 || strings.Contains(own.body, "Noter une action") || strings.Contains(own.body, "Alerte à traiter") {
		t.Errorf("recruiter: %+v", own)
	}
	// What is tried moves the curve, with and without the script.
	tried := s.send(counsellor, "GET", path+"?si=1&pay=4500&experience=0", "")
	if !strings.Contains(tried.body, "Avec ce changement") || !strings.Contains(unescaped(tried.body), "salaire mensuel brut : ") || !strings.Contains(tried.body, `class="line-if" id="line-if"`) || strings.Contains(tried.body, `<path d="" class="line-if"`) {
		t.Errorf("what-if: %+v", tried)
	}
	var moved struct {
		Path, Say     string
		Changes, Rows []string
	}
	answer := s.send(counsellor, "GET", "/api/portfolio/"+id+"/forecast?pay=4500&experience=0", "")
	if answer.status != 200 || json.Unmarshal([]byte(answer.body), &moved) != nil || moved.Path == "" || len(moved.Changes) != 2 || len(moved.Rows) != mostRows || !strings.Contains(tried.body, moved.Path) {
		t.Errorf("%+v", answer)
	}
	if same := s.send(counsellor, "GET", "/api/portfolio/"+id+"/forecast", ""); same.status != 200 || !strings.Contains(same.body, "Rien ne change") || !strings.Contains(same.body, `"path":""`) {
		t.Errorf("%+v", same)
	}
	for _, bad := range []string{"pay=-1", "pay=1e9", "hours=x", "experience=NaN", "contract=b%C3%A9n%C3%A9vole"} {
		if got := s.send(counsellor, "GET", "/api/portfolio/"+id+"/forecast?"+bad, ""); got.status != 400 {
			t.Errorf("%s: %+v", bad, got)
		}
		if got := s.send(counsellor, "GET", path+"?si=1&"+bad, ""); got.status != 400 || !strings.Contains(got.body, "Pourquoi") {
			t.Errorf("%s: %+v", bad, got)
		}
	}
	today := time.Now().Format(time.DateOnly)
	if got := s.post(counsellor, path, url.Values{"do": {"act"}, "kind": {"visit"}, "done_on": {"hier"}, "note": {"<b>vu</b>"}}); got.status != 400 || !strings.Contains(got.body, "&lt;b&gt;vu") {
		t.Errorf("a day that is none: %+v", got)
	}
	if got := s.post(counsellor, path, url.Values{"do": {"act"}, "kind": {"visit"}, "outcome": {"candidates"}, "done_on": {today}, "handled": {"1"}}); got.status != 200 ||
		!strings.Contains(got.body, "Action enregistrée") || !strings.Contains(got.body, "Visite de l&#39;entreprise") || strings.Contains(got.body, "Alerte à traiter") {
		t.Errorf("act: %+v", got)
	}
	if got := s.send(counsellor, "GET", "/portefeuille", ""); !strings.Contains(got.body, fmt.Sprintf(`id="waiting">%d<`, alerts-1)) || !strings.Contains(got.body, "trop peu") {
		t.Errorf("after the action: %+v", got)
	}
	if alerts > 1 {
		got := s.post(counsellor, "/portefeuille", url.Values{"offer": {newest[1].Offer}, "back": {"contract=CDI&evil=1"}})
		if got.status != 200 || !strings.Contains(got.body, "Alerte marquée comme traitée") || !strings.Contains(got.body, fmt.Sprintf(`id="waiting">%d<`, alerts-2)) || strings.Contains(got.body, "evil") {
			t.Errorf("handled: %+v", got)
		}
	}
	for what, got := range map[string]answered{
		"a recruiter acts":    s.post(recruiter, path, url.Values{"do": {"act"}, "kind": {"visit"}, "done_on": {today}}),
		"a recruiter handles": s.post(recruiter, path, url.Values{"do": {"handle"}}),
		"a recruiter listens": s.send(recruiter, "GET", "/api/alerts/events", ""),
		"a seeker looks":      s.send(s.person(), "GET", path, ""),
		"a seeker asks if":    s.send(s.person(), "GET", "/api/portfolio/"+id+"/forecast", ""),
	} {
		if got.status != http.StatusForbidden {
			t.Errorf("%s: %+v", what, got)
		}
	}
	if got := s.send(counsellor, "GET", "/portefeuille/offres/NONE", ""); got.status != http.StatusNotFound {
		t.Errorf("%+v", got)
	}
}

// The stream tells what waits at once, and again when it changes.
func TestAlertEvents(t *testing.T) {
	s, counsellor, _ := deskSite(t)
	go s.web.bell.Run(t.Context())
	r, _ := http.NewRequestWithContext(t.Context(), "GET", s.url+"/api/alerts/events", nil)
	resp, err := counsellor.Do(r)
	if err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	}
	defer func() { _ = resp.Body.Close() }()
	lines := bufio.NewScanner(resp.Body)
	next := func() (now struct {
		Waiting int
		Newest  []offers.Alert
	}) {
		t.Helper()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				if err := json.Unmarshal([]byte(data), &now); err != nil {
					t.Fatal(err)
				}
				return now
			}
		}
		t.Fatal("the stream ended")
		return now
	}
	first := next()
	if first.Waiting == 0 || len(first.Newest) == 0 {
		t.Fatalf("%+v", first)
	}
	store := s.web.Engines.Offers
	if n, err := store.Handle(t.Context(), demoDesk, first.Newest[0].Offer); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	for now := first; now.Waiting != first.Waiting-1; now = next() { // the bell also rings when it begins to listen
	}
	s.web.drain()
	if lines.Scan(); lines.Scan() {
		for lines.Scan() {
		}
	}
	if err := lines.Err(); err != nil {
		t.Errorf("a server that stops ends its streams: %v", err)
	}
}
