package survival

import (
	"cmp"
	"math"
	"slices"
)

// Judged is one forecast and what came of it.
type Judged struct {
	P   float64
	Yes bool
}

// AUC is how often one that came is ranked above one that did not; ties count
// half. It is NaN when there is no such pair.
func AUC(list []Judged) float64 {
	sorted := slices.SortedFunc(slices.Values(list), func(a, b Judged) int { return cmp.Compare(a.P, b.P) })
	rank, yes := 0.0, 0.0
	for i := 0; i < len(sorted); {
		tied, j := 0.0, i // those of this tie that came
		for ; j < len(sorted) && sorted[j].P == sorted[i].P; j++ {
			tied += truth(sorted[j])
		}
		rank += tied * float64(i+1+j) / 2
		yes += tied
		i = j
	}
	no := float64(len(list)) - yes
	return (rank - yes*(yes+1)/2) / (yes * no)
}

// Brier is the mean squared error.
func Brier(list []Judged) float64 {
	sum := 0.0
	for _, j := range list {
		sum += square(j.P - truth(j))
	}
	return sum / float64(len(list))
}

// LogLikelihood is the mean log of what was said of what came; certainties are
// taken for one in a million, so that one error is not infinite.
func LogLikelihood(list []Judged) float64 {
	const least = 1e-6
	sum := 0.0
	for _, j := range list {
		p := math.Min(math.Max(j.P, least), 1-least)
		if j.Yes {
			sum += math.Log(p)
		} else {
			sum += math.Log1p(-p)
		}
	}
	return sum / float64(len(list))
}

// Bin is the forecasts of one tenth.
type Bin struct {
	From, To float64
	N        int
	Mean     float64 // of what was said
	Share    float64 // of what came
	Margin   float64 // half of the 95 % interval of that share
}

// Calibration is the mean distance between what was said and what came over ten
// bins of equal width, by their size, and the bins that are not empty.
func Calibration(list []Judged) (float64, []Bin) {
	var bins [10]Bin
	for _, j := range list {
		b := &bins[min(max(int(j.P*10), 0), 9)]
		b.N++
		b.Mean += j.P
		b.Share += truth(j)
	}
	sum, out := 0.0, []Bin{}
	for i, b := range bins {
		if b.N == 0 {
			continue
		}
		n := float64(b.N)
		sum += math.Abs(b.Mean-b.Share) / float64(len(list))
		b.From, b.To = float64(i)/10, float64(i+1)/10
		b.Mean, b.Share = b.Mean/n, b.Share/n
		b.Margin = wilson(b.Share, n)
		out = append(out, b)
	}
	return sum, out
}

// wilson is half of the 95 % interval of a share.
func wilson(share, n float64) float64 {
	const z = 1.96
	return z * math.Sqrt(share*(1-share)/n+z*z/(4*n*n)) / (1 + z*z/n)
}

func truth(j Judged) float64 {
	if j.Yes {
		return 1
	}
	return 0
}

func square(x float64) float64 { return x * x }
