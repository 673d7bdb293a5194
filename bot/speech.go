package bot

import "strings"

// speech is one message of the assistant as it is spoken: it opens with the
// first words, so that a model that only calls tools leaves no empty bubble.
type speech struct {
	r       *run
	id      string
	text    strings.Builder // as shown
	raw     strings.Builder // as streamed, before masked data is restored
	open    bool
	restore func(string) string
}

// hold is how much of the stream's end is kept back while it may be the
// beginning of a mask's placeholder ("[TEL_1]").
func hold(s string) int {
	if i := strings.LastIndexByte(s, '['); i >= 0 && !strings.Contains(s[i:], "]") && len(s)-i < 24 {
		return i
	}
	return len(s)
}

func (s *speech) add(chunk string) {
	s.raw.WriteString(strings.ReplaceAll(chunk, "\x00", ""))
	s.show(hold(s.raw.String()))
}

// show brings the screen to the first n bytes of the stream.
func (s *speech) show(n int) {
	ready := s.restore(s.raw.String()[:n])
	if len(ready) <= s.text.Len() {
		return
	}
	delta := ready[s.text.Len():]
	now := s.r.now()
	if !s.open {
		s.open = true
		s.r.emit(draft{kind: typeTextStart, body: textStart{base{typeTextStart, now}, s.id, "assistant", ""}})
	}
	s.text.WriteString(delta)
	s.r.emit(draft{kind: typeTextContent, message: s.id, delta: delta})
}

// finish completes the message from the final response, which may hold text
// that was never streamed.
func (s *speech) finish(content string) {
	if whole := strings.ReplaceAll(content, "\x00", ""); strings.HasPrefix(whole, s.raw.String()) {
		s.raw.Reset()
		s.raw.WriteString(whole)
	}
	s.show(s.raw.Len())
}

func (s *speech) end() {
	if s.open {
		s.open = false
		s.r.emit(draft{kind: typeTextEnd, body: textEnd{base{typeTextEnd, s.r.now()}, s.id}})
	}
}

// say shows a whole message of our own.
func (r *run) say(id, text string) {
	s := &speech{r: r, id: id, restore: func(t string) string { return t }}
	s.add(text)
	s.finish(text)
	s.end()
}
