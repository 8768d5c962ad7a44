package live

import (
	"bytes"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
)

// Encode writes a response as JSON. A response to what was refused has no data at
// all. The data is copied as it is: gqlgen made it, and looking at every byte
// once more is what json.Marshal would do. It fails where the extensions are no
// JSON.
func Encode(r *graphql.Response) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(len(r.Data) + 256)
	b.WriteByte('{')
	part := func(name string, value []byte) {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		b.WriteString(name)
		b.WriteString(`":`)
		b.Write(value)
	}
	if len(r.Errors) > 0 {
		errs, err := json.Marshal(r.Errors)
		if err != nil {
			return nil, err
		}
		part("errors", errs)
	}
	if len(r.Data) > 0 {
		part("data", r.Data)
	}
	if len(r.Extensions) > 0 {
		ext, err := json.Marshal(r.Extensions)
		if err != nil {
			return nil, err
		}
		part("extensions", ext)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
