// Package skills reads a CV, or what a person says of their work, and proposes
// ROME 4.0 occupations and skills, each beside the words that show it; and it
// keeps what the person decided about them.
//
// # The engine
//
// [New] turns a [Lexicon] (all of ROME, or an extract) into an [Engine];
// [Engine.Analyse] is a pure function of the text, safe for concurrent use:
//
//  1. layout.go cuts the text into lines, sections and clauses, and hides what
//     must not count: names, addresses, birth, nationality, family, health,
//     employers' names; what is denied, wished for or someone else's.
//  2. mentions.go finds job titles where people write them (heads of lines, after
//     « comme », « poste de ») and ranks them by place and dates.
//  3. match.go compares each clause with every label of ROME by the stems they
//     share, weighted by rarity, and with what people say for them who do not know
//     it; meaning.go compares what both mean, by word vectors, and finds the labels
//     of the found occupations that share no word; phrases.go knows what CVs say;
//     licences.go reads CACES and driving licences; attitudes.go finds
//     savoir-être, only as stated.
//  4. rank.go lets the found occupations, and those that ROME's mobilities put
//     near them, weigh the ambiguous matches, and ranks the readings of each
//     piece of evidence; forest.go turns what is known of a match (features.go)
//     into a first confidence, by trees fitted on texts.
//  5. weigh.go then compares the labels of the text with each other: which say
//     nearly the same, which share evidence or a clause, how much of a métier is
//     shown, how much of a label the words at hand tell from its neighbours
//     (cover.go), how the labels back each other through the métiers that use them
//     (kinship.go), which of them the parts of sentences mean most (pieces.go), what is
//     known of it from the texts to tune on and of the words that show it (known.go). A
//     second forest turns that into the confidence that people see. What nobody says
//     was done (a pastime, the mere words of a job title) is never shown at once.
//
// It promises: no proposal without evidence, and each evidence span is exactly
// bytes of the text given; protected data changes nothing; time linear in the
// text, of which no more than [MaxText] bytes are read; same text, same answer.
// It does not infer levels, gaps or personality, and it knows no employers.
//
// To extend it, add lines to words/*.txt (families of forms, near-synonyms,
// abbreviations, titles, activities, phrases, statements of savoir-être): each file says
// at its top what a line means; retrieval/rome/said.tsv is read too. Then fit the
// confidence anew (fit_test.go), which also says what it is worth on texts of
// authors that it was not fitted on: that is what to look at, as the files that it
// was fitted on flatter it. The fit also writes known.txt: what the texts to tune on
// call each label, how often it was right, and how often where which word showed it. Never tune on
// testdata/skills-report.jsonl.
//
// [Engine.Careers] goes the other way: from the skills of a profile to the métiers
// that share most of what is telling about them, with what is missing for each
// (careers.go).
//
// # The profile
//
// [Profiles] stores proposals and decisions per visitor under row-level
// security. Only accepted items are in the profile; a decision is never
// overwritten by a later proposal, so nobody is asked twice. An entry keeps the
// label and the release that the person saw. When the loaded release renamed its
// code or has it no more, [Entry].Now says so and, where clear, what stands for
// it (standing.go); only the person takes it ([Decision].Renew, or accepting the
// successor). The person may also say a proposal better, and put things in an
// order of their own (edit.go), and let one counsellor see the profile (share.go).
// What became of proposals is counted as they are erased, and [Calibrate] holds our
// confidence against it (calibration.go).
package skills
