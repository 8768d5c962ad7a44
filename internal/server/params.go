package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/surrogate"
)

// jsonBody says whether the request's body is what a cross-site form can't send: JSON, in UTF-8.
func jsonBody(r *http.Request) bool {
	t, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset, said := params["charset"]
	return err == nil && t == typeJSON && (!said || isUTF8(charset)) && r.Header.Get("Content-Encoding") == ""
}

// fromBody reads the parameters of a POST. The status is that of the refusal.
func (s *Server) fromBody(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, int, *apperr.Error) {
	if r.ContentLength > s.c.BodyLimit {
		return nil, http.StatusRequestEntityTooLarge, tooLarge(s.c.BodyLimit)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.c.BodyLimit))
	if err != nil {
		status, refusal := unread(err, s.c.BodyLimit, errBody)
		return nil, status, refusal
	}
	p, refusal := decode(body)
	return p, http.StatusBadRequest, refusal
}

// unread says why a body could not be read; malformed, unless it was too large or too slow.
func unread(err error, limit int64, malformed *apperr.Error) (int, *apperr.Error) {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge, tooLarge(limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return http.StatusRequestTimeout, errSlow
	}
	return http.StatusBadRequest, malformed.Because(err)
}

// decode reads the JSON form of a request.
func decode(body []byte) (*graphql.RawParams, *apperr.Error) {
	body = bytes.TrimLeft(body, " \t\r\n")
	if len(body) > 0 && body[0] == '[' {
		return nil, errBatch
	}
	if len(body) == 0 || body[0] != '{' || !utf8.Valid(body) {
		return nil, errBody
	}
	if surrogate.Lone(body) {
		return nil, surrogate.ErrLone
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(body, &given); err != nil {
		return nil, errBody
	}
	p := &graphql.RawParams{}
	for _, field := range []struct {
		name string
		into any
	}{{"query", &p.Query}, {"operationName", &p.OperationName}, {"variables", &p.Variables}, {"extensions", &p.Extensions}} {
		raw, ok := given[field.name]
		if !ok {
			continue
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber() // 9007199254740993 stays what it is
		if err := d.Decode(field.into); err != nil {
			return nil, wrongParameter(field.name)
		}
	}
	return complete(p)
}

// fromURL reads the parameters of a GET.
func fromURL(r *http.Request) (*graphql.RawParams, *apperr.Error) {
	given, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !utf8.ValidString(given.Get("query")) {
		return nil, invalidURL
	}
	p := &graphql.RawParams{Query: given.Get("query"), OperationName: given.Get("operationName")}
	for name, into := range map[string]*map[string]any{"variables": &p.Variables, "extensions": &p.Extensions} {
		text := given.Get(name)
		if text == "" {
			continue
		}
		if surrogate.Lone([]byte(text)) {
			return nil, surrogate.ErrLone
		}
		d := json.NewDecoder(bytes.NewReader([]byte(text)))
		d.UseNumber()
		if err := d.Decode(into); err != nil || d.More() {
			return nil, wrongParameter(name)
		}
	}
	return complete(p)
}

var invalidURL = invalid(
	"The parameters in the address are malformed.",
	"Los parámetros de la dirección están mal formados.",
	"Les paramètres dans l'adresse sont mal formés.")

// complete refuses requests that name no document.
func complete(p *graphql.RawParams) (*graphql.RawParams, *apperr.Error) {
	if p.Query == "" && p.Extensions["persistedQuery"] == nil {
		return nil, errNoQuery
	}
	return p, nil
}
