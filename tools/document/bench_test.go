package document

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// BenchmarkStart is what the first PDF of a process waits for.
func BenchmarkStart(b *testing.B) {
	warm := b.TempDir()
	for name, dir := range map[string]func() string{"cold": b.TempDir, "cached": func() string { return warm }} {
		b.Run(name, func(b *testing.B) {
			start := func() {
				r, err := NewReader(context.Background(), Options{CacheDir: dir()})
				if err != nil {
					b.Fatal(err)
				}
				if err := r.Warm(context.Background()); err != nil {
					b.Fatal(err)
				}
				r.Close()
			}
			if name == "cached" {
				start()
			}
			for b.Loop() {
				start()
			}
		})
	}
}

// BenchmarkRead is one CV of a page, the engine warm.
func BenchmarkRead(b *testing.B) {
	for _, name := range []string{"deux-colonnes.pdf", "simple.docx", "simple.odt", "simple.txt"} {
		b.Run(name, func(b *testing.B) {
			r := newReader(b, Options{})
			data := fixtures[name]()
			mustRead(b, r, data)
			for b.Loop() {
				mustRead(b, r, data)
			}
		})
	}
}

// BenchmarkEight is one person, then eight at once; MB-more is what the process takes
// from the system for it beyond the memory of an idle, warm reader.
func BenchmarkEight(b *testing.B) {
	for _, people := range []int{1, 8} {
		b.Run(fmt.Sprint(people), func(b *testing.B) { atOnce(b, people) })
	}
}

func atOnce(b *testing.B, people int) {
	r := newReader(b, Options{})
	data := fixtures["deux-colonnes.pdf"]()
	if err := r.Warm(b.Context()); err != nil {
		b.Fatal(err)
	}
	idle := resident()
	for b.Loop() {
		var group sync.WaitGroup
		for range people {
			group.Go(func() { mustRead(b, r, data) })
		}
		group.Wait()
	}
	b.ReportMetric((resident()-idle)/(1<<20), "MB-more")
	b.ReportMetric(idle/(1<<20), "MB-idle")
}

// resident is what the process holds of the machine's memory; address space that
// WebAssembly reserves and never touches costs nothing.
func resident() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err == nil {
		for line := range strings.Lines(string(status)) {
			var kb float64
			if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kb); n == 1 {
				return kb * 1024
			}
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys)
}
