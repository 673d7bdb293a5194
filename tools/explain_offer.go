package tools

import (
	"context"

	"tandem/retrieval"
	"tandem/tools/legality"
)

// legalityView is the result of both tools on the law of an offer.
type legalityView struct {
	Title string `json:"title"`
	Text  string `json:"text"`
	Facts facts  `json:"facts"` // what the words were checked with, to check them again alike
	legality.Verdict
	Quote     string         `json:"quote,omitempty"`
	Rewritten *rewrittenView `json:"rewritten,omitempty"`
}

// facts are the fields of legality.Offer besides its words.
type facts struct {
	Contract       string  `json:"contract,omitempty"`
	ROME           string  `json:"rome,omitempty"`
	EmployerType   string  `json:"employer_type,omitempty"`
	Experience     string  `json:"experience,omitempty"`
	Salary         string  `json:"salary,omitempty"`
	Town           string  `json:"town,omitempty"`
	HoursWeek      float64 `json:"hours_week,omitempty"`
	DurationMonths int     `json:"duration_months,omitempty"`
	Date           string  `json:"date,omitempty"`
}

func factsOf(o legality.Offer) facts {
	return facts{o.Contract, o.ROME, o.EmployerType, o.Experience, o.Salary, o.Town, o.HoursWeek, o.DurationMonths, o.Date}
}

type rewrittenView struct {
	Title     string              `json:"title"`
	Text      string              `json:"text"`
	Status    string              `json:"status"`
	Changes   []legality.Change   `json:"changes"`
	Diff      []legality.DiffLine `json:"diff"`      // title, then text, line by line
	Remaining []legality.Finding  `json:"remaining"` // what a person must write or decide
	Version   string              `json:"version"`   // of the rules that the new words were checked with
	Date      string              `json:"date"`
}

func explainOffer(e *Engines) Tool {
	return New("explain_offer",
		"Vérifie la légalité d'une offre d'emploi et explique chaque mention signalée : mots exacts, règle, article, exception, réécriture. "+
			"Sans argument, porte sur le texte que la personne a collé.",
		everyone, func(ctx context.Context, c Caller, in offerInput) (Result, error) {
			o, err := e.offer(ctx, c, in)
			if err != nil {
				return Result{}, err
			}
			v := e.Contests.Check(ctx, o)
			e.Contests.Count(v)
			sources, err := e.cite(ctx, v)
			if err != nil {
				return Result{}, err
			}
			return Result{Data: legalityView{Title: o.Title, Text: o.Text, Facts: factsOf(o), Verdict: v, Quote: in.Quote}, Activity: "offer.legality", Sources: sources}, nil
		})
}

func rewriteOffer(e *Engines) Tool {
	return New("rewrite_offer",
		"Réécrit une offre en appliquant toutes les corrections proposées, puis la vérifie de nouveau. Sans argument, porte sur le texte que la personne a collé.",
		recruitersOrOwn, func(ctx context.Context, c Caller, in offerInput) (Result, error) {
			o, err := e.offer(ctx, c, in)
			if err != nil {
				return Result{}, err
			}
			v := e.Contests.Check(ctx, o)
			r := e.Legality.Rewrite(o)
			sources, err := e.cite(ctx, v)
			if err != nil {
				return Result{}, err
			}
			view := legalityView{Title: o.Title, Text: o.Text, Facts: factsOf(o), Verdict: v, Rewritten: &rewrittenView{
				Title: r.Title, Text: r.Text, Status: r.Verdict.Status, Version: r.Verdict.Version, Date: r.Verdict.Date,
				Diff:    append(titleDiff(o.Title, r.Title), legality.Diff(o.Text, r.Text)...),
				Changes: append([]legality.Change{}, r.Changes...), Remaining: append([]legality.Finding{}, r.Verdict.Findings...)}}
			return Result{Data: view, Activity: "offer.legality", Sources: sources}, nil
		})
}

// titleDiff is the part of the comparison that is about the title, none without one.
func titleDiff(before, after string) []legality.DiffLine {
	if before == "" && after == "" {
		return nil
	}
	return legality.Diff(before, after)
}

// cite fetches the passages of the articles that a verdict names.
func (e *Engines) cite(ctx context.Context, v legality.Verdict) ([]retrieval.Passage, error) {
	var ids []string
	seen := map[string]bool{}
	for _, list := range [][]legality.Finding{v.Findings, v.Advice} {
		for _, f := range list {
			for _, a := range f.Articles {
				if !seen[a.ID] {
					seen[a.ID] = true
					ids = append(ids, a.ID)
				}
			}
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return e.Search.ByID(ctx, retrieval.Law, ids...)
}
