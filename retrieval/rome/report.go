package rome

import "tandem/retrieval"

// Difference is what a release did to the codes of one kind. Lists hold the
// first [maxListed], by code; Count is of all.
type Difference struct {
	Count   Count     `json:"count"`
	Added   []Named   `json:"added,omitempty"`
	Removed []Retired `json:"removed,omitempty"`
	Renamed []Renamed `json:"renamed,omitempty"`
}

// Count is how many codes a release added, removed and gave another label.
type Count struct {
	Added   int `json:"added"`
	Removed int `json:"removed"`
	Renamed int `json:"renamed"`
}

// Named is a code and its label.
type Named struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

// Renamed is a code whose label changed, and with it perhaps what it means:
// ROME has given codes to something else before.
type Renamed struct {
	Code   string `json:"code"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Moved is an appellation that belongs to another métier than before.
type Moved struct {
	Named
	From Named `json:"from"`
	To   Named `json:"to"`
}

// Links is what happened to the skills and contexts of métiers. Core counts
// those that entered or left the heart of their métier.
type Links struct {
	Added   int            `json:"added"`
	Removed int            `json:"removed"`
	Core    int            `json:"core"`
	Metiers []MetierChange `json:"metiers,omitempty"` // that both releases have, the most changed first
}

// MetierChange counts the links of one métier that changed.
type MetierChange struct {
	Named
	Added   int `json:"added"`
	Removed int `json:"removed"`
	Core    int `json:"core"`
}

// maxListed bounds each list of a report. A release changes some thousands of
// codes; only the step from the extract to all of ROME has more.
const maxListed = 10_000

func list[T any](to *[]T, x T) {
	if len(*to) < maxListed {
		*to = append(*to, x)
	}
}

// difference is where the report tells of codes of this kind.
func (r *Report) difference(kind string) *Difference {
	switch kind {
	case retrieval.Metier:
		return &r.Metiers
	case retrieval.Appellation:
		return &r.Appellations
	}
	if r.Items[kind] == nil {
		r.Items[kind] = &Difference{}
	}
	return r.Items[kind]
}
