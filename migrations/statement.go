package migrations

import (
	"regexp"
	"strings"
)

var dollarTag = regexp.MustCompile(`^\$([A-Za-z_][A-Za-z0-9_]*)?\$`)

// statementLine is the line on which the n-th statement (from 0) of sql begins.
// Postgres gives no position for an error that is not one of syntax, such as a
// table that exists already. It serves the error message only: what runs is
// the file as it is.
func statementLine(sql string, n int) int {
	start := -1 // where the current statement begins; -1 before its first character
	for i := 0; i < len(sql); {
		end := skip(sql, i)
		switch {
		case isComment(sql[i:]) || strings.IndexByte(" \t\r\n", sql[i]) >= 0:
		case sql[i] == ';':
			if start >= 0 { // an empty statement gives no result
				if n == 0 {
					return line(sql, start)
				}
				n, start = n-1, -1
			}
		case start < 0:
			start = i
		}
		i = end
	}
	return line(sql, max(start, 0))
}

func line(sql string, at int) int { return 1 + strings.Count(sql[:at], "\n") }

func isComment(s string) bool { return strings.HasPrefix(s, "--") || strings.HasPrefix(s, "/*") }

// skip is the index after the token at i: a quoted string, a comment, a dollar
// quoted body, or one byte of anything else.
func skip(sql string, i int) int {
	rest := sql[i:]
	after := func(open int, close string) int {
		if at := strings.Index(rest[open:], close); at >= 0 {
			return i + open + at + len(close)
		}
		return len(sql)
	}
	switch {
	case rest[0] == '\'', rest[0] == '"':
		return after(1, rest[:1]) // a doubled quote is two strings side by side
	case strings.HasPrefix(rest, "--"):
		return after(2, "\n")
	case strings.HasPrefix(rest, "/*"):
		return after(2, "*/")
	case rest[0] == '$':
		if tag := dollarTag.FindString(rest); tag != "" {
			return after(len(tag), tag)
		}
	}
	return i + 1
}
