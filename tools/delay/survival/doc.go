// Package survival fits how long things last from what little was seen of them:
// a discrete-time hazard model, additive on the logarithm of the hazard, by
// penalised maximum likelihood.
//
// # Time
//
// A subject starts on day 0. On a day it is there or gone for good; it is
// looked at on a few days only. A [Spell] says when it was first and last seen
// and when it was first missed:
//
//	Entry ≤ Last < Gone
//
// It is left-truncated at Entry (had it gone before, it would be in no file),
// interval-censored in (Last, Gone], right-censored at Last when it was never
// missed. With H the cumulated hazard, its likelihood is
//
//	exp(−H(Entry, Last)) · (1 − exp(−H(Last, Gone)))      missed on Gone
//	exp(−H(Entry, Last))                                  never missed
//
// which needs that the days of looking do not depend on the subject.
//
// # Model
//
// The hazard of the day d, from that day to the next, is
//
//	log h(d) = Day[d] + Shape[group][period(d)] + Week[weekday(d)] + Σ βx
//
// Day is smooth but where Design.Jumps allows a jump; every other coefficient
// has a normal prior. A coefficient that no spell informs stays at its prior's
// mean, with its prior's deviation: nothing else is needed for a stated prior
// to give way to data.
//
// # Promises
//
// The same spells in the same order give the same fit, bit for bit. A fit that
// did not converge is an error and not a model.
package survival
