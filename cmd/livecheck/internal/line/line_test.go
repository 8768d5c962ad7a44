package line_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/line"
)

// far is a server; its connections come on a channel.
func far(t *testing.T) (address string, conns <-chan net.Conn) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	all := make(chan net.Conn, 8)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all <- c
		}
	}()
	t.Cleanup(func() { l.Close() })
	return l.Addr().String(), all
}

// through is a connection over a new line, with both its ends.
func through(t *testing.T) (l *line.Line, near, end net.Conn) {
	t.Helper()
	address, conns := far(t)
	l, err := line.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	near, err = (&net.Dialer{}).DialContext(context.Background(), "tcp", l.Address())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		near.Close()
		if err := l.Close(); err != nil { // waits for everything of the line
			t.Error(err)
		}
	})
	end = <-conns
	t.Cleanup(func() { end.Close() })
	if got := say(t, near, end, "hello\n"); got != "hello\n" {
		t.Fatalf("%q came", got)
	}
	return l, near, end
}

func say(t *testing.T, from, to net.Conn, text string) string {
	t.Helper()
	if _, err := io.WriteString(from, text); err != nil {
		t.Fatal(err)
	}
	if err := to.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	got, err := bufio.NewReader(to).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// dead waits until a connection breaks.
func dead(t *testing.T, c net.Conn) {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the connection lives: %v", err)
	}
}

// silent checks that nothing comes and nothing breaks.
func silent(t *testing.T, c net.Conn) {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(100 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Read(make([]byte, 1)); n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("not silent: %d bytes, %v", n, err)
	}
}

func TestCutBreaksBothEnds(t *testing.T) {
	t.Parallel()
	l, near, end := through(t)
	if n := l.Cut(); n != 1 {
		t.Errorf("%d connections were cut", n)
	}
	dead(t, near)
	dead(t, end)
}

func TestLoseClientsLeavesTheHubItsEnd(t *testing.T) {
	t.Parallel()
	l, near, end := through(t)
	l.LoseClients()
	dead(t, near)
	silent(t, end)
	if _, err := io.WriteString(end, "who is there?\n"); err != nil {
		t.Error(err)
	}
}

func TestLoseHubLeavesTheClientItsEnd(t *testing.T) {
	t.Parallel()
	l, near, end := through(t)
	l.LoseHub()
	dead(t, end)
	silent(t, near)
}

func TestStallHoldsBackAndHealGoesOn(t *testing.T) {
	t.Parallel()
	l, near, end := through(t)
	l.Stall()
	if _, err := io.WriteString(near, "late\n"); err != nil {
		t.Fatal(err)
	}
	silent(t, end)
	l.Heal()
	if got := say(t, near, end, "later\n"); got != "late\n" {
		t.Errorf("%q came first", got)
	}
}

func TestNobodyListensBehindTheLine(t *testing.T) {
	t.Parallel()
	l, err := line.Open(t.Context(), "127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", l.Address())
	if err != nil {
		return // broken at once
	}
	defer c.Close()
	dead(t, c)
}
