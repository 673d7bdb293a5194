package web

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"

	"github.com/labstack/echo/v4"
)

// The text mode, for a weak network, an old phone or a screen reader that one
// wants undisturbed: every page in one answer, nothing else to load.

// bareStyle is all the style of the text mode; colours are the browser's own.
const bareStyle = `:root{color-scheme:light dark;background:Canvas;color:CanvasText}body{max-width:42em;margin:auto;padding:.5em;font:1em/1.5 sans-serif;overflow-wrap:anywhere}textarea,input:not([type=checkbox]){box-sizing:border-box;width:100%;font:inherit}button{min-height:2.75em;padding:.3em 1em;font:inherit}article{border-top:1px solid;margin:1em 0}.pre{white-space:pre-wrap}.skip,.brand{display:block}.rows{padding:0;list-style:none}.rows li{margin:.5em 0}footer p{display:inline-block;margin:0 1em 0 0}footer a{line-height:2}[role=alert]{border-left:4px solid;padding-left:.5em}`

// barePolicy lets that style in, by its hash, and nothing else.
var barePolicy = func() string {
	sum := sha256.Sum256([]byte(bareStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
}()

// bareCookie says that text mode is wanted; it says nothing of who wants it.
const bareCookie = "texte"

// bare reports whether the page is to be in text mode: by its address, which is
// remembered, or by the choice of before.
func bare(c echo.Context) bool {
	if asked := c.QueryParam(bareCookie); asked != "" {
		on := asked == "1"
		cookie := &http.Cookie{Name: bareCookie, Value: "1", Path: "/", SameSite: http.SameSiteLaxMode, HttpOnly: true}
		if !on {
			cookie.MaxAge = -1
		}
		c.SetCookie(cookie)
		return on
	}
	cookie, err := c.Cookie(bareCookie)
	return err == nil && cookie.Value == "1"
}
