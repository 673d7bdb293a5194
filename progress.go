package main

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows long work: a bar on a terminal, a line for each stage
// elsewhere.
type progress struct {
	w     io.Writer
	bar   *progressbar.ProgressBar
	label string
	tty   bool
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, tty: ok && term.IsTerminal(int(f.Fd()))}
}

func (p *progress) show(label string, done, total int) {
	if label != p.label {
		p.done()
		p.label = label
		if p.tty {
			p.bar = progressbar.NewOptions(max(total, 1), progressbar.OptionSetWriter(p.w), progressbar.OptionSetDescription(label),
				progressbar.OptionShowCount(), progressbar.OptionSetWidth(30), progressbar.OptionThrottle(65_000_000))
		} else {
			_, _ = io.WriteString(p.w, "Tandem : "+label+"…\n")
		}
	}
	if p.bar != nil {
		p.bar.ChangeMax(max(total, 1))
		_ = p.bar.Set(min(done, max(total, 1)))
	}
}

// done ends the stage under way.
func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Finish()
		_, _ = io.WriteString(p.w, "\n")
	}
	p.bar, p.label = nil, ""
}
