package legality

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A measure is what a rule computes rather than reads: a wage per hour, the
// language of a text. A rule asks for it by name in its section [measure];
// "unless", scopes and exceptions apply to its findings as to any other.
type measure func(e *Engine, o Offer, s *scratch) []measured

// measured is one result: the words it is about, and how it was reached.
type measured struct {
	stretch
	computed string
}

var measures = map[string]measure{
	"pay below the minimum wage": (*Engine).belowMinimum,
	"foreign language":           (*Engine).foreign,
	"foreign passage":            (*Engine).foreignPassage,
}

func (e *Engine) readMeasure(index int32, l line) error {
	u := use{rule: index, role: roleMeasure}
	name := l.text
	if s, rest, ok := strings.Cut(name, " "); ok && isSeverity(s) {
		u.severity, name = Severity(s), rest
	}
	m, ok := measures[name]
	if !ok {
		return l.errorf("mesure %q inconnue", name)
	}
	u.measure = m
	e.patterns, e.uses = append(e.patterns, &pattern{source: name}), append(e.uses, u)
	e.measuring = append(e.measuring, int32(len(e.uses)-1))
	return nil
}

// measure appends the marks of all measures.
func (e *Engine) measure(o Offer, s *scratch) {
	for _, k := range e.measuring {
		u := &e.uses[k]
		for _, m := range u.measure(e, o, s) {
			f := found{use: k, page: m.page, hit: hit{from: m.from, to: m.to, allFrom: m.from, allTo: m.to}}
			if e.spares(s, f, u) {
				continue
			}
			e.mark(s, u, f, found{})
			s.marks[len(s.marks)-1].computed = m.computed
		}
	}
}

// values are the dated amounts of values.txt, by name, oldest first.
type values map[string][]value

type value struct {
	from   string // 2006-01-02
	amount float64
}

func readValues(file, content string) (values, error) {
	lines, err := readLines(file, content)
	if err != nil {
		return nil, err
	}
	out := values{}
	for _, l := range lines {
		parts := strings.Split(l.text, " | ")
		if len(parts) != 4 {
			return nil, l.errorf("« nom | jour | montant | source » attendu")
		}
		amount, err := strconv.ParseFloat(parts[2], 64)
		if _, wrong := time.Parse(time.DateOnly, parts[1]); wrong != nil || err != nil || amount <= 0 {
			return nil, l.errorf("« nom | 2026-01-01 | 12.02 | source » attendu")
		}
		out[parts[0]] = append(out[parts[0]], value{parts[1], amount})
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b value) int { return cmp.Compare(a.from, b.from) })
	}
	for _, name := range []string{"smic", "net", "weeks"} {
		if len(out[name]) == 0 {
			return nil, line{file: file, number: 1}.errorf("%s manque", name)
		}
	}
	return out, nil
}

// at returns the value in force on a day, the latest for "".
func (v values) at(name, day string) value {
	list := v[name]
	best := list[0]
	for _, x := range list {
		if day == "" || x.from <= day {
			best = x
		}
	}
	return best
}
