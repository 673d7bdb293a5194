package contest

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/tools/legality"
	"tandem/tools/span"
)

var (
	recruiter  = postgres.Visitor{ID: "r", Role: postgres.Recruiter, Company: "c"}
	other      = postgres.Visitor{ID: "o", Role: postgres.Recruiter, Company: "c"}
	counsellor = postgres.Visitor{ID: "c", Role: postgres.Counsellor, Agency: "a"}
	second     = postgres.Visitor{ID: "c2", Role: postgres.Counsellor, Agency: "a"}
)

func store(t *testing.T) *Store {
	t.Helper()
	rules, err := legality.Load()
	if err != nil {
		t.Fatal(err)
	}
	return NewStore(postgrestest.New(t), rules, func(s string) string { return strings.ReplaceAll(s, "06 11 22 33 44", "[TEL]") })
}

// pointed is the finding of a rule in a text.
func pointed(t *testing.T, s *Store, o legality.Offer, rule string) Pointed {
	t.Helper()
	for _, f := range s.rules.Check(o).Findings {
		if f.Rule == rule {
			return Pointed{o, rule, f.Field, f.Span.Start, f.Span.End}
		}
	}
	t.Fatalf("%s does not match %q", rule, o.Text)
	return Pointed{}
}

func TestFromContestToFigures(t *testing.T) {
	s, ctx := store(t), t.Context()
	o := legality.Offer{Title: "Vendeur / Vendeuse", Text: "Nos locaux sont au centre.\nNous sommes six.\nRecherche profil de moins de 30 ans, à joindre au 06 11 22 33 44.\nAvec nous.\nUne autre ligne.", Contract: "CDI"}
	p := pointed(t, s, o, "DIS-AGE-01")
	s.Count(s.rules.Check(o))
	s.Count(s.rules.Check(o))

	c, err := s.Make(ctx, recruiter, p, "  Appelez-moi au 06 11 22 33 44. ")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(c.Words, "30 ans") || strings.Contains(c.Lead+c.Rest, "locaux") || strings.Contains(c.Lead+c.Rest, "autre ligne") || c.State != Open || c.Version == "" {
		t.Errorf("kept: %+v", c)
	}
	if all := c.Rest + c.Reason; strings.Contains(all, "06 11") || !strings.Contains(c.Reason, "[TEL]") {
		t.Errorf("personal data kept: %q", all)
	}
	if again, err := s.Make(ctx, recruiter, p, "encore"); err != nil || again.ID != c.ID {
		t.Errorf("again: %+v, %v", again, err)
	}
	moved := p
	moved.Start++
	if _, err := s.Make(ctx, recruiter, moved, ""); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("words that are not flagged: %v", err)
	}

	for who, n := range map[postgres.Visitor]int{recruiter: 1, other: 0, counsellor: 1} {
		if list, err := s.List(ctx, who); err != nil || len(list) != n {
			t.Errorf("%s sees %d (%v), want %d", who.ID, len(list), err, n)
		}
	}
	for what, d := range map[string]struct {
		who           postgres.Visitor
		state, answer string
		want          fault.Code
	}{
		"a recruiter decides": {recruiter, Overridden, "x", fault.Forbidden},
		"without a reason":    {counsellor, Overridden, " ", fault.Invalid},
		"neither of the two":  {counsellor, "maybe", "x", fault.Invalid},
	} {
		if _, err := s.Decide(ctx, d.who, c.ID, d.state, d.answer); fault.CodeOf(err) != d.want {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := s.Decide(ctx, counsellor, "none", Upheld, "x"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("no such: %v", err)
	}
	if d, err := s.Decide(ctx, counsellor, c.ID, Overridden, "Un texte l'impose."); err != nil || d.State != Overridden || d.DecidedAt == nil {
		t.Fatalf("decided: %+v, %v", d, err)
	}
	if _, err := s.Decide(ctx, second, c.ID, Upheld, "x"); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("twice: %v", err)
	}
	if list, err := s.List(ctx, recruiter); err != nil || list[0].Answer != "Un texte l'impose." {
		t.Errorf("the answer: %+v, %v", list, err)
	}

	figures, err := s.Figures(ctx, counsellor)
	if err != nil || len(figures) != len(s.rules.Rules()) {
		t.Fatal(len(figures), err)
	}
	f := figures[0] // the only one overridden
	if f.Rule != "DIS-AGE-01" || f.Matches != 2 || f.Contests != 1 || f.Overridden != 1 || f.Upheld != 0 || f.Waiting != 0 || f.Precision == nil || *f.Precision != .5 {
		t.Errorf("figures: %+v", f)
	}
	if last := figures[len(figures)-1]; last.Precision != nil {
		t.Errorf("a precision without a match: %+v", last)
	}
	if _, err := s.Figures(ctx, recruiter); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("a recruiter: %v", err)
	}
}

func TestSidesAreWholeWordsOfTheLine(t *testing.T) {
	long := strings.Repeat("très longue phrase ", 30)
	text := "avant\n\nla ligne d'avant\n" + long + "ICI " + long + "\nla ligne d'après\naprès"
	i := strings.Index(text, "ICI")
	lead, rest := sides(text, span.Of(text, i, i+3))
	if !strings.HasPrefix(lead, "…") || !strings.HasSuffix(rest, "…") || len([]rune(lead)) > around+1 || strings.Contains(lead+rest, "\n") {
		t.Errorf("%q %q", lead, rest)
	}
	if w := strings.Fields(strings.Trim(lead, "…"))[0]; w != "très" && w != "longue" && w != "phrase" {
		t.Errorf("begins with half a word: %q", w)
	}
}

// What a counsellor lifted is lifted where the same words stand in the same
// line, and nowhere else.
func TestLiftedAgain(t *testing.T) {
	s, ctx := store(t), t.Context()
	o := legality.Offer{Title: "Vendeur / Vendeuse", Text: "Nous sommes six.\nNous recherchons un profil de moins de 30 ans.\nMerci.", Contract: "CDI"}
	decide := func(o legality.Offer, state string) Contest {
		t.Helper()
		c, err := s.Make(ctx, recruiter, pointed(t, s, o, "DIS-AGE-01"), "")
		if err != nil {
			t.Fatal(err)
		}
		if c, err = s.Decide(ctx, counsellor, c.ID, state, "Un texte l'impose."); err != nil {
			t.Fatal(err)
		}
		return c
	}
	lifted := func(o legality.Offer) (v legality.Verdict, id string) {
		t.Helper()
		v = s.Check(ctx, o)
		for _, f := range v.Findings {
			if f.Lifted != nil {
				id = f.Lifted.Contest
			}
		}
		return v, id
	}
	if v, id := lifted(o); id != "" || v.Status != legality.Blocked {
		t.Fatalf("before any decision: %q, %s", id, v.Status)
	}
	c := decide(o, Overridden)
	if v, id := lifted(o); id != c.ID || v.Status == legality.Blocked || len(v.Findings) == 0 {
		t.Errorf("the same offer: %q, %s, %d findings", id, v.Status, len(v.Findings))
	}
	for what, change := range map[string]struct {
		change func(*legality.Offer)
		want   string
	}{
		"another line":            {func(o *legality.Offer) { o.Text = "Autre équipe.\n" + o.Text }, c.ID},
		"capitals":                {func(o *legality.Offer) { o.Text = strings.ToUpper(o.Text) }, c.ID},
		"words of the line":       {func(o *legality.Offer) { o.Text = strings.Replace(o.Text, "recherchons", "cherchons", 1) }, ""},
		"the contract":            {func(o *legality.Offer) { o.Contract = "CDD" }, ""},
		"the age":                 {func(o *legality.Offer) { o.Text = strings.Replace(o.Text, "30", "25", 1) }, ""},
		"nothing left to flag":    {func(o *legality.Offer) { o.Text = "Merci." }, ""},
		"as many as one can hold": {func(o *legality.Offer) { o.Text = strings.Repeat("Moins de 31 ans.\n", 3*mostLifted) }, ""},
	} {
		again := o
		change.change(&again)
		if _, id := lifted(again); id != change.want {
			t.Errorf("with other %s: lifted by %q, want %q", what, id, change.want)
		}
	}
	decide(o, Upheld) // by another, who is asked again
	if v, id := lifted(o); id != "" || v.Status != legality.Blocked {
		t.Errorf("upheld since: %q, %s", id, v.Status)
	}
	// The contest may be erased; the decision holds without its words.
	c = decide(o, Overridden)
	if err := s.db.As(ctx, recruiter, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "delete from contests")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, id := lifted(o); id != c.ID {
		t.Errorf("after the contest was erased: lifted by %q", id)
	}
}
