package web

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/labstack/echo/v4"

	"tandem/bot/offline"
	"tandem/internal/postgres"
	"tandem/tools/offers"
)

// stillThere is how often a quiet stream of alerts says something, so that no
// proxy takes it for dead and a reader that is gone is noticed.
const stillThere = 25 * time.Second

// alertEvents tells a counsellor's page, at once and whenever they change, which
// alerts wait in their agency.
func (s *Server) alertEvents(c echo.Context) error {
	r, w := c.Request(), c.Response()
	ctx := r.Context()
	v, _ := s.visitor(r)
	if err := s.connects.check(client(r)); err != nil {
		return err
	}
	rang, stop, err := s.bell.Hear(v)
	if err != nil {
		return err
	}
	defer stop()
	beginStream(w)
	tick := time.NewTicker(stillThere)
	defer tick.Stop()
	for {
		waiting, newest, err := s.Engines.Offers.Alerts(ctx, v)
		if err != nil {
			if ctx.Err() == nil {
				s.Log.Warn("alerts not read", "err", err)
			}
			return nil // the page comes back by itself
		}
		body, err := json.Marshal(map[string]any{"waiting": waiting, "newest": append([]offers.Alert{}, newest...)})
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "data: %s\n\n", body); err != nil {
			return nil
		}
		w.Flush()
		for woken := false; !woken; {
			select {
			case <-rang:
				woken = true
			case <-tick.C:
				if _, err := fmt.Fprint(w, ": \n\n"); err != nil {
					return nil
				}
				w.Flush()
			case <-s.leaving:
				return nil
			case <-ctx.Done():
				return nil
			}
		}
	}
}

// understand reads a question as a filter, or as being about one offer. It is
// the offline model's reading whatever model the conversation has: the filter
// is shown and can be edited, and a form should not wait for a network.
func (s *Server) understand(v postgres.Visitor, said string, before offers.Filter) (f offers.Filter, offer string, ok bool) {
	args := map[string]any{}
	if b, err := json.Marshal(before); err != nil || json.Unmarshal(b, &args) != nil {
		return f, "", false
	}
	for name, usual := range map[string]any{"limit": 20.0, "order": "probability", "state": offers.Open} { // what is as usual was not said
		if args[name] == usual {
			delete(args, name)
		}
	}
	context := offline.Context{Role: string(v.Role)}
	if len(before.Query()) > 0 {
		context.Earlier = []offline.Turn{{Calls: []offline.Call{{Tool: "search_offers", Args: args}}}}
	}
	if len(said) > 1000 {
		return f, "", false
	}
	u := s.sober.Understand(said, context)
	if len(u.Calls) == 0 {
		return f, "", false
	}
	call := u.Calls[0]
	if id, named := call.Args["offer_id"].(string); named {
		return f, id, true
	}
	if call.Tool != "search_offers" {
		return f, "", false
	}
	b, err := json.Marshal(call.Args)
	if err != nil || json.Unmarshal(b, &f) != nil {
		return f, "", false
	}
	return f, "", true
}
