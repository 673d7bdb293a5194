package skills

import (
	"context"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"

	"tandem/internal/postgres"
)

// Feedback is what people made of one proposal at one confidence: never any
// text, nor who or when. The table counts it when a profile is erased, whichever
// way (migrations/0009_profile.sql): what was added by hand, still waits for a
// decision, or is a métier says nothing of the confidence of skills.
type Feedback struct {
	Code       string  `json:"code"`
	Kind       string  `json:"kind"`
	Confidence float64 `json:"confidence"` // as it was shown
	Accepted   int     `json:"accepted"`
	Refused    int     `json:"refused"`
}

// Feedback is what has been counted so far; nothing for who is not a counsellor.
func (s *Profiles) Feedback(ctx context.Context, v postgres.Visitor) (list []Feedback, err error) {
	err = s.db.As(ctx, v, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select code, kind, confidence::float8, sum(accepted)::int, sum(refused)::int
			from proposal_figures group by code, kind, confidence order by code, confidence`)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Feedback])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("feedback: %w", err)
	}
	return list, nil
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
	c := Calibration{Bins: []CalibrationBin{}}
	for _, f := range list {
		decided := f.Accepted + f.Refused
		bin := max(0, min(int(f.Confidence*10), 9))
		n[bin] += decided
		confidence[bin] += f.Confidence * float64(decided)
		accepted[bin] += f.Accepted
		c.N += decided
	}
	for i := range n {
		if n[i] == 0 {
			continue
		}
		size := float64(n[i])
		share, mean := float64(accepted[i])/size, confidence[i]/size
		c.Error += math.Abs(share-mean) * size / float64(c.N)
		// Wilson's interval: also right for shares of 0 and 1.
		const z = 1.96
		margin := z / (1 + z*z/size) * math.Sqrt(share*(1-share)/size+z*z/(4*size*size))
		c.Bins = append(c.Bins, CalibrationBin{float64(i) / 10, float64(i+1) / 10, n[i], mean, share, margin})
	}
	return c
}
