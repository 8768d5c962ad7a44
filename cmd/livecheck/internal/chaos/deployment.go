package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/host"
	"acs-aec.org/hub/cmd/livecheck/internal/line"
)

// Deployment is what is checked.
type Deployment struct {
	// URLs are where its nodes answer.
	URLs []string
	// Nodes are the processes, in the order of URLs, if they may be killed.
	Nodes []*host.Node
	// Postgres is the server, if it may be killed.
	Postgres *host.Postgres
	// NATS wakes the nodes, through NATSLine, if it may be killed.
	NATS     *host.NATS
	NATSLine *line.Line
	// Database names the database if it may be read.
	Database string
	// Hub is the hub's binary, if its commands may be run on the database.
	Hub string
	// Token belongs to a person of the Secretariat.
	Token string

	lines []*line.Line
}

// connect puts a line before each node.
func (d *Deployment) connect(ctx context.Context) error {
	for _, u := range d.URLs {
		parsed, err := url.Parse(u)
		if err != nil {
			return err
		}
		if parsed.Scheme != "http" { // TLS names the host: no line can stand before it
			continue
		}
		to := parsed.Host
		if parsed.Port() == "" {
			to += ":80"
		}
		l, err := line.Open(ctx, to)
		if err != nil {
			return fmt.Errorf("open a line: %w", err)
		}
		d.lines = append(d.lines, l)
	}
	return nil
}

// close takes the lines away.
func (d *Deployment) close() {
	for _, l := range d.lines {
		_ = l.Close() // nobody is on it any more
	}
}

// direct is a node's own address, for what must not be disturbed.
func (d *Deployment) direct() string { return d.URLs[0] }

// any is the address of some node, through its line.
func (d *Deployment) any(r *rand.Rand) string {
	i := r.IntN(len(d.URLs))
	if i >= len(d.lines) {
		return d.URLs[i]
	}
	return "http://" + d.lines[i].Address()
}

// pause waits, unless the context ends first.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// between is a random time.
func between(r *rand.Rand, least, most time.Duration) time.Duration {
	return least + time.Duration(r.Int64N(int64(most-least)+1))
}

// source makes the random numbers of one part, the same for the same seed.
func source(seed uint64, part string, number int) *rand.Rand {
	h := uint64(14695981039346656037) // FNV
	for _, c := range []byte(fmt.Sprint(part, number)) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return rand.New(rand.NewPCG(seed, h)) //nolint:gosec // repeatable, not secret
}
