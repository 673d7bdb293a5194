package rome

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tandem/retrieval"
)

// Folds is how many parts of ROME can be held out, one at a time.
const Folds = 10

// HoldOut makes, in dir, an evaluation of retrieval from src: ROME without one
// part in ten of its synonyms, a few of its skills and some of our everyday
// phrases (dir/archive, to be loaded in place of the official one), and questions
// about what was taken out and about what is left:
//
//	seen.jsonl          titles that are in the index, in one of their forms
//	seen-typed.jsonl    the same, as people type
//	unseen.jsonl        titles that were taken out → their métier
//	unseen-typed.jsonl  the same, as people type
//	skills.jsonl        skills that were taken out → the métiers that need them
//	said.jsonl          everyday phrases that were taken out → their métier or item
//	elsewhere.jsonl     sentences that no corpus answers, taken out as well
//	ranking-metiers/    unseen titles against one document a métier
//	ranking-titles/     unseen titles against the titles left, right when of the same métier
//
// fold (0 to Folds-1) says which part: what is tuned on one is reported on
// another. Same archive and fold, same files. They hold ROME's own words and
// belong in no repository.
func HoldOut(src Source, fold int, dir string) error {
	if src.archive == nil {
		return errors.New("rome: hold out: the built-in extract is too small; give an archive")
	}
	d, err := src.data()
	if err != nil {
		return err
	}
	h := holding{v: viewOf(d), fold: fold, out: map[string]bool{}}
	h.choose()
	for name, write := range map[string]func(string) error{
		"archive":         func(p string) error { return h.archive(src.archive, p) },
		"ranking-metiers": h.rankMetiers,
		"ranking-titles":  h.rankTitles,
	} {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(p, 0o755); err != nil {
			return err
		}
		if err := write(p); err != nil {
			return fmt.Errorf("rome: hold out %s: %w", name, err)
		}
	}
	for name, questions := range map[string][]heldQuestion{"seen": h.seen, "seen-typed": typedAll(h.seen, 1),
		"unseen": h.unseen, "unseen-typed": typedAll(h.unseen, 2), "skills": h.skills,
		"said": h.said, "elsewhere": h.elsewhere} {
		if err := writeLines(filepath.Join(dir, name+".jsonl"), len(questions), func(i int) []byte {
			line, _ := json.Marshal(questions[i]) // plain strings
			return line
		}); err != nil {
			return err
		}
	}
	return nil
}

// heldQuestion is a line for `tandem eval retrieval`.
type heldQuestion struct {
	Query    string   `json:"query"`
	Corpus   string   `json:"corpus"`
	Kind     string   `json:"kind"`
	Relevant []string `json:"relevant"`
}

type holding struct {
	v                    *view
	fold                 int
	out                  map[string]bool // OGR codes taken out
	seen, unseen, skills []heldQuestion
	said, elsewhere      []heldQuestion
}

// maxNeeded is the number of métiers from which a skill says too little to be asked for.
const maxNeeded = 8

func (h *holding) choose() {
	rng := rand.New(rand.NewPCG(uint64(h.fold), 1))
	ask := func(text string, metiers ...string) heldQuestion {
		return heldQuestion{text, retrieval.ROME, retrieval.Metier, metiers}
	}
	for _, a := range h.v.Appellations {
		said := forms(a.Label)
		q := ask(said[rng.IntN(len(said))], a.Metier)
		switch lot := draw(a.Code); {
		case !a.Principal && lot%Folds == h.fold:
			h.out[a.Code] = true
			h.unseen = append(h.unseen, q)
		case lot/Folds%Folds == h.fold:
			h.seen = append(h.seen, q)
		}
	}
	for _, it := range h.v.Items {
		metiers := h.v.neededBy[it.Code]
		if lot := draw(it.Code); it.Function == "" && len(metiers) > 0 && len(metiers) <= maxNeeded && lot%Folds == h.fold && lot/Folds%4 == 0 &&
			(it.Kind == retrieval.Competence || it.Kind == retrieval.Savoir) {
			h.out[it.Code] = true
			h.skills = append(h.skills, ask(it.Label, metiers...))
		}
	}
	h.choosePhrases()
}

// fewPhrases is how many parts of the everyday phrases are taken out at once: the
// others must still teach what people say.
const fewPhrases = 2 * Folds

func (h *holding) choosePhrases() {
	chosen := func(phrase string, parts int) bool { return draw(phrase)%parts == h.fold }
	ask := func(code, kind string) {
		for _, phrase := range everyday()[code] {
			if chosen(phrase, fewPhrases) {
				h.said = append(h.said, heldQuestion{phrase, retrieval.ROME, kind, []string{code}})
			}
		}
	}
	for _, m := range h.v.Metiers {
		ask(m.Code, retrieval.Metier)
	}
	for _, it := range h.v.Items {
		ask(it.Code, it.Kind)
	}
	topics := retrieval.Elsewhere()
	for _, topic := range slices.Sorted(maps.Keys(topics)) {
		for _, sentence := range topics[topic] {
			if chosen(sentence, Folds) {
				h.elsewhere = append(h.elsewhere, heldQuestion{sentence, retrieval.ROME, retrieval.Metier, []string{}})
			}
		}
	}
}

// leaveOut lists the phrases taken out where [reading.leftOut] finds them.
func (h *holding) leaveOut(dir string) error {
	phrases := slices.Concat(h.said, h.elsewhere)
	return writeLines(filepath.Join(dir, leftOutFile+".csv"), len(phrases)+1, func(i int) []byte {
		if i == 0 {
			return []byte("phrase")
		}
		return []byte(`"` + strings.ReplaceAll(phrases[i-1].Query, `"`, `""`) + `"`)
	})
}

// draw is a number that a code always gets.
func draw(code string) int {
	f := fnv.New32a()
	_, _ = f.Write([]byte(code)) // never fails
	return int(f.Sum32() >> 8)
}

func typedAll(questions []heldQuestion, seed uint64) []heldQuestion {
	rng := rand.New(rand.NewPCG(seed, 2))
	questions = slices.Clone(questions)
	for i := range questions {
		questions[i].Query = typed(questions[i].Query, rng)
	}
	return questions
}

// archive writes the archive without the rows that name what was taken out.
func (h *holding) archive(a *archive, dir string) error {
	for table, f := range a.files {
		data := f.data
		if table != "version.txt" {
			var err error
			if data, err = h.without(f.data); err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, f.name), data, 0o644); err != nil {
			return err
		}
	}
	return h.leaveOut(dir)
}

func (h *holding) without(data []byte) ([]byte, error) {
	text, err := decode(data)
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(text))
	header, err := r.Read()
	if err != nil {
		return nil, err
	}
	var kept bytes.Buffer
	w := csv.NewWriter(&kept)
	err = w.Write(header)
	for err == nil {
		var record []string
		if record, err = r.Read(); err != nil {
			break
		}
		if !slices.ContainsFunc(header, func(column string) bool {
			return strings.Contains(column, "ogr") && h.out[record[slices.Index(header, column)]]
		}) {
			err = w.Write(record)
		}
	}
	if !errors.Is(err, io.EOF) {
		return nil, err
	}
	w.Flush()
	return kept.Bytes(), w.Error()
}

func (h *holding) rankMetiers(dir string) error {
	var docs [][2]string
	for _, m := range h.v.Metiers {
		text := []string{m.Label}
		for _, a := range h.v.Appellations {
			if a.Metier == m.Code && !h.out[a.Code] && !a.Principal {
				text = append(text, a.Label)
			}
		}
		docs = append(docs, [2]string{m.Code, strings.Join(text, " ; ")})
	}
	return h.ranking(dir, docs, func(metier string) []string { return []string{metier} })
}

func (h *holding) rankTitles(dir string) error {
	var docs [][2]string
	of := map[string][]string{}
	for _, a := range h.v.Appellations {
		if !h.out[a.Code] {
			docs = append(docs, [2]string{a.Code, forms(a.Label)[0]})
			of[a.Metier] = append(of[a.Metier], a.Code)
		}
	}
	return h.ranking(dir, docs, func(metier string) []string { return of[metier] })
}

// ranking writes a folder for `tandem eval ranking`.
func (h *holding) ranking(dir string, docs [][2]string, relevant func(metier string) []string) error {
	queries, qrels := [][2]string{{"id", "text"}}, [][2]string{{"qid", "did"}}
	for i, q := range h.unseen {
		id := fmt.Sprint("q", i)
		queries = append(queries, [2]string{id, q.Query})
		for _, d := range relevant(q.Relevant[0]) {
			qrels = append(qrels, [2]string{id, d})
		}
	}
	docs = append([][2]string{{"id", "text"}}, docs...)
	for name, rows := range map[string][][2]string{"queries.tsv": queries, "corpus.tsv": docs, "qrels.tsv": qrels} {
		if err := writeLines(filepath.Join(dir, name), len(rows), func(i int) []byte {
			return []byte(rows[i][0] + "\t" + rows[i][1])
		}); err != nil {
			return err
		}
	}
	return nil
}

func writeLines(path string, n int, line func(i int) []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	for i := range n {
		_, _ = w.Write(line(i)) // an error stays in w until Flush
		_ = w.WriteByte('\n')
	}
	return errors.Join(w.Flush(), f.Close())
}
