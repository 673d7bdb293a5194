package rome

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
)

// Field is a grand domaine of ROME with its domaines professionnels that have
// métiers in the loaded release: the way to a métier that asks for no word.
type Field struct {
	Named
	Under []Named `json:"under"`
}

// Fields are all of them, by code.
func (r *Reference) Fields(ctx context.Context) (fields []Field, err error) {
	err = r.read(ctx, func(tx pgx.Tx) error {
		fields = nil
		rows, err := tx.Query(ctx, `select code, label from rome_domaine d
			where exists (select from rome_metier m where m.domaine = d.code or length(d.code) = 1 and starts_with(m.domaine, d.code)) order by code`)
		if err != nil {
			return err
		}
		all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Named])
		for _, d := range all {
			if last := len(fields) - 1; len(d.Code) == 1 {
				fields = append(fields, Field{Named: d, Under: []Named{}})
			} else if last >= 0 && strings.HasPrefix(d.Code, fields[last].Code) {
				fields[last].Under = append(fields[last].Under, d)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rome: read the domaines: %w", err)
	}
	return fields, nil
}

// Within are the métiers of a domaine professionnel, by label; fault.NotFound
// when it has none.
func (r *Reference) Within(ctx context.Context, domaine string) (metiers []Named, err error) {
	err = r.read(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "select code, label from rome_metier where domaine = upper($1) order by label, code", domaine)
		if err != nil {
			return err
		}
		metiers, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Named])
		if err == nil && len(metiers) == 0 {
			err = fault.New(fault.NotFound, "Le domaine %q n'a pas de métier dans le ROME chargé.", domaine)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rome: read a domaine: %w", err)
	}
	return metiers, nil
}
