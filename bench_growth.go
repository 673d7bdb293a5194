package main

import (
	"context"
	_ "embed"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/retrieval"
	"tandem/retrieval/rome"
)

//go:embed bench_growth.sql
var growthSQL string

// perVector is what a passage takes in memory while its index is built, besides
// its vector: the graph.
const perVector = 1500

// growth is the table of what search costs when there are more passages.
func (t *table) growth(ctx context.Context, c config, term terminal, log *slog.Logger, questions []rome.Title, factors []int) error {
	if len(factors) == 0 {
		factors = []int{1, 10, 30}
	}
	db, err := openDB(ctx, c, log)
	if err != nil {
		return err
	}
	defer db.Close()
	first := &table{say: t.say} // what the load took is in the other table
	if err := first.load(ctx, db, c, term, log); err != nil {
		return err
	}
	bar := newProgress(term.err)
	defer bar.done()
	return t.grow(ctx, searching{db: db, questions: questions, n: 200}, factors, bar.show)
}

// grow measures search at each factor, on copies that replace the passages.
func (t *table) grow(ctx context.Context, s searching, factors []int, progress retrieval.Progress) error {
	t.head = []string{"Passages", "Words", "On disk: table, indexes", "Indexes built (maintenance_work_mem)", "Hybrid search, 1 client"}
	for _, p := range parts {
		t.head = append(t.head, fmt.Sprintf("HNSW recall@10 at ef %d (exact scan), %s", efSearch, p.name))
	}
	if err := seed(ctx, s.db); err != nil {
		return fmt.Errorf("bench: prepare copies: %w", err)
	}
	for _, factor := range factors {
		m, err := memoryFor(ctx, s.db, factor)
		if err != nil {
			return err
		}
		took, err := multiply(ctx, s.db, factor, m, progress)
		if err != nil {
			return fmt.Errorf("bench: %d times: %w", factor, err)
		}
		built := fmt.Sprintf("%s (%d MB)", round(took), m.megabytes)
		progress(fmt.Sprintf("Mesures, %d ×", factor), 0, 1)
		cells, err := s.grown(ctx, factor, built)
		if err != nil {
			return err
		}
		progress(fmt.Sprintf("Mesures, %d ×", factor), 1, 1)
		t.row(cells...)
	}
	return nil
}

// grown measures what is there now.
func (s searching) grown(ctx context.Context, factor int, built string) ([]string, error) {
	var passages, words int
	if err := s.db.Read(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "select (select count(*) from passages), (select count(*) from lexemes)").Scan(&passages, &words)
	}); err != nil {
		return nil, err
	}
	d, err := diskOf(ctx, s.db)
	if err != nil {
		return nil, err
	}
	took, err := s.hybrid(ctx, 1, s.texts(s.n))
	if err != nil {
		return nil, err
	}
	cells := []string{fmt.Sprintf("%d × = %d", factor, passages), fmt.Sprint(words), megabytes(d.table) + ", " + megabytes(d.indexes), built, took.String()}
	vectors, err := s.vectors(ctx, max(1, s.n/4)) // an exact scan of 30 times takes a second
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if err := indexed(ctx, s.db, p.where, vectors[0]); err != nil {
			return nil, err
		}
		truth, exact, err := s.tens(ctx, byScan, p.where, vectors)
		if err != nil {
			return nil, err
		}
		got, took, err := s.tens(ctx, byIndex(efSearch), p.where, vectors)
		if err != nil {
			return nil, err
		}
		cells = append(cells, fmt.Sprintf("%.3f, %s (%s)", agreement(truth, got), round(took.median), round(exact.median)))
	}
	return cells, nil
}

// seed keeps the passages as they are and makes what copies are made with.
func seed(ctx context.Context, db *postgres.DB) error {
	e, err := embedder(ctx, db)
	if err != nil {
		return err
	}
	return db.Own(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, strings.ReplaceAll(growthSQL, "$dim", strconv.Itoa(e.Dimension())))
		return err
	})
}

// copied is what differs in copy n of a passage; everything else is the same.
// Words and noise are drawn by hash, so that each run makes the same copies.
var copied = map[string]string{
	"id":        "p.id || '~' || $n",
	"parent":    "p.parent || '~' || $n",
	"title":     "w.title",
	"keywords":  "w.keywords",
	"folded":    "lower(unaccent(w.title))",
	"names":     "array[lower(p.id) || ' ' || $n, lower(unaccent(w.title))]",
	"title_tsv": "passage_words(w.title)",
	"tsv":       "passage_words(w.title, w.keywords)",
	"embedding": "l2_normalize(p.embedding + a.v + b.v)",
}

// multiply puts factor times the passages in place of those that serve, the way
// a load does (see retrieval.Replace), and gives the time that their indexes took.
func multiply(ctx context.Context, db *postgres.DB, factor int, m memory, progress retrieval.Progress) (built time.Duration, err error) {
	err = db.Own(ctx, func(tx pgx.Tx) error {
		names, values, err := columns(ctx, tx)
		if err != nil {
			return err
		}
		// Without a log the copies are made sooner and the disk writes less; what is
		// searched is the same. Nothing may run beside the measures.
		if err := execute(ctx, tx,
			"create unlogged table passages_next (like passages including defaults including constraints)",
			"alter table passages_next set (autovacuum_enabled = false)",
			fmt.Sprintf("insert into passages_next (%s) select %[1]s from bench_base", names)); err != nil {
			return err
		}
		label := fmt.Sprintf("Copies, %d ×", factor)
		for n := 1; n < factor; n++ {
			progress(label, n, factor)
			if err := execute(ctx, tx, strings.ReplaceAll(fmt.Sprintf(`insert into passages_next (%s) select %s from bench_base p
				cross join lateral (select bench_words(p.title, $n) as title, bench_words(p.keywords, $n) as keywords offset 0) w
				join bench_noise a on a.i = hashtext(p.id || '$n') & 1023 join bench_noise b on b.i = hashtext('$n' || p.id) & 1023`, names, values), "$n", strconv.Itoa(n))); err != nil {
				return err
			}
		}
		label = fmt.Sprintf("Construction des index, %d ×", factor)
		progress(label, 0, 1)
		start := time.Now()
		if err := execute(ctx, tx,
			fmt.Sprintf("set local maintenance_work_mem = '%dMB'", m.megabytes),
			fmt.Sprintf("set local max_parallel_maintenance_workers = %d", m.workers),
			"alter table passages_next add primary key (id)",
			"select passages_index('passages_next', true)"); err != nil {
			return err
		}
		built = time.Since(start)
		progress(label, 1, 1)
		return execute(ctx, tx,
			"analyze passages_next",
			"drop table passages",
			"alter table passages_next rename to passages",
			"grant select on passages to tandem_app",
			"update embedder set generation = generation + 1", // what processes remember holds no more
			"delete from lexemes",
			"insert into lexemes select word, ndoc from ts_stat('select tsv from passages') union all select '', count(*) from passages",
			"analyze lexemes")
	})
	return built, err
}

// columns are those of passages, and what a copy has in each.
func columns(ctx context.Context, tx pgx.Tx) (names, values string, err error) {
	rows, err := tx.Query(ctx, "select attname::text from pg_attribute where attrelid = 'passages'::regclass and attnum > 0 and not attisdropped order by attnum")
	if err != nil {
		return "", "", err
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	var copies []string
	for _, name := range all {
		value, differs := copied[name]
		if !differs {
			value = "p." + name
		}
		copies = append(copies, value)
	}
	return strings.Join(all, ", "), strings.Join(copies, ", "), err
}

func execute(ctx context.Context, tx pgx.Tx, statements ...string) error {
	for _, s := range statements {
		if _, err := tx.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// memory is what building the indexes may use.
type memory struct{ megabytes, workers int64 }

// memoryFor makes sure that the graph of the largest index fits in
// maintenance_work_mem, or its build would be many times slower, and that the
// machine has as much. Workers share it in /dev/shm: without room there, none.
func memoryFor(ctx context.Context, db *postgres.DB, factor int) (m memory, err error) {
	var largest, dimension int64
	if err := db.Read(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select max(n), (select dimension from embedder) from
			(select count(*) as n from bench_base group by kind) one`).Scan(&largest, &dimension)
	}); err != nil {
		return m, err
	}
	m.workers = 2
	m.megabytes = max(256, int64(factor)*largest*(4*dimension+perVector)>>20) // 256 MB is what a load takes
	if free := freeMemory(); free > 0 && free < 2*m.megabytes {
		return m, fault.New(fault.Unavailable, "À %d fois le corpus, construire les index demande %d Mo ; cette machine n'a que %d Mo de mémoire libre.", factor, m.megabytes, free)
	}
	var shm syscall.Statfs_t
	if err := syscall.Statfs("/dev/shm", &shm); err != nil || int64(shm.Bavail)*int64(shm.Bsize)>>20 < m.megabytes {
		m.workers = 0
	}
	return m, nil
}

// freeMemory is what the machine could give, in megabytes; 0 when it does not say.
func freeMemory() int64 {
	b, _ := os.ReadFile("/proc/meminfo") // elsewhere than on Linux there is none
	_, rest, _ := strings.Cut(string(b), "MemAvailable:")
	kb, _ := strconv.ParseInt(strings.Fields(rest + " 0")[0], 10, 64)
	return kb >> 10
}
