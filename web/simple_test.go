package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"tandem/retrieval/rome/rometest"
)

// page is what a person reads at an address, without the entities of HTML.
func (s *site) page(c *http.Client, path string) answered {
	s.t.Helper()
	r, _ := http.NewRequest("GET", s.url+path, nil)
	r.Header.Set("Accept", "text/html")
	got := s.do(c, r)
	got.body = strings.NewReplacer("&#39;", "'", "&amp;", "&").Replace(got.body)
	return got
}

func (a answered) has(t *testing.T, what string, needs ...string) {
	t.Helper()
	body := strings.ReplaceAll(a.body, "&#39;", "'")
	for _, need := range needs {
		if !strings.Contains(body, need) {
			t.Errorf("%s: no %q in %d %s", what, need, a.status, body)
		}
	}
}

func hidden(body, name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]+)"`).FindStringSubmatch(body)
	if m == nil {
		return ""
	}
	return m[1]
}

// Ask, rate, ask for a person, speak with them, take the conversation back:
// everything by forms, on both sides.
func TestEverythingByForms(t *testing.T) {
	s := newSite(t)
	close(s.words)
	person, desk := s.person(), s.counsellor()

	s.form(person, "/simple", url.Values{"message": {" "}}).has(t, "an empty question", `role="alert"`, "vide")
	asked := s.form(person, "/simple", url.Values{"message": {"où en est <mon> dossier"}})
	asked.has(t, "asked", "où en est &lt;mon&gt; dossier", "Assistant (IA)", "Donner mon avis")
	thread, message := hidden(asked.body, "thread"), hidden(asked.body, "id")

	rated := s.form(person, "/simple/avis", url.Values{"thread": {thread}, "id": {message}, "score": {"-1"}, "reason": {"unclear", "forged"}, "comment": {"trop court"}})
	rated.has(t, "rated", "votre avis est noté", "Votre avis : pas utile")
	var kept struct {
		Score   int
		Reasons []string
		Comment string
	}
	err := s.db.Own(t.Context(), func(tx pgx.Tx) error {
		return tx.QueryRow(t.Context(), "select score, reasons, comment from feedback").Scan(&kept.Score, &kept.Reasons, &kept.Comment)
	})
	if err != nil || kept.Score != -1 || len(kept.Reasons) != 1 || kept.Reasons[0] != "unclear" || kept.Comment != "trop court" {
		t.Errorf("kept %+v, %v", kept, err)
	}
	if got := s.form(s.person(), "/simple/avis", url.Values{"thread": {thread}, "id": {message}, "score": {"1"}}); got.status != 404 {
		t.Errorf("a stranger rates: %d", got.status)
	}

	// What is passed on is shown before it is, and is what the person makes of it.
	s.page(person, "/simple/conseiller?c="+thread).has(t, "before consent", "Profil : candidat.", "- où en est &lt;mon&gt; dossier", "J'accepte")
	if got := s.page(s.person(), "/simple/conseiller?c="+thread); got.status != 404 {
		t.Errorf("a stranger reads the summary: %d", got.status)
	}
	s.form(person, "/simple/conseiller", url.Values{"thread": {thread}, "reason": {"mon dossier"}, "summary": {"Deux lignes."}, "consent": {"1"}}).has(t, "passed on", "Votre demande attend un conseiller", "Retirer ma demande")
	waiting := s.page(desk, "/demandes/simple")
	waiting.has(t, "the desk", "1 en attente", "mon dossier", "Deux lignes.")
	id := hidden(waiting.body, "id")
	if got := s.form(person, "/demandes/simple", url.Values{"id": {id}, "do": {"take"}}); got.status != 403 {
		t.Errorf("the person takes it: %d", got.status)
	}
	took := s.form(desk, "/demandes/simple", url.Values{"id": {id}, "do": {"take"}, "name": {"Dominique"}})
	took.has(t, "taken", "où en est &lt;mon&gt; dossier", "Vous parlez sous le nom de Dominique", "Personne n'attend")
	say := url.Values{"id": {id}, "do": {"say"}, "message": {hidden(took.body, "message")}, "text": {"Bonjour, **voici**."}}
	s.form(desk, "/demandes/simple", say)
	s.form(desk, "/demandes/simple", say) // a form sent twice says it once
	seen := s.page(person, "/simple?c="+thread)
	seen.has(t, "the person reads", "Dominique, conseiller", "<strong>voici</strong>", "Votre message à Dominique", "Revenir à l'assistant")
	if n := strings.Count(seen.body, "Bonjour, "); n != 1 {
		t.Errorf("said %d times", n)
	}
	s.form(person, "/simple", url.Values{"thread": {thread}, "message": {"merci à vous"}}).has(t, "silent", "Transmis à votre conseiller")
	s.page(desk, "/demandes/simple").has(t, "the desk reads", "merci à vous")
	s.form(desk, "/demandes/simple", url.Values{"id": {id}, "do": {"say"}, "text": {""}}).has(t, "nothing said", `role="alert"`, "vide")
	s.form(desk, "/demandes/simple", url.Values{"id": {id}, "do": {"end"}}).has(t, "ended", "Personne n'attend")
	if got := s.page(person, "/simple?c="+thread); strings.Contains(got.body, "a rejoint la conversation") || !strings.Contains(got.body, "Votre question") {
		t.Errorf("after the end: %s", got.body)
	}

	// Without a conversation, and taken back.
	alone := s.person()
	s.page(alone, "/simple/conseiller").has(t, "alone", "J'accepte que le conseiller reçoive ma demande.")
	mine := s.form(alone, "/simple/conseiller", url.Values{"reason": {"rien d'autre"}, "consent": {"1"}})
	mine.has(t, "alone", "Votre demande attend")
	s.form(alone, "/simple/conseiller", url.Values{"thread": {hidden(mine.body, "thread")}, "back": {"1"}}).has(t, "taken back", "Votre question")
	s.page(desk, "/demandes/simple").has(t, "nobody any more", "Personne n'attend")
}

func TestRolesByForm(t *testing.T) {
	s := newSite(t)
	c := s.person()
	for role, promise := range map[string]string{"seeker": "joignez votre CV", "recruiter": "Collez une offre", "counsellor": "Demandes des personnes"} {
		s.form(c, "/simple/role", url.Values{"role": {role}}).has(t, role, promise, `value="`+role+`" selected`)
	}
	if got := s.form(c, "/simple/role", url.Values{"role": {"owner"}}); got.status != 403 {
		t.Errorf("a role that is none: %d", got.status)
	}
	s.web.Demo = false
	if got := s.form(c, "/simple/role", url.Values{"role": {"counsellor"}}); got.status != 403 {
		t.Errorf("outside of the demo: %d", got.status)
	}
	if got := s.page(c, "/simple"); strings.Contains(got.body, "Rôle de démonstration") {
		t.Error("the switch is shown outside of the demo")
	}
}

// The text mode is for who pays by the kilobyte: one answer with nothing to
// load, style included.
func TestTextModeIsLight(t *testing.T) {
	s := newSite(t)
	s.release(rometest.V60())
	close(s.words)
	person := s.person()
	first := s.page(person, "/simple?texte=1")
	if n := len(first.body); n > 4000 {
		t.Errorf("a first visit is %d bytes, more than 4,000", n)
	} else {
		t.Logf("first visit: %d bytes", n)
	}
	asked := s.form(person, "/simple", url.Values{"message": {"bonjour"}})
	if n := len(asked.body); n > 5000 {
		t.Errorf("question and answer are %d bytes, more than 5,000", n)
	} else {
		t.Logf("with a question and an answer: %d bytes", n)
	}
	// The choice is remembered, on every page.
	loads := regexp.MustCompile(`<(?:script|img|link|iframe|object|video|audio|source)\b[^>]*`)
	for _, path := range []string{"/simple", "/simple/conseiller", "/chercher", "/chercher?q=boulanger", "/mes-donnees", "/profil/simple", "/accessibilite", "/registre", "/rome/D1102", "/nulle-part"} {
		got := s.page(person, path)
		for _, tag := range loads.FindAllString(got.body, -1) {
			if tag != `<link rel="icon" href="data:,"` {
				t.Errorf("%s loads %s", path, tag)
			}
		}
		if !strings.Contains(got.body, "<style>"+bareStyle+"</style>") {
			t.Errorf("%s is not in text mode", path)
		}
	}
	resp, err := person.Get(s.url + "/simple")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if policy := resp.Header.Get("Content-Security-Policy"); policy != barePolicy || strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") {
		t.Errorf("policy %q", policy)
	}
	if got := s.page(person, "/simple?texte=0"); !strings.Contains(got.body, "tandem.css") {
		t.Error("there is no way back")
	}
	if got := s.page(person, "/simple"); !strings.Contains(got.body, "tandem.css") {
		t.Error("the way back is not remembered")
	}
}

// Who refuses AI finds all that needs none; the refusal outlives the visitor.
func TestRefusalIsRememberedAndEverythingElseStays(t *testing.T) {
	s := newSite(t) // its model would block: nothing may ask it
	s.release(rometest.V60())
	person := s.person()
	s.form(person, "/mes-donnees", url.Values{"ai": {"non"}}).has(t, "refused", "Utiliser de nouveau l'assistant")
	s.form(person, "/simple", url.Values{"message": {"code rome boulanger"}}).has(t, "unanswered", "aucun programme n'a lu ce message", "Chercher sans IA")
	s.page(person, "/chercher?q=boulanger").has(t, "search", "/rome/D1102")
	s.page(person, "/chercher?domaine=tous").has(t, "browse", "/chercher?domaine=")
	s.page(person, "/profil/simple").has(t, "profile", "sans IA")
	if got := s.form(person, "/profil/simple", url.Values{"do": {"read"}, "text": {"Je suis boulanger"}}); got.status != 403 {
		t.Errorf("a text is read all the same: %d", got.status)
	}
	s.form(person, "/simple/conseiller", url.Values{"consent": {"1"}, "reason": {"x"}}).has(t, "a person", "attend un conseiller")

	// Erased, and known by nobody: still refused.
	s.form(person, "/mes-donnees", url.Values{"sure": {"oui"}}).has(t, "erased", "est effacé")
	for _, c := range person.Jar.Cookies(mustURL(s.url)) {
		if c.Name == cookieName {
			t.Errorf("the visitor's cookie is still there: %s", c)
		}
	}
	s.form(person, "/simple", url.Values{"message": {"encore"}}).has(t, "the day after", "aucun programme n'a lu ce message")
	s.form(person, "/mes-donnees", url.Values{"ai": {"oui"}}).has(t, "taken back", "Refuser l'IA")
	close(s.words)
	s.form(person, "/simple", url.Values{"message": {"et maintenant"}}).has(t, "answered again", "Assistant (IA)")
}

// Everything that is kept of a person is in the export, and nothing of another's.
func TestExportHoldsAllThatIsKept(t *testing.T) {
	s := newSite(t, over)
	s.release(rometest.V60())
	close(s.words)
	ours, theirs := s.person(), s.person()
	for who, c := range map[string]*http.Client{"OURS": ours, "THEIRS": theirs} {
		s.upload(c, "cv-"+who+".txt", []byte("Boulanger "+who))
		asked := s.form(c, "/simple", url.Values{"message": {"question " + who}})
		thread := hidden(asked.body, "thread")
		s.form(c, "/simple/avis", url.Values{"thread": {thread}, "id": {hidden(asked.body, "id")}, "score": {"1"}, "comment": {"avis " + who}})
		s.form(c, "/simple/conseiller", url.Values{"thread": {thread}, "reason": {"demande " + who}, "summary": {"résumé " + who}, "consent": {"1"}})
		s.send(c, "POST", "/api/profile", `{"add":["D1102"]}`)
	}
	resp, err := ours.Get(s.url + "/api/data/export.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if got := resp.Header.Get("Content-Disposition"); !strings.Contains(got, "mes-donnees.json") || resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", resp.Header)
	}
	var all map[string]json.RawMessage
	if err := json.NewDecoder(resp.Body).Decode(&all); err != nil {
		t.Fatal(err)
	}
	text := ""
	for _, k := range kept {
		if _, there := all[k.table]; !there {
			t.Errorf("the export has no %s", k.table)
		}
		text += string(all[k.table])
	}
	for _, need := range []string{"cv-OURS", "Boulanger OURS", "question OURS", "avis OURS", "demande OURS", "résumé OURS", "D1102"} {
		if !strings.Contains(text, need) {
			t.Errorf("the export has no %q: %s", need, text)
		}
	}
	if strings.Contains(text, "THEIRS") {
		t.Errorf("the export holds another's: %s", text)
	}
	s.page(ours, "/mes-donnees").has(t, "until when", "question OURS", "sauf si un conseiller")
	if got := s.page(ours, "/mes-donnees"); strings.Contains(got.body, "THEIRS") {
		t.Error("the page shows another's")
	}
	// A stranger's export is empty, and makes nobody known.
	if got := s.send(s.person(), "GET", "/api/data/export.json", ""); strings.Contains(got.body, "OURS") || !strings.Contains(got.body, `"conversations": []`) {
		t.Errorf("a stranger: %s", got.body)
	}
}
