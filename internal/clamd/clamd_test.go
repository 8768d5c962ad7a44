package clamd_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"

	"acs-aec.org/hub/internal/clamd"
	"acs-aec.org/hub/internal/clamd/clamdtest"
)

func TestScan(t *testing.T) {
	t.Parallel()
	d := clamdtest.Start(t)
	s, err := clamd.New(d.Address)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	long := strings.Repeat("0123456789", 50_000)
	for _, c := range []struct{ content, want string }{
		{"", ""}, {"clean", ""}, {long, ""}, {long + clamdtest.Virus, clamdtest.Finding}, {clamdtest.Virus, clamdtest.Finding},
	} {
		got, err := s.Scan(t.Context(), iotest.HalfReader(strings.NewReader(c.content)))
		if got != c.want || err != nil {
			t.Errorf("%.20q: %q, %v", c.content, got, err)
		}
	}
	if got := d.Scanned(); got != 5 {
		t.Errorf("%d were scanned", got)
	}
}

func TestWhatCanNotBeSaidIsAnError(t *testing.T) {
	t.Parallel()
	d := clamdtest.Start(t)
	s, err := clamd.New("tcp://" + d.Address)
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the file can't be read")
	if got, err := s.Scan(t.Context(), io.MultiReader(strings.NewReader("x"), iotest.ErrReader(broken))); !errors.Is(err, broken) || got != "" {
		t.Errorf("a file that breaks off: %q, %v", got, err)
	}
	d.Limit(100)
	if got, err := s.Scan(t.Context(), strings.NewReader(strings.Repeat("x", 1<<20))); err == nil || got != "" {
		t.Errorf("a file that is too large for it: %q", got)
	}
	d.Limit(0)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Scan(ctx, strings.NewReader("x")); err == nil {
		t.Error("after its time")
	}
	release := d.Hang()
	ctx, cancel = context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := s.Scan(ctx, strings.NewReader("x"))
		done <- err
	}()
	<-release // it has connected
	cancel()
	if err := <-done; err == nil {
		t.Error("a scanner that hangs says something")
	}
	d.Stop()
	if got, err := s.Scan(t.Context(), strings.NewReader("x")); err == nil || got != "" {
		t.Errorf("a scanner that is away: %q", got)
	}
	if err := s.Ping(t.Context()); err == nil {
		t.Error("a scanner that is away answers")
	}
}

func TestOtherAnswers(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"", "\x00", "stream: OK? no ERROR\x00", "COMMAND UNAVAILABLE\x00", strings.Repeat("x", 5000)} {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(c, answer)
			_ = c.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, c)
			_ = c.Close()
		}()
		s, err := clamd.New(l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Scan(t.Context(), strings.NewReader("x")); err == nil || got != "" {
			t.Errorf("%.30q is taken for %q", answer, got)
		}
		_ = l.Close()
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, a := range []string{"", "host", ":3310", "host:", "unix://", "http://x"} {
		if _, err := clamd.New(a); !errors.Is(err, clamd.ErrAddress) {
			t.Errorf("%q: %v", a, err)
		}
	}
	for _, a := range []string{"host:3310", "tcp://host:3310", "[::1]:3310", "unix:///run/clamd.sock"} {
		if _, err := clamd.New(a); err != nil {
			t.Errorf("%q: %v", a, err)
		}
	}
}
