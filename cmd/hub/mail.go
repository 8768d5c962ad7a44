package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	netmail "net/mail"
	"net/url"
	"os"

	"github.com/prometheus/client_golang/prometheus"

	"acs-aec.org/hub/internal/mail"
	"acs-aec.org/hub/internal/notification"
	"acs-aec.org/hub/internal/seal"
	"acs-aec.org/hub/internal/server"
	"acs-aec.org/hub/internal/thread"
)

// mailing are the settings of mails.
type mailing struct {
	Mail      string `help:"Mail server to send by, such as smtp://USER:PASSWORD@HOST:587, or smtps://… (default: no mails, the inbox alone). ?starttls=required, optional or never." placeholder:"URL"`
	MailFrom  string `name:"mail-from" help:"Sender of mails, such as 'The hub <hub@example.org>'." placeholder:"ADDRESS"`
	MailReply string `name:"mail-reply" help:"Address whose mails, with +TOKEN before the @ too, reach the hub by --lmtp or hub mail receive, such as reply@example.org: answers are posted (default: nobody reads answers)." placeholder:"ADDRESS"`
	PublicURL string `name:"public-url" help:"Address under which people reach the hub, such as https://hub.example.org: for links in mails." placeholder:"URL"`
}

// post is what the settings come to.
type post struct {
	server  *mail.Server // nil: no mails
	head    notification.Letterhead
	replies *mail.Replies // nil: nobody reads answers
}

// read checks the settings. The error holds no secret.
func (m *mailing) read(key []byte) (*post, error) {
	p := &post{}
	var err error
	if m.MailReply != "" {
		if p.replies, err = mail.NewReplies(key, m.MailReply); err != nil {
			return nil, usageError{fmt.Errorf("--mail-reply: %w", err)}
		}
		p.head.Replies = p.replies
	}
	if m.Mail == "" {
		return p, nil
	}
	if p.server, err = mail.ParseServer(m.Mail); err != nil {
		return nil, usageError{fmt.Errorf("--mail: %w", err)}
	}
	from, err := netmail.ParseAddress(m.MailFrom)
	if err != nil {
		return nil, usageError{fmt.Errorf("--mail-from: mails need a sender, such as 'The hub <hub@example.org>'; this is none: %q", m.MailFrom)}
	}
	p.head.From = *from
	p.head.Public, err = url.Parse(m.PublicURL)
	if err != nil || p.head.Public.Scheme != "http" && p.head.Public.Scheme != "https" || p.head.Public.Host == "" || p.head.Public.RawQuery != "" || p.head.Public.Fragment != "" {
		return nil, usageError{fmt.Errorf("--public-url: links in mails need the hub's address, such as https://hub.example.org; this is none: %q", m.PublicURL)}
	}
	return p, nil
}

// String says what is set, without secrets.
func (p *post) String() string {
	s := "no mails are sent: the inbox alone tells people what concerns them (--mail)"
	if p.server != nil {
		s = "sent by " + p.server.String() + " from " + p.head.From.Address
	}
	if p.replies != nil {
		return s + ", answers are posted"
	}
	return s
}

// reach says whether the mail server answers. It sends nothing.
func (p *post) reach(ctx context.Context) error {
	if p.server == nil {
		return nil
	}
	line, err := p.server.Dial(ctx)
	if err != nil {
		return err
	}
	return line.Close()
}

// more are the HTTP routes that mails lead to.
func (p *post) more(o *opened) (map[string]http.Handler, error) {
	stopper, err := notification.NewUnsubscriber(notification.New(o.Runner))
	if err != nil {
		return nil, err
	}
	return map[string]http.Handler{"/mail/unsubscribe": server.Unsubscribe(stopper)}, nil
}

// send tells people what concerns them, until ctx is done.
func (p *post) send(ctx context.Context, log *slog.Logger, o *opened, metrics prometheus.Registerer) (work func(), err error) {
	log.LogAttrs(ctx, slog.LevelInfo, "mails: "+p.String())
	reader := notification.NewReader(o.Runner, log, p.server != nil)
	if p.server == nil {
		return func() { reader.Run(ctx) }, nil
	}
	postman, err := notification.NewPostman(o.Runner, thread.New(o.Runner), p.server, p.head, log)
	if err != nil {
		return nil, err
	}
	postman.Register(metrics)
	return func() {
		done := make(chan struct{})
		go func() { defer close(done); reader.Run(ctx) }()
		postman.Run(ctx)
		<-done
	}, nil
}

// door takes answers in.
func (p *post) door(o *opened, log *slog.Logger) *mail.Door {
	r := notification.NewReceiver(o.Runner, thread.New(o.Runner), p.replies, log)
	return &mail.Door{Known: r.Known, Accept: r.Accept, Log: log}
}

// listenLMTP opens the address at which the mail server delivers; nil if none is
// set.
func (p *post) listenLMTP(ctx context.Context, address string) (net.Listener, error) {
	if address == "" {
		return nil, nil //nolint:nilnil // no door
	}
	if p.replies == nil {
		return nil, usageError{errors.New("--lmtp: say which address's mails come here with --mail-reply")}
	}
	return listenAt(ctx, "--lmtp", address)
}

type mailCmd struct {
	Receive mailReceiveCmd `cmd:"" help:"Post the answer that stands on standard input, as a mail server pipes it."`
}

type mailReceiveCmd struct {
	mailing
	To   string `help:"The address that the mail is for (default: those in its header)." placeholder:"ADDRESS"`
	From string `help:"The sender of its envelope; empty for a bounce (default: that in its header)." placeholder:"ADDRESS" default:"-"`
}

// Exit codes that mail servers understand: sysexits.h.
const (
	exitMailUsage     = 64
	exitMailData      = 65
	exitMailNoUser    = 67
	exitMailTemporary = 75
	exitMailRefused   = 77
)

// exitError is an error with an exit code of its own.
type exitError struct {
	code int
	error
}

func (e exitError) Unwrap() error { return e.error }

// Run posts what is on standard input. What may pass ends with 75, and the mail
// server tries again; what will not, with 65, 67 or 77, and it tells the sender.
func (m *mailReceiveCmd) Run(ctx context.Context, t terminal, c *cli) error {
	if m.MailReply == "" {
		return exitError{exitMailUsage, errors.New("say which address's mails these are with --mail-reply")}
	}
	in, err := mail.Read(os.Stdin)
	switch {
	case errors.Is(err, mail.ErrMail), errors.Is(err, mail.ErrTooBig):
		return exitError{exitMailData, err}
	case err != nil:
		return exitError{exitMailTemporary, err}
	}
	o, err := c.open(ctx, t)
	if err != nil {
		return exitError{exitMailTemporary, err}
	}
	defer o.Close()
	p, err := m.read(o.Key)
	if err != nil {
		return exitError{exitMailUsage, err}
	}
	door := p.door(o, c.logger(t))
	to := in.To
	if m.To != "" {
		to = []string{m.To}
	}
	if m.From == "-" {
		m.From = in.From
	}
	for _, address := range to {
		if door.Known(address) != nil {
			continue
		}
		err := door.Accept(ctx, address, m.From, in)
		var refused *mail.Rejection
		switch {
		case errors.As(err, &refused):
			return exitError{exitMailRefused, err}
		case err != nil:
			return exitError{exitMailTemporary, err}
		}
		return nil
	}
	return exitError{exitMailNoUser, errors.New("the mail is for no address that the hub has made")}
}

// checkMail reports the settings of mails and whether the mail server answers.
func checkMail(ctx context.Context, m mailing) (string, error) {
	p, err := m.read(seal.NewKey()) // it makes no address
	if err != nil {
		return "", err
	}
	if err := p.reach(ctx); err != nil {
		return "", err
	}
	return p.String(), nil
}
