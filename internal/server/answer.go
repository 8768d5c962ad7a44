package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/live"
)

// answer sends an answer.
func (s *Server) answer(w http.ResponseWriter, media string, status int, r *graphql.Response) {
	body, err := live.Encode(r)
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
