// Package contest keeps what people contest of the legality rules: who made a
// rule flag some words may say that it was wrong to, and a counsellor upholds
// the flag or overrides it, with a reason. It also counts what each rule
// matched, so that its precision so far is known.
//
// It promises that a contest is about a finding the engine really makes of the
// offer given, that of the offer only the words and a few around them are kept,
// and that who contests cannot decide. Row-level security holds the last (see
// migrations/0008_contests.sql); the counts are kept by triggers there and
// outlive the contests.
//
// A flag that was overridden comes back marked as lifted wherever the same
// words stand in the same line ([Store.Lift]): a digest of them is kept, no word.
//
// It knows nothing of HTTP. What hides personal data is given to [NewStore].
package contest
