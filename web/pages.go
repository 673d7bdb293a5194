package web

import (
	"bytes"
	"embed"
	"html/template"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"tandem/internal/fault"
	"tandem/retrieval"
)

//go:embed pages/*.html
var pageFiles embed.FS

func parsePages() (*template.Template, error) {
	t := template.New("pages").Funcs(template.FuncMap{"percent": percent, "share": func(p float64) string { return percent(&p) }, "row": row,
		"whole": whole, "points": points, "day": func(t time.Time) string { return t.Format("02/01/2006") }, "dict": dict, "style": func() template.CSS { return bareStyle },
		"prose": prose, "lower": strings.ToLower, "fine": fine.Replace})
	files, err := pageFiles.ReadDir("pages")
	for _, f := range files {
		var raw []byte
		if raw, err = pageFiles.ReadFile("pages/" + f.Name()); err != nil {
			return nil, err
		}
		if _, err = t.New(f.Name()).Parse(typeset(string(raw))); err != nil {
			return nil, err
		}
	}
	return t, err
}

// fine keeps a sign on the line of its word: « : » alone on a line looks like a mistake.
var fine = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?", " !", "\u00a0!", " »", "\u00a0»", "« ", "«\u00a0")

// written matches the actions, the tags and the words of a template.
var written = regexp.MustCompile(`(?s)\{\{.*?\}\}|<[^>]*>|[^<{]+`)

// typeset is a template with its own words fine; actions and tags stay as they are.
func typeset(page string) string {
	return written.ReplaceAllStringFunc(page, func(part string) string {
		if part[0] == '<' || part[0] == '{' {
			return part
		}
		return fine.Replace(part)
	})
}

// dict names what a template gives to another.
func dict(pairs ...any) map[string]any {
	out := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

// row is something that the plain profile offers to add.
func row(page map[string]any, code, label, what string) map[string]any {
	own, _ := page["Own"].(map[string]string)
	return map[string]any{"Here": page["Here"], "Code": code, "Label": label, "What": what, "Status": own[code]}
}

// page renders a template, whole or not at all. Who has chosen the text mode
// gets it without picture or script, with a style of a few words in the page.
func (s *Server) page(c echo.Context, status int, name string, data map[string]any) error {
	var b bytes.Buffer
	if bare(c) {
		data["Bare"] = true
		c.Response().Header().Set("Content-Security-Policy", barePolicy)
	}
	if t, known := s.ticket(c.Request()); known && data["Role"] == nil {
		data["Role"] = string(s.as(t).Role) // its colour
	}
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
