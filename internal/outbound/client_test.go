package outbound_test

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"acs-aec.org/hub/internal/outbound"
)

var loopback = outbound.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}

func post(t *testing.T, o outbound.Options, address string) outbound.Outcome {
	t.Helper()
	c := outbound.New(o)
	defer c.Close()
	out, err := c.Post(t.Context(), address, map[string]string{"X-Test": "1"}, []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPost(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	mux := http.NewServeMux()
	answer := func(path string, f http.HandlerFunc) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			f(w, r)
		})
	}
	answer("/ok", func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.Header.Get("X-Test") != "1" {
			t.Errorf("%s with %v", r.Method, r.Header)
		}
		w.WriteHeader(http.StatusNoContent)
	})
	answer("/busy", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	answer("/later", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "99999999999")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	answer("/elsewhere", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/ok", http.StatusTemporaryRedirect) })
	answer("/endless", func(w http.ResponseWriter, _ *http.Request) {
		for b := make([]byte, 32<<10); ; {
			if _, err := w.Write(b); err != nil {
				return
			}
		}
	})
	answer("/silent", func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the server notices that the client has gone once it has read all
		<-r.Context().Done()
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	o := outbound.Options{Guard: loopback}
	hasty := o
	hasty.Timeout = 200 * time.Millisecond
	closed := httptest.NewServer(mux)
	closed.Close()
	for _, c := range []struct {
		name, url string
		o         outbound.Options
		want      outbound.Outcome
		reaches   int64
	}{
		{"2xx", srv.URL + "/ok", o, outbound.Outcome{Status: 204}, 1},
		{"a status", srv.URL + "/none", o, outbound.Outcome{Failure: outbound.Status, Status: 404}, 0},
		{"asked to wait", srv.URL + "/busy", o, outbound.Outcome{Failure: outbound.Status, Status: 503, After: 7 * time.Second}, 1},
		{"asked to wait too long", srv.URL + "/later", o, outbound.Outcome{Failure: outbound.Status, Status: 429, After: time.Hour}, 1},
		{"a redirect", srv.URL + "/elsewhere", o, outbound.Outcome{Failure: outbound.Status, Status: 307}, 1},
		{"an endless answer", srv.URL + "/endless", o, outbound.Outcome{Status: 200}, 1},
		{"silence", srv.URL + "/silent", hasty, outbound.Outcome{Failure: outbound.TimedOut}, 1},
		{"nobody listens", closed.URL, o, outbound.Outcome{Failure: outbound.Unreachable}, 0},
		{"not opened", srv.URL + "/ok", outbound.Options{}, outbound.Outcome{Failure: outbound.Address}, 0},
		{"another network opened", srv.URL + "/ok", outbound.Options{Guard: outbound.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}, outbound.Outcome{Failure: outbound.Address}, 0},
	} {
		before := asked.Load()
		if got := post(t, c.o, c.url); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
		if n := asked.Load() - before; n != c.reaches {
			t.Errorf("%s: %d requests arrived", c.name, n)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := outbound.New(o).Post(ctx, srv.URL+"/ok", nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that is done: %v", err)
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	srv := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(srv.Close)
	if got := post(t, outbound.Options{Guard: loopback}, srv.URL); got.Failure != outbound.TLS {
		t.Errorf("an unknown certificate: %+v", got)
	}
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	if got := post(t, outbound.Options{Guard: loopback, Roots: roots}, srv.URL); got.Failure != "" || got.Status != 200 {
		t.Errorf("a known certificate: %+v", got)
	}
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(plain.Close)
	if got := post(t, outbound.Options{Guard: loopback}, "https://"+plain.Listener.Addr().String()); got.Failure != outbound.TLS {
		t.Errorf("no TLS: %+v", got)
	}
}

// A name is judged by what it leads to when it is dialled, whatever it led to when
// it was given; and each of its addresses for itself.
func TestNamesAreJudgedAsTheyAreDialled(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	t.Cleanup(srv.Close)
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string][4]byte{
		"inside.example.": {127, 0, 0, 1}, "metadata.example.": {169, 254, 169, 254}, "private.example.": {10, 0, 0, 1}, "carrier.example.": {100, 64, 0, 1},
	}
	resolver := nameServer(t, names)
	for name := range names {
		at := "https://" + name[:len(name)-1] + ":" + u.Port()
		if _, err := (outbound.Guard{}).Check("url", at); err != nil {
			t.Errorf("%s can't be given: %v", name, err)
		}
		for _, scheme := range []string{"https", "http"} {
			if got := post(t, outbound.Options{Resolver: resolver}, scheme+at[len("https"):]); got.Failure != outbound.Address {
				t.Errorf("%s over %s: %+v", name, scheme, got)
			}
		}
	}
	if got := post(t, outbound.Options{Resolver: resolver}, "https://unknown.example:"+u.Port()); got.Failure != outbound.Unreachable {
		t.Errorf("an unknown name: %+v", got)
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
	if got := post(t, outbound.Options{Guard: loopback, Resolver: resolver}, "http://inside.example:"+u.Port()); got.Status != 200 {
		t.Errorf("an opened network by its name: %+v", got)
	}
}

// nameServer answers for these names, and for no others.
func nameServer(t *testing.T, names map[string][4]byte) *net.Resolver {
	t.Helper()
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		for b := make([]byte, 1500); ; {
			n, from, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(b[:n]) != nil || len(m.Questions) == 0 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.Authoritative, m.Additionals = true, true, nil
			switch a, ok := names[q.Name.String()]; {
			case !ok:
				m.RCode = dnsmessage.RCodeNameError
			case q.Type == dnsmessage.TypeA:
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: a},
				}}
			}
			if out, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// No proxy of the environment connects in our place.
func TestNoProxy(t *testing.T) {
	var asked atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	t.Cleanup(proxy.Close)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	if got := post(t, outbound.Options{Resolver: nameServer(t, map[string][4]byte{"inside.example.": {10, 0, 0, 1}})}, "http://inside.example/"); got.Failure != outbound.Address {
		t.Errorf("%+v", got)
	}
	if asked.Load() != 0 {
		t.Error("the proxy was asked")
	}
}
