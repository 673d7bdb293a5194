package tools

import (
	"context"

	"tandem/internal/postgres"
	"tandem/retrieval"
	"tandem/tools/offers"
)

func searchOffers(e *Engines) Tool {
	return New("search_offers",
		"Liste et compte les offres du portefeuille de la personne : par métier, lieu, contrat, risque de dépasser 30 jours, blocage, dernier contact ; "+
			"les regroupe si on le demande. Pour une question de suite, reprend le filtre d'avant (asked) avec ce qui change.",
		recruitersOrOwn, func(ctx context.Context, c Caller, in offers.Filter) (Result, error) {
			list, err := e.Portfolio(ctx, c.Visitor, in)
			if err != nil {
				return Result{}, err
			}
			return Result{Data: list, Activity: "offer.list"}, nil
		})
}

// Portfolio is the offers of v's portfolio that fit f, métiers by their names.
func (e *Engines) Portfolio(ctx context.Context, v postgres.Visitor, f offers.Filter) (offers.List, error) {
	list, err := e.Offers.Search(ctx, v, f)
	if err != nil || list.Asked.Group != "rome" {
		return list, err
	}
	codes := make([]string, len(list.Groups))
	for i, g := range list.Groups {
		codes[i] = g.Key
	}
	found, err := e.Search.ByID(ctx, retrieval.ROME, codes...)
	if err != nil {
		return list, err
	}
	titles := map[string]string{}
	for _, p := range found {
		titles[p.ID] = p.Title
	}
	for i, g := range list.Groups {
		if t := titles[g.Key]; t != "" {
			list.Groups[i].Label = g.Key + " " + t
		}
	}
	return list, nil
}
