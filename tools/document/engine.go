package document

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// engine is pdfium compiled to machine code from WebAssembly. It has no files,
// no network, no clock of ours, and no more memory than it was given; each
// document gets an instance of its own, thrown away afterwards, so that nothing
// of one person's document can reach another's. Instances share the code; a new
// one costs three milliseconds, so that cleaning old ones would gain nothing.
type engine struct {
	pool  pdfium.Pool
	cache wazero.CompilationCache // nil without a folder
	most  int                     // bytes an instance may use

	mu   sync.Mutex // held while an instance is made
	next *memory    // of the instance being made
}

// instance is pdfium for one document.
type instance struct {
	pdfium.Pdfium
	memory *memory
}

// startEngine compiles pdfium, which takes seconds, or loads it from cacheDir,
// which takes milliseconds. instances bounds the instances alive at once,
// memory the bytes each may use.
func startEngine(ctx context.Context, cacheDir string, instances, memory int) (*engine, error) {
	e := &engine{most: memory}
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
	ctx = experimental.WithCompilationWorkers(context.WithoutCancel(ctx), runtime.GOMAXPROCS(0))
	ctx = experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(func(_, _ uint64) experimental.LinearMemory { return e.next }))
	pool, err := webassembly.Init(webassembly.Config{
		Context:       ctx,
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

// open makes an instance; the caller closes it.
func (e *engine) open(ctx context.Context) (*instance, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	m, err := reserve(e.most)
	if err != nil {
		return nil, err
	}
	e.next = m
	made, err := e.pool.GetInstanceWithContext(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("document: instance of the PDF engine: %w", err), m.release())
	}
	return &instance{made, m}, nil
}

// close ends the instance and frees its memory. No call of it may be under way.
// It is no news when pdfium is beyond an orderly end: killed, or broken by the
// document.
func (i *instance) close() error {
	_ = i.Pdfium.Close()
	return i.memory.release()
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
