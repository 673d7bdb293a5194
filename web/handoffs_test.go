package web

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/jackc/pgx/v5"

	"tandem/retrieval/rome/rometest"
	"tandem/tools/handoff"
)

// counsellor is a person who works at the desk.
func (s *site) counsellor() *http.Client {
	s.t.Helper()
	c := s.person()
	s.send(c, "POST", "/api/session", `{"role":"counsellor"}`) // the cookie counts, also while no ROME is loaded
	return c
}

// queue is the live list of who waits, as a counsellor's page receives it.
type queue struct {
	t    *testing.T
	list chan []handoff.Request
}

func (s *site) queue(c *http.Client) queue {
	s.t.Helper()
	resp, err := (&http.Client{Jar: c.Jar}).Get(s.url + "/api/handoffs/live")
	if err != nil || resp.StatusCode != 200 {
		s.t.Fatalf("queue: %v %v", resp, err)
	}
	q := queue{s.t, make(chan []handoff.Request, 64)} // as many changes as a test makes, so that none waits for its reader
	s.t.Cleanup(func() { _ = resp.Body.Close() })
	go func() {
		defer close(q.list)
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var list []handoff.Request
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && json.Unmarshal([]byte(data), &list) == nil {
				q.list <- list
			}
		}
	}()
	return q
}

// until waits for a list that f accepts.
func (q queue) until(what string, f func([]handoff.Request) bool) []handoff.Request {
	q.t.Helper()
	for {
		select {
		case list, more := <-q.list:
			if !more {
				q.t.Fatalf("the queue ended before: %s", what)
			}
			if f(list) {
				return list
			}
		case <-time.After(30 * time.Second):
			q.t.Fatalf("not in the queue: %s", what)
		}
	}
}

func waiting(n int) func([]handoff.Request) bool {
	return func(list []handoff.Request) bool {
		for _, r := range list {
			if r.State != handoff.Requested {
				return false
			}
		}
		return len(list) == n
	}
}

func write(t *testing.T, conn *websocket.Conn, v any) {
	t.Helper()
	if err := conn.WriteJSON(v); err != nil {
		t.Fatal(err)
	}
}

func TestHandoff(t *testing.T) {
	s := newSite(t)
	person, desk, other := s.person(), s.counsellor(), s.counsellor()
	line := s.queue(desk)
	line.until("nobody", waiting(0))

	conn := s.dial(person, "")
	write(t, conn, question("talk", "r1", "bonjour"))
	s.words <- "Bonjour"
	s.words <- " à vous"
	// Asked in the middle of an answer: it goes on until somebody comes.
	write(t, conn, map[string]any{"type": "handoff", "threadId": "talk", "consent": true, "reason": "Je suis perdue", "summary": "- bonjour"})
	one := line.until("a request", waiting(1))[0]
	if one.Reason != "Je suis perdue" || one.Summary != "- bonjour" || !one.Consent || one.Role != "seeker" || one.Conversation != "talk" {
		t.Errorf("passed on: %+v", one)
	}
	path := "/api/handoffs/" + one.ID
	if got := s.send(person, "POST", path+"/take", `{"name":"Moi"}`); got.status != 403 {
		t.Errorf("the person takes it: %+v", got)
	}
	if got := s.send(desk, "POST", path+"/say", `{"text":"?"}`); got.status != 404 {
		t.Errorf("said before it is taken: %+v", got)
	}
	if got := s.send(desk, "POST", path+"/take", `{"name":"  Dominique\n "}`); got.status != 204 {
		t.Fatalf("take: %+v", got)
	}
	// The answer on its way is stopped, by a terminal event that says why.
	if ended, _ := until(t, conn, "RUN_ERROR"); !strings.Contains(ended[len(ended)-1].Chunk.Message, "conseiller") {
		t.Errorf("stopped: %+v", ended[len(ended)-1])
	}
	if got := s.send(other, "POST", path+"/take", `{}`); got.status != 404 {
		t.Errorf("taken twice: %+v", got)
	}

	// The person speaks: no model is asked (it would wait for words here), the
	// counsellor reads it, and all that was said before.
	seen := s.dial(desk, "")
	write(t, seen, map[string]any{"type": "resume", "threadId": "talk", "offset": "0"})
	write(t, conn, question("talk", "r2", "vous êtes là ?"))
	until(t, conn, "RUN_FINISHED")
	if _, text := until(t, seen, "RUN_ERROR"); text != "Bonjour à vous" {
		t.Errorf("the counsellor read %q", text)
	}
	untilName(t, seen, "user_message")
	until(t, seen, "RUN_FINISHED")

	// A message sent again, because its answer was lost, is said once.
	for range 2 {
		if got := s.send(desk, "POST", path+"/say", `{"id":"m1","text":"Oui, bonjour."}`); got.status != 204 {
			t.Errorf("say: %+v", got)
		}
	}
	if got := s.send(other, "POST", path+"/say", `{"text":"moi aussi"}`); got.status != 404 {
		t.Errorf("another counsellor spoke: %+v", got)
	}
	if got := s.send(desk, "POST", path+"/say", `{"text":" "}`); got.status != 400 {
		t.Errorf("an empty message: %+v", got)
	}
	if got := s.send(desk, "POST", path+"/end", `{}`); got.status != 204 {
		t.Errorf("end: %+v", got)
	}
	// Whoever was cut off reads all of it again from the log, in order.
	again := s.dial(person, "")
	write(t, again, map[string]any{"type": "resume", "threadId": "talk", "offset": "0"})
	untilName(t, again, "handoff.requested")
	if f := untilName(t, again, "handoff.accepted"); !strings.Contains(string(f), `"id":`) || !strings.Contains(string(f), `"Dominique"`) {
		t.Errorf("who joined is not in the log: %s", f)
	}
	said := map[string]string{} // by speaker
	for f, by := next(t, again), ""; f.Chunk.Name != "handoff.ended"; f = next(t, again) {
		if f.Chunk.Type == "TEXT_MESSAGE_START" {
			by = f.Chunk.Name
		}
		said[by] += f.Chunk.Delta
	}
	if len(said) != 2 || said["Dominique"] != "Oui, bonjour." {
		t.Errorf("said: %q", said)
	}
	line.until("nobody any more", waiting(0))
	if got := s.send(desk, "POST", path+"/say", `{"text":"encore"}`); got.status != 404 {
		t.Errorf("said after the end: %+v", got)
	}
	untilName(t, seen, "handoff.ended")

	// The assistant answers again.
	write(t, again, question("talk", "r3", "merci"))
	s.words <- "De rien"
	close(s.words)
	if _, text := until(t, again, "RUN_FINISHED"); text != "De rien." {
		t.Errorf("answer: %q", text)
	}
	// What comes after the end is not the counsellor's to read.
	write(t, seen, map[string]any{"type": "resume", "threadId": "talk", "offset": "0"})
	if f := next(t, seen); f.Type != "RUN_ERROR" || f.Code != "not_found" {
		t.Errorf("the counsellor reads on: %+v", f)
	}
}

// What ended before, by either's word, does not end what was asked for again.
func TestHandoffAskedAgain(t *testing.T) {
	s := newSite(t)
	close(s.words)
	person, desk := s.person(), s.counsellor()
	line := s.queue(desk)
	line.until("nobody", waiting(0))
	conn, seen := s.dial(person, ""), s.dial(desk, "")
	write(t, conn, question("talk", "r1", "bonjour"))
	until(t, conn, "RUN_FINISHED")
	ask := map[string]any{"type": "handoff", "threadId": "talk", "consent": true, "reason": "Encore"}
	take := func() string {
		path := "/api/handoffs/" + line.until("a request", waiting(1))[0].ID
		if got := s.send(desk, "POST", path+"/take", `{"name":"Dominique"}`); got.status != 204 {
			t.Fatalf("take: %+v", got)
		}
		return path
	}
	write(t, conn, ask)
	line.until("a request", waiting(1))
	write(t, conn, map[string]any{"type": "handoff.end", "threadId": "talk"})
	line.until("taken back", waiting(0))
	for _, said := range []string{"Me voici", "Et de nouveau"} {
		write(t, conn, ask)
		path := take()
		write(t, seen, map[string]any{"type": "resume", "threadId": "talk", "offset": "0"})
		untilName(t, seen, "handoff.accepted")
		if got := s.send(desk, "POST", path+"/say", `{"text":"`+said+`"}`); got.status != 204 {
			t.Errorf("say: %+v", got)
		}
		for f := next(t, seen); f.Chunk.Delta != said; f = next(t, seen) {
			if f.Type == "ping" { // the first comes long after
				t.Fatalf("the counsellor does not hear %q", said)
			}
		}
		if got := s.send(desk, "POST", path+"/end", `{}`); got.status != 204 {
			t.Errorf("end: %+v", got)
		}
		untilName(t, seen, "handoff.ended")
		line.until("nobody any more", waiting(0))
	}
}

func TestHandoffWithoutConsent(t *testing.T) {
	s := newSite(t)
	close(s.words)
	person, desk := s.person(), s.counsellor()
	line := s.queue(desk)
	conn := s.dial(person, "")
	write(t, conn, question("talk", "r1", "un secret"))
	until(t, conn, "RUN_FINISHED")
	write(t, conn, map[string]any{"type": "handoff", "threadId": "talk", "consent": false, "reason": "intime", "summary": "un secret"})
	one := line.until("a request", waiting(1))[0]
	if one.Reason != "" || one.Summary != "" || one.Consent {
		t.Errorf("passed on without consent: %+v", one)
	}
	if got := s.send(desk, "POST", "/api/handoffs/"+one.ID+"/take", `{}`); got.status != 204 {
		t.Fatalf("take: %+v", got)
	}
	seen := s.dial(desk, "")
	write(t, seen, map[string]any{"type": "resume", "threadId": "talk", "offset": "0"})
	if f := next(t, seen); f.Chunk.Name != "handoff.accepted" {
		t.Errorf("the counsellor reads what was said before: %+v", f)
	}
	// The person takes the conversation back.
	write(t, conn, map[string]any{"type": "handoff.end", "threadId": "talk"})
	untilName(t, seen, "handoff.ended")
	line.until("nobody", waiting(0))
	write(t, conn, map[string]any{"type": "handoff.end", "threadId": "talk"})
	for f := next(t, conn); f.Type != "RUN_ERROR"; f = next(t, conn) { // nothing is left to end
	}

	// Who erases everything waits no more.
	write(t, conn, map[string]any{"type": "handoff", "threadId": "talk", "consent": true})
	line.until("a second request", waiting(1))
	if got := s.send(person, "DELETE", "/api/session", ""); got.status != 204 {
		t.Errorf("erase: %+v", got)
	}
	line.until("nobody after the erasure", waiting(0))
}

func TestDeskIsForCounsellors(t *testing.T) {
	s := newSite(t)
	recruiter := s.person()
	s.send(recruiter, "POST", "/api/session", `{"role":"recruiter"}`)
	for name, c := range map[string]*http.Client{"a seeker": s.person(), "a recruiter": recruiter} {
		for _, path := range []string{"/demandes", "/api/handoffs/live"} {
			if got := s.send(c, "GET", path, ""); got.status != 403 {
				t.Errorf("%s reads %s: %d", name, path, got.status)
			}
		}
	}
	if got := s.send(s.counsellor(), "GET", "/demandes", ""); got.status != 200 {
		t.Errorf("a counsellor does not: %+v", got)
	}
	// A conversation of somebody else's is not to be asked about.
	one, two := s.dial(s.person(), ""), s.dial(s.person(), "")
	write(t, one, map[string]any{"type": "handoff", "threadId": "hers", "consent": true})
	untilName(t, one, "handoff.requested")
	write(t, two, map[string]any{"type": "handoff", "threadId": "hers", "consent": true})
	if f := next(t, two); f.Type != "RUN_ERROR" || f.Code != "forbidden" {
		t.Errorf("asked for a stranger's conversation: %+v", f)
	}
}

func TestOutOfHours(t *testing.T) {
	at := time.Date(2026, 11, 27, 21, 0, 0, 0, time.UTC) // a Friday evening
	hours, err := handoff.ParseHours("lun-ven 8:30-17:30")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, func(c *Config) {
		c.Now = func() time.Time { return at }
		c.Engines.Handoffs = handoff.NewStore(c.DB, hours, c.Now)
	})
	s.release(rometest.V60())
	person := s.person()
	if got := s.send(person, "GET", "/api/session", ""); !strings.Contains(got.body, `"open":false`) || !strings.Contains(got.body, "lundi à 8 h 30") {
		t.Errorf("session: %s", got.body)
	}
	conn := s.dial(person, "")
	write(t, conn, map[string]any{"type": "handoff", "threadId": "soir", "consent": true})
	data := string(untilName(t, conn, "handoff.requested"))
	for _, want := range []string{"aucun conseiller n'est là", "lundi à 8 h 30", "3949"} {
		if !strings.Contains(data, want) {
			t.Errorf("no %q in %s", want, data)
		}
	}
	// The request is kept, and seen by who comes in on Monday.
	at = time.Date(2026, 11, 27, 21, 5, 0, 0, time.UTC)
	s.queue(s.counsellor()).until("the request of the evening", waiting(1))
}

func TestWhoRefusesAIIsNotAnsweredByIt(t *testing.T) {
	s := newSite(t)
	person := s.person()
	conn := s.dial(person, "")
	write(t, conn, question("c1", "r1", "bonjour"))
	s.words <- "Bon"
	// Refused in the middle of an answer: it ends, and so does the socket, which
	// knew of the choice before.
	s.send(person, "POST", "/api/session", `{"ai":false}`)
	if err := drained(conn); !websocket.IsCloseError(err, websocket.CloseServiceRestart) {
		t.Errorf("the socket of before: %v", err)
	}
	// Nothing asks the model, which would block, by any of the ways to ask.
	conn = s.dial(person, "")
	write(t, conn, question("c1", "r2", "je refuse"))
	told := string(untilName(t, conn, "notice"))
	if _, text := until(t, conn, "RUN_FINISHED"); text != "" || !strings.Contains(told, "refusé l'IA") || !strings.Contains(told, "3114") {
		t.Errorf("%q, told %s", text, told)
	}
	body, _ := json.Marshal(question("c1", "r3", "par SSE"))
	if got := s.send(person, "POST", "/agui", string(body)); got.status != 200 || !strings.Contains(got.body, "refusé l'IA") {
		t.Errorf("SSE: %+v", got)
	}
	// What was said meanwhile is not a model's to read once there is one again.
	s.send(person, "POST", "/api/session", `{"ai":true}`)
	var kept []string
	err := s.db.Own(t.Context(), func(tx pgx.Tx) error {
		rows, err := tx.Query(t.Context(), "select content ->> 'text' from messages where role = 'human'")
		if err != nil {
			return err
		}
		kept, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil || len(kept) != 1 || kept[0] != "bonjour" {
		t.Errorf("a model may read %q (%v)", kept, err)
	}
}

// drained reads a socket to its end.
func drained(conn *websocket.Conn) error {
	for {
		_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
		if _, _, err := conn.ReadMessage(); err != nil {
			return err
		}
	}
}
