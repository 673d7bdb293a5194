package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"tandem/internal/fault"
	"tandem/retrieval"
)

// group is a part of what a search shows.
type group struct {
	Title  string
	corpus string
	kinds  []string
	Found  []retrieval.Passage
}

// find is the search without an assistant: the words of the person, and what
// ROME, the charter and the law have for them; or ROME from its domaines down.
// It never asks an encoder, so it is open to who refuses AI.
func (s *Server) find(c echo.Context) error {
	ctx := c.Request().Context()
	q, field := c.QueryParam("q"), c.QueryParam("domaine")
	if len(q) > 500 {
		return fault.New(fault.TooLarge, "Recherche trop longue : quelques mots suffisent.")
	}
	data := map[string]any{"Title": "Chercher sans IA", "Query": q, "Kind": kindNames}
	var err error
	switch {
	case q != "":
		var groups []group
		for _, g := range []group{
			{"Métiers", retrieval.ROME, []string{retrieval.Metier, retrieval.Appellation}, nil},
			{"Compétences et contextes de travail", retrieval.ROME, []string{retrieval.Competence, retrieval.Savoir, retrieval.SavoirEtre, retrieval.Contexte}, nil},
			{"Loi", retrieval.Law, nil, nil},
			{"Charte de l'IA", retrieval.Charter, nil, nil},
		} {
			if g.Found, err = s.Engines.Search.Search(ctx, retrieval.Query{Text: q, Corpus: g.corpus, Kinds: g.kinds, Limit: 8, Words: true}); err != nil {
				return err
			}
			if len(g.Found) > 0 {
				groups = append(groups, g)
			}
		}
		data["Found"] = groups
	case field == "tous":
		data["Fields"], err = s.Engines.Rome.Fields(ctx)
	case field != "":
		data["Within"], err = s.Engines.Rome.Within(ctx, field)
	}
	if err != nil {
		return err
	}
	return s.page(c, http.StatusOK, "find", data)
}
