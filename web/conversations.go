package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/labstack/echo/v4"

	"tandem/bot"
	"tandem/internal/fault"
)

// A visitor's conversations: found, named, taken away, deleted.

type conversation struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	TouchedAt time.Time `json:"touchedAt"`
	Until     time.Time `json:"until"` // when it is erased if nothing more is said
}

var errConversation = fault.New(fault.NotFound, "Cette conversation n'existe pas, ou n'est pas la vôtre.")

// conversations lists the newest hundred, or those with all words of ?q= in
// their title or in what was said.
func (s *Server) conversations(c echo.Context) error {
	words := strings.Fields(c.QueryParam("q"))
	if len(c.QueryParam("q")) > 200 || len(words) > 10 {
		return fault.New(fault.TooLarge, "Recherche trop longue : quelques mots suffisent.")
	}
	list := []conversation{}
	ctx, v := c.Request().Context(), s.identify(c)
	err := s.DB.As(ctx, v, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select id, title, touched_at, touched_at + $2::interval from conversations c
			where visitor = tandem_visitor() and not exists (
				select from unnest($1::text[]) as w (word)
				where strpos(unaccent(lower(c.title)), unaccent(lower(w.word))) = 0
				and not exists (select from messages m where m.conversation = c.id and m.role <> 'tool'
					and strpos(unaccent(lower(m.content ->> 'text')), unaccent(lower(w.word))) > 0))
			order by touched_at desc limit 100`, words, s.Keep)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[conversation])
		return err
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, append([]conversation{}, list...))
}

// renameConversation gives a title of the person's own.
func (s *Server) renameConversation(c echo.Context) error {
	var in struct {
		Title string `json:"title"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	title := strings.Join(strings.Fields(strings.ReplaceAll(strings.ToValidUTF8(in.Title, ""), "\x00", "")), " ")
	if title == "" || len([]rune(title)) > 120 {
		return fault.New(fault.Invalid, "Donnez un titre de 120 caractères au plus.")
	}
	return s.onConversation(c, "update conversations set title = $2 where id = $1", title)
}

func (s *Server) deleteConversation(c echo.Context) error {
	err := s.onConversation(c, "delete from conversations where id = $1")
	if err == nil {
		s.Engines.Handoffs.Signal() // what waited there waits no more
	}
	return err
}

// onConversation runs a statement on one conversation of the visitor's.
func (s *Server) onConversation(c echo.Context, sql string, args ...any) error {
	ctx := c.Request().Context()
	err := s.DB.As(ctx, s.identify(c), func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, sql, append([]any{c.Param("id")}, args...)...)
		if err == nil && tag.RowsAffected() == 0 {
			return errConversation
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// exportConversation gives a conversation to take away: json for programs, md
// for people.
func (s *Server) exportConversation(c echo.Context) error {
	t, err := s.Agent.Transcript(c.Request().Context(), s.identify(c), c.Param("id"))
	if err != nil {
		return err
	}
	format := c.Param("format")
	switch format {
	case "json":
		b, err := json.MarshalIndent(t, "", " ")
		if err != nil {
			return err
		}
		attach(c, "conversation.json")
		return c.Blob(http.StatusOK, "application/json; charset=utf-8", b)
	case "md":
		attach(c, "conversation.md")
		return c.Blob(http.StatusOK, "text/markdown; charset=utf-8", markdown(t))
	}
	return fault.New(fault.NotFound, "Format %q inconnu : md ou json.", format)
}

func attach(c echo.Context, name string) {
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	c.Response().Header().Set("Cache-Control", "no-store")
}

func markdown(t bot.Transcript) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\nConversation avec Tandem, assistant (IA), du %s.\n", t.Title, t.At.In(paris).Format("02/01/2006 à 15 h 04"))
	for _, turn := range t.Turns {
		if turn.Question != "" || turn.Document != "" {
			fmt.Fprintf(&b, "\n## Vous\n\n%s\n", turn.Question)
			if turn.Document != "" {
				fmt.Fprintf(&b, "\nFichier joint : %s\n", turn.Document)
			}
		}
		for _, m := range turn.Answers {
			who := "Assistant (IA)"
			if m.By != "" {
				who = m.By + ", conseiller"
			}
			fmt.Fprintf(&b, "\n## %s\n\n%s\n", who, m.Text)
		}
		for _, n := range turn.Notices {
			fmt.Fprintf(&b, "\n> %s\n", n)
		}
		if turn.Error != "" {
			fmt.Fprintf(&b, "\n*%s*\n", turn.Error)
		}
		if len(turn.Sources) > 0 {
			b.WriteString("\nSources :\n\n")
			for _, s := range turn.Sources {
				fmt.Fprintf(&b, "- %s [%s]", s.Title, s.SourceID)
				if s.URL != "" {
					fmt.Fprintf(&b, " <%s>", s.URL)
				}
				b.WriteByte('\n')
			}
		}
	}
	return []byte(b.String())
}
