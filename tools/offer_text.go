package tools

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"tandem/internal/fault"
	"tandem/internal/fold"
	"tandem/tools/legality"
	"tandem/tools/offers"
)

// pasted is the least length at which a message is taken for an offer whatever
// it says; shorter ones must show something of an offer.
const pasted = 120

// offerInput is how every tool on offers is told which one.
type offerInput struct {
	OfferID      string  `json:"offer_id,omitempty" jsonschema:"numéro d'une offre déposée"`
	Text         string  `json:"text,omitempty" jsonschema:"texte de l'offre ; par défaut, ce que la personne vient de coller"`
	Contract     string  `json:"contract,omitempty" jsonschema:"CDI, CDD, MIS, apprentissage, professionnalisation, saisonnier…"`
	ROME         string  `json:"rome,omitempty" jsonschema:"code ROME du métier, par exemple D1102"`
	Months       float64 `json:"duration_months,omitempty" jsonschema:"durée du contrat en mois"`
	EmployerType string  `json:"employer_type,omitempty" jsonschema:"entreprise adaptée, IAE, ETT…"`
	Quote        string  `json:"quote,omitempty" jsonschema:"mots de l'offre sur lesquels porte la question"`
}

// request is a line that asks about the offer pasted below it, and is no part of it.
var request = regexp.MustCompile(`^(?:bonjour[ ,.!]*)?(?:verifi|control|analys|reli|regard|corrig|reecri|expliqu|voici|voila|pouvez|peux|merci de|est-ce|que pensez|mon |ma |cette )[^.]*\b(?:offre|annonce|texte)\b[^.]*[:?]$`)

var errNoOffer = fault.New(fault.Invalid, "De quelle offre s'agit-il ? Collez son texte dans le message, ou donnez son numéro.")

// offer finds the offer that a call is about: by number, in the arguments, or
// in what the person pasted, newest first. Fields given outweigh fields read.
func (e *Engines) offer(ctx context.Context, c Caller, in offerInput) (legality.Offer, error) {
	given := offers.Fields{EmployerType: in.EmployerType}
	given.Contract, given.ROME = in.Contract, in.ROME
	var o legality.Offer
	switch text := e.offerWords(c, in); {
	case in.OfferID != "":
		stored, err := e.Offers.Get(ctx, c.Visitor, in.OfferID)
		if err != nil {
			return o, err
		}
		given = given.Or(stored.Fields)
		o = Legality(stored.Offer)
	case text != "":
		given = given.Or(offers.Parse(text))
		o.Title, o.Text = splitTitle(text)
	default:
		return o, errNoOffer
	}
	if in.Months >= 1 && in.Months == math.Trunc(in.Months) {
		o.DurationMonths = int(in.Months)
	}
	o.Contract, o.ROME, o.EmployerType = given.Contract, strings.ToUpper(given.ROME), given.EmployerType
	return o, nil
}

// Legality is a stored offer as the rules read it. Of its facts only those are
// passed to be compared with the text that the text does not say itself: a store
// fills gaps from the text (offers.Parse), and a misreading of ours held against
// the same text would be a contradiction that nobody wrote.
func Legality(o offers.Offer) legality.Offer {
	f, read := o.Fields, o.Said()
	out := legality.Offer{Title: o.Title, Text: o.Body, Contract: f.Contract, ROME: f.ROME, EmployerType: f.EmployerType}
	if f.Town != read.Town {
		out.Town = f.Town
	}
	if f.HoursWeek != read.HoursWeek {
		out.HoursWeek = f.HoursWeek
	}
	if f.DurationMonths != read.DurationMonths && f.DurationMonths == math.Trunc(f.DurationMonths) {
		out.DurationMonths = int(f.DurationMonths)
	}
	if f.SalaryYear > 0 && f.SalaryYear != read.SalaryYear {
		out.Salary = fmt.Sprintf("annuel de %.0f €", f.SalaryYear)
	}
	if y := f.ExperienceYears; y != nil && (read.ExperienceYears == nil || *y != *read.ExperienceYears) {
		out.Experience = experience(*y)
	}
	if !o.CreatedAt.IsZero() {
		out.Date = o.CreatedAt.Format(time.DateOnly)
	}
	return out
}

func experience(years float64) string {
	switch {
	case years == 0:
		return "débutant accepté"
	case years < 1:
		return fmt.Sprintf("%.0f mois", years*12)
	case years < 2:
		return "1 an"
	}
	return fmt.Sprintf("%.0f ans", years)
}

func (e *Engines) offerWords(c Caller, in offerInput) string {
	if text := strings.TrimSpace(in.Text); text != "" {
		return text
	}
	for i, said := range c.Said {
		said = quoted(strings.TrimSpace(said))
		v := e.Legality.Check(legality.Offer{Text: said, Contract: in.Contract, ROME: in.ROME})
		known := slices.ContainsFunc(slices.Concat(v.Findings, v.Advice), func(f legality.Finding) bool { return !f.Guessed() })
		if len(said) >= pasted || known { // questions about offers make the weights guess
			return said
		}
		if i == 20 {
			break
		}
	}
	return strings.TrimSpace(in.Quote)
}

// advertises is how an offer begins or what only an offer says; asksAbout how
// people ask about one before they copy it after a colon.
var (
	advertises = regexp.MustCompile(`\b(?:recherch|recrut|embauch|cherch)\w*|\bh ?/ ?f\b|\bf ?/ ?h\b|\b(?:cdi|cdd|interim)\b|\b\d\d ?h(?:eures)?\b`)
	asksAbout  = regexp.MustCompile(`\b(?:offre|annonce|texte|conforme|legal\w*|verif\w*|control\w*|corrig\w*|reformul\w*|reecri\w*|nettoie|check|publier|passe)\b`)
)

// quoted is the offer in « cette offre est-elle légale : "…" ? »: a long quote is
// what the question is about, and the question is no part of the offer. So is
// what is copied after a colon. A short one are words pointed at, within a
// sentence that tells the rest.
func quoted(said string) string {
	for _, q := range [][2]string{{"«", "»"}, {"“", "”"}, {"\"", "\""}} {
		_, rest, found := strings.Cut(said, q[0])
		if i := strings.LastIndex(rest, q[1]); found && i >= 40 && (i > len(said)/2 || advertises.MatchString(fold.String(rest[:i]))) {
			return strings.TrimSpace(rest[:i])
		}
	}
	if asked, copied, found := strings.Cut(said, ":"); found && len(copied) >= 40 && !strings.Contains(asked, "\n") && asksAbout.MatchString(fold.String(asked)) && advertises.MatchString(fold.String(copied)) {
		return strings.TrimSpace(copied)
	}
	return said
}

// splitTitle takes a short first line for the title of a longer text.
func splitTitle(text string) (title, body string) {
	if head, rest, found := strings.Cut(text, "\n"); found && len(head) <= 100 && request.MatchString(fold.String(strings.TrimSpace(head))) && strings.TrimSpace(rest) != "" {
		text = strings.TrimSpace(rest)
	}
	head, rest, found := strings.Cut(text, "\n")
	head, rest = strings.TrimSpace(head), strings.TrimSpace(rest)
	if !found || rest == "" || len(head) > 100 || strings.ContainsAny(head, ".?!:;") {
		return "", text
	}
	return head, rest
}
