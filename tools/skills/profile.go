package skills

import (
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
	Code        string      `json:"code"`
	Label       string      `json:"label"`
	Kind        string      `json:"kind"` // metier, competence, savoir, savoir-etre
	Status      string      `json:"status"`
	Origin      string      `json:"origin"` // document, person
	Confidence  float64     `json:"confidence,omitempty"`
	Evidence    []span.Span `json:"evidence"`
	ROMEVersion string      `json:"rome_version"`
	Position    int         `json:"position"`
}

// Counts is how far a profile is.
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
			c.Proposed++
		}
	}
	return c
}

// Propose stores the occupations and the skills shown first of an analysis as
// proposals and returns the analysis with what the person had decided before:
// a decision is never overwritten, so what was accepted or refused comes back
// with that status and is not to be asked again.
func (s *Profiles) Propose(ctx context.Context, v postgres.Visitor, a Analysis) (Analysis, error) {
	err := s.db.As(ctx, v, func(tx pgx.Tx) error {
		position := 0
		batch := &pgx.Batch{}
		put := func(e Entry) error {
			evidence, err := json.Marshal(e.Evidence)
			if err != nil {
				return err
			}
			batch.Queue(proposeSQL, v.ID, e.Code, e.Kind, e.Label, e.Confidence, evidence, a.ROMEVersion, position)
			position++
			return nil
		}
		for _, o := range a.Occupations {
			if err := put(Entry{Code: o.ROME, Kind: KindMetier, Label: o.Metier, Confidence: o.Confidence, Evidence: o.Evidence}); err != nil {
				return err
			}
		}
		for _, p := range a.Skills[:min(a.Shown, len(a.Skills))] {
			if err := put(Entry{Code: p.Code, Kind: p.Kind, Label: p.Label, Confidence: p.Confidence, Evidence: p.Evidence}); err != nil {
				return err
			}
		}
		if err := tx.SendBatch(ctx, batch).Close(); err != nil {
			return err
		}
		entries, err := load(ctx, tx)
		if err != nil {
			return err
		}
		status := make(map[string]string, len(entries))
		for _, e := range entries {
			status[e.Code] = e.Status
		}
		skills := make([]Proposal, len(a.Skills))
		copy(skills, a.Skills)
		for i := range skills {
			if known, ok := status[skills[i].Code]; ok {
				skills[i].Status = known
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
insert into profile_items (visitor, code, kind, label, status, origin, confidence, evidence, rome_version, position)
values ($1, $2, $3, $4, 'proposed', 'document', $5, $6, $7, $8)
on conflict (visitor, code) do update
set label = excluded.label, confidence = excluded.confidence, evidence = excluded.evidence,
    rome_version = excluded.rome_version, position = excluded.position, at = now()
where profile_items.status = 'proposed'`

// Get is all of a visitor's items: occupations, then skills, in the order
// proposed. Only those with status accepted are in the profile.
func (s *Profiles) Get(ctx context.Context, v postgres.Visitor) (entries []Entry, err error) {
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		entries, err = load(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	return entries, nil
}

func load(ctx context.Context, tx pgx.Tx) ([]Entry, error) {
	rows, err := tx.Query(ctx, `
		select code, label, kind, status, origin, coalesce(confidence, 0)::float8, evidence, rome_version, position
		from profile_items order by kind <> 'metier', position, at, code`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Entry, error) {
		var e Entry
		err := row.Scan(&e.Code, &e.Label, &e.Kind, &e.Status, &e.Origin, &e.Confidence, &e.Evidence, &e.ROMEVersion, &e.Position)
		e.Confidence = round(float32(e.Confidence))
		return e, err
	})
}

// Erase forgets everything about a visitor's profile, decisions too.
func (s *Profiles) Erase(ctx context.Context, v postgres.Visitor) error {
	err := s.db.As(ctx, v, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `delete from profile_items`)
		return err
	})
	if err != nil {
		return fmt.Errorf("erase profile: %w", err)
	}
	return nil
}

// Decision is what a person says of items, by code or in their own words.
type Decision struct {
	Accept []string // of what was proposed; a code of ROME is accepted as well
	Refuse []string
	Add    []string // what was not proposed
	Undo   []string // back to undecided; what the person added themselves leaves the profile
}

// Changed is one item whose status a decision changed.
type Changed struct {
	Code   string `json:"code"`
	Label  string `json:"label"`
	Kind   string `json:"kind"`
	Status string `json:"status"`
}

// Outcome is what came of a decision. NotFound says in French, for each item
// that could not be told, why and what to do.
type Outcome struct {
	Changed  []Changed
	NotFound []string
	Profile  []Entry // as it now stands
}

// Bounds of one decision.
const (
	maxItems    = 100
	maxItemText = 200
)

// Update applies a decision: never more than was asked. An item is looked for
// among the person's own, then in the lexicon; words that may mean several
// items change nothing and are reported in [Outcome].NotFound. Deciding twice
// the same is not a change. Returns fault.TooLarge over 100 items.
func (s *Profiles) Update(ctx context.Context, v postgres.Visitor, d Decision) (Outcome, error) {
	if len(d.Accept)+len(d.Refuse)+len(d.Add)+len(d.Undo) > maxItems {
		return Outcome{}, fault.New(fault.TooLarge, "Vous pouvez modifier au plus %d éléments du profil à la fois. Recommencez avec une liste plus courte.", maxItems)
	}
	engine, err := s.engine()
	if err != nil {
		return Outcome{}, fmt.Errorf("update profile: %w", err)
	}
	var out Outcome
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		out = Outcome{}
		own, err := load(ctx, tx)
		if err != nil {
			return err
		}
		b := book{engine: engine, own: own}
		apply := func(asked []string, status string, anywhere bool) error {
			for _, words := range asked {
				e, why := b.find(words, anywhere)
				if why != "" {
					out.NotFound = append(out.NotFound, why)
					continue
				}
				if e.Status == status {
					continue
				}
				e.Status = status
				if _, err := tx.Exec(ctx, decideSQL, v.ID, e.Code, e.Kind, e.Label, e.Status, engine.version, len(b.own)); err != nil {
					return err
				}
				b.set(e)
				out.Changed = append(out.Changed, Changed{e.Code, e.Label, e.Kind, e.Status})
			}
			return nil
		}
		if err := apply(d.Accept, Accepted, true); err != nil {
			return err
		}
		if err := apply(d.Add, Accepted, true); err != nil {
			return err
		}
		if err := apply(d.Refuse, Refused, false); err != nil {
			return err
		}
		if err := apply(d.Undo, Proposed, false); err != nil {
			return err
		}
		if len(d.Undo) > 0 {
			if _, err := tx.Exec(ctx, "delete from profile_items where status = $1 and origin = 'person'", Proposed); err != nil {
				return err
			}
		}
		out.Profile, err = load(ctx, tx)
		return err
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("update profile: %w", err)
	}
	return out, nil
}

const decideSQL = `
insert into profile_items (visitor, code, kind, label, status, origin, rome_version, position)
values ($1, $2, $3, $4, $5, 'person', $6, $7)
on conflict (visitor, code) do update set status = excluded.status, at = now()`
