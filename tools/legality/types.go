package legality

import "tandem/tools/span"

// Severity of a finding: S4 blocks, S3 blocks unless justified, S2 a person
// checks, S1 is advice and never blocks.
type Severity string

const (
	S1 Severity = "S1"
	S2 Severity = "S2"
	S3 Severity = "S3"
	S4 Severity = "S4"
)

// Offer is what is checked: its words, and the fields that open an exception.
// Empty fields are unknown.
type Offer struct {
	Title        string `json:"title"`
	Text         string `json:"text"`
	Contract     string `json:"contract,omitempty"`      // CDI, CDD, MIS, apprentissage, professionnalisation, saisonnier…
	ROME         string `json:"rome,omitempty"`          // code of the métier
	EmployerType string `json:"employer_type,omitempty"` // entreprise adaptée, IAE, ETT…

	// What the text is compared with, and what pay is computed from.
	Experience     string  `json:"experience,omitempty"`      // "débutant accepté", "2 ans"
	Salary         string  `json:"salary,omitempty"`          // as shown: "1 900 € brut par mois"
	Town           string  `json:"town,omitempty"`            // place of work
	HoursWeek      float64 `json:"hours_week,omitempty"`      // 0: unknown
	DurationMonths int     `json:"duration_months,omitempty"` // of a fixed term, 0: unknown
	Date           string  `json:"date,omitempty"`            // 2006-01-02, which minimum wage applies; "": the latest
}

// Article is a legal basis with where to read it.
type Article struct {
	ID    string `json:"id"`    // passage id, "law:L1132-1"
	Label string `json:"label"` // "Code du travail, art. L1132-1"
	URL   string `json:"url"`
}

// Finding is one hit of one rule. Field says which text Span points into.
type Finding struct {
	Rule      string    `json:"rule"` // "DIS-AGE-01"
	Title     string    `json:"title"`
	Severity  Severity  `json:"severity"`
	Field     string    `json:"field"` // "title" or "text"
	Span      span.Span `json:"span"`
	Why       string    `json:"why"`                 // plain French: "mention susceptible d'être…"
	Articles  []Article `json:"articles"`            //
	Exception string    `json:"exception,omitempty"` // the lawful exception considered, and whether it applies
	Rewrite   string    `json:"rewrite"`             // advice on how to write it instead
	Replace   *string   `json:"replace,omitempty"`   // exact words to put in Span's place ("" deletes); nil when a person must write it
	Edit      *Edit     `json:"edit,omitempty"`      // the same rewrite, wide enough to leave a well-formed sentence
	Risk      string    `json:"risk,omitempty"`      // S4 only: the penalty, from the brief
	With      *Passage  `json:"with,omitempty"`      // what the words contradict
	Computed  string    `json:"computed,omitempty"`  // how a finding was reached: amount, hours, threshold and its date; or that it is a guess
	Lifted    *Lifted   `json:"lifted,omitempty"`    // a counsellor's decision on these words; never set by the engine
}

// Lifted is a person's decision that a flag was wrong: it is still shown, and
// the status does without it (see Verdict.Settle).
type Lifted struct {
	Contest string `json:"contest"` // id of the decision
	At      string `json:"at"`      // 2006-01-02
}

// Edit puts To in the place of Span, in the finding's field. It may be wider
// than the finding: cutting "célibataire" out of a list takes a comma along.
type Edit struct {
	Span span.Span `json:"span"`
	To   string    `json:"to"`
}

// Verdict statuses. Advice never changes the status.
const (
	Clean   = "clean"   // nothing at S2 or above
	Review  = "review"  // a person checks (S2)
	Justify = "justify" // blocked unless justified (S3)
	Blocked = "blocked" // blocked (S4)
)

// Verdict is the result of a check. Findings are S2 and up, by position;
// Advice is S1, apart. A human decides: Contest says how to contest.
type Verdict struct {
	Status   string    `json:"status"`
	Findings []Finding `json:"findings"`
	Advice   []Finding `json:"advice"`
	Version  string    `json:"version"` // of the rule set
	Date     string    `json:"date"`    // of the rule set, 2006-01-02
	Contest  string    `json:"contest"`
	Notice   string    `json:"notice"` // "information, pas un avis juridique"
}

// Settle sets the status that the findings make, those that are lifted aside.
func (v *Verdict) Settle() {
	v.Status = Clean
	for _, f := range v.Findings {
		switch {
		case f.Lifted != nil:
		case f.Severity == S4:
			v.Status = Blocked
		case f.Severity == S3 && v.Status != Blocked:
			v.Status = Justify
		case v.Status == Clean:
			v.Status = Review
		}
	}
}

// Rewritten is an offer with every exact rewrite in place. Verdict is that of
// the new words, so what is left for a person is in its findings.
type Rewritten struct {
	Title   string   `json:"title"`
	Text    string   `json:"text"`
	Changes []Change `json:"changes"`
	Verdict Verdict  `json:"verdict"`
}

// Change is one rewrite that was made.
type Change struct {
	Field string `json:"field"`
	From  string `json:"from"`
	To    string `json:"to"`
	Rule  string `json:"rule"`
}
