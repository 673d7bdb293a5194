package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/tmc/langchaingo/llms"

	"tandem/bot"
	"tandem/bot/mask"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/retrieval"
	"tandem/retrieval/rome"
	"tandem/tools"
	"tandem/tools/contest"
	"tandem/tools/delay"
	"tandem/tools/document"
	"tandem/tools/handoff"
	"tandem/tools/legality"
	"tandem/tools/offers"
	"tandem/tools/skills"
)

// talker is a model under the test's control: it says a word for each thing it
// receives, and answers when the channel is closed.
type talker struct{ words chan string }

func (m talker) GenerateContent(ctx context.Context, _ []llms.MessageContent, options ...llms.CallOption) (*llms.ContentResponse, error) {
	var o llms.CallOptions
	for _, f := range options {
		f(&o)
	}
	said := ""
	for {
		select {
		case w, more := <-m.words:
			if !more {
				return &llms.ContentResponse{Choices: []*llms.ContentChoice{{Content: said + "."}}}, nil
			}
			said += w
			if err := o.StreamingFunc(ctx, []byte(w)); err != nil {
				return nil, err
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (m talker) Call(context.Context, string, ...llms.CallOption) (string, error) {
	return "", errors.New("not used")
}

// site is a real server on a real port over a real database.
type site struct {
	t     *testing.T
	url   string
	words chan string
	web   *Server
	db    *postgres.DB
}

func newSite(t *testing.T, configure ...func(*Config)) *site {
	t.Helper()
	db := postgrestest.New(t)
	s := &site{t: t, words: make(chan string), db: db}
	cache, _ := os.UserCacheDir() // where tools/document keeps its compiled engine for tests
	reader, err := document.NewReader(t.Context(), document.Options{CacheDir: filepath.Join(cache, "tandem-test-pdfium"), Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reader.Close() })
	rules, err := legality.Load()
	if err != nil {
		t.Fatal(err)
	}
	engine := func() (*skills.Engine, error) { return skills.New(skills.Lexicon{}), nil }
	engines := &tools.Engines{DB: db, Search: retrieval.New(db, nil), Rome: rome.Open(db), Documents: &tools.Documents{DB: db, Reader: reader},
		Skills: engine, Profiles: skills.NewProfiles(db, engine), Legality: rules, Delay: delay.Default(),
		Offers:   offers.NewStore(db, func(offers.Offer) offers.Assessment { return offers.Assessment{} }),
		Contests: contest.NewStore(db, rules, func(s string) string { return mask.New().Hide(s) }),
		Handoffs: handoff.NewStore(db, handoff.Hours{}, nil)}
	agent, err := bot.New(t.Context(), bot.Config{DB: db, Node: "test", Tools: tools.All(engines), Models: []bot.Model{{Name: "talker", LLM: talker{s.words}, Offline: true}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(agent.Close)
	c := Config{Agent: agent, Engines: engines, DB: db, Secret: bytes.Repeat([]byte("k"), 32), Demo: true}
	for _, f := range configure {
		f(&c)
	}
	if s.web, err = New(c); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s.web)
	t.Cleanup(srv.Close)
	s.url = srv.URL
	return s
}

// person is a browser of somebody's own.
func (s *site) person() *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, Timeout: 30 * time.Second}
}

func (s *site) dial(c *http.Client, query string) *websocket.Conn {
	s.t.Helper()
	d := websocket.Dialer{Subprotocols: []string{subprotocol}, Jar: c.Jar}
	conn, resp, err := d.Dial(strings.Replace(s.url, "http", "ws", 1)+"/ws"+query, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	// The dialer keeps no cookie that comes with the upgrade.
	u, _ := url.Parse(s.url)
	c.Jar.SetCookies(u, resp.Cookies())
	s.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func question(thread, run, text string) map[string]any {
	return map[string]any{"threadId": thread, "runId": run, "messages": []any{map[string]any{"id": run + "-m", "role": "user", "content": text}},
		"tools": []any{}, "context": []any{}, "state": map[string]any{}, "forwardedProps": map[string]any{}}
}

// received is a frame as a client sees it.
type received struct {
	ID    string `json:"id"`
	Chunk struct {
		Type, Delta, Code, Message, Name, RunID string
	} `json:"chunk"`
	Type, Code, Message, Name string
}

func next(t *testing.T, conn *websocket.Conn) received {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	_, data, err := conn.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	var f received
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return f
}

// until reads frames up to and with the first of that type.
func until(t *testing.T, conn *websocket.Conn, kind string) (frames []received, text string) {
	t.Helper()
	for {
		f := next(t, conn)
		frames = append(frames, f)
		text += f.Chunk.Delta
		if f.Chunk.Type == kind || f.Type == kind {
			return frames, text
		}
	}
}

func TestForgedCookieIsNobody(t *testing.T) {
	s := newSite(t)
	person := s.person()
	s.dial(person, "")
	u, _ := url.Parse(s.url)
	value := person.Jar.Cookies(u)[0].Value
	body, mac, _ := strings.Cut(value, ".")
	for name, forged := range map[string]string{"no signature": body, "other body": "e30." + mac, "cut": value[:len(value)-2], "empty": ""} {
		r := httptest.NewRequest("GET", "/", nil)
		r.AddCookie(&http.Cookie{Name: cookieName, Value: forged})
		if _, fresh := s.web.visitor(r); fresh == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: cookieName, Value: value})
	if _, fresh := s.web.visitor(r); fresh != nil {
		t.Error("the real one: refused")
	}
	s.web.Now = func() time.Time { return time.Now().Add(cookieLife + time.Minute) }
	if _, fresh := s.web.visitor(r); fresh == nil {
		t.Error("an old one: accepted")
	}
}

func TestRolesOnlyInTheDemo(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Demo = false })
	v := s.web.as(ticket{ID: "x", Role: postgres.Counsellor})
	if v.Role != postgres.Seeker || v.Agency != "" {
		t.Errorf("a ticket made %+v", v)
	}
	resp := s.send(s.person(), "POST", "/api/session", `{"role":"counsellor"}`)
	if resp.status != http.StatusForbidden {
		t.Errorf("status %d %s", resp.status, resp.body)
	}
}

// coarse undoes [fine]: tests name words as one types them.
var coarse = strings.NewReplacer("\u00a0:", " :", "\u00a0;", " ;", "\u00a0?", " ?", "\u00a0!", " !", "\u00a0»", " »", "«\u00a0", "« ")

type answered struct {
	status int
	body   string
}

func (s *site) send(c *http.Client, method, path, body string) answered {
	s.t.Helper()
	r, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Tandem", "1")
	return s.do(c, r)
}

func (s *site) do(c *http.Client, r *http.Request) answered {
	s.t.Helper()
	resp, err := c.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answered{resp.StatusCode, coarse.Replace(string(b))}
}

func (s *site) upload(c *http.Client, name string, data []byte) answered {
	s.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, _ := w.CreateFormFile("file", name)
	_, _ = part.Write(data)
	_ = w.Close()
	r, _ := http.NewRequest("POST", s.url+"/api/documents", &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("X-Tandem", "1")
	return s.do(c, r)
}

func TestUploads(t *testing.T) {
	s := newSite(t)
	if err := s.web.Engines.Documents.Reader.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	person := s.person()
	fixture := func(name string) []byte {
		b, err := os.ReadFile("../testdata/cv/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, c := range map[string]struct {
		data   []byte
		status int
		says   string
	}{
		"cv.pdf":     {fixture("deux-colonnes.pdf"), 201, `"kind":"pdf"`},
		"cv.docx":    {fixture("simple.docx"), 201, `"kind":"docx"`},
		"cv.odt":     {fixture("simple.odt"), 201, `"kind":"odt"`},
		"secret.pdf": {fixture("chiffre.pdf"), 400, "mot de passe"},
		"scan.pdf":   {fixture("image.pdf"), 400, "image"},
		"vide.pdf":   {nil, 400, "aucun texte"},
		"gros.pdf":   {make([]byte, 50<<20), 413, "trop gros"},
		"photo.jpg":  {[]byte("\xff\xd8\xff\xe0 JFIF"), 400, "PDF"},
	} {
		got := s.upload(person, name, c.data)
		if got.status != c.status || !strings.Contains(got.body, c.says) {
			t.Errorf("%s: %d %.300s, want %d with %q", name, got.status, got.body, c.status, c.says)
		}
	}
	var d struct{ ID string }
	_ = json.Unmarshal([]byte(s.upload(person, "a.txt", []byte("Boulanger depuis 2019")).body), &d)
	if got := s.send(person, "GET", "/api/documents/"+d.ID, ""); got.status != 200 || !strings.Contains(got.body, "Boulanger depuis") {
		t.Errorf("own document: %+v", got)
	}
	if got := s.send(s.person(), "GET", "/api/documents/"+d.ID, ""); got.status != 404 {
		t.Errorf("another's document: %+v", got)
	}
	if got := s.send(person, "DELETE", "/api/session", ""); got.status != 204 {
		t.Errorf("erase: %+v", got)
	}
}

func TestMutationsNeedTheHeader(t *testing.T) {
	s := newSite(t)
	r, _ := http.NewRequest("POST", s.url+"/api/session", strings.NewReader(`{"role":"recruiter"}`))
	if got := s.do(s.person(), r); got.status != http.StatusForbidden {
		t.Errorf("without: %+v", got)
	}
	r, _ = http.NewRequest("POST", s.url+"/simple", strings.NewReader("message=x"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := s.do(s.person(), r); got.status != http.StatusForbidden {
		t.Errorf("form of another site: %+v", got)
	}
}

func TestMyDataIsShownAndErased(t *testing.T) {
	s := newSite(t)
	person, other := s.person(), s.person()
	for _, p := range []*http.Client{person, other} {
		if got := s.upload(p, "a.txt", []byte("Boulanger depuis 2019")); got.status != 201 {
			t.Fatalf("upload: %+v", got)
		}
	}
	const one = "ou collés : <strong>1</strong>"
	if got := s.send(person, "GET", "/mes-donnees", ""); !strings.Contains(got.body, one) {
		t.Errorf("before: %+v", got)
	}
	cookies := person.Jar.Cookies(mustURL(s.url)) // the erased identity, to look again with it
	if got := s.send(person, "POST", "/mes-donnees", ""); got.status != 400 || !strings.Contains(got.body, "Rien n&#39;est effacé") {
		t.Errorf("erased without a word of confirmation: %+v", got)
	}
	if got := s.send(person, "GET", "/mes-donnees", ""); !strings.Contains(got.body, one) {
		t.Errorf("after a refusal: %+v", got)
	}
	if got := s.form(person, "/mes-donnees", url.Values{"sure": {"oui"}}); got.status != 200 || !strings.Contains(got.body, "est effacé") {
		t.Errorf("erase: %+v", got)
	}
	person.Jar.SetCookies(mustURL(s.url), cookies)
	if got := s.send(person, "GET", "/mes-donnees", ""); strings.Contains(got.body, one) {
		t.Errorf("after: %+v", got)
	}
	if got := s.send(other, "GET", "/mes-donnees", ""); !strings.Contains(got.body, one) {
		t.Errorf("another's: %+v", got)
	}
}

func mustURL(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		panic(err)
	}
	return u
}

func TestWithoutJavaScript(t *testing.T) {
	s := newSite(t)
	close(s.words)
	person := s.person()
	if got := s.send(person, "GET", "/simple", ""); got.status != 200 || !strings.Contains(got.body, "<textarea") {
		t.Errorf("form: %+v", got)
	}
	r, _ := http.NewRequest("POST", s.url+"/simple", strings.NewReader(url.Values{"message": {"<b>bonjour</b>"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got := s.do(person, r)
	if got.status != 200 || !strings.Contains(got.body, "&lt;b&gt;bonjour") || !strings.Contains(got.body, "Assistant (IA)") {
		t.Errorf("answer: %+v", got)
	}
}

func TestRateLimit(t *testing.T) {
	now := time.Now()
	p := newPace(60, 3, func() time.Time { return now })
	for i := range 3 {
		if err := p.check("a"); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
	}
	if p.check("a") == nil || p.check("b") != nil {
		t.Error("the fourth passed, or another's first did not")
	}
	now = now.Add(time.Second)
	if err := p.check("a"); err != nil {
		t.Errorf("a second later: %v", err)
	}
}

func TestTypeset(t *testing.T) {
	const page = `{{$x := .X}}<p title="a : b">Qui : {{.Name}} ; « quoi » ?</p>`
	if got, want := typeset(page), "{{$x := .X}}<p title=\"a : b\">Qui\u00a0: {{.Name}}\u00a0; «\u00a0quoi\u00a0»\u00a0?</p>"; got != want {
		t.Errorf("typeset\n got %q\nwant %q", got, want)
	}
}
