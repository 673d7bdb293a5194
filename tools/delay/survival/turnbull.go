package survival

import "math"

// Turnbull is the share still there on each day 0…MaxDay, without any model:
// Kaplan and Meier's estimate for times that are truncated on the left and
// censored in intervals. Groups and terms are not read. A gone subject counts
// in the days between its last sight and its absence as the others are seen to
// go; one that entered late stands for those that were gone before.
func Turnbull(spells []Spell) []float64 {
	const rounds, enough = 2000, 1e-7
	mass := make([]float64, row) // of going on a day; the last is going later
	for d := range mass {
		mass[d] = 1.0 / row
	}
	cum := make([]float64, row+1)
	next := make([]float64, row)
	for range rounds {
		for d, m := range mass {
			cum[d+1] = cum[d] + m
		}
		clear(next)
		// share spreads one subject over days as mass does now: as a difference, to
		// be summed up once.
		share := func(from, to int, weight float64) {
			if to > from {
				next[from] += weight
				if to < row {
					next[to] -= weight
				}
			}
		}
		for _, s := range spells {
			s = s.clipped()
			to := row
			if s.Gone != 0 {
				to = s.Gone
			}
			if within := cum[to] - cum[s.Last]; within > 0 {
				share(s.Last, to, 1/within)
			}
			if beyond := cum[row] - cum[s.Entry]; beyond > 0 {
				share(0, s.Entry, 1/beyond)
			}
		}
		weight, total := 0.0, 0.0
		for d := range next {
			weight += next[d]
			next[d] = weight * mass[d] // no longer a difference
			total += next[d]
		}
		moved := 0.0
		for d := range mass {
			now := next[d] / total
			moved = math.Max(moved, math.Abs(now-mass[d]))
			mass[d] = now
		}
		if moved < enough {
			break
		}
	}
	out := make([]float64, row)
	left := 1.0
	for d := range out {
		out[d] = math.Max(left, 0)
		left -= mass[d]
	}
	return out
}
