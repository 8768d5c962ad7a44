package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"syscall"
	"time"

	"acs-aec.org/hub/graph"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/attachment"
	"acs-aec.org/hub/internal/demo"
	"acs-aec.org/hub/internal/front"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/graphqlws"
	"acs-aec.org/hub/internal/importrun"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/notification"
	"acs-aec.org/hub/internal/outbound"
	"acs-aec.org/hub/internal/record"
	"acs-aec.org/hub/internal/server"
	"acs-aec.org/hub/internal/viewer"
)

// serving are the flags of whatever serves.
type serving struct {
	Listen               string         `help:"Address to listen on; port 0 takes any free one." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Origin               []string       `help:"Pages of these origins may call the API with a session, such as https://app.example.org." placeholder:"ORIGIN"`
	TrustedProxy         []netip.Prefix `help:"Proxies whose X-Forwarded headers are believed, such as 10.0.0.0/8." placeholder:"NETWORK"`
	SecureCookies        bool           `help:"Browsers reach the hub by TLS: cookies are for TLS alone."`
	MetricsToken         string         `help:"Opens /metrics to other machines that send it as a bearer token." placeholder:"SECRET"`
	Introspection        bool           `help:"Answer questions about the schema." default:"true" negatable:""`
	ConnectionsPerPerson int            `help:"Websockets and event streams of a person at a time." default:"8" placeholder:"N"`
	OperationsPerSocket  int            `help:"Operations of a websocket at a time." default:"16" placeholder:"N"`
	MessageLimit         int            `help:"Bytes of a message from a websocket's client." default:"65536" placeholder:"BYTES"`
	AttachmentLimit      int64          `help:"Bytes of an attachment, at most 2147483647." default:"52428800" placeholder:"BYTES"`
	ImportLimit          int64          `help:"Bytes of a file that is uploaded to be imported, at most 2147483647." default:"536870912" placeholder:"BYTES"`
	SummaryLimit         time.Duration  `help:"How long adding up money may take before it is refused." default:"5s"`
	WebhookAllow         []netip.Prefix `help:"Networks that webhooks may reach although they are not of the public internet, also without TLS, such as 10.2.0.0/16." placeholder:"NETWORK"`
	ShutdownPeriod       time.Duration  `help:"How long what runs may go on when the hub ends." default:"25s"`
}

// multipartRoom is what a multipart request may have beside a file.
const multipartRoom = 2 << 20

type serveCmd struct {
	serving
	mailing
	LMTP string `name:"lmtp" help:"Address at which the mail server delivers answers over LMTP, such as 127.0.0.1:2424: with --mail-reply." placeholder:"HOST:PORT"`
}

// Run serves until it is told to stop.
func (s *serveCmd) Run(ctx context.Context, t terminal, c *cli) error {
	o, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	made, err := demo.Made(system(ctx), o.Runner)
	if err != nil {
		return err
	}
	if made && !loopback(s.Listen) {
		return errors.New("this database holds the demonstration, whose passwords are public: serve another one (--data), or listen on 127.0.0.1")
	}
	p, err := s.read(o.Key)
	if err != nil {
		return err
	}
	lmtp, err := p.listenLMTP(ctx, s.LMTP)
	if err != nil {
		return err
	}
	log := c.logger(t)
	var work func(ctx context.Context)
	if lmtp != nil {
		work = func(ctx context.Context) {
			if err := p.door(o, log).Serve(ctx, lmtp); err != nil {
				log.LogAttrs(ctx, slog.LevelError, "answers by mail are not taken in any more", slog.String("cause", err.Error()))
			}
		}
	}
	return s.serve(ctx, c, log, o, p, front.Options{}, func(address string) {
		say(t.out, "ready %s", address)
	}, work)
}

// serve listens, says the address when the hub is ready, and answers until ctx
// is done. work runs beside it, and ends with it.
func (s *serving) serve(ctx context.Context, c *cli, log *slog.Logger, o *opened, mails *post, page front.Options, ready func(address string), work func(ctx context.Context)) error {
	defer runtime.KeepAlive(thrifty()) // requests make much short-lived memory and keep little
	if s.AttachmentLimit < 1 || s.AttachmentLimit > math.MaxInt32 {
		return usageError{fmt.Errorf("--attachment-limit: %d is not between 1 and %d", s.AttachmentLimit, math.MaxInt32)}
	}
	if s.ImportLimit < 1 || s.ImportLimit > math.MaxInt32 {
		return usageError{fmt.Errorf("--import-limit: %d is not between 1 and %d", s.ImportLimit, math.MaxInt32)}
	}
	attachments, files, err := c.attachments(ctx, o, log, s.AttachmentLimit)
	if err != nil {
		return err
	}
	if files == nil {
		log.LogAttrs(ctx, slog.LevelWarn, "no place for files is named: attachments and files to import are refused as UNAVAILABLE. Name one that all nodes reach: --files file:///PATH or --files s3://BUCKET?region=REGION")
	} else {
		defer files.Close()
	}
	l, err := listen(ctx, s.Listen)
	if err != nil {
		return err
	}
	nodes, err := o.nodes(log) //nolint:contextcheck // a bus lives until it is closed
	if err != nil {
		return errors.Join(usageError{fmt.Errorf("--nats: %w", err)}, l.Close())
	}
	defer nodes.Close()
	engine := live.New(live.Options{
		Log: o.Log, Client: o.DB.Client, Accounts: account.New(o.Runner), Personal: o.Personal, Sources: graph.Personal(o.Runner), Now: o.Now, NewID: o.NewID,
		Bus: nodes, Logger: log, LinksPerPerson: s.ConnectionsPerPerson,
	})
	records, err := record.New(o.Runner, attachments)
	if err == nil {
		_, err = records.PublicKey(ctx) // made at the first start
	}
	if err != nil {
		return errors.Join(err, l.Close())
	}
	imports := o.imports()
	imports.Files, imports.Limit, imports.Logger = files, s.ImportLimit, log
	srv, err := s.server(o, log, mails, page, engine, attachments, records, imports)
	if err != nil {
		return errors.Join(usageError{err}, l.Close())
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	tell, err := mails.send(ctx, log, o, srv.Metrics())
	if err != nil {
		return errors.Join(err, l.Close())
	}
	hooks, closeHooks, err := s.webhookReader(o, log)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer closeHooks()
	hooks.Register(srv.Metrics())
	ready("http://" + reachable(l.Addr()))
	var beside sync.WaitGroup
	beside.Go(func() { engine.Run(ctx) })
	beside.Go(func() { restingMemory(ctx) })
	beside.Go(func() { keepHouse(ctx, log, o) })
	beside.Go(func() { passTime(ctx, log, o) })
	beside.Go(func() { indexOld(ctx, log, o) })
	beside.Go(func() { countOld(ctx, log, funding.New(o.Runner)) })
	beside.Go(func() { hooks.Run(ctx) })
	beside.Go(tell)
	beside.Go(func() { attachments.Work(ctx) })
	beside.Go(func() { imports.Work(ctx) })
	if work != nil {
		beside.Go(func() { work(ctx) })
	}
	err = srv.Serve(ctx, l)
	stop()
	beside.Wait()
	return err
}

// server puts the parts together.
func (s *serving) server(o *opened, log *slog.Logger, mails *post, page front.Options, engine *live.Engine, attachments *attachment.Service, records *record.Service, imports *importrun.Service) (*server.Server, error) {
	resolver, err := graph.New(o.Runner)
	if err != nil {
		return nil, err
	}
	accounts := account.New(o.Runner)
	engine.Compare(resolver.Figures())
	sums := funding.New(o.Runner)
	sums.Limit = s.SummaryLimit
	more, err := mails.more(o)
	if err != nil {
		return nil, err
	}
	srv, err := server.New(server.Config{
		Schema: graph.Schema(resolver.WithFunding(sums).WithLive(engine).WithOutbound(s.guard()).WithMail(mails.server != nil).WithAttachments(attachments).WithImports(imports).WithPublication(o.publication())), More: more, Live: graphqlws.Adapt(engine.Attach),
		Sockets:       graphqlws.Settings{Operations: s.OperationsPerSocket, MessageLimit: s.MessageLimit},
		Introspection: s.Introspection, Front: front.New(page),
		Authenticate: func(ctx context.Context, c server.Credentials) (*viewer.Viewer, error) {
			return accounts.Authenticate(ctx, c.Bearer, c.Session)
		},
		Ready: o.DB.Ping, Log: log, AllowedOrigins: s.Origin, TrustedProxies: s.TrustedProxy, SecureCookies: s.SecureCookies,
		MetricsToken: s.MetricsToken, ShutdownTime: s.ShutdownPeriod,
		Exports: resolver, Publication: o.publication(), Records: records, Attachments: attachments, Imports: imports, UploadLimit: s.AttachmentLimit + multipartRoom,
	})
	if err == nil {
		engine.Register(srv.Metrics())
	}
	return srv, err
}

// loopback says whether only this machine reaches the address.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// listen opens the address, or says in one sentence why it can't be had.
func listen(ctx context.Context, address string) (net.Listener, error) {
	return listenAt(ctx, "--listen", address)
}

// listenAt is listen for the address that a flag names.
func listenAt(ctx context.Context, flag, address string) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, usageError{fmt.Errorf("%s: %q is no HOST:PORT", flag, address)}
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use by another program: choose another address with %s", address, flag)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("this person may not listen on %s: choose a port above 1023 with %s", address, flag)
	case err != nil:
		return nil, fmt.Errorf("can't listen on %s: %w", address, err)
	}
	return l, nil
}

// reachable is an address under which a listener can be reached from here.
func reachable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// keepHouse takes away, now and then, what has had its time.
func keepHouse(ctx context.Context, log *slog.Logger, o *opened) {
	accounts, outbox := account.New(o.Runner), notification.New(o.Runner)
	hooks, err := o.webhooks(outbound.Guard{})
	if err != nil {
		log.LogAttrs(ctx, slog.LevelWarn, "house keeping", slog.String("cause", err.Error()))
		return
	}
	for tick := time.NewTicker(time.Hour); ; {
		err := errors.Join(accounts.Sweep(system(ctx)), o.Sweep(system(ctx)), outbox.Sweep(system(ctx)), hooks.Sweep(system(ctx)))
		if err != nil && ctx.Err() == nil {
			log.LogAttrs(ctx, slog.LevelWarn, "house keeping", slog.String("cause", err.Error()))
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			tick.Stop()
			return
		}
	}
}
