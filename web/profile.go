package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"tandem/internal/fault"
	"tandem/tools"
	"tandem/tools/skills"
)

// The profile of skills, for its page and for programs.

// profilePage is the page; what it shows comes from /api/profile.
func (s *Server) profilePage(c echo.Context) error {
	return s.file(c, "profil.html")
}

// getProfile makes nobody known: looking at the page sets no cookie.
func (s *Server) getProfile(c echo.Context) error {
	v, _ := s.visitor(c.Request())
	p, err := s.Engines.Profile(c.Request().Context(), v)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, p)
}

func (s *Server) setProfile(c echo.Context) error {
	var in tools.ProfileChange
	if err := decode(c, &in); err != nil {
		return err
	}
	p, err := s.Engines.UpdateProfile(c.Request().Context(), s.identify(c), in)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, p)
}

func (s *Server) eraseProfile(c echo.Context) error {
	v, _ := s.visitor(c.Request())
	if err := s.Engines.Profiles.Erase(c.Request().Context(), v); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

var errNoAI = fault.New(fault.Forbidden, "Vous avez choisi de faire votre profil sans IA : aucun texte n'est analysé. Revenez sur ce choix pour obtenir des propositions.")

// propose reads a document or words of the person's and proposes what they show.
func (s *Server) propose(c echo.Context) error {
	var in struct {
		Document string `json:"document_id"`
		Text     string `json:"text"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	p, err := s.proposals(c, in.Document, in.Text)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, p)
}

func (s *Server) proposals(c echo.Context, document, text string) (tools.ProfileView, error) {
	v := s.identify(c)
	if s.refusesAI(c.Request()) {
		return tools.ProfileView{}, errNoAI
	}
	if err := s.asks.check(v.ID); err != nil {
		return tools.ProfileView{}, err
	}
	return s.Engines.ProposeFrom(c.Request().Context(), v, document, text)
}

func (s *Server) careers(c echo.Context) error {
	v, _ := s.visitor(c.Request())
	list, err := s.Engines.Careers(c.Request().Context(), v)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"items": list})
}

func (s *Server) exported(c echo.Context) (skills.Export, error) {
	ctx := c.Request().Context()
	v, _ := s.visitor(c.Request())
	entries, err := s.Engines.Profiles.Get(ctx, v)
	if err != nil {
		return skills.Export{}, err
	}
	release, err := s.Engines.Rome.Release(ctx)
	if err != nil {
		return skills.Export{}, err
	}
	return skills.NewExport(entries, strconv.Itoa(release.Version), s.Now()), nil
}

// exportProfile sends what was accepted, as a file.
func (s *Server) exportProfile(c echo.Context) error {
	format := c.Param("format")
	kind, known := map[string]string{"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}[format]
	if !known {
		return fault.New(fault.NotFound, "Un profil s'exporte en json ou en csv.")
	}
	x, err := s.exported(c)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, kind)
	h.Set(echo.HeaderContentDisposition, `attachment; filename="profil-competences.`+format+`"`)
	if format == "csv" {
		return x.WriteCSV(c.Response())
	}
	return x.WriteJSON(c.Response())
}

// share is the person's consent. The cookie is renewed with it: whoever shares
// can withdraw for as long.
func (s *Server) share(c echo.Context) error {
	given, err := s.consent(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, given)
}

func (s *Server) consent(c echo.Context) (skills.Share, error) {
	t, _ := s.ticket(c.Request())
	given, err := s.Engines.Profiles.Consent(c.Request().Context(), s.as(t))
	if err == nil {
		t.At = s.Now().Unix()
		c.SetCookie(s.cookie(c.Request(), t))
	}
	return given, err
}

func (s *Server) withdraw(c echo.Context) error {
	v, _ := s.visitor(c.Request())
	if err := s.Engines.Profiles.Withdraw(c.Request().Context(), v); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// ROME without a word: grands domaines and domaines, their métiers, what a
// métier asks for.

func (s *Server) fields(c echo.Context) error {
	list, err := s.Engines.Rome.Fields(c.Request().Context())
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"items": list})
}

func (s *Server) within(c echo.Context) error {
	list, err := s.Engines.Rome.Within(c.Request().Context(), c.Param("code"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"items": list})
}

func (s *Server) metier(c echo.Context) error {
	m, err := s.Engines.Rome.Metier(c.Request().Context(), c.Param("code"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"code": m.Code, "label": m.Label, "url": m.URL,
		"appellations": m.Appellations, "skills": m.Skills, "mobilities": m.Mobilities})
}
