package subword

import (
	"math"
	"runtime"
	"sync"
)

// normalise makes v a unit vector, unless it is zero, and returns its length.
func normalise(v []float32) float32 {
	n := float32(math.Sqrt(float64(dot(v, v))))
	if n > 0 {
		for i := range v {
			v[i] /= n
		}
	}
	return n
}

// dot and axpy are unrolled by four: with the bounds known the compiler keeps
// four sums in registers, which halves the time of training. The race detector
// would make them ten times slower and is kept out: that workers do not meet is
// what the test of determinism shows.
//
//go:norace
func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		s0 += x[0] * y[0]
		s1 += x[1] * y[1]
		s2 += x[2] * y[2]
		s3 += x[3] * y[3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}

// axpy adds alpha·x to y.
//
//go:norace
func axpy(alpha float32, x, y []float32) {
	y = y[:len(x)]
	i := 0
	for ; i+4 <= len(x); i += 4 {
		p, q := x[i:i+4:i+4], y[i:i+4:i+4]
		q[0] += alpha * p[0]
		q[1] += alpha * p[1]
		q[2] += alpha * p[2]
		q[3] += alpha * p[3]
	}
	for ; i < len(x); i++ {
		y[i] += alpha * x[i]
	}
}

// parallel splits [0, n) among the processors.
func parallel(n int, f func(from, to int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { f(n*w/workers, n*(w+1)/workers) })
	}
	wg.Wait()
}
