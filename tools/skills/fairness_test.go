package skills

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"tandem/internal/fold"
)

// How many CVs are read in other identities, and in how many each, by turns: all of
// them in all would take minutes under the race detector.
const (
	fairly = 45
	others = 2
)

// TestWhoYouAreDoesNotCountInCVs swaps, in CVs that we tune on, everything
// that must not count: given and family name, address, age, nationality, family,
// photo, health. The proposals stay the same to the last word of evidence.
func TestWhoYouAreDoesNotCountInCVs(t *testing.T) {
	e := official(t)
	cvs := 0
	for _, x := range byTurns(examples(t, tune)) {
		body := anonymous(e, x.Text)
		if strings.Count(body, "\n") < nameLines {
			continue // a message, which has no head to put a name in
		}
		if cvs++; cvs > fairly {
			break
		}
		want := summary(e.Analyse(fmt.Sprintf(identities[1], body)))
		for j := range others {
			k := 2 + (cvs*others+j)%(len(identities)-2)
			if got := summary(e.Analyse(fmt.Sprintf(identities[k], body))); got != want {
				t.Errorf("%s: identity %d changes the proposals:\n%s", x.ID, k, difference(want, got))
			}
		}
	}
	if cvs < 40 {
		t.Errorf("only %d CVs", cvs)
	}
}

// byTurns orders texts so that each author has one in turn.
func byTurns(all []example) (out []example) {
	turn := make([]int, len(all))
	of := map[string]int{}
	order := make([]int, len(all))
	for i, x := range all {
		order[i], turn[i] = i, of[author(x)]
		of[author(x)]++
	}
	slices.SortStableFunc(order, func(i, j int) int { return turn[i] - turn[j] })
	for _, i := range order {
		out = append(out, all[i])
	}
	return out
}

// anonymous is a CV without the first lines that are hidden, all or in part: who
// the person is.
func anonymous(e *Engine, text string) string {
	p := lay(text, e.titles)
	var kept []string
	at := 0
	for n, line := range strings.Split(p.text.Folded, "\n") {
		start, end := at, at+len(line)
		at = end + 1
		if n <= nameLines && slices.Contains(p.hidden[start:end], true) {
			continue
		}
		kept = append(kept, p.raw(start, end))
	}
	return strings.Join(kept, "\n")
}

// TestGenderDoesNotCountInCVs writes CVs in the other gender, title by title
// and adjective by adjective as ROME's own titles pair them: the same métiers,
// skills and confidence come out.
func TestGenderDoesNotCountInCVs(t *testing.T) {
	e := official(t)
	other := pairs(e)
	cvs := 0
	for _, x := range byTurns(examples(t, tune)) {
		swapped := swap(x.Text, other)
		if swapped == x.Text {
			continue
		}
		if cvs++; cvs > fairly {
			break
		}
		he, she := outcome(e.Analyse(x.Text)), outcome(e.Analyse(swapped))
		if he != she {
			t.Errorf("%s: the other gender changes the proposals:\n%s", x.ID, difference(he, she))
		}
	}
	if cvs < 40 {
		t.Errorf("only %d CVs", cvs)
	}
}

// outcome is what is proposed, without the words that show it.
func outcome(a Analysis) string {
	var b strings.Builder
	for _, o := range a.Occupations {
		fmt.Fprintf(&b, "%s %s %.2f\n", o.ROME, o.Appellation, o.Confidence)
	}
	for _, s := range a.Skills[:a.Shown] {
		fmt.Fprintf(&b, "%s %s %.2f\n", s.Code, s.Label, s.Confidence)
	}
	return b.String()
}

// pairs are the words that differ between the two forms of titles, both ways.
// Words that mean something else in the other form are left alone.
func pairs(e *Engine) map[string]string {
	things := set("cuisiniere couture plante brune commerciale generale locale animale vegetale medicale sociale professionnelle")
	out := map[string]string{}
	for _, a := range e.appellations {
		forms := genders(a.Long)
		if len(forms) != 2 {
			continue
		}
		he, she := strings.Fields(forms[0]), strings.Fields(forms[1])
		if len(he) != len(she) || he[0] == she[0] {
			continue
		}
		// The first word is the person's; what follows may be of the thing done.
		m, f := fold.String(he[0]), fold.String(she[0])
		if things[f] || len(m) < 5 || len(f) < 5 || strings.ContainsAny(m+f, " -()'") || light(m) != light(f) {
			continue
		}
		out[m], out[f] = strings.ToLower(she[0]), strings.ToLower(he[0])
	}
	return out
}

// swap replaces whole words, keeping their capitals.
func swap(text string, other map[string]string) string {
	var out strings.Builder
	word := ""
	flush := func() {
		if with, ok := other[fold.String(word)]; ok {
			switch first, _ := utf8.DecodeRuneInString(word); {
			case strings.ToUpper(word) == word:
				with = strings.ToUpper(with)
			case unicode.IsUpper(first):
				r, n := utf8.DecodeRuneInString(with)
				with = string(unicode.ToUpper(r)) + with[n:]
			}
			word = with
		}
		out.WriteString(word)
		word = ""
	}
	for _, r := range text {
		if unicode.IsLetter(r) {
			word += string(r)
			continue
		}
		flush()
		out.WriteRune(r)
	}
	flush()
	return out.String()
}
