// Package mailtest is a real mail server for tests, in the process of the test:
// it takes mails over SMTP and keeps them.
package mailtest

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // what it takes may be in any
	"github.com/emersion/go-smtp"
)

// Mail is a mail that the server took.
type Mail struct {
	From string
	To   []string
	Raw  []byte
}

// Server is a mail server.
type Server struct {
	// Address names it for mail.ParseServer.
	Address string

	mu     sync.Mutex // guards what follows
	mails  []Mail
	came   chan struct{} // closed when a mail comes
	refuse func(to string) error
	taken  func(m Mail) error
}

// New starts a server that ends with the test.
func New(tb testing.TB) *Server {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // ends with the test
	if err != nil {
		tb.Fatal(err)
	}
	s := &Server{Address: "smtp://" + l.Addr().String(), came: make(chan struct{})}
	srv := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{s: s, c: c}, nil }))
	srv.Domain = "mail.test.invalid"
	srv.ErrorLog = quiet{}
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	tb.Cleanup(func() { _ = srv.Close(); <-done })
	return s
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// Refuse has f asked about every recipient from now on; nil refuses nobody.
func (s *Server) Refuse(f func(to string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = f
}

// OnTaken has f called with each mail once it is kept, before the sender learns
// of it. ErrHangUp from it ends the connection without an answer.
func (s *Server) OnTaken(f func(m Mail) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = f
}

// ErrHangUp ends the connection.
var ErrHangUp = errors.New("mailtest: hang up")

// Mails are those that were taken so far.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// Came is closed when the next mail is taken.
func (s *Server) Came() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.came
}

type session struct {
	s    *Server
	c    *smtp.Conn
	mail Mail
}

func (x *session) Reset()        { x.mail = Mail{} }
func (x *session) Logout() error { return nil }

func (x *session) Mail(from string, _ *smtp.MailOptions) error {
	x.mail.From = from
	return nil
}

func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	x.s.mu.Lock()
	refuse := x.s.refuse
	x.s.mu.Unlock()
	if refuse != nil {
		if err := refuse(to); err != nil {
			return err
		}
	}
	x.mail.To = append(x.mail.To, to)
	return nil
}

func (x *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	x.mail.Raw = raw
	x.s.mu.Lock()
	x.s.mails = append(x.s.mails, x.mail)
	close(x.s.came)
	x.s.came = make(chan struct{})
	taken := x.s.taken
	x.s.mu.Unlock()
	if taken != nil {
		if err := taken(x.mail); errors.Is(err, ErrHangUp) {
			return errors.Join(err, x.c.Conn().Close())
		} else if err != nil {
			return err
		}
	}
	return nil
}

// Header is the decoded value of a header, "" if there is none.
func (m Mail) Header(name string) string {
	e, err := message.Read(bytes.NewReader(m.Raw))
	if e == nil {
		return err.Error()
	}
	v, err := e.Header.Text(name)
	if err != nil {
		return err.Error()
	}
	return v
}

// Part is the decoded part of the kind, such as text/plain.
func (m Mail) Part(kind string) string {
	e, err := message.Read(bytes.NewReader(m.Raw))
	if e == nil {
		return err.Error()
	}
	out := ""
	_ = e.Walk(func(_ []int, part *message.Entity, _ error) error {
		if k, _, _ := part.Header.ContentType(); part != nil && k == kind {
			raw, err := io.ReadAll(part.Body)
			out += string(raw)
			return err
		}
		return nil
	})
	return strings.ReplaceAll(out, "\r\n", "\n")
}
