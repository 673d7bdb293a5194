package legality

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tandem/internal/fold"
)

// Rule is what a rule file says, for listings; how it matches stays inside.
type Rule struct {
	ID       string
	Title    string
	Severity Severity
	Basis    []Article
	Why      string
	Risk     string
	Advice   string
	Match    []Example // must give a finding of this rule
	Spare    []Example // must not, at S2 or above
}

// Example is an offer of a rule file. Line is where it is written.
type Example struct {
	Offer
	File string
	Line int
}

// rule is a Rule with its compiled patterns.
type rule struct {
	Rule
	subject    string          // the field that examples are, "text" or "title"
	fix        fix             // of lines without their own
	sees       map[string]bool // scopes that do not disarm this rule
	yields     map[string]bool // rules before which this one gives way on the same words
	exceptions []exception
	otherwise  string // shown when exceptions exist and none applies
	differs    map[string]int
	hash       uint32 // of its id
	use        int32  // of what is found without a line
	place      int    // in the model of sentence.go, -1 when it has none
}

// exception is a lawful ground that changes what a hit amounts to.
type exception struct {
	number    int      // among those of all rules
	contracts []string // folded beginnings
	romes     [][2]string
	employers []string // folded parts
	severity  Severity
	say       string
}

// fix is how an offer is rewritten where a pattern matched.
type fix struct {
	kind fixKind
	text string
}

type fixKind byte

const (
	fixNone    fixKind = iota // a person must write it
	fixReplace                // the core becomes text
	fixDrop                   // the core goes, with what only served it
	fixBoth                   // the job title is written in both forms
	fixAppend                 // text is added after the core
)

// use says what a pattern is for. A hit of it is dispatched on this.
type use struct {
	rule      int32    // index of the rule, -1 for scopes
	role      useRole  //
	severity  Severity // match: "" for the rule's own
	fix       fix      // match
	titleOnly bool     // match
	contracts []string // match: only when the contract is one of these, folded
	clash     int      // clash, differ: which
	side      int8     // clash: 0 or 1
	measure   measure  // measure
	reach     reach    // unless, exception, scope
	exception int      // exception: its number
	scope     int      // scope: index of its name
	after     int      // scope: number of tokens, for reachAfter
	tight     bool     // scope: reachAfter ends at a comma
}

type useRole byte

const (
	roleMatch useRole = iota
	roleUnless
	roleException
	roleScope
	roleClash    // see clash.go
	roleDiffer   //
	roleMeasure  // see measure.go
	roleEvidence // see weigh.go
)

type reach byte

const (
	reachOverlap  reach = iota // the very words
	reachSentence              // their sentence
	reachField                 // the title, or the text
	reachOffer                 // title and text
	reachAfter                 // the next words of the sentence
)

// readRule parses a rule file. add is called for each pattern.
func (e *Engine) readRule(file, content string) error {
	lines, err := readLines(file, content)
	if err != nil {
		return err
	}
	r := &rule{subject: "text", sees: map[string]bool{}, yields: map[string]bool{}, differs: map[string]int{}}
	index := int32(len(e.rules))
	var wrong []error // all of them: whoever writes a rule wants the whole list
	for _, l := range lines {
		wrong = append(wrong, e.readRuleLine(r, index, l))
	}
	if err := errors.Join(wrong...); err != nil {
		return err
	}
	missing := line{file: file, number: 1}
	switch {
	case r.ID == "" || r.Title == "" || r.Why == "" || r.Advice == "":
		return missing.errorf("id, title, why et advice sont nécessaires")
	case r.Severity == "":
		return missing.errorf("severity est nécessaire")
	case len(r.Basis) == 0:
		return missing.errorf("basis est nécessaire")
	case r.Severity == S4 && r.Risk == "":
		return missing.errorf("risk est nécessaire à une règle S4")
	case !strings.HasPrefix(file, r.ID):
		return missing.errorf("le fichier de %s doit porter son nom", r.ID)
	}
	for _, have := range e.rules {
		if have.ID == r.ID {
			return missing.errorf("%s existe déjà", r.ID)
		}
	}
	r.hash = hashWord(r.ID)
	e.rules = append(e.rules, r)
	return nil
}

func (e *Engine) readRuleLine(r *rule, index int32, l line) error {
	section, contracts, _ := strings.Cut(l.section, " contract: ")
	switch section {
	case "":
		return e.readHeader(r, l)
	case "clash", "differ":
		return e.readClash(r, index, l)
	case "measure":
		return e.readMeasure(index, l)
	case "match", "title":
		u := use{rule: index, role: roleMatch, titleOnly: section == "title", fix: r.fix}
		for _, c := range list(contracts) {
			u.contracts = append(u.contracts, fold.String(c))
		}
		pattern := l.text
		if before, after, ok := strings.Cut(pattern, "=>"); ok {
			pattern = strings.TrimSpace(before)
			var err error
			if u.fix, err = parseFix(strings.TrimSpace(after)); err != nil {
				return l.errorf("%v", err)
			}
		}
		if s, rest, ok := strings.Cut(pattern, " "); ok && isSeverity(s) {
			u.severity, pattern = Severity(s), rest
		}
		return e.add(l, pattern, u)
	case "unless":
		return e.add(l, l.text, use{rule: index, role: roleUnless})
	case "unless sentence":
		return e.add(l, l.text, use{rule: index, role: roleUnless, reach: reachSentence})
	case "unless field":
		return e.add(l, l.text, use{rule: index, role: roleUnless, reach: reachField})
	case "unless offer":
		return e.add(l, l.text, use{rule: index, role: roleUnless, reach: reachOffer})
	case "evidence":
		return e.readEvidence(index, l)
	case "exceptions":
		return e.readException(r, index, l)
	case "must match":
		ex, err := parseExample(r.subject, l)
		r.Match = append(r.Match, ex)
		return err
	case "must not match":
		ex, err := parseExample(r.subject, l)
		r.Spare = append(r.Spare, ex)
		return err
	}
	return l.errorf("section [%s] inconnue d'une règle", l.section)
}

func (e *Engine) readHeader(r *rule, l line) error {
	key, value, err := l.pair()
	if err != nil {
		return err
	}
	switch key {
	case "id":
		r.ID = value
	case "title":
		r.Title = value
	case "severity":
		if !isSeverity(value) {
			return l.errorf("gravité %q : S1, S2, S3 ou S4", value)
		}
		r.Severity = Severity(value)
	case "basis":
		for _, id := range list(value) {
			a, ok := e.articles[id]
			if !ok {
				return l.errorf("article %q absent de articles.txt", id)
			}
			r.Basis = append(r.Basis, a)
		}
	case "why":
		r.Why = value
	case "risk":
		r.Risk = value
	case "advice":
		r.Advice = value
	case "subject":
		if value != "title" && value != "text" {
			return l.errorf("subject: title ou text")
		}
		r.subject = value
	case "fix":
		if r.fix, err = parseFix(value); err != nil {
			return l.errorf("%v", err)
		}
	case "sees":
		for _, s := range list(value) {
			r.sees[s] = true
		}
	case "yields":
		for _, s := range list(value) {
			r.yields[s] = true
		}
	default:
		return l.errorf("clé %q inconnue", key)
	}
	return nil
}

func isSeverity(s string) bool { return len(s) == 2 && s[0] == 'S' && s[1] >= '1' && s[1] <= '4' }

func parseFix(s string) (fix, error) {
	switch {
	case s == "none":
		return fix{}, nil
	case s == "drop":
		return fix{kind: fixDrop}, nil
	case s == "both":
		return fix{kind: fixBoth}, nil
	case len(s) > 3 && s[:2] == `+"` && s[len(s)-1] == '"':
		return fix{kind: fixAppend, text: s[2 : len(s)-1]}, nil
	case len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"':
		return fix{kind: fixReplace, text: s[1 : len(s)-1]}, nil
	}
	return fix{}, fmt.Errorf("réécriture %q : none, drop, both, \"texte\" ou +\"texte\"", s)
}

// readException reads "contract: a, b -> S1: phrase" and its kin.
func (e *Engine) readException(r *rule, index int32, l line) error {
	kind, value, err := l.pair()
	if err != nil {
		return err
	}
	if kind == "otherwise" {
		r.otherwise = value
		return nil
	}
	condition, result, ok := strings.Cut(value, "->")
	severity, say, ok2 := strings.Cut(result, ":")
	severity, say, condition = strings.TrimSpace(severity), strings.TrimSpace(say), strings.TrimSpace(condition)
	if !ok || !ok2 || !isSeverity(severity) || say == "" || condition == "" {
		return l.errorf("« %s: condition -> S1: phrase » attendu", kind)
	}
	x := exception{number: e.exceptions, severity: Severity(severity), say: say}
	e.exceptions++
	switch kind {
	case "contract":
		for _, c := range list(condition) {
			x.contracts = append(x.contracts, fold.String(c))
		}
	case "employer":
		for _, c := range list(condition) {
			x.employers = append(x.employers, fold.String(c))
		}
	case "rome":
		for _, c := range list(condition) {
			lo, hi, ok := strings.Cut(c, "-")
			if !ok {
				hi = lo
			}
			x.romes = append(x.romes, [2]string{lo, hi})
		}
	case "words", "near", "in offer":
		reaches := map[string]reach{"words": reachOverlap, "near": reachSentence, "in offer": reachOffer}
		if err := e.add(l, condition, use{rule: index, role: roleException, reach: reaches[kind], exception: x.number}); err != nil {
			return err
		}
	default:
		return l.errorf("exception %q : contract, employer, rome, words, near, in offer, otherwise", kind)
	}
	r.exceptions = append(r.exceptions, x)
	return nil
}

// parseExample reads "the words | contract: apprentissage | title: Vendeuse".
func parseExample(subject string, l line) (Example, error) {
	ex := Example{File: l.file, Line: l.number}
	for i, part := range strings.Split(l.text, " | ") {
		part = strings.ReplaceAll(strings.TrimSpace(part), `\n`, "\n")
		if i == 0 {
			if subject == "title" {
				ex.Title = part
			} else {
				ex.Text = part
			}
			continue
		}
		key, value, _ := strings.Cut(part, ":")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(key) {
		case "title":
			ex.Title = value
		case "text":
			ex.Text = value
		case "contract":
			ex.Contract = value
		case "experience":
			ex.Experience = value
		case "salary":
			ex.Salary = value
		case "town":
			ex.Town = value
		case "date":
			ex.Date = value
		case "hours":
			hours, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return ex, l.errorf("heures %q", value)
			}
			ex.HoursWeek = hours
		case "rome":
			ex.ROME = value
		case "employer":
			ex.EmployerType = value
		default:
			return ex, l.errorf("champ %q inconnu", key)
		}
	}
	return ex, nil
}

// applies reports whether the fields of an offer open the exception.
func (x *exception) applies(o Offer) bool {
	contract, employer := fold.String(o.Contract), fold.String(o.EmployerType)
	for _, c := range x.contracts {
		if contract != "" && strings.Contains(contract, c) {
			return true
		}
	}
	for _, c := range x.employers {
		if employer != "" && strings.Contains(employer, c) {
			return true
		}
	}
	for _, r := range x.romes {
		if o.ROME != "" && o.ROME >= r[0] && (o.ROME <= r[1] || strings.HasPrefix(o.ROME, r[1])) {
			return true
		}
	}
	return false
}
