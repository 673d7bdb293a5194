package legality

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"tandem/tools/span"
)

// candidates lists what could be found, to choose bars by. A line W is a wanted
// rule of an item, D an offer, C a candidate: suite, author, item, rule, the
// wanted it would answer ("-": none, "T": tolerated), L for a line of the rule or S
// for a sentence, severity, score of the evidence (-999: none), topic, demand,
// sentences of the offer, where the sentence begins.
func (a *autopsy) candidates(suite, only string, x labelled) {
	if a.table == io.Discard {
		return
	}
	a.n++
	e, s := a.e, new(scratch)
	e.scan(x.Offer, s)
	sentences := 0
	for i := range s.pages[:fieldsIndex] {
		if t := s.pages[i].tokens; len(t) > 0 {
			sentences += int(t[len(t)-1].sentence)
		}
	}
	for k, v := range x.Violations {
		fmt.Fprintf(a.table, "W\t%s\t%s\t%d\t%s\t%d\n", suite, a.file, a.n, v.Rule, k)
	}
	if suite != "O" {
		fmt.Fprintf(a.table, "W\t%s\t%s\t%d\t%s\t0\n", suite, a.file, a.n, only)
	} else {
		fmt.Fprintf(a.table, "D\t%s\t%s\t%d\t%d\n", suite, a.file, a.n, len(x.Violations))
	}
	emit := func(kind string, r *rule, sev Severity, page int8, from, to int, ev int, sen *sentence, place int) {
		label := "-"
		pg := &s.pages[page]
		start, end := pg.bytes(from, to)
		f := Finding{Rule: r.ID, Field: pg.field, Span: span.Of(pg.text.Original, start, end)}
		for k, v := range x.Violations {
			if v.names(f) && v.in(x.Offer, f) > 0 {
				label = fmt.Sprint(k)
			}
		}
		if label == "-" && tolerated(x, f) {
			label = "T"
		}
		fmt.Fprintf(a.table, "C\t%s\t%s\t%d\t%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\n", suite, a.file, a.n, r.ID, label, kind, sev, ev, sen.topic(place), sen.demand(place), sentences, sen.from+1000*int(page))
	}
	for _, f := range s.found {
		u := &e.uses[f.use]
		if u.role != roleMatch {
			continue
		}
		r := e.rules[u.rule]
		if only != "" && r.ID != only || len(u.contracts) > 0 && !slices.ContainsFunc(u.contracts, contains(x.Contract)) || e.spares(s, f, u) {
			continue
		}
		sen := s.sentenceOf(f.page, f.from)
		place, ok := e.place(r)
		if sen == nil || !ok {
			continue
		}
		ev := -999
		if rd := s.reading(u.rule, f); rd != nil {
			ev = rd.score
		}
		emit("L", r, cmp.Or(u.severity, r.Severity), f.page, f.from, f.to, ev, sen, place)
	}
	for i := range s.sentences {
		sen := &s.sentences[i]
		for k, r := range e.rules {
			place, ok := e.place(r)
			if !ok || only != "" && r.ID != only || only == "" && sen.topic(place) < -4*unit {
				continue
			}
			ev := -999
			if rd := s.evidence(int32(k), sen); rd != nil {
				ev = rd.score
			}
			emit("S", r, r.Severity, sen.page, sen.from, sen.to, ev, sen, place)
		}
	}
}
