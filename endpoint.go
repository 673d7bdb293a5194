package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"

	"tandem/bot"
	"tandem/bot/dialect"
	"tandem/bot/fake"
	"tandem/bot/offline"
	"tandem/internal/postgres"
	"tandem/tools"
)

// fakeEndpoint serves an endpoint that plays a model on a free port of this
// machine, until stop.
func fakeEndpoint(h http.Handler) (url string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	srv := &http.Server{Handler: h}
	go func() { _ = srv.Serve(l) }() // ends with Close
	return "http://" + l.Addr().String() + "/v1", func() { _ = srv.Close() }, nil
}

// evaluated is the model that `eval routing --endpoint` names: "fake", in the
// style of a vendor ("fake:mistral"), plays the offline model over HTTP; anything
// else is the address of a real one, with the MODEL_NAME and MODEL_KEY that are
// configured for it.
func evaluated(c config, endpoint string, names func(string) ([]string, error), log *slog.Logger) (m bot.Model, stop func(), err error) {
	e := dialectOf(c, endpoint, log)
	stop = func() {}
	if name, style, _ := strings.Cut(endpoint, ":"); name == "fake" {
		if style == "" {
			style = "openai"
		}
		s, ok := fake.Styles[style]
		if !ok {
			return m, nil, errUsage{fmt.Sprintf("style %q inconnu pour --endpoint fake", style)}
		}
		sober, err := offline.New()
		if err != nil {
			return m, nil, err
		}
		if e.URL, stop, err = fakeEndpoint(fake.Endpoint{Model: sober, Style: s}); err != nil {
			return m, nil, err
		}
		e.Name, e.Key = "fake", ""
	}
	m, err = bot.Endpoint(e, names, 0, 0)
	return m, stop, err
}

// dialectOf is the endpoint at url as it is configured.
func dialectOf(c config, url string, log *slog.Logger) dialect.Config {
	d := dialect.Config{URL: url, Log: log}
	for _, m := range c.Models {
		if m.URL == url {
			d.Name, d.Key = m.Name, m.Key
		}
	}
	return d
}

// evalRouting measures what a model behind an endpoint does first: the whole path
// of a run up to its first call, with prompt, mask and dialect.
func evalRouting(ctx context.Context, m bot.Model, all []tools.Tool, data []byte) (offline.Report, error) {
	return offline.Evaluate(bytes.NewReader(data), func(c offline.Case) (offline.Understanding, error) {
		calls, _, err := bot.First(ctx, m, postgres.Role(c.Persona), append(c.Context[:len(c.Context):len(c.Context)], c.Text), all)
		u := offline.Understanding{Act: offline.Spoken}
		for _, call := range calls {
			u.Calls = append(u.Calls, offline.Call{Tool: call.Tool, Args: call.Args})
		}
		return u, err
	})
}
