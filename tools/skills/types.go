package skills

import "tandem/tools/span"

// Kinds of skills, in ROME's words.
const (
	SavoirFaire = "competence"
	Savoir      = "savoir"
	SavoirEtre  = "savoir-etre"
)

// Proposal is a skill that the text shows, for the person to accept or refuse.
type Proposal struct {
	Code       string      `json:"code"`  // OGR code
	Label      string      `json:"label"` // ROME's label
	Kind       string      `json:"kind"`  // competence, savoir, savoir-etre
	Evidence   []span.Span `json:"evidence"`
	Confidence float64     `json:"confidence"`    // 0–1
	Why        string      `json:"why"`           // French, one sentence
	Status     string      `json:"status"`        // proposed, accepted, refused
	Now        *Standing   `json:"now,omitempty"` // of an item of the profile that a new release changed
}

// Occupation is a métier that the text shows.
type Occupation struct {
	ROME            string      `json:"rome"`
	Metier          string      `json:"metier"`      // label of the métier
	Appellation     string      `json:"appellation"` // the nearest ROME job title
	AppellationCode string      `json:"appellation_code"`
	Evidence        []span.Span `json:"evidence"`
	Confidence      float64     `json:"confidence"`
	Now             *Standing   `json:"now,omitempty"` // of an item of the profile that a new release changed
}

// Analysis is what a text shows, best first. Skills[:Shown] are shown at once,
// the rest on demand.
type Analysis struct {
	Occupations []Occupation `json:"occupations"`
	Skills      []Proposal   `json:"skills"`
	Shown       int          `json:"shown"`
	ROMEVersion string       `json:"rome_version"`
	Cut         bool         `json:"cut,omitempty"` // the text was longer than [MaxText]; the rest was not read
}

// States of an item of a profile. Only accepted ones are in the profile.
const (
	Proposed = "proposed"
	Accepted = "accepted"
	Refused  = "refused"
)
