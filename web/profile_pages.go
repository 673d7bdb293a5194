package web

import (
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/retrieval"
	"tandem/tools"
	"tandem/tools/skills"
)

// The pages around the profile that need no JavaScript: the whole of it as
// forms, the one to print, and what counsellors are shown.

// printProfile is what was accepted, to print.
func (s *Server) printProfile(c echo.Context) error {
	x, err := s.exported(c)
	if err != nil {
		return err
	}
	return s.page(c, http.StatusOK, "print", map[string]any{"Title": "Profil de compétences", "Export": x})
}

// entries are the items of a profile by what became of them.
type entries struct{ Accepted, Refused, Proposed, Later []skills.Entry }

func sorted(items []skills.Entry) (e entries) {
	for _, item := range items {
		switch {
		case item.Status == skills.Accepted:
			e.Accepted = append(e.Accepted, item)
		case item.Status == skills.Refused:
			e.Refused = append(e.Refused, item)
		case item.Later:
			e.Later = append(e.Later, item)
		default:
			e.Proposed = append(e.Proposed, item)
		}
	}
	return e
}

func (s *Server) plainProfile(c echo.Context) error { return s.showPlainProfile(c, http.StatusOK, "") }

func (s *Server) showPlainProfile(c echo.Context, status int, wrong string) error {
	ctx := c.Request().Context()
	v, _ := s.visitor(c.Request())
	p, err := s.Engines.Profile(ctx, v)
	if err != nil {
		return err
	}
	own := map[string]string{}
	for _, item := range p.Items {
		own[item.Code] = item.Status
	}
	data := map[string]any{"Title": "Mon profil de compétences", "Wrong": wrong, "Profile": p, "Entries": sorted(p.Items), "Own": own,
		"Done": p.Counts.Accepted + p.Counts.Refused, "All": p.Counts.Accepted + p.Counts.Refused + p.Counts.Proposed,
		"NoAI": s.refusesAI(c.Request()), "Kind": kindNames, "Query": c.QueryParam("q"), "Here": c.Request().URL.RequestURI()}
	switch q, field, metier := c.QueryParam("q"), c.QueryParam("domaine"), c.QueryParam("metier"); {
	case q != "":
		data["Found"], err = s.Engines.Search.Search(ctx, retrieval.Query{Text: q, Corpus: retrieval.ROME, Limit: 15, Words: s.refusesAI(c.Request()),
			Kinds: []string{retrieval.Metier, retrieval.Competence, retrieval.Savoir, retrieval.SavoirEtre}})
	case field == "tous":
		data["Fields"], err = s.Engines.Rome.Fields(ctx)
	case field != "":
		data["Within"], err = s.Engines.Rome.Within(ctx, field)
	case metier != "":
		data["Metier"], err = s.Engines.Rome.Metier(ctx, metier)
	case c.QueryParam("metiers") != "":
		data["Careers"], err = s.Engines.Careers(ctx, v)
	}
	if err != nil {
		return err
	}
	return s.page(c, status, "profile", data)
}

// changePlainProfile does what one button of the page says, and shows it again.
func (s *Server) changePlainProfile(c echo.Context) error {
	r := c.Request()
	done, err := readForm(c)
	if err != nil {
		return err
	}
	defer done()
	err = s.changeByForm(c, s.identify(c))
	switch fault.CodeOf(err) {
	case "":
		back := "/profil/simple"
		if u, err := url.Parse(r.FormValue("back")); err == nil && u.Path == back && u.RawQuery != "" {
			back += "?" + u.RawQuery + "#ajouter" // the search or the métier one was adding from
		}
		return c.Redirect(http.StatusSeeOther, back)
	case fault.Internal, fault.Unavailable:
		return err
	}
	return s.showPlainProfile(c, statuses[fault.CodeOf(err)], fault.Message(err))
}

func (s *Server) changeByForm(c echo.Context, v postgres.Visitor) error {
	ctx, r := c.Request().Context(), c.Request()
	given := func(name string) []string {
		if value := r.FormValue(name); value != "" {
			return []string{value}
		}
		return nil
	}
	switch r.FormValue("do") {
	case "read":
		return s.readByForm(c, v)
	case "share":
		_, err := s.consent(c)
		return err
	case "withdraw":
		return s.Engines.Profiles.Withdraw(ctx, v)
	case "erase":
		return s.Engines.Profiles.Erase(ctx, v)
	}
	change := tools.ProfileChange{Accept: given("accept"), Refuse: given("refuse"), Undo: given("undo"), Add: given("add")}
	if code := r.FormValue("up"); code != "" {
		entries, err := s.Engines.Profiles.Get(ctx, v)
		if err != nil {
			return err
		}
		change.Order = raised(entries, code)
	}
	done, err := s.Engines.UpdateProfile(ctx, v, change)
	if err == nil && len(done.NotFound) > 0 {
		err = fault.New(fault.Invalid, "%s", done.NotFound[0])
	}
	return err
}

// raised are the codes of what was accepted with one a place higher.
func raised(entries []skills.Entry, code string) []string {
	var codes []string
	for _, e := range entries {
		if e.Status == skills.Accepted {
			codes = append(codes, e.Code)
		}
	}
	if i := slices.Index(codes, code); i > 0 {
		codes[i], codes[i-1] = codes[i-1], codes[i]
	}
	return codes
}

func (s *Server) readByForm(c echo.Context, v postgres.Visitor) error {
	r := c.Request()
	if s.refusesAI(r) {
		return errNoAI
	}
	document := ""
	if file, header, err := r.FormFile("file"); err == nil {
		defer func() { _ = file.Close() }()
		if err := s.uploads.check(v.ID); err != nil {
			return err
		}
		data, err := io.ReadAll(file)
		if err != nil {
			return err
		}
		d, err := s.Engines.Documents.Add(r.Context(), v, header.Filename, data)
		if err != nil {
			return err
		}
		document = d.ID
	}
	if err := s.asks.check(v.ID); err != nil {
		return err
	}
	_, err := s.Engines.ProposeFrom(r.Context(), v, document, r.FormValue("text"))
	return err
}

// The counsellors' page: profiles whose people gave them the code, and what
// people make of our proposals.

func (s *Server) sharedProfiles(c echo.Context) error {
	return s.showSharedProfiles(c, http.StatusOK, "")
}

func (s *Server) openProfile(c echo.Context) error {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, 64<<10)
	v, _ := s.visitor(r)
	if v.Role != postgres.Counsellor {
		return errCounsellors
	}
	if err := s.asks.check(v.ID); err != nil { // nobody guesses codes here
		return err
	}
	err := s.Engines.Profiles.Open(r.Context(), v, r.FormValue("code"))
	if fault.CodeOf(err) == fault.NotFound {
		return s.showSharedProfiles(c, http.StatusNotFound, fault.Message(err))
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/profils")
}

func (s *Server) showSharedProfiles(c echo.Context, status int, wrong string) error {
	ctx := c.Request().Context()
	v, _ := s.visitor(c.Request())
	if v.Role != postgres.Counsellor {
		return errCounsellors
	}
	shared, err := s.Engines.Profiles.Shared(ctx, v)
	if err != nil {
		return err
	}
	feedback, err := s.Engines.Profiles.Feedback(ctx, v)
	if err != nil {
		return err
	}
	type view struct {
		skills.Shared
		entries
	}
	var profiles []view
	for _, p := range shared {
		profiles = append(profiles, view{p, sorted(p.Entries)})
	}
	return s.page(c, status, "profiles", map[string]any{"Title": "Profils partagés", "Wrong": wrong, "Profiles": profiles,
		"Calibration": skills.Calibrate(feedback), "Kind": kindNames})
}
