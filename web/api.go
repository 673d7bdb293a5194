package web

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/labstack/echo/v4"

	"tandem/bot"
	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/retrieval"
)

const maxUpload = 5 << 20 // a CV; the reader has the same limit

// ask starts a run for a question, after checks of rate and of the joined document.
func (s *Server) ask(ctx context.Context, v postgres.Visitor, q *bot.Question) (after int64, err error) {
	if err := s.asks.check(v.ID); err != nil {
		return 0, err
	}
	if q.Document != "" {
		d, err := s.Engines.Documents.Get(ctx, v, q.Document)
		if err != nil {
			return 0, err
		}
		q.DocumentName = d.Name
	}
	return s.Agent.Start(ctx, v, *q)
}

type session struct {
	Role    postgres.Role   `json:"role"`
	Roles   []postgres.Role `json:"roles"` // null when there is no switch
	AI      bool            `json:"ai"`
	ROME    romeInfo        `json:"rome"`
	Model   ModelInfo       `json:"model"`
	Desk    deskInfo        `json:"desk"`
	Notices []string        `json:"notices"`
}

// deskInfo is whether counsellors answer now; closed says when they will.
type deskInfo struct {
	Open   bool   `json:"open"`
	Closed string `json:"closed,omitempty"`
}

type romeInfo struct {
	Version  string `json:"version"` // with the attribution that its licence asks for
	Complete bool   `json:"complete"`
}

func (s *Server) getSession(c echo.Context) error {
	t, _ := s.ticket(c.Request())
	return s.sendSession(c, t)
}

func (s *Server) sendSession(c echo.Context, t ticket) error {
	info := session{Role: s.as(t).Role, AI: !t.NoAI, Model: s.Model, Notices: []string{}, Desk: deskInfo{Open: s.Engines.Handoffs.Hours.Open(s.Now())}}
	if !info.Desk.Open {
		info.Desk.Closed = s.Engines.Handoffs.Hours.Closed(s.Now())
	}
	if s.Demo {
		info.Roles = postgres.Roles
		info.Notices = append(info.Notices, "Démonstration : le rôle se choisit sans mot de passe. Ne donnez aucune information réelle.")
	}
	release, err := s.Engines.Rome.Release(c.Request().Context())
	if err != nil {
		return err
	}
	info.ROME = romeInfo{release.Attribution(), release.Complete}
	if !release.Complete {
		info.Notices = append(info.Notices, "Le référentiel ROME complet n'a pas pu être chargé : les réponses portent sur un extrait d'environ 250 métiers, sans définitions.")
	}
	return c.JSON(http.StatusOK, info)
}

// setSession changes the role (demonstration only), or whether the person's
// profile is made with AI: who refuses it has the proposals dropped that wait for
// a decision, the page of the profile makes none any more, searches go by words
// alone, and the assistant answers nothing.
func (s *Server) setSession(c echo.Context) error {
	var in struct {
		Role *postgres.Role `json:"role"`
		AI   *bool          `json:"ai"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	t, _ := s.ticket(c.Request())
	if in.Role != nil {
		if !s.Demo {
			return fault.New(fault.Forbidden, "Le changement de rôle n'existe qu'en démonstration.")
		}
		if !slices.Contains(postgres.Roles, *in.Role) {
			return fault.New(fault.Invalid, "Rôle %q inconnu.", *in.Role)
		}
		t.Role = *in.Role
	}
	if in.AI != nil {
		t.NoAI = !*in.AI
	}
	if err := s.keepTicket(c, t); err != nil {
		return err
	}
	return s.sendSession(c, t)
}

// keepTicket gives the visitor's choices back as a cookie. Who refuses AI has
// the proposals dropped that wait for a decision.
func (s *Server) keepTicket(c echo.Context, t ticket) error {
	before, _ := s.ticket(c.Request())
	if t.NoAI {
		if err := s.Engines.Profiles.Unpropose(c.Request().Context(), s.as(t)); err != nil {
			return err
		}
		s.Agent.StopAll(s.as(t))
	}
	if t.NoAI != before.NoAI {
		c.SetCookie(s.refusal(c.Request(), t.NoAI))
		defer s.part(s.as(t)) // other tabs too
	}
	t.At = s.Now().Unix()
	c.SetCookie(s.cookie(c.Request(), t))
	return nil
}

func (s *Server) addDocument(c echo.Context) error {
	v := s.identify(c)
	if err := s.uploads.check(v.ID); err != nil {
		return err
	}
	name, data, err := upload(c)
	if err != nil {
		return err
	}
	d, err := s.Engines.Documents.Add(c.Request().Context(), v, name, data)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, d)
}

var errUpload = fault.New(fault.TooLarge, "Ce fichier est trop gros : 5 Mo au plus. Exportez un PDF plus léger, ou collez le texte du CV dans le message.")

// upload reads the one file of a multipart form. A body that is too large is
// read to its end, up to a bound, without being kept: a browser that is cut off
// while it sends shows its own error instead of ours.
func upload(c echo.Context) (name string, data []byte, err error) {
	r := c.Request()
	defer func() {
		if err != nil {
			_, _ = io.CopyN(io.Discard, r.Body, 64<<20)
		}
	}()
	if r.ContentLength > maxUpload+1<<20 {
		return "", nil, errUpload
	}
	form, err := r.MultipartReader()
	if err != nil {
		return "", nil, fault.Wrap(err, fault.Invalid, "Envoi illisible : joignez un fichier par le formulaire.")
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return "", nil, fault.New(fault.Invalid, "Aucun fichier reçu. Choisissez un fichier, puis réessayez.")
		}
		if err != nil {
			return "", nil, fault.Wrap(err, fault.Invalid, "L'envoi a été interrompu. Réessayez.")
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return readPart(part)
		}
	}
}

func readPart(part *multipart.Part) (string, []byte, error) {
	data, err := io.ReadAll(io.LimitReader(part, maxUpload+1))
	if err != nil {
		return "", nil, fault.Wrap(err, fault.Invalid, "L'envoi a été interrompu. Réessayez.")
	}
	if len(data) > maxUpload {
		return "", nil, errUpload
	}
	return part.FileName(), data, nil
}

func (s *Server) getDocument(c echo.Context) error {
	d, err := s.Engines.Documents.Get(c.Request().Context(), s.identify(c), c.Param("id"))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, d)
}

type found struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	Title string `json:"title"`
	URL   string `json:"url"`
}

func (s *Server) searchROME(c echo.Context) error {
	q := retrieval.Query{Text: c.QueryParam("q"), Corpus: retrieval.ROME, Limit: 10, Words: s.refusesAI(c.Request())}
	if kind := c.QueryParam("kind"); kind != "" {
		q.Kinds = strings.Split(kind, ",")
	}
	if len(q.Text) > 500 {
		return fault.New(fault.TooLarge, "Recherche trop longue : quelques mots suffisent.")
	}
	passages, err := s.Engines.Search.Search(c.Request().Context(), q)
	if err != nil {
		return err
	}
	items := []found{}
	for _, p := range passages {
		items = append(items, found{p.ID, p.Kind, p.Title, p.URL})
	}
	return c.JSON(http.StatusOK, map[string]any{"items": items})
}

// feedback keeps what a person thought of an answer.
func (s *Server) feedback(ctx context.Context, v postgres.Visitor, f frame) error {
	if (f.Score != 1 && f.Score != -1) || f.MessageID == "" || len(f.MessageID) > 256 || len(f.Comment) > 2000 || len(f.Reasons) > 10 {
		return fault.New(fault.Invalid, "Avis refusé : indiquez le message et un score de 1 ou -1.")
	}
	return s.DB.As(ctx, v, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			insert into feedback (visitor, conversation, message, score, reasons, comment)
			select $1, id, $3, $4, $5, $6 from conversations where id = $2 and visitor = $1
			on conflict (visitor, message) do update set score = excluded.score, reasons = excluded.reasons, comment = excluded.comment, at = now()`,
			v.ID, f.ThreadID, f.MessageID, f.Score, append([]string{}, f.Reasons...), strings.ReplaceAll(f.Comment, "\x00", ""))
		if err == nil && tag.RowsAffected() == 0 {
			return fault.New(fault.NotFound, "Cette conversation n'existe pas, ou n'est pas la vôtre.")
		}
		return err
	})
}

func decode(c echo.Context, into any) error {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, 1<<20)
	if err := c.Echo().JSONSerializer.Deserialize(c, into); err != nil {
		return fault.Wrap(err, fault.Invalid, "Requête illisible : envoyez un objet JSON.")
	}
	return nil
}
