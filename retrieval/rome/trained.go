package rome

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tandem/internal/fault"
	"tandem/retrieval"
	"tandem/retrieval/subword"
)

// Trained is the built-in embedder trained on src and on o.Teach, without a
// database: what [Load] would make. It reads o.DataDir's copy when that was
// trained on the very same lessons, and leaves one there otherwise. With it come
// the titles of each métier, by code, its own first.
func Trained(ctx context.Context, src Source, o Options) (m *subword.Model, titles map[string][]string, err error) {
	o.say("Lecture du ROME", 0, 1)
	l, err := Read(src, o.Teach)
	if err != nil {
		return nil, nil, err
	}
	o.say("Lecture du ROME", 1, 1)
	m, err = l.train(ctx, o)
	return m, l.Titles, err
}

// Lessons are what the built-in embedder learns: examples of named classes. The
// titles of each métier, by code, come with them.
type Lessons struct {
	Examples []subword.Example
	Classes  []string
	Titles   map[string][]string
}

// Read reads the lessons of a source, and of teach, passages of other corpora.
func Read(src Source, teach []retrieval.Entry) (Lessons, error) {
	d, err := src.data()
	if err != nil {
		return Lessons{}, err
	}
	return viewOf(d).all(teach), nil
}

func (v *view) all(teach []retrieval.Entry) Lessons {
	l := Lessons{Titles: map[string][]string{}}
	for _, x := range v.Metiers {
		l.Titles[x.Code] = append([]string{x.Label}, v.appellations[x.Code]...)
	}
	l.Examples, l.Classes = v.lessons(teach)
	return l
}

// patient is how old a copy of another release must be before it is removed:
// two programs of two releases may share a data folder for a while.
const patient = 30 * 24 * time.Hour

// train trains, or reads what an earlier training with the same lessons and
// the same recipe has left. A copy that is damaged is made anew, and one that
// cannot be written is not missed: the next start trains again.
func (l Lessons) train(ctx context.Context, o Options) (*subword.Model, error) {
	path := ""
	if o.DataDir != "" {
		path = filepath.Join(o.DataDir, "rome", "embedder-"+l.sum()+".bin")
		if b, err := readTrained(path); err == nil {
			if m, err := subword.Decode(b); err == nil {
				return m, nil
			}
		}
	}
	m, err := subword.Train(ctx, l.Examples, l.Classes, subword.Options{Done: func(done, total int) { o.say("Apprentissage du vocabulaire", done, total) }})
	if err != nil {
		return nil, fmt.Errorf("rome: train the embedder: %w", err)
	}
	if path != "" && writeWhole(path, m.Encode()) == nil {
		forget(path)
	}
	return m, nil
}

func (o Options) say(label string, done, total int) {
	if o.Progress != nil {
		o.Progress(label, done, total)
	}
}

// maxTrained bounds what is read of the data folder; a model takes 25 MB.
const maxTrained = 256 << 20

func readTrained(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxTrained {
		return nil, fault.New(fault.TooLarge, "« %s » dépasse %d Mo.", path, maxTrained>>20)
	}
	return os.ReadFile(path)
}

// forget removes old copies beside the one that has just been written.
func forget(path string) {
	others, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "embedder-*.bin")) // the pattern is right
	for _, other := range others {
		if info, err := os.Stat(other); err == nil && other != path && time.Since(info.ModTime()) > patient {
			_ = os.Remove(other) // tried again at the next training
		}
	}
}

// sum tells trainings apart. It is of the lessons themselves and not of
// the archive: a change of what is taught counts, whoever forgets to say so.
func (l Lessons) sum() string {
	h := sha256.New()
	fmt.Fprintln(h, subword.Recipe())
	for _, e := range l.Examples {
		fmt.Fprintf(h, "%q %v %d\n", e.Text, e.Labels, e.Times)
	}
	fmt.Fprintf(h, "%q\n", l.Classes)
	return hex.EncodeToString(h.Sum(nil)[:12])
}
