package web

import (
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools/handoff"
)

// The desk as forms, for counsellors whose machine or network has no use for
// scripts: the same requests, the same words, the page reloaded by hand.

func (s *Server) plainRequests(c echo.Context) error {
	return s.showRequests(c, http.StatusOK, "", "", "")
}

// taken is a conversation of the counsellor's.
type taken struct {
	handoff.Request
	Turns  []simpleTurn
	Next   string // id of the message that the form will say
	Unsent string
}

type awaited struct {
	handoff.Request
	When string
}

// showRequests shows the queue; wrong and unsent are about the request of.
func (s *Server) showRequests(c echo.Context, status int, wrong, of, unsent string) error {
	ctx := c.Request().Context()
	v, _ := s.visitor(c.Request())
	list, err := s.Engines.Handoffs.Waiting(ctx, v)
	if err != nil {
		return err
	}
	var mine []taken
	var rest []awaited
	for _, r := range list {
		if r.State != handoff.Accepted {
			rest = append(rest, awaited{r, r.At.In(paris).Format("02/01 à 15 h 04")})
			continue
		}
		one := taken{Request: r, Next: uuid.NewString()}
		t, err := s.Agent.Transcript(ctx, v, r.Conversation)
		if err != nil && fault.CodeOf(err) != fault.NotFound { // ended or erased just now
			return err
		}
		one.Turns = simpleTurns(t)
		if r.ID == of {
			one.Unsent = unsent
		}
		mine = append(mine, one)
	}
	names := map[string]string{}
	for role, name := range roleNames {
		names[string(role)] = name
	}
	return s.page(c, status, "requests", map[string]any{"Title": "Demandes des personnes", "Mine": mine, "Waiting": rest, "Wrong": wrong, "RoleNames": names})
}

// onPlainRequest does what one button of the page says, and shows it again.
func (s *Server) onPlainRequest(c echo.Context) error {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, 128<<10)
	ctx := r.Context()
	v, _ := s.visitor(r)
	if v.Role != postgres.Counsellor {
		return errCounsellors
	}
	id, text := r.FormValue("id"), r.FormValue("text")
	one, err := s.Engines.Handoffs.Find(ctx, v, id)
	if err == nil {
		switch r.FormValue("do") {
		case "take":
			err = s.Agent.Join(ctx, v, one, handoff.Name(r.FormValue("name")))
		case "say":
			err = s.Agent.Say(ctx, v, one, r.FormValue("message"), text)
		case "end":
			err = s.Agent.Leave(ctx, v, one)
		default:
			err = fault.New(fault.Invalid, "Choisissez l'un des boutons de la page.")
		}
	}
	switch code := fault.CodeOf(err); code {
	case "":
		s.Engines.Handoffs.Signal()
		return c.Redirect(http.StatusSeeOther, "/demandes/simple")
	case fault.Invalid, fault.TooLarge, fault.NotFound:
		return s.showRequests(c, statuses[code], fault.Message(err), id, text)
	}
	return err
}
