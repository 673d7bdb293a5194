package main

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tandem/tools/delay"
	"tandem/tools/handoff"
	"tandem/tools/offers"
)

// config is everything an operator can set. It is read in one place, from the
// environment, and README's table is checked against settings by repo_test.go.
type config struct {
	Addr                     string
	DatabaseURL              string
	DataDir                  string
	RomeArchive              string
	Models                   []endpoint // in the order in which they are asked
	EmbedURL                 string
	EmbedName                string
	EmbedKey                 string
	EmbedQuery, EmbedPassage string // prefixes
	DelayTarget              delay.Target
	DelayModel               string
	AlertBand                offers.Band
	Auth                     string
	Origins                  []string
	SessionKey               string
	Keep                     time.Duration
	Hours                    handoff.Hours
	LogLevel                 slog.Level
}

// endpoint is a model that is asked over the network.
type endpoint struct {
	URL, Name, Key string
	Context        int
	Billions       float64
}

// split parts what commas separate; nothing is no part.
func split(v string) []string {
	if strings.TrimSpace(v) == "" {
		return nil
	}
	parts := strings.Split(v, ",")
	for i, p := range parts {
		parts[i] = strings.TrimSpace(p)
	}
	return parts
}

// eachModel gives each endpoint its value of v: one for all, or as many as there
// are endpoints.
func (c *config) eachModel(v string, set func(*endpoint, string) error) error {
	values := split(v)
	if len(values) == 0 {
		values = []string{""}
	}
	if len(values) > 1 && len(values) != len(c.Models) {
		return fmt.Errorf("%d valeurs pour %d adresses de MODEL_URL : donnez-en autant, ou une seule", len(values), len(c.Models))
	}
	for i := range c.Models {
		if err := set(&c.Models[i], values[min(i, len(values)-1)]); err != nil {
			return err
		}
	}
	return nil
}

// setting is one environment variable: its name, what it is when empty, and
// what it does, in the words of README.
type setting struct {
	name, fallback, doc string
	secret              bool
	set                 func(*config, string) error
}

var settings = []setting{
	{name: "ADDR", fallback: "localhost:8080", doc: "address to listen on",
		set: func(c *config, v string) error { c.Addr = v; return nil }},
	{name: "DATABASE_URL", doc: "an existing Postgres ≥ 14 with pgvector ≥ 0.7; empty: a private cluster in the data folder", secret: true,
		set: func(c *config, v string) error { c.DatabaseURL = v; return nil }},
	{name: "DATA_DIR", doc: "data folder; empty: /var/lib/tandem as root, else ~/.local/share/tandem",
		set: func(c *config, v string) error {
			if v == "" {
				v = defaultDataDir()
			}
			abs, err := filepath.Abs(v)
			c.DataDir = abs
			return err
		}},
	{name: "ROME_ARCHIVE", doc: "official ROME 4.0 archive (zip) to load at first start; empty: cache, then download, then the built-in extract",
		set: func(c *config, v string) error { c.RomeArchive = v; return nil }},
	{name: "MODEL_URL", doc: "OpenAI-compatible endpoint, up to and including /v1; several with commas, asked in this order when one fails; empty: the offline model alone",
		set: func(c *config, v string) error {
			for _, url := range split(v) {
				c.Models = append(c.Models, endpoint{URL: url})
			}
			return nil
		}},
	{name: "MODEL_NAME", doc: "name of the model at MODEL_URL; several as there, or one for all",
		set: func(c *config, v string) error {
			return c.eachModel(v, func(e *endpoint, v string) error { e.Name = v; return nil })
		}},
	{name: "MODEL_KEY", doc: "key of MODEL_URL; several as there, empty between two commas for one that wants none", secret: true,
		set: func(c *config, v string) error {
			if n := len(split(v)); n == 1 && len(c.Models) > 1 {
				return fmt.Errorf("une clé pour %d adresses de MODEL_URL : donnez-en autant, pour qu'aucune ne parte ailleurs", len(c.Models))
			}
			return c.eachModel(v, func(e *endpoint, v string) error { e.Key = v; return nil })
		}},
	{name: "MODEL_CONTEXT", fallback: "16000", doc: "tokens that the model reads at once, 8000 or more: the conversation is trimmed to them; several as there, or one for all",
		set: func(c *config, v string) error {
			return c.eachModel(v, func(e *endpoint, v string) (err error) {
				if e.Context, err = strconv.Atoi(v); err == nil && e.Context < 8000 { // the prompt and the tools are half of that
					err = fmt.Errorf("%d jetons ne suffisent pas : 8000 au moins", e.Context)
				}
				return err
			})
		}},
	{name: "MODEL_BILLIONS", doc: "billions of parameters that work on a token, for the estimate of energy; several as there, or one for all; empty: no estimate, unless the endpoint gives one",
		set: func(c *config, v string) error {
			return c.eachModel(v, func(e *endpoint, v string) (err error) {
				if v != "" {
					e.Billions, err = strconv.ParseFloat(v, 64)
				}
				if err == nil && !(e.Billions >= 0 && e.Billions < 1e5) {
					err = fmt.Errorf("%q n'est pas une taille de modèle", v)
				}
				return err
			})
		}},
	{name: "EMBED_URL", doc: "OpenAI-compatible endpoint of an encoder, up to and including /v1; empty: the built-in encoder",
		set: func(c *config, v string) error { c.EmbedURL = v; return nil }},
	{name: "EMBED_NAME", doc: "name of the encoder at EMBED_URL",
		set: func(c *config, v string) error { c.EmbedName = v; return nil }},
	{name: "EMBED_KEY", doc: "key of EMBED_URL", secret: true,
		set: func(c *config, v string) error { c.EmbedKey = v; return nil }},
	{name: "EMBED_PREFIXES", doc: "what the encoder wants before a question and before a passage, with a semicolon between: query:;passage:",
		set: func(c *config, v string) error {
			query, passage, ok := strings.Cut(v, ";")
			if v != "" && !ok {
				return fmt.Errorf("%q : il faut deux préfixes séparés par un point-virgule", v)
			}
			c.EmbedQuery, c.EmbedPassage = prefix(query), prefix(passage)
			return nil
		}},
	{name: "DELAY_TARGET", fallback: string(delay.Filled), doc: "what forecasts are about: pourvue (time to fill, published surveys) or en-ligne (time online, learned from captures)",
		set: func(c *config, v string) (err error) { c.DelayTarget, err = delay.ParseTarget(v); return err }},
	{name: "DELAY_MODEL", doc: "a model file written by tandem delay train, served for its target; empty: the shipped ones",
		set: func(c *config, v string) error { c.DelayModel = v; return nil }},
	{name: "ALERT_BAND", fallback: "p80", doc: "forecasts that counsellors are alerted of: p80 (above 80 % of similar open offers), 65% (probability of exceeding 30 days), or both: p80 65%",
		set: func(c *config, v string) (err error) { c.AlertBand, err = offers.ParseBand(v); return err }},
	{name: "AUTH", doc: "demo: show a role switch without sign-in, refused unless ADDR is loopback; empty: everyone is an anonymous job seeker",
		set: func(c *config, v string) error {
			if v != "" && v != "demo" {
				return fmt.Errorf("AUTH vaut %q : seul « demo » est possible, ou rien", v)
			}
			c.Auth = v
			return nil
		}},
	{name: "ORIGINS", doc: "other sites that may call this one, as scheme://host separated by commas",
		set: func(c *config, v string) error {
			for o := range strings.SplitSeq(v, ",") {
				if o = strings.TrimSpace(o); o != "" {
					c.Origins = append(c.Origins, o)
				}
			}
			return nil
		}},
	{name: "SESSION_KEY", doc: "signs cookies, 32 characters or more; empty: made once and kept in the data folder", secret: true,
		set: func(c *config, v string) error { c.SessionKey = v; return nil }},
	{name: "KEEP", fallback: "30m", doc: "how long an idle conversation is kept before it is erased",
		set: func(c *config, v string) (err error) { c.Keep, err = time.ParseDuration(v); return err }},
	{name: "HOURS", fallback: "lun-ven 8:30-17:30", doc: "when counsellors answer, by the clock of Paris: days and hours as in the default, several with a semicolon between; toujours or jamais",
		set: func(c *config, v string) (err error) { c.Hours, err = handoff.ParseHours(v); return err }},
	{name: "LOG_LEVEL", fallback: "info", doc: "debug, info, warn or error",
		set: func(c *config, v string) error { return c.LogLevel.UnmarshalText([]byte(v)) }},
}

func readConfig(getenv func(string) string) (config, error) {
	var c config
	for _, s := range settings {
		v := getenv(s.name)
		if v == "" {
			v = s.fallback
		}
		if err := s.set(&c, v); err != nil {
			return c, fmt.Errorf("réglage %s : %w", s.name, err)
		}
	}
	if c.Auth == "demo" && !loopback(c.Addr) {
		return c, fmt.Errorf("AUTH=demo laisse chacun choisir son rôle : refusé sur %s, qui n'est pas une adresse locale", c.Addr)
	}
	for _, m := range c.Models {
		if m.Name == "" {
			return c, fmt.Errorf("MODEL_URL est réglé sans MODEL_NAME : donnez le nom du modèle")
		}
	}
	if c.EmbedURL != "" && c.EmbedName == "" {
		return c, fmt.Errorf("EMBED_URL est réglé sans EMBED_NAME : donnez le nom de l'encodeur")
	}
	return c, nil
}

// prefix ends with one space, which whatever sets the environment may have eaten.
func prefix(s string) string {
	if s = strings.TrimSpace(s); s != "" {
		s += " "
	}
	return s
}

// logSet says which variables are set, never their values.
func logSet(log *slog.Logger, getenv func(string) string) {
	var set []string
	for _, s := range settings {
		if getenv(s.name) != "" {
			set = append(set, s.name)
		}
	}
	log.Info("configuration", "set", strings.Join(set, " "))
}

func defaultDataDir() string {
	if os.Geteuid() == 0 {
		return "/var/lib/tandem" // where an ordinary user's Postgres can reach it, unlike /root
	}
	if u, err := user.Current(); err == nil {
		return filepath.Join(u.HomeDir, ".local", "share", "tandem")
	}
	return "data"
}

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
