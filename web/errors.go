package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"tandem/internal/fault"
)

var statuses = map[fault.Code]int{
	fault.Invalid:     http.StatusBadRequest,
	fault.Forbidden:   http.StatusForbidden,
	fault.NotFound:    http.StatusNotFound,
	fault.Conflict:    http.StatusConflict,
	fault.TooLarge:    http.StatusRequestEntityTooLarge,
	fault.TooMany:     http.StatusTooManyRequests,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.Aborted:     http.StatusConflict,
	fault.Internal:    http.StatusInternalServerError,
}

type errorBody struct {
	Code    fault.Code `json:"code"`
	Message string     `json:"message"`
}

// fail answers an error; it is echo's error handler.
func (s *Server) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	var he *echo.HTTPError
	if errors.As(err, &he) {
		switch he.Code {
		case http.StatusNotFound, http.StatusMethodNotAllowed:
			err = fault.Wrap(err, fault.NotFound, "Cette adresse n'existe pas.")
		case http.StatusRequestEntityTooLarge:
			err = fault.Wrap(err, fault.TooLarge, "Cet envoi est trop volumineux.")
		default:
			err = fault.Wrap(err, fault.Invalid, "Requête refusée.")
		}
	}
	code := fault.CodeOf(err)
	if code == fault.Internal || code == fault.Unavailable {
		s.Log.Error("request failed", "route", c.Path(), "code", string(code), "err", err)
	}
	if wantsPage(c.Request()) {
		_ = s.page(c, statuses[code], "error", map[string]any{"Title": "Tandem", "Message": fault.Message(err)})
		return
	}
	_ = c.JSON(statuses[code], errorBody{code, fault.Message(err)})
}
