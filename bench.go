package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"tandem/internal/postgres"
	"tandem/retrieval"
	"tandem/retrieval/rome"
)

// bench prints the tables that README shows: everything is measured now, on a
// private cluster made for it, and removed afterwards, also when interrupted.
func bench(ctx context.Context, c config, t terminal, log *slog.Logger, args []string) error {
	growth, portfolios := false, false
	words, err := flags("bench", t, args, func(f *flag.FlagSet) {
		f.BoolVar(&portfolios, "portfolio", false, "mesure l'import de 100 000 offres, ou du nombre donné, puis les questions à un portefeuille dix fois plus grand (un quart d'heure)")
		f.BoolVar(&growth, "growth", false, "mesure la recherche quand le corpus grandit : 1, 10 et 30 fois, ou les nombres donnés (une demi-heure)")
	})
	if err != nil {
		return err
	}
	var factors []int
	for _, w := range words {
		n, err := strconv.Atoi(w)
		if err != nil || n < 1 || !growth && !portfolios {
			return errUsage{"tandem bench [--portfolio [100000] | --growth [1 10 30]]"}
		}
		factors = append(factors, n)
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
	b := &table{say: t.err}
	if portfolios {
		n := 100_000
		if len(factors) > 0 {
			n = factors[0]
		}
		err := b.portfolios(ctx, c, log, n, 10)
		b.whole(t.out)
		return err
	}
	src, err := rome.Find(ctx, rome.Where{Archive: c.RomeArchive, DataDir: dir})
	if err != nil {
		return err
	}
	questions, err := rome.Titles(src)
	if err != nil {
		return err
	}
	if growth {
		err = b.growth(ctx, c, t, log, questions, factors)
	} else {
		err = b.all(ctx, c, t, log, questions)
	}
	if ctx.Err() != nil {
		err = errors.New("mesure interrompue ; ce qu'elle avait créé est effacé")
	}
	if err != nil && (!growth || len(b.rows) == 0) {
		return err
	}
	// What was measured before a factor was too much is worth the wait it took.
	b.whole(t.out)
	return err
}

// whole prints the table under what it was measured on.
func (t *table) whole(w io.Writer) {
	fmt.Fprintf(w, "%s, %d cores, %s/%s, %s, Go %s. Times: median / 99th percentile.\n\n", time.Now().Format("2006-01-02"), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, processor(), strings.TrimPrefix(runtime.Version(), "go"))
	t.print(w)
}

// all is the table of everything at the size that people use.
func (t *table) all(ctx context.Context, c config, term terminal, log *slog.Logger, questions []rome.Title) error {
	t.head = []string{"What", "Measured"}
	start := time.Now()
	db, err := openDB(ctx, c, log)
	if err != nil {
		return err
	}
	t.row("Private cluster made, started, migrated", round(time.Since(start)).String())
	err = t.load(ctx, db, c, term, log)
	db.Close()
	if err != nil {
		return err
	}
	start = time.Now()
	a, err := open(ctx, c, term, log)
	if err != nil {
		return err
	}
	defer a.close()
	t.row("Restart: cluster started, everything loaded", round(time.Since(start)).String())
	s := searching{db: a.db, questions: questions, n: 400}
	if err := s.measure(ctx, t); err != nil {
		return err
	}
	return t.engines(ctx, a)
}

// load measures the first load of ROME, and what it leaves on the disk.
func (t *table) load(ctx context.Context, db *postgres.DB, c config, term terminal, log *slog.Logger) error {
	watch := stopwatch{}
	start := time.Now()
	report, err := loading(ctx, term, log, func(o rome.Options, w rome.Where) (rome.Report, error) {
		w.Archive, w.DataDir = c.RomeArchive, c.DataDir
		o.Progress = watch.over(o.Progress)
		return rome.Ensure(ctx, db, w, o)
	})
	if err != nil {
		return err
	}
	first := &app{db: db}
	if err := first.loadTexts(ctx, log); err != nil {
		return err
	}
	embed := watch["Calcul des vecteurs"]
	t.row("ROME, charter and law loaded", fmt.Sprintf("%s: read %s, train the embedder %s, embed %s, write and index %s", round(time.Since(start)),
		round(report.Took.Read), round(report.Took.Train), round(embed), round(report.Took.Write-embed)))
	t.row("– source, passages", fmt.Sprintf("%s, %d", filepath.Base(report.Source), report.Passages.Passages))
	t.row("– peak memory of the program", fmt.Sprintf("%d MB", peakMemory()))
	return t.sizes(ctx, db)
}

// stopwatch is how long each stage of a load took, from its first word of
// progress to its last.
type stopwatch map[string]time.Duration

func (s stopwatch) over(p retrieval.Progress) retrieval.Progress {
	began := map[string]time.Time{}
	return func(label string, done, total int) {
		if _, ok := began[label]; !ok {
			began[label] = time.Now()
		}
		s[label] = time.Since(began[label])
		p(label, done, total)
	}
}

// table is what bench prints.
type table struct {
	head []string
	rows [][]string
	say  io.Writer // told each row when it is measured
}

func (t *table) row(cells ...string) {
	t.rows = append(t.rows, cells)
	fmt.Fprintln(t.say, "Tandem :", strings.Join(cells, " | "))
}

func (t *table) print(w io.Writer) {
	fmt.Fprintf(w, "| %s |\n|%s\n", strings.Join(t.head, " | "), strings.Repeat("---|", len(t.head)))
	for _, r := range t.rows {
		fmt.Fprintf(w, "| %s |\n", strings.Join(r, " | "))
	}
}

// times are what doing something again and again took.
type times struct {
	median, worst time.Duration // worst: the 99th percentile
	perSecond     float64
}

func (t times) String() string { return fmt.Sprintf("%s / %s", round(t.median), round(t.worst)) }

// each calls f for every i below n, by so many clients at a time, until one fails.
func each(ctx context.Context, clients, n int, f func(i int) error) (times, error) {
	return timed(ctx, clients, n, func(i int) (time.Duration, error) {
		start := time.Now()
		err := f(i)
		return time.Since(start), err
	})
}

// timed is each for an f that says itself what it took.
func timed(ctx context.Context, clients, n int, f func(i int) (time.Duration, error)) (times, error) {
	took := make([]time.Duration, n)
	failed := make([]error, clients)
	var next atomic.Int64
	var all sync.WaitGroup
	begin := time.Now()
	for c := range clients {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && failed[c] == nil; i = int(next.Add(1)) - 1 {
				took[i], failed[c] = f(i)
				if ctx.Err() != nil {
					failed[c] = ctx.Err()
				}
			}
			if failed[c] != nil {
				next.Store(int64(n)) // the others stop too
			}
		})
	}
	all.Wait()
	perSecond := float64(n) / time.Since(begin).Seconds()
	for _, err := range failed {
		if err != nil {
			return times{}, err
		}
	}
	slices.Sort(took)
	return times{took[n/2], took[min(n-1, n*99/100)], perSecond}, nil
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

// processorTime is what this process has had of the processors so far: on a
// machine that others use too, it says more than the wall clock.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
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
