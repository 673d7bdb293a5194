package legality

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestAuthors says what the rules and weights are worth on somebody whose
// phrases and offers they were not learned from: each author of
// testdata/authors is left out in turn. (The lines of the rules may know them.)
//
//	OFFERS=offers.jsonl.gz go test ./tools/legality -run TestAuthors -fit.authors -v
//
// -fit.misses FILE lists each miss and each false alarm with its cause,
// -fit.table FILE what the bars of weigh.go are chosen by (candidates_test.go).
func TestAuthors(t *testing.T) {
	if !*fitAuthors {
		t.Skip("-fit.authors n'est pas donné")
	}
	misses := io.Discard
	if *fitMisses != "" {
		f, err := os.Create(*fitMisses)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		misses = f
	}
	table := io.Discard
	if *fitTable != "" {
		f, err := os.Create(*fitTable)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		table = f
	}
	l := &learner{e: loaded(t)}
	l.readAll(t)
	among := func(file string) bool { return !regexp.MustCompile(*fitAmong).MatchString(authorOf(file)) }
	phrases := slices.DeleteFunc(testdata(t, "authors/phrases-*.tsv"), among)
	offers := slices.DeleteFunc(testdata(t, "authors/legality-*.jsonl"), among)
	total := map[string]*tally{}
	for i := range max(len(phrases), len(offers)) {
		out := phrases[min(i, len(phrases)):min(i+1, len(phrases))]
		if i < len(offers) { // one fit leaves an author of phrases and one of offers out
			out = append(slices.Clip(out), offers[i])
		}
		others := func(author string) bool {
			return author == "" || !slices.ContainsFunc(out, func(file string) bool { return authorOf(file) == author })
		}
		l.e.weights = l.learn(others)
		model, err := readReader(l.learnSentences(others))
		if err != nil {
			t.Fatal(err)
		}
		l.e.readWith(model)
		for _, file := range out {
			a := &autopsy{e: l.e, file: authorOf(file), list: misses, table: table}
			if strings.HasSuffix(file, ".tsv") {
				a.phrases(t, readFile(t, file))
			} else {
				a.offers(t, readFile(t, file))
			}
			t.Logf("%-15s %v", a.file, &a.tally)
			suite := file[strings.LastIndexByte(file, '.'):]
			if total[suite] == nil {
				total[suite] = &tally{}
			}
			total[suite].add(&a.tally)
		}
	}
	for suite, x := range total {
		t.Logf("%-15s %v", suite, x)
	}
}

// tally counts by cause what an author was told.
type tally struct {
	wanted, found      int // violations
	innocent, accused  int // phrases that are none; findings that are wrong
	clean, blocked     int // offers
	missed, accusation map[string]int
}

func (x *tally) add(y *tally) {
	x.wanted += y.wanted
	x.found += y.found
	x.innocent += y.innocent
	x.accused += y.accused
	x.clean += y.clean
	x.blocked += y.blocked
	for k, n := range y.missed {
		x.miss(k, n)
	}
	for k, n := range y.accusation {
		x.accuse(k, n)
	}
}

func (x *tally) miss(cause string, n int) {
	if x.missed == nil {
		x.missed = map[string]int{}
	}
	x.missed[cause] += n
}

func (x *tally) accuse(cause string, n int) {
	if x.accusation == nil {
		x.accusation = map[string]int{}
	}
	x.accusation[cause] += n
}

func (x *tally) String() string {
	recall := float64(x.found) / float64(x.wanted)
	if x.clean == 0 {
		return fmt.Sprintf("recall %.3f, false positives %.3f of %d; missed %v, wrong %v", recall, float64(x.accused)/float64(x.innocent), x.wanted+x.innocent, x.missed, x.accusation)
	}
	precision := float64(x.found) / float64(x.found+x.accused)
	return fmt.Sprintf("f1 %.3f (%.3f, %.3f), clean blocked %.3f; missed %v, wrong %v", 2*precision*recall/(precision+recall), precision, recall, float64(x.blocked)/float64(x.clean), x.missed, x.accusation)
}

// autopsy looks at what is missed and what is found wrongly of one author.
type autopsy struct {
	e     *Engine
	file  string
	list  io.Writer
	table io.Writer
	n     int
	tally
}

// why says why a rule did not find the words.
func (a *autopsy) why(o Offer, rule string, field string, from, to int) string {
	s := new(scratch)
	a.e.scan(o, s)
	best, seen := 0, false
	for r, all := range s.readings {
		if a.e.rules[r].ID != rule {
			continue
		}
		for _, x := range all {
			pg := &s.pages[x.page]
			start, end := pg.bytes(x.from, x.to)
			if pg.field == field && start < to && from < end && (!seen || x.score > best) {
				best, seen = x.score, true
			}
		}
	}
	switch {
	case !seen:
		return "no evidence"
	case best >= s.bars().guess:
		return "disarmed"
	case best >= s.bars().guess-unit:
		return "score nearly"
	}
	return "score low"
}

func cause(f Finding) string {
	switch {
	case f.Guessed():
		return "weights"
	case f.Computed != "" || f.With != nil:
		return "computed"
	}
	return fmt.Sprintf("line %s", f.Severity)
}

func (a *autopsy) phrases(t *testing.T, content []byte) {
	for line := range bytes.Lines(content) {
		c := strings.Split(strings.TrimSpace(string(line)), "\t")
		if len(c) < 3 || c[0] == "rule" {
			continue
		}
		rule, o := c[0], a.e.phrase(c[0], c[2])
		v := a.e.Check(o)
		found := v.Findings
		a.candidates("P"+c[1], rule, labelled{Offer: o})
		if a.e.severity(rule) == S1 && c[1] == "F" {
			found = append(found, v.Advice...)
		}
		at := slices.IndexFunc(found, func(f Finding) bool { return f.Rule == rule })
		switch {
		case c[1] == "F" && at < 0:
			a.wanted++
			cause := a.why(o, rule, "text", 0, len(o.Text))
			if o.Title != "" {
				cause = "title"
			}
			also := ""
			if len(found) > 0 {
				a.miss("of these another rule", 1)
				also = found[0].Rule
			}
			a.miss(cause, 1)
			fmt.Fprintf(a.list, "%s\tmissed\t%s\t%s\t%s\t%s\n", a.file, rule, cause, also, c[2])
		case c[1] == "F":
			a.wanted++
			a.found++
		case at >= 0:
			a.innocent++
			a.accused++
			a.accuse(cause(found[at]), 1)
			fmt.Fprintf(a.list, "%s\twrong\t%s\t%s\t%s\t%s\n", a.file, rule, cause(found[at]), found[at].Span.Text, c[2])
		default:
			a.innocent++
		}
	}
}

func (a *autopsy) offers(t *testing.T, content []byte) {
	lines := bufio.NewScanner(bytes.NewReader(content))
	lines.Buffer(nil, maxExample)
	for lines.Scan() {
		var x labelled
		if err := json.Unmarshal(lines.Bytes(), &x); err != nil {
			t.Fatal(err)
		}
		v := a.e.Check(x.Offer)
		a.candidates("O", "", x)
		if len(x.Violations) == 0 {
			a.clean++
			if v.Status == Blocked || v.Status == Justify {
				a.blocked++
			}
		}
		used := make([]bool, len(v.Findings))
		for _, want := range x.Violations {
			a.wanted++
			hit, also := false, ""
			for i, f := range v.Findings {
				if want.in(x.Offer, f) == 0 {
					continue
				}
				if want.names(f) {
					hit, used[i] = true, true
				} else {
					also = cmp.Or(also, f.Rule)
				}
			}
			if hit {
				a.found++
				continue
			}
			field, text := "text", x.Text
			if !strings.Contains(text, want.Quote) {
				field, text = "title", x.Title
			}
			from := max(0, strings.Index(text, want.Quote))
			cause := a.why(x.Offer, want.Rule, field, from, from+len(want.Quote))
			if also != "" {
				a.miss("of these another rule", 1)
			}
			a.miss(cause, 1)
			fmt.Fprintf(a.list, "%s\tmissed\t%s\t%s\t%s\t%s\n", a.file, want.Rule, cause, also, strings.ReplaceAll(want.Quote, "\n", " / "))
		}
		for i, f := range v.Findings {
			if used[i] || tolerated(x, f) {
				continue
			}
			a.accused++
			where := " elsewhere"
			for _, w := range x.Violations {
				if w.in(x.Offer, f) > 0 {
					where = " in another's words"
				} else if w.Rule == f.Rule && where == " elsewhere" {
					where = " rule is here but not there"
				}
			}
			for _, w := range x.NearMisses {
				if w.in(x.Offer, f) > 0 {
					where = " near miss"
				}
			}
			a.accuse(cause(f)+where, 1)
			around := x.Text
			if f.Field == "title" {
				around = x.Title
			}
			around = around[max(0, f.Span.Start-60):min(len(around), f.Span.End+60)]
			fmt.Fprintf(a.list, "%s\twrong\t%s\t%s\t%s\t%s\n", a.file, f.Rule, cause(f)+where, f.Span.Text, strings.ReplaceAll(strings.ToValidUTF8(around, ""), "\n", " / "))
		}
	}
}
