package skills

import (
	"errors"
	"math"
	"strings"
	"testing"

	"tandem/internal/fault"
)

func TestEvaluate(t *testing.T) {
	e := small()
	file := strings.Join([]string{
		`{"id":"a","text":"Hôtesse de caisse\nPermis B","skills":["109","101"],"occupations":["X1002"]}`,
		``,
		`{"id":"b","file":"b.pdf","skills":["110"],"occupations":["X9000"],"must_not":[{"code":"109"},{"code":"105"}]}`,
	}, "\n")
	got, err := Evaluate(e, strings.NewReader(file), func(path string) (string, error) {
		if path != "b.pdf" {
			t.Errorf("read %q", path)
		}
		return "Cariste\nPermis B, CE", nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.Suite != "skills" || got.N != 2 {
		t.Errorf("suite %q of %d", got.Suite, got.N)
	}
	// Shown: 109 (right); 109 (wrong, forbidden) and 110 (right). Gold: 3.
	for name, want := range map[string]float64{
		"precision": 2.0 / 3, "recall": 2.0 / 3, "f1": 2.0 / 3, "recall_at_20": 2.0 / 3,
		"occupation_at_1": 0.5, "occupation_at_3": 0.5, "valid_spans": 1, "must_not_rate": 0.5,
		"calibration_error": 0.9 - 2.0/3,
	} {
		if math.Abs(got.Figures[name]-want) > 1e-6 {
			t.Errorf("%s = %v, want %v", name, got.Figures[name], want)
		}
	}
}

func TestEvaluateBadFiles(t *testing.T) {
	e := small()
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		file string
		want fault.Code
	}{
		"empty":     {"", fault.Invalid},
		"not JSON":  {"{", fault.Invalid},
		"long line": {`{"text":"` + strings.Repeat("a", maxExample) + `"}`, fault.TooLarge},
		"unread":    {`{"file":"x"}`, fault.Internal},
	} {
		_, err := Evaluate(e, strings.NewReader(c.file), func(string) (string, error) { return "", broken })
		if fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want code %s", name, err, c.want)
		}
	}
	if _, err := Evaluate(e, strings.NewReader(`{"file":"x"}`), nil); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("file without reader: %v", err)
	}
}
