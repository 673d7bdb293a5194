package web

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// call sends a request, wants a status, and returns what came back.
func (s *site) call(c *http.Client, method, path, body string, status int) map[string]any {
	s.t.Helper()
	r := s.send(c, method, path, body)
	if r.status != status {
		s.t.Fatalf("%s %s: %d %s, want %d", method, path, r.status, r.body, status)
	}
	var out map[string]any
	_ = json.Unmarshal([]byte(r.body), &out) // some answers have no body
	return out
}

// untilName reads frames up to the CUSTOM event of that name.
func untilName(t *testing.T, conn *websocket.Conn, name string) []byte {
	t.Helper()
	for {
		_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
		_, data, err := conn.ReadMessage()
		if err != nil {
			t.Fatalf("waiting for %s: %v", name, err)
		}
		var f received
		if err := json.Unmarshal(data, &f); err != nil {
			t.Fatal(err)
		}
		if f.Name == name || f.Chunk.Name == name {
			return data
		}
	}
}

func (s *site) text(c *http.Client, path string) (string, http.Header) {
	s.t.Helper()
	resp, err := c.Get(s.url + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %d %s %v", path, resp.StatusCode, b, err)
	}
	return string(b), resp.Header
}

func titles(t *testing.T, body string) (all []string) {
	t.Helper()
	var list []conversation
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		all = append(all, c.Title)
	}
	return all
}

func TestConversationsAreFoundNamedAndTakenAway(t *testing.T) {
	s := newSite(t)
	close(s.words) // every answer is a full stop
	person, thief := s.person(), s.person()
	conn := s.dial(person, "")
	say := func(thread, run, text, replaces string) {
		t.Helper()
		q := question(thread, run, text)
		q["forwardedProps"] = map[string]any{"replaces": replaces}
		if err := conn.WriteJSON(q); err != nil {
			t.Fatal(err)
		}
		until(t, conn, "RUN_FINISHED")
	}
	say("c1", "r1", "Où cuire du pain à Nantes ?", "")
	say("c2", "r2", "Un dépôt de garantie", "")
	say("c1", "r3", "et les fougasses ?", "")

	for q, want := range map[string]string{"": "Où cuire du pain à Nantes ?|Un dépôt de garantie", "depot": "Un dépôt de garantie",
		"FOUGASSES nantes": "Où cuire du pain à Nantes ?", "fougasses dépôt": "", "100%25": "", "_": ""} {
		body, _ := s.text(person, "/api/conversations?q="+strings.ReplaceAll(q, " ", "+"))
		if got := strings.Join(titles(t, body), "|"); got != want {
			t.Errorf("search %q found %q, want %q", q, got, want)
		}
	}
	if body, _ := s.text(thief, "/api/conversations"); len(titles(t, body)) != 0 {
		t.Errorf("another sees %s", body)
	}

	s.call(person, "PATCH", "/api/conversations/c1", `{"title":" Mon  pain\n"}`, http.StatusNoContent)
	s.call(person, "PATCH", "/api/conversations/c1", `{"title":"  "}`, http.StatusBadRequest)
	for _, method := range []string{"PATCH", "DELETE"} {
		s.call(thief, method, "/api/conversations/c1", `{"title":"volé"}`, http.StatusNotFound)
	}
	s.call(thief, "GET", "/api/conversations/c1/export.md", "", http.StatusNotFound)

	// A question that is said better takes the place of the first and of what followed.
	say("c1", "r4", "Où apprendre à cuire du pain ?", "r1")
	md, header := s.text(person, "/api/conversations/c1/export.md")
	want := "\n## Vous\n\nOù apprendre à cuire du pain ?\n\n## Assistant (IA)\n\n.\n"
	if !strings.HasPrefix(md, "# Mon pain\n") || !strings.HasSuffix(md, want) || strings.Contains(md, "fougasses") {
		t.Errorf("exported %q", md)
	}
	if d := header.Get("Content-Disposition"); d != `attachment; filename="conversation.md"` {
		t.Errorf("disposition %q", d)
	}
	body, _ := s.text(person, "/api/conversations/c1/export.json")
	var x struct {
		Title string
		Turns []struct {
			Question string
			Answers  []struct{ Text string }
		}
	}
	if err := json.Unmarshal([]byte(body), &x); err != nil || x.Title != "Mon pain" || len(x.Turns) != 1 || x.Turns[0].Answers[0].Text != "." {
		t.Errorf("exported %s %v", body, err)
	}
	if err := conn.WriteJSON(map[string]any{"threadId": "c2", "runId": "r5", "messages": []any{map[string]any{"id": "m", "role": "user", "content": "x"}}, "forwardedProps": map[string]any{"replaces": "r4"}}); err != nil {
		t.Fatal(err)
	}
	if f, _ := until(t, conn, "RUN_ERROR"); f[len(f)-1].Code != "not_found" {
		t.Errorf("a question of another conversation was replaced: %+v", f)
	}

	all, _ := s.text(person, "/api/data/export.json")
	for _, word := range []string{"Mon pain", "apprendre", "garantie", "profile_items"} {
		if !strings.Contains(all, word) {
			t.Errorf("what is taken away lacks %q", word)
		}
	}
	if strings.Contains(all, `"visitor"`) {
		t.Error("what is taken away names the cookie's id")
	}
	data := s.call(person, "GET", "/api/data", "", http.StatusOK)
	if n := data["kept"].([]any)[len(kept)-1].(map[string]any)["count"]; n != 2.0 {
		t.Errorf("%v conversations are kept", n)
	}
	s.call(person, "DELETE", "/api/conversations/c1", "", http.StatusNoContent)
	s.call(person, "GET", "/api/conversations/c1/export.json", "", http.StatusNotFound)
	s.call(person, "GET", "/api/conversations/c2/export.pdf", "", http.StatusNotFound)
}
