package web

import (
	"bytes"
	"embed"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"tandem/bot"
	"tandem/internal/fault"
	"tandem/retrieval"
	"tandem/tools/handoff"
)

//go:embed pages/*.html
var pageFiles embed.FS

func parsePages() (*template.Template, error) {
	return template.New("pages").Funcs(template.FuncMap{"percent": percent, "share": func(p float64) string { return percent(&p) }, "row": row}).ParseFS(pageFiles, "pages/*.html")
}

// row is something that the plain profile offers to add.
func row(page map[string]any, code, label, what string) map[string]any {
	own, _ := page["Own"].(map[string]string)
	return map[string]any{"Here": page["Here"], "Code": code, "Label": label, "What": what, "Status": own[code]}
}

// page renders a template, whole or not at all.
func (s *Server) page(c echo.Context, status int, name string, data map[string]any) error {
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, name+".html", data); err != nil {
		return err
	}
	return c.HTMLBlob(status, b.Bytes())
}

// wantsPage reports whether a person rather than a program reads the answer.
func wantsPage(r *http.Request) bool {
	return !strings.HasPrefix(r.URL.Path, "/api/") && r.URL.Path != "/agui" && r.URL.Path != "/ws" &&
		strings.Contains(r.Header.Get("Accept"), "text/html")
}

func (s *Server) home(c echo.Context) error { return s.file(c, "index.html") }

// file serves a page of web/ui under another address, packed and kept like the rest.
func (s *Server) file(c echo.Context, name string) error {
	r := c.Request().Clone(c.Request().Context())
	r.URL.Path = "/" + name
	s.files.ServeHTTP(c.Response(), r)
	return nil
}

var kindNames = map[string]string{
	retrieval.Metier: "métier", retrieval.Appellation: "appellation", retrieval.Competence: "savoir-faire", retrieval.Savoir: "savoir",
	retrieval.SavoirEtre: "savoir-être professionnel", retrieval.Contexte: "contexte de travail", retrieval.Charter: "charte", retrieval.Law: "droit",
}

// passagePage shows what a source says, at a stable address.
func (s *Server) passagePage(c echo.Context) error {
	ctx, corpus, id := c.Request().Context(), c.Param("corpus"), c.Param("id")
	if corpus == "" {
		corpus = retrieval.ROME
	}
	if corpus == retrieval.ROME {
		id = strings.ToUpper(id)
	}
	passages, err := s.Engines.Search.ByID(ctx, corpus, id)
	if err != nil {
		return err
	}
	if len(passages) == 0 {
		return s.missingPage(c, corpus, id)
	}
	data := map[string]any{"Title": passages[0].Title, "Passage": passages[0], "Kind": kindNames[passages[0].Kind]}
	if passages[0].Kind == retrieval.Metier {
		m, err := s.Engines.Rome.Metier(ctx, id)
		if fault.CodeOf(err) == fault.NotFound { // a release without it was loaded just now
			return s.missingPage(c, corpus, id)
		}
		if err != nil {
			return err
		}
		data["Metier"] = m
	}
	if corpus == retrieval.ROME {
		release, err := s.Engines.Rome.Release(ctx)
		if err != nil {
			return err
		}
		data["Attribution"] = release.Attribution()
	}
	return s.page(c, http.StatusOK, "passage", data)
}

// missingPage says what became of a code that the loaded ROME has no more:
// profiles and answers of an earlier release still link to it.
func (s *Server) missingPage(c echo.Context, corpus, id string) error {
	ctx := c.Request().Context()
	if corpus == retrieval.ROME {
		retired, err := s.Engines.Rome.Retired(ctx, id)
		if err == nil {
			release, err := s.Engines.Rome.Release(ctx)
			if err != nil {
				return err
			}
			return s.page(c, http.StatusOK, "retired", map[string]any{"Title": retired.Label, "Retired": retired, "Release": release, "Kind": kindNames[retired.Kind]})
		}
		if fault.CodeOf(err) != fault.NotFound {
			return err
		}
	}
	return fault.New(fault.NotFound, "Cette source n'existe pas. Vérifiez l'adresse, ou cherchez ses mots dans la conversation.")
}

// The essential path without JavaScript: one form, one answer, as a page.

func (s *Server) simpleForm(c echo.Context) error {
	data := map[string]any{"Title": "Tandem, version simple", "Thread": "", "Bare": c.FormValue("texte") != ""}
	if id := c.QueryParam("c"); id != "" {
		if err := s.simpleTurns(c, id, data); err != nil {
			return err
		}
	}
	return s.page(c, http.StatusOK, "simple", data)
}

// simpleTurn is a turn with who answers it.
type simpleTurn struct {
	bot.Turn
	Speaker string
}

// simpleTurns fills a page with a conversation.
func (s *Server) simpleTurns(c echo.Context, id string, data map[string]any) error {
	t, err := s.Agent.Transcript(c.Request().Context(), s.identify(c), id)
	if err != nil {
		return err
	}
	var turns []simpleTurn
	for _, turn := range t.Turns {
		one := simpleTurn{Turn: turn}
		if n := len(turn.Answers); n > 0 && turn.Answers[n-1].By != "" {
			one.Speaker = turn.Answers[n-1].By + ", conseiller"
		}
		turns = append(turns, one)
	}
	data["Thread"], data["Turns"] = id, turns
	return nil
}

// readForm reads a form that may hold a document, within bounds. done removes
// what it left on disk.
func readForm(c echo.Context) (done func(), err error) {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxUpload+1<<20)
	if err := r.ParseMultipartForm(maxUpload + 1<<20); err != nil && err != http.ErrNotMultipart {
		_, _ = io.CopyN(io.Discard, r.Body, 64<<20)
		return nil, errUpload
	}
	return func() {
		if r.MultipartForm != nil {
			_ = r.MultipartForm.RemoveAll()
		}
	}, nil
}

func (s *Server) simple(c echo.Context) error {
	r := c.Request()
	done, err := readForm(c)
	if err != nil {
		return err
	}
	defer done()
	ctx := r.Context()
	v := s.identify(c)
	q := bot.Question{Conversation: r.FormValue("thread"), Run: uuid.NewString(), Text: r.FormValue("message"), NoAI: s.refusesAI(r)}
	if r.FormValue("human") != "" && q.Conversation != "" {
		ticket, err := s.Engines.Handoffs.Ask(ctx, v, q.Conversation, handoff.Wish{Consent: true})
		if err != nil {
			return err
		}
		if err := s.Agent.Note(ctx, v, q.Conversation, "handoff.requested", ticket); err != nil {
			return err
		}
		return s.page(c, http.StatusOK, "notice", map[string]any{"Title": "Demande à un conseiller", "Message": ticket.Message, "Thread": q.Conversation, "Bare": r.FormValue("texte") != ""})
	}
	if q.Conversation == "" {
		q.Conversation = uuid.NewString()
	}
	if file, header, err := r.FormFile("file"); err == nil {
		data, err := io.ReadAll(file)
		_ = file.Close()
		if err != nil {
			return err
		}
		d, err := s.Engines.Documents.Add(ctx, v, header.Filename, data)
		if err != nil {
			return err
		}
		q.Document = d.ID
	}
	after, err := s.ask(ctx, v, &q)
	if err != nil {
		return err
	}
	if _, err := s.Agent.Read(ctx, v, q.Run, after, nil); err != nil {
		return err
	}
	return s.backToSimple(c, q.Conversation)
}

// backToSimple shows a conversation by its address: reloading asks nothing again.
func (s *Server) backToSimple(c echo.Context, thread string) error {
	to := url.Values{"c": {thread}}
	if c.FormValue("texte") != "" {
		to.Set("texte", "1")
	}
	return c.Redirect(http.StatusSeeOther, "/simple?"+to.Encode())
}
