package document

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"time"
	"unicode"

	"tandem/internal/fault"
)

// Options bounds a [Reader]. Zero values mean the default in the comment.
type Options struct {
	CacheDir string // keeps the compiled PDF engine, nothing of documents; "" compiles it in every process. Others must not be able to write there.

	MaxBytes    int           // of a file: 5 MB
	MaxPages    int           // of a PDF: 30
	MaxText     int           // bytes of text: 400,000
	MaxExpanded int           // bytes of the XML of a DOCX or ODT: 40 MB
	Memory      int           // bytes one PDF may use, at least 32 MB: 128 MB
	Parallel    int           // documents read at once, others wait: 2
	Timeout     time.Duration // for one document, waiting for its turn not counted; also bounds that wait: 10 s
}

// Formats is what people may join, for the accept attribute of a file field.
const Formats = ".pdf,.docx,.odt,.rtf,.html,.htm,.txt"

// Reader reads documents. It is safe for concurrent use.
type Reader struct {
	opt   Options
	slots chan struct{} // one token for each document being read: Parallel

	life   context.Context // ends with Close; ends reads under way
	end    context.CancelFunc
	starts sync.WaitGroup

	mu     sync.Mutex
	closed bool
	start  *start // the last attempt to start the PDF engine, nil before the first
}

// start is one attempt to start the engine; engine and err are set once done
// is closed.
type start struct {
	done   chan struct{}
	engine *engine
	err    error
}

var errClosed = errors.New("document: reader closed")

// NewReader returns at once: the PDF engine starts with the first PDF, or with
// [Reader.Warm]. The reader lives until Close, whatever becomes of ctx's
// deadline; ctx's end refuses and ends reads as Close does. It fails if
// Options.CacheDir cannot be made.
func NewReader(ctx context.Context, opt Options) (*Reader, error) {
	fill := func(field *int, value int) {
		if *field <= 0 {
			*field = value
		}
	}
	fill(&opt.MaxBytes, 5<<20)
	fill(&opt.MaxPages, 30)
	fill(&opt.MaxText, 400_000)
	fill(&opt.MaxExpanded, 40<<20)
	fill(&opt.Memory, 128<<20)
	fill(&opt.Parallel, 2)
	opt.Memory = max(opt.Memory, 32<<20)
	if opt.Timeout <= 0 {
		opt.Timeout = 10 * time.Second
	}
	if opt.CacheDir != "" {
		// Private: what is in there is run.
		if err := os.MkdirAll(opt.CacheDir, 0o700); err != nil {
			return nil, fmt.Errorf("document: cache of the PDF engine: %w", err)
		}
	}
	r := &Reader{opt: opt, slots: make(chan struct{}, opt.Parallel)}
	r.life, r.end = context.WithCancel(ctx)
	return r, nil
}

// Warm starts the PDF engine unless it runs, and returns when it does: about
// two seconds without a cache, a seventh of a second with one. If ctx ends
// first the engine goes on starting for who comes next.
func (r *Reader) Warm(ctx context.Context) error {
	_, err := r.engine(ctx)
	return err
}

// Close ends reads under way, waits for them and frees the engine. The reader
// reads nothing afterwards; closing it again does nothing.
func (r *Reader) Close() error {
	r.mu.Lock() // so that no engine starts once starts is waited for
	again := r.closed
	r.closed = true
	r.end()
	r.mu.Unlock()
	if again {
		return nil
	}
	r.starts.Wait()
	for range cap(r.slots) { // every slot taken means nobody reads
		r.slots <- struct{}{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.start == nil || r.start.engine == nil {
		return nil
	}
	return r.start.engine.close()
}

// Read gives the text of the file. name is only repeated in the Document: the
// format is told by the content. Errors are *fault.Error with a [Reason] when
// the document is refused, ctx's error when ctx ended, anything else is a
// failure of ours.
func (r *Reader) Read(ctx context.Context, name string, data []byte) (Document, error) {
	if len(data) > r.opt.MaxBytes {
		return Document{}, refuse(TooBig, nil, weight(len(data)), weight(r.opt.MaxBytes))
	}
	kind, err := sniff(data)
	if err != nil {
		return Document{}, err
	}
	if kind == kindPDF {
		// Before taking a slot: a cold engine must not hold up other formats.
		if err := r.Warm(ctx); err != nil {
			return Document{}, err
		}
	}
	if err := r.acquire(ctx); err != nil {
		return Document{}, err
	}
	defer func() { <-r.slots }()

	reading, cancel := context.WithTimeoutCause(ctx, r.opt.Timeout, Timeout)
	defer cancel()
	defer context.AfterFunc(r.life, cancel)()

	pages, err := r.pages(reading, kind, data)
	if err != nil {
		switch {
		case ctx.Err() != nil:
			return Document{}, context.Cause(ctx)
		case r.life.Err() != nil:
			return Document{}, errClosed
		case errors.Is(context.Cause(reading), Timeout):
			return Document{}, refuse(Timeout, nil)
		}
		return Document{}, err
	}
	return r.assemble(name, kind, pages)
}

// pages is the text of each page, not yet cleaned. A panic in here is that
// document's only: no parser of ours is worth the process.
func (r *Reader) pages(ctx context.Context, kind string, data []byte) (pages []string, err error) {
	defer func() {
		if p := recover(); p != nil {
			pages, err = nil, refuse(Malformed, fmt.Errorf("panic: %v\n%s", p, debug.Stack()), formats[kind])
		}
	}()
	switch kind {
	case kindPDF:
		return r.readPDF(ctx, data)
	case kindDOCX:
		return r.readDOCX(ctx, data)
	case kindODT:
		return r.readODT(ctx, data)
	case kindRTF:
		return r.readRTF(ctx, data)
	case kindHTML:
		return r.readHTML(ctx, data)
	default:
		return []string{decodeText(data)}, nil
	}
}

// assemble cleans the pages and joins them. The blank line between two pages
// belongs to the first, so that every byte has its page; a page without text
// has no byte.
func (r *Reader) assemble(name, kind string, pages []string) (Document, error) {
	doc := Document{Name: cleanName(name), Kind: kind, Pages: make([]Page, len(pages))}
	var text strings.Builder
	letters, full := false, 0 // full is the last page with text
	for i, page := range pages {
		page = clean(page)
		if page != "" && text.Len() > 0 {
			text.WriteString("\n\n")
			doc.Pages[full].End = text.Len()
			for j := full + 1; j < i; j++ {
				doc.Pages[j] = Page{text.Len(), text.Len()}
			}
		}
		if page != "" {
			full = i
		}
		doc.Pages[i].Start = text.Len()
		text.WriteString(page)
		doc.Pages[i].End = text.Len()
		letters = letters || strings.ContainsFunc(page, unicode.IsLetter)
	}
	if text.Len() > r.opt.MaxText {
		return Document{}, refuse(TooLong, nil, r.opt.MaxText/1000)
	}
	if !letters {
		return Document{}, refuse(Empty, nil)
	}
	doc.Text = text.String()
	return doc, nil
}

func (r *Reader) acquire(ctx context.Context) error {
	turn := time.NewTimer(r.opt.Timeout)
	defer turn.Stop()
	select {
	case r.slots <- struct{}{}:
		return nil
	default:
	}
	select {
	case r.slots <- struct{}{}:
		return nil
	case <-turn.C:
		return refuse(Busy, nil)
	case <-r.life.Done():
		return errClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// engine is the running PDF engine. Whoever asks first starts it, everybody
// waits for the same start, and a failed start is tried again by the next.
func (r *Reader) engine(ctx context.Context) (*engine, error) {
	r.mu.Lock()
	if r.life.Err() != nil {
		r.mu.Unlock()
		return nil, errClosed
	}
	if r.start == nil || r.start.failed() {
		s := &start{done: make(chan struct{})}
		r.start = s
		r.starts.Go(func() {
			defer close(s.done)
			s.engine, s.err = startEngine(r.life, r.opt.CacheDir, r.opt.Parallel, r.opt.Memory)
		})
	}
	s := r.start
	r.mu.Unlock()
	select {
	case <-s.done:
		if s.err != nil {
			return nil, fault.Wrap(s.err, fault.Unavailable, "La lecture des PDF est momentanément indisponible. Réessayez dans un instant, ou collez le texte dans la conversation.")
		}
		return s.engine, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (s *start) failed() bool {
	select {
	case <-s.done:
		return s.err != nil
	default:
		return false
	}
}
