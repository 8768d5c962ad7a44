package iati

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// errBeyond says that a token or an activity is longer than it can be.
var errBeyond = errors.New("iati: beyond the limit")

// source hands bytes to the XML decoder, which would take a token of any length
// into memory, and stops it at the limit.
type source struct {
	r     *bufio.Reader
	read  int64
	limit int64
	err   error // what stopped it, io.EOF aside
}

// allow lets n bytes more be read.
func (s *source) allow(n int64) { s.limit = s.read + n }

// ReadByte reads one byte. The decoder reads by this alone, so it never reads ahead.
func (s *source) ReadByte() (byte, error) {
	if s.read >= s.limit {
		s.err = errBeyond
		return 0, s.err
	}
	b, err := s.r.ReadByte()
	if err != nil {
		if !errors.Is(err, io.EOF) {
			s.err = err
		}
		return 0, err
	}
	s.read++
	return b, nil
}

// Read reads one byte.
func (s *source) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := s.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

var declaredEncoding = regexp.MustCompile(`^<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)

// open finds out how the bytes are encoded, by their first ones and by the XML
// declaration, and decodes them to UTF-8 without a byte order mark.
func open(r io.Reader) (*source, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	head, err := b.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var e encoding.Encoding
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		if _, err := b.Discard(3); err != nil {
			return nil, err
		}
		head = head[3:]
	case bytes.HasPrefix(head, []byte("\xFE\xFF")), bytes.HasPrefix(head, []byte("\x00<")):
		return decoded(b, unicode.UTF16(unicode.BigEndian, unicode.UseBOM)), nil
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("<\x00")):
		return decoded(b, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)), nil
	}
	m := declaredEncoding.FindSubmatch(head)
	if m == nil {
		return &source{r: b}, nil
	}
	switch name := strings.ToLower(string(m[1])); name {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return &source{r: b}, nil
	case "iso-8859-1", "latin1", "latin-1":
		e = charmap.ISO8859_1
	case "iso-8859-15":
		e = charmap.ISO8859_15
	case "windows-1252", "cp1252":
		e = charmap.Windows1252
	default:
		return nil, refuse("encoding", 1, quote(name))
	}
	return decoded(b, e), nil
}

func decoded(r io.Reader, e encoding.Encoding) *source {
	return &source{r: bufio.NewReaderSize(e.NewDecoder().Reader(r), 64<<10)}
}
