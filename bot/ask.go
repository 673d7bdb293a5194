package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tmc/langchaingo/llms"

	"tandem/bot/dialect"
	"tandem/bot/mask"
	"tandem/internal/fault"
)

// maxAnswer bounds what a model writes in one step, in tokens. An answer has
// some 200; arguments may hold an offer.
const maxAnswer = 4096

// ask gets one message from the first model that gives one, streaming its text.
// A model that failed is not asked again in this run. With ending, the model is
// to answer and not to call.
func (r *run) ask(ctx context.Context, n int, ending bool) (turnMessage, error) {
	var last error
	for i, m := range r.models {
		s := &speech{r: r, id: fmt.Sprintf("%s:%d:%d", r.q.Run, r.turn, n), guard: r.facts.guard(m), first: func() { r.tellSwitch(m) }}
		if i > 0 {
			s.id += fmt.Sprintf(":%d", i)
		}
		answer, err := r.generate(ctx, m, s, ending)
		s.end()
		if ctx.Err() != nil {
			if text := s.text.String(); text != "" { // so that the next question can refer to what was read
				r.closing = []turnMessage{{Role: "ai", Text: text + " " + stopped}}
			}
			return answer, context.Cause(ctx)
		}
		r.unverified(s.guard)
		if err == nil {
			r.tellSwitch(m)
			r.models = r.models[i:]
			return answer, nil
		}
		last = err
		r.a.Log.Warn("model failed", "model", m.Name, "run", r.q.Run, "err", err)
		f := ReceiptFailure{m.Name, why(err)}
		r.receipt.Failed = append(r.receipt.Failed, f)
		r.untold = append(r.untold, untold{f, s.text.Len() > 0})
	}
	r.models = nil
	return turnMessage{}, fault.Wrap(last, fault.Unavailable, "Aucun modèle de langage ne répond. Réessayez dans un instant, ou parlez à un conseiller.")
}

// untold is a failure that the person has not been told of yet.
type untold struct {
	ReceiptFailure
	midway bool // it had begun to answer
}

// tellSwitch says in one sentence, before the first word of the model that
// answers, which ones did not.
func (r *run) tellSwitch(to Model) {
	if len(r.untold) == 0 {
		return
	}
	var names []string
	midway := false
	for _, u := range r.untold {
		names = append(names, u.Model)
		midway = midway || u.midway
	}
	r.untold = nil
	who, verb := "Le modèle "+names[0], "ne répond pas"
	if midway {
		verb = "s'est interrompu"
	}
	if len(names) > 1 {
		who, verb = "Les modèles "+strings.Join(names[:len(names)-1], ", ")+" et "+names[len(names)-1], "ne répondent pas"
	}
	from := "du modèle " + to.Name
	if to.Offline {
		from = "du mode sobre, qui marche sans eux"
		if len(names) == 1 {
			from = "du mode sobre, qui marche sans lui"
		}
	}
	r.notice(fmt.Sprintf("%s %s : la suite vient %s.", who, verb, from))
}

// why is a failure in the words of the receipt.
func why(err error) string {
	var e *dialect.Error
	if errors.Is(err, errMask) {
		return "données personnelles non masquées : pas d'appel"
	}
	if !errors.As(err, &e) {
		return "réponse inutilisable"
	}
	switch e.Kind {
	case dialect.Refused:
		return fmt.Sprintf("refus (code %d)", e.Status)
	case dialect.InStream:
		return "erreur pendant la réponse"
	case dialect.Cut:
		return "réponse coupée"
	case dialect.Silent:
		return "silence"
	case dialect.Unreachable:
		return "injoignable"
	case dialect.Resting:
		return "en pause après des échecs"
	default:
		return "réponse illisible"
	}
}

var errMask = errors.New("masking failed, model not called")

// generate asks one model. What comes back has text as the person reads it and
// calls as the tools take them: personal data restored, sources checked.
func (r *run) generate(ctx context.Context, m Model, s *speech, ending bool) (turnMessage, error) {
	began := r.a.Now()
	messages := r.messages(m)
	masked := mask.New() // hides nothing
	if !m.Offline {
		if m.Mask == nil {
			return turnMessage{}, fmt.Errorf("%w: it has no mask", errMask)
		}
		var err error
		if messages, masked, err = m.Mask(messages); err != nil {
			return turnMessage{}, fmt.Errorf("%w: %w", errMask, err)
		}
	}
	s.restore = masked.Show
	options := []llms.CallOption{llms.WithTools(declare(r.offered)), llms.WithMaxTokens(maxAnswer),
		llms.WithStreamingFunc(func(_ context.Context, chunk []byte) error { return s.add(string(chunk)) })}
	if ending {
		options = append(options, llms.WithToolChoice("none"))
	}
	resp, err := m.LLM.GenerateContent(ctx, messages, options...)
	if err != nil {
		return turnMessage{}, err
	}
	if len(resp.Choices) == 0 {
		return turnMessage{}, errors.New("model gave no choice")
	}
	c := resp.Choices[0]
	var calls []toolCall
	for i, call := range c.ToolCalls {
		if call.FunctionCall == nil {
			continue
		}
		args := call.FunctionCall.Arguments
		if strings.TrimSpace(args) == "" {
			args = "{}"
		}
		// Endpoints repeat ids across steps; ours are unique in the conversation.
		calls = append(calls, toolCall{ID: fmt.Sprintf("%s:call:%d", s.id, i), Name: clean(call.FunctionCall.Name), Args: clean(masked.ShowJSON(args))})
	}
	if len(calls) == 0 && strings.TrimSpace(c.Content) == "" {
		return turnMessage{}, errors.New("model gave neither text nor call")
	}
	if err := s.finish(c.Content); err != nil { // the response is the truth, deltas are for the screen
		return turnMessage{}, err
	}
	if c.StopReason == "length" && len(calls) == 0 {
		r.notice("La réponse est coupée : elle était trop longue. Demandez la suite si elle vous manque.")
	}
	r.receipt.account(m, c, messages, r.a.Now().Sub(began))
	return turnMessage{Role: "ai", Text: s.text.String(), Calls: calls}, nil
}

// clean is a model's text as Postgres keeps it.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

func (r *run) notice(text string) {
	r.emit(draft{kind: typeCustom, body: custom{base{typeCustom, r.now()}, "notice", map[string]string{"level": "warning", "text": text}}})
}
