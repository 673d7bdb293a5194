package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

func TestQuestionOverTheSocket(t *testing.T) {
	s := newSite(t)
	conn := s.dial(s.person(), "")
	if err := conn.WriteJSON(question("c1", "r1", "bonjour")); err != nil {
		t.Fatal(err)
	}
	s.words <- "Bon"
	s.words <- "jour"
	close(s.words)
	frames, text := until(t, conn, "RUN_FINISHED")
	if frames[0].Chunk.Type != "RUN_STARTED" || frames[0].ID != "1" || text != "Bonjour." {
		t.Errorf("began with %+v, said %q", frames[0], text)
	}
	last := ""
	for _, f := range frames {
		if f.ID == "" || f.ID == last {
			t.Errorf("frame without a number of its own: %+v", f)
		}
		last = f.ID
	}
}

func TestReloadInTheMiddleShowsTheWholeAnswer(t *testing.T) {
	s := newSite(t)
	person := s.person()
	first := s.dial(person, "")
	if err := first.WriteJSON(question("c1", "r1", "raconte")); err != nil {
		t.Fatal(err)
	}
	s.words <- "Il était "
	until(t, first, "TEXT_MESSAGE_CONTENT")
	_ = first.UnderlyingConn().Close() // the page is gone, abruptly

	second := s.dial(person, "")
	if err := second.WriteJSON(map[string]string{"type": "resume", "threadId": "c1", "offset": "0"}); err != nil {
		t.Fatal(err)
	}
	third := s.dial(person, "?runId=r1&offset=-1")
	s.words <- "une fois"
	close(s.words)
	_, a := until(t, second, "RUN_FINISHED")
	_, b := until(t, third, "RUN_FINISHED")
	if a != "Il était une fois." || b != a {
		t.Errorf("resumed %q, replayed %q", a, b)
	}
	_, _, err := third.ReadMessage()
	if !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
		t.Errorf("replay ended with %v, want close 1000", err)
	}
}

func TestStopFromAnotherTab(t *testing.T) {
	s := newSite(t)
	person := s.person()
	first, second := s.dial(person, ""), s.dial(person, "")
	if err := first.WriteJSON(question("c1", "r1", "raconte")); err != nil {
		t.Fatal(err)
	}
	s.words <- "Il était"
	until(t, first, "TEXT_MESSAGE_CONTENT")
	if err := second.WriteJSON(map[string]string{"type": "abort", "runId": "r1"}); err != nil {
		t.Fatal(err)
	}
	frames, _ := until(t, first, "RUN_ERROR")
	if end := frames[len(frames)-1]; end.Chunk.Code != "aborted" {
		t.Errorf("ended with %+v", end)
	}
}

func TestFramesThatAreRefused(t *testing.T) {
	s := newSite(t)
	owner, other := s.person(), s.person()
	mine := s.dial(owner, "")
	if err := mine.WriteJSON(question("c1", "r1", "privé")); err != nil {
		t.Fatal(err)
	}
	next(t, mine)
	conn := s.dial(other, "")
	for name, c := range map[string]struct {
		frame any
		code  string
	}{
		"malformed":                  {json.RawMessage(`{"threadId":`), "invalid"},
		"not an object":              {json.RawMessage(`[1]`), "invalid"},
		"unknown type":               {map[string]string{"type": "hello"}, "invalid"},
		"no message":                 {map[string]any{"threadId": "c2", "runId": "r2", "messages": []any{}}, "invalid"},
		"empty message":              {question("c2", "r3", "  "), "invalid"},
		"one megabyte":               {question("c2", "r4", strings.Repeat("a", 1<<20)), "too_large"},
		"no run id":                  {question("c2", "", "salut"), "invalid"},
		"another's conversation":     {question("c1", "r5", "salut"), "forbidden"},
		"resume another's":           {map[string]string{"type": "resume", "threadId": "c1", "offset": "0"}, "not_found"},
		"resume at nonsense":         {map[string]string{"type": "resume", "threadId": "c1", "offset": "x"}, "invalid"},
		"feedback of nothing":        {map[string]any{"type": "feedback", "threadId": "c1", "messageId": "m", "score": 1}, "not_found"},
		"feedback of 5":              {map[string]any{"type": "feedback", "threadId": "c1", "messageId": "m", "score": 5}, "invalid"},
		"handoff of another's":       {map[string]any{"type": "handoff", "threadId": "c1"}, "forbidden"},
		"a document that is not his": {map[string]any{"threadId": "c2", "runId": "r6", "messages": []any{map[string]any{"role": "user", "content": "lis"}}, "forwardedProps": map[string]any{"documentId": "d"}}, "not_found"},
	} {
		data, _ := json.Marshal(c.frame)
		if raw, ok := c.frame.(json.RawMessage); ok {
			data = raw
		}
		if err := conn.WriteMessage(websocket.TextMessage, data); err != nil {
			t.Fatal(err)
		}
		f := next(t, conn)
		if f.Type != "RUN_ERROR" || f.Code != c.code || len(f.Message) < 20 {
			t.Errorf("%s: %+v, want RUN_ERROR %s", name, f, c.code)
		}
	}
	// The socket is still good, and the run that was not his still runs.
	close(s.words)
	if err := conn.WriteJSON(question("c2", "r9", "salut")); err != nil {
		t.Fatal(err)
	}
	until(t, conn, "RUN_FINISHED")
	until(t, mine, "RUN_FINISHED")
}

func TestUnknownRunIsRefusedAndClosed(t *testing.T) {
	s := newSite(t)
	conn := s.dial(s.person(), "?runId=nope&offset=-1")
	if f := next(t, conn); f.Type != "RUN_ERROR" || f.Code != "not_found" {
		t.Errorf("got %+v", f)
	}
	if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.ClosePolicyViolation) {
		t.Errorf("closed with %v, want 1008", err)
	}
}

func TestTooLongAFrameClosesWith1009(t *testing.T) {
	s := newSite(t)
	conn := s.dial(s.person(), "")
	_ = conn.WriteMessage(websocket.TextMessage, make([]byte, readLimit+1))
	if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseMessageTooBig) {
		t.Errorf("closed with %v, want 1009", err)
	}
}

func TestOrigin(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Origins = []string{"https://site.example"} })
	for origin, want := range map[string]int{"": 101, s.url: 101, "https://site.example": 101, "https://evil.example": 403, "http://site.example": 403} {
		h := http.Header{}
		if origin != "" {
			h.Set("Origin", origin)
		}
		conn, resp, err := websocket.DefaultDialer.Dial(strings.Replace(s.url, "http", "ws", 1)+"/ws", h)
		if resp == nil {
			t.Fatal(err)
		}
		if resp.StatusCode != want {
			t.Errorf("origin %q: status %d, want %d", origin, resp.StatusCode, want)
		}
		if err == nil {
			_ = conn.Close()
		}
	}
}

func TestDrainClosesWith1001(t *testing.T) {
	s := newSite(t)
	conn := s.dial(s.person(), "")
	if err := conn.WriteJSON(map[string]string{"type": "ping"}); err != nil {
		t.Fatal(err)
	}
	s.web.drain()
	if _, _, err := conn.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseGoingAway) {
		t.Errorf("closed with %v, want 1001", err)
	}
}

func TestFeedbackAndHandoffAreInTheLog(t *testing.T) {
	s := newSite(t)
	close(s.words)
	person := s.person()
	conn := s.dial(person, "")
	if err := conn.WriteJSON(question("c1", "r1", "bonjour")); err != nil {
		t.Fatal(err)
	}
	until(t, conn, "RUN_FINISHED")
	for kind, frame := range map[string]any{
		"feedback":          map[string]any{"type": "feedback", "threadId": "c1", "messageId": "r1:1:0", "score": -1, "reasons": []string{"faux"}, "comment": "non"},
		"handoff.requested": map[string]any{"type": "handoff", "threadId": "c1", "consent": true, "reason": "perdu"},
	} {
		if err := conn.WriteJSON(frame); err != nil {
			t.Fatal(err)
		}
		if f := next(t, conn); f.Name != kind {
			t.Errorf("%s answered by %+v", kind, f)
		}
	}
	later := s.dial(person, "")
	if err := later.WriteJSON(map[string]string{"type": "resume", "threadId": "c1", "offset": "0"}); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for !seen["feedback"] || !seen["handoff.requested"] {
		seen[next(t, later).Chunk.Name] = true
	}
	// A socket that follows the conversation sees each event once.
	if err := later.WriteJSON(question("c1", "r2", "encore")); err != nil {
		t.Fatal(err)
	}
	frames, _ := until(t, later, "RUN_FINISHED")
	ids := map[string]bool{}
	for _, f := range frames {
		if ids[f.ID] {
			t.Errorf("event %s came twice", f.ID)
		}
		ids[f.ID] = true
	}
}
