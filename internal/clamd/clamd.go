// Package clamd asks ClamAV's daemon whether a file is harmful, by its INSTREAM
// command: the file goes over the connection in pieces, each behind its length;
// the scanner needs to see no folder of the hub.
package clamd

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// ErrAddress says that an address names no scanner.
var ErrAddress = errors.New("the virus scanner is named as HOST:PORT, tcp://HOST:PORT or unix:///PATH")

// Scanner asks one daemon. It may be used by many at once.
type Scanner struct{ network, address string }

// New makes a scanner of the daemon at HOST:PORT, tcp://HOST:PORT or unix:///PATH.
// It returns ErrAddress for anything else.
func New(address string) (*Scanner, error) {
	if path, ok := strings.CutPrefix(address, "unix://"); ok {
		if path == "" {
			return nil, ErrAddress
		}
		return &Scanner{"unix", path}, nil
	}
	address = strings.TrimPrefix(address, "tcp://")
	if host, port, err := net.SplitHostPort(address); err != nil || host == "" || port == "" || strings.Contains(port, "/") {
		return nil, ErrAddress
	}
	return &Scanner{"tcp", address}, nil
}

// String is the daemon's address.
func (s *Scanner) String() string { return s.address }

const (
	piece = 64 << 10
	// patience is how long the daemon may take to connect, to take a piece, and to
	// answer after the last.
	patience = 30 * time.Second
	longest  = 1000 // bytes of an answer
)

// Scan says what the daemon finds in what is read: "" for nothing, or the name that
// the daemon gives it. An error means that it could not say: that it is away, busy,
// or refuses files of this size. It ends with ctx.
func (s *Scanner) Scan(ctx context.Context, r io.Reader) (string, error) {
	answer, err := s.ask(ctx, "INSTREAM", func(c net.Conn) error { return stream(c, r) })
	if err != nil {
		return "", err
	}
	verdict := strings.TrimPrefix(answer, "stream: ")
	if name, found := strings.CutSuffix(verdict, " FOUND"); found {
		return name, nil
	}
	if verdict != "OK" {
		return "", fmt.Errorf("clamd: it answers %q", answer)
	}
	return "", nil
}

// Ping says whether the daemon is there.
func (s *Scanner) Ping(ctx context.Context) error {
	answer, err := s.ask(ctx, "PING", func(net.Conn) error { return nil })
	if err == nil && answer != "PONG" {
		err = fmt.Errorf("clamd: it answers %q", answer)
	}
	return err
}

// ask gives a command, sends what belongs to it, and reads the answer.
func (s *Scanner) ask(ctx context.Context, command string, send func(c net.Conn) error) (string, error) {
	d := net.Dialer{Timeout: patience}
	c, err := d.DialContext(ctx, s.network, s.address)
	if err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })()
	sent := write(c, []byte("z"+command+"\x00"))
	if sent == nil {
		sent = send(c)
	}
	// A daemon that has had enough says so before it hangs up: the answer tells more
	// than the failed write.
	_ = c.SetReadDeadline(soon())
	if err := ctx.Err(); err != nil {
		return "", err
	}
	var read *readError
	if errors.As(sent, &read) {
		return "", read.error
	}
	answer, err := bufio.NewReaderSize(io.LimitReader(c, longest), longest).ReadString(0)
	answer = strings.TrimRight(answer, "\x00\n")
	if answer == "" || err != nil && sent != nil {
		return "", fmt.Errorf("clamd: no answer: %w", errors.Join(sent, err))
	}
	return answer, nil
}

// soon is when patience ends.
func soon() time.Time { return time.Now().Add(patience) } //nolint:forbidigo // a connection's deadline is of the machine's own clock

func write(c net.Conn, p []byte) error {
	_ = c.SetWriteDeadline(soon())
	_, err := c.Write(p)
	return err
}

// readError is an error of the file, not of the daemon.
type readError struct{ error }

// stream sends a file in pieces, each behind its length, and a piece of none.
func stream(c net.Conn, r io.Reader) error {
	buf := make([]byte, 4+piece)
	for {
		n, err := io.ReadFull(r, buf[4:])
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return &readError{err}
		}
		binary.BigEndian.PutUint32(buf, uint32(n)) //nolint:gosec // at most piece
		if n > 0 {
			if err := write(c, buf[:4+n]); err != nil {
				return err
			}
		}
		if err != nil {
			return write(c, []byte{0, 0, 0, 0})
		}
	}
}
