package offline

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"tandem/internal/fold"
)

// Report is what `tandem eval routing` prints.
type Report struct {
	Suite   string                        `json:"suite"`
	N       int                           `json:"n"`
	Figures map[string]float64            `json:"figures"`
	By      map[string]map[string]float64 `json:"by"`
	Wrong   []Wrong                       `json:"wrong,omitempty"`
}

// Wrong is a line that was not understood as expected.
type Wrong struct {
	ID       string         `json:"id"`
	Persona  string         `json:"persona"`
	Text     string         `json:"text"`
	Expected string         `json:"expected"`
	Got      string         `json:"got"`
	Args     map[string]any `json:"args,omitempty"`
}

// Case is one line of the routing suite.
type Case struct {
	ID      string   `json:"id"`
	Persona string   `json:"persona"`
	Text    string   `json:"text"`
	Context []string `json:"context"` // the person's earlier messages, oldest first
	Expect  struct {
		Tool     string         `json:"tool"`
		Args     map[string]any `json:"args"`
		AltTools []string       `json:"alt_tools"`
	} `json:"expect"`
	AltTools []string `json:"alt_tools"`
}

// compared are the arguments whose values count; the others depend on wording.
var compared = []string{"offer_id", "rome", "departement", "contract", "duration_months", "threshold", "principle", "occupation", "town", "quote"}

// Spoken is the act of a model that answered with words alone: which of the acts
// without a tool it meant, a text does not say, so it is right for any of them.
const Spoken = "spoken"

// Evaluate measures this model: see the function.
func (m *Model) Evaluate(r io.Reader) (Report, error) {
	return Evaluate(r, func(c Case) (Understanding, error) {
		ctx := Context{Role: c.Persona}
		for _, text := range c.Context {
			ctx.Earlier = append(ctx.Earlier, Turn{Text: text})
		}
		return m.Understand(c.Text, ctx), nil
	})
}

// Evaluate reads cases, one JSON object a line, has each understood, and reports
//
//   - tool_accuracy: share of lines where every tool called, or the act, is an
//     expected one;
//   - argument_accuracy: share of the expected arguments that were given with
//     the right value;
//   - argument_extra: arguments given though not expected, per line;
//
// the first two also by persona and by expected tool under by.
func Evaluate(r io.Reader, understand func(Case) (Understanding, error)) (Report, error) {
	rep := Report{Suite: "routing", Figures: map[string]float64{}, By: map[string]map[string]float64{}}
	tally := map[string]*[4]float64{} // lines, right lines, arguments, right arguments
	extra := 0
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, 64<<10), 4<<20)
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSpace(in.Text())
		if line == "" {
			continue
		}
		var c Case
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			return rep, fmt.Errorf("line %d: %w", n, err)
		}
		u, err := understand(c)
		if err != nil {
			return rep, fmt.Errorf("line %d: %w", n, err)
		}
		right, args := c.judge(u)
		rep.N++
		wrongArgs := map[string]any{}
		total, good := 0, 0
		for _, k := range compared {
			want, expected := c.Expect.Args[k]
			switch {
			case expected && same(k, want, args[k]):
				total, good = total+1, good+1
			case expected:
				total++
				wrongArgs[k] = args[k]
			case args[k] != nil && right:
				extra++
				wrongArgs["+"+k] = args[k]
			}
		}
		for _, key := range []string{"", "persona:" + c.Persona, "tool:" + c.Expect.Tool} {
			t := tally[key]
			if t == nil {
				t = new([4]float64)
				tally[key] = t
			}
			t[0]++
			t[1] += float64(b2i(right))
			t[2] += float64(total)
			t[3] += float64(good)
		}
		if !right || len(wrongArgs) > 0 {
			rep.Wrong = append(rep.Wrong, Wrong{c.ID, c.Persona, c.Text, c.Expect.Tool, u.String(), wrongArgs})
		}
	}
	if err := in.Err(); err != nil {
		return rep, err
	}
	for key, t := range tally {
		f := map[string]float64{"n": t[0], "tool_accuracy": t[1] / t[0]}
		if t[2] > 0 {
			f["argument_accuracy"] = t[3] / t[2]
		}
		if key == "" {
			rep.Figures = f
			delete(f, "n")
			f["argument_extra"] = float64(extra) / t[0]
		} else {
			rep.By[key] = f
		}
	}
	return rep, nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// judge reports whether an understanding is as expected, and the arguments of
// the expected call. What is supposed in « et si… » counts as said.
func (c Case) judge(u Understanding) (right bool, args map[string]any) {
	ok := append([]string{c.Expect.Tool}, append(c.AltTools, c.Expect.AltTools...)...)
	for i, t := range ok {
		if t == "handoff" {
			ok[i] = "request_human"
		}
	}
	if len(u.Calls) == 0 {
		return slices.ContainsFunc(ok, func(t string) bool {
			return t == u.Act || u.Act == Spoken && slices.Contains([]string{"privacy", "refuse", "smalltalk", "clarify"}, t)
		}), nil
	}
	right = true
	for _, call := range u.Calls {
		if !slices.Contains(ok, call.Tool) {
			right = false
		}
		if call.Tool == ok[0] || args == nil {
			args = map[string]any{}
			if what, is := call.Args["what_if"].(map[string]any); is {
				for k, v := range what {
					args[k] = v
				}
			}
			for k, v := range call.Args {
				if args[k] == nil {
					args[k] = v
				}
			}
		}
	}
	return right, args
}

func same(name string, want, got any) bool {
	if got == nil {
		return false
	}
	switch w := want.(type) {
	case float64:
		g, ok := toFloat(got)
		return ok && math.Abs(g-w) < 1e-9
	case string:
		g, ok := got.(string)
		if !ok {
			return false
		}
		if name == "occupation" || name == "town" || name == "quote" {
			return fold.String(w) == fold.String(g)
		}
		return strings.EqualFold(w, g)
	}
	return false
}

func toFloat(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int:
		return float64(v), true
	}
	return 0, false
}

// String is the understanding on one line, for reports.
func (u Understanding) String() string {
	if len(u.Calls) == 0 {
		return fmt.Sprintf("%s/%s %.2f", u.Act, u.Topic, u.Confidence)
	}
	var parts []string
	for _, c := range u.Calls {
		args, _ := json.Marshal(c.Args)
		parts = append(parts, c.Tool+string(args))
	}
	return strings.Join(parts, " ") + fmt.Sprintf(" %.2f", u.Confidence)
}
