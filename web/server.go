package web

import (
	"context"
	"errors"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"tandem/bot"
	"tandem/bot/offline"
	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools"
	"tandem/tools/offers"
	"tandem/web/ui"
)

// Config is what a Server is made of.
type Config struct {
	Agent   *bot.Agent
	Engines *tools.Engines
	DB      *postgres.DB
	Secret  []byte   // signs cookies
	Origins []string // other sites that may embed the chat, as scheme://host
	Demo    bool     // show the role switch; the caller has checked that we listen on loopback
	Model   ModelInfo
	Keep    time.Duration // how long what is idle is kept; people are told
	Now     func() time.Time
	Log     *slog.Logger
}

// ModelInfo is what people are told about the model.
type ModelInfo struct {
	Name    string `json:"name"`
	Offline bool   `json:"offline"`
}

// Server is Tandem over HTTP.
type Server struct {
	Config
	echo     *echo.Echo
	pages    *template.Template
	files    http.Handler // of web/ui
	upgrader websocket.Upgrader
	asks     *pace // questions, by visitor
	connects *pace // new sockets and identities, by address
	uploads  *pace // by visitor
	checks   *pace // offers of the publication chain, by address
	sober    *offline.Model
	bell     *offers.Bell

	mu       sync.Mutex
	sockets  map[*socket]struct{}
	draining bool
	leaving  chan struct{} // closed when draining begins
}

// New makes a server; routes are here and nowhere else.
func New(c Config) (*Server, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if len(c.Secret) < 32 {
		return nil, errors.New("web: Secret must have 32 bytes or more")
	}
	pages, err := parsePages()
	if err != nil {
		return nil, err
	}
	sober, err := offline.New()
	if err != nil {
		return nil, err
	}
	s := &Server{Config: c, pages: pages, files: ui.Handler(), sober: sober, bell: offers.NewBell(c.DB), sockets: map[*socket]struct{}{}, leaving: make(chan struct{}),
		asks: newPace(40, 20, c.Now), connects: newPace(600, 200, c.Now), uploads: newPace(20, 10, c.Now), checks: newPace(6000, 600, c.Now)}
	s.upgrader = websocket.Upgrader{
		HandshakeTimeout: 10 * time.Second, ReadBufferSize: 4096, WriteBufferSize: 4096, WriteBufferPool: &sync.Pool{},
		Subprotocols: []string{subprotocol}, CheckOrigin: s.sameOrigin,
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.fail
	e.Use(middleware.Recover(), s.headers)

	e.GET("/", s.home)
	e.GET("/simple", s.simpleForm)
	e.POST("/simple", s.simple, s.guardForm)
	e.POST("/simple/avis", s.simpleFeedback, s.guardForm)
	e.GET("/simple/conseiller", s.simpleHuman)
	e.POST("/simple/conseiller", s.askHuman, s.guardForm)
	e.POST("/simple/role", s.simpleRole, s.guardForm)
	e.GET("/chercher", s.find)
	e.GET("/profil", s.profilePage)
	e.GET("/profil/imprimer", s.printProfile)
	e.GET("/profil/simple", s.plainProfile)
	e.POST("/profil/simple", s.changePlainProfile, s.guardForm)
	e.GET("/profils", s.sharedProfiles)
	e.POST("/profils", s.openProfile, s.guardForm)
	e.GET("/mes-donnees", s.myData)
	e.POST("/mes-donnees", s.eraseData, s.guardForm)
	e.GET("/contestations", s.desk)
	e.POST("/contestations", s.deskDecide, s.guardForm)
	e.GET("/portefeuille", s.portfolioPage)
	e.POST("/portefeuille", s.changePortfolio, s.guardForm)
	e.GET("/portefeuille/offres/:id", s.offerPage)
	e.POST("/portefeuille/offres/:id", s.changeOffer, s.guardForm)
	e.GET("/demandes", s.requestsPage)
	e.GET("/demandes/simple", s.plainRequests)
	e.POST("/demandes/simple", s.onPlainRequest, s.guardForm)
	e.GET("/accessibilite", s.statement)
	e.GET("/registre", s.registry)
	e.GET("/rome/:id", s.passagePage)
	e.GET("/source/:corpus/:id", s.passagePage)
	e.GET("/health", s.health)
	e.GET("/ui/*", echo.WrapHandler(http.StripPrefix("/ui", s.files)))

	e.GET("/ws", s.websocket)
	e.POST("/agui", s.agui, s.guardOrigin)

	api := e.Group("/api", s.guardOrigin, s.guardMutation)
	api.GET("/session", s.getSession)
	api.POST("/session", s.setSession)
	api.DELETE("/session", s.forget)
	api.POST("/documents", s.addDocument)
	api.GET("/documents/:id", s.getDocument)
	api.GET("/profile", s.getProfile)
	api.POST("/profile", s.setProfile)
	api.DELETE("/profile", s.eraseProfile)
	api.POST("/profile/proposals", s.propose)
	api.GET("/profile/careers", s.careers)
	api.GET("/profile/export.:format", s.exportProfile)
	api.POST("/profile/share", s.share)
	api.DELETE("/profile/share", s.withdraw)
	api.GET("/data", s.getData)
	api.GET("/data/export.json", s.exportData)
	api.GET("/conversations", s.conversations)
	api.PATCH("/conversations/:id", s.renameConversation)
	api.DELETE("/conversations/:id", s.deleteConversation)
	api.GET("/conversations/:id/export.:format", s.exportConversation)
	api.GET("/handoffs/live", s.watchRequests)
	api.POST("/handoffs/:id/take", s.takeRequest)
	api.POST("/handoffs/:id/say", s.sayRequest)
	api.POST("/handoffs/:id/end", s.endRequest)
	api.GET("/rome/search", s.searchROME)
	api.GET("/rome/domaines", s.fields)
	api.GET("/rome/domaines/:code", s.within)
	api.GET("/rome/metiers/:code", s.metier)
	api.GET("/openapi.json", s.describe)
	api.POST("/offers/check", s.checkOffer)
	api.POST("/offers/letter", s.tellEmployer)
	api.GET("/alerts/events", s.alertEvents)
	api.GET("/portfolio/:id/forecast", s.whatIfJSON)
	api.GET("/contests", s.listContests)
	api.POST("/contests", s.makeContest)
	api.POST("/contests/:id/decision", s.decideContest)
	api.GET("/rules", s.ruleFigures)
	s.echo = e
	return s, nil
}

// ServeHTTP serves one request; tests use it directly.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// Serve serves l until ctx ends, then drains: sockets are closed with 1001 so
// that clients reconnect, and open requests get a moment to finish.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug)}
	listening, deaf := context.WithCancel(ctx)
	defer deaf()
	go s.bell.Run(listening)
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.drain()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := h.Shutdown(end); err != nil {
		_ = h.Close() // SSE readers that did not leave in time
	}
	<-failed
	return nil
}

func (s *Server) register(k *socket) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return false
	}
	s.sockets[k] = struct{}{}
	return true
}

func (s *Server) unregister(k *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sockets, k)
}

// part closes the visitor's sockets: what they know of them, from the cookie of
// their beginning, is no longer so. Clients connect again and resume.
func (s *Server) part(v postgres.Visitor) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k := range s.sockets {
		if k.visitor.ID == v.ID {
			k.close(&closing{websocket.CloseServiceRestart, "session"})
		}
	}
}

// drain closes the websockets: http.Server.Shutdown does not know them.
func (s *Server) drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.draining {
		close(s.leaving)
	}
	s.draining = true
	for k := range s.sockets {
		k.close(&closing{websocket.CloseGoingAway, "restart"})
	}
}

func (s *Server) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("X-Content-Type-Options", "nosniff")
		if ext := path.Ext(c.Request().URL.Path); strings.HasPrefix(c.Request().URL.Path, "/ui/") && (ext == ".js" || ext == ".css") {
			return next(c) // policies are for documents; a first visit has two dozen scripts
		}
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'")
		h.Set("Referrer-Policy", "same-origin") // no-referrer would make forms say Origin: null
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		return next(c)
	}
}

func (s *Server) guardOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !s.sameOrigin(c.Request()) {
			return errOrigin
		}
		return next(c)
	}
}

// guardMutation asks for a header that another site's form cannot send.
func (s *Server) guardMutation(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Header.Get("X-Tandem") == "" {
			return fault.New(fault.Forbidden, "Requête refusée : l'en-tête X-Tandem manque.")
		}
		return next(c)
	}
}

// guardForm is for the page without JavaScript: browsers say where a form comes from.
func (s *Server) guardForm(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		site := c.Request().Header.Get("Sec-Fetch-Site")
		if (site != "" && site != "same-origin" && site != "none") || !s.sameOrigin(c.Request()) {
			return errOrigin
		}
		return next(c)
	}
}

// identify is the visitor of a request; a new one gets a cookie.
func (s *Server) identify(c echo.Context) postgres.Visitor {
	v, fresh := s.visitor(c.Request())
	if fresh != nil {
		c.SetCookie(fresh)
	}
	return v
}

func (s *Server) health(c echo.Context) error {
	if err := s.DB.Healthy(c.Request().Context()); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
}
