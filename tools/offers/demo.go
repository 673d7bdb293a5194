package offers

import (
	_ "embed"
	"encoding/json"
)

//go:embed demo.json
var demoJSON []byte

// Demo is the portfolio shown when the service runs as a demonstration: invented
// offers of agency and company "demo", five of them with phrases that the law
// does not allow. Import it as a counsellor of that agency.
func Demo() []Offer {
	var out []Offer
	if err := json.Unmarshal(demoJSON, &out); err != nil {
		panic("offers: embedded demonstration: " + err.Error()) // the binary itself is wrong
	}
	return out
}
