package server

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/graph"
)

// encode writes an answer as JSON. An answer to what was refused has no data at all. The data is copied
// as it is: gqlgen made it, and looking at every byte once more is what json.Marshal would do.
func encode(r *graphql.Response) ([]byte, error) {
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

// answer sends an answer.
func (s *Server) answer(w http.ResponseWriter, media string, status int, r *graphql.Response) {
	body, err := encode(r)
	if err != nil {
		panic(err) // extensions that are no JSON: the exchange answers for it
	}
	h := w.Header()
	h.Set("Content-Type", media+"; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(s.c.WriteTime)) // not all writers have one
	w.WriteHeader(status)
	_, _ = w.Write(body) // whoever asked may have gone
}

// refuse answers a request that did not become an operation.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, status int, refusal error) {
	ctx := r.Context()
	resp := &graphql.Response{Errors: gqlerror.List{graph.ErrorPresenter(ctx, refusal)}}
	codes := codesOf(resp.Errors)
	s.metrics.refusal(codes)
	exchangeOf(ctx).note("", 0, codes)
	media := accept(r.Header.Values("Accept")).media
	if media == "" {
		media = typeJSON
	}
	w.Header().Set("Cache-Control", "no-store")
	s.answer(w, media, status, resp)
}
