package server_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/publication"
	"acs-aec.org/hub/internal/server"
)

// portfolio is a publication with a revision and a text; without a text it fails, and
// with "-" it has no activity.
type portfolio struct{ revision, text string }

func (p portfolio) Revision(context.Context) (string, error) { return p.revision, nil }

func (p portfolio) Any(context.Context) (bool, error) { return p.text != "-", nil }

func (p portfolio) Write(_ context.Context, w io.Writer, _ func(publication.Left)) (int, error) {
	if p.text == "-" {
		return 0, publication.ErrNothing
	}
	_, err := io.WriteString(w, "<iati-activities>")
	if p.text == "" {
		return 0, errors.New("torn")
	}
	_, err2 := io.WriteString(w, p.text)
	return 1, errors.Join(err, err2)
}

func TestPublishedActivities(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *server.Config) { c.Publication = portfolio{"r1", "</iati-activities>"} })
	get := func(method, known string) given {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, w.url+"/iati/activities.xml", nil)
		if err != nil {
			t.Fatal(err)
		}
		if known != "" {
			r.Header.Set("If-None-Match", known)
		}
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		body, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		return given{a.StatusCode, a.Header, string(body)}
	}
	if a := get(http.MethodGet, ""); a.status != http.StatusOK || a.body != "<iati-activities></iati-activities>" ||
		a.header.Get("ETag") != `"r1"` || a.header.Get("Content-Type") != "application/xml; charset=utf-8" {
		t.Errorf("%+v", a)
	}
	for known, want := range map[string]int{
		`"r1"`: http.StatusNotModified, `W/"r1"`: http.StatusNotModified, `"r0", "r1"`: http.StatusNotModified, "*": http.StatusNotModified,
		`"r0"`: http.StatusOK, "r1": http.StatusOK,
	} {
		a := get(http.MethodGet, known)
		if a.status != want || (want == http.StatusNotModified) != (a.body == "") || a.header.Get("ETag") != `"r1"` {
			t.Errorf("with %s: %+v", known, a)
		}
	}
	if a := get(http.MethodHead, ""); a.status != http.StatusOK || a.body != "" {
		t.Errorf("HEAD: %+v", a)
	}
	if a := get(http.MethodPost, ""); a.status != http.StatusMethodNotAllowed {
		t.Errorf("POST: %+v", a)
	}
}

// given is an answer that was read.
type given struct {
	status int
	header http.Header
	body   string
}

// TestATornPublicationIsBrokenOff shows that a file which fails half-way does not
// end as if it were whole.
func TestATornPublicationIsBrokenOff(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *server.Config) { c.Publication = portfolio{revision: "r1"} })
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/iati/activities.xml", nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return // broken off before the head
	}
	defer a.Body.Close()
	if _, err := io.ReadAll(a.Body); err == nil {
		t.Error("the transfer ends as if it were whole")
	}
}

func TestNothingIsPublishedWithoutAPublication(t *testing.T) {
	t.Parallel()
	w := start(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/iati/activities.xml", nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if a.StatusCode != http.StatusNotFound {
		t.Errorf("%d", a.StatusCode)
	}
}

// Without an activity there is no file, and that is said in the caller's language.
func TestWithoutAnActivityNothingIsPublished(t *testing.T) {
	t.Parallel()
	w := start(t, func(c *server.Config) { c.Publication = portfolio{"r1", "-"} })
	said := map[string]bool{}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		for _, lang := range []string{"en", "es", "fr"} {
			r, err := http.NewRequestWithContext(t.Context(), method, w.url+"/iati/activities.xml", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Accept-Language", lang)
			a, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(a.Body)
			_ = a.Body.Close()
			if err != nil || a.StatusCode != http.StatusNotFound || a.Header.Get("ETag") != "" || strings.Contains(a.Header.Get("Content-Type"), "xml") ||
				(method == http.MethodHead) != (len(body) == 0) || method == http.MethodGet && !strings.Contains(string(body), "NOT_FOUND") {
				t.Errorf("%s: %d %v %s %v", method, a.StatusCode, a.Header, body, err)
			}
			said[string(body)] = true
		}
	}
	if len(said) != 4 { // three languages, and none to HEAD
		t.Errorf("said %v", said)
	}
}
