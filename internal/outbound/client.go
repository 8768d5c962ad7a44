package outbound

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"
)

const (
	// Timeout is how long a request may take with its answer.
	Timeout = 10 * time.Second
	// answerLimit is how much of an answer is read, so that the connection can be
	// used again. It is thrown away.
	answerLimit = 64 << 10
)

// Client sends requests to addresses that its Guard allows. It may be used by
// many at once.
type Client struct {
	guard          Guard
	tls, plain     *http.Client
	closeIdleConns func()
}

// Options is what a Client works with. Zero values stand for their defaults.
type Options struct {
	Guard    Guard
	Resolver *net.Resolver  // what names are resolved by; nil: the machine's
	Roots    *x509.CertPool // whom certificates are believed from; nil: the machine's
	Timeout  time.Duration  // default: Timeout
}

var errAddress = errors.New("outbound: requests don't go to this address")

// New makes a client. Close it when no more is sent.
func New(o Options) *Client {
	if o.Timeout == 0 {
		o.Timeout = Timeout
	}
	if o.Resolver == nil {
		o.Resolver = net.DefaultResolver
	}
	encrypted := client(o, o.Guard.Allows)
	plain := client(o, o.Guard.Opens)
	return &Client{guard: o.Guard, tls: encrypted, plain: plain, closeIdleConns: func() {
		encrypted.CloseIdleConnections()
		plain.CloseIdleConnections()
	}}
}

// client sends to addresses that the test admits.
func client(o Options, allows func(netip.Addr) bool) *http.Client {
	dialer := &net.Dialer{
		Timeout: o.Timeout, KeepAlive: 30 * time.Second, Resolver: o.Resolver,
		// Called with the address that is about to be connected to.
		Control: func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !allows(at.Addr()) {
				return errAddress
			}
			return nil
		},
	}
	return &http.Client{
		Timeout:       o.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, ForceAttemptHTTP2: true, DisableCompression: true,
			TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots},
			TLSHandshakeTimeout:   o.Timeout,
			ResponseHeaderTimeout: o.Timeout, MaxResponseHeaderBytes: answerLimit,
			MaxIdleConns: 64, MaxIdleConnsPerHost: 1, MaxConnsPerHost: 0, IdleConnTimeout: 30 * time.Second,
		},
	}
}

// Close gives connections back that nothing is sent over.
func (c *Client) Close() { c.closeIdleConns() }

// Guard is what decides where requests go.
func (c *Client) Guard() Guard { return c.guard }

// Failure is why a request did not come to a good end; "" if it did.
type Failure string

// The failures.
const (
	Status      Failure = "STATUS"      // answered with another status than 2xx
	TimedOut    Failure = "TIMEOUT"     // no answer in time
	Unreachable Failure = "UNREACHABLE" // no such name, nobody listens, the connection broke
	TLS         Failure = "TLS"         // no connection that can be trusted
	Address     Failure = "ADDRESS"     // the name leads where requests don't go
)

// Outcome is what became of a request.
type Outcome struct {
	Failure Failure
	Status  int           // what was answered; 0: nothing
	After   time.Duration // when the receiver wants to be asked again; 0: it does not say
}

// retryLimit bounds how long a receiver may have us wait.
const retryLimit = time.Hour

// Post sends a body of JSON to a URL with these headers, once. What goes wrong is
// told by the outcome; the error is that of a context that is done, and then
// nobody knows whether it arrived.
func (c *Client) Post(ctx context.Context, address string, headers map[string]string, body []byte) (Outcome, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil { // it was checked when it was given, by other rules perhaps
		return Outcome{Failure: Address}, nil
	}
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	client := c.tls
	if req.URL.Scheme != "https" {
		client = c.plain
	}
	res, err := client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return Outcome{}, fmt.Errorf("outbound: send: %w", ctx.Err())
		}
		return Outcome{Failure: failureOf(err)}, nil
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, answerLimit)) // the status counts, whatever follows
	out := Outcome{Status: res.StatusCode}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		out.Failure = Status
	}
	if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && n > 0 {
		out.After = min(retryLimit, time.Duration(min(n, 1<<20))*time.Second)
	}
	return out, nil
}

// failureOf says why nothing was answered.
func failureOf(err error) Failure {
	var (
		record  tls.RecordHeaderError
		alert   tls.AlertError
		invalid *tls.CertificateVerificationError
		network net.Error
	)
	switch {
	case errors.Is(err, errAddress):
		return Address
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &invalid), errors.As(err, &record), errors.As(err, &alert):
		return TLS
	case errors.As(err, &network) && network.Timeout():
		return TimedOut
	}
	return Unreachable
}
