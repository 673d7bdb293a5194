package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"tandem/internal/postgres"
	"tandem/internal/postgres/postgrestest"
)

// samples make one row of each table that has a column visitor, in the
// conversation $2 of the visitor $1. A new table must add its own here: the test
// below finds it in the catalogue and fails without.
var samples = map[string]string{
	"conversations":  `insert into conversations (visitor, id, role) values ($1, $2, 'seeker')`,
	"runs":           `insert into runs (visitor, conversation, id, node, digest, state) values ($1, $2, 'run of ' || $1, 'n', '', 'running')`,
	"events":         `insert into events (visitor, conversation, seq, run, payload) values ($1, $2, (random() * 1e9)::int, 'r', '{}')`,
	"messages":       `insert into messages (visitor, conversation, run, role, content) values ($1, $2, 'r', 'human', '{}')`,
	"handoffs":       `insert into handoffs (visitor, conversation, id, role, reason) values ($1, $2, gen_random_uuid(), 'seeker', '')`,
	"feedback":       `insert into feedback (visitor, conversation, message, score) values ($1, $2, gen_random_uuid(), 1)`,
	"documents":      `insert into documents (visitor, id, name, kind, text, pages) values ($1, coalesce($2, '') || gen_random_uuid(), '', '', '', '[]')`,
	"profile_items":  `insert into profile_items (visitor, code, kind, label, status, origin, rome_version) values ($1, coalesce($2, '') || gen_random_uuid(), 'savoir', '', 'accepted', 'person', '1')`,
	"profile_shares": `insert into profile_shares (visitor, code) values ($1, translate(upper(substr(md5(random()::text || coalesce($2, '')), 1, 8)), '01', 'XY'))`,
	"contests":       `insert into contests (visitor, id, role, rule, title, severity, version, field, lead, words, rest) values ($1, coalesce($2, '') || gen_random_uuid(), 'seeker', 'R', '', 'S4', '1', 'text', '', gen_random_uuid(), '')`,
	"audit":          `insert into audit (visitor, role, act, object) values ($1, 'seeker', 'x', $2)`,
}

var (
	alice = postgres.Visitor{ID: "alice", Role: postgres.Seeker, Agency: "a", Company: "c"}
	bob   = postgres.Visitor{ID: "bob", Role: postgres.Seeker, Agency: "a", Company: "c"}
)

// visitorTables are the tables with a column visitor, those that others hang on first.
func visitorTables(t *testing.T, db *postgres.DB) []string {
	t.Helper()
	var tables []string
	err := db.Own(t.Context(), func(tx pgx.Tx) error {
		rows, err := tx.Query(t.Context(), `
			select c.table_name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
			where c.column_name = 'visitor' and t.table_type = 'BASE TABLE' and c.table_schema = 'public'
			order by c.table_name <> 'conversations', c.table_name`)
		if err != nil {
			return err
		}
		tables, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range samples {
		if !slices.Contains(tables, name) {
			t.Errorf("the sample for %s is of no table: discovery is broken, or remove it", name)
		}
	}
	return tables
}

// as runs one statement as a visitor and returns the rows it touched, with the
// code of Postgres when it was refused.
func as(t *testing.T, db *postgres.DB, v postgres.Visitor, sql string, args ...any) (rows int64, refused string) {
	t.Helper()
	err := db.As(t.Context(), v, func(tx pgx.Tx) error {
		tag, err := tx.Exec(t.Context(), sql, args...)
		rows = tag.RowsAffected()
		return err
	})
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return 0, pg.Code
	}
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return rows, ""
}

const (
	denied     = "42501" // insufficient privilege, and a row that a policy refuses
	noSuchTalk = "23503" // foreign key
)

func TestNoVisitorReachesAnother(t *testing.T) {
	db := postgrestest.New(t)
	tables := visitorTables(t, db)
	for _, v := range []postgres.Visitor{alice, bob} {
		for _, table := range tables {
			if samples[table] == "" {
				t.Fatalf("table %s has a column visitor and no sample in this test: add one, and row-level security in its migration", table)
			}
			if rows, code := as(t, db, v, samples[table], v.ID, "of "+v.ID); rows != 1 {
				t.Fatalf("%s cannot write to %s: %s", v.ID, table, code)
			}
		}
	}
	for _, table := range tables {
		for _, role := range postgres.Roles {
			t.Run(table+"/"+string(role), func(t *testing.T) {
				other := bob
				other.Role = role
				desk := (table == "handoffs" || table == "contests") && role == postgres.Counsellor // sees who waits: TestHandoffs, TestContests
				for _, sql := range []string{
					"select from %s where visitor = 'alice'",
					"update %s set %s where visitor = 'alice'",
					"delete from %s where visitor = 'alice'",
					// Without naming her, as a mistake in a query would.
					"select from %s where visitor <> 'bob'",
					"delete from %s where visitor <> 'bob'",
				} {
					if desk && !strings.HasPrefix(sql, "delete") {
						continue
					}
					set := "visitor = visitor"
					if table == "handoffs" || table == "contests" {
						set = "state = state" // the only kind of column that may change
					}
					if strings.HasPrefix(sql, "update") {
						sql = fmt.Sprintf(sql, table, set)
					} else {
						sql = fmt.Sprintf(sql, table)
					}
					if rows, code := as(t, db, other, sql); rows != 0 || code != "" && code != denied {
						t.Errorf("%s: %d rows, %q", sql, rows, code)
					}
				}
				if rows, code := as(t, db, other, samples[table], "alice", "of alice"); rows != 0 || code != denied {
					t.Errorf("a row in her name: %d rows, %q", rows, code)
				}
				err := db.Read(t.Context(), func(tx pgx.Tx) error {
					tag, err := tx.Exec(t.Context(), "select from "+table)
					if tag.RowsAffected() != 0 {
						t.Errorf("nobody sees %d rows", tag.RowsAffected())
					}
					return err
				})
				if pg, ok := errors.AsType[*pgconn.PgError](err); err != nil && (!ok || pg.Code != denied) {
					t.Error(err)
				}
			})
		}
		// And the rows are there, so that the above means something.
		if table != "audit" { // which nobody reads
			if rows, code := as(t, db, alice, "select from "+table); rows != 1 {
				t.Errorf("%s: alice sees %d rows of her own, %s", table, rows, code)
			}
		}
	}
}

func TestNobodyWritesIntoAnothersConversation(t *testing.T) {
	db := postgrestest.New(t)
	for _, v := range []postgres.Visitor{alice, bob} {
		as(t, db, v, samples["conversations"], v.ID, "of "+v.ID)
	}
	var tables []string
	err := db.Own(t.Context(), func(tx pgx.Tx) error {
		rows, err := tx.Query(t.Context(), `select table_name from information_schema.columns where table_schema = 'public' and column_name = 'conversation'`)
		if err != nil {
			return err
		}
		tables, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil || len(tables) < 5 {
		t.Fatal(tables, err)
	}
	for _, table := range tables {
		_, hers := as(t, db, bob, samples[table], "bob", "of alice")
		_, none := as(t, db, bob, samples[table], "bob", "of nobody")
		if hers != noSuchTalk || none != hers {
			t.Errorf("%s: bob's row in alice's conversation: %q; in none: %q; want %s, and no way to tell them apart", table, hers, none, noSuchTalk)
		}
		if rows, code := as(t, db, bob, samples[table], "bob", "of bob"); rows != 1 {
			t.Errorf("%s: bob's row in his own conversation: %s", table, code)
		}
		if rows, code := as(t, db, bob, "update "+table+" set conversation = 'of alice'"); rows != 0 || code == "" {
			t.Errorf("%s: bob moved %d rows into alice's conversation", table, rows)
		}
	}
	// Erasing a conversation takes all of it along.
	as(t, db, bob, "delete from conversations")
	for _, table := range tables {
		if rows, _ := as(t, db, bob, "select from "+table); rows != 0 {
			t.Errorf("%s keeps %d rows of an erased conversation", table, rows)
		}
	}
}

func TestHandoffs(t *testing.T) {
	db := postgrestest.New(t)
	as(t, db, alice, samples["conversations"], "alice", "of alice")
	first := postgres.Visitor{ID: "first", Role: postgres.Counsellor, Agency: "a"}
	second := postgres.Visitor{ID: "second", Role: postgres.Counsellor, Agency: "a"}
	recruiter := postgres.Visitor{ID: "first", Role: postgres.Recruiter, Company: "c"}

	const (
		take  = "select from tandem_desk_take('t', 'Dominique', array['{}']::jsonb[]) as last where last > 0"
		say   = "select from tandem_desk_say('t', 'm', array['{\"messageId\": \"m\"}']::jsonb[]) as last where last > 0"
		end   = "select from tandem_desk_end('t', array['{}']::jsonb[]) as last where last > 0"
		agree = "select tandem_consent('t', 'perdue', 'résumé') from handoffs where id = 't'"
		told  = "select from handoffs where consent and summary = 'résumé'"
	)
	as(t, db, alice, "insert into handoffs (visitor, conversation, id, role, reason) values ('alice', 'of alice', 't', 'seeker', '')")
	as(t, db, alice, "update conversations set last_seq = 7")
	as(t, db, alice, "insert into events (visitor, conversation, seq, run, payload) values ('alice', 'of alice', 7, 'r', '{}')")
	for _, step := range []struct {
		what string
		who  postgres.Visitor
		sql  string
		rows int64
		code string
	}{
		{"a counsellor sees who waits", first, "select from handoffs", 1, ""},
		{"a recruiter does not", recruiter, "select from handoffs", 0, ""},
		{"nor the counsellor the conversation with it", first, "select from conversations", 0, ""},
		{"nor what was said in it", first, "select from events", 0, ""},
		{"what was asked does not change", first, "update handoffs set reason = 'x'", 0, denied},
		{"nobody takes it without the function", first, "update handoffs set state = 'accepted', counsellor = 'first'", 0, ""},
		{"nor speaks before it is taken", first, say, 0, ""},
		{"nor agrees for her", first, agree, 1, ""},
		{"which changes nothing", first, told, 0, ""},
		{"a recruiter does not take it", recruiter, take, 0, ""},
		{"a counsellor takes it", first, take, 1, ""},
		{"another does not take it away", second, take, 0, ""},
		{"nor sees it any more", second, "select from handoffs", 0, ""},
		{"nor speaks in it", second, say, 0, ""},
		{"nor ends it", second, end, 0, ""},
		{"nor reads it", second, "select from events", 0, ""},
		{"the one who has it speaks", first, say, 1, ""},
		{"once for each message", first, say, 0, ""},
		{"without consent they read what came since", first, "select from events", 2, ""},
		{"not under another role", recruiter, "select from events", 0, ""},
		{"who was told nothing is told nothing later", alice, agree, 1, ""},
		{"for somebody is there already", first, told, 0, ""},
		{"they neither write", first, "insert into events (visitor, conversation, seq, run, payload) values ('alice', 'of alice', 99, '', '{}')", 0, denied},
		{"nor erase", first, "delete from events", 0, ""},
		{"the assistant is silent", alice, "select from conversations where human", 1, ""},
		{"the one who has it ends it", first, end, 1, ""},
		{"and reads no more", first, "select from events", 0, ""},
		{"nor speaks", first, say, 0, ""},
		{"the assistant answers again", alice, "select from conversations where not human", 1, ""},
		{"everything is hers", alice, "select from events", 4, ""},
		{"counsellors do not erase it", first, "delete from handoffs", 0, ""},
		{"its visitor does", alice, "delete from handoffs", 1, ""},
	} {
		if rows, code := as(t, db, step.who, step.sql); rows != step.rows || code != step.code {
			t.Errorf("%s: %d rows, %q; want %d, %q", step.what, rows, code, step.rows, step.code)
		}
	}

	// With consent, given before anybody came, all of it is read.
	as(t, db, alice, "insert into handoffs (visitor, conversation, id, role, reason) values ('alice', 'of alice', 't', 'seeker', '')")
	as(t, db, bob, agree)
	if rows, _ := as(t, db, first, told); rows != 0 {
		t.Error("bob agreed for alice")
	}
	as(t, db, alice, agree)
	if rows, _ := as(t, db, first, told); rows != 1 {
		t.Error("what she agreed to pass on is not there")
	}
	as(t, db, second, take)
	if rows, _ := as(t, db, second, "select from events where seq = 7"); rows != 1 {
		t.Error("with her consent the counsellor does not read from the beginning")
	}
	as(t, db, alice, "delete from conversations")
	if rows, _ := as(t, db, second, "select from events"); rows != 0 {
		t.Error("an erased conversation is still read")
	}
}

func TestContests(t *testing.T) {
	db := postgrestest.New(t)
	as(t, db, alice, samples["contests"], "alice", "")
	first := postgres.Visitor{ID: "first", Role: postgres.Counsellor, Agency: "a"}
	second := postgres.Visitor{ID: "second", Role: postgres.Counsellor, Agency: "a"}
	recruiter := postgres.Visitor{ID: "first", Role: postgres.Recruiter, Company: "c"}

	const decide = "update contests set state = 'overridden', answer = 'x', counsellor = $1"
	for _, step := range []struct {
		what string
		who  postgres.Visitor
		sql  string
		args []any
		rows int64
		code string
	}{
		{"a counsellor sees what waits", first, "select from contests", nil, 1, ""},
		{"a recruiter does not", recruiter, "select from contests", nil, 0, ""},
		{"who contests does not decide", alice, decide, []any{"alice"}, 0, ""},
		{"nor makes one that is decided", alice, `insert into contests (visitor, id, role, rule, title, severity, version, field, lead, words, rest, state, counsellor, answer)
			values ($1, 'x', 'seeker', 'R', '', 'S4', '1', 'text', '', '', '', 'overridden', $1, 'x')`, []any{"alice"}, 0, denied},
		{"not in another's name", first, decide, []any{"second"}, 0, denied},
		{"what was said does not change", first, "update contests set words = 'x'", nil, 0, denied},
		{"a counsellor decides", first, decide, []any{"first"}, 1, ""},
		{"once", first, "update contests set answer = 'y'", nil, 0, ""},
		{"for all", second, decide, []any{"second"}, 0, ""},
		{"and does not erase it", first, "delete from contests", nil, 0, ""},
		{"its visitor does", alice, "delete from contests", nil, 1, ""},
		{"the count stays", first, "select from rule_figures where contests = 1 and overridden = 1 and upheld = 0", nil, 1, ""},
		{"for counsellors", recruiter, "select from rule_figures", nil, 0, ""},
		{"who do not write it", first, "update rule_figures set overridden = 0", nil, 0, denied},
		{"what is lifted is asked, not read", first, "select from lifted", nil, 0, denied},
		{"nor written", first, "insert into lifted values (repeat('0', 64), 'x', now())", nil, 0, denied},
	} {
		if rows, code := as(t, db, step.who, step.sql, step.args...); rows != step.rows || code != step.code {
			t.Errorf("%s: %d rows, %q; want %d, %q", step.what, rows, code, step.rows, step.code)
		}
	}
}

func TestProfilesAreSharedByConsent(t *testing.T) {
	db := postgrestest.New(t)
	for _, v := range []postgres.Visitor{alice, bob} {
		as(t, db, v, samples["profile_items"], v.ID, "")
	}
	first := postgres.Visitor{ID: "first", Role: postgres.Counsellor, Agency: "a"}
	second := postgres.Visitor{ID: "second", Role: postgres.Counsellor, Agency: "a"}
	seeker := postgres.Visitor{ID: "first", Role: postgres.Seeker, Agency: "a"}
	const (
		all  = "select from profile_items"
		open = "select from tandem_open_profile('ABCDEFGH') as whose where whose is not null"
		give = "insert into profile_shares (visitor, code) values ('alice', 'ABCDEFGH')"
	)
	for _, step := range []struct {
		what string
		who  postgres.Visitor
		sql  string
		rows int64
		code string
	}{
		{"nothing without consent", first, all, 0, ""},
		{"nor by a code that is of nothing", first, open, 0, ""},
		{"a counsellor cannot consent for her", first, give, 0, denied},
		{"nor she name the counsellor", alice, "insert into profile_shares (visitor, code, counsellor) values ('alice', 'ABCDEFGH', 'first')", 0, denied},
		{"nor for longer", alice, "insert into profile_shares (visitor, code, until) values ('alice', 'ABCDEFGH', 'infinity')", 0, denied},
		{"she consents", alice, give, 1, ""},
		{"which shows nothing to who has no code", first, all, 0, ""},
		{"nor that she did", first, "select from profile_shares", 0, ""},
		{"the code is for counsellors", seeker, open, 0, ""},
		{"who opens it", first, open, 1, ""},
		{"and sees hers alone", first, all, 1, ""},
		{"and that it is shared", first, "select from profile_shares", 1, ""},
		{"not under another role", seeker, all, 0, ""},
		{"nor does another with the same code", second, open, 0, ""},
		{"nothing", second, all, 0, ""},
		{"who sees it does not change it", first, "update profile_items set status = 'refused'", 0, ""},
		{"nor erases it", first, "delete from profile_items", 0, ""},
		{"nor the consent", first, "delete from profile_shares", 0, ""},
		{"nor gives it away", first, "update profile_shares set counsellor = 'second'", 0, denied},
		{"she withdraws", alice, "delete from profile_shares", 1, ""},
		{"at once", first, all, 0, ""},
		{"for good", first, open, 0, ""},
		{"she consents again", alice, give, 1, ""},
		{"it is opened again", first, open, 1, ""},
	} {
		if rows, code := as(t, db, step.who, step.sql); rows != step.rows || code != step.code {
			t.Errorf("%s: %d rows, %q; want %d, %q", step.what, rows, code, step.rows, step.code)
		}
	}
	owned(t, db, "update profile_shares set until = now() - interval '1 second'")
	if rows, _ := as(t, db, first, all); rows != 0 {
		t.Errorf("%d items seen after the time was over", rows)
	}
	if rows, _ := as(t, db, first, open); rows != 0 {
		t.Error("opened after the time was over")
	}
}

func TestOffersByCompanyAndAgency(t *testing.T) {
	db := postgrestest.New(t)
	const insert = "insert into offers (id, company, agency, title, body) values ($1, $2, $3, '', '')"
	err := db.Own(t.Context(), func(tx pgx.Tx) error {
		for _, o := range [][3]string{{"1", "Menuiserie Belin", "Nantes"}, {"2", "Menuiserie Belin", "Rezé"}, {"3", "Crêperie du Port", "Nantes"}, {"4", "", ""}} {
			if _, err := tx.Exec(t.Context(), insert, o[0], o[1], o[2]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		who  postgres.Visitor
		sees string
	}{
		{postgres.Visitor{ID: "r", Role: postgres.Recruiter, Company: "Menuiserie Belin", Agency: "Nantes"}, "1 2"},
		{postgres.Visitor{ID: "r", Role: postgres.Recruiter, Company: "Crêperie du Port"}, "3"},
		{postgres.Visitor{ID: "r", Role: postgres.Recruiter}, ""}, // not the offers of nobody
		{postgres.Visitor{ID: "c", Role: postgres.Counsellor, Agency: "Nantes", Company: "Menuiserie Belin"}, "1 3"},
		{postgres.Visitor{ID: "c", Role: postgres.Counsellor}, ""},
		{postgres.Visitor{ID: "s", Role: postgres.Seeker, Agency: "Nantes", Company: "Menuiserie Belin"}, ""},
	} {
		var sees string
		err := db.As(t.Context(), test.who, func(tx pgx.Tx) error {
			return tx.QueryRow(t.Context(), "select coalesce(string_agg(id, ' ' order by id), '') from offers").Scan(&sees)
		})
		if err != nil || sees != test.sees {
			t.Errorf("%+v sees %q (%v), want %q", test.who, sees, err, test.sees)
		}
		n := int64(len(strings.Fields(test.sees)))
		if rows, code := as(t, db, test.who, "update offers set title = 'x'"); rows != n {
			t.Errorf("%+v changed %d offers (%s), want %d", test.who, rows, code, n)
		}
		if _, code := as(t, db, test.who, insert, "new", "Autre", "Ailleurs"); code != denied {
			t.Errorf("%+v wrote an offer of others: %q", test.who, code)
		}
		if n > 0 {
			if _, code := as(t, db, test.who, "update offers set company = 'Autre', agency = 'Ailleurs'"); code != denied {
				t.Errorf("%+v gave offers away: %q", test.who, code)
			}
		}
	}
}

// What the application may write is guarded, and what runs as the owner on its
// behalf cannot be led astray. Both would otherwise be silent.
func TestSchemaRules(t *testing.T) {
	db := postgrestest.New(t)
	for rule, sql := range map[string]string{
		"written by the application without row-level security": `
			select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relrowsecurity
			and (has_table_privilege('tandem_app', oid, 'insert, update, delete, truncate') or has_any_column_privilege('tandem_app', oid, 'insert, update'))`,
		"read by the application without row-level security, with a column that says whose": `
			select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') and not relrowsecurity
			and has_any_column_privilege('tandem_app', oid, 'select')
			and exists (select from pg_attribute where attrelid = pg_class.oid and attname in ('visitor', 'company', 'agency', 'conversation'))`,
		"runs as the owner without a fixed search_path, or for everyone": `
			select proname from pg_proc p where pronamespace = 'public'::regnamespace and prosecdef
			and (not coalesce(array_to_string(proconfig, ' '), '') like '%search_path=%' or has_function_privilege('public', p.oid, 'execute'))`,
		"foreign key without an index to find its rows by": `
			select conrelid::regclass || '.' || conname from pg_constraint c where contype = 'f' and connamespace = 'public'::regnamespace
			and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = any (c.conkey) and i.indpred is null)`,
	} {
		err := db.Own(t.Context(), func(tx pgx.Tx) error {
			rows, err := tx.Query(t.Context(), sql)
			if err != nil {
				return err
			}
			names, err := pgx.CollectRows(rows, pgx.RowTo[string])
			for _, name := range names {
				t.Errorf("%s: %s", name, rule)
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", rule, err)
		}
	}
}

// Alerts are the database's to raise and the agency's to handle, once; actions
// the agency's. Recruiters, other agencies and nobody's counsellors see neither.
func TestAlertsAndActions(t *testing.T) {
	db := postgrestest.New(t)
	ours := postgres.Visitor{ID: "c", Role: postgres.Counsellor, Agency: "44A"}
	colleague := postgres.Visitor{ID: "c2", Role: postgres.Counsellor, Agency: "44A"}
	const offer = "insert into offers (id, agency, company, title, body, high, probability) values ($1, $2, 'acme', '', '', true, 0.9)"
	const act = "insert into offer_actions (id, offer, agency, kind, done_on, counsellor) values ($1, $2, $3, 'call', current_date, $4)"
	if rows, code := as(t, db, ours, offer, "A", "44A"); rows != 1 {
		t.Fatal(code)
	}
	if rows, code := as(t, db, ours, act, "a1", "A", "44A", "c"); rows != 1 {
		t.Fatal(code)
	}
	for _, who := range []postgres.Visitor{
		{ID: "r", Role: postgres.Recruiter, Company: "acme"},
		{ID: "r", Role: postgres.Recruiter, Company: "acme", Agency: "44A"},
		{ID: "c3", Role: postgres.Counsellor, Agency: "44B", Company: "acme"},
		{ID: "c4", Role: postgres.Counsellor},
		{ID: "s", Role: postgres.Seeker, Agency: "44A", Company: "acme"},
	} {
		for _, sql := range []string{"select from offer_alerts", "select from offer_actions",
			"update offer_alerts set handled_at = now(), counsellor = '" + who.ID + "'", "update offer_actions set outcome = 'filled'"} {
			if rows, code := as(t, db, who, sql); rows != 0 || code != "" {
				t.Errorf("%+v: %s: %d rows, %q", who, sql, rows, code)
			}
		}
		for _, agency := range []string{"44A", who.Agency} { // for the offer of another, in its name or in one's own
			if rows, code := as(t, db, who, act, "x", "A", agency, who.ID); rows != 0 || code != denied {
				t.Errorf("%+v acted for %q: %d rows, %q", who, agency, rows, code)
			}
		}
	}
	for _, c := range []struct {
		who  postgres.Visitor
		sql  string
		rows int64
		code string
	}{
		{ours, "insert into offer_alerts (offer, agency, probability) values ('A', '44A', 1)", 0, denied},
		{ours, "update offer_alerts set probability = 0", 0, denied},
		{ours, "delete from offer_alerts", 0, denied},
		{ours, "delete from offer_actions", 0, denied},
		{ours, "update offer_actions set kind = 'pay'", 0, denied},
		{ours, "update offer_alerts set handled_at = now(), counsellor = 'c2'", 0, denied}, // in another's name
		{ours, "update offer_alerts set handled_at = null", 0, denied},
		{colleague, "update offer_alerts set handled_at = now(), counsellor = 'c2'", 1, ""},
		{ours, "update offer_alerts set handled_at = now(), counsellor = 'c'", 0, ""}, // it was handled
		{colleague, "update offer_actions set outcome = 'filled'", 1, ""},
	} {
		if rows, code := as(t, db, c.who, c.sql); rows != c.rows || code != c.code {
			t.Errorf("%s: %s: %d rows, %q; want %d, %q", c.who.ID, c.sql, rows, code, c.rows, c.code)
		}
	}
	if rows, code := as(t, db, ours, act, "a2", "A", "44A", "c2"); rows != 0 || code != denied {
		t.Errorf("an action in another's name: %d rows, %q", rows, code)
	}
	// Groups are figures of all; nobody writes them by hand.
	if _, code := as(t, db, ours, "delete from offer_levels"); code != denied {
		t.Errorf("levels: %q", code)
	}
}
