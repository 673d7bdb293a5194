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
	"tandem/retrieval/subword"
)

// Trained is the built-in embedder trained on src and on o.Teach, without a
// database: what [Load] would make. It reads o.DataDir's copy when that was
// trained on the very same lessons, and leaves one there otherwise. With it come
// the titles of each métier, by code, its own first.
func Trained(ctx context.Context, src Source, o Options) (m *subword.Model, titles map[string][]string, err error) {
	o.say("Lecture du ROME", 0, 1)
	d, err := src.data()
	if err != nil {
		return nil, nil, err
	}
	o.say("Lecture du ROME", 1, 1)
	v := viewOf(d)
	titles = map[string][]string{}
	for _, x := range v.Metiers {
		titles[x.Code] = append([]string{x.Label}, v.appellations[x.Code]...)
	}
	m, err = v.trained(ctx, o)
	return m, titles, err
}

// patient is how old a copy of another release must be before it is removed:
// two programs of two releases may share a data folder for a while.
const patient = 30 * 24 * time.Hour

// trained trains, or reads what an earlier training with the same lessons and
// the same recipe has left. A copy that is damaged is made anew, and one that
// cannot be written is not missed: the next start trains again.
func (v *view) trained(ctx context.Context, o Options) (*subword.Model, error) {
	examples, classes := v.lessons(o.Teach)
	path := ""
	if o.DataDir != "" {
		path = filepath.Join(o.DataDir, "rome", "embedder-"+lessonsSum(examples, classes)+".bin")
		if b, err := readTrained(path); err == nil {
			if m, err := subword.Decode(b); err == nil {
				return m, nil
			}
		}
	}
	m, err := subword.Train(ctx, examples, classes, subword.Options{Done: func(done, total int) { o.say("Apprentissage du vocabulaire", done, total) }})
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

// lessonsSum tells trainings apart. It is of the lessons themselves and not of
// the archive: a change of what is taught counts, whoever forgets to say so.
func lessonsSum(examples []subword.Example, classes []string) string {
	h := sha256.New()
	fmt.Fprintln(h, subword.Recipe())
	for _, e := range examples {
		fmt.Fprintf(h, "%q %v %d\n", e.Text, e.Labels, e.Times)
	}
	fmt.Fprintf(h, "%q\n", classes)
	return hex.EncodeToString(h.Sum(nil)[:12])
}
