package server

import (
	"context"
	"io"
	"net/http"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/export"
	"acs-aec.org/hub/internal/i18n"
)

// exportsAtOnce is how many files are made at a time.
const exportsAtOnce = 4

var errExports = apperr.New(apperr.Unavailable, i18n.Message{
	EN: "Other files are being made. Try again in a minute.", ES: "Se están haciendo otros archivos. Inténtelo de nuevo en un minuto.",
	FR: "D'autres fichiers sont en cours d'établissement. Réessayez dans une minute.",
})

// Exports makes the files of links.
type Exports interface {
	// Export reads a link and prepares what it asks for. A link that is foreign, over,
	// or another person's is NOT_FOUND.
	Export(ctx context.Context, link string) (export.Sheet, export.Question, error)
}

// exports gives lists and summaries as files, by the links that the API gives.
func (s *Server) exports(mux *http.ServeMux, cors func(http.Handler) http.Handler) {
	if s.c.Exports == nil {
		return
	}
	places := make(chan struct{}, exportsAtOnce)
	// A link does nothing but show, and can't be guessed: pages of other origins may
	// lead there.
	mux.Handle("/exports/{link}", readOnly(cors(s.identify(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
			s.export(w, r)
		default:
			w.Header().Set("Retry-After", "60")
			s.refuse(w, r, http.StatusServiceUnavailable, errExports)
		}
	})))))
}

// export writes the file as its rows come. What fails after the first row breaks
// the transfer off.
func (s *Server) export(w http.ResponseWriter, r *http.Request) {
	sheet, q, err := s.c.Exports.Export(r.Context(), r.PathValue("link"))
	begun := false
	if err == nil {
		err = sheet.Write(q, func() io.Writer {
			begun = true
			h := w.Header()
			h.Set("Content-Type", q.Format.MediaType())
			h.Set("Content-Disposition", disposition("attachment", sheet.Name+q.Format.Extension()))
			h.Set("Content-Language", string(q.Lang))
			h.Set("Cache-Control", "no-store")
			if r.Method == http.MethodHead {
				return io.Discard
			}
			return &pacedWriter{w, http.NewResponseController(w), s.c.WriteTime}
		})
	}
	switch {
	case err == nil:
	case begun:
		s.c.Log.WarnContext(r.Context(), "an export was not written to its end", "error", err)
		panic(http.ErrAbortHandler)
	default:
		status := http.StatusInternalServerError
		switch apperr.CodeOf(err) {
		case apperr.NotFound:
			status = http.StatusNotFound
		case apperr.InvalidInput, apperr.QueryTooCostly:
			status = http.StatusBadRequest
		case apperr.Unauthenticated:
			status = http.StatusUnauthorized
		case apperr.Forbidden:
			status = http.StatusForbidden
		case apperr.Unavailable:
			status = http.StatusServiceUnavailable
		}
		s.refuse(w, r, status, err)
	}
}
