package tools

import (
	"tandem/internal/postgres"
	"tandem/retrieval"
	"tandem/retrieval/rome"
	"tandem/tools/contest"
	"tandem/tools/delay"
	"tandem/tools/handoff"
	"tandem/tools/legality"
	"tandem/tools/offers"
	"tandem/tools/skills"
)

// Engines is what the tools work with. main fills it; every field is required.
type Engines struct {
	DB        *postgres.DB
	Search    *retrieval.Store
	Rome      *rome.Reference
	Documents *Documents
	Skills    func() (*skills.Engine, error) // built on first use: it holds all of ROME in memory
	Profiles  *skills.Profiles
	Legality  *legality.Engine
	Delay     *delay.Model
	Offers    *offers.Store
	Contests  *contest.Store
	Handoffs  *handoff.Store
}

// All lists every tool, in the order in which people are told about them.
func All(e *Engines) []Tool {
	return []Tool{
		changing(extractSkills(e)),
		changing(updateProfile(e)),
		explainOffer(e),
		rewriteOffer(e),
		predictDelay(e),
		searchOffers(e),
		searchROME(e),
		searchCharter(e),
		changing(requestHuman(e)),
	}
}

var (
	everyone        = postgres.Roles
	seekers         = []postgres.Role{postgres.Seeker}
	seekersAndDesk  = []postgres.Role{postgres.Seeker, postgres.Counsellor}
	recruitersOrOwn = []postgres.Role{postgres.Recruiter, postgres.Counsellor}
)
