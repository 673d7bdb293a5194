package offers

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
)

// Store is the offers in Postgres, each seen by whom it concerns.
type Store struct {
	Band Band // of forecasts that counsellors are alerted of; set before use

	db     *postgres.DB
	assess Assess
}

// NewStore returns a store that checks and forecasts what enters with assess and
// alerts by [DefaultBand].
func NewStore(db *postgres.DB, assess Assess) *Store {
	return &Store{Band: DefaultBand, db: db, assess: assess}
}

// Get returns the offer of that number. Returns fault.NotFound if it does not
// exist in v's portfolio, whether or not it does elsewhere.
func (s *Store) Get(ctx context.Context, v postgres.Visitor, id string) (Checked, error) {
	id = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(id), "#"))
	unknown := fault.New(fault.NotFound, "L'offre « %s » n'est pas dans votre portefeuille. Vérifiez son numéro.", cut(id, 64))
	if !offerID.MatchString(id) {
		return Checked{}, unknown
	}
	if err := hasPortfolio(v); err != nil {
		return Checked{}, err
	}
	var c Checked
	err := s.db.As(ctx, v, func(tx pgx.Tx) error {
		var fields []byte
		var verdict, forecast *[]byte
		err := tx.QueryRow(ctx, `
select id, title, body, fields, agency, company, state, created_at, verdict, blocked, forecast
from offers where id in ($1, upper($1)) order by id = $1 desc limit 1`, id).
			Scan(&c.ID, &c.Title, &c.Body, &fields, &c.Agency, &c.Company, &c.State, &c.CreatedAt, &verdict, &c.Blocked, &forecast)
		if err != nil {
			return err
		}
		if verdict != nil {
			c.Verdict = *verdict
		}
		if forecast != nil {
			if err := json.Unmarshal(*forecast, &c.Forecast); err != nil {
				return err
			}
		}
		return json.Unmarshal(fields, &c.Fields)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return Checked{}, unknown
	}
	return c, err
}

// hasPortfolio tells early, in words, what row-level security would refuse.
func hasPortfolio(v postgres.Visitor) error {
	switch {
	case v.Role == postgres.Recruiter && v.Company == "":
		return fault.New(fault.Forbidden, "Votre compte n'est rattaché à aucune entreprise. Demandez ce rattachement à votre conseiller.")
	case v.Role == postgres.Counsellor && v.Agency == "":
		return fault.New(fault.Forbidden, "Votre compte n'est rattaché à aucune agence. Demandez ce rattachement à votre administrateur.")
	case v.Role != postgres.Recruiter && v.Role != postgres.Counsellor:
		return fault.New(fault.Forbidden, "Les offres d'un portefeuille sont réservées aux recruteurs et aux conseillers. Vous pouvez coller le texte d'une offre ici.")
	}
	return nil
}
