package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"tandem/internal/postgres"
	"tandem/tools/handoff"
)

// The counsellors' side of a handoff: the queue as it changes, and what one does
// with a request. The conversation itself comes over /ws, as its visitor's does.

// requestsPage is the desk; its script asks for what it may show.
func (s *Server) requestsPage(c echo.Context) error {
	if v, _ := s.visitor(c.Request()); v.Role != postgres.Counsellor {
		return errCounsellors
	}
	return s.file(c, "demandes.html")
}

// lookAgain is how often the queue is read when nothing here changed it: another
// node may have, and proxies cut what is silent.
const lookAgain = 25 * time.Second

// watchRequests sends the queue, and again whenever it changes, as server-sent
// events: the browser reconnects by itself.
func (s *Server) watchRequests(c echo.Context) error {
	v, _ := s.visitor(c.Request())
	ctx, w := c.Request().Context(), c.Response()
	for first := true; ; first = false {
		changed := s.Engines.Handoffs.Changed() // before reading: nothing falls in between
		list, err := s.Engines.Handoffs.Waiting(ctx, v)
		if err != nil && first {
			return err
		}
		if first {
			beginStream(w)
		}
		if err != nil {
			return nil // the database is away: the browser asks again in a moment
		}
		b, _ := json.Marshal(append([]handoff.Request{}, list...)) // plain fields: cannot fail
		if _, err := fmt.Fprintf(w, "data: %s\n\n", b); err != nil {
			return nil
		}
		w.Flush()
		select {
		case <-changed:
		case <-time.After(lookAgain):
		case <-s.leaving:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

func (s *Server) takeRequest(c echo.Context) error {
	var in struct {
		Name string `json:"name"`
	}
	return s.onRequest(c, &in, func(v postgres.Visitor, r handoff.Request) error {
		return s.Agent.Join(c.Request().Context(), v, r, handoff.Name(in.Name))
	})
}

func (s *Server) sayRequest(c echo.Context) error {
	var in struct {
		ID   string `json:"id"` // the message's, made by the client: sent again, it is said once
		Text string `json:"text"`
	}
	return s.onRequest(c, &in, func(v postgres.Visitor, r handoff.Request) error {
		return s.Agent.Say(c.Request().Context(), v, r, in.ID, in.Text)
	})
}

func (s *Server) endRequest(c echo.Context) error {
	var in struct{}
	return s.onRequest(c, &in, func(v postgres.Visitor, r handoff.Request) error {
		return s.Agent.Leave(c.Request().Context(), v, r)
	})
}

func (s *Server) onRequest(c echo.Context, in any, act func(postgres.Visitor, handoff.Request) error) error {
	if err := decode(c, in); err != nil {
		return err
	}
	v, _ := s.visitor(c.Request())
	r, err := s.Engines.Handoffs.Find(c.Request().Context(), v, c.Param("id"))
	if err != nil {
		return err
	}
	if err := act(v, r); err != nil {
		return err
	}
	s.Engines.Handoffs.Signal()
	return c.NoContent(http.StatusNoContent)
}
