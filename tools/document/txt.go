package document

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// decodeText is data as UTF-8, whatever it was written in: UTF-8 or UTF-16
// with or without a byte order mark, or the one-byte encoding that makes the
// best French of it. Files without marks come from old software and old
// machines: Windows-1252, Latin-9, DOS 850, Mac.
func decodeText(data []byte) string {
	if order, ok := utf16Order(data); ok {
		return decoded(unicode.UTF16(order, unicode.UseBOM), data)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if utf8.Valid(data) {
		return string(data)
	}
	if nearlyUTF8(data) {
		return strings.ToValidUTF8(string(data), "\uFFFD")
	}
	best, bestScore := "", 0
	for i, cm := range []*charmap.Charmap{charmap.Windows1252, charmap.ISO8859_15, charmap.Macintosh, charmap.CodePage850} {
		text := decoded(cm, data)
		if score := frenchness(text); i == 0 || score > bestScore {
			best, bestScore = text, score
		}
	}
	return best
}

func decoded(e encoding.Encoding, data []byte) string {
	out, err := e.NewDecoder().Bytes(data)
	if err != nil { // these decoders replace what they cannot read; stay safe
		return strings.ToValidUTF8(string(data), "\uFFFD")
	}
	return string(out)
}

// utf16Order tells UTF-16 by its mark, or by the zeros that Latin letters have
// in every second byte.
func utf16Order(data []byte) (unicode.Endianness, bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return unicode.LittleEndian, true
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return unicode.BigEndian, true
	}
	head := data[:min(len(data), 4096)&^1]
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	half := len(head) / 2
	switch {
	case half < 4:
		return unicode.LittleEndian, false
	case zeros[1] > half*7/10 && zeros[0] < half/10:
		return unicode.LittleEndian, true
	case zeros[0] > half*7/10 && zeros[1] < half/10:
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}

// nearlyUTF8 reports whether data is UTF-8 but for a few broken bytes, as when
// a text was cut or pasted together; read in another encoding, every accent in
// it would be wrong.
func nearlyUTF8(data []byte) bool {
	good, bad := 0, 0
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		data = data[n:]
	}
	return good > 10*bad
}

// frenchness counts what French texts have beyond ASCII against what they do
// not. Accented letters between letters weigh most: « cœur », not « c½ur ».
func frenchness(text string) int {
	score := 0
	for _, r := range text {
		switch {
		case r < 0x80:
		case strings.ContainsRune("éèêëàâîïôûùçœ", r):
			score += 4
		case strings.ContainsRune("ÉÈÊÀÂÎÔÇŒüöäáíóúñæŸÿ«»’€°–—…•·\u00a0“”‘²½", r):
			score++
		case r < 0xa0:
			score -= 8 // control characters of the second kind: never
		default:
			score -= 2
		}
	}
	return score
}
