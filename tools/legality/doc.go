// Package legality reads a job offer and says which of its words the law does
// not allow, why, and what to write instead.
//
// # What it promises
//
// A [Verdict] is the same for the same offer. Every [Finding] points at exact
// words of the original text, names the articles it rests on, says in French
// why the mention is « susceptible d'être… » (it never accuses), shows the
// lawful exception that was considered and whether it applies, and carries the
// rewrite that can be made without a person, if there is one. S4 blocks, S3
// blocks unless justified, S2 is for a person to check; S1 is advice, kept
// apart, and never changes the status. A human decides: see Verdict.Contest.
//
// Checking is pure computation on whole numbers: no network, no clock. Time is
// about linear in the text, which is read up to [MaxText] bytes.
//
// # How it works
//
//  1. internal/fold lowers case and accents and keeps the way back to the
//     original. token.go cuts words, numbers ("trente-cinq" is 35) and breaks,
//     and reads inclusive endings ("vendeur(se)"); evasion.go undoes look-alike
//     letters, "h o m m e" and "h0mme" when that spells a word of the rules.
//  2. vocabulary.go gives each token its syms: the literals and classes of
//     words it belongs to, found in one walk of a trie, inflections included.
//     "retraité" and "retraite" are told apart where the writer uses accents.
//  3. Each pattern is an automaton over syms of at most 64 positions
//     (pattern.go compiles it, automaton.go runs it). Going over the text once,
//     a pattern is tried at the tokens it may begin with, in sentences that
//     hold every word it needs.
//  4. Scope before verdict (context.go): a match that stands in an equal
//     opportunity statement, in what is said of the public served or of the
//     products, or that an "unless" of its rule explains, is disarmed. Of two
//     readings the longer one wins: « sans photo » is harmless,
//     « candidature sans photo refusée » is not.
//     What the offer says against itself or its fields, and what is computed,
//     joins the matches here (clash.go, measure.go). Amounts that the law changes
//     are in values.txt with the day they begin.
//  5. The words around the evidence of a rule are weighed (weigh.go): what no
//     line thought of is found, for a person to check, when its surroundings are
//     those of a demand; what a line took up blocks only when they are not those
//     of an innocent. Each sentence is read as a whole too (sentence.go): which
//     rule it speaks of, and whether it rather breaks that rule than not. Both
//     opinions are added. The weights are learned (fit_test.go) and shipped.
//  6. Matches of one rule are merged, exceptions by contract, ROME, employer or
//     words applied and shown, findings ordered (check.go).
//  7. [Engine.Rewrite] puts exact rewrites in place (rewrite.go), with the
//     comma, bracket or bullet that would be left hanging, and checks again.
//
// # How to extend it
//
// A rule is one file of rules/, named after its id; no Go is needed. Its header
// says id, title, severity, basis (passages of articles.txt), why, advice, risk
// (S4 only; penalties come from the law files, never from memory), fix. Then
// come sections, one item a line:
//
//	[match] [title]          patterns; "S2 …" states a severity, "=> …" a rewrite
//	[match contract: cdd]    the same, for offers with such a contract only
//	[clash]                  "a <> b": the offer says a here and b there (clash.go)
//	[differ]                 "name: pattern with {x}": x must be the same everywhere,
//	                         "name*:" the same as in the offer's field
//	[measure]                what is computed: a wage, a language (measure.go)
//	[unless]                 readings under which the overlapping words are harmless
//	[unless sentence|field|offer]  the same, when it stands anywhere in there
//	[evidence]               words and phrases that speak of the rule's matter, asked
//	                         for or not: what stands around them is weighed
//	[exceptions]             contract:, rome:, employer:, words:, near:, in offer:,
//	                         each "condition -> S1: phrase shown"; otherwise:
//	[must match] [must not match]  at least ten of each; they are the tests
//
// The pattern language is described at type pattern. Words that several rules
// need go to lexicon/classes.txt, ways of demanding and refusing to
// lexicon/families.txt, stretches that disarm every rule to lexicon/scopes.txt,
// classes of words that the weights see instead of words to lexicon/frames.txt.
// A line with a severity of its own is more precise than the rule and caps
// overlapping matches. Raise version.txt with every change: verdicts carry it.
// A rule file with a mistake does not load, and the error names its line.
package legality
