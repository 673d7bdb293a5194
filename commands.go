package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/uuid"

	"tandem/bot"
	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/web"
)

// serve runs the server until the context ends.
func serve(ctx context.Context, c config, t terminal, log *slog.Logger, args []string) error {
	if _, err := flags("serve", t, args, nil); err != nil {
		return err
	}
	if err := os.MkdirAll(c.DataDir, 0o755); err != nil {
		return fmt.Errorf("le dossier de données ne peut pas être créé : %w", err)
	}
	release, err := postgres.Lock(c.DataDir, c.Addr)
	if err != nil {
		return err
	}
	defer release()
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fault.Wrap(err, fault.Conflict, "L'adresse %s n'est pas libre : arrêtez ce qui l'occupe, ou réglez ADDR.", c.Addr)
	}
	defer func() { _ = listener.Close() }()
	key, err := secret(c)
	if err != nil {
		return err
	}
	a, err := open(ctx, c, t, log)
	if err != nil {
		return err
	}
	defer a.close()
	if c.Auth == "demo" {
		if err := a.demo(ctx); err != nil {
			return err
		}
	}
	s, err := web.New(web.Config{Agent: a.agent, Engines: a.engines, DB: a.db, Secret: key, Origins: c.Origins, Demo: c.Auth == "demo",
		Model: web.ModelInfo{Name: a.model.Name, Offline: a.model.Offline}, Keep: c.Keep, Log: log})
	if err != nil {
		return err
	}
	// The database is watched, idle conversations are erased, and what is slow to
	// build is built before the first person needs it.
	background, stop := context.WithCancel(ctx)
	defer stop()
	go a.db.Watch(background)
	go a.forget(background, c.Keep, log)
	go a.warm(background, log)
	go a.encode(background, c, log)
	go a.refresh(background, log)
	fmt.Fprintf(t.out, "Tandem est prêt : http://%s\n", where(c.Addr, listener))
	return s.Serve(ctx, listener)
}

func (a *app) warm(ctx context.Context, log *slog.Logger) {
	if _, err := a.engines.Skills(); err != nil && ctx.Err() == nil {
		log.Warn("skills engine not built", "err", err)
	}
	if err := a.engines.Documents.Reader.Warm(ctx); err != nil && ctx.Err() == nil {
		log.Warn("PDF engine not started", "err", err)
	}
}

// refresh assesses again the offers that an earlier model or rule set assessed.
func (a *app) refresh(ctx context.Context, log *slog.Logger) {
	n, err := a.engines.Offers.Refresh(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		log.Warn("offers not assessed again", "done", n, "err", err)
	case n > 0:
		log.Info("offers assessed again", "offers", n)
	}
}

// where is the address as a person types it: the configured name, the real port.
func where(addr string, l net.Listener) string {
	host, _, _ := net.SplitHostPort(addr)
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if host == "" {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// ask runs one question in the terminal, streamed.
func ask(ctx context.Context, c config, t terminal, log *slog.Logger, args []string) error {
	role, file, asJSON := string(postgres.Seeker), "", false
	words, err := flags("ask", t, args, func(f *flag.FlagSet) {
		f.StringVar(&role, "role", role, "seeker, recruiter ou counsellor")
		f.StringVar(&file, "file", "", "fichier à joindre")
		f.BoolVar(&asJSON, "json", false, "affiche les événements, un par ligne")
	})
	if err != nil {
		return err
	}
	if !slices.Contains(postgres.Roles, postgres.Role(role)) {
		return errUsage{fmt.Sprintf("rôle %q inconnu : seeker, recruiter ou counsellor", role)}
	}
	q := bot.Question{Conversation: uuid.NewString(), Run: uuid.NewString(), Text: strings.Join(words, " ")}
	if strings.TrimSpace(q.Text) == "" && file == "" {
		return errUsage{"posez une question : tandem ask \"code rome boulanger svp\""}
	}
	a, err := open(ctx, c, t, log)
	if err != nil {
		return err
	}
	defer a.close()
	v := postgres.Visitor{ID: "terminal:" + uuid.NewString(), Role: postgres.Role(role)}
	switch v.Role {
	case postgres.Recruiter:
		v.Company = "demo"
	case postgres.Counsellor:
		v.Agency = "demo"
	}
	if v.Role != postgres.Seeker {
		if err := a.demo(ctx); err != nil {
			return err
		}
	}
	if file != "" {
		data, err := readBounded(file, maxDocument)
		if err != nil {
			return err
		}
		d, err := a.engines.Documents.Add(ctx, v, filepath.Base(file), data)
		if err != nil {
			return err
		}
		q.Document, q.DocumentName = d.ID, d.Name
	}
	after, err := a.agent.Start(ctx, v, q)
	if err != nil {
		return err
	}
	out := &unstarred{w: t.out}
	answer, err := a.agent.Read(ctx, v, q.Run, after, func(e bot.Event, delta string) {
		if asJSON {
			fmt.Fprintln(t.out, string(e.JSON))
		} else {
			out.write(delta)
		}
	})
	if err != nil {
		return err
	}
	if asJSON {
		return nil
	}
	fmt.Fprintln(t.out)
	for _, n := range answer.Notices {
		fmt.Fprintln(t.out, "⚠", n)
	}
	if len(answer.Sources) > 0 {
		fmt.Fprintln(t.out, "\nSources :")
		for _, s := range answer.Sources {
			if strings.HasPrefix(s.URL, "/") {
				s.URL = "http://" + c.Addr + s.URL // a page of the server, when it runs
			}
			fmt.Fprintf(t.out, "  [%s] %s  %s\n", strings.TrimPrefix(s.SourceID, "law:"), s.Title, s.URL)
		}
	}
	if answer.Error != "" {
		return fault.New(fault.Code(answer.Code), "%s", answer.Error)
	}
	return nil
}

// unstarred writes text without the ** of Markdown, also when a pair is cut in
// two by the stream.
type unstarred struct {
	w    io.Writer
	star bool
}

func (u *unstarred) write(s string) {
	var b strings.Builder
	for _, r := range s {
		if r == '*' {
			u.star = !u.star // the second of a pair drops both
			continue
		}
		if u.star {
			u.star = false
			b.WriteByte('*')
		}
		b.WriteRune(r)
	}
	fmt.Fprint(u.w, b.String())
}

// maxDocument bounds what is read of a CV's file; the reader refuses a smaller
// one that is too large for it in its own words.
const maxDocument = 6 << 20

// readBounded reads a file of at most limit bytes.
func readBounded(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "Le fichier %s ne peut pas être lu.", path)
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "Le fichier %s ne peut pas être lu.", path)
	}
	if int64(len(b)) > limit {
		return nil, fault.New(fault.TooLarge, "Le fichier %s est trop gros : %d Mo au plus.", path, limit>>20)
	}
	return b, nil
}
