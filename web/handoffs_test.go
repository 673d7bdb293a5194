package web

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"tandem/retrieval/rome/rometest"
	"tandem/tools/handoff"
)

// queue reads the counsellors' queue as it changes.
func (s *site) queue(c *http.Client) func() []handoff.Request {
	s.t.Helper()
	resp, err := c.Get(s.url + "/api/handoffs/live")
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = resp.Body.Close() })
	if resp.StatusCode != http.StatusOK {
		s.t.Fatalf("queue: %d", resp.StatusCode)
	}
	lines := bufio.NewScanner(resp.Body)
	return func() (list []handoff.Request) {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				if err := json.Unmarshal([]byte(data), &list); err != nil {
					s.t.Fatal(err)
				}
				return list
			}
		}
		s.t.Fatalf("the queue ended: %v", lines.Err())
		return nil
	}
}

func TestACounsellorTakesOver(t *testing.T) {
	s := newSite(t)
	s.release(rometest.V60())
	person, desk, other := s.person(), s.person(), s.person()
	for _, c := range []*http.Client{desk, other} {
		s.call(c, "POST", "/api/session", `{"role":"counsellor"}`, http.StatusOK)
	}
	if r := s.call(person, "GET", "/api/handoffs/live", "", http.StatusForbidden); r["code"] != "forbidden" {
		t.Errorf("the queue is shown to a seeker: %v", r)
	}
	list := s.queue(desk)
	if n := len(list()); n != 0 {
		t.Fatalf("%d requests before any", n)
	}

	conn := s.dial(person, "")
	send := func(frame any) {
		t.Helper()
		if err := conn.WriteJSON(frame); err != nil {
			t.Fatal(err)
		}
	}
	// Before a first word to the assistant, and with consent to what was shown.
	send(map[string]any{"type": "handoff", "threadId": "c1", "reason": "un conseil", "summary": "Profil : candidat.", "consent": true})
	untilName(t, conn, "handoff.requested")
	send(map[string]any{"type": "resume", "threadId": "c1", "offset": "0"})
	waiting := list()
	if len(waiting) != 1 || waiting[0].Reason != "un conseil" || waiting[0].Summary != "Profil : candidat." || waiting[0].State != handoff.Requested {
		t.Fatalf("the desk sees %+v", waiting)
	}
	at := "/api/handoffs/" + waiting[0].ID
	s.call(desk, "POST", at+"/say", `{"text":"bonjour"}`, http.StatusNotFound) // not before taking it
	s.call(desk, "POST", at+"/take", `{"name":" Camille\n"}`, http.StatusNoContent)
	s.call(other, "POST", at+"/take", `{"name":"Autre"}`, http.StatusNotFound)
	if f := untilName(t, conn, "handoff.accepted"); !strings.Contains(string(f), `"Camille"`) {
		t.Errorf("joined as %s", f)
	}
	if mine := list(); len(mine) != 1 || mine[0].State != handoff.Accepted || mine[0].Name != "Camille" {
		t.Errorf("after taking: %+v", mine)
	}
	// The assistant is silent: the model, which would block, is never asked.
	send(question("c1", "r1", "merci d'être là"))
	frames, text := until(t, conn, "RUN_FINISHED")
	if text != "" {
		t.Errorf("the assistant said %q over %d frames", text, len(frames))
	}
	s.call(desk, "POST", at+"/say", `{"text":"Que puis-je pour vous ?"}`, http.StatusNoContent)
	if _, said := until(t, conn, "TEXT_MESSAGE_END"); said != "Que puis-je pour vous ?" {
		t.Errorf("the person read %q", said)
	}
	// The desk reads what the person said; another counsellor does not.
	mine := s.dial(desk, "")
	if err := mine.WriteJSON(map[string]string{"type": "resume", "threadId": "c1", "offset": "0"}); err != nil {
		t.Fatal(err)
	}
	if f := untilName(t, mine, "user_message"); !strings.Contains(string(f), "merci d'être là") {
		t.Errorf("the desk read %s", f)
	}
	theirs := s.dial(other, "")
	if err := theirs.WriteJSON(map[string]string{"type": "resume", "threadId": "c1", "offset": "0"}); err != nil {
		t.Fatal(err)
	}
	if f, _ := until(t, theirs, "RUN_ERROR"); f[len(f)-1].Code != "not_found" {
		t.Errorf("another counsellor got %+v", f)
	}
	s.call(desk, "POST", at+"/end", `{}`, http.StatusNoContent)
	untilName(t, conn, "handoff.ended")
	// What comes after is not the counsellor's to read.
	send(question("c1", "r2", "entre nous"))
	s.words <- "Oui"
	close(s.words)
	if _, said := until(t, conn, "RUN_FINISHED"); said != "Oui." {
		t.Errorf("the assistant, back, said %q", said)
	}
	untilName(t, mine, "handoff.ended")
	if err := mine.WriteJSON(map[string]string{"type": "resume", "threadId": "c1", "offset": "0"}); err != nil {
		t.Fatal(err)
	}
	after, _ := until(t, mine, "RUN_ERROR")
	for _, f := range after {
		if f.Chunk.Type != "" {
			t.Errorf("after the end the counsellor still read %+v", f)
		}
	}
}

func TestAPersonTakesTheRequestBack(t *testing.T) {
	s := newSite(t)
	s.release(rometest.V60())
	person, desk := s.person(), s.person()
	s.call(desk, "POST", "/api/session", `{"role":"counsellor"}`, http.StatusOK)
	list := s.queue(desk)
	list()
	conn := s.dial(person, "")
	_ = conn.WriteJSON(map[string]any{"type": "handoff", "threadId": "c1", "reason": "secret", "summary": "secret", "consent": false})
	untilName(t, conn, "handoff.requested")
	if r := list(); len(r) != 1 || r[0].Reason != "" || r[0].Summary != "" || r[0].Consent {
		t.Errorf("without consent the desk sees %+v", r)
	}
	_ = conn.WriteJSON(map[string]any{"type": "handoff.end", "threadId": "c1"})
	if r := list(); len(r) != 0 {
		t.Errorf("taken back, the desk still sees %+v", r)
	}
}

func TestNobodyIsThereAtNight(t *testing.T) {
	never, err := handoff.ParseHours("jamais")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, func(c *Config) { c.Engines.Handoffs = handoff.NewStore(c.DB, never, nil) })
	s.release(rometest.V60())
	person := s.person()
	session := s.call(person, "GET", "/api/session", "", http.StatusOK)
	if desk := session["desk"].(map[string]any); desk["open"] != false || desk["closed"] == "" {
		t.Errorf("the page is told %v", desk)
	}
	conn := s.dial(person, "")
	_ = conn.WriteJSON(map[string]any{"type": "handoff", "threadId": "c1", "consent": false})
	if f := untilName(t, conn, "handoff.requested"); !strings.Contains(string(f), "aucun conseiller n'est là") || !strings.Contains(string(f), `"open":false`) {
		t.Errorf("the person is told %s", f)
	}
}

func TestWhoRefusesAIIsNotAnsweredByIt(t *testing.T) {
	s := newSite(t)
	s.release(rometest.V60())
	person := s.person()
	s.call(person, "POST", "/api/session", `{"ai":false}`, http.StatusOK)
	conn := s.dial(person, "")
	_ = conn.WriteJSON(question("c1", "r1", "bonjour"))
	frames, text := until(t, conn, "RUN_ERROR")
	if end := frames[len(frames)-1].Chunk; end.Code != "forbidden" || text != "" {
		t.Errorf("%+v, %q", end, text)
	}
}
