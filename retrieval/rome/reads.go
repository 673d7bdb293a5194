package rome

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
)

// Reference reads the ROME that is loaded. Its methods may be used from several
// goroutines; they return fault.Unavailable before the first load.
type Reference struct{ db *postgres.DB }

// Open returns the reference over db.
func Open(db *postgres.DB) *Reference { return &Reference{db} }

// Metier is all that is shown of a métier.
type Metier struct {
	Code         string  `json:"code"`
	Label        string  `json:"label"`
	Definition   string  `json:"definition"` // "" in the built-in extract
	Access       string  `json:"access"`     // "" in the built-in extract
	URL          string  `json:"url"`        // public page
	Domaine      string  `json:"domaine"`
	Regulated    bool    `json:"regulated"`
	Executive    bool    `json:"executive"`
	RIASEC       string  `json:"riasec"`
	Appellations []Named `json:"appellations"` // the principal one first
	Skills       []Skill `json:"skills"`       // those at the heart of the métier first
	Contexts     []Skill `json:"contexts"`
	Mobilities   []Named `json:"mobilities"` // in ROME's order
	Sectors      []Named `json:"sectors"`
}

// Skill is an item of a métier: kind competence, savoir, savoir-etre or contexte.
type Skill struct {
	Code  string `json:"code"`
	Label string `json:"label"`
	Kind  string `json:"kind"`
	Core  bool   `json:"core"`
}

// Release returns what is loaded.
func (r *Reference) Release(ctx context.Context) (rel Release, err error) {
	err = r.read(ctx, func(tx pgx.Tx) error {
		rel, err = release(ctx, tx)
		return err
	})
	return rel, err
}

func (r *Reference) read(ctx context.Context, f func(pgx.Tx) error) error {
	err := r.db.Snapshot(ctx, f)
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.Wrap(err, fault.Unavailable, "Le ROME n'est pas encore chargé. Réessayez dans une minute.")
	}
	return err
}

// Metier returns the métier with this code, fault.NotFound when there is none.
func (r *Reference) Metier(ctx context.Context, code string) (m Metier, err error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	err = r.read(ctx, func(tx pgx.Tx) error {
		rel, err := release(ctx, tx)
		if err != nil {
			return err
		}
		err = tx.QueryRow(ctx, `select m.code, m.label, coalesce(d.label, ''), m.regulated, m.executive, m.riasec,
				coalesce((select string_agg(text, ' ' order by position) from rome_texte where metier = m.code and kind = 'definition'), ''),
				coalesce((select string_agg(text, ' ' order by position) from rome_texte where metier = m.code and kind = 'acces_metier'), '')
			from rome_metier m left join rome_domaine d on d.code = m.domaine where m.code = $1`, code).
			Scan(&m.Code, &m.Label, &m.Domaine, &m.Regulated, &m.Executive, &m.RIASEC, &m.Definition, &m.Access)
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.New(fault.NotFound, "Le code %q ne correspond à aucun métier de la version %d du ROME%s. Un code métier est une lettre de A à N suivie de quatre chiffres.",
				code, rel.Version, map[bool]string{true: "", false: " (extrait)"}[rel.Complete])
		}
		if err != nil {
			return fmt.Errorf("rome: read métier: %w", err)
		}
		m.URL = PublicURL(m.Code)
		return m.parts(ctx, tx)
	})
	return m, err
}

func (m *Metier) parts(ctx context.Context, tx pgx.Tx) (err error) {
	named := func(query string) []Named {
		if err != nil {
			return nil
		}
		var rows pgx.Rows
		if rows, err = tx.Query(ctx, query, m.Code); err != nil {
			return nil
		}
		var list []Named
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Named])
		return list
	}
	m.Appellations = named("select code, label from rome_appellation where metier = $1 order by principal desc, rare, label")
	m.Mobilities = named("select t.code, t.label from rome_mobilite m join rome_metier t on t.code = m.target where m.metier = $1 order by m.rank, t.code")
	m.Sectors = named("select e.code, e.label from rome_entree_metier l join rome_entree e using (kind, code) where kind = 'secteur' and l.metier = $1 order by l.main desc, e.label")
	if err != nil {
		return fmt.Errorf("rome: read the parts of a métier: %w", err)
	}
	rows, err := tx.Query(ctx, `select i.code, i.label, i.kind, l.core <> '' from rome_link l join rome_item i on i.code = l.item
		where l.metier = $1 order by l.core <> '' desc, i.kind, i.label`, m.Code)
	if err != nil {
		return fmt.Errorf("rome: read the skills of a métier: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Skill])
	for _, s := range all {
		if s.Kind == "contexte" {
			m.Contexts = append(m.Contexts, s)
		} else {
			m.Skills = append(m.Skills, s)
		}
	}
	return err
}
