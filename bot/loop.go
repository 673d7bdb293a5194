package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/tmc/langchaingo/llms"

	"tandem/bot/mask"
	"tandem/internal/fault"
	"tandem/tools"
)

// loop asks the model, runs the calls it makes, and asks again, until it
// answers. Nil means that the person has an answer.
func (r *run) loop(ctx context.Context) error {
	history, err := r.recall(ctx)
	if err != nil {
		return err
	}
	prompt, err := r.prompt()
	if err != nil {
		return err
	}
	r.sources = map[string]bool{}
	r.receipt = Receipt{PromptVersion: promptVersion, Tools: []ReceiptTool{}, Sources: []string{}}
	if r.a.Facts != nil {
		r.receipt.Versions = r.a.Facts(ctx)
	}
	messages := []llms.MessageContent{llms.TextParts(llms.ChatMessageTypeSystem, prompt)}
	var said []string
	for _, m := range history {
		messages = append(messages, m.content())
		if m.Role == "human" {
			said = append(said, m.Text)
		}
	}
	slices.Reverse(said)
	said[0] = r.q.Text // without the line about the document
	offered := tools.For(r.visitor.Role, r.a.Tools)
	caller := tools.Caller{Visitor: r.visitor, Conversation: r.q.Conversation, Said: said, Document: r.q.Document}
	models := r.a.Models
	if r.a.Guards != nil && r.a.Guards(r.visitor.Role, said[0], said[1:]) {
		models = models[len(models)-1:]
	}
	done := map[[32]byte]bool{}

	for n := range MaxSteps {
		answer, left, err := r.ask(ctx, models, messages, offered, n)
		models = left // a model that failed is not asked again in this run
		if err != nil {
			return err
		}
		calls := answer.Calls
		if len(calls) == 0 {
			return r.keep(ctx, answer)
		}
		turn := []turnMessage{answer}
		repeated := true
		for _, call := range calls {
			key := sha256.Sum256([]byte(call.Name + "\x00" + call.Args))
			again := done[key]
			done[key] = true
			repeated = repeated && again
			turn = append(turn, r.call(ctx, offered, caller, call, n))
		}
		// Kept also after a stop: every call has its result by now.
		if err := r.keep(context.WithoutCancel(ctx), turn...); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if repeated {
			break
		}
		for _, m := range turn {
			messages = append(messages, m.content())
		}
	}
	// Out of steps, or going round in circles: say so rather than say nothing.
	sorry := "Je n'arrive pas à aboutir à une réponse sûre. Pouvez-vous reformuler, ou souhaitez-vous parler à un conseiller ?"
	id := fmt.Sprintf("%s:%d:answer", r.q.Run, MaxSteps)
	r.say(id, sorry)
	return r.keep(ctx, turnMessage{Role: "ai", Text: sorry})
}

// ask gets one message from the first model that gives one, streaming its text.
// left are the models to ask next time.
func (r *run) ask(ctx context.Context, models []Model, messages []llms.MessageContent, offered []tools.Tool, n int) (answer turnMessage, left []Model, err error) {
	for i, m := range models {
		s := &speech{r: r, id: fmt.Sprintf("%s:%d:%d", r.q.Run, r.turn, n)}
		if i > 0 {
			s.id += fmt.Sprintf(":%d", i)
		}
		answer, err = r.generate(ctx, m, messages, offered, s)
		s.end()
		if ctx.Err() != nil {
			// The provider may have returned nil for a cancelled stream.
			return answer, models, r.keepPartial(ctx, s)
		}
		if err == nil {
			return answer, models[i:], nil
		}
		r.a.Log.Warn("model failed", "model", m.Name, "run", r.q.Run, "err", err)
		if i+1 < len(models) {
			r.emit(draft{kind: typeCustom, body: custom{base{typeCustom, r.now()}, "notice", map[string]string{
				"level": "warning",
				"text":  fmt.Sprintf("Le modèle %s ne répond pas. La suite vient du modèle %s.", m.Name, models[i+1].Name)}}})
		}
	}
	return answer, nil, fault.Wrap(err, fault.Unavailable, "Aucun modèle de langage ne répond. Réessayez dans un instant, ou parlez à un conseiller.")
}

func (r *run) generate(ctx context.Context, m Model, messages []llms.MessageContent, offered []tools.Tool, s *speech) (turnMessage, error) {
	began := r.a.Now()
	masked := mask.New() // hides nothing
	if !m.Offline {
		if m.Mask == nil {
			return turnMessage{}, errors.New("model has no mask: not called")
		}
		var err error
		if messages, masked, err = m.Mask(messages); err != nil {
			return turnMessage{}, fmt.Errorf("masking failed, model not called: %w", err)
		}
	}
	s.restore = masked.Show
	resp, err := m.LLM.GenerateContent(ctx, messages,
		llms.WithTools(declare(offered)),
		llms.WithStreamingFunc(func(_ context.Context, chunk []byte) error {
			// llms/openai streams tool calls through this function too, as JSON;
			// text never begins so (LANGCHAINGO §3, dialect splits it if it does).
			if !bytes.HasPrefix(chunk, []byte("[{")) {
				s.add(string(chunk))
			}
			return nil
		}))
	if err != nil {
		return turnMessage{}, err
	}
	if len(resp.Choices) == 0 {
		return turnMessage{}, errors.New("model gave no choice")
	}
	c := resp.Choices[0]
	answer := turnMessage{Role: "ai", Text: masked.Show(c.Content)}
	for i, call := range c.ToolCalls {
		if call.FunctionCall == nil {
			continue
		}
		args := call.FunctionCall.Arguments
		if strings.TrimSpace(args) == "" {
			args = "{}"
		}
		// Endpoints repeat ids across steps; ours are unique in the conversation.
		answer.Calls = append(answer.Calls, toolCall{ID: fmt.Sprintf("%s:call:%d", s.id, i), Name: call.FunctionCall.Name, Args: masked.ShowJSON(args)})
	}
	if len(answer.Calls) == 0 && strings.TrimSpace(answer.Text) == "" {
		return turnMessage{}, errors.New("model gave neither text nor call")
	}
	s.finish(c.Content) // the response is the truth, deltas are for the screen
	r.receipt.Model, r.receipt.Offline = m.Name, m.Offline
	in, out := count(c.GenerationInfo, messages, c)
	r.receipt.Tokens.Input += in
	r.receipt.Tokens.Output += out
	r.receipt.account(r.a.Now().Sub(began).Seconds())
	return answer, nil
}

// call runs one tool and gives the model its result, whatever happens.
func (r *run) call(ctx context.Context, offered []tools.Tool, caller tools.Caller, call toolCall, n int) turnMessage {
	now := r.now()
	r.emit(
		draft{kind: typeStepStarted, body: step{base{typeStepStarted, now}, call.Name}},
		draft{kind: typeToolStart, body: toolStart{base{typeToolStart, now}, call.ID, call.Name, ""}},
		draft{kind: typeToolArgs, body: toolArgs{base{typeToolArgs, now}, call.ID, call.Args}},
		draft{kind: typeToolEnd, body: toolEnd{base{typeToolEnd, now}, call.ID}},
	)
	caller.Progress = func(label string, percent int) {
		content, _ := json.Marshal(map[string]any{"label": label, "percent": percent, "tool": call.Name})
		r.emit(draft{kind: typeActivity, body: activity{base{typeActivity, r.now()}, call.ID + ":progress", "progress", content, true}})
	}
	began := r.a.Now()
	result, err := tools.Call(ctx, offered, caller, call.Name, json.RawMessage(call.Args), toolTime)
	ok := err == nil
	if err != nil {
		if ctx.Err() != nil {
			result = tools.Result{Data: tools.Mistake{Mistake: "Appel arrêté avant la fin."}}
		} else {
			r.a.Log.Error("tool failed", "tool", call.Name, "run", r.q.Run, "err", err)
			result = tools.Result{Data: tools.Mistake{Mistake: fault.Message(err)}}
		}
	}
	if _, mistaken := result.Data.(tools.Mistake); mistaken {
		ok = false
	}
	r.receipt.Tools = append(r.receipt.Tools, ReceiptTool{call.Name, r.a.Now().Sub(began).Milliseconds(), ok})

	data := must(result.Data)
	content := string(data)
	if len(content) > toolOutput {
		cut := strings.ToValidUTF8(content[:toolOutput], "")
		content = string(must(map[string]any{"cut": true, "notice": "Résultat coupé : trop long pour être relu en entier.", "beginning": cut}))
	}
	now = r.now()
	r.emit(draft{kind: typeToolResult, body: toolResult{base{typeToolResult, now}, call.ID + ":result", call.ID, content, "tool"}})
	if result.Activity != "" && ok {
		r.emit(draft{kind: typeActivity, body: activity{base{typeActivity, now}, call.ID + ":activity", result.Activity, data, true}})
	}
	for _, p := range result.Sources {
		if r.sources[p.ID] {
			continue
		}
		r.sources[p.ID] = true
		r.receipt.Sources = append(r.receipt.Sources, p.ID)
		r.emit(draft{kind: typeCustom, body: custom{base{typeCustom, now}, "source", sourceOf(p)}})
	}
	for _, e := range result.Events {
		r.emit(draft{kind: typeCustom, body: custom{base{typeCustom, now}, e.Name, e.Value}})
	}
	r.emit(draft{kind: typeStepEnded, body: step{base{typeStepEnded, now}, call.Name}})
	return turnMessage{Role: "tool", Call: call.ID, Name: call.Name, Text: content}
}

// keep stores messages of the conversation.
func (r *run) keep(ctx context.Context, messages ...turnMessage) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return r.a.DB.As(ctx, r.visitor, func(tx pgx.Tx) error {
		return save(ctx, tx, r.visitor, r.q.Conversation, r.q.Run, messages...)
	})
}

// keepPartial stores what the person had read when the run was stopped, so that
// the next question can refer to it.
func (r *run) keepPartial(ctx context.Context, s *speech) error {
	if text := s.text.String(); text != "" {
		if err := r.keep(ctx, turnMessage{Role: "ai", Text: text + " [réponse arrêtée]"}); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

func declare(offered []tools.Tool) []llms.Tool {
	list := make([]llms.Tool, len(offered))
	for i, t := range offered {
		list[i] = llms.Tool{Type: "function", Function: &llms.FunctionDefinition{Name: t.Name, Description: t.Description, Parameters: t.Schema}}
	}
	return list
}

// count takes the endpoint's own token counts, or estimates 4 bytes a token.
func count(info map[string]any, messages []llms.MessageContent, c *llms.ContentChoice) (in, out int) {
	in, _ = info["PromptTokens"].(int)
	out, _ = info["CompletionTokens"].(int)
	if in == 0 {
		for _, m := range messages {
			for _, p := range m.Parts {
				switch p := p.(type) {
				case llms.TextContent:
					in += len(p.Text)
				case llms.ToolCallResponse:
					in += len(p.Content)
				}
			}
		}
		in /= 4
	}
	if out == 0 {
		out = (len(c.Content) + 3) / 4
	}
	return in, out
}
