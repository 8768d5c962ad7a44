package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
)

// health says that the process answers.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) { status(w, http.StatusOK, "ok") }

// ready says whether requests should be sent here.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.ending.Load() {
		status(w, http.StatusServiceUnavailable, "draining")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	if err := s.c.Ready(ctx); err != nil {
		s.c.Log.Warn("not ready", "cause", err.Error())
		status(w, http.StatusServiceUnavailable, "unavailable")
		return
	}
	status(w, http.StatusOK, "ready")
}

// notReady makes /readyz say no.
func (s *Server) notReady() { s.ending.Store(true) }

func status(w http.ResponseWriter, code int, word string) {
	w.Header().Set("Content-Type", typeJSON)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write([]byte(`{"status":"` + word + `"}` + "\n")) // whoever asked may have gone
}

// schemaFile serves the schema as text, with its descriptions.
func schemaFile(schema *ast.Schema) http.Handler {
	text := []byte(Print(schema))
	sum := sha256.Sum256(text)
	etag := `"` + hex.EncodeToString(sum[:12]) + `"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/plain; charset=utf-8")
		h.Set("Cache-Control", "no-cache")
		h.Set("ETag", etag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(text))
	})
}

// Print writes the schema as text, as /schema.graphql serves it.
func Print(schema *ast.Schema) string {
	var b strings.Builder
	formatter.NewFormatter(&b, formatter.WithIndent("  ")).FormatSchema(schema)
	return b.String()
}
