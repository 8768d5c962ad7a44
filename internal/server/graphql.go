package server

import (
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/viewer"
)

// graphql answers GraphQL over HTTP, by the specification of that name.
func (s *Server) graphql(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Accept, Accept-Language, Authorization, Cookie")
	if s.sockets.Supports(r) {
		s.socket(w, r)
		return
	}
	var read func(http.ResponseWriter, *http.Request) (*graphql.RawParams, int, *apperr.Error)
	limit := s.c.BodyTime
	switch {
	case r.Method == http.MethodGet:
		read = func(_ http.ResponseWriter, r *http.Request) (*graphql.RawParams, int, *apperr.Error) {
			p, refusal := fromURL(r)
			return p, http.StatusBadRequest, refusal
		}
	case r.Method != http.MethodPost:
		h.Set("Allow", "GET, POST")
		s.refuse(w, r, http.StatusMethodNotAllowed, errMethod)
		return
	case jsonBody(r):
		read = s.fromBody
	case mediaType(r.Header.Get("Content-Type")) == "multipart/form-data":
		files := &uploads{limit: s.c.UploadLimit, operations: s.c.BodyLimit, most: s.c.UploadFiles}
		if !viewer.From(r.Context()).SignedIn() { // who is nobody fills no disk
			files.limit = min(files.limit, s.c.BodyLimit)
		}
		defer files.close()
		read, limit = files.read, s.c.UploadTime
	default:
		h.Set("Accept-Post", "application/json, multipart/form-data")
		s.refuse(w, r, http.StatusUnsupportedMediaType, errMedia)
		return
	}
	form := accept(r.Header.Values("Accept"))
	if form.media == "" && !form.stream {
		s.refuse(w, r, http.StatusNotAcceptable, errAccept)
		return
	}
	door := http.NewResponseController(w)
	_ = door.SetReadDeadline(time.Now().Add(limit)) // not all writers have one
	p, status, refusal := read(w, r)
	if refusal != nil {
		s.refuse(w, r, status, refusal)
		return
	}
	_ = door.SetReadDeadline(time.Time{}) // or it would end a long answer
	p.Headers = r.Header
	s.operate(w, r, p, form)
}

// operate executes what was asked and answers in the form that is wanted.
func (s *Server) operate(w http.ResponseWriter, r *http.Request, p *graphql.RawParams, form accepted) {
	ctx := graphql.StartOperationTrace(r.Context())
	op, errs := s.exec.CreateOperationContext(ctx, p)
	ctx = graphql.WithOperationContext(ctx, op)
	switch {
	case errs != nil:
		resp := s.exec.DispatchError(ctx, errs)
		if form.media == "" {
			s.single(ctx, w, func(context.Context) *graphql.Response { return resp })
			return
		}
		s.answer(w, form.media, statusOf(resp, form.media), resp)
	case r.Method == http.MethodGet && op.Operation.Operation == ast.Mutation:
		w.Header().Set("Allow", http.MethodPost)
		s.refuse(w, r, http.StatusMethodNotAllowed, errByGet)
	case op.Operation.Operation == ast.Subscription && !form.stream:
		s.refuse(w, r, http.StatusBadRequest, errStream)
	case op.Operation.Operation == ast.Subscription:
		s.subscribe(ctx, w, r, op)
	case form.media == "":
		s.single(viewer.WithoutJar(ctx), w, func(ctx context.Context) *graphql.Response {
			next, ctx := s.exec.DispatchOperation(ctx, op)
			return next(ctx)
		})
	default:
		next, ctx := s.exec.DispatchOperation(ctx, op)
		if resp := next(ctx); resp != nil {
			s.answer(w, form.media, statusOf(resp, form.media), resp)
		}
	}
}

// statusOf is the status of an answer. What was executed is 200, whatever happened to its fields. What
// was refused is 400 where the client understands GraphQL's own type; with application/json it is 200,
// as clients of that time expect, unless the fault is ours.
func statusOf(r *graphql.Response, media string) int {
	if len(r.Data) > 0 || len(r.Errors) == 0 {
		return http.StatusOK
	}
	code, _ := r.Errors[0].Extensions["code"].(apperr.Code)
	switch {
	case code == apperr.Internal:
		return http.StatusInternalServerError
	case code == apperr.Unavailable:
		return http.StatusServiceUnavailable
	case media == typeJSON:
		return http.StatusOK
	}
	return http.StatusBadRequest
}
