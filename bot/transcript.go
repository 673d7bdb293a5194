package bot

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools/handoff"
)

// Transcript is a conversation as people read it: what was asked and answered,
// in order, without what was replaced.
type Transcript struct {
	ID    string    `json:"id"`
	Title string    `json:"title"`
	At    time.Time `json:"at"` // of its beginning
	Turns []Turn    `json:"turns"`

	Handoff    string `json:"-"` // "", requested or accepted: where a request for a counsellor stands
	Counsellor string `json:"-"` // who is there
}

// Turn is one question and what answered it. A counsellor may speak unasked:
// then there is no question.
type Turn struct {
	Run      string    `json:"run,omitempty"`
	Question string    `json:"question"`
	Document string    `json:"document,omitempty"` // name of the joined one
	Answers  []Said    `json:"answers"`
	Sources  []Source  `json:"sources,omitempty"`
	Notices  []string  `json:"notices,omitempty"`
	Error    string    `json:"error,omitempty"`
	At       time.Time `json:"at"`
}

// Said is one message of an answer.
type Said struct {
	By   string `json:"by,omitempty"` // name of the counsellor; none: the assistant
	Text string `json:"text"`

	ID    string `json:"-"` // what feedback is about
	Score int    `json:"-"` // the person's: 1, -1, or none
}

// Transcript reads a conversation from its log: its visitor all of it, the
// counsellor who is in it what they may. NotFound when the visitor has none such.
func (a *Agent) Transcript(ctx context.Context, v postgres.Visitor, conversation string) (t Transcript, err error) {
	own, _, err := a.reads(ctx, v, conversation)
	if err != nil {
		return t, err
	}
	var events []Event
	err = a.DB.As(ctx, v, func(tx pgx.Tx) error {
		t = Transcript{ID: conversation, Turns: []Turn{}}
		if own {
			if err := tx.QueryRow(ctx, "select title, created_at from conversations where id = $1", conversation).Scan(&t.Title, &t.At); err != nil {
				return err
			}
		}
		rows, err := tx.Query(ctx, "select seq, run, payload from events where conversation = $1 order by seq", conversation)
		if err != nil {
			return err
		}
		events, err = pgx.CollectRows(rows, scanEvent)
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return t, fault.New(fault.NotFound, "Cette conversation n'existe pas, ou n'est pas la vôtre.")
	}
	for _, e := range events {
		t.add(e)
	}
	return t, err
}

// add takes the next event of the log.
func (t *Transcript) add(e Event) {
	var f struct {
		Timestamp              int64
		MessageID, Delta, Name string
		Message                string
		Value                  json.RawMessage
	}
	if json.Unmarshal(e.JSON, &f) != nil {
		return // our own rows; what cannot be read is left out
	}
	if e.Type == typeRunStarted {
		t.Turns = append(t.Turns, Turn{Run: e.Run, Answers: []Said{}, At: time.UnixMilli(f.Timestamp).UTC()})
		return
	}
	if e.Type == typeCustom && t.told(f.Name, f.Value) {
		return
	}
	turn := t.turn(e, f.Timestamp)
	if turn == nil {
		return
	}
	switch e.Type {
	case typeTextStart:
		turn.Answers = append(turn.Answers, Said{By: f.Name, ID: f.MessageID})
	case typeTextContent:
		for i := range turn.Answers {
			if turn.Answers[i].ID == f.MessageID {
				turn.Answers[i].Text += f.Delta
			}
		}
	case typeRunError:
		turn.Error = f.Message
	case typeCustom:
		t.fact(turn, f.Name, f.Value)
	}
}

// told takes in what is about the whole conversation, or an earlier answer.
func (t *Transcript) told(name string, value json.RawMessage) bool {
	var v struct {
		Name      string
		MessageID string
		Score     int
	}
	if json.Unmarshal(value, &v) != nil {
		return false
	}
	switch name {
	case "handoff.requested":
		if t.Handoff == "" {
			t.Handoff = handoff.Requested
		}
	case "handoff.accepted":
		t.Handoff, t.Counsellor = handoff.Accepted, v.Name
	case handoffEnded:
		t.Handoff, t.Counsellor = "", ""
	case "feedback":
		for _, turn := range t.Turns {
			for i := range turn.Answers {
				if turn.Answers[i].ID == v.MessageID {
					turn.Answers[i].Score = v.Score
				}
			}
		}
	default:
		return false
	}
	return true
}

// turn is the one an event belongs to; nil for a fact outside of any.
func (t *Transcript) turn(e Event, at int64) *Turn {
	if e.Run == "" && e.Type == typeTextStart {
		t.Turns = append(t.Turns, Turn{Answers: []Said{}, At: time.UnixMilli(at).UTC()})
	}
	for i := len(t.Turns) - 1; i >= 0; i-- {
		if t.Turns[i].Run == e.Run {
			return &t.Turns[i]
		}
	}
	return nil
}

func (t *Transcript) fact(turn *Turn, name string, value json.RawMessage) {
	var v struct {
		Content, Text, RunID string
		Document             *struct{ Name string }
		Source
	}
	if json.Unmarshal(value, &v) != nil {
		return
	}
	switch name {
	case "user_message":
		turn.Question = v.Content
		if v.Document != nil {
			turn.Document = v.Document.Name
		}
	case "notice":
		turn.Notices = append(turn.Notices, v.Text)
	case "source":
		turn.Sources = append(turn.Sources, v.Source)
	case "replaces":
		for i := range t.Turns {
			if t.Turns[i].Run == v.RunID {
				t.Turns = append(t.Turns[:i], *turn)
				return
			}
		}
	}
}
