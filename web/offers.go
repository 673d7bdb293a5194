package web

import (
	_ "embed"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"tandem/internal/fault"
	"tandem/tools/legality"
)

// openAPI describes what programs may call; a test holds it against the answers.
//
//go:embed openapi.json
var openAPI []byte

// maxOffer bounds the body of one check.
const maxOffer = 256 << 10

// checkOffer checks one offer before it is published. It keeps nothing: no
// visitor, no conversation, no offer; only how often each rule matched, once an
// offer: who checks a correction says "again". What a counsellor has lifted
// comes back as such; when decisions cannot be read, the verdict is as strict as
// without them.
func (s *Server) checkOffer(c echo.Context) error {
	o, err := s.readOffer(c)
	if err != nil {
		return err
	}
	v := s.Engines.Contests.Check(c.Request().Context(), o)
	if c.QueryParam("again") == "" {
		s.Engines.Contests.Count(v)
	}
	return c.JSON(http.StatusOK, v)
}

func (s *Server) readOffer(c echo.Context) (o legality.Offer, err error) {
	r := c.Request()
	if err := s.checks.check(client(r)); err != nil {
		return o, err
	}
	d := json.NewDecoder(http.MaxBytesReader(c.Response(), r.Body, maxOffer))
	d.DisallowUnknownFields() // "titre" for "title" would be a check of nothing
	if err = d.Decode(&o); err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.Join(more, errors.New("more than one value"))
		}
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return o, fault.Wrap(err, fault.TooLarge, "Cette offre est trop longue : %d Ko au plus.", maxOffer>>10)
	case err != nil:
		return o, fault.Wrap(err, fault.Invalid, "Requête illisible : envoyez un objet JSON avec title, text et les champs décrits dans /api/openapi.json.")
	case o.Title == "" && o.Text == "":
		return o, fault.New(fault.Invalid, "Il n'y a rien à vérifier : donnez title ou text.")
	}
	return o, nil
}

func (s *Server) describe(c echo.Context) error { return c.JSONBlob(http.StatusOK, openAPI) }
