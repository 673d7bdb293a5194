package offers

import (
	"context"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
)

// ImportWhole imports a source that lists the whole of v's portfolio: after
// [Store.ImportFrom], offers that are open there and that source does not name are
// closed, and counted. A later import that names one opens it again.
//
// Nothing is closed unless source was read to its end, had an offer that was
// taken, and no record whose number could not be read: what an error hides may
// be there. A record that was refused and has its number is there.
func (s *Store) ImportWhole(ctx context.Context, v postgres.Visitor, source Source, progress func(Imported)) (Imported, error) {
	var there []string
	nameless := 0
	name := func(id string) {
		if there = append(there, id); !offerID.MatchString(id) {
			nameless++
		}
	}
	done, err := s.ImportFrom(ctx, v, func(each func(Offer) error, bad func(Problem)) error {
		return source(func(o Offer) error {
			name(o.ID)
			return each(o)
		}, func(p Problem) {
			name(p.ID)
			bad(p)
		})
	}, progress)
	if err != nil {
		return done, err
	}
	if nameless > 0 {
		return done, fault.New(fault.Invalid, "Aucune offre n'a été close : le numéro de %d enregistrement(s) est illisible, et ce sont peut-être des offres encore ouvertes. Corrigez le fichier et recommencez.", nameless)
	}
	if done.Added+done.Changed+done.Same == 0 {
		return done, fault.New(fault.Invalid, "Aucune offre n'a été close : ce fichier n'en contient aucune de votre portefeuille. Est-ce le bon ?")
	}
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		mine, whose := portfolioOf(v)
		tag, err := tx.Exec(ctx, `
update offers o set state = 'closed'
where `+mine+` and state = 'open' and not exists (select from unnest($2::text[]) as there (id) where there.id = o.id)`, whose, there)
		if err != nil {
			return err
		}
		done.Closed = int(tag.RowsAffected())
		_, err = tx.Exec(ctx, `insert into offer_lists (agency, company) values ($1, $2)`, v.Agency, v.Company)
		return err
	})
	return done, err
}
