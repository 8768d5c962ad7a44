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
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"acs-aec.org/hub/internal/apperr"
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
	if halfCharacter(body) {
		return nil, errHalf
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

// halfCharacter says whether one of the text's escapes is a surrogate without its
// other half. Decoders would write U+FFFD for it in silence: another text than the
// one that was sent.
func halfCharacter(text []byte) bool {
	half := func(at int) (rune, bool) { // the surrogate that is escaped there
		if len(text) < at+6 || text[at] != '\\' || text[at+1] != 'u' {
			return 0, false
		}
		n, err := strconv.ParseUint(string(text[at+2:at+6]), 16, 16)
		return rune(n), err == nil && utf16.IsSurrogate(rune(n))
	}
	for at := 0; ; at += 2 { // over the backslash and what it escapes
		next := bytes.IndexByte(text[min(at, len(text)):], '\\')
		if next < 0 {
			return false
		}
		at += next
		first, ok := half(at)
		if !ok {
			continue
		}
		second, ok := half(at + 6)
		if !ok || utf16.DecodeRune(first, second) == utf8.RuneError {
			return true
		}
		at += 10
	}
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
		if halfCharacter([]byte(text)) {
			return nil, errHalf
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
	if halfCharacter([]byte(p.Query)) {
		return nil, errHalf
	}
	return p, nil
}
