package writing

import (
	"bytes"
	"io"

	"github.com/99designs/gqlgen/graphql"
)

// Object is an object of an answer. Its fields are written in their order.
type Object struct {
	// Values are those of the fields, in their order.
	Values []graphql.Marshaler
	// Invalids counts the fields that are null and must not be: the object is null
	// then.
	Invalids uint32

	fields []graphql.CollectedField
	few    [8]graphql.Marshaler // the Values of most objects
}

// NewObject makes an object of these fields, whose names are distinct.
func NewObject(fields []graphql.CollectedField) *Object {
	o := &Object{fields: fields}
	if n := len(fields); n <= len(o.few) {
		o.Values = o.few[:n]
	} else {
		o.Values = make([]graphql.Marshaler, n)
	}
	return o
}

// MarshalGQL writes the object.
func (o *Object) MarshalGQL(w io.Writer) {
	b, ok := w.(*bytes.Buffer)
	if !ok {
		b = &bytes.Buffer{}
		defer func() { _, _ = w.Write(b.Bytes()) }() // a writer's error is told to whoever gave it
	}
	b.WriteByte('{')
	for i := range o.fields {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		b.WriteString(o.fields[i].Alias) // a name: nothing in it needs an escape
		b.WriteString(`":`)
		o.Values[i].MarshalGQL(b)
	}
	b.WriteByte('}')
}
