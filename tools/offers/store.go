package offers

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"tandem/internal/fault"
	"tandem/internal/postgres"
	"tandem/tools/delay"
)

// Store is the offers in Postgres, each seen by whom it concerns.
type Store struct {
	db     *postgres.DB
	assess Assess
}

// NewStore returns a store that checks and forecasts what enters with assess.
func NewStore(db *postgres.DB, assess Assess) *Store { return &Store{db, assess} }

// Problem is a record that was not taken, and why, in French. Line is its line
// in the file it came from, 0 when it came from none.
type Problem struct {
	Line int    `json:"line,omitempty"`
	ID   string `json:"id,omitempty"`
	Why  string `json:"why"`
}

// Imported counts what an import did.
type Imported struct {
	Added   int       `json:"added"`
	Changed int       `json:"changed"`
	Same    int       `json:"same"`
	Refused []Problem `json:"refused"`
}

// batch is how many offers one transaction holds: long enough to be fast, short
// enough that an interrupted import keeps most of its work.
const batch = 500

// Import adds or replaces offers by id, in v's portfolio: the agency of a
// counsellor, the company of a recruiter. What their records do not say is read
// from their text; then each is assessed. Doing it again changes nothing.
// Offers that cannot be taken, or that belong to another portfolio, are listed
// and the others kept. Returns fault.Forbidden if v has no portfolio. After an
// error, what was counted is stored.
func (s *Store) Import(ctx context.Context, v postgres.Visitor, offers []Offer) (Imported, error) {
	done := Imported{Refused: []Problem{}}
	if err := hasPortfolio(v); err != nil {
		return done, err
	}
	last := map[string]int{} // of several with one id, the last
	for i, o := range offers {
		last[o.ID] = i
	}
	var taken []stored
	for i, o := range offers {
		if last[o.ID] != i {
			continue
		}
		if why := o.tidy(); why != "" {
			done.Refused = append(done.Refused, Problem{ID: cut(o.ID, 64), Why: why})
			continue
		}
		taken = append(taken, s.prepare(v, o))
	}
	// One order everywhere, so that two imports of the same offers cannot wait
	// for each other.
	slices.SortFunc(taken, func(a, b stored) int { return cmp.Compare(a.ID, b.ID) })
	for chunk := range slices.Chunk(taken, batch) {
		if err := s.upsert(ctx, v, chunk, &done); err != nil {
			return done, err
		}
	}
	return done, nil
}

// stored is a row of the table, as JSON that Postgres reads in one go.
type stored struct {
	ID          string          `json:"id"`
	Agency      string          `json:"agency"`
	Company     string          `json:"company"`
	Title       string          `json:"title"`
	Body        string          `json:"body"`
	Fields      Fields          `json:"fields"`
	ROME        string          `json:"rome,omitempty"`
	Contract    string          `json:"contract,omitempty"`
	Departement string          `json:"departement,omitempty"`
	State       string          `json:"state"`
	CreatedAt   *time.Time      `json:"created_at"`
	Verdict     json.RawMessage `json:"verdict,omitempty"`
	Blocked     bool            `json:"blocked"`
	Forecast    delay.Forecast  `json:"forecast"`
	Probability float64         `json:"probability"`
}

func (s *Store) prepare(v postgres.Visitor, o Offer) stored {
	found := s.assess(o)
	row := stored{
		ID: o.ID, Agency: o.Agency, Company: o.Company, Title: o.Title, Body: o.Body, Fields: o.Fields,
		ROME: o.Fields.ROME, Contract: o.Fields.Contract, Departement: o.Fields.Departement, State: o.State,
		Verdict: found.Verdict, Blocked: found.Blocked, Forecast: found.Forecast, Probability: found.Forecast.Probability,
	}
	// Who imports decides whose it is: a record cannot place itself in another
	// agency, nor a recruiter's in any.
	switch v.Role {
	case postgres.Counsellor:
		row.Agency = v.Agency
	case postgres.Recruiter:
		row.Agency, row.Company = "", v.Company
	}
	if !o.CreatedAt.IsZero() {
		at := o.CreatedAt.UTC().Truncate(time.Second)
		row.CreatedAt = &at
	}
	return row
}

const recordset = `jsonb_to_recordset($1::jsonb) as r(id text, agency text, company text, title text, body text, fields jsonb, rome text,
  contract text, departement text, state text, created_at timestamptz, verdict jsonb, blocked boolean, forecast jsonb, probability real)`

const insertOffers = `
insert into offers (id, agency, company, title, body, fields, rome, contract, departement, state, created_at, verdict, blocked, forecast, probability)
select id, agency, company, title, body, fields, rome, contract, departement, state, coalesce(created_at, now()), verdict, blocked, forecast, probability
from ` + recordset + `
on conflict (id) do nothing
returning id`

// An offer keeps its agency and company where the import does not say them.
const updateOffers = `
update offers o set
  agency = coalesce(nullif(r.agency, ''), o.agency), company = coalesce(nullif(r.company, ''), o.company),
  title = r.title, body = r.body, fields = r.fields, rome = r.rome, contract = r.contract, departement = r.departement, state = r.state,
  created_at = coalesce(r.created_at, o.created_at), verdict = r.verdict, blocked = r.blocked, forecast = r.forecast, probability = r.probability
from ` + recordset + `
where o.id = r.id and not (r.id = any ($2)) and
  (o.agency, o.company, o.title, o.body, o.fields, o.rome, o.contract, o.departement, o.state, o.created_at, o.verdict, o.blocked, o.forecast) is distinct from
  (coalesce(nullif(r.agency, ''), o.agency), coalesce(nullif(r.company, ''), o.company), r.title, r.body, r.fields, r.rome, r.contract, r.departement, r.state,
   coalesce(r.created_at, o.created_at), r.verdict, r.blocked, r.forecast)`

// upsert adds what is new, then changes what differs. The insert cannot be one
// statement with the update: on conflict do update fails altogether on a row
// that row-level security hides, where do nothing leaves it alone.
func (s *Store) upsert(ctx context.Context, v postgres.Visitor, rows []stored, done *Imported) error {
	data, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	var added, visible []string
	var changed int
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		var err error
		if added, err = column(ctx, tx, insertOffers, string(data)); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, updateOffers, string(data), added)
		if err != nil {
			return err
		}
		changed = int(tag.RowsAffected())
		visible, err = column(ctx, tx, `select id from offers where id = any ($1)`, ids)
		return err
	})
	if err != nil {
		return err
	}
	done.Added += len(added)
	done.Changed += changed
	done.Same += len(visible) - len(added) - changed
	for _, id := range ids {
		if !slices.Contains(visible, id) {
			done.Refused = append(done.Refused, Problem{ID: id, Why: "Ce numéro d'offre appartient à un autre portefeuille."})
		}
	}
	return nil
}

func column(ctx context.Context, tx pgx.Tx, query string, args ...any) ([]string, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if out == nil {
		out = []string{} // never null: « any (null) » is no list
	}
	return out, err
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

const (
	maxTitle = 300 // characters
	maxBody  = maxText
)

var offerID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// tidy brings an offer to the form in which it is stored and completes its
// fields from its text. It returns in French why it cannot.
func (o *Offer) tidy() (why string) {
	clean := func(s string) string {
		return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", ""))
	}
	o.Title, o.Body = clean(o.Title), clean(o.Body)
	o.Agency, o.Company = cut(clean(o.Agency), 128), cut(clean(o.Company), 128)
	switch {
	case !offerID.MatchString(o.ID):
		return "Numéro d'offre absent ou incorrect : 64 lettres, chiffres, points ou tirets au plus."
	case o.Title == "":
		return "L'offre n'a pas d'intitulé."
	case utf8.RuneCountInString(o.Title) > maxTitle:
		return "L'intitulé dépasse 300 caractères."
	case len(o.Body) > maxBody:
		return "Le texte dépasse 32 Kio."
	}
	if o.State == "" {
		o.State = Open
	}
	if o.State != Open && o.State != Closed {
		return "L'état de l'offre doit être « open » ou « closed »."
	}
	f := &o.Fields
	if c := ReadContract(f.Contract); c != "" {
		f.Contract = c
	}
	f.ROME, f.Departement = strings.ToUpper(clean(f.ROME)), Departement(f.Departement)
	if !romePrefix.MatchString(f.ROME) {
		f.ROME = ""
	}
	read := Parse(o.Title + "\n" + o.Body)
	read.Title = ""
	*f = f.Or(read)
	for _, s := range []*string{&f.Contract, &f.Occupation, &f.Sector, &f.Qualification, &f.Town, &f.EmployerType} {
		*s = cut(clean(*s), 200)
	}
	if f.Month == 0 && !o.CreatedAt.IsZero() {
		f.Month = int(o.CreatedAt.Month())
	}
	return ""
}
