package legality

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tandem/internal/fold"
	"tandem/tools/span"
)

// maxRounds bounds the rewriting of one offer; each round lowers the number of
// findings, a real offer needs one or two.
const maxRounds = 8

// Rewrite puts every exact rewrite in place and checks again, until nothing is
// left to rewrite. What a person must write stays in Verdict. A round that
// would raise as many doubts as it settles is not made.
func (e *Engine) Rewrite(o Offer) Rewritten {
	out := Rewritten{Title: o.Title, Text: o.Text, Changes: []Change{}, Verdict: e.Check(o)}
	for range maxRounds {
		o.Title, o.Text = out.Title, out.Text
		before, verdict := len(out.Changes), out.Verdict
		for _, field := range []string{"title", "text"} {
			text := &out.Text
			if field == "title" {
				text = &out.Title
			}
			done := len(*text)
			for _, f := range slices.Backward(out.Verdict.Findings) {
				if f.Field != field || f.Edit == nil || f.Edit.Span.End > done || f.Edit.Span.Text == f.Edit.To {
					continue
				}
				s := f.Edit.Span
				*text = (*text)[:s.Start] + f.Edit.To + (*text)[s.End:]
				done = s.Start
				out.Changes = append(out.Changes, Change{Field: field, From: s.Text, To: f.Edit.To, Rule: f.Rule})
			}
		}
		if len(out.Changes) == before {
			break
		}
		next := o
		next.Title, next.Text = out.Title, out.Text
		out.Verdict = e.Check(next)
		if !lighter(out.Verdict, verdict) {
			out.Title, out.Text, out.Changes, out.Verdict = o.Title, o.Text, out.Changes[:before], verdict
			break
		}
	}
	return out
}

// lighter reports whether a has no more findings than b, and less grave ones.
func lighter(a, b Verdict) bool {
	weight := func(v Verdict) (w int) {
		for _, f := range v.Findings {
			w += map[Severity]int{S2: 1, S3: 4, S4: 8}[f.Severity]
		}
		return w
	}
	return len(a.Findings) <= len(b.Findings) && weight(a) < weight(b)
}

// edges are the word classes of the lexicon by which a requirement is cut out
// of its sentence without leaving a limping one.
type edges struct {
	limit  sym // sauf, mais: turns a sentence round
	resume sym // vous, profil, recherchons: comes back to the candidate
	before sym // "de préférence", "être": goes with what it announces
	after  sym // "exigé", "souhaité": goes with what it follows
	hollow sym // "vous êtes", "une personne": says nothing alone
	link   sym // de, un, avec: cannot end a clause
	joint  sym // et, ou, ni
	ask    sym // "indiquez", "fournir": a request
	no     sym // pas, aucun

	refusal sym // s'abstenir: said to candidates only

	feminine sym // job titles in the feminine
}

func (e *Engine) readEdges() (edges, error) {
	var out edges
	for name, s := range map[string]*sym{"limite": &out.limit, "reprise": &out.resume, "avant": &out.before, "après": &out.after, "creux": &out.hollow, "lien": &out.link, "joint": &out.joint,
		"demande": &out.ask, "négation": &out.no, "refus": &out.refusal, "métier_f": &out.feminine} {
		c, ok := e.lexicon.classes[name]
		if !ok || len(c.words) == 0 {
			return out, fmt.Errorf("la classe @%s manque au lexique : la réécriture en a besoin", name)
		}
		*s = e.lexicon.vocabulary.set("@"+name, c.words)
	}
	return out, nil
}

// edit is the rewrite of a mark, wide enough that putting To in the place of
// its span leaves well-formed French; nil when a person must write it.
func (e *Engine) edit(pg *page, m mark) *Edit {
	fx := e.uses[m.use].fix
	text := pg.text.Original
	start, end := pg.bytes(m.edit.from, m.edit.to)
	words := text[start:end]
	switch fx.kind {
	case fixReplace:
		return &Edit{Span: span.Of(text, start, end), To: capitalised(fx.text, words)}
	case fixAppend:
		return &Edit{Span: span.Of(text, start, end), To: words + fx.text}
	case fixBoth:
		if to := e.both(pg, m.edit); to != "" {
			return &Edit{Span: span.Of(text, start, end), To: capitalised(to, words)}
		}
	case fixDrop:
		from, to, comma := e.cut(pg, m.edit.from, m.edit.to)
		start, end = pg.bytes(from, to)
		if comma {
			end, _ = pg.bytes(to, to+1)
			return &Edit{Span: span.Of(text, start, end), To: ""}
		}
		return settle(text, start, end)
	}
	return nil
}

// both writes a job title in its two forms: "Vendeur / Vendeuse", and with an
// article "un vendeur ou une vendeuse".
func (e *Engine) both(pg *page, st stretch) string {
	t := pg.tokens[st.to-1]
	word, plural := t.word, ""
	other, ok := e.lexicon.forms[word]
	if !ok {
		if other, ok = e.lexicon.forms[strings.TrimSuffix(word, "s")]; !ok {
			return ""
		}
		plural = "s"
	}
	m, f := e.lexicon.forms[fold.String(other)], other
	if pg.has(&t, e.edges.feminine) {
		m, f = f, m
	}
	if st.to-st.from > 1 && plural == "" {
		return "un " + m + " ou une " + f
	}
	first, n := utf8.DecodeRuneInString(f)
	return m + plural + " / " + strings.ToUpper(string(first)) + f[n:] + plural
}

// cut widens the tokens [from, to) to what must go with them. comma is true
// when what follows takes their place: "vous êtes célibataire, mobile".
func (e *Engine) cut(pg *page, from, to int) (int, int, bool) {
	t := pg.tokens
	is := func(i int, s sym) bool { return pg.has(&t[i], s) }
	joined := func(i int) bool { return i > 0 && i < len(t) && t[i].before == tight }
	for joined(to) && is(to, e.edges.after) {
		to++
	}
	for joined(from) && is(from-1, e.edges.before) {
		from--
	}
	if is(from, e.edges.ask) { // "indiquez votre nationalité dans la lettre": the request goes whole
		for joined(to) && !is(to, e.edges.joint) {
			to++
		}
	}
	head, tail := from, to
	for joined(head) && is(head-1, e.edges.hollow) {
		head--
	}
	for joined(tail) && is(tail, e.edges.hollow) {
		tail++
	}
	follows := tail < len(t) && t[tail].before == soft && pg.text.Folded[t[tail-1].to] == ','
	switch {
	case !joined(head) && !joined(tail) && !(follows && head < from): // nothing but hollow words around: the clause goes
		return head, tail, false
	case follows && tail == to && head < from:
		return from, to, true
	case joined(to) && is(to, e.edges.joint) && is(from, e.edges.no): // "pas de senior ni de …"
		return from + 1, to + 1, false
	case joined(to) && is(to, e.edges.joint): // "jeune et dynamique"
		return from, to + 1, false
	case joined(from) && is(from-1, e.edges.joint) && !joined(to): // "ponctuel et célibataire"
		return from - 1, to, false
	}
	for !joined(to) && joined(from) && is(from-1, e.edges.link) {
		from-- // "profil de", "avec une"
	}
	return from, to, false
}

// settle computes the edit that removes text[start:end] together with the
// spaces, separators, brackets or list mark that would be left hanging.
func settle(text string, start, end int) *Edit {
	removed := text[start:end]
	for {
		s := len(strings.TrimRight(text[:start], " \t\u00a0\u202f"))
		e := len(text) - len(strings.TrimLeft(text[end:], " \t\u00a0\u202f"))
		left, leftSize := utf8.DecodeLastRuneInString(text[:s])
		right, rightSize := utf8.DecodeRuneInString(text[e:])
		atStart := s == 0 || left == '\n' || strings.ContainsRune(".!?:", left)
		atEnd := e == len(text) || right == '\n' || strings.ContainsRune(".!?;", right)
		switch {
		case left == '(' && right == ')', left == '«' && right == '»', left == '"' && right == '"' && s > 0:
			start, end = s-leftSize, e+rightSize
			continue
		case strings.ContainsRune(",;/&+", left) && (atEnd || right == ',' || right == ')'), bullet(text[:s]) && atEnd && right != '.':
			start, end = s-leftSize, e
			continue
		case (s == 0 || left == '\n' || strings.ContainsRune(".!?(:", left) || bullet(text[:s])) && strings.ContainsRune(",;/&+", right):
			start, end = s, e+rightSize
			continue
		case (s == 0 || left == '\n' || strings.ContainsRune(".!?", left)) && e < len(text) && strings.ContainsRune(".!?", right):
			start, end = s, e+rightSize
			continue
		}
		// An emptied line goes with its line break.
		if (s == 0 || left == '\n') && (e == len(text) || right == '\n') {
			if e < len(text) {
				e += rightSize
			} else if s > 0 {
				s -= leftSize
			}
			return &Edit{Span: span.Of(text, s, e), To: ""}
		}
		to := ""
		switch {
		case s == 0 || left == '\n' || left == '(':
			start = s
			end = e
		case e == len(text) || strings.ContainsRune("\n,.)", right):
			start, end = s, e
		case strings.ContainsRune(";:!?", right): // French keeps the space before
			start, end = s, e
			to = " "
		default:
			start, end, to = s, e, " "
		}
		if atStart && end < len(text) {
			if first, _ := utf8.DecodeRuneInString(removed); strings.ToLower(string(first)) != string(first) || s == 0 {
				r, n := utf8.DecodeRuneInString(text[end:])
				if up := strings.ToUpper(string(r)); up != string(r) {
					to, end = to+up, end+n
				}
			}
		}
		return &Edit{Span: span.Of(text, start, end), To: to}
	}
}

// bullet reports whether text ends with the mark of a list item.
func bullet(text string) bool {
	lineStart := strings.LastIndexByte(text, '\n') + 1
	switch strings.TrimSpace(text[lineStart:]) {
	case "-", "•", "*", "–", "—", "·", "o", ">":
		return true
	}
	return false
}
