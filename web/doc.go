// Package web is Tandem over HTTP: the websocket and SSE endpoints of the wire
// protocol, file upload, the small REST API of the page, and the page itself.
//
// It promises: every request is checked for origin, identity, size and rate
// before anything else; a run is never tied to the connection that asked for
// it; every refusal is a French sentence with a code, in JSON for programs
// and in a page for people; nothing a visitor may not see is asked of the
// layers below with another identity than theirs.
//
// Routes are listed in one place, [New]. Errors become statuses in one table
// (errors.go) and are logged there and nowhere else.
package web
