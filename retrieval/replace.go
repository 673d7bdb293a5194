package retrieval

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"

	"tandem/internal/fold"
	"tandem/internal/postgres"
	"tandem/retrieval/subword"
)

// Entry is a passage as a corpus hands it in, with what it is found by.
type Entry struct {
	Passage
	Names    []string // other names that are exactly this passage; the title and the id always are
	Parent   string   // the métier that an appellation is evidence for
	Keywords string   // what it is found by besides its title; Text is only shown
}

// Changes counts what a load changed, by kind of passage.
type Changes struct {
	Passages int            `json:"passages"` // of the corpus, now
	Added    map[string]int `json:"added"`
	Changed  map[string]int `json:"changed"`
	Removed  map[string]int `json:"removed"`
	Embedded int            `json:"embedded"` // vectors made
	Missing  int            `json:"missing,omitempty"`
	Note     string         `json:"note,omitempty"` // French: why vectors are missing
}

// None reports whether the load changed nothing.
func (c Changes) None() bool {
	return len(c.Added)+len(c.Changed)+len(c.Removed)+c.Embedded == 0
}

// Progress is told how far long work has come. It may be nil.
type Progress func(label string, done, total int)

func (p Progress) say(label string, done, total int) {
	if p != nil {
		p(label, done, total)
	}
}

const (
	embedBatch = 2048
	inPlace    = 2000 // changes up to this many are made row by row
)

// Replace makes entries the whole content of corpus, within tx: what others
// read changes when tx commits, all at once. Passages found by the same text
// keep their vector unless e differs from the embedder that made it; then every
// passage of every corpus is embedded again.
//
// An external e is not called: its vectors are those that [Prepare] has kept.
// Passages whose vector is missing have none until [Reembed]; they are refused
// when e is another embedder than the one that serves.
//
// Many changes are made in a table beside the one that serves, indexed and then
// put in its place, so that searches never wait for an index to be built.
func Replace(ctx context.Context, tx pgx.Tx, corpus string, entries []Entry, e Embedder, progress Progress) (Changes, error) {
	r, err := begin(ctx, tx, corpus, entries, e, progress)
	if err != nil {
		return Changes{}, err
	}
	c, err := r.compare()
	if err != nil {
		return Changes{}, fmt.Errorf("retrieval: compare %s: %w", corpus, err)
	}
	changed := sum(c.Added) + sum(c.Changed) + sum(c.Removed)
	if changed == 0 && r.same {
		return c, nil
	}
	if c.Embedded, c.Missing, err = r.vectors(); err != nil {
		return Changes{}, err
	}
	if c.Missing > 0 && !r.same {
		return Changes{}, errMissing
	}
	steps := []func() error{r.beside, r.lexemes("passages_next"), r.record, r.clear, r.exchange}
	if r.same && changed <= inPlace {
		steps = []func() error{r.inPlace, r.lexemes("passages"), r.clear}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return Changes{}, fmt.Errorf("retrieval: replace %s: %w", corpus, err)
		}
	}
	return c, nil
}

type replacing struct {
	ctx      context.Context
	tx       pgx.Tx
	corpus   string
	e        Embedder
	progress Progress
	same     bool // e made the vectors that serve
}

// begin puts entries beside the passages of corpus.
func begin(ctx context.Context, tx pgx.Tx, corpus string, entries []Entry, e Embedder, progress Progress) (replacing, error) {
	r := replacing{ctx: ctx, tx: tx, corpus: corpus, e: e, progress: progress}
	if err := r.stage(entries); err != nil {
		return r, fmt.Errorf("retrieval: stage %s: %w", corpus, err)
	}
	was, ok, err := current(ctx, tx)
	r.same = ok && was.made(e)
	return r, err
}

// stage copies the entries into a temporary table.
func (r replacing) stage(entries []Entry) error {
	if _, err := r.tx.Exec(r.ctx, `
		drop table if exists incoming, wanted, vectors;
		create temp table incoming (id text primary key, kind text not null, title text not null, text text not null, url text not null,
			folded text not null, names text[] not null, parent text, keywords text not null, content_hash bytea not null, meta jsonb not null) on commit drop;
		create temp table wanted (id text primary key, text text not null, hash bytea not null) on commit drop;
		create temp table vectors (id text primary key, embedding vector) on commit drop`); err != nil {
		return err
	}
	_, err := r.tx.CopyFrom(r.ctx, pgx.Identifier{"incoming"},
		[]string{"id", "kind", "title", "text", "url", "folded", "names", "parent", "keywords", "content_hash", "meta"},
		pgx.CopyFromSlice(len(entries), func(i int) ([]any, error) {
			if i%1000 == 0 {
				r.progress.say("Lecture des passages", i, len(entries))
			}
			return entries[i].columns()
		}))
	return err
}

func (e Entry) columns() ([]any, error) {
	meta := e.Meta
	if meta == nil {
		meta = map[string]any{}
	}
	facts, err := json.Marshal(meta) // map keys come sorted: the hash is stable
	if err != nil {
		return nil, fmt.Errorf("passage %s: %w", e.ID, err)
	}
	names := []string{fold.String(e.ID), Name(e.Title)}
	for _, n := range e.Names {
		names = append(names, Name(n))
	}
	slices.Sort(names)
	names = slices.DeleteFunc(slices.Compact(names), func(n string) bool { return n == "" })
	var parent *string
	if e.Parent != "" {
		parent = &e.Parent
	}
	h := sha256.New()
	for _, s := range append([]string{e.Kind, e.Title, e.Text, e.URL, e.Parent, e.Keywords, string(facts)}, names...) {
		h.Write(binary.AppendUvarint(nil, uint64(len(s))))
		h.Write([]byte(s))
	}
	return []any{e.ID, e.Kind, e.Title, e.Text, e.URL, fold.String(e.Title), names, parent, e.Keywords, h.Sum(nil)[:16], facts}, nil
}

// compare counts the differences between incoming and the corpus.
func (r replacing) compare() (Changes, error) {
	c := Changes{Added: map[string]int{}, Changed: map[string]int{}, Removed: map[string]int{}}
	rows, err := r.tx.Query(r.ctx, `
		select coalesce(i.kind, p.kind), i.id is null, p.id is null, i.content_hash is distinct from p.content_hash, count(*)
		from incoming i full join (select * from passages where corpus = $1) p using (id)
		group by 1, 2, 3, 4`, r.corpus)
	if err != nil {
		return c, err
	}
	var kind string
	var gone, fresh, differs bool
	var n int
	_, err = pgx.ForEachRow(rows, []any{&kind, &gone, &fresh, &differs, &n}, func() error {
		if !gone {
			c.Passages += n
		}
		switch {
		case gone:
			c.Removed[kind] += n
		case fresh:
			c.Added[kind] += n
		case differs:
			c.Changed[kind] += n
		}
		return nil
	})
	return c, err
}

// vectors fills the table of that name with those of the passages that have
// none to keep, and counts those made and those that are missing.
func (r replacing) vectors() (made, missing int, err error) {
	wanted, err := r.want()
	if err != nil {
		return 0, 0, fmt.Errorf("retrieval: read what to embed: %w", err)
	}
	builtIn, ok := r.e.(*subword.Model)
	if !ok {
		made, err = r.unstage()
		return made, wanted - made, err
	}
	return wanted, 0, r.compute(builtIn)
}

// want lists the passages that need a vector, and counts them.
func (r replacing) want() (int, error) {
	tag, err := r.tx.Exec(r.ctx, `
		insert into wanted select id, text, sha256(convert_to(text, 'UTF8')) from (
			select i.id, concat_ws(E'\n', i.title, nullif(i.keywords, '')) as text from incoming i
			where not $2 or not exists (select from passages p where p.id = i.id and p.title = i.title and p.keywords = i.keywords and p.embedding is not null)
			union all
			select id, concat_ws(E'\n', title, nullif(keywords, '')) from passages where corpus <> $1 and (not $2 or embedding is null)) all_of_them`,
		r.corpus, r.same)
	return int(tag.RowsAffected()), err
}

// compute makes the vectors wanted with the built-in embedder, which knows some
// passages (the métiers above all) better than their text says.
func (r replacing) compute(e *subword.Model) error {
	rows, err := r.tx.Query(r.ctx, "select id, text from wanted order by id")
	if err != nil {
		return err
	}
	var ids, texts []string
	var id, text string
	if _, err := pgx.ForEachRow(rows, []any{&id, &text}, func() error {
		ids, texts = append(ids, id), append(texts, text)
		return nil
	}); err != nil {
		return err
	}
	for at := 0; at < len(ids); at += embedBatch {
		r.progress.say("Calcul des vecteurs", at, len(ids))
		vectors, err := embed(r.ctx, e, texts[at:min(at+embedBatch, len(ids))])
		if err != nil {
			return err
		}
		for i := range vectors {
			if v := e.Learned(ids[at+i]); v != nil {
				vectors[i] = v
			}
		}
		if _, err := r.tx.CopyFrom(r.ctx, pgx.Identifier{"vectors"}, []string{"id", "embedding"},
			pgx.CopyFromSlice(len(vectors), func(i int) ([]any, error) {
				return []any{ids[at+i], pgvector.NewVector(vectors[i])}, nil
			})); err != nil {
			return fmt.Errorf("retrieval: store vectors: %w", err)
		}
	}
	r.progress.say("Calcul des vecteurs", len(ids), len(ids))
	return nil
}

//go:embed replace_in_place.sql
var replaceInPlace string

//go:embed replace_beside.sql
var replaceBeside string

func (r replacing) inPlace() error { return r.script(replaceInPlace) }

func (r replacing) beside() error {
	r.progress.say("Construction des index", 0, 1)
	defer r.progress.say("Construction des index", 1, 1)
	return r.script(replaceBeside)
}

// exchange puts the next table in place. It comes last: from here until the end
// of the transaction, searches wait.
func (r replacing) exchange() error {
	_, err := r.tx.Exec(r.ctx, "drop table passages; alter table passages_next rename to passages")
	return err
}

// script runs several statements. They cannot have parameters, so the values
// they need (none comes from outside) are settings of the transaction.
func (r replacing) script(text string) error {
	if _, err := r.tx.Exec(r.ctx, "update embedder set generation = generation + 1"); err != nil { // what others remember holds no more
		return err
	}
	if _, err := r.tx.Exec(r.ctx, "select set_config('tandem.corpus', $1, true), set_config('tandem.same', $2, true)", r.corpus, strconv.FormatBool(r.same)); err != nil {
		return err
	}
	_, err := r.tx.Exec(r.ctx, strings.ReplaceAll(text, "vector(0)", fmt.Sprintf("vector(%d)", r.e.Dimension())))
	return err
}

// lexemes counts again the passages that hold each lexeme. The empty lexeme,
// which no text has, holds the number of passages.
func (r replacing) lexemes(table string) func() error {
	return func() error {
		_, err := r.tx.Exec(r.ctx, strings.ReplaceAll(`
		delete from lexemes;
		insert into lexemes select word, ndoc from ts_stat('select tsv from $table') union all select '', count(*) from $table;
		analyze lexemes`, "$table", table))
		return err
	}
}

func (r replacing) record() error {
	if r.same {
		return nil
	}
	var model []byte
	background := "0"
	if m, builtIn := r.e.(*subword.Model); builtIn {
		model = m.Encode()
	} else {
		background = likenessOfStrangers
	}
	_, err := r.tx.Exec(r.ctx, `insert into embedder (name, version, dimension, model, background) values ($1, $2, $3, $4, (`+background+`))
		on conflict (one) do update set (name, version, dimension, model, background, at) =
			(excluded.name, excluded.version, excluded.dimension, coalesce(excluded.model, embedder.model), excluded.background, now())`,
		r.e.Name(), r.e.Version(), r.e.Dimension(), model)
	return err
}

// likenessOfStrangers is the mean cosine of passages taken at random (always
// the same ones). Many encoders give 0.7 to any two texts: what is near enough
// for an answer is measured from there.
const likenessOfStrangers = `
	with drawn as (select embedding, row_number() over (order by md5(id)) as n from vectors order by md5(id) limit 1000)
	select least(greatest(coalesce(avg(1 - (a.embedding <=> b.embedding)), 0), 0), 0.95) from drawn a join drawn b on b.n = a.n + 1`

func sum(m map[string]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}

// Lock keeps other loads out until tx ends. Reading goes on.
func Lock(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "select pg_advisory_xact_lock(hashtextextended('tandem.retrieval', 0))")
	return err
}

// Load is [Replace] in a transaction of its own, with the embedder that serves.
// When that is external, it is asked for vectors before the transaction. Fails
// with fault.Conflict before the first load of ROME, which makes the embedder.
func Load(ctx context.Context, db *postgres.DB, corpus string, entries []Entry, external Embedder, progress Progress) (c Changes, err error) {
	note, err := Ahead(ctx, db, corpus, entries, external, progress)
	if err != nil {
		return c, err
	}
	err = db.Own(ctx, func(tx pgx.Tx) error {
		if err := Lock(ctx, tx); err != nil {
			return err
		}
		e, err := Current(ctx, tx, external)
		if err != nil {
			return err
		}
		if e == nil {
			return loadFirst()
		}
		c, err = Replace(ctx, tx, corpus, entries, e, progress)
		c.Note = note
		return err
	})
	return c, err
}
