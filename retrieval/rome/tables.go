package rome

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// table is the new content of one table.
type table struct {
	name    string
	columns []string
	n       int
	row     func(i int) []any
}

func tablesOf(d *Data) []table {
	return []table{
		{"rome_domaine", columns("code label"), len(d.Domaines), func(i int) []any {
			x := d.Domaines[i]
			return []any{x.Code, x.Label}
		}},
		{"rome_metier", columns("code ogr label domaine parent eco num demo regulated executive riasec"), len(d.Metiers), func(i int) []any {
			x := d.Metiers[i]
			return []any{x.Code, x.OGR, x.Label, x.Domaine, x.Parent, x.Eco, x.Num, x.Demo, x.Regulated, x.Executive, x.RIASEC}
		}},
		{"rome_appellation", columns("code label short metier principal rare"), len(d.Appellations), func(i int) []any {
			x := d.Appellations[i]
			return []any{x.Code, x.Label, x.Short, x.Metier, x.Principal, x.Rare}
		}},
		{"rome_item", columns("code kind label definition macro function category subcategory eco num riasec"), len(d.Items), func(i int) []any {
			x := d.Items[i]
			return []any{x.Code, x.Kind, x.Label, x.Definition, x.Macro, x.Function, x.Category, x.Subcategory, x.Eco, x.Num, x.RIASEC}
		}},
		{"rome_link", columns("metier item core"), len(d.Links), func(i int) []any {
			x := d.Links[i]
			return []any{x.Metier, x.Item, x.Core}
		}},
		{"rome_mobilite", columns("metier target rank"), len(d.Mobilites), func(i int) []any {
			x := d.Mobilites[i]
			return []any{x.Metier, x.Target, x.Rank}
		}},
		{"rome_texte", columns("metier kind position text"), len(d.Textes), func(i int) []any {
			x := d.Textes[i]
			return []any{x.Metier, x.Kind, x.Position, x.Text}
		}},
		{"rome_entree", columns("kind code label definition parent"), len(d.Entrees), func(i int) []any {
			x := d.Entrees[i]
			return []any{x.Kind, x.Code, x.Label, x.Definition, x.Parent}
		}},
		{"rome_entree_metier", columns("kind code metier main"), len(d.EntreeLinks), func(i int) []any {
			x := d.EntreeLinks[i]
			return []any{x.Kind, x.Code, x.Metier, x.Main}
		}},
	}
}

func columns(s string) []string { return strings.Fields(s) }

// load copies the new content beside the old, into incoming_<name>.
func (t table) load(ctx context.Context, tx pgx.Tx) error {
	if _, err := tx.Exec(ctx, fmt.Sprintf("create temp table incoming_%[1]s (like %[1]s) on commit drop", t.name)); err != nil {
		return err
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"incoming_" + t.name}, t.columns,
		pgx.CopyFromSlice(t.n, func(i int) ([]any, error) { return t.row(i), nil }))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "analyze incoming_"+t.name)
	return err
}

// apply makes the table equal to the new content, touching only what differs.
func (t table) apply(ctx context.Context, tx pgx.Tx) (RowChange, error) {
	all := strings.Join(t.columns, ", ")
	gone, err := tx.Exec(ctx, fmt.Sprintf("delete from %[1]s where ctid in (select t.ctid from %[1]s t left join incoming_%[1]s i using (%[2]s) where i.ctid is null)", t.name, all))
	if err != nil {
		return RowChange{}, err
	}
	come, err := tx.Exec(ctx, fmt.Sprintf("insert into %[1]s (%[2]s) select %[2]s from incoming_%[1]s i left join %[1]s t using (%[2]s) where t.ctid is null", t.name, all))
	if err != nil {
		return RowChange{}, err
	}
	return RowChange{Rows: t.n, Added: int(come.RowsAffected()), Removed: int(gone.RowsAffected())}, nil
}
