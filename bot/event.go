package bot

import (
	"encoding/json"

	"tandem/retrieval"
)

// Event is a numbered fact of a run, as an AG-UI event.
type Event struct {
	Seq  int64 // number in the conversation; 0: delivered live only, not in the log
	Run  string
	Type string
	JSON json.RawMessage
}

// Terminal reports whether e ends its run.
func (e Event) Terminal() bool { return e.Type == typeRunFinished || e.Type == typeRunError }

const (
	typeRunStarted  = "RUN_STARTED"
	typeRunFinished = "RUN_FINISHED"
	typeRunError    = "RUN_ERROR"
	typeTextStart   = "TEXT_MESSAGE_START"
	typeTextContent = "TEXT_MESSAGE_CONTENT"
	typeTextEnd     = "TEXT_MESSAGE_END"
	typeToolStart   = "TOOL_CALL_START"
	typeToolArgs    = "TOOL_CALL_ARGS"
	typeToolEnd     = "TOOL_CALL_END"
	typeToolResult  = "TOOL_CALL_RESULT"
	typeActivity    = "ACTIVITY_SNAPSHOT"
	typeStepStarted = "STEP_STARTED"
	typeStepEnded   = "STEP_FINISHED"
	typeCustom      = "CUSTOM"
)

// The AG-UI events that Tandem sends (names and fields of AG-UI core 1.0).
// Optional fields are omitted when empty because its schemas refuse null;
// required ones are always there, also when empty.
type (
	base struct {
		Type      string `json:"type"`
		Timestamp int64  `json:"timestamp"` // ms
	}
	runStarted struct {
		base
		ThreadID string `json:"threadId"`
		RunID    string `json:"runId"`
	}
	runFinished struct {
		base
		ThreadID string  `json:"threadId"`
		RunID    string  `json:"runId"`
		Outcome  outcome `json:"outcome"`
		Usage    []usage `json:"usage,omitempty"`
	}
	outcome struct {
		Type string `json:"type"`
	}
	usage struct {
		Provider     string `json:"provider"`
		Model        string `json:"model"`
		InputTokens  int    `json:"inputTokens"`
		OutputTokens int    `json:"outputTokens"`
		TotalTokens  int    `json:"totalTokens"`
	}
	runError struct {
		base
		ThreadID string `json:"threadId,omitempty"`
		RunID    string `json:"runId,omitempty"`
		Message  string `json:"message"`
		Code     string `json:"code,omitempty"`
	}
	step struct {
		base
		StepName string `json:"stepName"`
	}
	textStart struct {
		base
		MessageID string `json:"messageId"`
		Role      string `json:"role"`
		Name      string `json:"name,omitempty"` // of the counsellor who speaks; none: the assistant
	}
	textContent struct {
		base
		MessageID string `json:"messageId"`
		Delta     string `json:"delta"`
	}
	textEnd struct {
		base
		MessageID string `json:"messageId"`
	}
	toolStart struct {
		base
		ToolCallID      string `json:"toolCallId"`
		ToolCallName    string `json:"toolCallName"`
		ParentMessageID string `json:"parentMessageId,omitempty"`
	}
	toolArgs struct {
		base
		ToolCallID string `json:"toolCallId"`
		Delta      string `json:"delta"`
	}
	toolEnd struct {
		base
		ToolCallID string `json:"toolCallId"`
	}
	toolResult struct {
		base
		MessageID  string `json:"messageId"`
		ToolCallID string `json:"toolCallId"`
		Content    string `json:"content"`
		Role       string `json:"role"`
	}
	activity struct {
		base
		MessageID    string          `json:"messageId"`
		ActivityType string          `json:"activityType"`
		Content      json.RawMessage `json:"content"`
		Replace      bool            `json:"replace"`
	}
	custom struct {
		base
		Name  string `json:"name"`
		Value any    `json:"value"`
	}
)

// Source is a citation shown to the person: CUSTOM "source".
type Source struct {
	SourceID string `json:"sourceId"`
	Kind     string `json:"kind"` // url, document
	Title    string `json:"title"`
	URL      string `json:"url,omitempty"`
	Passage  string `json:"passage"`
}

func sourceOf(p retrieval.Passage) Source {
	text := p.Text
	if r := []rune(text); len(r) > 400 {
		text = string(r[:400]) + "…"
	}
	return Source{SourceID: p.ID, Kind: "url", Title: p.Title, URL: p.URL, Passage: text}
}

// draft is an event before it has a number. Text deltas stay apart until they
// are written so that neighbours can be joined.
type draft struct {
	kind    string
	message string // of a text delta
	delta   string
	body    any
}

// ErrorFrame is a RUN_ERROR for a frame that never became a run: the client
// that sent it waits for a terminal event. It is not in any log.
func ErrorFrame(thread, run, code, message string, now int64) json.RawMessage {
	return must(runError{base{typeRunError, now}, thread, run, message, code})
}

// CustomFrame is a CUSTOM event that is in no log.
func CustomFrame(name string, value any, now int64) json.RawMessage {
	return must(custom{base{typeCustom, now}, name, value})
}

func must(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		// Only our own types are marshalled here; a failure is a programming error.
		panic("bot: event does not marshal: " + err.Error())
	}
	return b
}
