package legality

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tandem/tools/span"
)

// Two passages of an offer may each be lawful and contradict each other. A rule
// says so in two ways:
//
//	[clash]    "a <> b": the offer says a here and b there
//	[differ]   what stands in braces is not the same at two places
//
// Both are read over title, text and fields. The fields are a page of their
// own, written out by fieldsPage, where no other pattern applies.

// Passage is the other side of a contradiction. Span is empty when it is a
// field, whose value is Words.
type Passage struct {
	Field string    `json:"field"` // "title", "text" or "fields"
	Words string    `json:"words"`
	Span  span.Span `json:"span"`
}

// fieldsIndex is the page of the structured fields.
const fieldsIndex = 2

// fieldsPage writes the fields that coherence is checked against as patterns
// read them: "champ contrat cdi".
func fieldsPage(o Offer) string {
	var b strings.Builder
	add := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "champ %s %s\n\n", name, value)
		}
	}
	add("contrat", o.Contract)
	add("expérience", o.Experience)
	add("salaire", o.Salary)
	add("lieu", o.Town)
	if o.HoursWeek > 0 {
		add("heures", strconv.FormatFloat(o.HoursWeek, 'g', 4, 64)+" h par semaine")
	}
	if o.DurationMonths > 0 {
		add("durée", strconv.Itoa(o.DurationMonths)+" mois")
	}
	return b.String()
}

// perSide bounds the passages compared for one contradiction: what an offer of
// nothing but contradictions costs must not grow with the square of its length.
const perSide = 16

// clashes appends a mark for each contradiction, on the passage that comes
// last, since that is where a reader notices.
func (e *Engine) clashes(s *scratch) {
	s.sides = empty(s.sides, 2*e.clashCount)
	for _, f := range s.found {
		u := &e.uses[f.use]
		if u.role != roleClash && u.role != roleDiffer {
			continue
		}
		side := &s.sides[2*u.clash]
		if u.role == roleClash && u.side == 1 {
			side = &s.sides[2*u.clash+1]
		}
		if len(*side) < perSide && !e.spares(s, f, u) {
			*side = append(*side, f)
		}
	}
	for k := 0; k < len(s.sides); k += 2 {
		a, b := s.sides[k], s.sides[k+1]
		if len(a) == 0 {
			continue
		}
		if e.uses[a[0].use].role == roleDiffer {
			b = a
		}
		for _, f := range a {
			for _, g := range b {
				if e.contradicts(s, f, g) {
					e.pair(s, f, g)
					break
				}
			}
		}
	}
}

// contradicts reports whether f and g, of one contradiction, are two passages
// that do not agree.
func (e *Engine) contradicts(s *scratch, f, g found) bool {
	if f.page == g.page && f.allFrom < g.allTo && g.allFrom < f.allTo {
		return false
	}
	u := &e.uses[f.use]
	return u.role == roleClash || before(f, g) && (u.side != 1 || g.page == fieldsIndex) && !e.same(s, f, g)
}

// pair marks the later of two passages in the text, and shows the other.
func (e *Engine) pair(s *scratch, f, g found) {
	if g.page == fieldsIndex || g.page != fieldsIndex && f.page != fieldsIndex && before(g, f) {
		f, g = g, f
	}
	if g.page != fieldsIndex {
		e.mark(s, &e.uses[g.use], g, f)
	}
}

func before(f, g found) bool { return f.page < g.page || f.page == g.page && f.from < g.from }

// same reports whether the cores of two matches say the same.
func (e *Engine) same(s *scratch, f, g found) bool {
	a, b := s.pages[f.page].tokens[f.from:f.to], s.pages[g.page].tokens[g.from:g.to]
	return slices.EqualFunc(a, b, func(x, y token) bool {
		return x.number == y.number && x.num == y.num && strings.TrimSuffix(x.word, "s") == strings.TrimSuffix(y.word, "s")
	})
}

func (e *Engine) mark(s *scratch, u *use, f, with found) {
	severity := u.severity
	if severity == "" {
		severity = e.rules[u.rule].Severity
	}
	s.marks = append(s.marks, mark{rule: u.rule, page: f.page, from: f.from, to: f.to, use: f.use, edit: stretch{f.page, f.from, f.to},
		explicit: u.severity != "", severity: severity, with: stretch{with.page, with.from, with.to}})
}

// passage is the other side of a mark, nil when it has none.
func (s *scratch) passage(m mark) *Passage {
	if m.with.to == 0 {
		return nil
	}
	pg := &s.pages[m.with.page]
	start, end := pg.bytes(m.with.from, m.with.to)
	p := &Passage{Field: pg.field, Words: pg.text.Original[start:end]}
	if m.with.page != fieldsIndex {
		p.Span = span.Of(pg.text.Original, start, end)
	}
	return p
}

// side of a [differ] line: 1 when it is only compared with a field.
func side(only bool) int8 {
	if only {
		return 1
	}
	return 0
}

// readClash reads a line of [clash] or [differ]. Lines of [differ] that begin
// with the same "name:" are compared with each other; "name*:" only with a
// field.
func (e *Engine) readClash(r *rule, index int32, l line) error {
	if l.section == "differ" {
		name, pattern, err := l.pair()
		if err != nil {
			return err
		}
		name, only := strings.CutSuffix(name, "*")
		id, ok := r.differs[name]
		if !ok {
			id = e.clashCount
			e.clashCount++
			r.differs[name] = id
		}
		return e.add(l, pattern, use{rule: index, role: roleDiffer, clash: id, side: side(only)})
	}
	a, b, ok := strings.Cut(l.text, "<>")
	if !ok {
		return l.errorf("« a <> b » attendu")
	}
	id := e.clashCount
	e.clashCount++
	if err := e.add(l, a, use{rule: index, role: roleClash, clash: id}); err != nil {
		return err
	}
	return e.add(l, b, use{rule: index, role: roleClash, clash: id, side: 1})
}
