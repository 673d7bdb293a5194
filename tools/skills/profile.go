package skills

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools/span"
)

// Profiles keeps what visitors decided about the occupations and skills
// proposed to them. Every method acts as the visitor given, under row-level
// security: another visitor's profile does not exist. Safe for concurrent use.
type Profiles struct {
	db     *postgres.DB
	engine func() (*Engine, error)
}

// NewProfiles keeps profiles in db. engine gives the lexicon in which the words
// of people are looked up; it is called when first needed.
func NewProfiles(db *postgres.DB, engine func() (*Engine, error)) *Profiles {
	return &Profiles{db: db, engine: engine}
}

// KindMetier is the kind of an occupation in a profile; its code is ROME's.
const KindMetier = "metier"

// Entry is one item of a profile.
type Entry struct {
	Code            string      `json:"code"`
	Label           string      `json:"label"`
	Kind            string      `json:"kind"` // metier, competence, savoir, savoir-etre
	Status          string      `json:"status"`
	Origin          string      `json:"origin"`                // document, person
	Appellation     string      `json:"appellation,omitempty"` // of a métier: the job title that the person goes by
	AppellationCode string      `json:"appellation_code,omitempty"`
	Confidence      float64     `json:"confidence,omitempty"`
	Evidence        []span.Span `json:"evidence"`
	Document        string      `json:"document,omitempty"` // id of the one that the evidence is bytes of; it may be gone
	Why             string      `json:"why,omitempty"`
	Later           bool        `json:"later,omitempty"` // proposed, but only to who asks for more
	ROMEVersion     string      `json:"rome_version"`    // of the release in which the code had this label
	Position        int         `json:"position"`
	Now             *Standing   `json:"now,omitempty"` // nil while the loaded release has it as it is
}

// Name is what the person calls the entry: its job title if it has one.
func (e Entry) Name() string { return cmp.Or(e.Appellation, e.Label) }

// Counts is how far a profile is. Proposals for later are not counted: nobody
// has to look at them.
type Counts struct {
	Accepted int `json:"accepted"`
	Refused  int `json:"refused"`
	Proposed int `json:"proposed"`
}

// Count counts the entries of a profile.
func Count(entries []Entry) Counts {
	var c Counts
	for _, e := range entries {
		switch e.Status {
		case Accepted:
			c.Accepted++
		case Refused:
			c.Refused++
		default:
			if !e.Later {
				c.Proposed++
			}
		}
	}
	return c
}

// mostProposed bounds the skills of one analysis that are kept as proposals.
const mostProposed = 40

// Propose stores the occupations and the skills of an analysis as proposals,
// those not shown first for later, and returns the analysis with what the person
// had decided before: a decision is never overwritten, so what was accepted or
// refused comes back with that status and is not to be asked again. document is
// the id of what was analysed.
func (s *Profiles) Propose(ctx context.Context, v postgres.Visitor, document string, a Analysis) (Analysis, error) {
	err := s.db.As(ctx, v, func(tx pgx.Tx) error {
		batch := &pgx.Batch{}
		put := func(e Entry) error {
			evidence, err := json.Marshal(e.Evidence)
			if err != nil {
				return err
			}
			batch.Queue(proposeSQL, v.ID, e.Code, e.Kind, e.Label, e.Appellation, e.AppellationCode, e.Confidence, evidence, document, e.Why, e.Later,
				a.ROMEVersion, batch.Len())
			return nil
		}
		for _, o := range a.Occupations {
			if err := put(Entry{Code: o.ROME, Kind: KindMetier, Label: o.Metier, Appellation: o.Appellation, AppellationCode: o.AppellationCode,
				Confidence: o.Confidence, Evidence: o.Evidence}); err != nil {
				return err
			}
		}
		for i, p := range a.Skills[:min(len(a.Skills), max(a.Shown, mostProposed))] {
			if err := put(Entry{Code: p.Code, Kind: p.Kind, Label: p.Label, Confidence: p.Confidence, Evidence: p.Evidence, Why: p.Why,
				Later: i >= a.Shown}); err != nil {
				return err
			}
		}
		if err := tx.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		entries, err := load(ctx, tx, v.ID)
		if err != nil {
			return err
		}
		own := make(map[string]Entry, len(entries))
		for _, e := range entries {
			own[e.Code] = e
		}
		skills := make([]Proposal, len(a.Skills))
		copy(skills, a.Skills)
		for i := range skills {
			if known, ok := own[skills[i].Code]; ok {
				skills[i].Status, skills[i].Now = known.Status, known.Now
			}
		}
		a.Skills = skills
		return nil
	})
	if err != nil {
		return Analysis{}, fmt.Errorf("propose: %w", err)
	}
	return a, nil
}

// proposeSQL keeps a decision, and refreshes what is still only proposed.
const proposeSQL = `
insert into profile_items (visitor, code, kind, label, appellation, appellation_code, status, origin, confidence, evidence, document, why, later,
  rome_version, position)
values ($1, $2, $3, $4, $5, $6, 'proposed', 'document', $7, $8, nullif($9, ''), $10, $11, $12, $13)
on conflict (visitor, code) do update
set label = excluded.label, appellation = excluded.appellation, appellation_code = excluded.appellation_code, origin = excluded.origin,
    confidence = excluded.confidence, evidence = excluded.evidence, document = excluded.document, why = excluded.why,
    later = profile_items.later and excluded.later, rome_version = excluded.rome_version, position = excluded.position, at = now()
where profile_items.status = 'proposed'`

// Get is all of a visitor's items: occupations, then skills, in the person's
// order, then in the order proposed. Only those with status accepted are in the
// profile.
func (s *Profiles) Get(ctx context.Context, v postgres.Visitor) (entries []Entry, err error) {
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		entries, err = load(ctx, tx, v.ID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	return entries, nil
}

// load names the visitor, although policies do too: a counsellor sees shared
// profiles besides.
func load(ctx context.Context, tx pgx.Tx, visitor string) ([]Entry, error) {
	rows, err := tx.Query(ctx, `
		select p.code, p.label, p.kind, p.status, p.origin, p.appellation, p.appellation_code, coalesce(p.confidence, 0)::float8, p.evidence,
			coalesce(p.document, ''), p.why, p.later, p.rome_version, p.position, `+standingColumns+`
		from profile_items p `+standingTables+` where p.visitor = $1
		order by p.kind <> 'metier', p.place, p.position, p.at, p.code`, visitor)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Entry, error) {
		var e Entry
		var version, now, successor, title *string
		var why string
		err := row.Scan(&e.Code, &e.Label, &e.Kind, &e.Status, &e.Origin, &e.Appellation, &e.AppellationCode, &e.Confidence, &e.Evidence,
			&e.Document, &e.Why, &e.Later, &e.ROMEVersion, &e.Position, &version, &now, &successor, &title, &why)
		e.Confidence = round(float32(e.Confidence))
		e.Now = standing(e, version, now, successor, title, why)
		return e, err
	})
}

// Erase forgets everything about a visitor's profile: decisions, sharing, and the
// documents that it may have been proposed from.
func (s *Profiles) Erase(ctx context.Context, v postgres.Visitor) error {
	err := s.db.As(ctx, v, func(tx pgx.Tx) error {
		for _, table := range []string{"profile_shares", "profile_items", "documents"} {
			if _, err := tx.Exec(ctx, "delete from "+table+" where visitor = $1", v.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("erase profile: %w", err)
	}
	return nil
}

// Unpropose takes back what waits for a decision.
func (s *Profiles) Unpropose(ctx context.Context, v postgres.Visitor) error {
	err := s.db.As(ctx, v, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "delete from profile_items where visitor = $1 and status = $2", v.ID, Proposed)
		return err
	})
	if err != nil {
		return fmt.Errorf("take proposals back: %w", err)
	}
	return nil
}

// Decision is what a person says of items, by code or in their own words.
type Decision struct {
	Accept []string // of what was proposed; a code of ROME is accepted as well
	Refuse []string
	Add    []string // what was not proposed
	Undo   []string // back to undecided; what the person added themselves leaves the profile
	Renew  []string // entries that the loaded release renamed or replaced (see [Standing]): take the new name or the successor
	// Replace puts other items in the place of some: see [Replacement].
	Replace []Replacement
	// Order is what comes first, in this order; nil leaves the order.
	Order []string
}

// Changed is one item whose status a decision changed.
type Changed struct {
	Code   string `json:"code"`
	Label  string `json:"label"`
	Kind   string `json:"kind"`
	Status string `json:"status"`
	// Replaces is the label of what it stands in for: of the retired code, or
	// the one before a new release renamed it. "" for other changes.
	Replaces string `json:"replaces,omitempty"`
}

// Outcome is what came of a decision. NotFound says in French, for each item
// that could not be told, why and what to do.
type Outcome struct {
	Changed  []Changed
	NotFound []string
	Profile  []Entry // as it now stands
	Version  string  // of the release in which new items were looked up
}

// Bounds of one decision.
const (
	maxItems    = 100
	maxOrder    = 1000
	maxItemText = 200
)

// Update applies a decision: never more than was asked. An item is looked for
// among the person's own, then in the lexicon; words that may mean several
// items change nothing and are reported in [Outcome].NotFound. Deciding twice
// the same is not a change. Accepting the successor of a retired code replaces
// it. Returns fault.TooLarge over 100 items.
func (s *Profiles) Update(ctx context.Context, v postgres.Visitor, d Decision) (Outcome, error) {
	if len(d.Accept)+len(d.Refuse)+len(d.Add)+len(d.Undo)+len(d.Renew)+len(d.Replace) > maxItems || len(d.Order) > maxOrder {
		return Outcome{}, fault.New(fault.TooLarge, "Vous pouvez modifier au plus %d éléments du profil à la fois. Recommencez avec une liste plus courte.", maxItems)
	}
	engine, err := s.engine()
	if err != nil {
		return Outcome{}, fmt.Errorf("update profile: %w", err)
	}
	var out Outcome
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		out = Outcome{Version: engine.version}
		own, err := load(ctx, tx, v.ID)
		if err != nil {
			return err
		}
		b := book{engine: engine, own: own}
		for _, asked := range d.Renew {
			switch changed, why, err := b.renew(ctx, tx, asked); {
			case err != nil:
				return err
			case why != "":
				out.NotFound = append(out.NotFound, why)
			default:
				out.Changed = append(out.Changed, changed)
			}
		}
		apply := func(asked []string, status string, anywhere bool) error {
			for _, words := range asked {
				changed, why, err := b.decide(ctx, tx, v, words, status, anywhere)
				if err != nil {
					return err
				}
				if why != "" {
					out.NotFound = append(out.NotFound, why)
				}
				out.Changed = append(out.Changed, changed...)
			}
			return nil
		}
		if err := apply(d.Accept, Accepted, true); err != nil {
			return err
		}
		if err := apply(d.Add, Accepted, true); err != nil {
			return err
		}
		for _, r := range d.Replace {
			changed, why, err := b.exchange(ctx, tx, v, r)
			if err != nil {
				return err
			}
			if why != "" {
				out.NotFound = append(out.NotFound, why)
			}
			out.Changed = append(out.Changed, changed...)
		}
		if err := apply(d.Refuse, Refused, false); err != nil {
			return err
		}
		if err := apply(d.Undo, Proposed, false); err != nil {
			return err
		}
		if len(d.Undo) > 0 {
			if _, err := tx.Exec(ctx, "delete from profile_items where visitor = $1 and status = $2 and origin = 'person'", v.ID, Proposed); err != nil {
				return err
			}
		}
		lost, err := b.order(ctx, tx, v.ID, d.Order)
		if err != nil {
			return err
		}
		out.NotFound = append(out.NotFound, lost...)
		out.Profile, err = load(ctx, tx, v.ID)
		return err
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("update profile: %w", err)
	}
	return out, nil
}

// decide gives the item meant a status, and returns what that changed: nothing
// when it had it already, and a French sentence when no item is clearly meant.
func (b *book) decide(ctx context.Context, tx pgx.Tx, v postgres.Visitor, asked, status string, anywhere bool) (changed []Changed, why string, err error) {
	e, why := b.find(asked, anywhere)
	if why != "" && status == Refused {
		// Several items rest on the words that are taken back: none of them holds.
		for _, e := range b.quoted(asked) {
			one, _, err := b.decide(ctx, tx, v, e.Code, status, false)
			if err != nil {
				return nil, "", err
			}
			changed, why = append(changed, one...), ""
		}
		if why == "" {
			return changed, "", nil
		}
	}
	if why != "" {
		if told, err := gone(ctx, tx, asked); err != nil || told != "" {
			return nil, told, err
		}
		return nil, why, nil
	}
	if status == Accepted {
		for _, old := range b.predecessors(e.Code) {
			replaced, err := b.replace(ctx, tx, old, status)
			if err != nil {
				return nil, "", err
			}
			changed = append(changed, replaced)
		}
	}
	if len(changed) > 0 || e.Status == status && b.has(e) {
		return changed, "", nil
	}
	e.Status = status
	return []Changed{{Code: e.Code, Label: e.Name(), Kind: e.Kind, Status: e.Status}}, "", b.put(ctx, tx, v, e)
}

// put writes the decision on an entry, and the entry when it is new.
func (b *book) put(ctx context.Context, tx pgx.Tx, v postgres.Visitor, e Entry) error {
	evidence, err := json.Marshal(append([]span.Span{}, e.Evidence...))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, decideSQL, v.ID, e.Code, e.Kind, e.Label, e.Status, e.Appellation, e.AppellationCode, evidence, e.Document,
		b.engine.version, len(b.own))
	b.set(e)
	return err
}

const decideSQL = `
insert into profile_items (visitor, code, kind, label, status, origin, appellation, appellation_code, evidence, document, rome_version, position)
values ($1, $2, $3, $4, $5, 'person', $6, $7, $8, nullif($9, ''), $10, $11)
on conflict (visitor, code) do update
set status = excluded.status, appellation = excluded.appellation, appellation_code = excluded.appellation_code, at = now()`
