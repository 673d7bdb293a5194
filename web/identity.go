package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tandem/internal/fault"
	"tandem/internal/postgres"
)

// A visitor is known by a signed cookie. It is set when the chat is used, never
// by merely looking at a page, and holds no personal data: an opaque id, the
// role, and the day it was made.
const (
	cookieName = "tandem"
	cookieLife = 12 * time.Hour
)

type ticket struct {
	ID   string        `json:"id"`
	Role postgres.Role `json:"role"`
	At   int64         `json:"at"`             // unix seconds
	NoAI bool          `json:"noAI,omitempty"` // nothing is to be read or proposed by a program
}

// visitor is who asks. fresh is a cookie to set when nobody was known yet.
func (s *Server) visitor(r *http.Request) (v postgres.Visitor, fresh *http.Cookie) {
	t, known := s.ticket(r)
	if known {
		return s.as(t), nil
	}
	return s.as(t), s.cookie(r, t)
}

// ticket is the visitor's own, or a new one.
func (s *Server) ticket(r *http.Request) (t ticket, known bool) {
	if c, err := r.Cookie(cookieName); err == nil {
		if t, ok := s.open(c.Value); ok {
			return t, true
		}
	}
	t = ticket{ID: uuid.NewString(), Role: postgres.Seeker, At: s.Now().Unix()}
	if c, err := r.Cookie(refusalCookie); err == nil && c.Value == "1" {
		t.NoAI = true
	}
	return t, false
}

// A refusal of AI outlives the visitor's cookie: who has said no is not asked
// again, nor answered by a program, the next day. It names nobody.
const (
	refusalCookie = "sans-ia"
	refusalLife   = 180 * 24 * time.Hour
)

func (s *Server) refusal(r *http.Request, refused bool) *http.Cookie {
	c := s.cookie(r, ticket{})
	c.Name, c.Value, c.MaxAge = refusalCookie, "1", int(refusalLife.Seconds())
	if !refused {
		c.MaxAge = -1
	}
	return c
}

// refusesAI reports whether the visitor chose to do without.
func (s *Server) refusesAI(r *http.Request) bool {
	t, _ := s.ticket(r)
	return t.NoAI
}

// as is the visitor of a ticket. Only the demo lets a ticket name another role
// than seeker; sign-in for recruiters and counsellors is not built yet.
func (s *Server) as(t ticket) postgres.Visitor {
	v := postgres.Visitor{ID: t.ID, Role: postgres.Seeker}
	if s.Demo && slices.Contains(postgres.Roles, t.Role) {
		v.Role = t.Role
		switch t.Role {
		case postgres.Recruiter:
			v.Company = "demo"
		case postgres.Counsellor:
			v.Agency = "demo"
		}
	}
	return v
}

func (s *Server) cookie(r *http.Request, t ticket) *http.Cookie {
	return &http.Cookie{Name: cookieName, Value: s.seal(t), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https", MaxAge: int(cookieLife.Seconds())}
}

func (s *Server) seal(t ticket) string {
	body, _ := json.Marshal(t) // plain fields: cannot fail
	return base64.RawURLEncoding.EncodeToString(body) + "." + base64.RawURLEncoding.EncodeToString(s.sign(body))
}

func (s *Server) open(value string) (t ticket, ok bool) {
	b, m, found := strings.Cut(value, ".")
	body, err := base64.RawURLEncoding.DecodeString(b)
	mac, err2 := base64.RawURLEncoding.DecodeString(m)
	if !found || err != nil || err2 != nil || !hmac.Equal(mac, s.sign(body)) || json.Unmarshal(body, &t) != nil || t.ID == "" {
		return ticket{}, false
	}
	age := s.Now().Sub(time.Unix(t.At, 0))
	return t, age < cookieLife && age > -time.Hour
}

func (s *Server) sign(body []byte) []byte {
	h := hmac.New(sha256.New, s.Secret)
	h.Write(body)
	return h.Sum(nil)
}

// sameOrigin refuses browsers that come from another site. Programs send no
// Origin and are held by their cookie alone.
func (s *Server) sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil {
		return false
	}
	return strings.EqualFold(u.Host, r.Host) || slices.Contains(s.Origins, origin)
}

var errOrigin = fault.New(fault.Forbidden, "Cette page n'a pas le droit d'appeler Tandem.")

// client is what the rate limit counts by when a visitor is new: the address.
func client(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
