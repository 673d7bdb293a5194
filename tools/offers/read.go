package offers

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"tandem/internal/fault"
)

const (
	maxRecord   = 1 << 20 // bytes of one offer
	maxProblems = 1000
)

// Read calls each with the offers of r, in order, in memory bounded by one
// record. r is in the public « Offres d'emploi v2 » shape: a JSON list, an
// object with a list « resultats », one object a line, or a CSV whose titles name
// the same fields (see [Columns]). Records that cannot be read are returned with
// their line, at most 1000 of them, and the others are given all the same. It stops at the first error
// of each, and returns it; a file that is no such thing is a fault.Invalid that
// says so.
func Read(r io.Reader, each func(Offer) error) ([]Problem, error) {
	problems := []Problem{}
	err := File(r)(each, func(p Problem) {
		if len(problems) < maxProblems {
			problems = append(problems, p)
		}
	})
	return problems, err
}

// Source gives offers one at a time, and tells which records it could not read.
// It stops at the first error of each, and returns it.
type Source func(each func(Offer) error, bad func(Problem)) error

// File is the offers of r, as [Read] reads them.
func File(r io.Reader) Source {
	return func(each func(Offer) error, bad func(Problem)) error {
		in := bufio.NewReaderSize(r, 64<<10)
		skipBOM(in)
		first, lines, err := peek(in)
		if err != nil {
			return err
		}
		rd := reader{each, bad}
		switch {
		case first == '[':
			return rd.list(in, lines)
		case first == '{' && oneObjectALine(in):
			return rd.lines(in, lines)
		case first == '{':
			return rd.list(in, lines)
		case first == '"' || first >= 'A' && first <= 'Z' || first >= 'a' && first <= 'z' || first == '_':
			return rd.table(in, lines)
		}
		return notOffers(nil, 1+lines)
	}
}

type reader struct {
	each func(Offer) error
	bad  func(Problem)
}

func notOffers(cause error, line int) error {
	return fault.Wrap(cause, fault.Invalid, "Le fichier n'est pas une liste d'offres lisible (arrêt à la ligne %d). "+
		"Formes acceptées : en JSON, une liste, un objet « resultats » ou une offre par ligne ; en CSV, une ligne de titres puis une offre par ligne.", line)
}

// record gives one offer, or notes why it cannot.
func (rd *reader) record(raw []byte, line int) error {
	var r record
	if err := json.Unmarshal(raw, &r); err != nil {
		rd.bad(Problem{Line: line, ID: cut(idOf(raw), 64), Why: why(err)})
		return nil
	}
	return rd.take(r, line)
}

func (rd *reader) take(r record, line int) error {
	o := r.offer()
	if o.ID == "" || o.Title == "" {
		rd.bad(Problem{Line: line, ID: cut(o.ID, 64), Why: "Il manque le numéro (« id ») ou l'intitulé (« intitule »)."})
		return nil
	}
	o.line = line
	return rd.each(o)
}

func why(err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		return fmt.Sprintf("Le champ « %s » n'a pas le type attendu.", wrong.Field)
	}
	return "L'offre n'est pas un objet JSON lisible."
}

// idOf finds the number of an offer of which another field is wrong.
func idOf(raw []byte) string {
	var r struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(raw, &r) // best effort: the problem is already told
	return r.ID
}

// lines reads one object a line; a broken line costs itself only.
func (rd *reader) lines(in *bufio.Reader, line int) error {
	for {
		line++
		raw, tooLong, err := readLine(in)
		if err != nil && err != io.EOF {
			return fmt.Errorf("offers: read line %d: %w", line, err)
		}
		switch raw = bytes.TrimSpace(raw); {
		case tooLong:
			rd.bad(Problem{Line: line, Why: "La ligne dépasse 1 Mio."})
		case len(raw) > 0:
			if err := rd.record(raw, line); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
	}
}

// readLine reads to the end of the line and keeps at most maxRecord bytes.
func readLine(in *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if len(line)+len(part) > maxRecord {
			tooLong = true
		} else {
			line = append(line, part...)
		}
		if err != bufio.ErrBufferFull {
			return line, tooLong, err
		}
	}
}

// list reads a list, bare or under « resultats », one element at a time.
func (rd *reader) list(in io.Reader, line int) error {
	src := &bounded{r: in, line: line + 1}
	src.next()
	d := json.NewDecoder(src)
	fail := func(err error) error {
		if errors.Is(err, errTooLarge) {
			return fault.Wrap(err, fault.TooLarge, "Une offre dépasse 1 Mio vers la ligne %d. Retirez-la du fichier.", src.at(d.InputOffset()))
		}
		return notOffers(err, src.at(d.InputOffset()))
	}
	if err := enter(d); err != nil {
		return fail(err)
	}
	for d.More() {
		src.next()
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return fail(err)
		}
		start := d.InputOffset() - int64(len(raw))
		if err := rd.record(raw, src.at(start)); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil { // the closing bracket: a cut file is told, not taken for whole
		return fail(err)
	}
	return nil
}

// enter moves d past the opening bracket of the list.
func enter(d *json.Decoder) error {
	t, err := d.Token()
	if err != nil || t == json.Delim('[') {
		return err
	}
	if t != json.Delim('{') {
		return errors.New("neither list nor object")
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		if key == "resultats" {
			if t, err = d.Token(); err == nil && t != json.Delim('[') {
				err = errors.New("resultats is not a list")
			}
			return err
		}
		var skipped json.RawMessage
		if err := d.Decode(&skipped); err != nil {
			return err
		}
	}
	return errors.New("no list resultats")
}

var errTooLarge = errors.New("record too large")

// bounded gives a decoder at most a few times maxRecord bytes between two
// records, so that one endless string cannot fill the memory, and knows the
// line of an offset.
type bounded struct {
	r        io.Reader
	left     int
	read     int64
	line     int     // of the last offset asked for
	newlines []int64 // offsets of those read and not yet passed
}

func (b *bounded) next() { b.left = 3 * maxRecord }

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	for i, c := range p[:n] {
		if c == '\n' {
			b.newlines = append(b.newlines, b.read+int64(i))
		}
	}
	b.left, b.read = b.left-n, b.read+int64(n)
	return n, err
}

// at is the line of offset; offsets must not go back.
func (b *bounded) at(offset int64) int {
	for len(b.newlines) > 0 && b.newlines[0] < offset {
		b.newlines, b.line = b.newlines[1:], b.line+1
	}
	return b.line
}

// oneObjectALine looks at the first line without consuming it.
func oneObjectALine(in *bufio.Reader) bool {
	head, _ := in.Peek(in.Size())
	line, _, whole := bytes.Cut(head, []byte("\n"))
	var object map[string]json.RawMessage
	if json.Unmarshal(line, &object) == nil {
		_, list := object["resultats"]
		return !list
	}
	// A first line longer than the window, or broken: a wrapped list begins
	// with its name, a record with something else.
	start := bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(line), []byte("{")))
	if len(start) == 0 {
		return false // « { » alone: one object over several lines
	}
	return !bytes.HasPrefix(start, []byte(`"resultats"`)) && !bytes.HasPrefix(start, []byte(`"filtresPossibles"`)) && (whole || len(head) == in.Size())
}

func skipBOM(in *bufio.Reader) {
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = in.Discard(3)
	}
}

// peek is the first byte that is no space, left unread, and how many line ends
// stood before it.
func peek(in *bufio.Reader) (first byte, lines int, err error) {
	for {
		c, err := in.ReadByte()
		switch {
		case err == io.EOF:
			return 0, 0, fault.New(fault.Invalid, "Le fichier est vide.")
		case err != nil:
			return 0, 0, fmt.Errorf("offers: read: %w", err)
		case c == '\n':
			lines++
		case c != ' ' && c != '\t' && c != '\r':
			return c, lines, in.UnreadByte()
		}
	}
}
