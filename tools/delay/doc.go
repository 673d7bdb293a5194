// Package delay says how likely it is that an offer takes more than 30 days to
// fill, how sure that is, and why.
//
// # What is predicted
//
// The target is that of the yearly Pôle emploi survey of filled offers of one
// month or more: the time to fill them. It is named in every [Forecast],
// because another published quantity, the share of offers still online after
// 30 days, is about three times lower and must never be mixed with it: an offer
// that is gone is not an offer that was filled.
//
// # How
//
// [Default] learned nothing from a history of offers: it restates published
// figures as a prior, and says so (Support is 0). It is a Weibull survival curve
// of shape 0.7 whose level, in log-odds at 30 days, is a base rate plus one term
// a known fact:
//
//	logit P(T > 30) = logit P0 + Σ terms
//
// A term that has a published median m next to a median a of all offers of the
// same survey is the log-odds of exp(−ln2·(30/m')^0.7), with m' the base median
// scaled by m/a, less that of the base. Published medians are marginal and
// overlap (one post is permanent, skilled and in construction at once), so every
// term is shrunk. A fact of known sign but unpublished size has a stated size
// and its source reads « a priori ».
//
// # What it promises
//
// Contributions add up to the probability to 1e-9. The whole curve, the median
// and the levers come from the same model. Neither who employs nor who applies
// can reach it: [Offer] has no such field, and a test keeps it so. Contract type
// is a contribution and never a lever: making a post precarious is no advice.
//
// # How to extend it
//
// A new factor is one entry of axes (factors.go) reading one field of [Offer];
// its figures go to figures.go with their source. A model trained on a history
// has the same shape: a base, terms, a curve.
package delay
