package tools

import (
	"context"

	"tandem/tools/offers"
)

type offersInput struct {
	OfferID     string   `json:"offer_id,omitempty" jsonschema:"numéro d'une offre"`
	ROME        string   `json:"rome,omitempty" jsonschema:"code de métier (F1703), de domaine (F17) ou de grand domaine (F)"`
	Occupation  string   `json:"occupation,omitempty" jsonschema:"mots du titre"`
	Departement string   `json:"departement,omitempty" jsonschema:"code ou nom du département"`
	Town        string   `json:"town,omitempty" jsonschema:"commune"`
	Contract    string   `json:"contract,omitempty" jsonschema:"CDI, CDD, MIS…"`
	Threshold   *float64 `json:"threshold,omitempty" jsonschema:"probabilité minimale de dépasser 30 jours, de 0 à 1"`
	Blocked     *bool    `json:"blocked,omitempty" jsonschema:"vrai : seulement les offres bloquées ; faux : seulement les autres"`
	State       string   `json:"state,omitempty" jsonschema:"open, closed ou all"`
	Order       string   `json:"order,omitempty" jsonschema:"probability ou recent"`
	Limit       int      `json:"limit,omitempty" jsonschema:"nombre d'offres à montrer, 50 au plus"`
}

func searchOffers(e *Engines) Tool {
	return New("search_offers",
		"Liste les offres du portefeuille de la personne : par métier, lieu, contrat, risque de dépasser 30 jours, blocage.",
		recruitersOrOwn, func(ctx context.Context, c Caller, in offersInput) (Result, error) {
			if in.OfferID != "" {
				in.State = "all"
			}
			list, err := e.Offers.Search(ctx, c.Visitor, offers.Filter{ID: in.OfferID, ROME: in.ROME, Title: in.Occupation, Departement: in.Departement, Town: in.Town, Contract: in.Contract,
				Threshold: in.Threshold, Blocked: in.Blocked, State: in.State, Order: in.Order, Limit: in.Limit})
			if err != nil {
				return Result{}, err
			}
			return Result{Data: list, Activity: "offer.list"}, nil
		})
}
