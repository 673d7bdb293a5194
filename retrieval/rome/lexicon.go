package rome

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/retrieval"
	"tandem/retrieval/subword"
)

// Lexicon is all of ROME that an engine needs in memory: every label with its
// code, and how métiers and items hang together. About 10 MB for all of ROME.
type Lexicon struct {
	Release Release
	Metiers []LexiconMetier
	Labels  []Label // appellations, then compétences, savoirs and savoir-être

	Said map[string][]string // how people speak of métiers and items, by code
	// What words and métiers mean to the built-in embedder; nil without one. See
	// its methods Word and Learned.
	Word    func(folded string) []float32
	Learned func(metier string) []float32
}

// LexiconMetier is a métier with what it needs.
type LexiconMetier struct {
	Code, Label string
	Items       []string // codes of compétences, savoirs and savoir-être
	Core        []bool   // of Items: at the heart of the métier
	Mobilities  []string // codes of métiers, in ROME's order
}

// Label is one label of ROME. Kind is that of its passage.
type Label struct {
	Code, Kind, Label string
	Metier            string   // of an appellation
	Forms             []string // of an appellation: masculine, feminine
}

// Lexicon reads it as of one moment, so that its parts agree also while another
// release is loaded.
func (r *Reference) Lexicon(ctx context.Context) (*Lexicon, error) {
	l := &Lexicon{Said: everyday()}
	err := r.read(ctx, func(tx pgx.Tx) (err error) {
		if l.Release, err = release(ctx, tx); err != nil {
			return err
		}
		if err := l.learned(ctx, tx); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
			with items as (select l.metier, array_agg(l.item order by l.item) as items, array_agg(l.core <> '' order by l.item) as core
			               from rome_link l join rome_item i on i.code = l.item where i.kind <> 'contexte' group by l.metier),
			     moves as (select metier, array_agg(target order by rank, target) as targets from rome_mobilite group by metier)
			select m.code, m.label, coalesce(i.items, '{}'), coalesce(i.core, '{}'), coalesce(o.targets, '{}')
			from rome_metier m left join items i on i.metier = m.code left join moves o on o.metier = m.code order by m.code`)
		if err != nil {
			return err
		}
		if l.Metiers, err = pgx.CollectRows(rows, pgx.RowToStructByPos[LexiconMetier]); err != nil {
			return err
		}
		rows, err = tx.Query(ctx, `select code, 'appellation', label, metier from rome_appellation
			union all select code, kind, label, '' from rome_item where kind <> 'contexte' order by 2, 1`)
		if err != nil {
			return err
		}
		l.Labels, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (x Label, err error) {
			err = row.Scan(&x.Code, &x.Kind, &x.Label, &x.Metier)
			if x.Metier != "" {
				x.Forms = forms(x.Label)
			}
			return x, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rome: read the lexicon: %w", err)
	}
	return l, nil
}

// learned takes the built-in embedder, if the release has one that this version
// can read: what needs it does without.
func (l *Lexicon) learned(ctx context.Context, tx pgx.Tx) error {
	e, err := retrieval.Builtin(ctx, tx)
	if errors.Is(err, subword.ErrDamaged) || fault.CodeOf(err) == fault.Conflict {
		return nil
	}
	if err != nil {
		return err
	}
	if m, ok := e.(*subword.Model); ok {
		l.Word, l.Learned = m.Word, m.Learned
	}
	return nil
}
