package tools

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/retrieval"
	"tandem/retrieval/charter"
	"tandem/retrieval/law"
	"tandem/retrieval/rome"
	"tandem/tools/contest"
	"tandem/tools/delay"
	"tandem/tools/document"
	"tandem/tools/handoff"
	"tandem/tools/legality"
	"tandem/tools/offers"
	"tandem/tools/skills"
)

var (
	seeker     = postgres.Visitor{ID: "seeker", Role: postgres.Seeker}
	recruiter  = postgres.Visitor{ID: "recruiter", Role: postgres.Recruiter, Company: "demo"}
	counsellor = postgres.Visitor{ID: "counsellor", Role: postgres.Counsellor, Agency: "demo"}
)

// realEngines are all engines over the built-in extract of ROME.
func realEngines(t *testing.T) *Engines {
	t.Helper()
	db := postgrestest.New(t)
	ctx := t.Context()
	texts := append(charter.Entries(), law.Entries()...)
	if _, err := rome.Load(ctx, db, rome.Builtin(), rome.Options{Teach: texts, DataDir: os.Getenv("TEST_MODELS")}); err != nil {
		t.Fatal(err)
	}
	if _, err := charter.Load(ctx, db, nil, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := law.Load(ctx, db, nil, nil); err != nil {
		t.Fatal(err)
	}
	rules, err := legality.Load()
	if err != nil {
		t.Fatal(err)
	}
	cache, _ := os.UserCacheDir() // where tools/document keeps its compiled engine for tests
	reader, err := document.NewReader(ctx, document.Options{CacheDir: filepath.Join(cache, "tandem-test-pdfium"), Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reader.Close() })
	ref := rome.Open(db)
	engine := SkillsOf(ref)
	e := &Engines{DB: db, Search: retrieval.New(db, nil), Rome: ref, Documents: &Documents{DB: db, Reader: reader}, Skills: engine,
		Profiles: skills.NewProfiles(db, engine), Legality: rules, Delay: delay.Default()}
	e.Offers = offers.NewStore(db, func(o offers.Offer) offers.Assessment {
		v := rules.Check(legality.Offer{Title: o.Title, Text: o.Body})
		text, _ := json.Marshal(v)
		return offers.Assessment{Verdict: text, Blocked: v.Status == legality.Blocked, Forecast: e.Delay.Forecast(o.Fields.Offer)}
	})
	e.Contests = contest.NewStore(db, rules, strings.TrimSpace)
	e.Handoffs = handoff.NewStore(db, handoff.Hours{}, nil)
	if _, err := e.Offers.Import(ctx, counsellor, offers.Demo()); err != nil {
		t.Fatal(err)
	}
	return e
}

// call calls a tool as the agent does and decodes its data.
func call[T any](t *testing.T, e *Engines, c Caller, name, args string) (Result, T) {
	t.Helper()
	r, err := Call(t.Context(), For(c.Role, All(e)), c, name, json.RawMessage(args), time.Minute)
	if err != nil {
		t.Fatalf("%s %s: %v", name, args, err)
	}
	b, err := json.Marshal(r.Data)
	if err != nil {
		t.Fatal(err)
	}
	var data T
	if err := json.Unmarshal(b, &data); err != nil {
		t.Fatalf("%s gave %.300s: %v", name, b, err)
	}
	return r, data
}

func who(v postgres.Visitor, said ...string) Caller { return Caller{Visitor: v, Said: said} }

func TestTools(t *testing.T) {
	e := realEngines(t)

	t.Run("search_rome", func(t *testing.T) {
		r, v := call[romeView](t, e, who(seeker, "code rome boulanger svp"), "search_rome", `{}`)
		if v.Metier == nil || v.Metier.Code != "D1102" || r.Activity != "rome.occupation" || len(r.Sources) != 1 || r.Sources[0].ID != "D1102" {
			t.Errorf("by words: %+v, sources %v", v, r.Sources)
		}
		if _, v := call[romeView](t, e, who(seeker), "search_rome", `{"rome":"d1102"}`); v.Metier == nil || v.Metier.Code != "D1102" || len(v.Metier.Skills) == 0 {
			t.Errorf("by code: %+v", v)
		}
		if r, v := call[romeView](t, e, who(seeker), "search_rome", `{"text":"météo de demain à Brest"}`); v.Found || r.Activity != "" {
			t.Errorf("what ROME does not cover: %+v", v)
		}
		if _, m := call[Mistake](t, e, who(seeker), "search_rome", `{"text":"x","kind":"planet"}`); m.Mistake == "" {
			t.Error("unknown kind accepted")
		}
	})

	t.Run("search_charter", func(t *testing.T) {
		if _, v := call[charterFound](t, e, who(seeker, "c quoi la charte ia de pole emploi"), "search_charter", `{}`); len(v.Passages) != 7 || v.Passages[0].ID != "charter:1" {
			t.Errorf("the charter as a whole: %+v", v.Passages)
		}
		if r, v := call[charterFound](t, e, who(counsellor), "search_charter", `{"principle":4}`); len(v.Passages) != 1 || v.Passages[0].Title != "Liberté de choix" || len(r.Sources) != 1 {
			t.Errorf("one commitment: %+v", v)
		}
		if _, v := call[charterFound](t, e, who(recruiter), "search_charter", `{"text":"article L1132-1"}`); len(v.Passages) == 0 || v.Passages[0].ID != "law:L1132-1" {
			t.Errorf("an article: %+v", v.Passages)
		}
	})

	t.Run("explain_offer and rewrite_offer", func(t *testing.T) {
		const text = "Recherche homme de moins de 35 ans, bonne présentation, pour notre boulangerie."
		r, v := call[legalityView](t, e, who(recruiter, text), "explain_offer", `{}`)
		if v.Status != legality.Blocked || len(v.Findings) < 2 || r.Activity != "offer.legality" || len(r.Sources) == 0 {
			t.Fatalf("verdict %s, %d findings, %d sources", v.Status, len(v.Findings), len(r.Sources))
		}
		for _, f := range v.Findings {
			if !f.Span.In(v.Text) || len(f.Articles) == 0 || f.Rewrite == "" {
				t.Errorf("finding without words, article or rewrite: %+v", f)
			}
		}
		_, w := call[legalityView](t, e, who(recruiter, "réécris-la", text), "rewrite_offer", `{}`)
		if w.Rewritten == nil || w.Rewritten.Status == legality.Blocked || strings.Contains(w.Rewritten.Text, "35 ans") || len(w.Rewritten.Changes) == 0 {
			t.Errorf("rewritten: %+v", w.Rewritten)
		} else if w.Rewritten.Version == "" || w.Rewritten.Date == "" || len(w.Rewritten.Diff) < 2 || w.Rewritten.Diff[0].Op != "-" || w.Rewritten.Diff[1].Op != "+" {
			t.Errorf("rewritten without version or comparison: %+v", w.Rewritten)
		}
		if _, m := call[Mistake](t, e, who(recruiter, "pourquoi mon annonce est refusée ?"), "explain_offer", `{}`); !strings.Contains(m.Mistake, "Collez") {
			t.Errorf("no offer: %+v", m)
		}
		if _, v := call[legalityView](t, e, who(recruiter), "explain_offer", `{"offer_id":"DEMO20"}`); len(v.Findings) == 0 {
			t.Errorf("stored offer: %+v", v)
		}
		if _, m := call[Mistake](t, e, who(seeker), "explain_offer", `{"offer_id":"DEMO20"}`); m.Mistake == "" {
			t.Error("a seeker read an offer of somebody's portfolio")
		}
		if _, m := call[Mistake](t, e, who(seeker, text), "rewrite_offer", `{}`); !strings.Contains(m.Mistake, "pas droit") {
			t.Errorf("a seeker rewrote: %+v", m)
		}
	})

	t.Run("predict_delay", func(t *testing.T) {
		r, v := call[delayView](t, e, who(recruiter, "cette offre va mettre combien de temps ?", "Boulanger H/F, CDI 39 h, 2 ans d'expérience, Nantes"), "predict_delay", `{}`)
		if v.Offer.ROME != "D1102" || v.Offer.Contract != "CDI" || v.Offer.Departement != "44" || v.Probability <= 0 || v.Probability >= 1 || v.Target == "" || r.Activity != "offer.delay" {
			t.Errorf("from what was said: %+v", v)
		}
		_, w := call[delayView](t, e, who(recruiter, "et si c'était un CDD de 3 mois ?", "Boulanger H/F, CDI 39 h, Nantes"), "predict_delay", `{"what_if":{"contract":"CDD","duration_months":3}}`)
		if w.WhatIf == nil || w.Offer.Contract != "CDI" || w.WhatIf.Offer.Contract != "CDD" || w.WhatIf.Change >= 0 {
			t.Errorf("what if: %+v of %+v", w.WhatIf, w.Offer)
		}
		// Two targets, both named, neither in the other.
		_, filled := call[delayView](t, e, who(recruiter), "predict_delay", `{"rome":"F1703","contract":"CDI","departement":"974"}`)
		_, online := call[delayView](t, e, who(recruiter), "predict_delay", `{"rome":"F1703","contract":"CDI","departement":"974","target":"en-ligne","age_days":10}`)
		if filled.Measure != delay.Filled || filled.Other.Measure != delay.Online || filled.Other.Support == 0 || filled.Other.Target == filled.Target {
			t.Errorf("%+v, other %+v", filled, filled.Other)
		}
		if online.Measure != delay.Online || online.Other.Measure != delay.Filled || online.Support == 0 || online.Probability <= filled.Other.Probability {
			t.Errorf("%+v, other %+v", online, online.Other)
		}
		if _, m := call[Mistake](t, e, who(recruiter), "predict_delay", `{"rome":"F1703","target":"vendue"}`); m.Mistake == "" {
			t.Error("a target that does not exist should be a mistake")
		}
		if _, m := call[Mistake](t, e, who(recruiter), "predict_delay", `{"rome":"Z9999"}`); m.Mistake == "" {
			t.Error("unknown code accepted")
		}
		if _, m := call[Mistake](t, e, who(recruiter), "predict_delay", `{"salary_month":-1}`); m.Mistake == "" {
			t.Error("negative pay accepted")
		}
	})

	t.Run("search_offers", func(t *testing.T) {
		_, all := call[offers.List](t, e, who(counsellor), "search_offers", `{"limit":50}`)
		_, risky := call[offers.List](t, e, who(counsellor), "search_offers", `{"threshold":0.65,"limit":50}`)
		if all.Total != len(offers.Demo()) || risky.Total == 0 || risky.Total >= all.Total {
			t.Errorf("all %d, risky %d", all.Total, risky.Total)
		}
		for _, r := range risky.Rows {
			if r.Probability < 0.65 {
				t.Errorf("%s at %.2f", r.ID, r.Probability)
			}
		}
		if _, one := call[offers.List](t, e, who(counsellor), "search_offers", `{"offer_id":"DEMO03"}`); one.Total != 1 || one.Rows[0].ID != "DEMO03" {
			t.Errorf("one: %+v", one)
		}
		_, high := call[offers.List](t, e, who(counsellor), "search_offers", `{"high":true,"limit":50}`)
		if high.Total == 0 || high.Total != high.High || high.Band == "" || high.URL != "/portefeuille?high=1&limit=50" {
			t.Errorf("the band: %d of %d, %q, %s", high.High, high.Total, high.Band, high.URL)
		}
		// Counted by métier, by their names.
		_, counted := call[offers.List](t, e, who(counsellor), "search_offers", `{"group":"rome","contract":"CDI","tight":true}`)
		for _, g := range counted.Groups {
			if !strings.HasPrefix(g.Label, g.Key+" ") || g.N == 0 {
				t.Errorf("%+v", g)
			}
		}
		if len(counted.Groups) == 0 || counted.Asked.Contract != "CDI" || !counted.Asked.Tight {
			t.Errorf("counted: %+v", counted)
		}
		other := postgres.Visitor{ID: "x", Role: postgres.Counsellor, Agency: "elsewhere"}
		if _, none := call[offers.List](t, e, who(other), "search_offers", `{}`); none.Total != 0 {
			t.Errorf("another agency sees %d", none.Total)
		}
	})

	t.Run("extract_skills and update_profile", func(t *testing.T) {
		data, err := os.ReadFile("../testdata/cv/deux-colonnes.pdf")
		if err != nil {
			t.Fatal(err)
		}
		doc, err := e.Documents.Add(t.Context(), seeker, "cv.pdf", data)
		if err != nil {
			t.Fatal(err)
		}
		c := who(seeker, "voici mon cv")
		c.Document = doc.ID
		r, v := call[skillsView](t, e, c, "extract_skills", `{}`)
		if len(v.Occupations) == 0 || len(v.Skills) < 3 || r.Activity != "rome.skills" || v.DocumentID != doc.ID {
			t.Fatalf("%d occupations, %d skills", len(v.Occupations), len(v.Skills))
		}
		for _, p := range v.Skills {
			for _, s := range p.Evidence {
				if !s.In(doc.Text) {
					t.Errorf("%s: %+v is not in the CV", p.Label, s)
				}
			}
			if len(p.Evidence) == 0 {
				t.Errorf("%s has no evidence", p.Label)
			}
		}
		yes, no := v.Skills[0], v.Skills[1]
		_, u := call[skillsView](t, e, who(seeker), "update_profile", `{"accept":["`+yes.Code+`"],"refuse":["`+no.Code+`"]}`)
		if u.Profile.Accepted != 1 || u.Profile.Refused != 1 || len(u.Changed) != 2 {
			t.Errorf("profile %+v, changed %+v", u.Profile, u.Changed)
		}
		// Never asked twice: a second reading keeps what was decided.
		_, again := call[skillsView](t, e, c, "extract_skills", `{}`)
		for _, p := range again.Skills {
			if p.Code == yes.Code && p.Status != skills.Accepted || p.Code == no.Code && p.Status != skills.Refused {
				t.Errorf("%s is %s again", p.Label, p.Status)
			}
		}
		if _, u := call[skillsView](t, e, who(seeker), "update_profile", `{"undo":["`+yes.Code+`"]}`); u.Profile.Accepted != 0 || u.Profile.Refused != 1 {
			t.Errorf("after undo: %+v", u.Profile)
		}
		c.Visitor = postgres.Visitor{ID: "other", Role: postgres.Seeker}
		if _, m := call[Mistake](t, e, c, "extract_skills", `{}`); m.Mistake == "" {
			t.Error("another read the document")
		}
	})

	t.Run("request_human", func(t *testing.T) {
		err := e.DB.As(t.Context(), seeker, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), "insert into conversations (id, visitor, role) values ('c', 'seeker', 'seeker')")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		c := who(seeker)
		c.Conversation = "c"
		r, first := call[handoff.Ticket](t, e, c, "request_human", `{"reason":"je suis perdu"}`)
		_, second := call[handoff.Ticket](t, e, c, "request_human", `{"consent":true}`)
		if !first.Requested || first.Ticket == "" || first.Ticket != second.Ticket || len(r.Events) != 1 || r.Events[0].Name != "handoff.requested" {
			t.Errorf("%+v then %+v", first, second)
		}
		var reason string
		err = e.DB.As(t.Context(), seeker, func(tx pgx.Tx) error {
			return tx.QueryRow(t.Context(), "select reason from handoffs where id = $1", first.Ticket).Scan(&reason)
		})
		if err != nil || reason != "" {
			t.Errorf("reason kept without consent: %q, %v", reason, err)
		}
	})
}

func TestCallStopsAtItsLimit(t *testing.T) {
	stuck := New("stuck", "waits", everyone, func(ctx context.Context, _ Caller, _ struct{}) (Result, error) {
		<-ctx.Done()
		return Result{}, ctx.Err()
	})
	_, err := Call(t.Context(), []Tool{stuck}, who(seeker), "stuck", json.RawMessage("{}"), time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "trop de temps") {
		t.Errorf("got %v", err)
	}
}

// A tool that does not listen is given up on, and a panic of it later harms nobody.
func TestCallLeavesAToolThatDoesNotListen(t *testing.T) {
	release, ended := make(chan struct{}), make(chan struct{})
	deaf := New("deaf", "does not listen", everyone, func(context.Context, Caller, struct{}) (Result, error) {
		defer close(ended)
		<-release
		panic("late")
	})
	_, err := Call(t.Context(), []Tool{deaf}, who(seeker), "deaf", json.RawMessage("{}"), time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "trop de temps") {
		t.Errorf("got %v", err)
	}
	close(release)
	<-ended
}

func TestRolesOfTools(t *testing.T) {
	names := func(role postgres.Role) (list []string) {
		for _, tool := range For(role, All(&Engines{})) {
			list = append(list, tool.Name)
		}
		return list
	}
	for role, want := range map[postgres.Role]string{
		postgres.Seeker:     "extract_skills update_profile explain_offer search_rome search_charter request_human",
		postgres.Recruiter:  "explain_offer rewrite_offer predict_delay search_offers search_rome search_charter request_human",
		postgres.Counsellor: "extract_skills explain_offer rewrite_offer predict_delay search_offers search_rome search_charter request_human",
	} {
		if got := strings.Join(names(role), " "); got != want {
			t.Errorf("%s has %s, want %s", role, got, want)
		}
	}
}
