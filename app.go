package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/bot"
	"tandem/bot/dialect"
	"tandem/bot/mask"
	"tandem/bot/offline"
	"tandem/internal/postgres"
	"tandem/migrations"
	"tandem/retrieval"
	"tandem/retrieval/charter"
	"tandem/retrieval/law"
	"tandem/retrieval/rome"
	"tandem/tools"
	"tandem/tools/contest"
	"tandem/tools/delay"
	"tandem/tools/document"
	"tandem/tools/handoff"
	"tandem/tools/legality"
	"tandem/tools/offers"
	"tandem/tools/skills"
)

// app is the program put together: what serve, ask, eval and bench share.
type app struct {
	db      *postgres.DB
	engines *tools.Engines
	agent   *bot.Agent
	model   bot.Model // the first that is asked
	rules   string    // version of the rule set

	external retrieval.Embedder // asked by loads for the vectors of what changed; nil: they come later
}

// open starts everything, loading ROME, charter and law when they are missing.
func open(ctx context.Context, c config, t terminal, log *slog.Logger) (_ *app, err error) {
	a := &app{}
	defer func() {
		if err != nil {
			a.close()
		}
	}()
	if a.db, err = openDB(ctx, c, log); err != nil {
		return nil, err
	}
	if err := a.corpora(ctx, c, t, log); err != nil {
		return nil, err
	}
	rules, err := legality.Load()
	if err != nil {
		return nil, err
	}
	reader, err := document.NewReader(ctx, document.Options{CacheDir: filepath.Join(c.DataDir, "pdf-engine")})
	if err != nil {
		return nil, err
	}
	model, err := delayModel(c)
	if err != nil {
		return nil, err
	}
	ref := rome.Open(a.db)
	engine := tools.SkillsOf(ref)
	a.engines = &tools.Engines{
		DB: a.db, Search: retrieval.New(a.db, nil), Rome: ref,
		Documents: &tools.Documents{DB: a.db, Reader: reader},
		Skills:    engine, Profiles: skills.NewProfiles(a.db, engine),
		Legality: rules, Delay: model,
		Offers:   portfolio(a.db, c, rules, model),
		Contests: contest.NewStore(a.db, rules, func(s string) string { return mask.New().Hide(s) }),
		Handoffs: handoff.NewStore(a.db, c.Hours, nil),
	}
	a.engines.Contests.Log = log
	if err := a.findEncoder(ctx, c, t, log); err != nil {
		return nil, err
	}
	sober, err := offline.New()
	if err != nil {
		return nil, err
	}
	models, err := endpoints(c, a.names, log)
	if err != nil {
		return nil, err
	}
	models = append(models, bot.Model{Name: "mode sobre", LLM: sober, Offline: true}) // which cannot be away
	a.model = models[0]
	a.rules = rules.Check(legality.Offer{}).Version
	a.agent, err = bot.New(ctx, bot.Config{DB: a.db, Models: models, Tools: tools.All(a.engines), Node: node(c), Log: log,
		Guards: func(role postgres.Role, question string, earlier []string) bool {
			c := offline.Context{Role: string(role)}
			for _, text := range slices.Backward(earlier) {
				c.Earlier = append(c.Earlier, offline.Turn{Text: text})
			}
			return sober.Guards(question, c)
		},
		Facts: func(ctx context.Context) map[string]string {
			facts := map[string]string{"rules": a.rules, "delay": model.Forecast(delay.Offer{}).Model}
			// Read each time: another process may have loaded a release. A receipt
			// without it is better than one with the wrong one, or no answer.
			if release, err := ref.Release(ctx); err == nil {
				facts["rome"] = fmt.Sprint(release.Version)
			}
			return facts
		}})
	return a, err
}

// names finds the names of persons in a text, to mask them.
func (a *app) names(text string) ([]string, error) {
	e, err := a.engines.Skills()
	if err != nil {
		return nil, err
	}
	return e.Names(text), nil
}

// endpoints are the models that are asked over the network, in their order.
func endpoints(c config, names func(string) ([]string, error), log *slog.Logger) ([]bot.Model, error) {
	var all []bot.Model
	for _, e := range c.Models {
		m, err := bot.Endpoint(dialect.Config{URL: e.URL, Name: e.Name, Key: e.Key, Log: log}, names, e.Context, e.Billions)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

func openDB(ctx context.Context, c config, log *slog.Logger) (*postgres.DB, error) {
	if err := os.MkdirAll(c.DataDir, 0o755); err != nil {
		return nil, fmt.Errorf("le dossier de données ne peut pas être créé : %w", err)
	}
	return postgres.Open(ctx, postgres.Config{URL: c.DatabaseURL, DataDir: c.DataDir, Migrate: migrations.Apply, Log: log})
}

func (a *app) close() {
	if a.agent != nil {
		a.agent.Close()
	}
	if a.engines != nil && a.engines.Documents != nil {
		_ = a.engines.Documents.Reader.Close() // only releases memory
	}
	if a.engines != nil && a.engines.Contests != nil {
		end, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		_ = a.engines.Contests.Flush(end) // counts of the last minute: not worth an error
	}
	if a.db != nil {
		a.db.Close()
	}
}

// node names this process in the runs table. Commands beside a server have a
// name of their own, so that none ends the other's runs.
func node(c config) string {
	if strings.HasPrefix(c.DatabaseURL, "postgres") {
		host, _ := os.Hostname()
		return host
	}
	return "local"
}

// corpora makes sure that ROME, charter and law are loaded and up to what this
// program and its configuration hold.
func (a *app) corpora(ctx context.Context, c config, t terminal, log *slog.Logger) error {
	_, err := loading(ctx, t, log, func(o rome.Options, w rome.Where) (rome.Report, error) {
		w.Archive, w.DataDir, o.DataDir = c.RomeArchive, c.DataDir, c.DataDir
		return rome.Ensure(ctx, a.db, w, o)
	})
	if err != nil {
		return err
	}
	return a.loadTexts(ctx, log)
}

// texts are what the built-in embedder learns besides ROME.
func texts() []retrieval.Entry { return append(charter.Entries(), law.Entries()...) }

// loading shows the progress of a load of ROME and reports what it did.
func loading(ctx context.Context, t terminal, log *slog.Logger, load func(rome.Options, rome.Where) (rome.Report, error)) (rome.Report, error) {
	bar := newProgress(t.err)
	defer bar.done()
	report, err := load(rome.Options{Teach: texts(), Progress: bar.show}, rome.Where{Progress: bar.show})
	bar.done()
	if err != nil {
		return report, err
	}
	if !report.Unchanged {
		log.InfoContext(ctx, "rome loaded", "version", report.Release.Version, "complete", report.Release.Complete, "source", report.Source,
			"read", report.Took.Read.Round(time.Millisecond), "train", report.Took.Train.Round(time.Millisecond), "write", report.Took.Write.Round(time.Millisecond))
	}
	if report.Note != "" {
		fmt.Fprintln(t.err, "Tandem :", report.Note)
	}
	return report, nil
}

func (a *app) loadTexts(ctx context.Context, log *slog.Logger) error {
	type load func(context.Context, *postgres.DB, retrieval.Embedder, retrieval.Progress) (retrieval.Changes, error)
	for corpus, load := range map[string]load{retrieval.Charter: charter.Load, retrieval.Law: law.Load} {
		changes, err := load(ctx, a.db, a.external, nil)
		if err != nil {
			return err
		}
		log.Debug("corpus loaded", "corpus", corpus, "passages", changes.Passages, "embedded", changes.Embedded)
	}
	return nil
}

// portfolio is the store of offers, as it is configured.
func portfolio(db *postgres.DB, c config, rules *legality.Engine, model *delay.Model) *offers.Store {
	s := offers.NewStore(db, assess(rules, model))
	s.Band = c.AlertBand
	return s
}

// openPortfolio is the store of offers alone, for commands that need no ROME.
// The caller closes db.
func openPortfolio(ctx context.Context, c config, log *slog.Logger) (*postgres.DB, *offers.Store, *delay.Model, error) {
	rules, err := legality.Load()
	if err != nil {
		return nil, nil, nil, err
	}
	model, err := delayModel(c)
	if err != nil {
		return nil, nil, nil, err
	}
	db, err := openDB(ctx, c, log)
	if err != nil {
		return nil, nil, nil, err
	}
	return db, portfolio(db, c, rules, model), model, nil
}

// assess checks and forecasts an offer that enters a portfolio.
func assess(rules *legality.Engine, model *delay.Model) offers.Assess {
	return func(o offers.Offer) offers.Assessment {
		v := rules.Check(tools.Legality(o))
		text, _ := json.Marshal(v) // plain fields: cannot fail
		return offers.Assessment{Verdict: text, Blocked: v.Status == legality.Blocked || v.Status == legality.Justify, Forecast: model.Forecast(o.Fields.Offer)}
	}
}

// demo loads the invented offers that the demo's recruiter and counsellor share.
func (a *app) demo(ctx context.Context) error {
	_, err := a.engines.Offers.Import(ctx, postgres.Visitor{ID: "demo", Role: postgres.Counsellor, Agency: "demo"}, offers.Demo())
	return err
}

// secret is the key that signs cookies: configured, or made once and kept.
func secret(c config) ([]byte, error) {
	if c.SessionKey != "" {
		if len(c.SessionKey) < 32 {
			return nil, errors.New("SESSION_KEY est trop court : 32 caractères au moins")
		}
		return []byte(c.SessionKey), nil
	}
	path := filepath.Join(c.DataDir, "session.key")
	b, err := os.ReadFile(path)
	if err == nil && len(b) >= 64 {
		return b, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	b = []byte(hex.EncodeToString(key))
	return b, os.WriteFile(path, b, 0o600)
}

// forget erases what has been idle for too long, every minute until ctx ends, and
// once an hour measures how forecasts of similar offers are spread.
func (a *app) forget(ctx context.Context, keep time.Duration, log *slog.Logger) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		node := postgres.Visitor{ID: "node", Role: postgres.Seeker}
		if err := a.engines.Offers.Level(ctx, node, time.Hour); err != nil && ctx.Err() == nil {
			log.Warn("similar offers not compared", "err", err)
		}
		err := a.db.As(ctx, node, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "select tandem_forget($1)", keep)
			return err
		})
		if lost := a.engines.Contests.Flush(ctx); lost != nil && ctx.Err() == nil {
			log.Warn("matches of rules not written", "err", lost)
		}
		if err != nil && ctx.Err() == nil {
			log.Warn("idle conversations not erased", "err", err)
		}
	}
}
