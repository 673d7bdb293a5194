package bot

import (
	"context"
	"encoding/json"
	"strings"

	"tandem/internal/postgres"
)

// Answer gathers the events of a run for a reader who wants the whole: the page
// without JavaScript, the terminal.
type Answer struct {
	Text    string
	Sources []Source
	Notices []string
	Error   string
	Code    string // of Error
}

// Read watches a run to its end ([Agent.WatchRun]) and gathers its answer. each,
// when given, sees every event with the text it adds.
func (a *Agent) Read(ctx context.Context, v postgres.Visitor, run string, after int64, each func(e Event, delta string)) (Answer, error) {
	var answer Answer
	events, err := a.WatchRun(ctx, v, run, after)
	if err != nil {
		return answer, err
	}
	for e, err := range events {
		if err != nil {
			return answer, err
		}
		delta := answer.Add(e)
		if each != nil {
			each(e, delta)
		}
	}
	return answer, ctx.Err()
}

// Add takes the next event and returns the text it adds, for streaming.
func (a *Answer) Add(e Event) (delta string) {
	switch e.Type {
	case typeTextStart:
		if a.Text != "" {
			delta = "\n\n"
		}
	case typeTextContent:
		var c textContent
		if json.Unmarshal(e.JSON, &c) == nil {
			delta = c.Delta
		}
	case typeRunError:
		var f runError
		if json.Unmarshal(e.JSON, &f) == nil {
			a.Error, a.Code = f.Message, f.Code
		}
	case typeCustom:
		var c struct {
			Name  string
			Value json.RawMessage
		}
		if json.Unmarshal(e.JSON, &c) != nil {
			return ""
		}
		switch c.Name {
		case "source":
			var s Source
			if json.Unmarshal(c.Value, &s) == nil {
				a.Sources = append(a.Sources, s)
			}
		case "notice":
			var n struct{ Text string }
			if json.Unmarshal(c.Value, &n) == nil {
				a.Notices = append(a.Notices, strings.TrimSpace(n.Text))
			}
		}
	}
	a.Text += delta
	return delta
}
