package iati

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"acs-aec.org/hub/internal/filetype"
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
// declaration, and decodes them to UTF-8 without a byte order mark. What is no XML by
// its beginning is refused by what it is.
func open(r io.Reader) (*source, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	head, err := peek(b)
	if err != nil {
		return nil, err
	}
	e, err := encodingOf(head)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte(mark)) {
		if _, err := b.Discard(len(mark)); err != nil {
			return nil, err
		}
	}
	if e != nil {
		b = bufio.NewReaderSize(e.NewDecoder().Reader(b), 64<<10)
	}
	if head, err = peek(b); err != nil {
		return nil, err
	}
	return &source{r: b}, expect(head)
}

// peek looks at the beginning.
func peek(b *bufio.Reader) ([]byte, error) {
	head, err := b.Peek(filetype.FormSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return head, nil
}

// mark is the byte order mark in UTF-8.
const mark = "\xEF\xBB\xBF"

// encodingOf is how bytes that begin so are encoded, nil for UTF-8.
func encodingOf(head []byte) (encoding.Encoding, error) {
	begins := func(some ...string) bool {
		return slices.ContainsFunc(some, func(s string) bool { return bytes.HasPrefix(head, []byte(s)) })
	}
	switch {
	case begins(mark):
		return nil, nil //nolint:nilnil // UTF-8, whatever the declaration says
	case begins("\x00\x00\xFE\xFF", "\xFF\xFE\x00\x00", "\x00\x00\x00<", "<\x00\x00\x00"):
		return nil, refuse("encoding", 1, quote("UTF-32"))
	case begins("\xFE\xFF", "\x00<"):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), nil
	case begins("\xFF\xFE", "<\x00"):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), nil
	case begins("\x4C\x6F\xA7\x94"):
		return nil, refuse("encoding", 1, quote("EBCDIC"))
	}
	m := declaredEncoding.FindSubmatch(head)
	if m == nil {
		return nil, nil //nolint:nilnil // UTF-8
	}
	switch name := strings.ToLower(string(m[1])); name {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return nil, nil //nolint:nilnil // UTF-8
	case "iso-8859-1", "latin1", "latin-1":
		return charmap.ISO8859_1, nil
	case "iso-8859-15":
		return charmap.ISO8859_15, nil
	case "windows-1252", "cp1252":
		return charmap.Windows1252, nil
	case "utf-16", "utf-16le", "utf-16be", "utf16":
		return nil, refuse("encoding-false", 1, quote(string(m[1])))
	default:
		return nil, refuse("encoding", 1, quote(name))
	}
}

// expect refuses what begins as something else than XML does. What is no XML in no
// way that has a name is left to the parser, which tells the place.
func expect(head []byte) error {
	switch form := filetype.FormOf(head); form {
	case filetype.FormUnknown, filetype.FormXML:
		return nil
	case filetype.FormPacked, filetype.FormPDF, filetype.FormOffice:
		return refuse(string(form), 0)
	default:
		return refuse(string(form), 1)
	}
}
