// Package postgrestest gives tests a real PostgreSQL.
//
// [New] gives a migrated, empty database of the test's own, in about 20 ms: a
// copy of a template, on one cluster that all test processes of this user
// share. The cluster is started by the first that needs it and stopped when the
// last has ended; its files stay in the temporary folder, so that the next run
// starts at once. Tests of different packages may run at the same time.
//
// [Private] gives a cluster of the test's own, to kill and start again.
//
// Without PostgreSQL or pgvector tests are skipped with the sentence that says
// what to install, and fail when CI is set: a green run there means that they ran.
package postgrestest
