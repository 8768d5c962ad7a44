package server

import (
	"context"
	"errors"
	"io"
	"net/http"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/publication"
)

// publicationsAtOnce is how many files of activities are written at a time.
const publicationsAtOnce = 4

var errPublications = apperr.New(apperr.Unavailable, i18n.Message{
	EN: "Others are fetching the activities just now. Try again in a minute.",
	ES: "Otros están descargando las actividades en este momento. Inténtelo de nuevo en un minuto.",
	FR: "D'autres récupèrent les activités en ce moment. Réessayez dans une minute.",
})

// Publication writes the ACS's own portfolio as an IATI file.
type Publication interface {
	// Revision names the content: another one means other bytes.
	Revision(ctx context.Context) (string, error)
	// Any says whether there is an activity to write.
	Any(ctx context.Context) (bool, error)
	// Write writes the file and tells of activities that are left out. Without an
	// activity it writes nothing and returns publication.ErrNothing.
	Write(ctx context.Context, w io.Writer, left func(publication.Left)) (int, error)
}

// published gives the ACS's own portfolio to everybody, whoever asks; 404 while no
// activity is published.
func (s *Server) published(mux *http.ServeMux, cors func(http.Handler) http.Handler) {
	if s.c.Publication == nil {
		return
	}
	places := make(chan struct{}, publicationsAtOnce)
	mux.Handle("/iati/activities.xml", readOnly(cors(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		revision, err := s.c.Publication.Revision(r.Context())
		if err != nil {
			s.refuse(w, r, http.StatusInternalServerError, err)
			return
		}
		h := w.Header()
		h.Set("ETag", `"`+revision+`"`)
		h.Set("Cache-Control", "public, no-cache") // kept, and asked for anew
		if matches(r.Header.Values("If-None-Match"), revision) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
		default:
			h.Del("ETag")
			h.Set("Retry-After", "60")
			s.refuse(w, r, http.StatusServiceUnavailable, errPublications)
			return
		}
		h.Set("Content-Type", "application/xml; charset=utf-8")
		if r.Method == http.MethodHead {
			there, err := s.c.Publication.Any(r.Context())
			if err == nil && !there {
				err = publication.ErrNothing
			}
			if err != nil {
				s.notPublished(w, r, err)
			}
			return
		}
		_, err = s.c.Publication.Write(r.Context(), &pacedWriter{w, http.NewResponseController(w), s.c.WriteTime}, nil)
		switch {
		case errors.Is(err, publication.ErrNothing):
			s.notPublished(w, r, err)
		case err != nil:
			s.c.Log.WarnContext(r.Context(), "the published activities were not written to their end", "error", err)
			panic(http.ErrAbortHandler)
		}
	}))))
}

// notPublished answers in the place of a file of which nothing is written.
func (s *Server) notPublished(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Del("ETag")
	w.Header().Del("Content-Type")
	status := http.StatusInternalServerError
	if errors.Is(err, publication.ErrNothing) {
		status = http.StatusNotFound
	}
	s.refuse(w, r, status, err)
}
