package offers

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
)

// Band is which forecasts are the top band, the one that counsellors are alerted
// of and that « à risque » means. Both bounds must hold; a zero one does not ask.
type Band struct {
	// Percentile is how many in a hundred similar offers are less likely to last, at
	// least. What is similar moves with the season, the place and the target;
	// a probability alone would then alert of everything or of nothing.
	Percentile  int
	Probability float64 // of exceeding 30 days, at least
}

// DefaultBand is the last fifth of similar offers: the share that the trained
// model's own band has of all offers.
var DefaultBand = Band{Percentile: 80}

// ParseBand reads « p80 », « 65% » or « p80 65% ».
func ParseBand(s string) (Band, error) {
	var b Band
	bad := fault.New(fault.Invalid, "La bande d'alerte « %.40s » n'est pas lisible : p80 (au-dessus de 80 %% des offres semblables), 65%% (probabilité), ou les deux.", s)
	for word := range strings.FieldsSeq(strings.ReplaceAll(s, " %", "%")) {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(word, "p"), "%"))
		percentile, share := strings.HasPrefix(word, "p"), strings.HasSuffix(word, "%")
		switch {
		case err != nil || n < 1 || n > 99 || percentile == share:
			return Band{}, bad
		case percentile:
			b.Percentile = n
		default:
			b.Probability = float64(n) / 100
		}
	}
	if b == (Band{}) {
		return Band{}, bad
	}
	return b, nil
}

// String says the band in French.
func (b Band) String() string {
	var parts []string
	if b.Percentile > 0 {
		parts = append(parts, fmt.Sprintf("plus exposées que %d %% des offres semblables (s'il y en a moins de %d, risque « fort » selon le modèle)", b.Percentile, leastPeers))
	}
	if b.Probability > 0 {
		parts = append(parts, fmt.Sprintf("probabilité de dépasser 30 jours d'au moins %s %%", decimal(b.Probability*100)))
	}
	return strings.Join(parts, " et ")
}

// args are the bounds as the statements take them.
func (b Band) args() (percentile int, probability *float32) {
	if b.Probability > 0 {
		p := float32(b.Probability)
		probability = &p
	}
	return b.Percentile, probability
}

const (
	// leastPeers is how many open offers a group wants before a percentile is said
	// of it: the 80th of fifty has an interval of about ±12.
	leastPeers = 50

	// Groups are measured again when they are older: after an import that may have
	// moved them, after any other. It is most of a minute's work for a million offers.
	largeImport = 1000 // offers
	soon, later = time.Minute, time.Hour
)

// afterImport is how old the groups may be once so many offers were stored.
func afterImport(stored int) time.Duration {
	if stored >= largeImport {
		return soon
	}
	return later
}

// Level measures how forecasts of similar offers are spread, unless that was
// done within age, and decides again which offers are in the top band. Alerts
// of those that enter it are raised. v needs no portfolio: groups are over all.
func (s *Store) Level(ctx context.Context, v postgres.Visitor, age time.Duration) error {
	percentile, p := s.Band.args()
	return s.db.As(ctx, v, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `set local statement_timeout = '10min'`); err != nil { // it reads every open offer
			return err
		}
		var measured bool
		err := tx.QueryRow(ctx, `select tandem_level_offers($1, $2)`, leastPeers, age).Scan(&measured)
		if err != nil || !measured {
			return err
		}
		_, err = tx.Exec(ctx, `select tandem_band_offers($1, $2)`, percentile, p)
		return err
	})
}

// compared reports whether groups of similar offers were ever measured.
func (s *Store) compared(ctx context.Context, v postgres.Visitor) (yes bool, err error) {
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select exists (select from offer_levels)`).Scan(&yes)
	})
	return yes, err
}

// Standing is how a forecast compares with those of similar open offers. The
// zero Standing means that there are not enough.
type Standing struct {
	Percentile int    `json:"percentile"` // of a hundred of them, how many are less likely to last
	Peers      int    `json:"peers"`      // how many there are
	Group      string `json:"group"`      // which, in French
}

// alikeWords say a group, by what tandem_similar calls alike.
func alikeWords(alike int, contract, domain, departement string) string {
	var parts []string
	if alike&4 != 0 {
		parts = append(parts, ContractLabel(contract))
	}
	if alike&2 != 0 {
		parts = append(parts, "domaine "+domain)
	}
	if alike&1 != 0 {
		parts = append(parts, "département "+departement)
	}
	if len(parts) == 0 {
		return "toutes les offres ouvertes"
	}
	return strings.Join(parts, ", ")
}
