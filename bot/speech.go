package bot

import (
	"strings"

	"tandem/internal/fault"
)

// maxSpoken bounds one message of the assistant, in bytes: an endpoint that does
// not end is stopped.
const maxSpoken = 128 << 10

// speech is one message of the assistant as it is spoken. It opens with the
// first words, so that a model that only calls tools leaves no empty bubble. A
// text goes through it once: masked data is put back, then sources are checked,
// then it is shown, and what was shown is what is kept.
type speech struct {
	r       *run
	id      string
	text    strings.Builder // as shown
	raw     strings.Builder // as streamed
	masked  string          // of it, what may be the beginning of a placeholder
	open    bool
	restore func(string) string
	guard   *guard
	first   func() // called before the first word
}

// hold is how much of the stream's end is kept back while it may be the
// beginning of a mask's placeholder ("[TEL_1]").
func hold(s string) int {
	if i := strings.LastIndexByte(s, '['); i >= 0 && !strings.Contains(s[i:], "]") && len(s)-i < 24 {
		return i
	}
	return len(s)
}

var errEndless = fault.New(fault.Unavailable, "La réponse du modèle ne finissait pas ; elle a été arrêtée.")

// add takes the next piece of the stream.
func (s *speech) add(chunk string) error {
	s.raw.WriteString(chunk)
	if s.raw.Len() > maxSpoken {
		return errEndless
	}
	s.masked += clean(chunk)
	n := hold(s.masked)
	ready := s.masked[:n]
	s.masked = s.masked[n:]
	s.show(s.guard.add(s.restore(ready)))
	return nil
}

func (s *speech) show(delta string) {
	if delta == "" {
		return
	}
	now := s.r.now()
	if !s.open {
		s.open = true
		if s.first != nil {
			s.first()
		}
		s.r.emit(draft{kind: typeTextStart, body: textStart{base{typeTextStart, now}, s.id, "assistant", ""}})
	}
	s.text.WriteString(delta)
	s.r.emit(draft{kind: typeTextContent, message: s.id, delta: delta})
}

// finish completes the message from the final response, which may hold text
// that was never streamed.
func (s *speech) finish(content string) error {
	if rest, ok := strings.CutPrefix(content, s.raw.String()); ok && rest != "" {
		if err := s.add(rest); err != nil {
			return err
		}
	}
	s.show(s.guard.add(s.restore(s.masked)) + s.guard.rest())
	s.masked = ""
	return nil
}

func (s *speech) end() {
	if s.open {
		s.open = false
		s.r.emit(draft{kind: typeTextEnd, body: textEnd{base{typeTextEnd, s.r.now()}, s.id}})
	}
}

// say shows a whole message of our own.
func (r *run) say(id, text string) {
	s := &speech{r: r, id: id}
	s.show(text)
	s.end()
}
