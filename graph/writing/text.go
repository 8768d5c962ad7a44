package writing

import (
	"bytes"
	"sync"

	"github.com/99designs/gqlgen/graphql"
)

// keptBuffer is how large a buffer may be that waits for another answer.
const keptBuffer = 1 << 20

var buffers = sync.Pool{New: func() any { return &bytes.Buffer{} }}

// Text is what m writes, in as many bytes as it has: a buffer that grew once grows
// no more.
func Text(m graphql.Marshaler) []byte {
	b, _ := buffers.Get().(*bytes.Buffer)
	defer func() {
		if b.Cap() <= keptBuffer {
			b.Reset()
			buffers.Put(b)
		}
	}()
	m.MarshalGQL(b)
	return bytes.Clone(b.Bytes())
}
