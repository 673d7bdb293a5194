package document

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// glyph is a character where it is drawn, in points; y grows downwards, as one
// reads.
type glyph struct {
	r                        rune
	left, top, right, bottom float64
	index                    int  // in pdfium's page
	guess                    bool // a blank that is not in the file: pdfium believes a word ends here
}

// readPDF is the text of each page. The instance is killed when ctx ends:
// pdfium, given a hostile file, may never return by itself.
func (r *Reader) readPDF(ctx context.Context, data []byte) (pages []string, err error) {
	engine, err := r.engine(ctx)
	if err != nil {
		return nil, err
	}
	instance, err := engine.open(ctx)
	if err != nil {
		return nil, err
	}
	killed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(killed)
		_ = instance.Kill() // the read under way then fails, and says more
	})
	defer func() {
		if !stop() {
			<-killed
		}
		if failed := instance.close(); err == nil {
			err = failed
		}
	}()
	p := pdfReader{ctx: ctx, instance: instance, opt: r.opt}
	return p.read(data)
}

// pdfReader reads one document in one instance.
type pdfReader struct {
	ctx      context.Context
	instance pdfium.Pdfium
	opt      Options
	document references.FPDF_DOCUMENT
	chars    int // over all pages
}

// broken is the refusal for an error of pdfium's: its own word that the file
// is wrong, or the crash of the instance. Neither holds the document's text.
func broken(err error) error {
	if strings.Contains(err.Error(), "wasm error") {
		return refuse(TooComplex, err)
	}
	return refuse(Malformed, err, formats[kindPDF])
}

func (p *pdfReader) read(data []byte) ([]string, error) {
	opened, err := p.instance.OpenDocument(&requests.OpenDocument{File: &data})
	switch {
	case errors.Is(err, pdfiumerrors.ErrPassword), errors.Is(err, pdfiumerrors.ErrSecurity):
		return nil, refuse(Encrypted, err)
	case err != nil:
		return nil, broken(err)
	}
	p.document = opened.Document
	count, err := p.instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: p.document})
	switch {
	case err != nil:
		return nil, broken(err)
	case count.PageCount > p.opt.MaxPages:
		return nil, refuse(TooManyPages, nil, count.PageCount, p.opt.MaxPages)
	case count.PageCount == 0:
		return nil, refuse(Empty, nil)
	}
	pages := make([]string, count.PageCount)
	var seen tally
	for i := range pages {
		if p.ctx.Err() != nil {
			return nil, context.Cause(p.ctx)
		}
		if pages[i], err = p.page(i, &seen); err != nil {
			return nil, err
		}
	}
	return pages, seen.verdict(len(pages))
}

// page is the text of one page.
func (p *pdfReader) page(index int, seen *tally) (string, error) {
	loaded, err := p.instance.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: p.document, Index: index})
	if err != nil {
		return "", broken(err)
	}
	defer p.instance.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page})
	page := requests.Page{ByReference: &loaded.Page}

	text, err := p.instance.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: page})
	if err != nil {
		return "", broken(err)
	}
	defer p.instance.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text.TextPage})
	count, err := p.instance.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text.TextPage})
	if err != nil {
		return "", broken(err)
	}
	if p.chars += count.Count; p.chars > p.opt.MaxText {
		return "", refuse(TooLong, nil, p.opt.MaxText/1000)
	}
	glyphs, up, err := p.glyphs(page, text.TextPage)
	if err != nil {
		return "", err
	}
	if letters := seen.count(glyphs); letters < sparse {
		if err := p.look(page, seen); err != nil {
			return "", err
		}
	}
	blank := blankUpright
	if up%2 == 1 {
		blank = blankTurned
	}
	words, err := makeWords(glyphs, blank, func(g glyph) (baseline, size float64, err error) {
		return p.measure(text.TextPage, g, up)
	})
	if err != nil {
		return "", err
	}
	return compose(words), nil
}

// glyphs are the characters of a page, turned upright: most text decides
// which way is up, so that a page scanned or exported sideways reads as well.
// Text at an angle to it, such as a watermark, is left out. up is the quarters
// of a turn that were undone.
func (p *pdfReader) glyphs(page requests.Page, text references.FPDF_TEXTPAGE) (glyphs []glyph, up int, err error) {
	structured, err := p.instance.GetPageTextStructured(&requests.GetPageTextStructured{Page: page, Mode: requests.GetPageTextStructuredModeChars})
	if err != nil {
		return nil, 0, broken(err)
	}
	const quarter = 1.5707963267948966
	var turns [4]int
	turn := func(angle float64) (int, bool) {
		q := (4*quarter - angle) / quarter // pdfium's angles go clockwise
		n := int(q + 0.5)
		return n & 3, q-float64(n) < 0.12 && float64(n)-q < 0.12
	}
	for _, c := range structured.Chars {
		if n, straight := turn(c.Angle); straight && strings.TrimSpace(c.Text) != "" {
			turns[n]++
		}
	}
	for n := range turns {
		if turns[n] > turns[up] {
			up = n
		}
	}
	glyphs = make([]glyph, 0, len(structured.Chars))
	for i, c := range structured.Chars {
		n, straight := turn(c.Angle)
		var r rune
		for _, r = range c.Text {
			break
		}
		blank := unicode.IsSpace(r)
		if r == 0 || !blank && (!straight || n != up) {
			continue
		}
		if r == 0x02 || r == 0xfffe { // pdfium's marks for a hyphen at a line's end
			r = '-'
		}
		b := c.PointPosition
		g := glyph{r: r, index: i, guess: blank && p.isGuess(text, i)}
		if g.guess && up%2 == 1 {
			continue // in lines that run up or down the page it errs
		}
		g.left, g.top, g.right, g.bottom = upright(up, b.Left, b.Top, b.Right, b.Bottom)
		glyphs = append(glyphs, g)
	}
	return glyphs, up, nil
}

// isGuess reports whether pdfium put a blank where the file has none.
func (p *pdfReader) isGuess(text references.FPDF_TEXTPAGE, index int) bool {
	g, err := p.instance.FPDFText_IsGenerated(&requests.FPDFText_IsGenerated{TextPage: text, Index: index})
	return err == nil && g.IsGenerated
}

// upright turns a box of PDF space (y grows upwards) by quarters of a turn and
// lets y grow downwards.
func upright(turns int, left, top, right, bottom float64) (l, t, r, b float64) {
	switch turns {
	case 1:
		l, r, t, b = bottom, top, left, right
	case 2:
		l, r, t, b = -right, -left, bottom, top
	case 3:
		l, r, t, b = -top, -bottom, -right, -left
	default:
		l, r, t, b = left, right, -top, -bottom
	}
	return l, min(t, b), r, max(t, b)
}

// measure is the baseline of a glyph and the size of its text: loose boxes span
// from the font's descent to its ascent, whatever the letter.
func (p *pdfReader) measure(text references.FPDF_TEXTPAGE, g glyph, up int) (baseline, size float64, err error) {
	loose, err := p.instance.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: text, Index: g.index})
	if err != nil {
		return 0, 0, broken(err)
	}
	origin, err := p.instance.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: text, Index: g.index})
	if err != nil {
		return 0, 0, broken(err)
	}
	b := loose.Rect
	_, top, _, bottom := upright(up, float64(b.Left), float64(b.Top), float64(b.Right), float64(b.Bottom))
	_, baseline, _, _ = upright(up, origin.X, origin.Y, origin.X, origin.Y)
	return baseline, bottom - top, nil
}

// sparse is the letters under which a page may be a picture: the stamps that
// scanning programs leave are shorter.
const sparse = 40

// tally is what tells text from pictures of text.
type tally struct {
	letters  int // over all pages
	lost     int // characters no letter is known for
	pictures int // pages with few letters on which something is drawn
}

func (t *tally) count(glyphs []glyph) (letters int) {
	for _, g := range glyphs {
		switch {
		case unicode.IsLetter(g.r):
			letters++
		case g.r == unicode.ReplacementChar || unicode.Is(unicode.Co, g.r) || unicode.IsControl(g.r) && !unicode.IsSpace(g.r):
			t.lost++
		}
	}
	t.letters += letters
	return letters
}

func (t *tally) verdict(pages int) error {
	switch {
	case t.lost > 50 && t.lost > t.letters:
		return refuse(Garbled, fmt.Errorf("%d letters, %d lost", t.letters, t.lost))
	case t.pictures > 0 && t.letters < sparse*pages:
		return refuse(ImageOnly, nil)
	case t.letters == 0:
		return refuse(Empty, nil)
	}
	return nil
}

// look counts the page among the pictures if an image or many outlines are
// drawn on it: letters turned into outlines are pictures too.
func (p *pdfReader) look(page requests.Page, seen *tally) error {
	count, err := p.instance.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: page})
	if err != nil {
		return broken(err)
	}
	outlines := 0
	for i := range min(count.Count, 500) {
		object, err := p.instance.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: page, Index: i})
		if err != nil {
			return broken(err)
		}
		kind, err := p.instance.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: object.PageObject})
		if err != nil {
			return broken(err)
		}
		switch kind.Type {
		case enums.FPDF_PAGEOBJ_IMAGE, enums.FPDF_PAGEOBJ_FORM:
			outlines += 1000
		case enums.FPDF_PAGEOBJ_PATH, enums.FPDF_PAGEOBJ_SHADING:
			outlines++
		}
	}
	if outlines >= 50 {
		seen.pictures++
	}
	return nil
}
