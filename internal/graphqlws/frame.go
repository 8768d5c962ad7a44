package graphqlws

import (
	"encoding/binary"
	"sync"
	"unicode/utf8"
)

// The frames that the hub sends (RFC 6455, section 5.2): always whole, never masked.
const (
	frameText  = 0x81
	frameClose = 0x88
	framePing  = 0x89
	framePong  = 0x8a
)

// headerRoom is what the longest header of a frame takes: a frame is built behind so many bytes.
const headerRoom = 10

// framed puts the header before a text frame's payload, which begins after headerRoom bytes of b, and
// returns the frame: a part of b.
func framed(b []byte) []byte {
	n := len(b) - headerRoom
	switch {
	case n < 126:
		b[headerRoom-2], b[headerRoom-1] = frameText, byte(n)
		return b[headerRoom-2:]
	case n < 1<<16:
		b[headerRoom-4], b[headerRoom-3] = frameText, 126
		binary.BigEndian.PutUint16(b[headerRoom-2:], uint16(n))
		return b[headerRoom-4:]
	}
	b[0], b[1] = frameText, 127
	binary.BigEndian.PutUint64(b[2:], uint64(n))
	return b
}

// control makes a control frame. Its payload has at most 125 bytes.
func control(kind byte, payload string) []byte {
	return append([]byte{kind, byte(len(payload))}, payload...)
}

// closing makes a close frame. The text is cut to what fits.
func closing(code int, text string) []byte {
	for len(text) > 123 {
		_, last := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-last]
	}
	return control(frameClose, string([]byte{byte(code >> 8), byte(code)})+text)
}

// buffers are where frames are built and messages are read.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 2<<10); return &b }}

// release gives a buffer back, unless it has grown so much that it had better be forgotten.
func release(b *[]byte) {
	if cap(*b) <= 128<<10 {
		buffers.Put(b)
	}
}
