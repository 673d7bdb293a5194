package document

import (
	"fmt"
	"syscall"

	"github.com/tetratelabs/wazero/experimental"
)

// memory is what one instance of the PDF engine may use, reserved at once and
// held by the system page by page as it is written to. On Go's heap each
// instance would cost its 19 MB whether touched or not, move when it grows, and
// stay behind as garbage: eight people at once then cost four times one.
type memory struct{ all []byte }

var _ experimental.LinearMemory = (*memory)(nil)

func reserve(most int) (*memory, error) {
	all, err := syscall.Mmap(-1, 0, most, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE|syscall.MAP_NORESERVE)
	if err != nil {
		return nil, fmt.Errorf("document: memory of the PDF engine: %w", err)
	}
	return &memory{all}, nil
}

// Reallocate is the first size bytes, nil when that is more than was reserved.
func (m *memory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.all)) {
		return nil
	}
	return m.all[:size:size]
}

// Free does nothing: wazero calls it when a module is closed, and a module that
// loops is closed while its code still runs in this memory.
func (m *memory) Free() {}

// release gives the memory back to the system, contents and all. No code of the
// instance may run any more.
func (m *memory) release() error { return syscall.Munmap(m.all) }
