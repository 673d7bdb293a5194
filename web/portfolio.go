package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"tandem/bot/mask"
	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools/delay"
	"tandem/tools/legality"
	"tandem/tools/offers"
)

// The page of a portfolio: who to help first, why, what was done. Forms and
// links do everything; the script adds alerts as they come and a curve that
// moves (ui/portfolio.js).

func (s *Server) portfolioPage(c echo.Context) error {
	q := c.QueryParams()
	v, _ := s.visitor(c.Request())
	f, err := offers.ParseQuery(q)
	if err != nil {
		return s.showPortfolio(c, offers.Filter{}, map[string]any{"Wrong": fault.Message(err)})
	}
	said := strings.TrimSpace(q.Get("q"))
	if said == "" {
		return s.showPortfolio(c, f, map[string]any{"Said": done[q.Get("fait")]})
	}
	if err := s.asks.check(v.ID); err != nil {
		return err
	}
	asked, offer, ok := s.understand(v, said, f)
	switch {
	case ok && offer != "":
		return c.Redirect(http.StatusSeeOther, "/portefeuille/offres/"+url.PathEscape(offer))
	case ok:
		return c.Redirect(http.StatusSeeOther, address(asked, ""))
	}
	return s.showPortfolio(c, f, map[string]any{"Question": said,
		"Wrong": "Je n'ai pas compris cette question comme une recherche dans le portefeuille. Essayez « mes offres à risque en CDI », ou posez-la dans la conversation."})
}

// done are what a page says of what was just done.
var done = map[string]string{"traitee": "Alerte marquée comme traitée.", "action": "Action enregistrée.", "suite": "Suite de l'action enregistrée."}

// address of the page with that filter, saying what was done.
func address(f offers.Filter, did string) string {
	q := f.Query()
	if did != "" {
		q.Set("fait", did)
	}
	if len(q) == 0 {
		return "/portefeuille"
	}
	return "/portefeuille?" + q.Encode()
}

// chip is one part of the filter, and the page without it.
type chip struct{ Words, Without string }

func (s *Server) showPortfolio(c echo.Context, f offers.Filter, data map[string]any) error {
	ctx := c.Request().Context()
	v, _ := s.visitor(c.Request())
	list, err := s.Engines.Portfolio(ctx, v, f)
	if err != nil {
		return err
	}
	var chips []chip
	for _, k := range list.Criteria {
		q := list.Asked.Query()
		if !q.Has(k.Name) {
			chips = append(chips, chip{Words: k.Words}) // as usual: there is nothing to take out
			continue
		}
		q.Del(k.Name)
		chips = append(chips, chip{k.Words, "/portefeuille?" + q.Encode()})
	}
	type group struct {
		offers.Group
		URL string
	}
	var groups []group
	name := list.Asked.Group
	if name == "domain" {
		name = "rome" // which a domain narrows as a métier does
	}
	for _, g := range list.Groups {
		one := group{Group: g}
		if g.Key != "" {
			narrow := list.Asked.Query()
			narrow.Del("group")
			narrow.Set(name, g.Key)
			one.URL = "/portefeuille?" + narrow.Encode()
		}
		groups = append(groups, one)
	}
	data["List"], data["Chips"], data["Groups"] = list, chips, groups
	data["Query"], data["Fields"] = list.Asked.Query(), filterForm(list.Asked)
	data["Role"], data["Desk"] = string(v.Role), v.Role == postgres.Counsellor
	data["Title"] = "Mes offres"
	data["Wide"], data["Target"] = true, s.Engines.Delay.Forecast(delay.Offer{}).Target
	if v.Role == postgres.Counsellor {
		data["Title"] = "Mon portefeuille"
		waiting, newest, err := s.Engines.Offers.Alerts(ctx, v)
		if err != nil {
			return err
		}
		helped, err := s.Engines.Offers.WhatHelped(ctx, v)
		if err != nil {
			return err
		}
		data["Waiting"], data["Alerts"], data["Helped"], data["Least"] = waiting, newest, helped, offers.LeastKnown
	}
	status := http.StatusOK
	if data["Wrong"] != nil {
		status = http.StatusBadRequest
	}
	return s.page(c, status, "portfolio", data)
}

// field of the form that edits the filter.
type field struct {
	Name, Label, Value string
	Choices            []offers.Choice // a select when there are some
	Number             bool
	Unit               string
}

func filterForm(f offers.Filter) []field {
	q := f.Query()
	either := func(name, label, on string) field {
		return field{Name: name, Label: label, Value: q.Get(name), Choices: []offers.Choice{{Value: "", Label: "indifférent"}, {Value: "1", Label: on}}}
	}
	contracts := []offers.Choice{{Value: "", Label: "tous"}}
	for _, c := range []string{"CDI", "CDD", "MIS", "saisonnier", "apprentissage", "professionnalisation", "alternance"} {
		contracts = append(contracts, offers.Choice{Value: c, Label: offers.ContractLabel(c)})
	}
	return []field{
		{Name: "occupation", Label: "Mots de l'intitulé", Value: q.Get("occupation")},
		{Name: "rome", Label: "Métier ou domaine ROME (F1703, F17 ou F)", Value: q.Get("rome")},
		{Name: "departement", Label: "Département (nom ou numéro)", Value: q.Get("departement")},
		{Name: "contract", Label: "Contrat", Value: q.Get("contract"), Choices: contracts},
		{Name: "threshold", Label: "Probabilité d'au moins", Value: q.Get("threshold"), Number: true, Unit: "%"},
		either("high", "Bande d'alerte", "dans la bande d'alerte"),
		either("alert", "Alertes", "alerte à traiter"),
		either("tight", "Métiers en tension", "en tension seulement"),
		{Name: "idle_days", Label: "Sans appel ni visite depuis", Value: q.Get("idle_days"), Number: true, Unit: "jours"},
		{Name: "open_days", Label: "Déposées il y a au moins", Value: q.Get("open_days"), Number: true, Unit: "jours"},
		{Name: "blocked", Label: "Contrôle de légalité", Value: q.Get("blocked"), Choices: []offers.Choice{{Value: "", Label: "indifférent"}, {Value: "1", Label: "bloquées"}, {Value: "0", Label: "non bloquées"}}},
		{Name: "state", Label: "État", Value: q.Get("state"), Choices: []offers.Choice{{Value: "", Label: "ouvertes"}, {Value: "closed", Label: "closes"}, {Value: "all", Label: "toutes"}}},
		{Name: "group", Label: "Compter par", Value: q.Get("group"), Choices: append([]offers.Choice{{Value: "", Label: "ne pas compter"}}, offers.Groups...)},
		{Name: "order", Label: "Ordre", Value: q.Get("order"), Choices: []offers.Choice{{Value: "", Label: "les plus à risque d'abord"}, {Value: "recent", Label: "les plus récentes d'abord"},
			{Value: "oldest", Label: "les plus anciennes d'abord"}, {Value: "contact", Label: "les moins récemment contactées d'abord"}}},
	}
}

// changePortfolio handles alerts, from the list or from an offer.
func (s *Server) changePortfolio(c echo.Context) error {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "Formulaire illisible.")
	}
	v, _ := s.visitor(r)
	if _, err := s.Engines.Offers.Handle(r.Context(), v, r.PostForm["offer"]...); err != nil {
		return err
	}
	back, _ := url.ParseQuery(r.PostForm.Get("back"))
	f, err := offers.ParseQuery(back)
	if err != nil {
		f = offers.Filter{}
	}
	return c.Redirect(http.StatusSeeOther, address(f, "traitee"))
}

// offerPage is one offer: its forecast and why, what would change it, and what
// was done.
func (s *Server) offerPage(c echo.Context) error {
	return s.showOffer(c, http.StatusOK, map[string]any{"Said": done[c.QueryParam("fait")]})
}

func (s *Server) showOffer(c echo.Context, status int, data map[string]any) error {
	ctx, q := c.Request().Context(), c.QueryParams()
	v, _ := s.visitor(c.Request())
	o, err := s.Engines.Offers.Get(ctx, v, c.Param("id"))
	if err != nil {
		return err
	}
	row, err := s.Engines.Offers.Search(ctx, v, offers.Filter{ID: o.ID})
	if err != nil {
		return err
	}
	if len(row.Rows) == 0 {
		return fault.New(fault.NotFound, "Cette offre n'est plus dans votre portefeuille.")
	}
	var verdict legality.Verdict
	if o.Verdict != nil {
		if err := json.Unmarshal(o.Verdict, &verdict); err != nil {
			return err
		}
	}
	f := s.Engines.Delay.Forecast(o.Fields.Offer)
	data["What"] = whatIfForm(o.Fields)
	if q.Get("si") != "" {
		tried, changes, err := whatIf(o.Fields, q)
		if err != nil {
			data["Wrong"], status = fault.Message(err), http.StatusBadRequest
		} else {
			data["What"] = whatIfForm(tried)
			data["If"] = compare(f, s.Engines.Delay.Forecast(tried.Offer), changes)
		}
	}
	data["Title"], data["Wide"], data["Role"], data["Desk"] = o.Title, true, string(v.Role), v.Role == postgres.Counsellor
	data["Offer"], data["Row"], data["Verdict"], data["Forecast"], data["Understood"] = o, row.Rows[0], verdict, f, o.Fields.Understood()
	data["Band"], data["Severity"] = row.Band, severityWords
	data["Curve"], data["Bars"] = drawCurve(f, data["If"]), drawBars(f)
	data["Age"] = s.today(o)
	if v.Role == postgres.Counsellor {
		if data["Actions"], err = s.Engines.Offers.Actions(ctx, v, o.ID); err != nil {
			return err
		}
		data["Kinds"], data["Outcomes"], data["Today"] = offers.Kinds, offers.Outcomes, s.Now().Format(time.DateOnly)
	}
	return s.page(c, status, "offer", data)
}

// today says what the forecast is now that the offer has been there for a while.
// Lists keep to the forecast of the day it went online, which compares offers of
// all ages; past the thirtieth day there is nothing left to forecast.
func (s *Server) today(o offers.Checked) string {
	days := int(s.Now().Sub(o.CreatedAt).Hours() / 24)
	aged := o.Fields.Offer
	aged.AgeDays = days
	switch {
	case o.State == offers.Closed:
		return "Offre close."
	case days < 1:
		return "Déposée aujourd'hui."
	case days >= 30:
		return fmt.Sprintf("Déposée il y a %d jours : les 30 jours sont déjà dépassés.", days)
	}
	now := s.Engines.Delay.Forecast(aged)
	if now.Insufficient != "" {
		return fmt.Sprintf("Déposée il y a %d jour%s.", days, map[bool]string{true: "s"}[days > 1])
	}
	return fmt.Sprintf("Déposée il y a %d jour%s et toujours là : à ce jour, %s de risque de dépasser 30 jours.", days, map[bool]string{true: "s"}[days > 1], whole(now.Probability))
}

// whatIfJSON is what the page needs to move its curve without being loaded again.
func (s *Server) whatIfJSON(c echo.Context) error {
	v, _ := s.visitor(c.Request())
	o, err := s.Engines.Offers.Get(c.Request().Context(), v, c.Param("id"))
	if err != nil {
		return err
	}
	tried, changes, err := whatIf(o.Fields, c.QueryParams())
	if err != nil {
		return err
	}
	f := s.Engines.Delay.Forecast(o.Fields.Offer)
	what := compare(f, s.Engines.Delay.Forecast(tried.Offer), changes)
	drawn := drawCurve(f, what)
	rows := make([]string, len(drawn.Rows))
	for i, r := range drawn.Rows {
		rows[i] = r.If
	}
	return c.JSON(http.StatusOK, map[string]any{"path": drawn.If, "say": what.Say, "changes": what.Changes, "rows": rows})
}

// changeOffer handles its alert, records an action, or what came of one.
func (s *Server) changeOffer(c echo.Context) error {
	r := c.Request()
	ctx := r.Context()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, 64<<10)
	v, _ := s.visitor(r)
	id, did := c.Param("id"), ""
	var err error
	switch r.FormValue("do") {
	case "handle":
		_, err = s.Engines.Offers.Handle(ctx, v, id)
		did = "traitee"
	case "conclude":
		err = s.Engines.Offers.Conclude(ctx, v, r.FormValue("action"), r.FormValue("outcome"))
		did = "suite"
	default:
		day, _ := time.Parse(time.DateOnly, r.FormValue("done_on")) // a day that cannot be read is refused as none
		err = s.Engines.Offers.Act(ctx, v, offers.Action{Offer: id, Kind: r.FormValue("kind"), Outcome: r.FormValue("outcome"), Note: mask.New().Hide(r.FormValue("note")), DoneOn: day},
			s.Now(), r.FormValue("handled") != "")
		did = "action"
	}
	switch fault.CodeOf(err) {
	case "":
		return c.Redirect(http.StatusSeeOther, "/portefeuille/offres/"+url.PathEscape(id)+"?fait="+did)
	case fault.Invalid: // to be read beside the form, not instead of it
		return s.showOffer(c, statuses[fault.Invalid], map[string]any{"Wrong": fault.Message(err), "Note": r.FormValue("note")})
	}
	return err
}
