package iati

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// maxPlain bounds what a packed activity can unpack to.
const maxPlain = 16 * MaxActivityBytes

// packers are kept, since one takes most of a megabyte.
var packers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(fmt.Sprintf("iati: pack: %v", err)) // the level is one there is
	}
	return z
}}

// Pack writes the activity for staging, compressed.
func (a *Activity) Pack() ([]byte, error) {
	var b bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&b)
	if err := json.NewEncoder(z).Encode(a); err != nil {
		return nil, fmt.Errorf("iati: pack: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("iati: pack: %w", err)
	}
	return b.Bytes(), nil
}

// Unpack reads what Pack wrote.
func Unpack(packed []byte) (*Activity, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("iati: unpack: %w", err)
	}
	limited := &io.LimitedReader{R: z, N: maxPlain}
	var a Activity
	if err := json.NewDecoder(limited).Decode(&a); err != nil {
		if limited.N <= 0 {
			err = errors.New("too large")
		}
		return nil, fmt.Errorf("iati: unpack: %w", err)
	}
	return &a, nil
}
