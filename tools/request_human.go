package tools

import (
	"context"

	"tandem/tools/handoff"
)

type humanInput struct {
	Reason  string `json:"reason,omitempty" jsonschema:"pourquoi la personne veut parler à quelqu'un, en quelques mots"`
	Consent bool   `json:"consent,omitempty" jsonschema:"vrai si la personne accepte que le conseiller lise cette conversation"`
}

func requestHuman(e *Engines) Tool {
	return New("request_human",
		"Demande qu'un conseiller prenne le relais. À appeler dès que la personne veut parler à quelqu'un, conteste, ou va mal.",
		everyone, func(ctx context.Context, c Caller, in humanInput) (Result, error) {
			t, err := e.Handoffs.Ask(ctx, c.Visitor, c.Conversation, handoff.Wish{Reason: in.Reason, Consent: in.Consent})
			if err != nil {
				return Result{}, err
			}
			return Result{Data: t, Events: []Event{{"handoff.requested", t}}}, nil
		})
}
