package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/retrieval"
	"tandem/retrieval/rome"
	"tandem/retrieval/rome/rometest"
	"tandem/tools/skills"
	"tandem/tools/span"
)

// loader loads small releases into a database of the test's own, with the
// built-in embedder trained on each, as a server has it.
type loader struct {
	t  *testing.T
	db *postgres.DB
}

func (l loader) load(files map[string]string, progress retrieval.Progress) rome.Report {
	l.t.Helper()
	src, err := rome.At(rometest.Zip(l.t, files))
	if err != nil {
		l.t.Fatal(err)
	}
	r, err := rome.Load(l.t.Context(), l.db, src, rome.Options{Force: true, Progress: progress})
	if err != nil {
		l.t.Fatal(err)
	}
	return r
}

// onV60 are the engines that a release changes, over a database with V60.
func onV60(t *testing.T) (*Engines, loader) {
	t.Helper()
	db := postgrestest.New(t)
	l := loader{t, db}
	l.load(rometest.V60(), nil)
	ref := rome.Open(db)
	engine := SkillsOf(ref)
	return &Engines{DB: db, Search: retrieval.New(db, nil), Rome: ref, Documents: &Documents{DB: db},
		Skills: engine, Profiles: skills.NewProfiles(db, engine)}, l
}

// stands writes a profile, one entry a line: code, label, status, version, and
// how it stands.
func stands(entries []skills.Entry) string {
	var b strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&b, "%s %s %s %s", e.Code, e.Label, e.Status, e.ROMEVersion)
		if n := e.Now; n != nil {
			b.WriteString(strings.TrimRight(fmt.Sprintf(" | %s %s %s %s", n.State, n.Version, n.Code, n.Label), " "))
		}
		b.WriteString("\n")
	}
	return b.String()
}

const (
	heldV60 = `D1102 Dompteur / Dompteuse de nuages accepted 60
M1801 Accordeur / Accordeuse d'horloges accepted 60
201 Mélanger le savon, l'eau et la glycérine accepted 60
202 Siffler un cumulus accepted 60
205 Accorder un carillon accepted 60
206 Graisser un pignon accepted 60
207 Lancer un cerf-volant refused 60
`
	heldV61 = `D1102 Dompteur / Dompteuse de nuages accepted 60 | renamed 61  Dresseur / Dresseuse de nuages
M1801 Accordeur / Accordeuse d'horloges accepted 60 | replaced 61 M1802 Horloger / Horlogère de foire
201 Mélanger le savon, l'eau et la glycérine accepted 60
202 Siffler un cumulus accepted 60 | renamed 61  Siffler un nimbus
205 Accorder un carillon accepted 60 | replaced 61 905 Accorder un Carillon
206 Graisser un pignon accepted 60 | retired 61
207 Lancer un cerf-volant refused 60 | retired 61
`
)

// validate makes the profile heldV60 of seeker.
func validate(t *testing.T, e *Engines) {
	t.Helper()
	p, err := e.UpdateProfile(t.Context(), seeker, ProfileChange{Add: []string{"D1102", "M1801", "201", "202", "205", "206", "207"}, Refuse: []string{"207"}})
	if err != nil || len(p.NotFound) > 0 {
		t.Fatalf("%v, not found %q", err, p.NotFound)
	}
	if got := stands(p.Items); got != heldV60 {
		t.Fatalf("the example holds\n%s", got)
	}
}

func TestProfileOverARelease(t *testing.T) {
	e, l := onV60(t)
	validate(t, e)
	held := func() string {
		t.Helper()
		p, err := e.Profile(t.Context(), seeker)
		if err != nil {
			t.Fatal(err)
		}
		return stands(p.Items)
	}
	l.load(rometest.V61(), nil)
	if got := held(); got != heldV61 {
		t.Errorf("after the release:\n%s", got)
	}
	// Accepting again what is there already replaces nothing: the person did not ask for it.
	update := func(args string) skillsView {
		t.Helper()
		_, v := call[skillsView](t, e, who(seeker), "update_profile", args)
		return v
	}
	v := update(`{"accept":["205","M1801","202","accorder un carillon"]}`)
	if len(v.Changed) > 0 || held() != heldV61 {
		t.Errorf("changed %+v:\n%s", v.Changed, held())
	}
	if v.ROMEVersion != "61" || len(v.Occupations) != 2 || v.Occupations[1].Now == nil || v.Skills[2].Now == nil || v.Skills[2].Now.Code != "905" {
		t.Errorf("what the model reads: %+v", v)
	}
	// A code that is gone is not answered with whatever is nearest to it.
	for code, says := range map[string]string{"M1801": "M1802 (« Horloger / Horlogère de foire »)", "207": "pas de remplaçant évident"} {
		if _, m := call[Mistake](t, e, who(seeker), "search_rome", `{"rome":"`+code+`"}`); !strings.Contains(m.Mistake, says) {
			t.Errorf("search_rome %s: %q", code, m.Mistake)
		}
	}
	if _, v := call[romeView](t, e, who(seeker), "search_rome", `{"rome":"m1802"}`); v.Metier == nil || v.Metier.Code != "M1802" {
		t.Errorf("search_rome m1802: %+v", v)
	}
	// The person decides: the successor by its code, by renew, a new name; what
	// has no successor is told and stays.
	v = update(`{"accept":["905"],"renew":["M1801","siffler un cumulus","206","201"]}`)
	if len(v.Changed) != 3 || v.Changed[0].Replaces != "Accordeur / Accordeuse d'horloges" || v.Changed[2].Code != "905" || len(v.NotFound) != 2 {
		t.Errorf("changed %+v, not found %q", v.Changed, v.NotFound)
	}
	if got, want := held(), `D1102 Dompteur / Dompteuse de nuages accepted 60 | renamed 61  Dresseur / Dresseuse de nuages
M1802 Horloger / Horlogère de foire accepted 61
201 Mélanger le savon, l'eau et la glycérine accepted 60
202 Siffler un nimbus accepted 61
905 Accorder un Carillon accepted 61
206 Graisser un pignon accepted 60 | retired 61
207 Lancer un cerf-volant refused 60 | retired 61
`; got != want {
		t.Errorf("after the decisions:\n%s", got)
	}
	// An old answer still offers the old code: it is told what became of it.
	if v = update(`{"accept":["205"]}`); len(v.Changed) > 0 || len(v.NotFound) != 1 || !strings.Contains(v.NotFound[0], "905 « Accorder un Carillon » le remplace") {
		t.Errorf("%+v, %q", v.Changed, v.NotFound)
	}
	// Back to the release before, what it has is current again.
	l.load(rometest.V60(), nil)
	if got := held(); !strings.Contains(got, "206 Graisser un pignon accepted 60\n") || !strings.Contains(got, "905 Accorder un Carillon accepted 61 | replaced 60 205 Accorder un carillon\n") {
		t.Errorf("back to 60:\n%s", got)
	}
}

// An entry that waits for a decision keeps the words it rests on when its
// successor takes its place, and one of the successor's own is not doubled.
func TestReplacedEntriesMerge(t *testing.T) {
	e, l := onV60(t)
	const cv = "J'ai accordé le carillon de la foire"
	words := []span.Span{span.Of(cv, 0, len(cv))}
	propose := func(code, version string) {
		t.Helper()
		found := skills.Proposal{Code: code, Label: "Accorder un carillon", Kind: skills.SavoirFaire, Evidence: words, Confidence: 0.9, Status: skills.Proposed}
		if _, err := e.Profiles.Propose(t.Context(), seeker, "", skills.Analysis{Skills: []skills.Proposal{found}, Shown: 1, ROMEVersion: version}); err != nil {
			t.Fatal(err)
		}
	}
	propose("205", "60")
	l.load(rometest.V61(), nil)
	propose("905", "61")
	p, err := e.UpdateProfile(t.Context(), seeker, ProfileChange{Accept: []string{"205"}})
	if err != nil {
		t.Fatal(err)
	}
	codes := func() (all []string) {
		for _, i := range p.Items {
			all = append(all, i.Code+":"+i.Status)
		}
		slices.Sort(all)
		return all
	}
	if got := fmt.Sprint(codes()); !strings.Contains(got, "205:accepted") || !strings.Contains(got, "905:proposed") {
		t.Fatalf("%s: the old proposal is as the person decides, beside the new one", got)
	}
	if p, err = e.UpdateProfile(t.Context(), seeker, ProfileChange{Renew: []string{"205"}}); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(codes()); strings.Contains(got, "205:") || !strings.Contains(got, "905:accepted") {
		t.Errorf("%s: after the person took the new code", got)
	}
	i := slices.IndexFunc(p.Items, func(x skills.Entry) bool { return x.Code == "905" })
	if len(p.Items[i].Evidence) == 0 || !p.Items[i].Evidence[0].In(cv) {
		t.Errorf("905 rests on %+v", p.Items[i].Evidence)
	}
	// Another visitor's profile is none of this.
	other := postgres.Visitor{ID: "other", Role: postgres.Seeker}
	if q, err := e.Profile(t.Context(), other); err != nil || len(q.Items) > 0 {
		t.Errorf("another's: %+v, %v", q.Items, err)
	}
}

// moment is what a person may see of a release in several ways.
type moment struct {
	version       int
	found         string // by a search whose answer changes with the release
	held          string
	appellations  int // of D1102, with
	skills        int
	engine        string
	lexiconLabels int
}

func see(ctx context.Context, e *Engines) (m moment, err error) {
	passages, err := e.Search.Search(ctx, retrieval.Query{Text: "siffler un cumulus", Corpus: retrieval.ROME, Kinds: []string{retrieval.Competence}})
	if err != nil {
		return m, fmt.Errorf("search: %w", err)
	}
	for _, p := range passages {
		if p.ID == "202" {
			m.found = p.Title
		}
	}
	profile, err := e.Profile(ctx, seeker)
	if err != nil {
		return m, fmt.Errorf("profile: %w", err)
	}
	m.held = stands(profile.Items)
	sheet, err := e.Rome.Metier(ctx, "D1102")
	if err != nil {
		return m, fmt.Errorf("métier: %w", err)
	}
	m.appellations, m.skills = len(sheet.Appellations), len(sheet.Skills)
	lex, err := e.Rome.Lexicon(ctx)
	if err != nil {
		return m, fmt.Errorf("lexicon: %w", err)
	}
	m.version, m.lexiconLabels = lex.Release.Version, len(lex.Labels)
	engine, err := e.Skills()
	if err != nil {
		return m, fmt.Errorf("engine: %w", err)
	}
	m.engine = engine.Version()
	return m, nil
}

// While a release is loaded, people search and read their profile: nobody
// waits for it, fails or sees half of it. At every step of the load all is as
// before; and readers that never stop see each thing either before or after.
func TestOnline(t *testing.T) {
	e, l := onV60(t)
	validate(t, e)
	before, err := see(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var (
		readers sync.WaitGroup
		mu      sync.Mutex
		seen    []moment
		loaded  = make(chan struct{})
	)
	for range 3 {
		readers.Go(func() {
			for last := false; !last && ctx.Err() == nil; {
				select {
				case <-loaded:
					last = true // one more time, after
				default:
				}
				m, err := see(ctx, e)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				seen = append(seen, m)
				mu.Unlock()
			}
		})
	}
	steps := map[string]int{}
	l.load(rometest.V61(), func(label string, done, total int) {
		// Within the load, its transaction open: if reading waited for it, this
		// would never return.
		steps[label]++
		m, err := see(t.Context(), e)
		if err != nil || m != before {
			t.Errorf("during « %s »: %v\n%+v", label, err, m)
		}
	})
	close(loaded)
	readers.Wait()
	for _, label := range []string{"Lecture du ROME", "Lecture des passages", "Calcul des vecteurs", "Construction des index"} {
		if steps[label] == 0 {
			t.Errorf("nothing was read during « %s »: %v", label, steps)
		}
	}

	after, err := see(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	if reflect.DeepEqual(before, after) || after.version != 61 || after.engine != "61" || after.found != "Siffler un nimbus" || after.held != heldV61 ||
		after.appellations != before.appellations+2 || after.skills != before.skills-1 {
		t.Errorf("after: %+v", after)
	}
	for _, m := range seen {
		for what, ok := range map[string]bool{
			"search":  m.found == before.found || m.found == after.found,
			"profile": m.held == before.held || m.held == after.held,
			"métier": m.appellations == before.appellations && m.skills == before.skills ||
				m.appellations == after.appellations && m.skills == after.skills,
			"lexicon": m.version == before.version && m.lexiconLabels == before.lexiconLabels || m.version == after.version && m.lexiconLabels == after.lexiconLabels,
		} {
			if !ok {
				t.Fatalf("%s: half a release: %+v", what, m)
			}
		}
	}
	t.Logf("%d readings beside the load, %d steps within", len(seen), len(steps))
}

// What the page and the model read of an entry that changed.
func TestStandingIsJSON(t *testing.T) {
	b, err := json.Marshal(skills.Entry{Code: "205", Now: &skills.Standing{State: skills.Replaced, Code: "905", Label: "x", Why: "label", Version: "61"}})
	if err != nil || !strings.Contains(string(b), `"now":{"state":"replaced","code":"905","label":"x","why":"label","version":"61"}`) {
		t.Errorf("%s, %v", b, err)
	}
}
