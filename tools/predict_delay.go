package tools

import (
	"context"
	"fmt"
	"strings"

	"tandem/internal/fault"
	"tandem/retrieval"
	"tandem/tools/delay"
	"tandem/tools/offers"
)

// offerFacts are the facts of an offer as the model gives them.
type offerFacts struct {
	ROME            string   `json:"rome,omitempty" jsonschema:"code ROME du métier"`
	Occupation      string   `json:"occupation,omitempty" jsonschema:"métier tel que dit"`
	Departement     string   `json:"departement,omitempty" jsonschema:"code du département : 44, 2A, 974"`
	Town            string   `json:"town,omitempty" jsonschema:"commune"`
	Contract        string   `json:"contract,omitempty" jsonschema:"CDI, CDD, MIS, apprentissage, professionnalisation, saisonnier…"`
	DurationMonths  float64  `json:"duration_months,omitempty" jsonschema:"durée du contrat en mois"`
	HoursWeek       float64  `json:"hours_week,omitempty" jsonschema:"heures par semaine"`
	ExperienceYears *float64 `json:"experience_years,omitempty" jsonschema:"années d'expérience demandées ; 0 si débutant accepté"`
	SalaryMonth     float64  `json:"salary_month,omitempty" jsonschema:"salaire brut mensuel en euros"`
	AgeDays         int      `json:"age_days,omitempty" jsonschema:"jours depuis que l'offre est en ligne, si elle l'est encore"`
}

type delayInput struct {
	OfferID string `json:"offer_id,omitempty" jsonschema:"numéro d'une offre déposée"`
	Text    string `json:"text,omitempty" jsonschema:"texte de l'offre ; par défaut, ce que la personne vient d'écrire"`
	Target  string `json:"target,omitempty" jsonschema:"ce qui est prévu : pourvue (délai pour pourvoir) ou en-ligne (durée en ligne) ; par défaut, la cible du service"`
	offerFacts
	WhatIf *offerFacts `json:"what_if,omitempty" jsonschema:"changements à essayer"`
}

type delayView struct {
	delay.Forecast
	Offer      delay.Offer `json:"offer"`
	Understood []string    `json:"understood"`
	WhatIf     *whatIfView `json:"what_if,omitempty"`
	Other      *otherView  `json:"other,omitempty"`
}

// otherView is the other target, beside the forecast and never in it.
type otherView struct {
	Measure      delay.Target `json:"measure"`
	Target       string       `json:"target"`
	Probability  float64      `json:"probability"`
	Low          float64      `json:"low"`
	High         float64      `json:"high"`
	BaseRate     float64      `json:"base_rate"`
	BaseGroup    string       `json:"base_group"`
	Support      int          `json:"support"`
	Insufficient string       `json:"insufficient,omitempty"`
}

type whatIfView struct {
	Offer       delay.Offer `json:"offer"`
	Understood  []string    `json:"understood"`
	Probability float64     `json:"probability"`
	MedianDays  float64     `json:"median_days"`
	Change      float64     `json:"change"` // of probability
}

func (f offerFacts) fields() (offers.Fields, error) {
	if f.DurationMonths < 0 || f.HoursWeek < 0 || f.SalaryMonth < 0 || f.AgeDays < 0 || (f.ExperienceYears != nil && *f.ExperienceYears < 0) {
		return offers.Fields{}, fault.New(fault.Invalid, "Une durée, un salaire ou une expérience ne peut pas être négatif.")
	}
	o := offers.Fields{Town: f.Town}
	o.ROME, o.Occupation, o.Departement = strings.ToUpper(f.ROME), f.Occupation, f.Departement
	o.Contract, o.DurationMonths, o.HoursWeek = f.Contract, f.DurationMonths, f.HoursWeek
	o.ExperienceYears, o.SalaryYear, o.AgeDays = f.ExperienceYears, f.SalaryMonth*12, f.AgeDays
	if code := offers.Departement(first(f.Departement, f.Town)); code != "" {
		o.Departement = code
	}
	return o, nil
}

func predictDelay(e *Engines) Tool {
	return New("predict_delay",
		"Estime la probabilité qu'une offre prenne plus de 30 jours à être pourvue, avec intervalle, raisons et leviers. "+
			"what_if compare avec d'autres conditions. Sans argument, porte sur l'offre dont il vient d'être question.",
		recruitersOrOwn, func(ctx context.Context, c Caller, in delayInput) (Result, error) {
			known, err := in.fields()
			if err != nil {
				return Result{}, err
			}
			model := e.Delay
			if in.Target != "" {
				target, err := delay.ParseTarget(in.Target)
				if err != nil {
					return Result{}, err
				}
				model = model.For(target)
			}
			var change offers.Fields
			if in.WhatIf != nil {
				if change, err = in.WhatIf.fields(); err != nil {
					return Result{}, err
				}
			}
			switch {
			case in.OfferID != "":
				stored, err := e.Offers.Get(ctx, c.Visitor, in.OfferID)
				if err != nil {
					return Result{}, err
				}
				known = known.Or(stored.Fields)
				if known.Occupation == "" {
					known.Occupation = stored.Title
				}
			case in.Text != "":
				known = known.Or(offers.Parse(in.Text))
			default:
				// The newest words first: they complete and correct what was said before.
				for i, said := range c.Said {
					if i == 6 {
						break
					}
					said := offers.Parse(said)
					if i == 0 {
						said = without(said, change) // « et si je mets 2 100 € » is not a fact of the offer
					}
					known = known.Or(said)
				}
			}
			var sources []retrieval.Passage
			if known, sources, err = e.locate(ctx, known); err != nil {
				return Result{}, err
			}
			f := model.Forecast(known.Offer)
			view := delayView{Forecast: f, Offer: known.Offer, Understood: known.Understood(), Other: other(model, known.Offer)}
			if in.WhatIf != nil {
				tried := change.Or(known)
				g := model.Forecast(tried.Offer)
				view.WhatIf = &whatIfView{tried.Offer, change.Understood(), g.Probability, g.MedianDays, g.Probability - f.Probability}
			}
			return Result{Data: view, Activity: "offer.delay", Sources: sources}, nil
		})
}

func other(m *delay.Model, o delay.Offer) *otherView {
	for _, t := range delay.Targets {
		if t != m.Target() {
			f := m.For(t).Forecast(o)
			return &otherView{f.Measure, f.Target, f.Probability, f.Low, f.High, f.BaseRate, f.BaseGroup, f.Support, f.Insufficient}
		}
	}
	return nil
}

// without is f less what is only being tried.
func without(f, tried offers.Fields) offers.Fields {
	if tried.Contract != "" || tried.DurationMonths > 0 {
		f.Contract, f.DurationMonths = "", 0
	}
	if tried.SalaryYear > 0 {
		f.SalaryYear = 0
	}
	if tried.HoursWeek > 0 {
		f.HoursWeek = 0
	}
	if tried.ExperienceYears != nil {
		f.ExperienceYears = nil
	}
	if tried.Departement != "" || tried.Town != "" {
		f.Departement, f.Town = "", ""
	}
	return f
}

// locate finds the ROME code of an occupation that was only named.
func (e *Engines) locate(ctx context.Context, f offers.Fields) (offers.Fields, []retrieval.Passage, error) {
	if f.ROME != "" {
		found, err := e.Search.ByID(ctx, retrieval.ROME, f.ROME)
		if err != nil {
			return f, nil, err
		}
		if len(found) == 0 {
			return f, nil, fault.New(fault.Invalid, "Le code ROME %s n'existe pas dans la version chargée.", f.ROME)
		}
		if f.Occupation == "" {
			f.Occupation = found[0].Title
		}
		return f, found, nil
	}
	words := first(f.Occupation, f.Title)
	if words == "" {
		return f, nil, nil
	}
	found, err := e.Search.Search(ctx, retrieval.Query{Text: words, Corpus: retrieval.ROME, Kinds: []string{retrieval.Metier}, Limit: 1})
	if err != nil || len(found) == 0 {
		return f, nil, err
	}
	f.ROME = found[0].ID
	f.Occupation = fmt.Sprintf("%s (%s)", words, found[0].Title)
	return f, found, nil
}
