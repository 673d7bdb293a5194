package document

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
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
	drawn, err := p.glyphs(page, text.TextPage)
	if err != nil {
		return "", err
	}
	letters := 0
	for _, glyphs := range drawn {
		letters += seen.count(glyphs)
	}
	if letters < sparse {
		if err := p.look(page, seen); err != nil {
			return "", err
		}
	}
	return p.compose(text.TextPage, drawn)
}

// compose is the text of the glyphs of a page: first what stands as most of it
// does, so that a page scanned or exported sideways reads as well, then what is
// turned against it, such as a name along the edge.
func (p *pdfReader) compose(text references.FPDF_TEXTPAGE, drawn [4][]glyph) (string, error) {
	turns := []int{0, 1, 2, 3}
	slices.SortStableFunc(turns, func(a, b int) int { return len(drawn[b]) - len(drawn[a]) })
	var page strings.Builder
	for _, up := range turns {
		blank := blankUpright
		if up%2 == 1 {
			blank = blankTurned
		}
		words, err := makeWords(drawn[up], blank, func(g glyph) (baseline, size float64, err error) {
			return p.measure(text, g, up)
		})
		if err != nil {
			return "", err
		}
		page.WriteString(compose(words))
	}
	return page.String(), nil
}

// glyphs are the characters of a page by the quarters of a turn that they need
// to stand upright, which they do here. Text at another angle, such as a
// watermark, is left out.
func (p *pdfReader) glyphs(page requests.Page, text references.FPDF_TEXTPAGE) (drawn [4][]glyph, err error) {
	structured, err := p.instance.GetPageTextStructured(&requests.GetPageTextStructured{Page: page, Mode: requests.GetPageTextStructuredModeChars})
	if err != nil {
		return drawn, broken(err)
	}
	const quarter = math.Pi / 2
	for i, c := range structured.Chars {
		var r rune
		for _, r = range c.Text {
			break
		}
		turns := (4*quarter - c.Angle) / quarter // pdfium's angles go clockwise
		up := int(turns + 0.5)
		if r == 0 || math.Abs(turns-float64(up)) > 0.12 {
			continue
		}
		up &= 3
		if r == 0x02 || r == 0xfffe { // pdfium's marks for a hyphen at a line's end
			r = '-'
		}
		b := c.PointPosition
		g := glyph{r: r, index: i, guess: unicode.IsSpace(r) && p.isGuess(text, i)}
		if g.guess && up%2 == 1 {
			continue // in lines that run up or down the page it errs
		}
		g.left, g.top, g.right, g.bottom = upright(up, b.Left, b.Top, b.Right, b.Bottom)
		drawn[up] = append(drawn[up], g)
	}
	return drawn, nil
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
