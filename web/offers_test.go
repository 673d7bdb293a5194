package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// What the description says is what the server does: requests that are valid
// by it are answered with bodies that are valid by it, and bad ones refused.
func TestOffersCheckAsDescribed(t *testing.T) {
	s := newSite(t)
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
			r, err := http.NewRequest("POST", s.url+"/api/offers/check", strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("X-Tandem", "1")
			route, params, err := router.FindRoute(r)
			if err != nil {
				t.Fatal(err)
			}
			in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route}
			if err := openapi3filter.ValidateRequest(r.Context(), in); c.want == 200 && err != nil {
				t.Fatal(err)
			}
			r.Body = io.NopCloser(strings.NewReader(c.body)) // validation reads it
			resp, err := s.person().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = resp.Body.Close() }()
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != c.want || !bytes.Contains(body, []byte(c.words)) {
				t.Fatalf("status %d, body %s", resp.StatusCode, body)
			}
			if err := openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
				RequestValidationInput: in, Status: resp.StatusCode, Header: resp.Header, Body: io.NopCloser(bytes.NewReader(body)),
			}); err != nil {
				t.Error(err)
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
