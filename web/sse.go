package web

import (
	"fmt"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"tandem/bot"
	"tandem/internal/fault"
)

// beginStream begins an answer of server-sent events, which no proxy may keep back.
func beginStream(w *echo.Response) {
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
}

// agui serves POST /agui: the same events over SSE, for networks that block
// websockets and for AG-UI's own HttpAgent. The run outlives the response; an
// unwatched one is stopped after a while.
func (s *Server) agui(c echo.Context) error {
	r, w := c.Request(), c.Response()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, readLimit))
	if err != nil {
		return fault.Wrap(err, fault.TooLarge, "Message trop volumineux.")
	}
	f, err := parseFrame(body)
	if err != nil {
		return err
	}
	q, err := f.question()
	if err != nil {
		return err
	}
	v := s.identify(c)
	q.NoAI = s.refusesAI(r)
	after, err := s.ask(r.Context(), v, &q)
	if err != nil {
		return err
	}
	events, err := s.Agent.WatchRun(r.Context(), v, q.Run, after)
	if err != nil {
		return err
	}
	beginStream(w)
	for e, err := range events {
		if err != nil {
			_, _ = fmt.Fprintf(w, "data: %s\n\n", bot.ErrorFrame(q.Conversation, q.Run, string(fault.CodeOf(err)), fault.Message(err), s.Now().UnixMilli()))
			return nil
		}
		if e.Seq != 0 {
			_, err = fmt.Fprintf(w, "id: %d\n", e.Seq)
		}
		if err == nil {
			_, err = fmt.Fprintf(w, "data: %s\n\n", e.JSON)
		}
		if err != nil {
			return nil // the reader is gone; the run goes on
		}
		w.Flush()
	}
	return nil
}
