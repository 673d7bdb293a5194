package main

import (
	"context"
	"embed"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/google/uuid"

	"tandem/bot"
	"tandem/internal/postgres"
	"tandem/retrieval"
	"tandem/retrieval/rome"
	"tandem/tools/legality"
	"tandem/tools/offers"
)

// A CV of ours, read again and again by bench.
//
//go:embed testdata/cv/deux-colonnes.pdf
var benchFiles embed.FS

// benchQueries are typed as people type; their answers do not matter here.
var benchQueries = []string{"boulanger", "bouché", "dev ouèbe", "aide soignante", "cariste caces 3", "jfai des gateaux", "secrétaire médicale",
	"code rome plombier svp", "conduire un poids lourd", "accueil du public", "tenir une caisse", "soudeur tig", "agent entretien", "educateur jeunes enfants",
	"D1102", "maçon", "réparer des vélos", "garde d'enfant", "serveur en salle", "comptable fournisseur"}

// bench prints the table that README shows: everything is measured now, on a
// private cluster made for it, and removed afterwards.
func bench(ctx context.Context, c config, t terminal, log *slog.Logger, args []string) error {
	if _, err := flags("bench", t, args, nil); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "tandem-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.Chmod(dir, 0o755); err != nil { // Postgres runs as another user when we are root
		return err
	}
	c.DataDir, c.DatabaseURL = dir, ""

	var rows [][2]string
	row := func(name, format string, values ...any) {
		rows = append(rows, [2]string{name, fmt.Sprintf(format, values...)})
		fmt.Fprintln(t.err, "Tandem :", name)
	}

	start := time.Now()
	db, err := openDB(ctx, c, log)
	if err != nil {
		return err
	}
	row("Private cluster made, started, migrated", "%s", round(time.Since(start)))
	first := &app{db: db}
	start = time.Now()
	report, err := loading(ctx, t, log, func(o rome.Options, w rome.Where) (rome.Report, error) {
		w.Archive, w.DataDir = c.RomeArchive, dir
		return rome.Ensure(ctx, db, w, o)
	})
	if err == nil {
		err = first.loadTexts(ctx, log)
	}
	if err != nil {
		first.close()
		return err
	}
	row("ROME loaded: read, trained, written", "%s (%s, %s, %s)", round(time.Since(start)), round(report.Took.Read), round(report.Took.Train), round(report.Took.Write))
	row("– source, passages", "%s, %d", filepath.Base(report.Source), report.Passages.Passages)
	row("– peak memory of the program", "%d MB", peakMemory())
	first.close()

	start = time.Now()
	a, err := open(ctx, c, t, log)
	if err != nil {
		return err
	}
	defer a.close()
	row("Restart: cluster started, everything loaded", "%s", round(time.Since(start)))
	start = time.Now()
	engine, err := a.engines.Skills()
	if err != nil {
		return err
	}
	row("Skills engine over all labels built", "%s", round(time.Since(start)))

	times, err := repeat(1000, func(i int) error {
		_, err := a.engines.Search.Search(ctx, retrieval.Query{Text: benchQueries[i%len(benchQueries)], Corpus: retrieval.ROME, Kinds: []string{retrieval.Metier}})
		return err
	})
	if err != nil {
		return err
	}
	row("Hybrid search, 1 client", "%s", times)

	pdf, err := benchFiles.ReadFile("testdata/cv/deux-colonnes.pdf")
	if err != nil {
		return err
	}
	start = time.Now()
	if err := a.engines.Documents.Reader.Warm(ctx); err != nil {
		return err
	}
	row("PDF engine compiled and started", "%s", round(time.Since(start)))
	times, err = repeat(50, func(int) error {
		d, err := a.engines.Documents.Reader.Read(ctx, "cv.pdf", pdf)
		if err == nil {
			engine.Analyse(d.Text)
		}
		return err
	})
	if err != nil {
		return err
	}
	row("CV in PDF → proposals", "%s", times)

	demo := offers.Demo()
	long := make([]legality.Offer, len(demo)) // about 200 words each, from several offers of the demo
	words := 0
	for i := range demo {
		var body strings.Builder
		for j := 0; len(strings.Fields(body.String())) < 200; j++ {
			body.WriteString(demo[(i+j)%len(demo)].Body + "\n")
		}
		long[i] = legality.Offer{Title: demo[i].Title, Text: body.String(), Contract: demo[i].Fields.Contract}
		words += len(strings.Fields(body.String()))
	}
	start = time.Now()
	const checks = 5000
	for i := range checks {
		a.engines.Legality.Check(long[i%len(long)])
	}
	row("Legality, one core", "%.0f offers/s (%d words each)", checks/time.Since(start).Seconds(), words/len(long))
	times, err = repeat(1000, func(i int) error { a.engines.Delay.Forecast(demo[i%len(demo)].Fields.Offer); return nil })
	if err != nil {
		return err
	}
	row("Forecast", "%s", times)

	v := postgres.Visitor{ID: "bench", Role: postgres.Seeker}
	for _, c := range [][2]string{{"Whole run, no tool (offline model)", "bonjour"}, {"Whole run, one tool (offline model)", "code rome boulanger svp"}} {
		times, err = repeat(200, func(int) error { return a.once(ctx, v, c[1]) })
		if err != nil {
			return err
		}
		row(c[0], "%s", times)
	}

	fmt.Fprintf(t.out, "%s, %d cores, %s/%s, %s, Go %s. Times: median / 99th percentile.\n\n", time.Now().Format("2006-01-02"), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, processor(), strings.TrimPrefix(runtime.Version(), "go"))
	fmt.Fprintln(t.out, "| What | Measured |\n|---|---|")
	for _, r := range rows {
		fmt.Fprintf(t.out, "| %s | %s |\n", r[0], r[1])
	}
	return nil
}

// once asks a question and reads the answer to its end.
func (a *app) once(ctx context.Context, v postgres.Visitor, text string) error {
	q := bot.Question{Conversation: uuid.NewString(), Run: uuid.NewString(), Text: text}
	after, err := a.agent.Start(ctx, v, q)
	if err != nil {
		return err
	}
	answer, err := a.agent.Read(ctx, v, q.Run, after, nil)
	if err != nil {
		return err
	}
	if answer.Error != "" {
		return fmt.Errorf("run failed: %s", answer.Error)
	}
	return nil
}

// repeat runs f n times and gives the median and the 99th percentile.
func repeat(n int, f func(i int) error) (string, error) {
	took := make([]time.Duration, n)
	for i := range n {
		start := time.Now()
		if err := f(i); err != nil {
			return "", err
		}
		took[i] = time.Since(start)
	}
	slices.Sort(took)
	return fmt.Sprintf("%s / %s", round(took[n/2]), round(took[min(n-1, n*99/100)])), nil
}

func round(d time.Duration) time.Duration {
	switch {
	case d > 10*time.Second:
		return d.Round(100 * time.Millisecond)
	case d > time.Second:
		return d.Round(10 * time.Millisecond)
	case d > time.Millisecond:
		return d.Round(10 * time.Microsecond)
	}
	return d.Round(100 * time.Nanosecond)
}

// peakMemory is the most this process has held, in megabytes.
func peakMemory() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Maxrss >> 10 // Linux counts in KiB
}

func processor() string {
	b, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
		}
	}
	return "unknown processor"
}
