// Package postgres is Tandem's way to its database: a pool that works as a
// role which cannot bypass row-level security, transactions as a visitor, and,
// when no database is configured, a private cluster in the data folder.
//
// [Open] finds or starts the database, migrates it and returns a [DB].
// [DB.As] runs a transaction for one visitor: the policies of migrations/ read
// who asks from it, so code above never filters by owner itself. [DB.Read] runs
// one for nobody: only the public corpora (ROME, charter, law) are visible;
// [DB.Snapshot] is the same for several statements that must agree.
// [DB.Own] runs one as the owner of the tables, to load those corpora.
//
// It promises that Open fails rather than work as a role that could read across
// visitors; that an error of the caller's comes back as it is; and that a
// database which does not answer is always a fault.Unavailable, after which the
// next transaction works as soon as the database is back. [DB.Watch] brings the
// private cluster back when it has died.
//
// With a URL the pool connects as the owner and becomes tandem_app on each
// connection; on the private cluster it connects as tandem_app, so that there
// is no other role to go back to.
//
// The private cluster listens on a unix socket only, runs as an ordinary user
// even when Tandem was started as root, and is shared by all Tandem processes
// that use the same data folder: the first starts it, the last stops it. It is
// package cluster; install.sh installs what it needs. [Lock] keeps a second
// server out of a data folder.
//
// Tests get a migrated database each from package postgrestest. A new table
// with a column visitor needs a sample row in rls_test.go, which then tries to
// read, change and forge it as somebody else.
package postgres
