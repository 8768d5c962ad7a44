package query

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"

	"acs-aec.org/hub/internal/apperr"
)

// text is the document of a request, and the hash under which it may be kept once it has proven
// valid ("" if the client did not ask for that).
func (e *Executor) text(p *graphql.RawParams) (text, hash string, refusal *apperr.Error) {
	named, ok := p.Extensions["persistedQuery"]
	if !ok || named == nil {
		if p.Query == "" {
			return "", "", errNoQuery
		}
		return p.Query, "", nil
	}
	hash, ok = persistedHash(named)
	if !ok {
		return "", "", errHashMalformed
	}
	if p.Query == "" {
		text, ok = e.persisted.get(hash)
		if !ok {
			return "", "", errNotFoundByHash
		}
		return text, "", nil
	}
	if len(p.Query) > e.limits.Text {
		return "", "", tooCostly("text", e.limits.Text, msgText) // before it is hashed
	}
	sum := sha256.Sum256([]byte(p.Query))
	if hex.EncodeToString(sum[:]) != hash {
		return "", "", errHashDiffers
	}
	return p.Query, hash, nil
}

// persistedHash reads { version: 1, sha256Hash: "…" }.
func persistedHash(v any) (string, bool) {
	m, ok := v.(map[string]any)
	if !ok {
		return "", false
	}
	switch version := m["version"].(type) {
	case json.Number:
		ok = version == "1"
	case float64:
		ok = version == 1
	case int:
		ok = version == 1
	default:
		ok = false
	}
	hash, isText := m["sha256Hash"].(string)
	if !ok || !isText || len(hash) != 2*sha256.Size {
		return "", false
	}
	for _, c := range []byte(hash) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return "", false
		}
	}
	return hash, true
}
