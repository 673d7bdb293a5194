package skills

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fold"
)

// Standing is what the loaded release of ROME makes of an entry that it does
// not have as the person knew it. The entry stays as it was: only the person
// replaces or renames it (see [Decision].Renew).
type Standing struct {
	State   string `json:"state"`           // Renamed, Replaced or Retired
	Code    string `json:"code,omitempty"`  // of the successor, when replaced
	Label   string `json:"label,omitempty"` // of the successor, or what the code is called now
	Why     string `json:"why,omitempty"`   // of the successor: "label" (the same one), "appellations" (it took most of the métier's)
	Version string `json:"version"`         // of the loaded release
}

// States of an entry that is not simply current.
const (
	Renamed  = "renamed"  // the code is there under another label, and may mean something else
	Replaced = "replaced" // the code is gone and another clearly stands for it
	Retired  = "retired"  // the code is gone
)

// standingColumns and standingTables are what load reads beside profile_items p,
// in the same statement: a release that is loaded meanwhile is seen whole or not
// at all.
const (
	standingColumns = `v.version::text, now_.title, next_.id, next_.title, coalesce(gone.why, '')`
	standingTables  = `left join rome_release v on true
		left join passages now_ on now_.corpus = 'rome' and now_.id = p.code
		left join rome_retired gone on gone.code = p.code and now_.id is null
		left join passages next_ on next_.corpus = 'rome' and next_.id = gone.successor`
)

// standing is how e stands, nil when it is current or before the first load.
func standing(e Entry, version, now, successor, title *string, why string) *Standing {
	switch {
	case version == nil:
		return nil
	case now != nil:
		// Another spelling of the same words is not news for anybody.
		if fold.String(*now) == fold.String(e.Label) {
			return nil
		}
		return &Standing{State: Renamed, Label: *now, Version: *version}
	case successor != nil:
		return &Standing{State: Replaced, Code: *successor, Label: *title, Why: why, Version: *version}
	}
	return &Standing{State: Retired, Version: *version}
}

// renew gives an entry the new label of its code, or puts its successor in its
// place with the same decision. It says in French why it cannot.
func (b *book) renew(ctx context.Context, tx pgx.Tx, asked string) (changed Changed, why string, err error) {
	e, why := b.find(asked, false)
	if why != "" {
		return changed, why, nil
	}
	switch now := e.Now; {
	case now == nil:
		return changed, fmt.Sprintf("« %s » n'a pas changé dans le ROME chargé : rien n'a été remplacé.", e.Label), nil
	case now.State == Retired:
		return changed, fmt.Sprintf("« %s » n'est plus dans la version %s du ROME et n'y a pas de remplaçant évident : votre choix est gardé tel quel.", e.Label, now.Version), nil
	case now.State == Renamed:
		changed = Changed{Code: e.Code, Label: now.Label, Kind: e.Kind, Status: e.Status, Replaces: e.Label}
		_, err = tx.Exec(ctx, "update profile_items set label = $2, rome_version = $3, at = now() where visitor = tandem_visitor() and code = $1", e.Code, now.Label, now.Version)
		e.Label, e.Now, e.ROMEVersion = now.Label, nil, now.Version
		b.set(e)
		return changed, "", err
	}
	changed, err = b.replace(ctx, tx, e, e.Status)
	return changed, "", err
}

// replace puts the successor of old in its place, with the words it rests on.
func (b *book) replace(ctx context.Context, tx pgx.Tx, old Entry, status string) (Changed, error) {
	now := old.Now
	if _, err := tx.Exec(ctx, replaceSQL, old.Code, now.Code, now.Label, status, now.Version); err != nil {
		return Changed{}, err
	}
	b.drop(old.Code)
	e := old
	e.Code, e.Label, e.Status, e.ROMEVersion, e.Now = now.Code, now.Label, status, now.Version, nil
	b.set(e)
	return Changed{Code: e.Code, Label: e.Label, Kind: e.Kind, Status: status, Replaces: old.Label}, nil
}

// replaceSQL keeps the evidence of the successor's own entry, if there is one. A
// decision was counted with the old code as that went: no confidence, or it
// would be counted again with the new one.
const replaceSQL = `
with old as (delete from profile_items where visitor = tandem_visitor() and code = $1 returning *)
insert into profile_items (visitor, code, kind, label, status, origin, confidence, evidence, document, why, later, rome_version, position, place)
select visitor, $2, kind, $3, $4, origin, case when status = 'proposed' then confidence end, evidence, document, why, later, $5, position, place from old
on conflict (visitor, code) do update
set status = excluded.status, label = excluded.label, rome_version = excluded.rome_version, at = now(),
    evidence = case when profile_items.evidence = '[]' then excluded.evidence else profile_items.evidence end`

// predecessors are the person's entries whose successor has this code.
func (b *book) predecessors(code string) []Entry {
	var out []Entry
	for _, e := range b.own {
		if e.Now != nil && e.Now.State == Replaced && e.Now.Code == code {
			out = append(out, e)
		}
	}
	return out
}

// gone says in French what became of a code that is neither the person's nor in
// the loaded release, "" when it never was in any: old answers still show it.
func gone(ctx context.Context, tx pgx.Tx, code string) (string, error) {
	var label, successor, title *string
	var version int
	err := tx.QueryRow(ctx, `select r.label, v.version, s.id, s.title from rome_release v
		join rome_retired r on r.code = upper($1) left join passages s on s.corpus = 'rome' and s.id = r.successor`, code).Scan(&label, &version, &successor, &title)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return "", nil
	case err != nil:
		return "", err
	case successor == nil:
		return fmt.Sprintf("« %s » (%s) n'est plus dans la version %d du ROME : rien n'a été changé.", *label, code, version), nil
	}
	return fmt.Sprintf("« %s » (%s) n'est plus dans la version %d du ROME, où %s « %s » le remplace. Acceptez celui-ci s'il convient.", *label, code, version, *successor, *title), nil
}
