package document

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// engine is pdfium compiled to machine code from WebAssembly. It has no files,
// no network, no clock of ours, and no more memory than it was given; each
// document gets an instance of its own, thrown away afterwards, so that nothing
// of one person's document can reach another's.
type engine struct {
	pool  pdfium.Pool
	cache wazero.CompilationCache // nil without a folder
}

// startEngine compiles pdfium, which takes seconds, or loads it from cacheDir,
// which takes milliseconds. instances bounds the instances alive at once,
// memory the bytes each may use.
func startEngine(ctx context.Context, cacheDir string, instances, memory int) (*engine, error) {
	e := &engine{}
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(uint32(memory / 65536)).
		WithCloseOnContextDone(true) // or a document that loops could not be stopped
	if cacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(cacheDir)
		if err != nil {
			return nil, fmt.Errorf("document: cache of the PDF engine: %w", err)
		}
		e.cache = cache
		config = config.WithCompilationCache(cache)
	}
	pool, err := webassembly.Init(webassembly.Config{
		Context:       experimental.WithCompilationWorkers(context.WithoutCancel(ctx), runtime.GOMAXPROCS(0)),
		MaxTotal:      instances,
		FSConfig:      wazero.NewFSConfig(), // the default would mount all of "/"
		RuntimeConfig: config,
		Stdout:        io.Discard,
		Stderr:        io.Discard,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("document: start the PDF engine: %w", err), e.close())
	}
	e.pool = pool
	return e, nil
}

func (e *engine) close() error {
	var errs []error
	if e.pool != nil {
		errs = append(errs, e.pool.Close())
	}
	if e.cache != nil {
		errs = append(errs, e.cache.Close(context.Background()))
	}
	return errors.Join(errs...)
}
