package delay

// Target is what a forecast is about. The two are never mixed: an offer that is
// gone is not an offer that was filled.
type Target string

const (
	Filled Target = "pourvue"  // how long an offer takes to be filled
	Online Target = "en-ligne" // how long it stays online, whatever the reason it goes
)

// Targets are all of them.
var Targets = []Target{Filled, Online}

// Offer is what a forecast may know: facts of the offer, never the employer's
// identity, never a candidate. Zero values are unknown.
type Offer struct {
	ROME              string   `json:"rome,omitempty"`
	Occupation        string   `json:"occupation,omitempty"` // as said; explains, never computes
	Sector            string   `json:"sector,omitempty"`     // construction, industrie, agriculture, hcr, commerce, services…
	Qualification     string   `json:"qualification,omitempty"`
	Contract          string   `json:"contract,omitempty"`
	DurationMonths    float64  `json:"duration_months,omitempty"`
	HoursWeek         float64  `json:"hours_week,omitempty"`
	ExperienceYears   *float64 `json:"experience_years,omitempty"` // nil unknown, 0 « débutant accepté »
	SalaryYear        float64  `json:"salary_year,omitempty"`      // gross euros a year
	Departement       string   `json:"departement,omitempty"`
	EstablishmentSize int      `json:"establishment_size,omitempty"` // employees
	PermitNeeded      bool     `json:"permit_needed,omitempty"`
	AtypicalHours     bool     `json:"atypical_hours,omitempty"`
	Month             int      `json:"month,omitempty"`    // 1–12, month of publication
	Weekday           int      `json:"weekday,omitempty"`  // 1–7, Monday is 1: the day it went online
	AgeDays           int      `json:"age_days,omitempty"` // whole days it has been online; the forecast supposes that it still is
}

// Forecast says how likely the offer takes more than Days days, how sure that
// is, and why. Contributions are in log-odds and add up exactly from BaseRate
// to Probability.
type Forecast struct {
	Measure       Target         `json:"measure"`
	Target        string         `json:"target"` // Measure in French words, named in every answer
	Days          int            `json:"days"`   // 30
	Probability   float64        `json:"probability"`
	Low           float64        `json:"low"`  // 80 % interval
	High          float64        `json:"high"` //
	MedianDays    float64        `json:"median_days"`
	Curve         []Point        `json:"curve"` // P(T > day)
	BaseRate      float64        `json:"base_rate"`
	BaseGroup     string         `json:"base_group"`             // the group BaseRate is of, in French
	Support       int            `json:"support"`                // offers of that group in the data; 0 when it is a stated prior
	Percentile    int            `json:"percentile,omitempty"`   // of that group's offers, how many in a hundred were less likely to last; 0 unknown
	Insufficient  string         `json:"insufficient,omitempty"` // « Données insuffisantes… »: then there is no figure at all
	Band          string         `json:"band"`                   // faible, moyenne, forte
	Contributions []Contribution `json:"contributions"`
	Levers        []Lever        `json:"levers"`
	Actions       []string       `json:"actions"` // what agencies do besides, French; their effect is not measured
	Missing       []string       `json:"missing"` // fields that would sharpen it, in French
	Model         string         `json:"model"`   // name and version
	AsOf          string         `json:"as_of"`   // vintage of the figures
	Notice        string         `json:"notice"`  // an estimate, not a decision; association, not cause
}

// Point of a survival curve.
type Point struct {
	Day         int     `json:"day"`
	Probability float64 `json:"probability"`
}

// Contribution of one fact to the log-odds.
type Contribution struct {
	Factor  string  `json:"factor"` // French, with the value: "CDI"
	LogOdds float64 `json:"log_odds"`
	Source  string  `json:"source"` // published figure or data it comes from
}

// Lever is what the recruiter controls, with the change it is associated with.
type Lever struct {
	Action string  `json:"action"` // French
	Change float64 `json:"change"` // points of probability, negative is faster
	Source string  `json:"source"`
}
