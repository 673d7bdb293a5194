package offers

import (
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tandem/internal/fault"
)

// An address says every filter there is, and is read back as it was.
func TestFilterByAddress(t *testing.T) {
	yes, no, p := true, false, 0.655
	for _, f := range []Filter{
		{}, {ID: "DEMO01"}, {ROME: "f17", Title: "les maçons", Departement: "Loire-Atlantique", Contract: "cdi", Threshold: &p, High: true, Alert: true, Tight: true,
			IdleDays: 10, OpenDays: 20, Blocked: &yes, State: "all", Group: "rome", Order: "oldest", Limit: 50}, {Blocked: &no, State: "closed", Order: "contact"},
	} {
		want, err := f.tidy()
		if err != nil {
			t.Fatal(err)
		}
		address := want.Query().Encode()
		q, _ := url.ParseQuery(address)
		got, err := ParseQuery(q)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got  %+v, %v\n want %+v", address, got, err, want)
		}
		// Each criterion is named as the address names it, so that it can be taken out alone.
		for _, c := range want.Criteria() {
			if usual := slices.Contains([]string{"state", "order"}, c.Name); !q.Has(c.Name) && !usual {
				t.Errorf("%q is not in %s", c.Name, address)
			}
		}
	}
	for _, bad := range []string{"threshold=x", "threshold=900", "idle_days=-1", "open_days=1e9", "open_days=NaN", "order=random()", "group=agency", "state=x", "departement=Atlantide", "rome=Z9"} {
		q, _ := url.ParseQuery(bad)
		if f, err := ParseQuery(q); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %+v, %v", bad, f, err)
		}
	}
	if q, _ := url.ParseQuery("threshold=65,5+%25"); q != nil {
		if f, err := ParseQuery(q); err != nil || *f.Threshold != 0.655 {
			t.Errorf("%+v, %v", f, err)
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	f.Add("rome=F17&threshold=65&blocked=1&idle_days=10&group=rome&order=contact")
	f.Fuzz(func(t *testing.T, s string) {
		q, err := url.ParseQuery(s)
		if err != nil {
			return
		}
		read, err := ParseQuery(q)
		if err != nil {
			return
		}
		again, err := ParseQuery(read.Query())
		if err != nil || again.String() != read.String() {
			t.Errorf("%q: %s, then %s, %v", s, read, again, err)
		}
	})
}

func TestCountsByGroup(t *testing.T) {
	s := demoStore(t)
	for group, want := range map[string]string{"contract": "CDI", "departement": "Loire-Atlantique (44)", "rome": "", "domain": "("} {
		list, err := s.Search(t.Context(), counsellor, Filter{Group: group})
		n := 0
		for i, g := range list.Groups {
			n += g.N
			if i > 0 && g.N > list.Groups[i-1].N || g.Label == "" || g.High > g.N {
				t.Errorf("%s: %+v", group, list.Groups)
			}
		}
		if err != nil || n != 24 || !strings.Contains(list.Groups[0].Label, want) || !strings.Contains(list.Filter, "comptées par") {
			t.Errorf("%s: %d in %+v, %v", group, n, list.Groups, err)
		}
	}
	tense, err := s.Search(t.Context(), counsellor, Filter{Tight: true, Contract: "CDI", Group: "rome"})
	if err != nil || tense.Total == 0 || tense.Total == 24 || len(tense.Groups) == 0 || !strings.Contains(tense.Filter, "BMO 2025") {
		t.Errorf("%+v, %v", tense, err)
	}
	for _, r := range tense.Rows {
		if !slices.Contains([]string{"F17", "I16", "K14", "J11", "F14", "I13", "J12", "J14", "K13", "J15", "F12", "G11", "J13", "I11", "F16", "F15", "H13", "F11", "A12", "H29", "A11"}, r.ROME[:3]) {
			t.Errorf("%s is not in tension", r.ROME)
		}
	}
}
