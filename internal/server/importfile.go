package server

import (
	"encoding/hex"
	"net/http"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/importrun"
)

// importFiles is the way of files to be imported over plain HTTP, where they are
// larger than multipart requests may be.
func (s *Server) importFiles(mux *http.ServeMux, cors func(http.Handler) http.Handler) {
	if s.c.Imports != nil {
		mux.Handle("/imports", s.checkOrigin(cors(s.identify(http.HandlerFunc(s.uploadImportFile)))))
	}
}

// uploadImportFile takes the body of a request as a file to be imported.
func (s *Server) uploadImportFile(w http.ResponseWriter, r *http.Request) {
	q, ok := s.mayUpload(w, r)
	if !ok {
		return
	}
	in := importrun.Uploading{Name: q.Get("name"), Size: max(r.ContentLength, 0), Content: s.patient(w, r)}
	f, rec, err := s.c.Imports.Upload(r.Context(), in, given(q, "idempotencyKey"))
	if err != nil {
		s.refuse(w, r, uploadStatus(err), err)
		return
	}
	s.created(w, map[string]any{"uploadImportFile": uploadedImportFile(f, rec)})
}

// uploadedImportFile is what the API says of an upload, in its own form.
func uploadedImportFile(f *ent.ImportFile, rec command.Receipt) any {
	out := receipt(rec)
	out["importFile"] = map[string]any{
		"id": id.Format(f.ID), "name": f.Name, "version": f.Version, "size": f.Size, "sha256": hex.EncodeToString(f.Sha256),
		"keptUntil": f.KeptUntil.UTC().Format("2006-01-02T15:04:05.000000Z07:00"),
	}
	return out
}
