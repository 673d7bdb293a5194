package web

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tandem/internal/fault"
	"tandem/tools/delay"
	"tandem/tools/offers"
)

// whole is a share in whole percent, as people write it.
func whole(p float64) string { return strconv.Itoa(int(math.Round(100*p))) + "\u00a0%" }

// points are signed points of probability: 0.08 is « +8 points ».
func points(p float64) string {
	n := int(math.Round(100 * p))
	sign, s := "", ""
	switch {
	case n == 0:
		return "moins d'un point"
	case n > 0:
		sign = "+"
	case n < 0:
		sign, n = "−", -n
	}
	if n > 1 {
		s = "s"
	}
	return fmt.Sprintf("%s%d\u00a0point%s", sign, n, s)
}

// curve is a drawing of P(T > day) in a box of 340 × 182, and its words.
type curve struct {
	Path, Area string // of the forecast
	If         string // of what is tried, "" when nothing is
	Text       string // what the drawing shows, said
	Limit      float64
	Dot        float64
	Value      string
	Grid, Days []tick
	Rows       []curveRow // the same as a table
	Until      string     // « encore en ligne » or « pas encore pourvue »
}

type tick struct {
	At   float64
	Text string
}

type curveRow struct {
	Day      int
	Base, If string
}

const (
	boxLeft, boxRight, boxTop, boxBottom = 38.0, 330.0, 12.0, 150.0
	mostRows                             = 13
)

// drawCurve draws f, and what is tried if it is a comparison. nil when there is
// no forecast to draw.
func drawCurve(f delay.Forecast, tried any) *curve {
	if len(f.Curve) < 2 {
		return nil
	}
	last := float64(f.Curve[len(f.Curve)-1].Day)
	x := func(day int) float64 { return boxLeft + (boxRight-boxLeft)*math.Min(float64(day)/last, 1) }
	y := func(p float64) float64 { return boxBottom - (boxBottom-boxTop)*p }
	path := func(points []delay.Point) string {
		var b strings.Builder
		if points[0].Day > 0 {
			points = append([]delay.Point{{Day: 0, Probability: 1}}, points...)
		}
		for i, p := range points {
			if float64(p.Day) > last {
				break
			}
			fmt.Fprintf(&b, "%s%.1f %.1f", map[bool]string{true: "M", false: "L"}[i == 0], x(p.Day), y(p.Probability))
		}
		return b.String()
	}
	until, gone := "pas encore pourvues", "le sont"
	if f.Measure == delay.Online {
		until, gone = "encore en ligne", "ne le sont plus"
	}
	c := &curve{Path: path(f.Curve), Limit: x(f.Days), Dot: y(f.Probability), Value: whole(f.Probability), Until: until,
		Text: fmt.Sprintf("Courbe : à %d jours, %s des offres comparables sont %s ; la moitié %s au bout de %.0f jours environ.", f.Days, whole(f.Probability), until, gone, f.MedianDays)}
	c.Area = fmt.Sprintf("%sL%.1f %.1fL%.1f %.1fZ", c.Path, boxRight, boxBottom, boxLeft, boxBottom)
	for _, p := range []float64{0, 0.5, 1} {
		c.Grid = append(c.Grid, tick{y(p), whole(p)})
	}
	for _, d := range []int{0, 30, 60, 90, 120} {
		if float64(d) <= last {
			c.Days = append(c.Days, tick{x(d), strconv.Itoa(d)})
		}
	}
	what, _ := tried.(*comparison)
	if what != nil && len(what.curve) > 1 {
		c.If = path(what.curve)
		c.Text += " " + what.Say
	}
	for i := range mostRows {
		p := f.Curve[i*(len(f.Curve)-1)/(mostRows-1)]
		row := curveRow{Day: p.Day, Base: whole(p.Probability)}
		if c.If != "" {
			if j := slices.IndexFunc(what.curve, func(q delay.Point) bool { return q.Day == p.Day }); j >= 0 {
				row.If = whole(what.curve[j].Probability)
			}
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

// bar is one contribution, in a box of 100 × 8 whose middle is none.
type bar struct {
	Factor, Points, Source string
	Up                     bool
	X, Width               float64
}

// drawBars draws the contributions, the largest first.
func drawBars(f delay.Forecast) []bar {
	list := slices.Clone(f.Contributions)
	slices.SortStableFunc(list, func(a, b delay.Contribution) int {
		switch d := math.Abs(b.LogOdds) - math.Abs(a.LogOdds); {
		case d > 0:
			return 1
		case d < 0:
			return -1
		}
		return 0
	})
	var out []bar
	p := math.Min(0.999, math.Max(0.001, f.Probability))
	for _, k := range list {
		if math.Abs(k.LogOdds) <= 0.005 {
			continue
		}
		b := bar{Factor: k.Factor, Source: k.Source, Up: k.LogOdds > 0, X: 50, Width: 50 * math.Abs(k.LogOdds/list[0].LogOdds)}
		if !b.Up {
			b.X -= b.Width
		}
		// Points that would go if the fact were absent, the others as they are.
		b.Points = points(p - 1/(1+math.Exp(k.LogOdds-math.Log(p/(1-p)))))
		out = append(out, b)
	}
	return out
}

// comparison is a forecast with changed conditions beside the one without.
type comparison struct {
	Say     string // in one sentence
	Changes []string
	curve   []delay.Point
}

func compare(f, tried delay.Forecast, changes []string) *comparison {
	c := &comparison{Changes: changes}
	switch {
	case len(changes) == 0:
		c.Say = "Rien ne change : modifiez une condition pour voir la courbe bouger."
	case tried.Insufficient != "":
		c.Say = tried.Insufficient
	default:
		c.curve = tried.Curve
		c.Say = fmt.Sprintf("Avec ce changement : %s (%s), délai médian %.0f jours au lieu de %.0f. Association, pas cause.",
			whole(tried.Probability), points(tried.Probability-f.Probability), tried.MedianDays, f.MedianDays)
	}
	return c
}

// whatIfForm is what can be tried, with the values that are in force.
func whatIfForm(f offers.Fields) []field {
	contracts := []offers.Choice{{Value: "", Label: "non précisé"}}
	for _, c := range []string{"CDI", "CDD", "MIS", "saisonnier", "apprentissage", "professionnalisation", "alternance"} {
		contracts = append(contracts, offers.Choice{Value: c, Label: offers.ContractLabel(c)})
	}
	number := func(x float64) string {
		if x == 0 {
			return ""
		}
		return strconv.FormatFloat(math.Round(x*100)/100, 'f', -1, 64)
	}
	experience := ""
	if y := f.ExperienceYears; y != nil {
		experience = strconv.FormatFloat(*y, 'f', -1, 64)
	}
	yesNo := []offers.Choice{{Value: "0", Label: "non"}, {Value: "1", Label: "oui"}}
	flag := func(b bool) string { return map[bool]string{true: "1", false: "0"}[b] }
	return []field{
		{Name: "contract", Label: "Contrat", Value: f.Contract, Choices: contracts},
		{Name: "pay", Label: "Salaire brut par mois", Value: number(math.Round(f.SalaryYear / 12)), Number: true, Unit: "€"},
		{Name: "hours", Label: "Heures par semaine", Value: number(f.HoursWeek), Number: true, Unit: "h"},
		{Name: "experience", Label: "Expérience demandée (0 : débutant accepté)", Value: experience, Number: true, Unit: "ans"},
		{Name: "permit", Label: "Permis ou véhicule exigé", Value: flag(f.PermitNeeded), Choices: yesNo},
		{Name: "atypical", Label: "Horaires atypiques", Value: flag(f.AtypicalHours), Choices: yesNo},
	}
}

// whatIf is f with what the form of [whatIfForm] changes, and the changes in
// French. Returns fault.Invalid for values that no offer has.
func whatIf(f offers.Fields, q url.Values) (tried offers.Fields, changes []string, err error) {
	tried = f
	was, now := map[string]string{}, map[string]string{}
	for _, field := range whatIfForm(f) {
		was[field.Name], now[field.Name] = field.Value, strings.TrimSpace(q.Get(field.Name))
		if !q.Has(field.Name) {
			now[field.Name] = field.Value
		}
	}
	number := func(name string, most float64) float64 {
		s := strings.ReplaceAll(strings.ReplaceAll(now[name], ",", "."), " ", "")
		if s == "" {
			return 0
		}
		x, failed := strconv.ParseFloat(s, 64)
		if failed != nil || !(x >= 0 && x <= most) {
			err = fault.New(fault.Invalid, "« %.20s » n'est pas une valeur possible : entre 0 et %.0f.", now[name], most)
		}
		return x
	}
	change := func(name, label, from, to string) bool {
		if was[name] == now[name] {
			return false
		}
		if from == "" {
			from = "non précisé"
		}
		if to == "" {
			to = "non précisé"
		}
		changes = append(changes, label+" : "+from+" → "+to)
		return true
	}
	contract := offers.ReadContract(now["contract"])
	if contract == "" && now["contract"] != "" {
		return f, nil, fault.New(fault.Invalid, "Ce contrat n'est pas connu.")
	}
	if change("contract", "contrat", offers.ContractLabel(f.Contract), offers.ContractLabel(contract)) {
		tried.Contract, tried.DurationMonths = contract, 0 // a duration belongs to its contract
	}
	pay, hours, years := number("pay", 50_000), number("hours", 60), number("experience", 40)
	if err != nil {
		return f, nil, err
	}
	if change("pay", "salaire mensuel brut", was["pay"], now["pay"]) {
		tried.SalaryYear = pay * 12
	}
	if change("hours", "heures par semaine", was["hours"], now["hours"]) {
		tried.HoursWeek = hours
	}
	if change("experience", "années d'expérience", was["experience"], now["experience"]) {
		if tried.ExperienceYears = &years; now["experience"] == "" {
			tried.ExperienceYears = nil
		}
	}
	said := map[string]string{"0": "non", "1": "oui"}
	if change("permit", "permis exigé", said[was["permit"]], said[now["permit"]]) {
		tried.PermitNeeded = now["permit"] == "1"
	}
	if change("atypical", "horaires atypiques", said[was["atypical"]], said[now["atypical"]]) {
		tried.AtypicalHours = now["atypical"] == "1"
	}
	return tried, changes, nil
}
