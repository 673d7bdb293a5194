package dialect

import (
	"bufio"
	"bytes"
	"io"
)

// Limits of one answer: an endpoint is outside, too.
const (
	maxEvent  = 4 << 20
	maxStream = 32 << 20
)

// sse is one server-sent event.
type sse struct {
	data []byte
	bad  bool // it is an error: "event: error", or llama.cpp's field "error: {…}"
}

// events reads server-sent events with lines of any length up to maxEvent.
type events struct{ r *bufio.Reader }

// next is the next event with data, or io.EOF. Comments (keep-alives), ids and
// retry times are passed over.
func (s events) next() (sse, error) {
	var e sse
	for {
		line, err := s.line()
		if err != nil {
			if err == io.EOF && len(e.data) > 0 {
				return e, nil
			}
			return sse{}, err
		}
		if len(line) == 0 {
			if len(e.data) > 0 {
				return e, nil
			}
			e = sse{}
			continue
		}
		field, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(field) {
		case "event":
			e.bad = string(value) == "error"
		case "error":
			e.bad = true
			fallthrough
		case "data":
			if len(e.data)+len(value) > maxEvent {
				return sse{}, &Error{Kind: TooLarge}
			}
			if len(e.data) > 0 {
				e.data = append(e.data, '\n')
			}
			e.data = append(e.data, value...)
		}
	}
}

// line is the next line without its end.
func (s events) line() ([]byte, error) {
	var line []byte
	for {
		part, err := s.r.ReadSlice('\n')
		if len(line)+len(part) > maxEvent {
			return nil, &Error{Kind: TooLarge}
		}
		line = append(line, part...)
		if err == bufio.ErrBufferFull {
			continue
		}
		if err == io.EOF && len(line) > 0 {
			err = nil
		}
		return bytes.TrimRight(line, "\r\n"), err
	}
}
