package offers

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
	"tandem/tools/delay"
)

// foretold forecasts what the title says: « 0.71 » or « 0.71 forte ».
func foretold(o Offer) Assessment {
	f := delay.Forecast{Measure: delay.Filled, Band: "moyenne"}
	_, _ = fmt.Sscanf(o.Title, "%g %s", &f.Probability, &f.Band)
	return Assessment{Forecast: f}
}

func offer(id string, p float64, contract, rome, departement string) Offer {
	o := Offer{ID: id, Title: fmt.Sprintf("%.3f", p)}
	o.Fields.Contract, o.Fields.ROME, o.Fields.Departement = contract, rome, departement
	return o
}

func waiting(t *testing.T, s *Store, v postgres.Visitor) (ids []string) {
	t.Helper()
	n, list, err := s.Alerts(t.Context(), v)
	if err != nil || n != len(list) {
		t.Fatalf("%d alerts, %+v, %v", n, list, err)
	}
	for _, a := range list {
		ids = append(ids, a.Offer)
	}
	slices.Sort(ids)
	return ids
}

// With few offers the model's own band decides; an alert is raised when an offer
// enters it, once, and stands until it is handled or the offer closed.
func TestAlertsStandUntilHandled(t *testing.T) {
	s := NewStore(postgrestest.New(t), foretold)
	put := func(titles ...string) {
		t.Helper()
		var list []Offer
		for i, title := range titles {
			list = append(list, Offer{ID: string(rune('A' + i)), Title: title})
		}
		if done, err := s.Import(t.Context(), counsellor, list); err != nil || done.Bad > 0 {
			t.Fatalf("%+v, %v", done, err)
		}
	}
	expect := func(why string, want ...string) {
		t.Helper()
		if got := waiting(t, s, counsellor); !slices.Equal(got, want) {
			t.Errorf("%s: %v wait, want %v", why, got, want)
		}
	}
	put("0.50", "0.70 forte", "0.71 forte")
	expect("two in the band", "B", "C")
	put("0.50", "0.70 forte", "0.71 forte")
	expect("imported again", "B", "C")
	put("0.66 forte", "0.72 forte", "0.3")
	expect("one enters, one moves within, one leaves", "A", "B", "C")
	if n, err := s.Handle(t.Context(), counsellor, "B", "C"); err != nil || n != 2 {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := s.Handle(t.Context(), counsellor, "B", "C"); err != nil || n != 0 {
		t.Errorf("handled twice: %d, %v", n, err)
	}
	put("0.66 forte", "0.75 forte", "0.71 forte")
	expect("handled is handled, unless it left and came back", "A", "C")
	closed := []Offer{{ID: "A", Title: "0.66 forte", State: Closed}}
	if _, err := s.Import(t.Context(), counsellor, closed); err != nil {
		t.Fatal(err)
	}
	expect("closed", "C")
	list, err := s.Search(t.Context(), counsellor, Filter{Alert: true})
	if err != nil || list.Total != 1 || !list.Rows[0].Alert || !list.Rows[0].High || list.Rows[0].ID != "C" {
		t.Errorf("%+v, %v", list, err)
	}

	for _, v := range strangers {
		n, err := s.Handle(t.Context(), v, "C")
		if n != 0 || v.Role == postgres.Recruiter && fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("%+v handled %d, %v", v, n, err)
		}
	}
	if _, _, err := s.Alerts(t.Context(), recruiter); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("a recruiter reads alerts: %v", err)
	}
	expect("after strangers", "C")
}

// The band is the last fifth of similar offers: what is usual in one group
// stands out in another.
func TestBandFollowsSimilarOffers(t *testing.T) {
	s := NewStore(postgrestest.New(t), foretold)
	var list []Offer
	for i := range 100 {
		list = append(list,
			offer(fmt.Sprintf("cdi%03d", i), 0.60+float64(i)/1000, "CDI", "F1703", "44"), // .600 to .699
			offer(fmt.Sprintf("mis%03d", i), 0.10+float64(i)/1000, "MIS", "N1101", fmt.Sprintf("%02d", 10+i%20)))
	}
	list = append(list, offer("alone", 0.65, "saisonnier", "G1803", "29"))
	if _, err := s.Import(t.Context(), counsellor, list); err != nil {
		t.Fatal(err)
	}
	find := func(id string) Row {
		t.Helper()
		list, err := s.Search(t.Context(), counsellor, Filter{ID: id})
		if err != nil || list.Total != 1 {
			t.Fatalf("%s: %+v, %v", id, list, err)
		}
		return list.Rows[0]
	}
	for id, want := range map[string]struct {
		high  bool
		low   int
		most  int
		peers int
		group string
	}{
		"cdi050": {false, 48, 52, 100, "CDI, domaine F17, département 44"},
		"cdi090": {true, 88, 92, 100, "CDI, domaine F17, département 44"},
		"mis090": {true, 88, 92, 100, "intérim, domaine N11"}, // too few in each département
		"alone":  {false, 74, 76, 201, "toutes les offres ouvertes"},
	} {
		r := find(id)
		if r.High != want.high || r.Standing.Percentile < want.low || r.Standing.Percentile > want.most || r.Standing.Peers != want.peers || r.Standing.Group != want.group {
			t.Errorf("%s: %+v", id, r)
		}
	}
	if got := len(waitingAll(t, s)); got < 38 || got > 44 {
		t.Errorf("%d alerts of 201 offers", got)
	}
	// A newcomer is judged by the groups as they were measured.
	if _, err := s.Import(t.Context(), counsellor, []Offer{offer("new", 0.19, "MIS", "N1101", "44"), offer("usual", 0.61, "CDI", "F1703", "44")}); err != nil {
		t.Fatal(err)
	}
	if !find("new").High || find("usual").High {
		t.Errorf("%+v, %+v", find("new"), find("usual"))
	}
	// With both bounds, both must hold; a probability alone asks nothing of groups.
	for band, want := range map[Band]int{{Percentile: 80, Probability: 0.5}: 20, {Probability: 0.65}: 51} {
		s.Band = band
		if err := s.Level(t.Context(), counsellor, 0); err != nil {
			t.Fatal(err)
		}
		if list, err := s.Search(t.Context(), counsellor, Filter{High: true}); err != nil || list.Total < want-2 || list.Total > want+2 {
			t.Errorf("%s: %d offers, want about %d, %v", band, list.Total, want, err)
		}
	}
}

func waitingAll(t *testing.T, s *Store) []Row {
	t.Helper()
	list, err := s.Search(t.Context(), counsellor, Filter{Alert: true, Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	return list.Rows
}

// The first import of a large portfolio, of which the model's own band would be
// half, does not alert of half of it.
func TestFirstImportDoesNotAlertOfHalf(t *testing.T) {
	s := NewStore(postgrestest.New(t), func(o Offer) Assessment {
		a := foretold(o)
		if a.Forecast.Probability > 0.5 {
			a.Forecast.Band = "forte"
		}
		return a
	})
	var list []Offer
	for i := range 5000 {
		list = append(list, offer(fmt.Sprintf("F%05d", i), float64(i*7919%5000)/5000, "CDI", "F1703", "44"))
	}
	if _, err := s.Import(t.Context(), counsellor, list); err != nil {
		t.Fatal(err)
	}
	n, _, err := s.Alerts(t.Context(), counsellor)
	if err != nil || n < 1000 || n > 1400 { // a fifth, and some of the first batch
		t.Errorf("%d alerts of 5000 offers, %v", n, err)
	}
}

// Another process imports; who listens here hears it, strangers do not.
func TestBellRingsAcrossProcesses(t *testing.T) {
	url := postgrestest.URL(t)
	here, there := postgrestest.Open(t, url), postgrestest.Open(t, url)
	bell := NewBell(here)
	ours, stop, err := bell.Hear(counsellor)
	if err != nil {
		t.Fatal(err)
	}
	theirs, stopThem, err := bell.Hear(strangers[0])
	if err != nil {
		t.Fatal(err)
	}
	defer stopThem()
	if _, _, err := bell.Hear(recruiter); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("a recruiter hears: %v", err)
	}
	ctx, end := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() { bell.Run(ctx); close(over) }()
	await := func(c <-chan struct{}) {
		t.Helper()
		select {
		case <-c:
		case <-time.After(30 * time.Second):
			t.Fatal("the bell does not ring")
		}
	}
	await(ours) // listening has begun: what came before is to be looked for
	await(theirs)
	s := NewStore(there, foretold)
	if _, err := s.Import(t.Context(), counsellor, []Offer{{ID: "A", Title: "0.7 forte"}}); err != nil {
		t.Fatal(err)
	}
	await(ours)
	if _, err := s.Handle(t.Context(), counsellor, "A"); err != nil {
		t.Fatal(err)
	}
	await(ours)
	select {
	case <-theirs:
		t.Error("another agency heard")
	default:
	}
	stop()
	end()
	<-over
	if len(bell.waiting) != 1 {
		t.Errorf("%d agencies still wait", len(bell.waiting))
	}
}

func TestActionsAndWhatHelped(t *testing.T) {
	s := NewStore(postgrestest.New(t), foretold)
	today := time.Now().UTC().Truncate(24 * time.Hour)
	old := today.AddDate(0, 0, -30)
	var list []Offer
	for i := range 12 {
		list = append(list, Offer{ID: fmt.Sprintf("O%02d", i), Title: "0.7 forte", CreatedAt: old})
	}
	list = append(list, Offer{ID: "young", Title: "0.5", CreatedAt: today.AddDate(0, 0, -3)})
	if _, err := s.Import(t.Context(), counsellor, list); err != nil {
		t.Fatal(err)
	}
	idle := func(days int) int {
		t.Helper()
		found, err := s.Search(t.Context(), counsellor, Filter{IdleDays: days, Order: "contact"})
		if err != nil {
			t.Fatal(err)
		}
		return found.Total
	}
	if idle(10) != 12 {
		t.Errorf("%d idle before anything was done", idle(10))
	}
	act := func(a Action, handled bool) error { return s.Act(t.Context(), counsellor, a, today, handled) }
	for i := range 11 {
		a := Action{Offer: fmt.Sprintf("o%02d", i), Kind: "visit", Outcome: []string{"filled", "candidates", "nothing"}[i%3], DoneOn: today.AddDate(0, 0, -i-5)}
		if err := act(a, i == 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := act(Action{Offer: "O11", Kind: "wording", DoneOn: today, Note: "Deux critères retirés"}, false); err != nil {
		t.Fatal(err)
	}
	if got := idle(10); got != 7 { // visited 10 to 15 days ago, and the one of which only the wording changed
		t.Errorf("%d idle", got)
	}
	if got := waiting(t, s, counsellor); len(got) != 11 || slices.Contains(got, "O00") {
		t.Errorf("waiting: %v", got)
	}
	helped, err := s.WhatHelped(t.Context(), counsellor)
	if err != nil || len(helped) != 2 || helped[0].Kind != "visit" || helped[0].N != 11 || helped[0].Helped != 8 || helped[0].Filled != 4 || helped[0].Share == nil || *helped[0].Share < 0.72 {
		t.Errorf("%+v, %v", helped, err)
	}
	if helped[1].Known != 0 || helped[1].Share != nil {
		t.Errorf("%+v", helped[1])
	}
	done, err := s.Actions(t.Context(), counsellor, "O11")
	if err != nil || len(done) != 1 || done[0].KindLabel() != "Annonce reformulée" || done[0].OutcomeLabel() != "en cours" || !done[0].DoneOn.Equal(today) {
		t.Fatalf("%+v, %v", done, err)
	}
	if err := s.Conclude(t.Context(), counsellor, done[0].ID, "candidates"); err != nil {
		t.Error(err)
	}
	for what, c := range map[string]struct {
		v    postgres.Visitor
		a    Action
		code fault.Code
	}{
		"no kind":       {counsellor, Action{Offer: "O01", DoneOn: today}, fault.Invalid},
		"no outcome":    {counsellor, Action{Offer: "O01", Kind: "call", Outcome: "great", DoneOn: today}, fault.Invalid},
		"tomorrow":      {counsellor, Action{Offer: "O01", Kind: "call", DoneOn: today.AddDate(0, 0, 2)}, fault.Invalid},
		"no day":        {counsellor, Action{Offer: "O01", Kind: "call"}, fault.Invalid},
		"long note":     {counsellor, Action{Offer: "O01", Kind: "call", DoneOn: today, Note: strings.Repeat("é", 501)}, fault.Invalid},
		"no offer":      {counsellor, Action{Offer: "NONE", Kind: "call", DoneOn: today}, fault.NotFound},
		"another's":     {strangers[0], Action{Offer: "O01", Kind: "call", DoneOn: today}, fault.NotFound},
		"a recruiter's": {recruiter, Action{Offer: "O01", Kind: "call", DoneOn: today}, fault.Forbidden},
	} {
		if err := s.Act(t.Context(), c.v, c.a, today, true); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := s.Conclude(t.Context(), strangers[0], done[0].ID, "nothing"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a stranger concludes: %v", err)
	}
	if theirs, err := s.WhatHelped(t.Context(), strangers[0]); err != nil || len(theirs) != 0 {
		t.Errorf("%+v, %v", theirs, err)
	}
}

// Another model, or another target, is not mixed with the one before.
func TestRefreshAfterAnotherModel(t *testing.T) {
	db := postgrestest.New(t)
	was := NewStore(db, foretold)
	var list []Offer
	for i := range 1100 { // more than two batches
		list = append(list, Offer{ID: fmt.Sprintf("R%04d", i), Title: fmt.Sprintf("0.3 n° %d", i)})
	}
	list = append(list, Offer{ID: "closed", Title: "0.3", State: Closed})
	if _, err := was.Import(t.Context(), counsellor, list); err != nil {
		t.Fatal(err)
	}
	// Offers that are all equally likely to last do not stand out.
	if got := waiting(t, was, counsellor); len(got) != 0 {
		t.Errorf("%d of 1100 equal offers wait", len(got))
	}
	if n, err := was.Refresh(t.Context()); n != 0 || err != nil {
		t.Errorf("the same model: %d, %v", n, err)
	}
	asked := 0
	now := NewStore(db, func(o Offer) Assessment {
		asked++
		a := Assessment{Verdict: []byte(`{"status":"clean","version":"2","findings":[]}`), Forecast: delay.Forecast{Measure: delay.Online, Model: "m2", Band: "moyenne", Probability: 0.1}}
		if o.ID == "R0700" {
			a.Forecast.Band, a.Forecast.Probability = "forte", 0.5
		}
		return a
	})
	if n, err := now.Refresh(t.Context()); n != 1100 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := now.Refresh(t.Context()); n != 0 || err != nil || asked != 1102 {
		t.Errorf("again: %d, %v, assessed %d times", n, err, asked)
	}
	if got := waiting(t, now, counsellor); !slices.Equal(got, []string{"R0700"}) {
		t.Errorf("waiting: %v", got)
	}
	found, err := now.Search(t.Context(), counsellor, Filter{ID: "R0001"})
	if err != nil || found.Rows[0].Probability != 0.1 || found.Rows[0].Status != "clean" {
		t.Errorf("%+v, %v", found, err)
	}
}
