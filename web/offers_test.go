package web

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// described is web/openapi.json, as the server gives it.
type described struct {
	s      *site
	router routers.Router
}

func newDescribed(t *testing.T, s *site) described {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(s.send(s.person(), "GET", "/api/openapi.json", "").body))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return described{s, router}
}

// send sends a request and holds what it gets against the description; the
// request too, when it is one that succeeds.
func (d described) send(t *testing.T, who *http.Client, method, path, body string) answered {
	t.Helper()
	got := d.s.send(who, method, path, body)
	r, err := http.NewRequest(method, d.s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Tandem", "1")
	route, params, err := d.router.FindRoute(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route}
	if err := openapi3filter.ValidateRequest(r.Context(), in); got.status < 300 && err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	if err := openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: got.status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(got.body)),
	}); err != nil {
		t.Errorf("%s %s: %v", method, path, err)
	}
	return got
}

// What the description says is what the server does: requests that are valid
// by it are answered with bodies that are valid by it, and bad ones refused.
func TestOffersCheckAsDescribed(t *testing.T) {
	s := newSite(t)
	d := newDescribed(t, s)
	for name, c := range map[string]struct {
		body  string
		want  int
		words string
	}{
		"blocked":       {`{"title":"Vendeuse","text":"Moins de 30 ans, CV avec photo. 9 € de l'heure."}`, 200, `"status":"blocked"`},
		"clean":         {`{"title":"Comptable","text":"Tenue des comptes, 35 h, 2 300 € brut par mois.","contract":"CDI"}`, 200, `"status":"clean"`},
		"contradiction": {`{"title":"Vendeur / Vendeuse","text":"Contrat : CDD de 3 mois.","contract":"CDI","hours_week":35}`, 200, `"with":`},
		"empty":         {`{}`, 400, `"invalid"`},
		"not json":      {`title=Vendeuse`, 400, `"invalid"`},
		"unknown field": {`{"titre":"Vendeuse"}`, 400, `"invalid"`},
		"two values":    {`{"title":"a"} {"title":"b"}`, 400, `"invalid"`},
		"too large":     {`{"text":"` + strings.Repeat("x", maxOffer) + `"}`, 413, `"too_large"`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := d.send(t, s.person(), "POST", "/api/offers/check", c.body); got.status != c.want || !strings.Contains(got.body, c.words) {
				t.Fatalf("%+v", got)
			}
		})
	}
}

func TestOffersCheckNeedsTheHeader(t *testing.T) {
	s := newSite(t)
	resp, err := s.person().Post(s.url+"/api/offers/check", "application/json", strings.NewReader(`{"title":"Vendeuse"}`))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("status %d", resp.StatusCode)
	}
}
