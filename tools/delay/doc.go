// Package delay says how likely it is that an offer takes more than 30 days,
// how sure that is, and why.
//
// # What is predicted
//
// Two things that are published apart and must never be mixed; every [Forecast]
// names its [Target]:
//
//   - [Filled], the time to fill an offer of one month or more, as the yearly
//     Pôle emploi surveys measure it. About 60 in a hundred exceed 30 days.
//   - [Online], the time an offer stays online, as captures of the site show it.
//     About 15 in a hundred exceed 30 days: an offer also goes when it is
//     withdrawn, or expires.
//
// A [Model] forecasts one of them; [Model.For] gives the same model on the other.
//
// # Filled, until there is a history that says so
//
// [Default] learned nothing of it: it restates published figures as a prior, and
// says so (Support is 0). It is a Weibull survival curve of shape 0.7 whose
// level, in log-odds at 30 days, is a base rate plus one term a known fact:
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
// # Online, and whatever a history teaches
//
// [Train] fits a hazard by day (package survival) to a [History]: offers first
// seen late, closed between two looks, or still open. Each factor of the surveys
// has one coefficient, how much of it goes over to the target, whose prior is
// half; one that no offer of the history informs stays there and reads « a
// priori ». Métier, domain and grand domaine have their own, shrunk. [Trained] is
// the file of what was learned: figures, no row.
//
// Settings are chosen in the order of time; figures are measured on offers kept
// apart by their number, each judged at its age when first seen ([Model.Evaluate]).
// CARD.md is the card of the shipped model.
//
// # What must not be learned
//
// Being captured tells how long an offer lived. No date, number of captures or
// last sight is an input; what is unknown adds nothing, so that a field cannot
// tell by being empty; and a field that began to be collected on some day is
// unknown for all offers first seen before ([Hidden]). In the captures shipped
// from, experience is filled for exactly the offers still online on 3 August:
// whether it is filled, and the age, give an AUC of .86 (TestLeak) that no offer
// of tomorrow would honour.
//
// # What it promises
//
// Contributions add up to the log-odds to 1e-9, the curve, the median and the
// levers come from the same model. Neither who employs nor who applies can reach
// it: [Offer] has no such field, a history's other columns are not read, and
// tests keep it so. Contract type is never a lever: making a post precarious is
// no advice. Below a support of 100 offers the answer is « Données
// insuffisantes » and no figure. The same history gives the same model, byte for
// byte.
//
// # How to extend it
//
// A new factor is one entry of axes (factors.go) reading one field of [Offer];
// its figures go to figures.go with their source. A history may have a column
// for it: name it in history.go. Then train again:
//
//	tandem delay train captures.csv.gz --out tools/delay/online.json --card tools/delay/CARD.md
package delay
