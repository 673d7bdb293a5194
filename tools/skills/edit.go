package skills

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"tandem/internal/postgres"
)

// Replacement corrects a proposal, or an item of the profile: another job title
// of the same métier, another métier, a skill that says it better. What replaces
// keeps the words that the first rested on and is the person's own; the first
// counts as refused, so that it is not proposed again.
type Replacement struct {
	Code string `json:"code"` // or words, of an item of the person
	By   string `json:"by"`   // code of ROME: métier, appellation, compétence, savoir, savoir-être
}

// exchange carries out a replacement, or says in French why it cannot.
func (b *book) exchange(ctx context.Context, tx pgx.Tx, v postgres.Visitor, r Replacement) (changed []Changed, why string, err error) {
	old, why := b.find(r.Code, false)
	if why != "" {
		return nil, why, nil
	}
	by, ok := b.engine.entry(r.By)
	switch {
	case !ok:
		return nil, fmt.Sprintf("« %s » n'est pas un code du ROME chargé : rien n'a été remplacé. Choisissez dans les résultats de la recherche.", r.By), nil
	case (by.Kind == KindMetier) != (old.Kind == KindMetier):
		return nil, fmt.Sprintf("« %s » et « %s » ne sont pas de même nature : rien n'a été remplacé.", old.Label, by.Label), nil
	}
	e := by
	for _, own := range b.own { // keeps its own words, if it was there already
		if own.Code == by.Code {
			e = own
			e.Appellation, e.AppellationCode = by.Appellation, by.AppellationCode
		}
	}
	e.Status = Accepted
	if by.Code != old.Code {
		if len(e.Evidence) == 0 {
			e.Evidence, e.Document = old.Evidence, old.Document
		}
		old.Status = Refused
		if err := b.put(ctx, tx, v, old); err != nil {
			return nil, "", err
		}
	}
	return []Changed{{Code: e.Code, Label: e.Name(), Kind: e.Kind, Status: Accepted, Replaces: old.Name()}}, "", b.put(ctx, tx, v, e)
}

// order puts what the person names first, in this order, and leaves the rest of
// what is in the profile in the order it has. It says in French what it does not
// find; nil changes nothing.
func (b *book) order(ctx context.Context, tx pgx.Tx, visitor string, asked []string) (notFound []string, err error) {
	if asked == nil {
		return nil, nil
	}
	var codes []string
	put := func(code string) {
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	for _, words := range asked {
		e, why := b.find(words, false)
		if why == "" && !slices.ContainsFunc(b.own, func(own Entry) bool { return own.Code == e.Code }) {
			why = fmt.Sprintf("« %s » n'est pas dans votre profil.", words)
		}
		if why != "" {
			notFound = append(notFound, why)
			continue
		}
		put(e.Code)
	}
	for _, e := range b.own {
		if e.Status == Accepted {
			put(e.Code)
		}
	}
	_, err = tx.Exec(ctx, `update profile_items p set place = o.n, at = now() from unnest($2::text[]) with ordinality as o(code, n)
		where p.visitor = $1 and p.code = o.code`, visitor, codes)
	return notFound, err
}
