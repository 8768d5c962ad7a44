package host

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Node is one process of the hub, always on the same address.
type Node struct {
	Address string // HOST:PORT

	binary string
	args   []string
	log    string

	mu      sync.Mutex // protects what follows
	running *process
	closed  bool // it starts no more
}

// startTime is how long a node may take to be ready.
const startTime = 60 * time.Second

// NewNode makes a node that is not running yet. The arguments come after serve
// --listen. Its log goes into the folder.
func NewNode(ctx context.Context, binary, folder, name string, args ...string) (*Node, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	n := &Node{Address: fmt.Sprintf("127.0.0.1:%d", port), binary: binary, log: filepath.Join(folder, name+".log")}
	n.args = append([]string{"serve", "--listen", n.Address}, args...)
	return n, nil
}

// URL is where the node answers.
func (n *Node) URL() string { return "http://" + n.Address }

// Log is the file that holds what the node said.
func (n *Node) Log() string { return n.log }

// Start starts the node and waits until it is ready. A database that does not
// answer yet makes it try again, until the context ends or a minute has passed.
func (n *Node) Start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		err := n.tryStart(ctx)
		if err == nil || n.isClosed() {
			return err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return fmt.Errorf("%w\n%s", err, tail(n.log))
		}
	}
}

func (n *Node) isClosed() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.closed
}

func (n *Node) tryStart(ctx context.Context) error {
	log, err := os.OpenFile(n.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(n.binary, n.args...) //nolint:gosec,noctx // the hub's own binary; Kill ends it
	cmd.Stderr = log
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd.Stdout = w
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		_, _ = r.Close(), w.Close()
		return nil
	}
	p, err := start(cmd)
	if err == nil {
		n.running = p
	}
	n.mu.Unlock()
	_ = w.Close()
	if err != nil {
		_ = r.Close()
		return err
	}
	said := make(chan bool, 1)
	go func() {
		line, _ := bufio.NewReader(r).ReadString('\n')
		said <- strings.HasPrefix(line, "ready ")
		_, _ = io.Copy(io.Discard, r)
		_ = r.Close()
	}()
	select {
	case ready := <-said:
		if ready {
			return nil
		}
		p.kill()
		return fmt.Errorf("node %s ended before it was ready", n.Address)
	case <-ctx.Done():
		p.kill()
		return fmt.Errorf("node %s is not ready in time", n.Address)
	}
}

// Kill kills the node as a power cut would.
func (n *Node) Kill() {
	n.mu.Lock()
	p := n.running
	n.mu.Unlock()
	if p != nil {
		p.kill()
	}
}

// Drain asks the node to end in order and waits for it; after the time it is
// killed.
func (n *Node) Drain(within time.Duration) {
	n.mu.Lock()
	p := n.running
	n.mu.Unlock()
	if p == nil {
		return
	}
	_ = p.signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(within):
		p.kill()
	}
}

// Running is the process that runs; 0 if none does.
func (n *Node) Running() (pid int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.running == nil || n.running.gone() {
		return 0
	}
	return n.running.cmd.Process.Pid
}

// Close ends the node for good.
func (n *Node) Close() {
	n.mu.Lock()
	n.closed = true
	n.mu.Unlock()
	n.Kill()
}

func freePort(ctx context.Context) (int, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Command runs a command of the hub to its end and returns what it printed.
func Command(ctx context.Context, binary string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, binary, args...) //nolint:gosec // the hub's own binary
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("hub %s: %w: %s", strings.Join(args[:min(2, len(args))], " "), err, strings.TrimSpace(errs.String()))
	}
	return strings.TrimSpace(string(out)), nil
}
