package server

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
)

// recordsAtOnce is how many records are made at a time.
const recordsAtOnce = 2

var errRecords = apperr.New(apperr.Unavailable, i18n.Message{
	EN: "Other records are being made. Try again in a minute.", ES: "Se están haciendo otros expedientes. Inténtelo de nuevo en un minuto.",
	FR: "D'autres dossiers sont en cours d'établissement. Réessayez dans une minute.",
})

// records gives the records of discussions, by the links that the API gives.
func (s *Server) records(mux *http.ServeMux, cors func(http.Handler) http.Handler) {
	if s.c.Records == nil {
		return
	}
	places := make(chan struct{}, recordsAtOnce)
	// A link does nothing but show, to the person whom it was given to, and can't be
	// guessed: pages of other origins may lead there.
	mux.Handle("/records/{link}", readOnly(cors(s.identify(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
			s.record(w, r)
		default:
			w.Header().Set("Retry-After", "60")
			s.refuse(w, r, http.StatusServiceUnavailable, errRecords)
		}
	})))))
}

// record makes the record in a file of its own, and sends it once it is whole.
func (s *Server) record(w http.ResponseWriter, r *http.Request) {
	err := s.sendRecord(w, r)
	switch {
	case err == nil:
	case apperr.CodeOf(err) == apperr.NotFound:
		s.refuse(w, r, http.StatusNotFound, err)
	case apperr.CodeOf(err) == apperr.Unavailable:
		s.refuse(w, r, http.StatusServiceUnavailable, err)
	default:
		s.refuse(w, r, http.StatusInternalServerError, err)
	}
}

// sendRecord refuses before it has written anything.
func (s *Server) sendRecord(w http.ResponseWriter, r *http.Request) error {
	thread, in, err := s.c.Records.Linked(r.Context(), r.PathValue("link"))
	if err != nil {
		return err
	}
	f, err := os.CreateTemp("", "hub-record-*.zip")
	if err != nil {
		return err
	}
	defer func() { _ = errors.Join(f.Close(), os.Remove(f.Name())) }() // a file for this request alone
	ctx := i18n.With(r.Context(), in)
	if _, err := s.c.Records.Write(ctx, f, thread, in); err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="record-`+id.Format(thread)+`.zip"`)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead {
		return nil
	}
	paced := &pacedWriter{w, http.NewResponseController(w), s.c.WriteTime}
	if _, err := io.Copy(paced, f); err != nil {
		s.c.Log.DebugContext(r.Context(), "a record was not fetched to its end", "error", err)
	}
	return nil
}
