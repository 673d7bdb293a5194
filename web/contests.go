package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools/contest"
	"tandem/tools/legality"
)

// tellEmployer writes one finding for the employer, for counsellors.
func (s *Server) tellEmployer(c echo.Context) error {
	if v, _ := s.visitor(c.Request()); v.Role != postgres.Counsellor {
		return errCounsellors
	}
	var p contest.Pointed
	if err := s.readPointed(c, &p); err != nil {
		return err
	}
	f, verdict, err := p.Find(s.Engines.Legality)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, legality.Tell(p.Offer, verdict, f))
}

var errCounsellors = fault.New(fault.Forbidden, "Cette page est réservée aux conseillers.")

func (s *Server) makeContest(c echo.Context) error {
	v := s.identify(c)
	if err := s.asks.check(v.ID); err != nil {
		return err
	}
	var in struct {
		contest.Pointed
		Reason string `json:"reason"`
	}
	if err := s.readPointed(c, &in); err != nil {
		return err
	}
	made, err := s.Engines.Contests.Make(c.Request().Context(), v, in.Pointed, in.Reason)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, made)
}

func (s *Server) listContests(c echo.Context) error {
	list, err := s.Engines.Contests.List(c.Request().Context(), s.identify(c))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"items": append([]contest.Contest{}, list...)})
}

func (s *Server) decideContest(c echo.Context) error {
	var in struct {
		State  string `json:"state"`
		Answer string `json:"answer"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	v, _ := s.visitor(c.Request())
	done, err := s.Engines.Contests.Decide(c.Request().Context(), v, c.Param("id"), in.State, in.Answer)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, done)
}

func (s *Server) ruleFigures(c echo.Context) error {
	v, _ := s.visitor(c.Request())
	list, err := s.Engines.Contests.Figures(c.Request().Context(), v)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"items": list})
}

// readPointed bounds the body as that of a check, since it holds an offer.
func (s *Server) readPointed(c echo.Context, into any) error {
	r := c.Request()
	if err := s.checks.check(client(r)); err != nil {
		return err
	}
	if err := json.NewDecoder(http.MaxBytesReader(c.Response(), r.Body, maxOffer+8<<10)).Decode(into); err != nil {
		return fault.Wrap(err, fault.Invalid, "Requête illisible : envoyez l'offre, la règle et la place des mots signalés.")
	}
	return nil
}

// The counsellors' page: what waits, what was decided, what each rule is worth.
// Forms and no script, so that it works everywhere.

func (s *Server) desk(c echo.Context) error { return s.showDesk(c, http.StatusOK, "", "") }

func (s *Server) deskDecide(c echo.Context) error {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, 64<<10)
	v, _ := s.visitor(r)
	done, err := s.Engines.Contests.Decide(r.Context(), v, r.FormValue("id"), r.FormValue("state"), r.FormValue("answer"))
	switch fault.CodeOf(err) {
	case "":
		said := "Signalement maintenu : "
		if done.State == contest.Overridden {
			said = "Signalement levé : "
		}
		return s.showDesk(c, http.StatusOK, said+"« "+done.Words+" ».", "")
	case fault.Invalid, fault.Conflict, fault.NotFound: // to be read beside the queue, not instead of it
		return s.showDesk(c, statuses[fault.CodeOf(err)], "", fault.Message(err))
	}
	return err
}

func (s *Server) showDesk(c echo.Context, status int, said, wrong string) error {
	ctx := c.Request().Context()
	v, _ := s.visitor(c.Request())
	if v.Role != postgres.Counsellor {
		return errCounsellors
	}
	list, err := s.Engines.Contests.List(ctx, v)
	if err != nil {
		return err
	}
	figures, err := s.Engines.Contests.Figures(ctx, v)
	if err != nil {
		return err
	}
	var open, decided []contest.Contest
	for _, one := range list {
		if one.State == contest.Open {
			open = append(open, one)
		} else {
			decided = append(decided, one)
		}
	}
	var seen []contest.Figures
	for _, f := range figures {
		if f.Matches > 0 {
			seen = append(seen, f)
		}
	}
	return s.page(c, status, "desk", map[string]any{"Title": "Signalements contestés", "Said": said, "Wrong": wrong,
		"Open": open, "Decided": decided, "Figures": seen, "Silent": len(figures) - len(seen), "Severity": severityWords})
}

var severityWords = map[string]string{"S4": "bloquant", "S3": "bloquant sauf justification", "S2": "à vérifier", "S1": "conseil"}

// percent is a share as people write it.
func percent(p *float64) string {
	if p == nil {
		return "–"
	}
	return strings.Replace(strings.TrimSuffix(strconv.FormatFloat(100**p, 'f', 1, 64), ".0"), ".", ",", 1) + "\u00a0%"
}
