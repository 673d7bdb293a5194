package document

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
)

const (
	kindPDF  = "pdf"
	kindDOCX = "docx"
	kindODT  = "odt"
	kindRTF  = "rtf"
	kindHTML = "html"
	kindTXT  = "txt"
)

// formats names the kinds in sentences.
var formats = map[string]string{kindPDF: "PDF", kindDOCX: "document Word", kindODT: "document OpenDocument", kindRTF: "document RTF", kindHTML: "page web", kindTXT: "texte"}

// foreign are formats people do join: magic bytes at an offset, and the words
// for them. The first that fits counts.
var foreign = []struct {
	at          int
	magic, what string
}{
	{0, "\xff\xd8\xff", picture},
	{0, "\x89PNG\r\n", picture},
	{0, "GIF8", picture},
	{0, "II*\x00", picture},
	{0, "MM\x00*", picture},
	{4, "ftyphei", picture},
	{4, "ftypmif1", picture},
	{4, "ftyp", "une vidéo ou un son"},
	{8, "WEBP", picture},
	{0, "%!PS", "au format PostScript"},
	{0, "Rar!", archive},
	{0, "7z\xbc\xaf", archive},
	{0, "\x1f\x8b", archive},
	{0, "\xfd7zXZ", archive},
	{0, "\x28\xb5\x2f\xfd", archive},
	{4, "1AY&SY", archive},
	{257, "ustar", archive},
	{0, "\x7fELF", "un programme"},
}

const (
	picture = "une image (photo ou capture d'écran)"
	archive = "une archive compressée"
)

// sniff tells the format by content. A file that has the wrong extension is
// read as what it is: people rename files, and the content does not lie.
func sniff(data []byte) (string, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return "", refuse(Empty, nil)
	}
	// Mailers and scanners put a few bytes before the header; readers accept it.
	if head := data[:min(len(data), 1024)]; bytes.Contains(head, []byte("%PDF-")) {
		return kindPDF, nil
	}
	if bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		// A Word file with a password is an old-style container holding this stream.
		if bytes.Contains(data, utf16le("EncryptedPackage")) {
			return "", refuse(Encrypted, nil)
		}
		return "", refuse(Unsupported, nil, "à l'ancien format de Microsoft Office (.doc)")
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06")) {
		return sniffZip(data)
	}
	for _, f := range foreign {
		if len(data) > f.at && bytes.HasPrefix(data[f.at:], []byte(f.magic)) {
			return "", refuse(Unsupported, nil, f.what)
		}
	}
	start := strings.ToLower(string(bytes.TrimLeft(data[:min(len(data), 512)], "\xef\xbb\xbf \t\r\n")))
	if strings.HasPrefix(start, `{\rtf`) {
		return kindRTF, nil
	}
	if webPage(start) {
		return kindHTML, nil
	}
	if strings.HasPrefix(start, "<?xml") {
		return "", refuse(Unsupported, nil, "au format XML")
	}
	if notText(data) {
		return "", refuse(Unsupported, nil, "dans un format inconnu")
	}
	return kindTXT, nil
}

// webPage reports whether a file begins as pages do, also those that say that
// they are XML, and pieces of pages as mailers save them.
func webPage(start string) bool {
	if strings.HasPrefix(start, "<?xml") && strings.Contains(start, "<html") {
		return true
	}
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body", "<meta", "<div", "<p>", "<table", "<section", "<article", "<h1"} {
		if strings.HasPrefix(start, tag) {
			return true
		}
	}
	return false
}

func sniffZip(data []byte) (string, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return "", refuse(Malformed, err, "document Word, OpenDocument ou archive")
	}
	has := make(map[string]*zip.File, min(len(z.File), maxParts))
	for _, f := range z.File[:min(len(z.File), maxParts)] {
		has[f.Name] = f
	}
	if f := has["mimetype"]; f != nil {
		switch mime := firstBytes(f, 100); {
		case strings.HasPrefix(mime, "application/vnd.oasis.opendocument.text"):
			return kindODT, nil
		case strings.HasPrefix(mime, "application/vnd.oasis.opendocument"):
			return "", refuse(Unsupported, nil, "un classeur, une présentation ou un dessin OpenDocument")
		case strings.HasPrefix(mime, "application/epub"):
			return "", refuse(Unsupported, nil, "un livre numérique (EPUB)")
		}
	}
	switch {
	case has["xl/workbook.xml"] != nil:
		return "", refuse(Unsupported, nil, "un classeur Excel")
	case has["ppt/presentation.xml"] != nil:
		return "", refuse(Unsupported, nil, "une présentation PowerPoint")
	case has["[Content_Types].xml"] != nil && has["_rels/.rels"] != nil:
		return kindDOCX, nil
	case has["Index/Document.iwa"] != nil:
		return "", refuse(Unsupported, nil, "un document Pages (Apple)")
	case has["content.xml"] != nil && has["META-INF/manifest.xml"] != nil:
		return kindODT, nil // re-zipped by a tool that lost the mimetype
	}
	return "", refuse(Unsupported, nil, archive)
}

func firstBytes(f *zip.File, n int64) string {
	r, err := f.Open()
	if err != nil {
		return ""
	}
	defer r.Close()
	b, _ := io.ReadAll(io.LimitReader(r, n))
	return string(b)
}

// notText reports whether data cannot be text of any encoding we read: control
// characters that no text has, other than the zeros of UTF-16.
func notText(data []byte) bool {
	if _, ok := utf16Order(data); ok {
		return false
	}
	head := data[:min(len(data), 64<<10)]
	strange := 0
	for _, b := range head {
		if b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' || b == 0x7f {
			strange++
		}
	}
	return strange*100 > len(head)
}

func utf16le(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}
