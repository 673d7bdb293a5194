package skills

import (
	"slices"
	"testing"
)

func careerCodes(list []Career) []string {
	var out []string
	for _, c := range list {
		out = append(out, c.ROME)
	}
	return out
}

func TestCareers(t *testing.T) {
	e := small()
	got := e.Careers([]string{"102", "X1001", "103", "no such code"}, 10)
	if want := []string{"X1002"}; !slices.Equal(careerCodes(got), want) {
		t.Fatalf("careers %v, want %v: the person's own métier and those with nothing shared are left out", careerCodes(got), want)
	}
	c := got[0]
	if c.From != "X1001" || c.Leads != "Allumeur / Allumeuse de phares" {
		t.Errorf("from %q: ROME leads here from X1001", c.From)
	}
	if len(c.Shared) != 1 || c.Shared[0].Code != "102" || !c.Shared[0].Core {
		t.Errorf("shared %+v", c.Shared)
	}
	if len(c.Missing) != 1 || c.Missing[0].Code != "101" {
		t.Errorf("missing %+v", c.Missing)
	}
	if c.Score <= 0 || c.Score > 1 {
		t.Errorf("score %v", c.Score)
	}
	for _, limit := range []int{0, -1} {
		if got := e.Careers([]string{"102"}, limit); len(got) != 0 {
			t.Errorf("limit %d gives %d", limit, len(got))
		}
	}
	if got := e.Careers(nil, 10); len(got) != 0 {
		t.Errorf("nothing leads to %v", careerCodes(got))
	}
}

// TestCareersKnowTheWay: the core skills of a métier lead back to it, and the
// métiers that ROME leads to from it come before strangers.
func TestCareersKnowTheWay(t *testing.T) {
	e := official(t)
	asked, found, led := 0, 0, 0
	for m := 0; m < len(e.metiers); m += 40 {
		var codes []string
		for _, id := range e.items[m] {
			if at := slices.IndexFunc(e.index.labels[id].links, func(k link) bool { return k.metier == int32(m) }); e.index.labels[id].links[at].core {
				codes = append(codes, e.index.labels[id].item.Code)
			}
		}
		if len(codes) < 5 {
			continue
		}
		asked++
		list := e.Careers(codes, 3)
		if slices.Contains(careerCodes(list[:1]), e.metiers[m].Code) {
			found++
		}
		for _, c := range e.Careers(append(codes, e.metiers[m].Code), 10) {
			if c.From != "" {
				led++
				break
			}
		}
		for _, c := range list {
			for _, item := range c.Missing {
				if slices.Contains(codes, item.Code) {
					t.Errorf("%s is said to be missing", item.Code)
				}
			}
		}
	}
	t.Logf("of %d métiers %d are first by their own core, %d lead on by a mobility", asked, found, led)
	if found < asked*9/10 || led < asked*7/10 {
		t.Errorf("of %d métiers only %d are first by their own core, %d lead on", asked, found, led)
	}
}

func BenchmarkCareers(b *testing.B) {
	e := official(b)
	a := e.Analyse(examples(b, tune)[0].Text)
	var codes []string
	for _, s := range a.Skills {
		codes = append(codes, s.Code)
	}
	for b.Loop() {
		e.Careers(codes, 20)
	}
}
