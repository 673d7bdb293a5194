package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tandem/tools/contest"
	"tandem/tools/legality"
)

// A recruiter contests, a counsellor decides by the page or by the API, and who
// is neither may not.
func TestContestsOverHTTP(t *testing.T) {
	s := newSite(t)
	d := newDescribed(t, s)
	recruiter, counsellor, other := s.person(), s.person(), s.person()
	s.send(recruiter, "POST", "/api/session", `{"role":"recruiter"}`)
	s.send(counsellor, "POST", "/api/session", `{"role":"counsellor"}`)
	const offer = `{"title":"Vendeur / Vendeuse","text":"Moins de 30 ans, CV avec photo."}`

	checked := func(path string) (v legality.Verdict) {
		got := d.send(t, recruiter, "POST", path, offer)
		if got.status != 200 || json.Unmarshal([]byte(got.body), &v) != nil || len(v.Findings) < 2 {
			t.Fatalf("%s: %+v", path, got)
		}
		return v
	}
	v := checked("/api/offers/check")
	checked("/api/offers/check?again=1") // not counted
	pointed := func(f legality.Finding, more string) string {
		where, _ := json.Marshal(map[string]any{"rule": f.Rule, "field": f.Field, "start": f.Span.Start, "end": f.Span.End})
		return strings.TrimSuffix(string(where), "}") + `,"offer":` + offer + more + "}"
	}
	var ids []string
	for _, f := range v.Findings[:2] {
		var c contest.Contest
		got := d.send(t, recruiter, "POST", "/api/contests", pointed(f, `,"reason":"Joindre j.doe@example.org"`))
		if got.status != http.StatusCreated || json.Unmarshal([]byte(got.body), &c) != nil || c.Words == "" || strings.Contains(got.body, "j.doe") {
			t.Fatalf("contest: %+v", got)
		}
		ids = append(ids, c.ID)
	}
	wrong := v.Findings[0]
	wrong.Span.Start++
	for what, c := range map[string]struct {
		who                *http.Client
		method, path, body string
		want               int
	}{
		"words not flagged":            {recruiter, "POST", "/api/contests", pointed(wrong, ""), 409},
		"not JSON":                     {recruiter, "POST", "/api/contests", "x", 400},
		"too long":                     {recruiter, "POST", "/api/contests", `{"reason":"` + strings.Repeat("x", maxOffer+16<<10) + `"}`, 400},
		"a recruiter decides":          {recruiter, "POST", "/api/contests/" + ids[0] + "/decision", `{"state":"overridden","answer":"x"}`, 403},
		"a recruiter reads the counts": {recruiter, "GET", "/api/rules", "", 403},
		"a recruiter opens the desk":   {recruiter, "GET", "/contestations", "", 403},
		"a recruiter writes a letter":  {recruiter, "POST", "/api/offers/letter", pointed(v.Findings[0], ""), 403},
		"no reason given":              {counsellor, "POST", "/api/contests/" + ids[0] + "/decision", `{"state":"upheld"}`, 400},
		"upheld":                       {counsellor, "POST", "/api/contests/" + ids[0] + "/decision", `{"state":"upheld","answer":"La loi le dit."}`, 200},
		"letter":                       {counsellor, "POST", "/api/offers/letter", pointed(v.Findings[0], ""), 200},
	} {
		send := func() answered { return d.send(t, c.who, c.method, c.path, c.body) }
		if !strings.HasPrefix(c.path, "/api/") {
			send = func() answered { return s.send(c.who, c.method, c.path, c.body) }
		}
		if got := send(); got.status != c.want {
			t.Errorf("%s: %+v, want %d", what, got, c.want)
		}
	}
	if got := s.send(other, "GET", "/api/contests", ""); strings.TrimSpace(got.body) != `{"items":[]}` {
		t.Errorf("another's: %+v", got)
	}

	r, _ := http.NewRequest("POST", s.url+"/contestations", strings.NewReader(url.Values{"id": {ids[1]}, "state": {"overridden"}, "answer": {"Poste de <modèle>."}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got := s.do(counsellor, r)
	for _, need := range []string{"Signalement levé", "Poste de &lt;modèle&gt;.", "Aucune contestation n'attend", "<td>0</td><td>0</td><td>1</td><td>0\u00a0%</td>"} {
		if !strings.Contains(strings.ReplaceAll(got.body, "&#39;", "'"), need) {
			t.Errorf("desk: no %q in %s", need, got.body)
		}
	}
	if got := d.send(t, counsellor, "GET", "/api/rules", ""); got.status != 200 {
		t.Errorf("the counts: %+v", got)
	}
	if got := d.send(t, recruiter, "GET", "/api/contests", ""); !strings.Contains(got.body, `"overridden"`) || !strings.Contains(got.body, "La loi le dit.") {
		t.Errorf("the answers: %+v", got)
	}
	// The publication chain is told of the decision, and of no other.
	for _, f := range checked("/api/offers/check?again=1").Findings {
		if lifted := f.Rule == v.Findings[1].Rule; (f.Lifted != nil) != lifted || lifted && f.Lifted.Contest != ids[1] {
			t.Errorf("%s: lifted %+v", f.Rule, f.Lifted)
		}
	}
	if got := s.send(recruiter, "GET", "/mes-donnees", ""); !strings.Contains(got.body, "Signalements contestés : <strong>2</strong>") {
		t.Errorf("my data: %+v", got)
	}
}
