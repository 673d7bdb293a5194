// Package migrations holds Tandem's schema: forward-only SQL files, embedded in
// the program, applied once each in the order of their numbers.
//
// [Apply] promises that a database is either at the schema of this program or
// refused with a sentence that says why: a file changed after it was applied, a
// database already migrated by a newer program, a file numbered below one that
// is applied. Each file is one transaction, so a failure leaves the schema as
// the file before it made it. Two programs that start together take turns.
//
// Extend it by adding NNNN_what.sql with the next number; numbers may have
// gaps. Never edit a file that has been released: write another. A new table
// with personal or company data needs row-level security in the same file; the
// tests of internal/postgres find every column named visitor and try to read
// across it.
package migrations
