package skills_test

import (
	"slices"
	"strings"
	"testing"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools/skills"
	"tandem/tools/span"
)

func entry(t *testing.T, entries []skills.Entry, code string) skills.Entry {
	t.Helper()
	for _, e := range entries {
		if e.Code == code {
			return e
		}
	}
	t.Fatalf("no %s among %+v", code, entries)
	return skills.Entry{}
}

func TestWhatIsReplacedKeepsItsWordsAndIsNotAskedAgain(t *testing.T) {
	s, engine := profiles(t)
	v := seeker("ana")
	if _, err := s.Propose(t.Context(), v, "doc", engine.Analyse(cv)); err != nil {
		t.Fatal(err)
	}
	entries, err := s.Get(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	before := entry(t, entries, "101")
	out, err := s.Update(t.Context(), v, skills.Decision{Replace: []skills.Replacement{{Code: "101", By: "104"}}})
	if err != nil || len(out.NotFound) > 0 {
		t.Fatal(err, out.NotFound)
	}
	after, old := entry(t, out.Profile, "104"), entry(t, out.Profile, "101")
	if after.Status != skills.Accepted || after.Origin != "person" || after.Document != "doc" || !slices.Equal(after.Evidence, before.Evidence) {
		t.Errorf("what replaces: %+v", after)
	}
	if old.Status != skills.Refused {
		t.Errorf("what was replaced: %+v", old)
	}
	if c := out.Changed; len(c) != 1 || c[0].Code != "104" || c[0].Replaces != before.Label {
		t.Errorf("changed %+v", c)
	}
	for _, wrong := range []skills.Replacement{{"101", "X1001"}, {"X1001", "104"}, {"104", "no such code"}, {"plongée sous-marine", "104"}, {"", ""}} {
		out, err := s.Update(t.Context(), v, skills.Decision{Replace: []skills.Replacement{wrong}})
		if err != nil || len(out.Changed) != 0 || len(out.NotFound) != 1 {
			t.Errorf("%+v: %v, changed %+v, not found %q", wrong, err, out.Changed, out.NotFound)
		}
	}
}

func TestAJobTitleOfOnesOwn(t *testing.T) {
	s, engine := profiles(t)
	v := seeker("ana")
	if _, err := s.Propose(t.Context(), v, "doc", engine.Analyse(cv)); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		d                  skills.Decision
		appellation, codes string // what the métier goes by then, and what changed
	}{
		{skills.Decision{Accept: []string{"X1001"}}, "1", "X1001"},
		{skills.Decision{Replace: []skills.Replacement{{Code: "X1001", By: "2"}}}, "2", "X1001"},
		{skills.Decision{Accept: []string{"X1001"}}, "2", ""},
		{skills.Decision{Add: []string{"1"}}, "1", "X1001"}, // the code of an appellation is its métier under that title
		{skills.Decision{Add: []string{"1"}}, "1", ""},
	} {
		out, err := s.Update(t.Context(), v, step.d)
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for _, c := range out.Changed {
			codes = append(codes, c.Code)
		}
		e := entry(t, out.Profile, "X1001")
		if e.AppellationCode != step.appellation || e.Appellation == "" || e.Status != skills.Accepted || strings.Join(codes, " ") != step.codes || e.Origin != "document" {
			t.Errorf("%+v: %+v, changed %q", step.d, e, codes)
		}
	}
}

func TestTheOrderIsThePersons(t *testing.T) {
	s, engine := profiles(t)
	v := seeker("ana")
	if _, err := s.Propose(t.Context(), v, "doc", engine.Analyse(cv)); err != nil {
		t.Fatal(err)
	}
	order := func(d skills.Decision) (codes []string) {
		t.Helper()
		out, err := s.Update(t.Context(), v, d)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range out.Profile {
			if e.Status == skills.Accepted {
				codes = append(codes, e.Code)
			}
		}
		return codes
	}
	first := order(skills.Decision{Accept: []string{"101", "102", "103"}})
	if len(first) != 3 {
		t.Fatal(first)
	}
	turned := []string{first[2], first[0], first[1]}
	if got := order(skills.Decision{Order: turned}); !slices.Equal(got, turned) {
		t.Errorf("%v, want %v", got, turned)
	}
	if got := order(skills.Decision{Add: []string{"105"}}); !slices.Equal(got, append(slices.Clone(turned), "105")) {
		t.Errorf("what is added comes last: %v", got)
	}
	// Twice the same, and what is nobody's.
	if got := order(skills.Decision{Order: []string{"105", "105", "nothing"}}); got[0] != "105" || len(got) != 4 {
		t.Errorf("%v", got)
	}
	if _, err := s.Update(t.Context(), v, skills.Decision{Order: make([]string, 1001)}); fault.CodeOf(err) != fault.TooLarge {
		t.Errorf("1001 places: %v", err)
	}
}

// « vire anglais courant »: people say the words of their CV, not ROME's.
func TestAnItemByTheWordsItRestsOn(t *testing.T) {
	s, _ := profiles(t)
	v := seeker("ana")
	found := skills.Analysis{Shown: 1, ROMEVersion: "0", Skills: []skills.Proposal{
		{Code: "105", Label: "Réparer une corne de brume", Kind: skills.SavoirFaire, Confidence: 0.9, Evidence: []span.Span{{Start: 0, End: 7, Text: "sirènes"}}},
		{Code: "101", Label: "Polir le verre", Kind: skills.SavoirFaire, Confidence: 0.9, Evidence: []span.Span{{Start: 9, End: 23, Text: "Verre soufflé."}}},
		{Code: "102", Label: "Refroidir le verre", Kind: skills.SavoirFaire, Confidence: 0.9, Evidence: []span.Span{{Start: 9, End: 23, Text: "Verre soufflé."}}},
	}}
	if _, err := s.Propose(t.Context(), v, "doc", found); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ asked, changed string }{{"les sirènes courantes", "105"}, {"télépathie", ""}, {"le verre", ""}, {"verre soufflé", "101102"}} {
		out, err := s.Update(t.Context(), v, skills.Decision{Refuse: []string{step.asked}})
		if err != nil {
			t.Fatal(err)
		}
		changed := ""
		for _, c := range out.Changed {
			changed += c.Code
		}
		if changed != step.changed || (changed == "") != (len(out.NotFound) == 1) {
			t.Errorf("%q changed %q, not found %q", step.asked, changed, out.NotFound)
		}
	}
}

func TestTheRestIsProposedForLater(t *testing.T) {
	s, engine := profiles(t)
	v := seeker("ana")
	a := engine.Analyse(cv)
	if len(a.Skills) < 3 {
		t.Fatalf("the example has %d skills", len(a.Skills))
	}
	a.Shown = 1
	if _, err := s.Propose(t.Context(), v, "doc", a); err != nil {
		t.Fatal(err)
	}
	entries, err := s.Get(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	later := a.Skills[1]
	if len(entries) != len(a.Skills)+len(a.Occupations) || !entry(t, entries, later.Code).Later || entry(t, entries, a.Skills[0].Code).Later {
		t.Errorf("%+v", entries)
	}
	if c := skills.Count(entries); c.Proposed != 1+len(a.Occupations) {
		t.Errorf("%+v: nobody has to look at the rest", c)
	}
	out, err := s.Update(t.Context(), v, skills.Decision{Accept: []string{later.Code}})
	if err != nil || skills.Count(out.Profile).Accepted != 1 {
		t.Errorf("%v, %+v", err, out.Profile)
	}
	if e := entry(t, entries, a.Skills[0].Code); e.Why != a.Skills[0].Why || e.Document != "doc" {
		t.Errorf("%+v", e)
	}
}

func TestSharing(t *testing.T) {
	s, engine := profiles(t)
	ana := seeker("ana")
	counsellor := postgres.Visitor{ID: "eve", Role: postgres.Counsellor, Agency: "a"}
	if _, err := s.Propose(t.Context(), ana, "doc", engine.Analyse(cv)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Update(t.Context(), ana, skills.Decision{Accept: []string{"101"}, Refuse: []string{"103"}}); err != nil {
		t.Fatal(err)
	}
	first, err := s.Consent(t.Context(), ana)
	if err != nil {
		t.Fatal(err)
	}
	share, err := s.Consent(t.Context(), ana)
	if err != nil || share.Code == first.Code || share.Until.IsZero() {
		t.Fatal(err, share)
	}
	for _, code := range []string{first.Code, "", "ZZZZZZZZ", "\x00\xff567890", strings.Repeat("2", 1000)} {
		if err := s.Open(t.Context(), counsellor, code); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%q: %v", code, err)
		}
	}
	if list, err := s.Shared(t.Context(), counsellor); err != nil || len(list) != 0 {
		t.Errorf("%v, %+v", err, list)
	}
	if err := s.Open(t.Context(), counsellor, " "+strings.ToLower(share.Code[:4])+"-"+share.Code[4:]); err != nil {
		t.Fatal(err)
	}
	list, err := s.Shared(t.Context(), counsellor)
	if err != nil || len(list) != 1 {
		t.Fatal(err, list)
	}
	if a, r := entry(t, list[0].Entries, "101"), entry(t, list[0].Entries, "103"); a.Status != skills.Accepted || r.Status != skills.Refused || len(r.Evidence) == 0 {
		t.Errorf("the counsellor sees %+v, %+v", a, r)
	}
	// A counsellor's own profile is their own.
	if got := statuses(t, s, counsellor); len(got) != 0 {
		t.Errorf("a shared profile became the counsellor's own: %v", got)
	}
	if known, err := s.Consented(t.Context(), ana); err != nil || known == nil || !known.Opened || known.Code != share.Code {
		t.Errorf("%v, %+v", err, known)
	}
	if err := s.Withdraw(t.Context(), ana); err != nil {
		t.Fatal(err)
	}
	if list, err := s.Shared(t.Context(), counsellor); err != nil || len(list) != 0 {
		t.Errorf("after it was withdrawn: %v, %+v", err, list)
	}
	if known, err := s.Consented(t.Context(), ana); err != nil || known != nil {
		t.Errorf("%v, %+v", err, known)
	}
}

func TestFeedbackIsOfErasedProfiles(t *testing.T) {
	s, engine := profiles(t)
	counsellor := postgres.Visitor{ID: "eve", Role: postgres.Counsellor}
	for _, v := range []postgres.Visitor{seeker("ana"), seeker("bob")} {
		if _, err := s.Propose(t.Context(), v, "doc", engine.Analyse(cv)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Update(t.Context(), v, skills.Decision{Accept: []string{"101", "105"}, Refuse: []string{"103"}}); err != nil {
			t.Fatal(err)
		}
		if list, err := s.Feedback(t.Context(), counsellor); err != nil || len(list) > 2 {
			t.Fatal(err, list)
		}
		if err := s.Erase(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.Feedback(t.Context(), counsellor)
	if err != nil || len(list) != 2 {
		t.Fatal(err, list)
	}
	for i, want := range []skills.Feedback{{Code: "101", Kind: skills.SavoirFaire, Accepted: 2}, {Code: "103", Kind: skills.Savoir, Refused: 2}} {
		got := list[i]
		if got.Confidence <= 0 || got.Confidence > 1 {
			t.Errorf("confidence %v", got.Confidence)
		}
		if got.Confidence = 0; got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	if c := skills.Calibrate(list); c.N != 4 {
		t.Errorf("%+v", c)
	}
}
