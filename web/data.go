package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/labstack/echo/v4"

	"tandem/bot"
	"tandem/internal/postgres"
)

// What a visitor has here: said, taken away, erased. The page needs no
// JavaScript; the conversation asks for the same over the API.

// paris is whose clock people are told times by. tools/handoff brings the zones.
var paris = func() *time.Location {
	l, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return time.UTC
	}
	return l
}()

// myData says what is kept of a visitor, and erases it; it needs no JavaScript.
func (s *Server) myData(c echo.Context) error { return s.showData(c, http.StatusOK, false, "") }

// eraseData erases, or changes whether AI may be used: the page's two forms.
func (s *Server) eraseData(c echo.Context) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, 8<<10)
	if ai := c.FormValue("ai"); ai != "" {
		t, _ := s.ticket(c.Request())
		t.NoAI = ai == "non"
		if err := s.keepTicket(c, t); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, "/mes-donnees")
	}
	if c.FormValue("sure") != "oui" {
		return s.showData(c, http.StatusBadRequest, false, "Rien n'est effacé : cochez la case pour confirmer.")
	}
	if err := s.erase(c); err != nil {
		return err
	}
	return s.showData(c, http.StatusOK, true, "")
}

func (s *Server) showData(c echo.Context, status int, erased bool, wrong string) error {
	v, _ := s.visitor(c.Request())
	counts, err := s.countKept(c.Request().Context(), v)
	if err != nil {
		return err
	}
	talks, err := s.keptTalks(c.Request().Context(), v)
	if err != nil {
		return err
	}
	return s.page(c, status, "data", map[string]any{"Wrong": wrong, "Talks": talks, "Title": "Mes données", "Erased": erased, "Kept": counts, "Minutes": int(s.Keep.Minutes()), "NoAI": !erased && s.refusesAI(c.Request())})
}

// forget erases everything the visitor has here, and the cookie.
func (s *Server) forget(c echo.Context) error {
	if err := s.erase(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (s *Server) erase(c echo.Context) error {
	ctx := c.Request().Context()
	v, _ := s.visitor(c.Request())
	s.Agent.StopAll(v)
	defer s.part(v) // another tab would go on under an identity that nothing can erase any more
	if err := Erase(ctx, s.DB, v); err != nil {
		return err
	}
	s.Engines.Handoffs.Signal() // what waited waits no more
	c.SetCookie(&http.Cookie{Name: cookieName, Path: "/", MaxAge: -1})
	return nil
}

// Erase deletes everything that is kept of a visitor, all or nothing.
func Erase(ctx context.Context, db *postgres.DB, v postgres.Visitor) error {
	return db.As(ctx, v, func(tx pgx.Tx) error {
		// Row-level security makes "all" mean "all of this visitor's".
		for _, k := range kept {
			if _, err := tx.Exec(ctx, "delete from "+k.table+" where visitor = tandem_visitor()"); err != nil {
				return err
			}
		}
		return nil
	})
}

// kept are the tables that hold something of a visitor, in the order in which
// they can be erased, and what people call it. What hangs on a conversation
// (messages, events, runs) goes with it.
var kept = []struct{ table, label string }{
	{"documents", "Textes de documents joints ou collés"},
	{"profile_shares", "Partages du profil avec un conseiller"},
	{"profile_items", "Éléments de profil (acceptés, refusés, à décider)"},
	{"feedback", "Avis sur des réponses"},
	{"handoffs", "Demandes à un conseiller"},
	{"contests", "Signalements contestés"},
	{"conversations", "Conversations"},
}

type keptCount struct {
	Label string `json:"label"`
	Count int    `json:"count"`
}

func (s *Server) countKept(ctx context.Context, v postgres.Visitor) (counts []keptCount, err error) {
	err = s.DB.As(ctx, v, func(tx pgx.Tx) error {
		counts = nil
		for _, k := range kept {
			c := keptCount{Label: k.label}
			if err := tx.QueryRow(ctx, "select count(*) from "+k.table+" where visitor = tandem_visitor()").Scan(&c.Count); err != nil {
				return err
			}
			counts = append(counts, c)
		}
		return nil
	})
	return counts, err
}

// talk is a conversation and until when it is kept.
type talk struct {
	ID, Title string
	Until     time.Time
	Waits     bool // for a counsellor: kept up to a week
}

// When is the end in words.
func (t talk) When() string { return t.Until.In(paris).Format("le 02/01 à 15 h 04") }

func (s *Server) keptTalks(ctx context.Context, v postgres.Visitor) (talks []talk, err error) {
	err = s.DB.As(ctx, v, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select id, title, touched_at + $1::interval, exists (select from handoffs h where h.conversation = c.id and h.state <> 'ended')
			from conversations c where visitor = tandem_visitor() order by touched_at desc limit 100`, s.Keep)
		if err != nil {
			return err
		}
		talks, err = pgx.CollectRows(rows, pgx.RowToStructByPos[talk])
		return err
	})
	return talks, err
}

// getData is what is kept, in numbers, and until when.
func (s *Server) getData(c echo.Context) error {
	v, _ := s.visitor(c.Request())
	counts, err := s.countKept(c.Request().Context(), v)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"kept": counts, "minutes": int(s.Keep.Minutes()), "ai": !s.refusesAI(c.Request())})
}

// exportData is everything that is kept of the visitor, row by row, without
// anybody's identifier; of conversations what people read of them.
func (s *Server) exportData(c echo.Context) error {
	ctx := c.Request().Context()
	v, _ := s.visitor(c.Request())
	all := map[string]any{}
	var ids []string
	err := s.DB.As(ctx, v, func(tx pgx.Tx) error {
		for _, k := range kept {
			var rows json.RawMessage
			if err := tx.QueryRow(ctx, "select coalesce(jsonb_agg(to_jsonb(t) - 'visitor' - 'counsellor'), '[]') from "+k.table+" t where visitor = tandem_visitor()").Scan(&rows); err != nil {
				return err
			}
			all[k.table] = rows
		}
		rows, err := tx.Query(ctx, "select id from conversations where visitor = tandem_visitor() order by touched_at desc")
		if err != nil {
			return err
		}
		ids, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		return err
	}
	talks := []bot.Transcript{}
	for _, id := range ids {
		t, err := s.Agent.Transcript(ctx, v, id)
		if err != nil {
			return err
		}
		talks = append(talks, t)
	}
	all["conversations"] = talks
	attach(c, "mes-donnees.json")
	return c.JSONPretty(http.StatusOK, all, " ")
}
