package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"tandem/internal/fault"
	"tandem/retrieval"
)

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
		var found []retrieval.Passage
		for _, corpus := range []string{retrieval.ROME, retrieval.Law, retrieval.Charter} {
			part, err := s.Engines.Search.Search(ctx, retrieval.Query{Text: q, Corpus: corpus, Limit: 12, Words: true})
			if err != nil {
				return err
			}
			found = append(found, part...)
		}
		data["Found"] = found
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
