package postgres

// Role is what a visitor is here as.
type Role string

const (
	Seeker     Role = "seeker"
	Recruiter  Role = "recruiter"
	Counsellor Role = "counsellor"
)

// Roles lists every role, in the order in which people are shown them.
var Roles = []Role{Seeker, Recruiter, Counsellor}

// Visitor is a person with an identity and a role, as row-level security sees
// them. ID is opaque (signed cookie or sign-in). Agency is set for counsellors,
// Company for recruiters; an empty one sees no offer.
type Visitor struct {
	ID      string
	Role    Role
	Agency  string
	Company string
}
