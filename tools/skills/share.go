package skills

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
)

// Share is a person's consent that a counsellor sees their profile: the one to
// whom they give the code, until they withdraw it or Until. It shows what was
// accepted, refused and proposed, with the words of each, not the document.
type Share struct {
	Code   string    `json:"code"`
	Until  time.Time `json:"until"`
	Opened bool      `json:"opened"` // a counsellor has it; the code is of no use to another
}

// Shared is a profile that a counsellor may see.
type Shared struct {
	Share
	Entries []Entry
}

// alphabet has no letters or digits that are mistaken for one another when read
// out on the telephone.
const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// Consent makes a code, in place of an earlier one: who had that sees nothing
// any more.
func (s *Profiles) Consent(ctx context.Context, v postgres.Visitor) (Share, error) {
	code := make([]byte, 8)
	_, _ = rand.Read(code) // never fails
	for i, b := range code {
		code[i] = alphabet[int(b)%len(alphabet)]
	}
	share := Share{Code: string(code)}
	err := s.db.As(ctx, v, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "delete from profile_shares where visitor = $1", v.ID); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, "insert into profile_shares (visitor, code) values ($1, $2) returning until", v.ID, share.Code).Scan(&share.Until); err != nil {
			return err
		}
		return note(ctx, tx, v, "profile.shared")
	})
	if err != nil {
		return Share{}, fmt.Errorf("share profile: %w", err)
	}
	return share, nil
}

// Withdraw ends the consent at once; without one it does nothing.
func (s *Profiles) Withdraw(ctx context.Context, v postgres.Visitor) error {
	err := s.db.As(ctx, v, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, "delete from profile_shares where visitor = $1", v.ID)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return note(ctx, tx, v, "profile.withdrawn")
	})
	if err != nil {
		return fmt.Errorf("withdraw profile: %w", err)
	}
	return nil
}

// Consented is the person's consent, nil when there is none.
func (s *Profiles) Consented(ctx context.Context, v postgres.Visitor) (*Share, error) {
	var share Share
	err := s.db.As(ctx, v, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "select code, until, counsellor is not null from profile_shares where visitor = $1 and until > now()", v.ID).
			Scan(&share.Code, &share.Until, &share.Opened)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("consent: %w", err)
	}
	return &share, nil
}

// Open gives a counsellor the profile with this code, as dictated: spaces,
// hyphens and case do not matter. Returns fault.NotFound when no such profile is
// shared with them, and does not say why.
func (s *Profiles) Open(ctx context.Context, v postgres.Visitor, code string) error {
	code = strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(strings.ToUpper(strings.TrimSpace(code)))
	err := s.db.As(ctx, v, func(tx pgx.Tx) error {
		var whose *string
		if len(code) == 8 {
			if err := tx.QueryRow(ctx, "select tandem_open_profile($1)", strings.ToValidUTF8(strings.ReplaceAll(code, "\x00", ""), "")).Scan(&whose); err != nil {
				return err
			}
		}
		if whose == nil {
			return fault.New(fault.NotFound, "Aucun profil n'est partagé avec vous sous ce code. Faites-le relire : la personne a pu retirer son accord, ou le délai est passé.")
		}
		return note(ctx, tx, v, "profile.opened")
	})
	if err != nil {
		return fmt.Errorf("open profile: %w", err)
	}
	return nil
}

// Shared are the profiles that a counsellor may see now, the newest consent first.
func (s *Profiles) Shared(ctx context.Context, v postgres.Visitor) (list []Shared, err error) {
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		list = nil
		rows, err := tx.Query(ctx, "select visitor, code, until from profile_shares where counsellor = $1 and until > now() order by at desc limit 20", v.ID)
		if err != nil {
			return err
		}
		type owned struct {
			Visitor, Code string
			Until         time.Time
		}
		shares, err := pgx.CollectRows(rows, pgx.RowToStructByPos[owned])
		if err != nil {
			return err
		}
		for _, o := range shares {
			entries, err := load(ctx, tx, o.Visitor)
			if err != nil {
				return err
			}
			list = append(list, Shared{Share{o.Code, o.Until, true}, entries})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("shared profiles: %w", err)
	}
	return list, nil
}

// note keeps who did what, without contents.
func note(ctx context.Context, tx pgx.Tx, v postgres.Visitor, act string) error {
	_, err := tx.Exec(ctx, "insert into audit (visitor, role, act) values ($1, $2, $3)", v.ID, v.Role, act)
	return err
}
