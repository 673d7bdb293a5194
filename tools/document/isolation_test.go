package document

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/internal/fault"
	"tandem/internal/paper"
)

// crowdedPDF is a crash inside the sandbox: its million lines do not fit into
// the least memory an instance may have.
func crowdedPDF() []byte {
	crowded := &paper.Sheet{}
	crowded.Raw("%s", strings.Repeat("1 2 m 3 4 l S\n", 500_000))
	return paper.File{Pages: []*paper.Sheet{crowded}}.PDF()
}

// Whatever a document does to its instance, it gets a refusal, its neighbours
// get their text, and the memory it took goes back.
func TestCrashTouchesNoOther(t *testing.T) {
	r := newReader(t, Options{Memory: 32 << 20, Parallel: 3, Timeout: time.Minute})
	crowded, good := crowdedPDF(), simplePDF("Peintre en bâtiment")
	mustRead(t, r, good)
	before := resident()
	var hostile sync.WaitGroup
	for range 2 {
		hostile.Go(func() {
			for range 4 {
				_, err := r.Read(t.Context(), "", crowded)
				wantReason(t, err, TooComplex)
				if !strings.Contains(fault.Message(err), "trop complexe") {
					t.Error(fault.Message(err))
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() { hostile.Wait(); close(ended) }()
	for reading := true; reading; {
		wantText(t, mustRead(t, r, good).Text, "Peintre en bâtiment")
		select {
		case <-ended:
			reading = false
		default:
		}
	}
	wantText(t, mustRead(t, r, good).Text, "Peintre en bâtiment")
	runtime.GC()
	if more := resident() - before; more > 48<<20 {
		t.Errorf("8 crashes of 32 MB left %.0f MB behind", more/(1<<20))
	}
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

// Documents stay in memory: no system call writes what they hold, to a file or
// anywhere else.
func TestNothingWritten(t *testing.T) {
	written := func() (n int) {
		counts, err := os.ReadFile("/proc/self/io")
		if err != nil {
			t.Skip("this system does not count what a process writes: ", err)
		}
		fmt.Sscanf(string(counts[bytes.Index(counts, []byte("wchar:")):]), "wchar: %d", &n)
		return n
	}
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Chdir(dir)
	r := newReader(t, Options{Timeout: time.Minute})
	long := strings.Repeat("Peinture, enduits et papiers peints dans des logements occupés\n", 500)
	files := [][]byte{[]byte(long), makeDOCX(docxBody(long)), makeODT(odtBody(long)), renderers["html"](long), renderers["rtf"](long), renderers["pdf"](long)}
	mustRead(t, r, files[len(files)-1]) // the engine may have been compiled into its cache
	before := written()
	for _, data := range files {
		if doc := mustRead(t, r, data); len(doc.Text) < 30_000 {
			t.Errorf("%s: only %d bytes of text", doc.Kind, len(doc.Text))
		}
	}
	if _, err := r.Read(t.Context(), "", fixtures["chiffre.pdf"]()); err == nil {
		t.Error("read without its password")
	}
	// The runtime wakes its threads by eight bytes at a time.
	if n := written() - before; n > 10_000 {
		t.Errorf("%d bytes were written", n)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// A document that outlasts its time is stopped inside pdfium, says so, and
// others are read meanwhile and afterwards.
func TestTimeoutTouchesNoOther(t *testing.T) {
	r := newReader(t, Options{Timeout: 4 * time.Second, Parallel: 2})
	endless, good := endlessPDF(), simplePDF("Peintre en bâtiment")
	mustRead(t, r, good)
	late := make(chan error)
	go func() {
		_, err := r.Read(t.Context(), "", endless)
		late <- err
	}()
	for n := 0; ; n++ {
		select {
		case err := <-late:
			wantReason(t, err, Timeout)
			if !strings.Contains(fault.Message(err), "trop de temps") {
				t.Error(fault.Message(err))
			}
			if n == 0 {
				t.Error("nothing was read meanwhile")
			}
		default:
			wantText(t, mustRead(t, r, good).Text, "Peintre en bâtiment")
			continue
		}
		break
	}
	wantText(t, mustRead(t, r, good).Text, "Peintre en bâtiment")

	ctx, cancel := context.WithCancelCause(t.Context())
	stopped := errors.New("stopped")
	cancel(stopped)
	if _, err := r.Read(ctx, "", endless); !errors.Is(err, stopped) {
		t.Errorf("got %v, want the cause of the context's end", err)
	}
}

// endlessPDF keeps pdfium busy for minutes and in little memory: it compares
// each word with all that were drawn in the same place.
func endlessPDF() []byte {
	var ops bytes.Buffer
	w := zlib.NewWriter(&ops)
	fmt.Fprintf(w, "BT /F1 9 Tf 50 500 Td %s ET", strings.Repeat("(mot ) Tj -20 0 Td ", 90_000))
	w.Close()
	return objectsPDF(
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream", ops.Len(), ops.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	)
}

func TestClose(t *testing.T) {
	r, err := NewReader(t.Context(), Options{CacheDir: engineCache()})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	under := make(chan error)
	go func() {
		_, err := r.Read(t.Context(), "", endlessPDF())
		under <- err
	}()
	for len(r.slots) == 0 { // until the document is being read
		select {
		case err := <-under:
			t.Fatal("read before Close: ", err)
		case <-time.After(time.Millisecond):
		}
	}
	for range 2 {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := <-under; !errors.Is(err, errClosed) {
		t.Errorf("got %v", err)
	}
	if _, err := r.Read(t.Context(), "", simplePDF("Trop tard")); !errors.Is(err, errClosed) {
		t.Errorf("got %v", err)
	}
}

func TestBusy(t *testing.T) {
	r := newReader(t, Options{Parallel: 1, Timeout: 20 * time.Millisecond})
	r.slots <- struct{}{}
	_, err := r.Read(t.Context(), "", []byte("Un texte"))
	wantReason(t, err, Busy)
	<-r.slots
	mustRead(t, r, []byte("Un texte"))
}
