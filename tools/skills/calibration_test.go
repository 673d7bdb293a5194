package skills

import (
	"math"
	"testing"
)

func TestCalibrate(t *testing.T) {
	c := Calibrate([]Feedback{
		{Kind: SavoirFaire, Confidence: 0.85, Accepted: 4, Refused: 3}, {Kind: Savoir, Confidence: 0.85, Accepted: 2, Refused: 1},
		{Kind: SavoirFaire, Confidence: 1, Accepted: 1},
	})
	if c.N != 11 || len(c.Bins) != 2 {
		t.Fatalf("%+v", c)
	}
	if b := c.Bins[0]; b.N != 10 || b.From != 0.8 || math.Abs(b.Confidence-0.85) > 1e-9 || b.Accepted != 0.6 || b.Margin < 0.2 || b.Margin > 0.3 {
		t.Errorf("%+v", b)
	}
	if b := c.Bins[1]; b.N != 1 || b.Accepted != 1 || b.Margin < 0.3 {
		t.Errorf("one decision is taken for certainty: %+v", b)
	}
	if want := 0.25 * 10 / 11; math.Abs(c.Error-want) > 1e-9 {
		t.Errorf("error %v, want %v", c.Error, want)
	}
	if c := Calibrate(nil); c.N != 0 || c.Error != 0 || c.Bins == nil {
		t.Errorf("of nothing: %+v", c)
	}
}
