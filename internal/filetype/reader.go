package filetype

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
)

// What is wrong with a file.
var (
	// ErrNotAllowed says that it is of no type that is allowed.
	ErrNotAllowed = errors.New("filetype: this type of file is not allowed")
	// ErrLies says that it is not what its name or its sender says.
	ErrLies = errors.New("filetype: the file is not what it says it is")
	// ErrMacros says that it is a document with a program in it.
	ErrMacros = errors.New("filetype: the document holds macros")
)

const (
	headSize = 64 << 10
	tailSize = 256 << 10 // where ZIP archives list what is in them
)

// Reader looks at a file that is written to it.
type Reader struct {
	name, declared string

	head []byte
	tail []byte // the last bytes, at least tailSize of them once there are so many
	odd  bool   // there is a character that no text has
	wide bool   // the text is in UTF-16: zeros are letters
}

// NewReader makes a reader of a file with this name, of which the sender says
// that it is of the declared type; "" if it says nothing.
func NewReader(name, declared string) *Reader { return &Reader{name: name, declared: declared} }

// Write takes a part of the file. It fails as soon as the beginning cannot be what
// the name and the sender say.
func (r *Reader) Write(p []byte) (int, error) {
	if len(r.head) < headSize {
		before := len(r.head)
		r.head = append(r.head, p[:min(len(p), headSize-len(r.head))]...)
		if before < 4 {
			r.wide = bytes.HasPrefix(r.head, []byte{0xff, 0xfe}) || bytes.HasPrefix(r.head, []byte{0xfe, 0xff})
		}
		if before < 512 && len(r.head) >= 512 {
			if err := r.begins(); err != nil {
				return 0, err
			}
		}
	}
	if !r.odd {
		r.odd = bytes.ContainsFunc(p, func(c rune) bool { return c < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1b", c) && (c != 0 || !r.wide) })
	}
	r.keep(p)
	return len(p), nil
}

// keep keeps the end of the file.
func (r *Reader) keep(p []byte) {
	if len(p) >= tailSize {
		r.tail = append(r.tail[:0], p[len(p)-tailSize:]...)
		return
	}
	if len(r.tail)+len(p) > 2*tailSize {
		n := copy(r.tail, r.tail[len(r.tail)-tailSize:])
		r.tail = r.tail[:n]
	}
	r.tail = append(r.tail, p...)
}

// begins refuses what cannot become an allowed file of this name.
func (r *Reader) begins() error {
	claimed, ok := Named(r.name)
	if !ok {
		return ErrNotAllowed
	}
	l := beginning(r.head)
	if claimed == "" {
		return nil
	}
	want := types[claimed].looks
	if l != want && (l != zip || !archived(want)) {
		return ErrLies
	}
	return nil
}

// archived says whether files of this look are ZIP archives.
func archived(l look) bool { return l >= zip && l <= odp }

// Type is what the file is, once all of it was written. It returns ErrNotAllowed,
// ErrLies or ErrMacros for what is refused.
func (r *Reader) Type() (string, error) {
	claimed, ok := Named(r.name)
	if !ok {
		return "", ErrNotAllowed
	}
	l := beginning(r.head)
	if l == zip && claimed != ZIP { // every archive may call itself one
		if l = r.archive(); l == unknown {
			return "", ErrMacros
		}
	}
	if l == text && r.odd {
		l = unknown
	}
	found := bare[l]
	if claimed != "" {
		if types[claimed].looks != l {
			return "", ErrLies
		}
		found = claimed
	}
	switch {
	case found == "":
		return "", ErrNotAllowed
	case !declares(r.declared, found):
		return "", ErrLies
	case found == JSON && !r.json():
		return "", ErrLies
	}
	return found, nil
}

// json says whether what can be seen of the file is JSON: all of it, unless it is
// long.
func (r *Reader) json() bool {
	if len(r.head) < headSize {
		return json.Valid(bytes.TrimPrefix(r.head, []byte("\xef\xbb\xbf")))
	}
	start := bytes.TrimLeft(bytes.TrimPrefix(r.head, []byte("\xef\xbb\xbf")), " \t\r\n")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[')
}

// magic are the beginnings of files.
var magic = []struct {
	begin string
	look  look
}{
	{"%PDF-", pdf},
	{"\x89PNG\r\n\x1a\n", png},
	{"\xff\xd8\xff", jpeg},
	{"GIF87a", gif},
	{"GIF89a", gif},
	{"PK\x03\x04", zip},
	{"PK\x05\x06", zip}, // an empty one
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", compound},
	{`{\rtf`, rtf},
}

// beginning is what the first bytes look like. What begins as a page, a script or
// a program does, behind spaces too, is no text.
func beginning(head []byte) look {
	for _, m := range magic {
		if bytes.HasPrefix(head, []byte(m.begin)) {
			return m.look
		}
	}
	if len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP" {
		return webp
	}
	start := head[:min(len(head), 1024)]
	if bytes.HasPrefix(start, []byte{0xff, 0xfe}) || bytes.HasPrefix(start, []byte{0xfe, 0xff}) {
		start = bytes.ReplaceAll(start[2:], []byte{0}, nil)
	}
	start = bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\xef\xbb\xbf")), " \t\r\n\v\f")
	for _, page := range []string{"<!doctype", "<html", "<head", "<body", "<script", "<iframe", "<svg", "<?xml", "<?php", "<!--", "<style", "<title", "<h1", "<div", "<table", "<a ", "<img", "<p>", "<br"} {
		if len(start) >= len(page) && strings.EqualFold(string(start[:len(page)]), page) {
			return unknown
		}
	}
	if bytes.HasPrefix(start, []byte("#!")) || bytes.HasPrefix(start, []byte("%!")) {
		return unknown
	}
	return text
}

// archive says what is in a ZIP archive; unknown if there are macros. The list at
// its end names what is in it, however well it is compressed.
func (r *Reader) archive() look {
	list := r.tail[max(0, len(r.tail)-tailSize):]
	has := func(entry string) bool {
		return bytes.Contains(list, []byte(entry)) || bytes.Contains(r.head, []byte(entry))
	}
	if has("vbaProject.bin") || has("Basic/script-lc.xml") {
		return unknown
	}
	for _, d := range []struct {
		mimetype string
		look     look
	}{{ODT, odt}, {ODS, ods}, {ODP, odp}} {
		// An OpenDocument begins with an entry "mimetype", not compressed.
		if len(r.head) < 38 || string(r.head[30:38]) != "mimetype" {
			break
		}
		content := r.head[min(len(r.head), 38+int(binary.LittleEndian.Uint16(r.head[28:]))):]
		if bytes.HasPrefix(content, []byte(d.mimetype)) && !bytes.HasPrefix(content, []byte(d.mimetype+"-")) {
			return d.look
		}
	}
	if has("[Content_Types].xml") {
		switch {
		case has("word/document.xml"), has("word/document2.xml"):
			return docx
		case has("xl/workbook.xml"):
			return xlsx
		case has("ppt/presentation.xml"):
			return pptx
		}
	}
	return zip
}
