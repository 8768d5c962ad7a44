package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Server is a mail server to hand mails to.
type Server struct {
	host     string
	port     int
	user     string
	password string
	implicit bool // TLS from the first byte
	starttls gomail.TLSPolicy
	address  string // as it may be shown
}

// ErrServer says that a text names no mail server.
var ErrServer = errors.New("name the mail server as smtp://USER:PASSWORD@HOST:PORT or smtps://…; ?starttls=required, optional or never")

// timeout bounds each step of talking to a mail server.
const timeout = 30 * time.Second

// ParseServer reads the address of a mail server. With smtp:// TLS is begun by
// STARTTLS, and must be unless the server is on this machine; ?starttls= says
// otherwise. The error never holds the password.
func ParseServer(address string) (*Server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Path != "" && u.Path != "/" {
		return nil, ErrServer
	}
	s := &Server{host: u.Hostname(), user: u.User.Username(), implicit: u.Scheme == "smtps", starttls: gomail.TLSMandatory}
	s.password, _ = u.User.Password()
	s.port = 587
	if s.implicit {
		s.port = 465
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil || s.port < 1 || s.port > 65535 {
			return nil, ErrServer
		}
	}
	if ip := net.ParseIP(s.host); s.host == "localhost" || ip != nil && ip.IsLoopback() {
		s.starttls = gomail.TLSOpportunistic
	}
	switch u.Query().Get("starttls") {
	case "":
	case "required":
		s.starttls = gomail.TLSMandatory
	case "optional":
		s.starttls = gomail.TLSOpportunistic
	case "never":
		s.starttls = gomail.NoTLS
	default:
		return nil, ErrServer
	}
	s.address = u.Scheme + "://" + net.JoinHostPort(s.host, strconv.Itoa(s.port))
	return s, nil
}

// String is the server's address without user and password.
func (s *Server) String() string { return s.address }

// Line is an open connection to a mail server. It is for one goroutine.
type Line struct {
	client *gomail.Client
	conn   net.Conn
}

// Dial opens a connection and signs in. A refusal of the server is a Refusal.
func (s *Server) Dial(ctx context.Context) (*Line, error) {
	l := &Line{}
	dialer := &net.Dialer{Timeout: timeout}
	opts := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(timeout), gomail.WithTLSPolicy(s.starttls), gomail.WithoutNoop(),
	}
	if s.implicit {
		opts = append(opts, gomail.WithSSL())
	} else {
		opts = append(opts, gomail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, address)
			l.conn = conn
			return conn, err
		}))
	}
	if s.user != "" {
		opts = append(opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.user), gomail.WithPassword(s.password))
	}
	client, err := gomail.NewClient(s.host, opts...)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return nil, fmt.Errorf("mail: reach %s: %w", s, err)
	}
	l.client = client
	return l, nil
}

// Send hands a letter over. nil: the server has taken it. A *Refusal says that
// the server will never take it; after any other error it may be sent again, and
// then must be the same letter: the server may have taken it.
func (l *Line) Send(letter Letter) error {
	m, err := letter.message()
	if err != nil {
		return &Refusal{err}
	}
	err = l.client.Send(m)
	var refused *gomail.SendError
	if errors.As(err, &refused) && refused.ErrorCode() >= 500 && refused.ErrorCode() < 600 {
		return &Refusal{err}
	}
	return err
}

// Close ends the connection.
func (l *Line) Close() error {
	err := l.client.Close()
	if l.conn != nil {
		_ = l.conn.Close() // whatever became of the farewell
	}
	return err
}

// Refusal is a mail that will never be taken.
type Refusal struct{ error }

// Unwrap gives the cause.
func (r *Refusal) Unwrap() error { return r.error }
