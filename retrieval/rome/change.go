package rome

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"tandem/retrieval"
)

// changes reads what the incoming release changes, and records the codes that
// it retires. It runs when old and new tables stand side by side.
func (r *Report) changes(ctx context.Context, tx pgx.Tx, d *Data) error {
	if r.Before == nil {
		return nil
	}
	gone, err := r.codes(ctx, tx)
	if err != nil {
		return fmt.Errorf("rome: compare codes: %w", err)
	}
	if err := r.moves(ctx, tx); err != nil {
		return fmt.Errorf("rome: compare appellations: %w", err)
	}
	if err := r.links(ctx, tx); err != nil {
		return fmt.Errorf("rome: compare links: %w", err)
	}
	gone, err = retire(ctx, tx, d, gone)
	if err != nil {
		return fmt.Errorf("rome: retire codes: %w", err)
	}
	for _, x := range gone {
		list(&r.difference(x.Kind).Removed, x)
	}
	return nil
}

// allCodes is every code of ROME with its kind and label, in a set of tables.
const allCodes = `(select code, 'metier' as kind, label from %[1]srome_metier
	union all select code, 'appellation', label from %[1]srome_appellation
	union all select code, kind, label from %[1]srome_item)`

// codes reports the codes that come and those whose label changes, and returns
// those that go.
func (r *Report) codes(ctx context.Context, tx pgx.Tx) (gone []Retired, err error) {
	rows, err := tx.Query(ctx, `select code, coalesce(i.kind, t.kind), t.label, i.label
		from `+fmt.Sprintf(allCodes, "")+` t full join `+fmt.Sprintf(allCodes, "incoming_")+` i using (code)
		where t.label is distinct from i.label order by length(code), code`)
	if err != nil {
		return nil, err
	}
	var code, kind string
	var before, after *string
	_, err = pgx.ForEachRow(rows, []any{&code, &kind, &before, &after}, func() error {
		d := r.difference(kind)
		switch {
		case before == nil:
			d.Count.Added++
			list(&d.Added, Named{code, *after})
		case after == nil:
			d.Count.Removed++
			gone = append(gone, Retired{Named: Named{code, *before}, Kind: kind, Version: r.Before.Version})
		default:
			d.Count.Renamed++
			list(&d.Renamed, Renamed{code, *before, *after})
		}
		return nil
	})
	return gone, err
}

// moves reports the appellations that change métier.
func (r *Report) moves(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `select i.code, i.label, f.code, f.label, m.code, m.label
		from incoming_rome_appellation i join rome_appellation t using (code)
			join rome_metier f on f.code = t.metier join incoming_rome_metier m on m.code = i.metier
		where i.metier <> t.metier order by f.code, m.code, length(i.code), i.code`)
	if err != nil {
		return err
	}
	var m Moved
	_, err = pgx.ForEachRow(rows, []any{&m.Code, &m.Label, &m.From.Code, &m.From.Label, &m.To.Code, &m.To.Label}, func() error {
		r.Moved++
		list(&r.Moves, m)
		return nil
	})
	return err
}

// links reports what changes in the skills and contexts of métiers.
func (r *Report) links(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `
		select metier, coalesce(m.label, ''), added, removed, core from (
			select metier, count(*) filter (where t.item is null) as added, count(*) filter (where i.item is null) as removed,
				count(*) filter (where (t.core <> '') <> (i.core <> '')) as core
			from rome_link t full join incoming_rome_link i using (metier, item) group by metier) changed
		left join (select i.code, i.label from incoming_rome_metier i join rome_metier t using (code)) m on m.code = metier
		where added + removed + core > 0 order by added + removed + core desc, metier`)
	if err != nil {
		return err
	}
	var m MetierChange
	_, err = pgx.ForEachRow(rows, []any{&m.Code, &m.Label, &m.Added, &m.Removed, &m.Core}, func() error {
		r.Links.Added += m.Added
		r.Links.Removed += m.Removed
		r.Links.Core += m.Core
		if m.Label != "" { // else the métier itself comes or goes
			list(&r.Links.Metiers, m)
		}
		return nil
	})
	return err
}

// mostMoved says for each métier that goes to which one most of its appellations
// go: more than half, else none.
func mostMoved(ctx context.Context, tx pgx.Tx) (map[string]string, error) {
	rows, err := tx.Query(ctx, `
		select metier, target from (
			select t.metier, i.metier as target, count(i.code) as n, sum(count(*)) over (partition by t.metier) as total
			from rome_appellation t left join incoming_rome_appellation i using (code)
			where not exists (select from incoming_rome_metier m where m.code = t.metier)
			group by 1, 2) went
		where target is not null and 2 * n > total`)
	if err != nil {
		return nil, err
	}
	moved := map[string]string{}
	var from, to string
	_, err = pgx.ForEachRow(rows, []any{&from, &to}, func() error {
		moved[from] = to
		return nil
	})
	return moved, err
}

// labels is every code of a release with its kind and label.
func (d *Data) labels(yield func(kind string, n Named)) {
	for _, m := range d.Metiers {
		yield(retrieval.Metier, Named{m.Code, m.Label})
	}
	for _, a := range d.Appellations {
		yield(retrieval.Appellation, Named{a.Code, a.Label})
	}
	for _, it := range d.Items {
		yield(it.Kind, Named{it.Code, it.Label})
	}
}
