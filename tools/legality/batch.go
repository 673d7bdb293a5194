package legality

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"runtime"
	"sync"
	"time"
)

// maxLine bounds one offer of a batch, in bytes of JSON. A longer line is
// skipped and reported, so that one broken export does not stop a night's work.
const maxLine = 1 << 20

// chunk is how many lines are held at once: enough to keep all cores busy, and
// a bound on memory.
const chunk = 256

// Checked is what became of one line of a batch: a verdict, or why there is none.
type Checked struct {
	Line    int      `json:"line"`
	ID      string   `json:"id,omitempty"`
	Verdict *Verdict `json:"verdict,omitempty"`
	Problem string   `json:"problem,omitempty"`
}

// Summary counts a batch.
type Summary struct {
	Offers     int                         `json:"offers"`
	Unreadable int                         `json:"unreadable"`
	Status     map[string]int              `json:"status"`
	Rules      map[string]map[Severity]int `json:"rules"` // offers with a finding or advice of the rule, by gravest severity
	Bytes      int64                       `json:"bytes"`
	Took       time.Duration               `json:"took_ns"`
	Version    string                      `json:"version"`
	Date       string                      `json:"date"`
}

// Batch checks offers written as JSON lines and tells each what became of it,
// in the order of the lines. It stops at the first error of each or of r, or
// when ctx ends; lines that are not offers are not errors.
func (e *Engine) Batch(ctx context.Context, r io.Reader, each func(Checked, Summary) error) (Summary, error) {
	start := time.Now()
	sum := Summary{Status: map[string]int{}, Rules: map[string]map[Severity]int{}, Version: e.version, Date: e.date}
	lines := bufio.NewReaderSize(r, 64<<10)
	for n := 0; ; {
		var texts []rawLine
		var err error
		for len(texts) < chunk && err == nil {
			var l rawLine
			l, err = readRaw(lines)
			sum.Bytes += l.size
			if n++; len(l.text) > 0 || l.long {
				l.number = n
				texts = append(texts, l)
			}
		}
		for _, c := range e.checkLines(texts) {
			sum.add(c)
			sum.Took = time.Since(start)
			if each != nil {
				if err := each(c, sum); err != nil {
					return sum, err
				}
			}
		}
		if errors.Is(err, io.EOF) {
			return sum, nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return sum, err
		}
	}
}

// rawLine is a line as it was read; long means over maxLine, text cut away.
type rawLine struct {
	number int
	text   []byte
	size   int64
	long   bool
}

func readRaw(r *bufio.Reader) (rawLine, error) {
	var l rawLine
	for {
		part, err := r.ReadSlice('\n')
		l.size += int64(len(part))
		if l.size <= maxLine {
			l.text = append(l.text, part...)
		} else {
			l.long, l.text = true, nil
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		l.text = trimSpace(l.text)
		return l, err
	}
}

func trimSpace(b []byte) []byte {
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r' || b[len(b)-1] == ' ') {
		b = b[:len(b)-1]
	}
	return b
}

// checkLines checks lines on all cores and keeps their order.
func (e *Engine) checkLines(lines []rawLine) []Checked {
	out := make([]Checked, len(lines))
	workers := min(runtime.GOMAXPROCS(0), len(lines))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(lines); i += workers {
				out[i] = e.checkLine(lines[i])
			}
		})
	}
	wg.Wait()
	return out
}

func (e *Engine) checkLine(l rawLine) Checked {
	out := Checked{Line: l.number}
	if l.long {
		out.Problem = "offre trop longue : 1 Mo au plus"
		return out
	}
	var in struct {
		ID string `json:"id"`
		Offer
	}
	switch err := json.Unmarshal(l.text, &in); {
	case err != nil:
		out.Problem = "ce n'est pas un objet JSON avec title et text"
	case in.Title == "" && in.Text == "":
		out.ID, out.Problem = in.ID, "ni title ni text"
	default:
		v := e.Check(in.Offer)
		out.ID, out.Verdict = in.ID, &v
	}
	return out
}

func (s *Summary) add(c Checked) {
	if c.Verdict == nil {
		s.Unreadable++
		return
	}
	s.Offers++
	s.Status[c.Verdict.Status]++
	worst := map[string]Severity{}
	for _, list := range [][]Finding{c.Verdict.Findings, c.Verdict.Advice} {
		for _, f := range list {
			worst[f.Rule] = max(worst[f.Rule], f.Severity)
		}
	}
	for rule, severity := range worst {
		if s.Rules[rule] == nil {
			s.Rules[rule] = map[Severity]int{}
		}
		s.Rules[rule][severity]++
	}
}
