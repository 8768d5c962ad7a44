package server

import (
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/store"
)

// preflights are headers that a browser sends to another origin only after it has asked.
var preflights = []string{"GraphQL-Preflight", "Apollo-Require-Preflight", "X-Requested-With", "X-Apollo-Operation-Name"}

// uploads reads a request of the GraphQL multipart request specification. Files lie on disk until it
// is closed.
type uploads struct {
	limit, operations int64 // bytes of the request, and of the operations in it
	most              int   // files

	files []*os.File
}

// paths says where in the operations each file stands.
type paths map[string][]string

func (u *uploads) read(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, int, *apperr.Error) {
	if !slices.ContainsFunc(preflights, func(name string) bool { return r.Header.Get(name) != "" }) {
		return nil, http.StatusForbidden, errPreflight
	}
	if r.ContentLength > u.limit {
		return nil, http.StatusRequestEntityTooLarge, tooLarge(u.limit)
	}
	r.Body = http.MaxBytesReader(w, r.Body, u.limit)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, http.StatusBadRequest, errMultipart
	}
	p, err := u.parts(parts)
	if err != nil {
		var refusal *apperr.Error
		if !errors.As(err, &refusal) {
			status, refusal := unread(err, u.limit, errMultipart)
			return nil, status, refusal
		}
		status := http.StatusBadRequest
		switch refusal.Code {
		case apperr.QueryTooCostly:
			status = http.StatusRequestEntityTooLarge
		case apperr.Unavailable:
			status = http.StatusServiceUnavailable
		}
		return nil, status, refusal
	}
	return p, 0, nil
}

// parts reads the operations, the map and then the files.
func (u *uploads) parts(parts *multipart.Reader) (*graphql.RawParams, error) {
	operations, err := u.text(parts, "operations", u.operations)
	if err != nil {
		return nil, err
	}
	p, refusal := decode(operations)
	if refusal != nil {
		return nil, refusal
	}
	text, err := u.text(parts, "map", 64<<10)
	if err != nil {
		return nil, err
	}
	var to paths
	if err := json.Unmarshal(text, &to); err != nil {
		return nil, errMultipart.Because(err)
	}
	if len(to) > u.most {
		return nil, tooManyFiles(u.most)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		at, ok := to[part.FormName()]
		if !ok {
			return nil, errMultipart
		}
		delete(to, part.FormName())
		if err := u.file(part, p, at); err != nil {
			return nil, err
		}
	}
	if len(to) > 0 { // named and not sent
		return nil, errMultipart
	}
	return p, nil
}

// text reads a part that is no file.
func (u *uploads) text(parts *multipart.Reader, name string, limit int64) ([]byte, error) {
	part, err := parts.NextPart()
	if errors.Is(err, io.EOF) {
		return nil, errMultipart
	}
	if err != nil {
		return nil, err
	}
	if part.FormName() != name {
		return nil, errMultipart
	}
	b, err := io.ReadAll(io.LimitReader(part, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > limit {
		return nil, tooLarge(limit)
	}
	return b, nil
}

// file puts a file into each variable that it is for.
func (u *uploads) file(part *multipart.Part, p *graphql.RawParams, at []string) error {
	f, err := os.CreateTemp("", "hub-upload-*")
	if store.IsFull(err) {
		return store.ErrFull.Because(err)
	}
	if err != nil {
		return apperr.ErrInternal.Because(err)
	}
	u.files = append(u.files, f)
	size, err := io.Copy(f, part)
	if err != nil {
		return store.Told(err)
	}
	for _, path := range at {
		upload := graphql.Upload{
			File: io.NewSectionReader(f, 0, size), Size: size,
			Filename: part.FileName(), ContentType: part.Header.Get("Content-Type"),
		}
		if !place(p.Variables, path, upload) {
			return errMultipart
		}
	}
	return nil
}

// place puts an upload where a path such as variables.input.files.0 points: at a null.
func place(variables map[string]any, path string, upload graphql.Upload) bool {
	steps := strings.Split(path, ".")
	if len(steps) < 2 || len(steps) > 20 || steps[0] != "variables" {
		return false
	}
	var into any = variables
	for i, step := range steps[1:] {
		last := i == len(steps)-2
		switch in := into.(type) {
		case map[string]any:
			v, ok := in[step]
			if !ok || last && v != nil {
				return false
			}
			if last {
				in[step] = upload
			}
			into = v
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n < 0 || n >= len(in) || last && in[n] != nil {
				return false
			}
			if last {
				in[n] = upload
				return true
			}
			into = in[n]
		default:
			return false
		}
	}
	return true
}

// close takes the files away.
func (u *uploads) close() {
	for _, f := range u.files {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
}
