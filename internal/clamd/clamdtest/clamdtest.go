// Package clamdtest is a virus scanner for tests: a real server that speaks
// ClamAV's protocol and knows one virus.
package clamdtest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
)

// Virus is what the scanner finds, Finding what it calls it. It harms nobody.
const (
	Virus   = "THIS-IS-THE-VIRUS-OF-THE-TESTS"
	Finding = "Test.Virus-1"
)

// Daemon is a scanner.
type Daemon struct {
	// Address is where it listens.
	Address string

	l       net.Listener
	running sync.WaitGroup

	mu      sync.Mutex // guards what follows
	limit   int
	hang    chan struct{}
	scanned int
	conns   map[net.Conn]bool
}

// Start starts a scanner that ends with the test.
func Start(tb testing.TB) *Daemon {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	d := &Daemon{Address: l.Addr().String(), l: l, conns: map[net.Conn]bool{}}
	d.running.Go(d.accept)
	tb.Cleanup(d.Stop)
	return d
}

// Stop ends it: nobody answers any more. It may be called again.
func (d *Daemon) Stop() {
	_ = d.l.Close()
	d.mu.Lock()
	for c := range d.conns {
		_ = c.Close()
	}
	d.mu.Unlock()
	d.running.Wait()
}

// Limit makes it refuse files of more bytes; 0 is no limit.
func (d *Daemon) Limit(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.limit = n
}

// Hang makes it leave the next connections without an answer. The channel tells of
// each.
func (d *Daemon) Hang() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hang = make(chan struct{}, 10)
	return d.hang
}

// Scanned is how many files it has seen whole.
func (d *Daemon) Scanned() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.scanned
}

func (d *Daemon) accept() {
	for {
		c, err := d.l.Accept()
		if err != nil {
			return
		}
		d.mu.Lock()
		d.conns[c] = true
		hang, limit := d.hang, d.limit
		d.mu.Unlock()
		d.running.Go(func() {
			defer func() {
				_ = c.Close()
				d.mu.Lock()
				delete(d.conns, c)
				d.mu.Unlock()
			}()
			if hang != nil {
				hang <- struct{}{}
				_, _ = io.Copy(io.Discard, c)
				return
			}
			_, _ = io.WriteString(c, d.answer(bufio.NewReader(c), limit)+"\x00")
		})
	}
}

func (d *Daemon) answer(r *bufio.Reader, limit int) string {
	command, err := r.ReadString(0)
	if err != nil {
		return "UNKNOWN COMMAND"
	}
	switch command {
	case "zPING\x00":
		return "PONG"
	case "zINSTREAM\x00":
	default:
		return "UNKNOWN COMMAND"
	}
	var file bytes.Buffer
	for {
		var length uint32
		if err := binary.Read(r, binary.BigEndian, &length); err != nil {
			return "INSTREAM: broken off ERROR"
		}
		if length == 0 {
			break
		}
		if limit > 0 && file.Len()+int(length) > limit {
			return "INSTREAM size limit exceeded. ERROR"
		}
		if _, err := io.CopyN(&file, r, int64(length)); err != nil {
			return "INSTREAM: broken off ERROR"
		}
	}
	d.mu.Lock()
	d.scanned++
	d.mu.Unlock()
	if bytes.Contains(file.Bytes(), []byte(Virus)) {
		return "stream: " + Finding + " FOUND"
	}
	return "stream: OK"
}
