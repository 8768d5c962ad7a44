package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/server"
)

// stopper knows one token and counts.
type stopper struct{ stopped int }

func (*stopper) Knows(_ context.Context, token string) (i18n.Lang, error) {
	if token != "good" {
		return i18n.EN, apperr.ErrNotFound
	}
	return i18n.ES, nil
}

func (s *stopper) Stop(context.Context, string) error { s.stopped++; return nil }

// TestMailsAreStoppedByAPost alone: programs visit links.
func TestMailsAreStoppedByAPost(t *testing.T) {
	t.Parallel()
	s := &stopper{}
	h := server.Unsubscribe(s)
	for _, c := range []struct {
		method, token string
		status        int
		stopped       int
		says          string
	}{
		{http.MethodGet, "good", 200, 0, "<button>"},
		{http.MethodHead, "good", 200, 0, ""},
		{http.MethodGet, "bad", 404, 0, "nothing here"},
		{http.MethodPost, "bad", 404, 0, "nothing here"},
		{http.MethodPut, "good", 405, 0, ""},
		{http.MethodPost, "good", 200, 1, "Ya no recibirá"},
		{http.MethodPost, "good", 200, 2, "Ya no recibirá"},
	} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), c.method, "/mail/unsubscribe?t="+c.token, strings.NewReader("List-Unsubscribe=One-Click")))
		if rec.Code != c.status || s.stopped != c.stopped || !strings.Contains(rec.Body.String(), c.says) {
			t.Errorf("%s %s: %d, %d stopped: %s", c.method, c.token, rec.Code, s.stopped, rec.Body)
		}
	}
}
