package offers

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
)

// Alert is an offer whose forecast entered the top band and that nobody handled
// since.
type Alert struct {
	Offer       string    `json:"offer"`
	Title       string    `json:"title"`
	Probability float64   `json:"probability"` // when it entered
	At          time.Time `json:"at"`
}

// Alerts are those that wait in v's agency: how many, and the newest of them, at
// most 20. Returns fault.Forbidden unless v is a counsellor of an agency.
func (s *Store) Alerts(ctx context.Context, v postgres.Visitor) (waiting int, newest []Alert, err error) {
	if err := atDesk(v); err != nil {
		return 0, nil, err
	}
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `select count(*) from offer_alerts where handled_at is null and agency = $1`, v.Agency).Scan(&waiting); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
select a.offer, o.title, a.probability::float8, a.at
from (select * from offer_alerts where handled_at is null and agency = $1 order by at desc, id desc limit 20) a join offers o on o.id = a.offer
order by a.at desc, a.id desc`, v.Agency)
		if err != nil {
			return err
		}
		newest, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Alert])
		return err
	})
	return waiting, newest, err
}

// Handle ends the alerts of these offers in v's name and returns how many were
// waiting: doing it again does nothing.
func (s *Store) Handle(ctx context.Context, v postgres.Visitor, offers ...string) (int, error) {
	if err := atDesk(v); err != nil {
		return 0, err
	}
	n := 0
	err := s.db.As(ctx, v, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, handleAlerts, offers, v.ID)
		n = int(tag.RowsAffected())
		return err
	})
	return n, err
}

const handleAlerts = `update offer_alerts set handled_at = now(), counsellor = $2 where offer = any ($1) and handled_at is null`

// atDesk tells early, in words, what row-level security would refuse.
func atDesk(v postgres.Visitor) error {
	if v.Role != postgres.Counsellor {
		return fault.New(fault.Forbidden, "Les alertes et les actions d'un portefeuille sont réservées aux conseillers.")
	}
	return hasPortfolio(v)
}

// Bell rings for counsellors whose agency's alerts changed, whichever process
// changed them. Run it once, then [Bell.Hear] as often as there are pages.
type Bell struct {
	db *postgres.DB

	mu      sync.Mutex
	waiting map[string]map[chan struct{}]struct{} // by agency
}

// NewBell returns a bell that rings while [Bell.Run] does.
func NewBell(db *postgres.DB) *Bell {
	return &Bell{db: db, waiting: map[string]map[chan struct{}]struct{}{}}
}

// Run listens to the database until ctx ends.
func (b *Bell) Run(ctx context.Context) {
	b.db.Listen(ctx, "tandem_alerts", func() { b.ring("") }, b.ring)
}

// ring wakes who waits for an agency, or everybody: what was said while the
// database was away is not known.
func (b *Bell) ring(agency string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for at, all := range b.waiting {
		if agency != "" && at != agency {
			continue
		}
		for c := range all {
			select {
			case c <- struct{}{}:
			default: // it has not looked since the last time: once is enough
			}
		}
	}
}

// Hear returns a channel that receives when the alerts of v's agency may have
// changed, several changes at once counting as one, and a function to stop it.
// It says nothing of what they are: [Store.Alerts] does, as v.
func (b *Bell) Hear(v postgres.Visitor) (rang <-chan struct{}, stop func(), err error) {
	if err := atDesk(v); err != nil {
		return nil, nil, err
	}
	c := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting[v.Agency] == nil {
		b.waiting[v.Agency] = map[chan struct{}]struct{}{}
	}
	b.waiting[v.Agency][c] = struct{}{}
	return c, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.waiting[v.Agency], c)
		if len(b.waiting[v.Agency]) == 0 {
			delete(b.waiting, v.Agency)
		}
	}, nil
}
