package document

import (
	"context"
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
