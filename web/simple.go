package web

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"tandem/bot"
	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools/handoff"
)

// The whole service without JavaScript, by plain forms: ask, read, join a CV,
// rate an answer, ask for a person and speak with them. Every form leads back to
// the address of its conversation, so that reloading asks nothing twice.

// Words for each role, as the page with script has them.
var (
	roleNames = map[postgres.Role]string{postgres.Seeker: "Candidat", postgres.Recruiter: "Recruteur", postgres.Counsellor: "Conseiller"}
	examples  = map[postgres.Role][]string{
		postgres.Seeker:     {"Quel est le code ROME de boulanger ?", "Vers quels métiers aller après dix ans comme conducteur de car ?", "Que dit la charte sur le contrôle humain ?"},
		postgres.Recruiter:  {"Cette offre est-elle conforme ? « Vendeur en CDI à Nantes. Nous cherchons un homme de moins de 35 ans, bonne présentation. »", "Combien de temps pour recruter un cuisinier en CDI en Loire-Atlantique ?"},
		postgres.Counsellor: {"Quelles offres de mon portefeuille risquent de dépasser 30 jours ?", "Quelles offres sont bloquées dans mon portefeuille ?"},
	}
	promises = map[postgres.Role]string{
		postgres.Seeker:     "Décrivez votre parcours ou joignez votre CV : je relève vos compétences, vous gardez celles qui sont justes.",
		postgres.Recruiter:  "Collez une offre : je montre les mots qui posent problème, le texte de loi, et une autre façon de l'écrire.",
		postgres.Counsellor: "Posez votre question comme à un collègue : je cherche, j'explique les chiffres, vous décidez.",
	}
)

func (s *Server) simpleForm(c echo.Context) error {
	return s.showSimple(c, http.StatusOK, c.QueryParam("c"), "", "")
}

// simpleTurn is a turn with who answers it.
type simpleTurn struct {
	bot.Turn
	Speaker string
}

// showSimple shows a conversation, or none yet; with what was wrong about the
// message that did not become part of it.
func (s *Server) showSimple(c echo.Context, status int, thread, wrong, unsent string) error {
	v, _ := s.visitor(c.Request())
	data := map[string]any{"Title": "Tandem, version simple", "Thread": thread, "Wrong": wrong, "Unsent": unsent, "Thanks": c.QueryParam("merci") != "",
		"Role": v.Role, "Promise": promises[v.Role], "Examples": examples[v.Role], "NoAI": s.refusesAI(c.Request())}
	if s.Demo {
		data["Roles"], data["RoleNames"] = postgres.Roles, roleNames
	}
	if thread != "" {
		t, err := s.Agent.Transcript(c.Request().Context(), v, thread)
		if err != nil && (wrong == "" || fault.CodeOf(err) != fault.NotFound) { // nothing was said in it yet
			return err
		}
		data["Talk"], data["Turns"] = t, simpleTurns(t)
	}
	return s.page(c, status, "simple", data)
}

func simpleTurns(t bot.Transcript) (turns []simpleTurn) {
	for _, turn := range t.Turns {
		one := simpleTurn{Turn: turn}
		if n := len(turn.Answers); n > 0 && turn.Answers[n-1].By != "" {
			one.Speaker = turn.Answers[n-1].By + ", conseiller"
		}
		turns = append(turns, one)
	}
	return turns
}

// backTo shows a conversation by its address.
func backTo(c echo.Context, thread string, more ...string) error {
	to := url.Values{"c": {thread}}
	for _, m := range more {
		to.Set(m, "1")
	}
	return c.Redirect(http.StatusSeeOther, "/simple?"+to.Encode())
}

// told shows what a person can mend beside the form, with what they had typed.
func (s *Server) told(c echo.Context, err error, thread, unsent string) error {
	switch code := fault.CodeOf(err); code {
	case fault.Invalid, fault.TooLarge, fault.TooMany, fault.NotFound, fault.Conflict:
		return s.showSimple(c, statuses[code], thread, fault.Message(err), unsent)
	}
	return err
}

func (s *Server) simple(c echo.Context) error {
	done, err := readForm(c)
	if err != nil {
		return s.told(c, err, "", "")
	}
	defer done()
	r := c.Request()
	v := s.identify(c)
	thread := r.FormValue("thread")
	q := bot.Question{Conversation: thread, Run: uuid.NewString(), Text: r.FormValue("message"), NoAI: s.refusesAI(r)}
	if q.Conversation == "" {
		q.Conversation = uuid.NewString()
	}
	if err := s.askByForm(c, v, &q); err != nil {
		return s.told(c, err, thread, q.Text)
	}
	return backTo(c, q.Conversation)
}

// askByForm asks and waits for the answer: the page has no other way to show it.
func (s *Server) askByForm(c echo.Context, v postgres.Visitor, q *bot.Question) error {
	ctx := c.Request().Context()
	if file, header, err := c.Request().FormFile("file"); err == nil {
		data, err := io.ReadAll(file)
		_ = file.Close()
		if err != nil {
			return err
		}
		if err := s.uploads.check(v.ID); err != nil {
			return err
		}
		d, err := s.Engines.Documents.Add(ctx, v, header.Filename, data)
		if err != nil {
			return err
		}
		q.Document = d.ID
	}
	after, err := s.ask(ctx, v, q)
	if err != nil {
		return err
	}
	_, err = s.Agent.Read(ctx, v, q.Run, after, nil)
	return err
}

// simpleFeedback takes what a person thinks of an answer.
func (s *Server) simpleFeedback(c echo.Context) error {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, 64<<10)
	v, _ := s.visitor(r)
	f := frame{ThreadID: r.FormValue("thread"), MessageID: r.FormValue("id"), Score: 1, Comment: r.FormValue("comment")}
	if r.FormValue("score") == "-1" {
		f.Score = -1
		f.Reasons = slices.DeleteFunc(slices.Clone(r.Form["reason"]), func(s string) bool { return !slices.Contains(reasons, s) })
	}
	if err := s.feedback(r.Context(), v, f); err != nil {
		return s.told(c, err, f.ThreadID, "")
	}
	if err := s.Agent.Note(r.Context(), v, f.ThreadID, "feedback", map[string]any{"messageId": f.MessageID, "score": f.Score}); err != nil {
		return err
	}
	return backTo(c, f.ThreadID, "merci")
}

// reasons why an answer was not useful, as the page with script names them.
var reasons = []string{"wrong", "unclear", "incomplete", "offtopic", "shocking"}

// simpleHuman shows what a counsellor would be passed, to be changed and agreed
// to; without a conversation there is only what the person writes.
func (s *Server) simpleHuman(c echo.Context) error {
	v, _ := s.visitor(c.Request())
	thread, summary := c.QueryParam("c"), ""
	if thread != "" {
		t, err := s.Agent.Transcript(c.Request().Context(), v, thread)
		if err != nil {
			return err
		}
		summary = summaryOf(t, v.Role)
	}
	hours, closed := s.Engines.Handoffs.Hours, ""
	if !hours.Open(s.Now()) {
		closed = "Aucun conseiller n'est là à cette heure. " + hours.Closed(s.Now())
	}
	return s.page(c, http.StatusOK, "human", map[string]any{"Title": "Parler à un conseiller", "Thread": thread, "Summary": summary, "Closed": closed})
}

func (s *Server) askHuman(c echo.Context) error {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, 64<<10)
	v := s.identify(c)
	thread := r.FormValue("thread")
	if r.FormValue("back") != "" { // to the assistant
		if err := s.Agent.Return(r.Context(), v, thread); err != nil && fault.CodeOf(err) != fault.NotFound {
			return err
		}
		s.Engines.Handoffs.Signal()
		return backTo(c, thread)
	}
	if err := s.asks.check(v.ID); err != nil {
		return err
	}
	if thread == "" {
		thread = uuid.NewString()
	}
	return s.passOn(c, r.Context(), v, thread, handoff.Wish{Reason: r.FormValue("reason"), Summary: r.FormValue("summary"), Consent: r.FormValue("consent") != ""})
}

func (s *Server) passOn(c echo.Context, ctx context.Context, v postgres.Visitor, thread string, w handoff.Wish) error {
	ticket, err := s.Engines.Handoffs.Ask(ctx, v, thread, w)
	if err != nil {
		return err
	}
	if err := s.Agent.Note(ctx, v, thread, "handoff.requested", ticket); err != nil {
		return err
	}
	return backTo(c, thread)
}

// simpleRole switches the role, in the demonstration.
func (s *Server) simpleRole(c echo.Context) error {
	role := postgres.Role(c.FormValue("role"))
	if !s.Demo || !slices.Contains(postgres.Roles, role) {
		return fault.New(fault.Forbidden, "Le changement de rôle n'existe qu'en démonstration.")
	}
	t, _ := s.ticket(c.Request())
	t.Role = role
	if err := s.keepTicket(c, t); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/simple")
}

// summaryOf is what was asked, joined and answered last, in the words of both.
func summaryOf(t bot.Transcript, role postgres.Role) string {
	short := func(s string) string {
		s = strings.Join(strings.Fields(s), " ")
		if utf8.RuneCountInString(s) > 160 {
			s = string([]rune(s)[:159]) + "…"
		}
		return s
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Profil : %s.", strings.ToLower(roleNames[role]))
	asked, last := []string{}, ""
	for _, turn := range t.Turns {
		if turn.Question != "" {
			asked = append(asked, "- "+short(turn.Question))
		}
		if turn.Document != "" {
			asked = append(asked, "- (fichier joint : "+turn.Document+")")
		}
		for _, a := range turn.Answers {
			last = a.Text
		}
	}
	if len(asked) > 0 {
		fmt.Fprintf(&b, "\nMes questions :\n%s", strings.Join(asked[max(0, len(asked)-8):], "\n"))
	}
	if last != "" {
		fmt.Fprintf(&b, "\nDernière réponse : %s", short(strings.ReplaceAll(last, "**", "")))
	}
	return b.String()
}
