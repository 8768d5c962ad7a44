package server

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/attachment"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// attachments are the ways of files over plain HTTP: uploads that are no multipart
// requests, and downloads by the links that the API gives.
func (s *Server) attachments(mux *http.ServeMux, cors func(http.Handler) http.Handler) {
	if s.c.Attachments == nil {
		return
	}
	mux.Handle("/attachments", s.checkOrigin(cors(s.identify(http.HandlerFunc(s.upload)))))
	// A link does nothing but show, to the person whom it was given to, and can't be
	// guessed: pages of other origins may lead there.
	mux.Handle(attachment.Path+"{link}", readOnly(cors(s.identify(http.HandlerFunc(s.download)))))
}

var (
	errUploadMethod = invalid("A file is sent by POST.", "Un archivo se envía con POST.", "Un fichier s'envoie par POST.")
	errThread       = apperr.New(apperr.InvalidInput, i18n.Message{
		EN: "Name the discussion with ?thread=ID.", ES: "Indique la discusión con ?thread=ID.", FR: "Indiquez la discussion avec ?thread=ID.",
	}).In("thread")
	errEncoded = invalid(
		"Send the file as it is, without Content-Encoding.", "Envíe el archivo tal cual, sin Content-Encoding.",
		"Envoyez le fichier tel quel, sans Content-Encoding.")
)

// upload takes the body of a request as a file for a discussion. What a page of
// another origin could send without being asked is refused, as for multipart
// requests.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	q, ok := s.mayUpload(w, r)
	if !ok {
		return
	}
	thread, err := id.ParseKind(q.Get("thread"), id.Thread)
	if err != nil {
		s.refuse(w, r, http.StatusBadRequest, errThread)
		return
	}
	in := attachment.Uploading{
		Thread: thread, Name: q.Get("name"), Description: given(q, "description"),
		Declared: r.Header.Get("Content-Type"), Size: max(r.ContentLength, 0), Content: s.patient(w, r),
	}
	a, rec, err := s.c.Attachments.Upload(r.Context(), in, given(q, "idempotencyKey"))
	if err != nil {
		s.refuse(w, r, uploadStatus(err), err)
		return
	}
	s.created(w, map[string]any{"uploadAttachment": uploaded(a, rec)})
}

// mayUpload reads what an address says of the file that is the request's body, unless
// it refuses the request.
func (s *Server) mayUpload(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		s.refuse(w, r, http.StatusMethodNotAllowed, errUploadMethod)
		return nil, false
	}
	if !slices.ContainsFunc(preflights, func(name string) bool { return r.Header.Get(name) != "" }) {
		s.refuse(w, r, http.StatusForbidden, errUploadPreflight)
		return nil, false
	}
	if !viewer.From(r.Context()).SignedIn() {
		s.refuse(w, r, http.StatusUnauthorized, apperr.ErrSignIn)
		return nil, false
	}
	if r.Header.Get("Content-Encoding") != "" {
		s.refuse(w, r, http.StatusUnsupportedMediaType, errEncoded)
		return nil, false
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		s.refuse(w, r, http.StatusBadRequest, invalidURL)
		return nil, false
	}
	return q, true
}

// created answers that a file was taken, as GraphQL would.
func (s *Server) created(w http.ResponseWriter, answer map[string]any) {
	data, err := json.Marshal(answer)
	if err != nil {
		panic(err) // texts and numbers always marshal
	}
	w.Header().Set("Cache-Control", "no-store")
	s.answer(w, typeJSON, http.StatusCreated, &graphql.Response{Data: data})
}

// uploaded is what the API says of an upload, in its own form. The attachment is nil
// for a repetition whose file is gone since.
func uploaded(a *ent.Attachment, rec command.Receipt) any {
	out := receipt(rec)
	out["attachment"] = nil
	if a != nil {
		out["attachment"] = map[string]any{
			"id": id.Format(a.ID), "name": a.Name, "mediaType": a.MediaType, "size": a.Size, "sha256": hex.EncodeToString(a.Sha256),
			"status": a.Status, "scan": a.Scan,
		}
	}
	return out
}

// receipt is what the API says of what a command told.
func receipt(rec command.Receipt) map[string]any {
	events := make([]string, len(rec.EventIDs))
	for i, u := range rec.EventIDs {
		events[i] = id.Format(u)
	}
	return map[string]any{"cursor": rec.Cursor, "eventIds": events}
}

// given is a parameter, nil if it is not there.
func given(q url.Values, name string) *string {
	if !q.Has(name) {
		return nil
	}
	v := q.Get(name)
	return &v
}

func uploadStatus(err error) int {
	switch apperr.CodeOf(err) {
	case apperr.Unauthenticated:
		return http.StatusUnauthorized
	case apperr.Forbidden:
		return http.StatusForbidden
	case apperr.NotFound:
		return http.StatusNotFound
	case apperr.Conflict, apperr.AlreadyExists, apperr.IdempotencyKeyReused:
		return http.StatusConflict
	case apperr.Unavailable:
		return http.StatusServiceUnavailable
	case apperr.Internal:
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

// patient is the body of a request whose sender may take long as long as something
// comes.
func (s *Server) patient(w http.ResponseWriter, r *http.Request) io.Reader {
	return &pacedBody{r.Body, http.NewResponseController(w), s.c.BodyTime}
}

type pacedBody struct {
	r    io.Reader
	door *http.ResponseController
	time time.Duration
}

func (p *pacedBody) Read(b []byte) (int, error) {
	_ = p.door.SetReadDeadline(time.Now().Add(p.time)) // not all requests have one
	return p.r.Read(b)
}

// download sends the content of an attachment, whole or in part, to the person whom
// the link was given to. It is never a page: what is not a picture is saved, nothing
// runs, and nothing guesses what it is.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	d, err := s.c.Attachments.Open(r.Context(), r.PathValue("link"))
	if err != nil {
		s.refuse(w, r, uploadStatus(err), err)
		return
	}
	defer d.Content.Close()
	h := w.Header()
	how := "attachment"
	if d.Inline {
		how = "inline"
	}
	h.Set("Content-Disposition", disposition(how, d.Attachment.Name))
	h.Set("Content-Type", d.Attachment.MediaType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-site") // the front end may lie beside the hub
	h.Set("Cache-Control", "private, no-cache")        // kept, and asked again each time whether it is still open
	h.Set("ETag", strconv.Quote(hex.EncodeToString(d.Attachment.Sha256)))
	h.Add("Vary", "Authorization, Cookie, Origin")
	paced := &pacedWriter{w, http.NewResponseController(w), s.c.WriteTime}
	http.ServeContent(paced, r, "", d.Attachment.CreatedAt, d.Content)
}

// pacedWriter is an answer whose reader may take long as long as it takes something.
type pacedWriter struct {
	http.ResponseWriter
	door *http.ResponseController
	time time.Duration
}

func (p *pacedWriter) Write(b []byte) (int, error) {
	_ = p.door.SetWriteDeadline(time.Now().Add(p.time)) // not all writers have one
	return p.ResponseWriter.Write(b)
}

// disposition says how an answer is taken and under which name it is saved, by RFC
// 6266: in plain letters for old clients, and as it is.
func disposition(how, name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%`, r) {
			return '_'
		}
		return r
	}, name)
	var b strings.Builder
	for _, c := range []byte(name) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return fmt.Sprintf(`%s; filename="%s"; filename*=UTF-8''%s`, how, plain, b.String())
}
