package mail

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"time"
	"unicode"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/netutil"
	"golang.org/x/text/unicode/norm"
)

// Door takes mails in from the mail server of the place, over LMTP.
type Door struct {
	// Known refuses an address that nobody reads; nil for one that somebody does.
	Known func(to string) error
	// Accept takes a mail for one address. nil: it was taken, or needs no answer. A
	// *Rejection: it will never be taken. Any other error: not now.
	Accept func(ctx context.Context, to, from string, in *Incoming) error
	Log    *slog.Logger
	// Within is how long a mail may take to be taken in; then the sending server is
	// told to try again. Default: a minute.
	Within time.Duration
}

// Rejection is a mail that is not taken, and why, in words for its sender.
type Rejection struct{ Text string }

func (r *Rejection) Error() string { return r.Text }

const (
	connectionLimit = 50
	recipientLimit  = 20
	acceptTime      = time.Minute
)

// Serve takes mails on the listener until ctx is done, and closes it.
func (d *Door) Serve(ctx context.Context, l net.Listener) error {
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &delivery{door: d, ctx: ctx}, nil }))
	s.LMTP, s.Domain = true, "hub"
	s.MaxMessageBytes, s.MaxRecipients = SizeLimit, recipientLimit
	s.ReadTimeout, s.WriteTimeout = time.Minute, time.Minute
	s.ErrorLog = slog.NewLogLogger(d.Log.Handler(), slog.LevelDebug) // what clients do wrong
	stop := context.AfterFunc(ctx, func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		if err := s.Shutdown(end); err != nil {
			_ = s.Close()
		}
	})
	defer stop()
	err := s.Serve(netutil.LimitListener(l, connectionLimit))
	if ctx.Err() != nil || errors.Is(err, smtp.ErrServerClosed) {
		return nil
	}
	return err
}

// delivery is one connection of the mail server.
type delivery struct {
	door *Door
	ctx  context.Context //nolint:containedctx // the library's sessions have none
	from string
	to   []string
}

var _ smtp.LMTPSession = (*delivery)(nil)

func (d *delivery) Reset()                                      { d.from, d.to = "", nil }
func (d *delivery) Logout() error                               { return nil }
func (d *delivery) Mail(from string, _ *smtp.MailOptions) error { d.from = from; return nil }

func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := d.door.Known(to); err != nil {
		return answer(err)
	}
	d.to = append(d.to, to)
	return nil
}

func (d *delivery) Data(io.Reader) error {
	return answer(errors.New("mail: LMTP answers for each recipient"))
}

// LMTPData takes a mail and answers for each recipient.
func (d *delivery) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	in, err := Read(r)
	switch {
	case errors.Is(err, ErrTooBig):
		return answer(&Rejection{"The mail is too large."})
	case errors.Is(err, ErrMail):
		return answer(&Rejection{"This can't be read as a mail."})
	case err != nil:
		return answer(err)
	}
	within := d.door.Within
	if within == 0 {
		within = acceptTime
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(d.ctx), within)
	defer cancel()
	for _, to := range d.to {
		err := d.door.Accept(ctx, to, d.from, in)
		var refused *Rejection
		if err != nil && !errors.As(err, &refused) {
			d.door.Log.LogAttrs(ctx, slog.LevelWarn, "a mail could not be taken in now", slog.String("cause", err.Error()))
		}
		status.SetStatus(to, answer(err))
	}
	return nil
}

// answer is an error as the mail server is told.
func answer(err error) error {
	var refused *Rejection
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: ascii(refused.Text)}
	}
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "The hub can't take this mail just now. Try again later."}
}

// ascii is a sentence without what a mail server may not pass on: accents are left
// out, other signs too.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '’' || r == '‘':
			return '\''
		case unicode.IsSpace(r):
			return ' '
		case r > '~' || r < ' ':
			return -1
		}
		return r
	}, norm.NFD.String(s))
}
