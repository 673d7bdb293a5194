package skills

import "math"

// Feedback is what a person decided about one proposal: never any text, nor who
// decided.
type Feedback struct {
	Code       string  `json:"code"`
	Kind       string  `json:"kind"`
	Confidence float64 `json:"confidence"` // as it was shown
	Accepted   bool    `json:"accepted"`   // or refused
}

// FeedbackOf is what a profile says of our proposals: items that were added by
// hand or still wait for a decision say nothing.
func FeedbackOf(entries []Entry) []Feedback {
	var out []Feedback
	for _, e := range entries {
		if e.Origin == "document" && e.Kind != KindMetier && e.Status != Proposed {
			out = append(out, Feedback{e.Code, e.Kind, e.Confidence, e.Status == Accepted})
		}
	}
	return out
}

// Calibration compares the confidence of proposals with how often people
// accepted them.
type Calibration struct {
	N     int              `json:"n"`
	Error float64          `json:"error"` // mean distance between the two over ten bins, by their size
	Bins  []CalibrationBin `json:"bins"`  // without empty ones
}

// CalibrationBin is the proposals of one tenth of confidence.
type CalibrationBin struct {
	From       float64 `json:"from"`
	To         float64 `json:"to"`
	N          int     `json:"n"`
	Confidence float64 `json:"confidence"` // mean
	Accepted   float64 `json:"accepted"`   // share
	Margin     float64 `json:"margin"`     // half of the 95 % interval of that share
}

// Calibrate makes the report. Bins with few decisions have a wide margin: a
// difference smaller than that is no evidence of anything.
func Calibrate(list []Feedback) Calibration {
	var n, accepted [10]int
	var confidence [10]float64
	for _, f := range list {
		bin := max(0, min(int(f.Confidence*10), 9))
		n[bin]++
		confidence[bin] += f.Confidence
		if f.Accepted {
			accepted[bin]++
		}
	}
	c := Calibration{N: len(list), Bins: []CalibrationBin{}}
	for i := range n {
		if n[i] == 0 {
			continue
		}
		size := float64(n[i])
		share, mean := float64(accepted[i])/size, confidence[i]/size
		c.Error += math.Abs(share-mean) * size / float64(len(list))
		// Wilson's interval: also right for shares of 0 and 1.
		const z = 1.96
		margin := z / (1 + z*z/size) * math.Sqrt(share*(1-share)/size+z*z/(4*size*size))
		c.Bins = append(c.Bins, CalibrationBin{float64(i) / 10, float64(i+1) / 10, n[i], mean, share, margin})
	}
	return c
}
