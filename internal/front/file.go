package front

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// How long a browser may keep a file without asking.
const (
	immutable  = "public, max-age=31536000, immutable" // the name changes with the content
	revalidate = "no-cache"                            // kept, but asked for with its ETag each time
	private    = "no-store"
)

// file is one thing to serve, the same for everyone.
type file struct {
	contentType string
	cache       string        // Cache-Control
	csp         string        // Content-Security-Policy
	read        func() []byte // the content; called once, when the file is first asked for

	once   sync.Once // guards what follows
	body   []byte
	zipped []byte // nil where it would not pay
	etag   string
}

var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".svg":  "image/svg+xml",
	".ttf":  "font/ttf",
	".txt":  "text/plain; charset=utf-8",
}

// newFile makes a file whose type follows from its name.
func newFile(name string, body []byte, cache, csp string) *file {
	return &file{contentType: contentTypes[path.Ext(name)], cache: cache, csp: csp, read: func() []byte { return body }}
}

// embedded makes a file of one that is in the binary, without copying it before it is asked for.
func embedded(from fs.FS, name, cache, csp string) *file {
	f := newFile(name, nil, cache, csp)
	f.read = func() []byte {
		body, err := fs.ReadFile(from, name)
		if err != nil {
			panic("front: " + err.Error()) // it was there when New listed it
		}
		return body
	}
	return f
}

func (f *file) prepare() {
	f.body = f.read()
	sum := sha256.Sum256(f.body)
	f.etag = hex.EncodeToString(sum[:12])
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(f.body) // a bytes.Buffer takes everything
	_ = z.Close()
	if b.Len() < len(f.body)*9/10 {
		f.zipped = b.Bytes()
	}
}

// ServeHTTP answers GET and HEAD with the file, compressed for whoever takes that, and 304 for whoever
// has it. The ETag names the bytes on the wire, so the compressed form has one of its own.
func (f *file) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.once.Do(f.prepare)
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Cache-Control", f.cache)
	body, etag := f.body, f.etag
	if f.zipped != nil {
		h.Set("Vary", "Accept-Encoding")
		if takesGzip(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			body, etag = f.zipped, f.etag+"-gzip"
		}
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// takesGzip reads an Accept-Encoding header: gzip or * is named, and not with the weight 0.
func takesGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if coding = strings.TrimSpace(coding); !strings.EqualFold(coding, "gzip") && coding != "*" {
			continue
		}
		weight = strings.TrimRight(strings.ReplaceAll(weight, " ", ""), "0")
		return !strings.EqualFold(weight, "q=") && !strings.EqualFold(weight, "q=0.")
	}
	return false
}
