package migrations

// ApplyFrom is Apply with other files.
var ApplyFrom = apply

// StatementLine is how an error without a position is placed.
var StatementLine = statementLine
