package legality

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed rules lexicon articles.txt values.txt version.txt
var shipped embed.FS

// Engine checks offers against the rules. It is immutable once loaded and safe
// for use by many goroutines.
type Engine struct {
	version    string
	date       string
	articles   map[string]Article
	lexicon    *lexicon
	rules      []*rule
	patterns   []*pattern
	uses       []use    // what patterns[i] is for
	scopes     []string // names
	exceptions int      // number of exceptions of all rules
	clashCount int      // number of contradictions looked for
	values     values
	measuring  []int32      // uses that measure
	byFirst    [][]entrance // sym → patterns that may begin with it
	edges      edges
	weights    []byte  // nil while they are learned
	reader     *reader // the same
	tongues    tongues
	scratch    sync.Pool
}

// Load reads the rules shipped with this package. An error names the file and
// the line.
func Load() (*Engine, error) { return load(shipped) }

// load reads a rule set: rules/*.txt, lexicon/*.txt, articles.txt, values.txt,
// version.txt.
func load(files fs.FS) (*Engine, error) {
	e := &Engine{lexicon: newLexicon(), weights: shippedWeights}
	e.scratch.New = func() any { return new(scratch) }
	read := func(name string) (string, error) {
		b, err := fs.ReadFile(files, name)
		return string(b), err
	}
	model, err := readReader(shippedSentences)
	if err != nil {
		return nil, err
	}
	content, err := read("version.txt")
	if err != nil {
		return nil, err
	}
	if err := e.readVersion(content); err != nil {
		return nil, err
	}
	if content, err = read("articles.txt"); err != nil {
		return nil, err
	}
	if e.articles, err = readArticles("articles.txt", content); err != nil {
		return nil, err
	}
	if content, err = read("values.txt"); err != nil {
		return nil, err
	}
	if e.values, err = readValues("values.txt", content); err != nil {
		return nil, err
	}
	lexicons, err := fs.Glob(files, "lexicon/*.txt")
	if err != nil {
		return nil, err
	}
	for _, name := range lexicons { // Glob sorts: the order of the files is theirs
		if content, err = read(name); err != nil {
			return nil, err
		}
		if path.Base(name) == "scopes.txt" {
			err = e.readScopes(name, content)
		} else {
			err = e.lexicon.read(name, content)
		}
		if err != nil {
			return nil, err
		}
	}
	names, err := fs.Glob(files, "rules/*.txt")
	if err != nil {
		return nil, err
	}
	var wrong []error
	for _, name := range names {
		if content, err = read(name); err != nil {
			return nil, err
		}
		wrong = append(wrong, e.readRule(path.Base(name), content))
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	e.readWith(model)
	return e, e.finish()
}

// add compiles a written pattern for a use.
func (e *Engine) add(l line, written string, u use) error {
	sources, err := e.lexicon.expand(strings.TrimSpace(written))
	if err != nil {
		return l.errorf("%v", err)
	}
	for _, source := range sources {
		p, err := e.lexicon.compile(source)
		if err != nil {
			return l.errorf("motif « %s » : %v", source, err)
		}
		e.patterns = append(e.patterns, p)
		e.uses = append(e.uses, u)
	}
	return nil
}

// finish builds the index once every word is known.
func (e *Engine) finish() error {
	if len(e.rules) == 0 {
		return errors.New("legality: aucune règle")
	}
	var err error
	if e.edges, err = e.readEdges(); err != nil {
		return err
	}
	if e.tongues, err = e.readTongues(); err != nil {
		return err
	}
	e.lexicon.readFrames()
	e.byFirst = make([][]entrance, e.lexicon.vocabulary.count)
	for i, p := range e.patterns {
		for _, s := range p.firsts() {
			e.byFirst[s] = append(e.byFirst[s], entrance{pattern: int32(i)})
		}
	}
	// The words that few patterns begin with are asked for first: they are mostly
	// the rare ones, and a pattern is ruled out sooner.
	for _, p := range e.patterns {
		slices.SortStableFunc(p.required, func(a, b sym) int { return cmp.Compare(len(e.byFirst[a]), len(e.byFirst[b])) })
	}
	for first, entrances := range e.byFirst {
		for i := range entrances {
			entrances[i].gate = sym(first)
			for _, s := range e.patterns[entrances[i].pattern].required {
				if s != sym(first) {
					entrances[i].gate = s
					break
				}
			}
		}
	}
	for i, r := range e.rules {
		r.use = int32(len(e.uses))
		e.uses = append(e.uses, use{rule: int32(i), role: roleEvidence})
		for id := range r.yields {
			if !slices.ContainsFunc(e.rules, func(o *rule) bool { return o.ID == id }) {
				return fmt.Errorf("%s: yields %s, qui n'existe pas", r.ID, id)
			}
		}
		for name := range r.sees {
			if !slices.Contains(e.scopes, name) {
				return fmt.Errorf("%s: sees %s, qui n'est pas une portée", r.ID, name)
			}
		}
	}
	return nil
}

// entrance is a pattern under the sym that it may begin with. Most patterns
// are ruled out by the lack of one word, the gate, without being looked at.
type entrance struct {
	pattern int32
	gate    sym
}

// firsts lists the syms with which p may begin.
func (p *pattern) firsts() []sym {
	var out []sym
	for i, q := range p.positions {
		s := q.sym
		if q.kind == '.' {
			s = symFieldStart // only "^^ .." may begin with anything
		}
		if p.first&(1<<i) != 0 && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Rules lists the rules, by id.
func (e *Engine) Rules() []Rule {
	out := make([]Rule, len(e.rules))
	for i, r := range e.rules {
		out[i] = r.Rule
	}
	return out
}

// Version is that of the rule set, with its date (2006-01-02).
func (e *Engine) Version() (version, date string) { return e.version, e.date }

func (e *Engine) readVersion(content string) error {
	lines, err := readLines("version.txt", content)
	if err != nil {
		return err
	}
	for _, l := range lines {
		key, value, err := l.pair()
		if err != nil {
			return err
		}
		switch key {
		case "version":
			e.version = value
		case "date":
			e.date = value
		default:
			return l.errorf("clé %q inconnue", key)
		}
	}
	if e.version == "" || e.date == "" {
		return errors.New("version.txt: version et date sont nécessaires")
	}
	return nil
}

// readArticles reads "law:L1132-1: label: url" as "id | label | url".
func readArticles(file, content string) (map[string]Article, error) {
	lines, err := readLines(file, content)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Article, len(lines))
	for _, l := range lines {
		parts := strings.Split(l.text, " | ")
		if len(parts) != 3 || !strings.HasPrefix(parts[0], "law:") || !strings.HasPrefix(parts[2], "https://") {
			return nil, l.errorf("« law:id | libellé | https://… » attendu")
		}
		if _, ok := out[parts[0]]; ok {
			return nil, l.errorf("%s existe déjà", parts[0])
		}
		out[parts[0]] = Article{ID: parts[0], Label: parts[1], URL: parts[2]}
	}
	return out, nil
}

// readScopes reads lexicon/scopes.txt: a section is "[name reach]", where
// reach is "words", "sentence", "after N" (tokens of the sentence) or "after N
// tight" (and not past a comma).
func (e *Engine) readScopes(file, content string) error {
	lines, err := readLines(file, content)
	if err != nil {
		return err
	}
	for _, l := range lines {
		f := strings.Fields(l.section)
		u := use{rule: -1, role: roleScope}
		switch {
		case len(f) == 2 && f[1] == "words":
			u.scope = e.scope(f[0])
		case len(f) == 2 && f[1] == "sentence":
			u.scope, u.reach = e.scope(f[0]), reachSentence
		case (len(f) == 3 || len(f) == 4 && f[3] == "tight") && f[1] == "after":
			u.scope, u.reach, u.tight = e.scope(f[0]), reachAfter, len(f) == 4
			if _, err := fmt.Sscanf(f[2], "%d", &u.after); err != nil {
				return l.errorf("portée %q", l.section)
			}
		default:
			return l.errorf("[nom words], [nom sentence], [nom after N] ou [nom after N tight] attendu, pas [%s]", l.section)
		}
		if err := e.add(l, l.text, u); err != nil {
			return err
		}
	}
	return nil
}

// scope returns the index of a scope, adding it when new.
func (e *Engine) scope(name string) int {
	if i := slices.Index(e.scopes, name); i >= 0 {
		return i
	}
	e.scopes = append(e.scopes, name)
	return len(e.scopes) - 1
}
