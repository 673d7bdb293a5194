package legality

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"

	"tandem/internal/fault"
	"tandem/tools/span"
)

// Evaluation is the figures of one suite, whole and by rule.
type Evaluation struct {
	Suite   string                        `json:"suite"`
	N       int                           `json:"n"`
	Figures map[string]float64            `json:"figures"`
	By      map[string]map[string]float64 `json:"by"`
}

const maxExample = 4 << 20 // bytes of one line

// EvaluatePhrases reads lines "rule<TAB>kind<TAB>text<TAB>note" below a header.
// Kind F: the rule must match, S1 counting only for a rule that is S1 itself.
// Kind OK: the rule must not match at S2 or above. Figures: recall, recall_any
// (any rule at S2 or above will do), false_positive_rate; by rule the same with
// f and ok, the numbers of phrases.
//
// A phrase has no fields. That of a rule on titles (subject: title) is taken
// for a title, its second sentence if any for the text.
func EvaluatePhrases(e *Engine, r io.Reader) (Evaluation, error) {
	out := Evaluation{Suite: "phrases"}
	all, by := map[string]float64{}, map[string]map[string]float64{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxExample)
	for n := 1; lines.Scan(); n++ {
		cells := strings.Split(strings.TrimSuffix(lines.Text(), "\r"), "\t")
		if n == 1 && cells[0] == "rule" || len(cells) == 1 && strings.TrimSpace(cells[0]) == "" {
			continue
		}
		if len(cells) < 3 || cells[1] != "F" && cells[1] != "OK" {
			return Evaluation{}, fault.New(fault.Invalid, "La ligne %d n'a pas la forme « règle, F ou OK, texte, note » séparés par des tabulations.", n)
		}
		id, kind := cells[0], cells[1]
		out.N++
		if by[id] == nil {
			by[id] = map[string]float64{}
		}
		v := e.Check(e.phrase(id, cells[2]))
		hit, any := 0.0, 0.0
		for _, f := range v.Findings {
			any = 1
			if f.Rule == id {
				hit = 1
			}
		}
		if kind == "F" && e.severity(id) == S1 {
			for _, f := range v.Advice {
				if f.Rule == id {
					hit, any = 1, 1
				}
			}
		}
		for _, m := range []map[string]float64{all, by[id]} {
			m[kind]++
			m[kind+" hit"] += hit
			m[kind+" any"] += any
		}
	}
	if err := lines.Err(); err != nil {
		return Evaluation{}, fault.Wrap(err, fault.Invalid, "Le fichier d'évaluation ne se lit pas : une ligne est trop longue ou la lecture a échoué.")
	}
	out.By = map[string]map[string]float64{}
	for id, m := range by {
		f := phraseFigures(m)
		f["f"], f["ok"] = m["F"], m["OK"]
		out.By[id] = f
	}
	out.Figures = phraseFigures(all)
	return out, nil
}

func phraseFigures(m map[string]float64) map[string]float64 {
	out := map[string]float64{}
	if m["F"] > 0 {
		out["recall"], out["recall_any"] = m["F hit"]/m["F"], m["F any"]/m["F"]
	}
	if m["OK"] > 0 {
		out["false_positive_rate"] = m["OK hit"] / m["OK"]
	}
	return out
}

// phrase makes an offer of a phrase.
func (e *Engine) phrase(id, text string) Offer {
	for _, r := range e.rules {
		if r.ID == id && r.subject == "title" {
			title, body, _ := strings.Cut(text, ". ")
			return Offer{Title: title, Text: body}
		}
	}
	return Offer{Text: text}
}

func (e *Engine) severity(id string) Severity {
	for _, r := range e.rules {
		if r.ID == id {
			return r.Severity
		}
	}
	return ""
}

// labelled is one line of the suite legality.
type labelled struct {
	ID string `json:"id"`
	Offer
	Violations []expected `json:"violations"`
	Advice     []expected `json:"advice"`
	NearMisses []expected `json:"near_misses"`
	Tolerated  []expected `json:"tolerated"`
}

type expected struct {
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	Quote    string   `json:"quote"`
	AltRules []string `json:"alt_rules"`
}

// names reports whether f is what x expects: its rule or one as right.
func (x expected) names(f Finding) bool {
	for _, alt := range x.AltRules {
		if alt == f.Rule {
			return true
		}
	}
	return x.Rule == f.Rule
}

// in returns the share of f's bytes and of the quote's that they have in
// common, 0 when f does not touch any occurrence of the quote.
func (x expected) in(o Offer, f Finding) float64 {
	text := o.Text
	if f.Field == "title" {
		text = o.Title
	}
	best := 0.0
	for from := 0; x.Quote != ""; {
		i := strings.Index(text[from:], x.Quote)
		if i < 0 {
			break
		}
		q := span.Of(text, from+i, from+i+len(x.Quote))
		if q.Overlaps(f.Span) {
			common := min(q.End, f.Span.End) - max(q.Start, f.Span.Start)
			union := max(q.End, f.Span.End) - min(q.Start, f.Span.Start)
			best = max(best, float64(common)/float64(union))
		}
		from += i + len(x.Quote)
	}
	return best
}

// EvaluateOffers reads offers as JSON lines (DESIGN §13, suite legality).
// Figures: precision, recall and f1 on violations (rule and overlapping words,
// S2 and up), near_miss_rate, clean_blocked, clean_flagged, and span_overlap,
// the mean share of words in common with the quote of the violations found.
func EvaluateOffers(e *Engine, r io.Reader) (Evaluation, error) {
	out := Evaluation{Suite: "legality", By: map[string]map[string]float64{}}
	count := func(id, what string) {
		if out.By[id] == nil {
			out.By[id] = map[string]float64{}
		}
		out.By[id][what]++
	}
	var right, wrong, missed, near, nearHit, clean, blocked, flagged, overlap float64
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxExample)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var x labelled
		if err := json.Unmarshal(lines.Bytes(), &x); err != nil {
			return Evaluation{}, fault.Wrap(err, fault.Invalid, "La ligne %d du fichier d'évaluation n'est pas du JSON valide.", n)
		}
		out.N++
		v := e.Check(x.Offer)
		if len(x.Violations) == 0 {
			clean++
			if v.Status == Blocked || v.Status == Justify {
				blocked++
			}
			if len(v.Findings) > 0 {
				flagged++
			}
		}
		used := make([]bool, len(v.Findings))
		for _, want := range x.Violations {
			best := 0.0
			for i, f := range v.Findings {
				if s := want.in(x.Offer, f); want.names(f) && s > 0 {
					used[i], best = true, max(best, s)
				}
			}
			if best > 0 {
				right++
				overlap += best
				count(want.Rule, "found")
			} else {
				missed++
				count(want.Rule, "missed")
			}
		}
		for _, want := range x.NearMisses {
			near++
			for _, f := range v.Findings {
				if f.Rule == want.Rule && want.in(x.Offer, f) > 0 {
					nearHit++
					count(want.Rule, "near_misses_hit")
					break
				}
			}
		}
		for i, f := range v.Findings {
			if used[i] || tolerated(x, f) {
				continue
			}
			wrong++
			count(f.Rule, "false")
		}
	}
	if err := lines.Err(); err != nil {
		return Evaluation{}, fault.Wrap(err, fault.Invalid, "Le fichier d'évaluation ne se lit pas : une ligne est trop longue ou la lecture a échoué.")
	}
	share := func(a, b float64) float64 {
		if b == 0 {
			return 0
		}
		return a / b
	}
	p, rc := share(right, right+wrong), share(right, right+missed)
	out.Figures = map[string]float64{
		"precision": p, "recall": rc, "f1": share(2*p*rc, p+rc), "near_miss_rate": share(nearHit, near),
		"clean_blocked": share(blocked, clean), "clean_flagged": share(flagged, clean), "span_overlap": share(overlap, right),
	}
	return out, nil
}

func tolerated(x labelled, f Finding) bool {
	for _, t := range x.Tolerated {
		if t.names(f) && t.in(x.Offer, f) > 0 {
			return true
		}
	}
	return false
}
