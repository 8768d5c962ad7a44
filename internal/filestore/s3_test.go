package filestore_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"acs-aec.org/hub/internal/filestore"
)

// s3 is a store over a server that speaks as much of S3 as the store needs.
func s3(t *testing.T) *filestore.Store {
	t.Helper()
	f := &fakeS3{objects: map[string][]byte{}, parts: map[string]map[int][]byte{}}
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	t.Cleanup(func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if len(f.parts) > 0 {
			t.Errorf("%d uploads were neither completed nor aborted", len(f.parts))
		}
	})
	q := url.Values{"region": {"us-east-1"}, "endpoint": {srv.URL}, "use_path_style": {"true"}, "request_checksum_calculation": {"when_required"}}
	s, err := filestore.Open(t.Context(), "s3://hub?"+q.Encode())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestMain(m *testing.M) {
	// The credentials come from the environment, as in production.
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true"} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// httpTime is when all objects were written.
var httpTime = time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)

type fakeS3 struct {
	mu      sync.Mutex // guards what follows
	objects map[string][]byte
	parts   map[string]map[int][]byte // by upload
	uploads int
}

func (f *fakeS3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	key := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/hub"), "/")
	q := r.URL.Query()
	switch {
	case r.Method == http.MethodGet && key == "":
		f.list(w)
	case r.Method == http.MethodPost && q.Has("uploads"):
		f.uploads++
		u := strconv.Itoa(f.uploads)
		f.parts[u] = map[int][]byte{}
		_, _ = fmt.Fprintf(w, `<InitiateMultipartUploadResult><Bucket>hub</Bucket><Key>%s</Key><UploadId>%s</UploadId></InitiateMultipartUploadResult>`, key, u)
	case r.Method == http.MethodPut && q.Has("uploadId"):
		n, _ := strconv.Atoi(q.Get("partNumber"))
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if f.parts[q.Get("uploadId")] != nil {
			f.parts[q.Get("uploadId")][n] = body
		}
		w.Header().Set("ETag", fmt.Sprintf("%q", strconv.Itoa(n)))
	case r.Method == http.MethodPost && q.Has("uploadId"):
		var whole []byte
		parts := f.parts[q.Get("uploadId")]
		for n := 1; n <= len(parts); n++ {
			whole = append(whole, parts[n]...)
		}
		f.objects[key] = whole
		delete(f.parts, q.Get("uploadId"))
		_, _ = fmt.Fprintf(w, `<CompleteMultipartUploadResult><Key>%s</Key><ETag>"x"</ETag></CompleteMultipartUploadResult>`, key)
	case r.Method == http.MethodDelete && q.Has("uploadId"):
		delete(f.parts, q.Get("uploadId"))
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodPut:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		f.objects[key] = body
		w.Header().Set("ETag", `"x"`)
	case r.Method == http.MethodDelete:
		delete(f.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		content, ok := f.objects[key]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			if r.Method == http.MethodGet {
				_, _ = io.WriteString(w, `<Error><Code>NoSuchKey</Code></Error>`)
			}
			return
		}
		w.Header().Set("ETag", `"x"`)
		http.ServeContent(w, r, "", httpTime, bytes.NewReader(content))
	}
}

func (f *fakeS3) list(w http.ResponseWriter) {
	type object struct {
		Key, LastModified, ETag string
		Size                    int
	}
	out := struct {
		XMLName     xml.Name `xml:"ListBucketResult"`
		Name        string
		KeyCount    int
		IsTruncated bool
		Contents    []object
	}{Name: "hub", KeyCount: len(f.objects)}
	for k, c := range f.objects {
		out.Contents = append(out.Contents, object{k, httpTime.Format(time.RFC3339), `"x"`, len(c)})
	}
	slices.SortFunc(out.Contents, func(a, b object) int { return strings.Compare(a.Key, b.Key) })
	_ = xml.NewEncoder(w).Encode(out)
}
