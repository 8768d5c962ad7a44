package server

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// The names of the session cookie. The prefix makes browsers insist on TLS, on this very host and on
// the path /.
const (
	cookieName       = "hub_session"
	secureCookieName = "__Host-hub_session"
)

// session is the value of the session cookie, "" if there is none.
func (s *Server) session(r *http.Request) string {
	name := cookieName
	if s.secure(r) {
		name = secureCookieName
	}
	if c, err := r.Cookie(name); err == nil {
		return c.Value
	}
	return ""
}

// identify finds who is asking; the language that the person has chosen goes before the browser's. A bad token is refused; a bad session is taken
// away from the browser, and nobody is asking.
func (s *Server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		v, err := s.who(ctx, r)
		if err != nil {
			if store.IsAway(err) {
				err = apperr.ErrUnavailable.Because(err)
			}
			status := http.StatusServiceUnavailable
			switch apperr.CodeOf(err) {
			case apperr.Unauthenticated:
				status = http.StatusUnauthorized
				w.Header().Set("WWW-Authenticate", `Bearer realm="hub", error="invalid_token"`)
			case apperr.Internal:
				status = http.StatusInternalServerError
			}
			s.refuse(w, r, status, err)
			return
		}
		if v.Language != "" {
			ctx = i18n.With(ctx, v.Language)
		}
		ctx = viewer.WithJar(viewer.With(ctx, v), &exchangeOf(ctx).jar)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func (s *Server) who(ctx context.Context, r *http.Request) (*viewer.Viewer, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "Bearer") || token == "" || len(token) > 4096 {
			return nil, errToken
		}
		v, err := s.c.Authenticate(ctx, Credentials{Bearer: token})
		if err == nil && v == nil {
			err = errToken
		}
		return v, err
	}
	secret := s.session(r)
	if secret == "" {
		return viewer.Nobody(), nil
	}
	var v *viewer.Viewer
	err := error(errToken)
	if len(secret) <= 4096 {
		v, err = s.c.Authenticate(ctx, Credentials{Session: secret})
	}
	switch {
	case errors.Is(err, context.Canceled), err != nil && apperr.CodeOf(err) != apperr.Unauthenticated:
		return nil, err
	case err != nil || v == nil:
		exchangeOf(ctx).jar.ClearSession()
		return viewer.Nobody(), nil //nolint:nilerr // a session that is no good is none
	}
	return v, nil
}

// jar keeps what the answer says of the session cookie. It is a viewer.CookieJar.
type jar struct {
	secure bool

	mu     sync.Mutex // guards what follows
	cookie *http.Cookie
	shut   bool // the answer has begun
}

func (j *jar) Open() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return !j.shut
}

func (j *jar) SetSession(secret string, expires time.Time) { j.put(secret, expires, 0) }

func (j *jar) ClearSession() { j.put("", time.Unix(1, 0), -1) }

func (j *jar) put(value string, expires time.Time, maxAge int) {
	name := cookieName
	if j.secure {
		name = secureCookieName
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.cookie = &http.Cookie{
		Name: name, Value: value, Path: "/", Expires: expires, MaxAge: maxAge,
		HttpOnly: true, Secure: j.secure, SameSite: http.SameSiteLaxMode,
	}
}

func (j *jar) write(h http.Header) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.shut = true
	if j.cookie != nil {
		h.Add("Set-Cookie", j.cookie.String())
	}
}
