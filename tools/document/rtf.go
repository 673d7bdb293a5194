package document

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// readRTF reads what Word, WordPad and old word processors write: a tree of
// groups in which control words set properties or stand for characters. What
// is not text of the page (fonts, styles, pictures, instructions of fields,
// hidden or deleted words) is in groups that are left out whole.
func (r *Reader) readRTF(ctx context.Context, data []byte) ([]string, error) {
	p := &rtf{data: data, flow: newFlow(r.opt.MaxText), page: charmap.Windows1252, state: rtfState{uc: 1}}
	for steps := 0; p.at < len(p.data); steps++ {
		if steps%4096 == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err := p.step(); err != nil {
			return nil, err
		}
		if p.done {
			break
		}
	}
	if !p.done {
		return nil, refuse(Malformed, errors.New("rtf: ends inside a group"), formats[kindRTF])
	}
	p.leaveTable()
	return []string{p.flow.String()}, nil
}

// rtf reads one document. It goes through the bytes once.
type rtf struct {
	data  []byte
	at    int
	flow  *flow
	page  *charmap.Charmap // of bytes written as \'e9
	state rtfState
	stack []rtfState // of the groups around
	high  rune       // first half of a character beyond 16 bits
	skip  int        // fallback characters still to leave out after \u
	cell  bool       // a cell is being written
	done  bool
}

// rtfState is what a group hands down and its end gives back.
type rtfState struct {
	out   bool // left out
	star  bool // \* was the last thing read: leave the group out unless we know it
	table bool // paragraphs are in a table
	box   bool // this very group is a text box
	uc    int  // how many fallback characters follow \u
}

func (p *rtf) step() error {
	c := p.data[p.at]
	p.at++
	switch c {
	case '{':
		if len(p.stack) >= maxDepth {
			return refuse(Bomb, errors.New("rtf: groups too deep"))
		}
		p.stack = append(p.stack, p.state)
		p.state.box, p.state.star = false, false
		p.skip = 0
	case '}':
		return p.endGroup()
	case '\\':
		return p.control()
	case '\r', '\n', 0:
	default:
		start := p.at - 1
		for p.at < len(p.data) && !bytes.ContainsRune([]byte("{}\\\r\n\x00"), rune(p.data[p.at])) {
			p.at++
		}
		text := p.data[start:p.at]
		drop := min(p.skip, len(text))
		p.skip -= drop
		if text = text[drop:]; utf8.Valid(text) {
			return p.write(string(text)) // against the rules, and written all the same
		}
		return p.write(p.decode(text))
	}
	return nil
}

func (p *rtf) endGroup() error {
	if len(p.stack) == 0 {
		return refuse(Malformed, errors.New("rtf: a group ends that did not begin"), formats[kindRTF])
	}
	if p.state.box && !p.state.out {
		p.flow.closeBox()
	}
	p.state = p.stack[len(p.stack)-1]
	p.stack = p.stack[:len(p.stack)-1]
	p.skip = 0
	p.done = len(p.stack) == 0 // what follows the document is none of it
	return nil
}

// control reads what follows a backslash: a sign, a byte in hexadecimal, or a
// word with an optional number.
func (p *rtf) control() error {
	if p.at == len(p.data) {
		return nil
	}
	c := p.data[p.at]
	if c|0x20 < 'a' || c|0x20 > 'z' {
		p.at++
		return p.sign(c)
	}
	start := p.at
	for p.at < len(p.data) && p.data[p.at]|0x20 >= 'a' && p.data[p.at]|0x20 <= 'z' {
		p.at++
	}
	word := string(p.data[start:min(p.at, start+32)])
	n, given := p.number()
	if p.at < len(p.data) && p.data[p.at] == ' ' {
		p.at++
	}
	if p.state.star {
		p.state.star = false
		if word != "shpinst" { // a drawing: its text box is in there
			p.state.out = true
		}
	}
	return p.word(word, n, given)
}

func (p *rtf) number() (n int, given bool) {
	sign := 1
	if p.at+1 < len(p.data) && p.data[p.at] == '-' {
		sign = -1
		p.at++
	}
	for digits := 0; p.at < len(p.data) && p.data[p.at] >= '0' && p.data[p.at] <= '9'; p.at++ {
		if given = true; digits < 9 {
			n = 10*n + int(p.data[p.at]-'0')
		}
		digits++
	}
	return sign * n, given
}

func (p *rtf) sign(c byte) error {
	switch c {
	case '\'':
		if p.at+2 > len(p.data) {
			p.at = len(p.data)
			return nil
		}
		b := unhex(p.data[p.at])<<4 | unhex(p.data[p.at+1])
		p.at += 2
		if p.skip > 0 {
			p.skip--
			return nil
		}
		return p.write(p.decode([]byte{b}))
	case '*':
		p.state.star = true
	case '~':
		return p.write(" ")
	case '_':
		return p.write("-")
	case '-': // a place where the word may be cut
	case '\\', '{', '}':
		if p.skip > 0 {
			p.skip--
			return nil
		}
		return p.write(string(c))
	case '\r', '\n':
		return p.word("par", 0, false)
	}
	return nil
}

// signs are control words that stand for characters.
var signs = map[string]string{
	"tab": "\t", "line": "\n", "lbr": "\n", "softline": "\n", "bullet": "•", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
	"rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " ", "nestcell": "\t",
}

// leftOut are groups that hold no text of the page.
var leftOut = map[string]bool{
	"fonttbl": true, "colortbl": true, "stylesheet": true, "info": true, "pict": true, "object": true, "nonshppict": true, "shprslt": true, "sp": true,
	"listtable": true, "listoverridetable": true, "revtbl": true, "rsidtbl": true, "generator": true, "themedata": true, "datastore": true,
	"footnote": true, "annotation": true, "xe": true, "tc": true, "txe": true, "deleted": true, "listtext": true, "pntext": true, "fldinst": true,
	"headerf": true, "footerf": true, "headerl": true, "footerl": true,
}

func (p *rtf) word(word string, n int, given bool) error {
	if s, ok := signs[word]; ok {
		return p.write(s)
	}
	switch word {
	case "u":
		return p.unicode(n)
	case "uc":
		p.state.uc = min(max(n, 0), 16)
	case "bin": // so many bytes of anything
		p.at = min(len(p.data), p.at+max(n, 0))
	case "ansicpg":
		p.page = codePage(n)
	case "mac":
		p.page = charmap.Macintosh
	case "pc", "pca":
		p.page = charmap.CodePage850
	case "par", "sect", "page", "nestrow":
		if !p.state.out {
			p.enterTable()
			p.flow.endParagraph()
		}
	case "pard":
		p.state.table = false
	case "intbl":
		p.state.table = true
	case "cell":
		if !p.state.out {
			p.state.table = true
			p.enterTable()
			p.flow.closeCell()
			p.cell = false
		}
	case "row":
		if !p.state.out {
			if p.cell {
				p.flow.closeCell()
				p.cell = false
			}
			p.flow.endRow()
		}
	case "shptxt":
		if !p.state.out {
			p.flow.open()
			p.state.box = true
		}
	case "v":
		p.state.out = p.state.out || n != 0 || !given // hidden
	default:
		if leftOut[word] {
			if (word == "listtext" || word == "pntext") && !p.state.out {
				p.flow.bullet()
			}
			p.state.out = true
		}
	}
	return nil
}

// unicode writes the character numbered n, which is negative above 32767, and
// leaves out what stands there for readers that do not know it.
func (p *rtf) unicode(n int) error {
	p.skip = p.state.uc
	r := rune(uint16(n))
	switch {
	case utf16.IsSurrogate(r) && p.high == 0:
		p.high = r
		return nil
	case p.high != 0:
		r = utf16.DecodeRune(p.high, r)
		p.high = 0
	}
	return p.write(string(r))
}

func (p *rtf) write(s string) error {
	if p.state.out || s == "" {
		return nil
	}
	p.enterTable()
	return p.flow.write(s)
}

// enterTable begins a cell where the paragraph is in a table, and ends the table
// where it no longer is. Text boxes have none of the page's cells.
func (p *rtf) enterTable() {
	switch {
	case p.state.table && !p.cell:
		p.flow.open()
		p.cell = true
	case !p.state.table && p.cell && !p.inBox():
		p.leaveTable()
	}
}

func (p *rtf) leaveTable() {
	if p.cell {
		p.flow.closeCell()
		p.flow.endRow()
		p.cell = false
	}
}

func (p *rtf) inBox() bool {
	if p.state.box {
		return true
	}
	for _, s := range p.stack {
		if s.box {
			return true
		}
	}
	return false
}

func (p *rtf) decode(b []byte) string {
	if p.state.out {
		return ""
	}
	var out strings.Builder
	for _, c := range b {
		if c < 0x80 {
			out.WriteByte(c)
		} else {
			out.WriteRune(p.page.DecodeByte(c))
		}
	}
	return out.String()
}

func codePage(n int) *charmap.Charmap {
	switch n {
	case 850:
		return charmap.CodePage850
	case 437:
		return charmap.CodePage437
	case 1250:
		return charmap.Windows1250
	case 1251:
		return charmap.Windows1251
	case 10000:
		return charmap.Macintosh
	}
	return charmap.Windows1252
}

func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 0
}
