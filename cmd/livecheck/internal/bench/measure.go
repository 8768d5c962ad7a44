package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"
)

// Server is what is measured: a process that tells its sockets what is posted.
type Server struct {
	Name string
	PID  int
	// Crowd starts a crowd of so many clients.
	Crowd func(sockets int) CrowdOptions
	Token string
	// Goroutines says how many the server has; nil: it does not tell.
	Goroutines func(ctx context.Context) (float64, error)
	// Post posts once; what it says names the time.
	Post func(ctx context.Context, at time.Time) error
}

// Figures are what a measurement found.
type Figures struct {
	Name                 string
	Sockets, Posts, Lost int
	Frame                int           // bytes
	PerDelivery          time.Duration // of processor time, without what idling takes
	Idle                 float64       // processors, with all sockets open and nothing to say
	AtRest, InFanout     int64         // resident bytes a socket, above what the server takes without any
	Goroutines           float64       // a socket, at rest; negative: not told
	LastMedian, LastMax  time.Duration // from the post to the last subscriber
}

// client is a crowd in a process of its own.
type client struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

// startCrowd starts this program again as a crowd and waits until all its sockets
// are open. The token goes by the input, which others can't read.
func startCrowd(ctx context.Context, o CrowdOptions, token string) (*client, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, "crowd", "--url="+o.URL, fmt.Sprintf("--sockets=%d", o.Sockets), "--query="+o.Query, "--thread="+o.Thread) //nolint:gosec // itself
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &client{cmd, in, bufio.NewScanner(out)}
	said, err := c.ask(token)
	if err == nil && said != "ready" {
		err = errors.New("the crowd says " + said)
	}
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// ask says a line and reads one.
func (c *client) ask(line string) (string, error) {
	if _, err := io.WriteString(c.in, line+"\n"); err != nil {
		return "", err
	}
	if !c.out.Scan() {
		return "", errors.Join(errors.New("the crowd ended"), c.out.Err())
	}
	return c.out.Text(), nil
}

func (c *client) close() error {
	_ = c.in.Close()
	return c.cmd.Wait()
}

// got is what the crowd has received.
type got struct {
	delivered, last, size, broken int64
}

// fanout posts once and waits until everybody has it.
func (c *client) fanout(ctx context.Context, s *Server, sockets int) (got, time.Duration, error) {
	var g got
	if _, err := c.ask(fmt.Sprint("expect ", sockets)); err != nil {
		return g, 0, err
	}
	at := time.Now()
	if err := s.Post(ctx, at); err != nil {
		return g, 0, err
	}
	said, err := c.ask("wait")
	if err != nil {
		return g, 0, err
	}
	if _, err := fmt.Sscanf(said, "got %d %d %d %d", &g.delivered, &g.last, &g.size, &g.broken); err != nil {
		return g, 0, fmt.Errorf("the crowd says %q: %w", said, err)
	}
	if g.last == 0 {
		return g, 0, nil
	}
	return g, time.Unix(0, g.last).Sub(at), nil
}

// Measure opens the sockets, lets them rest, posts, and counts.
func Measure(ctx context.Context, s *Server, sockets, posts int, rest time.Duration) (f Figures, err error) {
	f = Figures{Name: s.Name, Sockets: sockets, Posts: posts, Goroutines: -1}
	empty, err := resident(s.PID)
	if err != nil {
		return f, err
	}
	c, err := startCrowd(ctx, s.Crowd(sockets), s.Token)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	for range 2 { // what is made once: prepared statements, caches
		if _, _, err := c.fanout(ctx, s, sockets); err != nil {
			return f, err
		}
	}
	if f.Idle, err = idle(ctx, s.PID, rest); err != nil {
		return f, err
	}
	at, err := resident(s.PID)
	if err != nil {
		return f, err
	}
	f.AtRest = (at - empty) / int64(sockets)
	if s.Goroutines != nil {
		n, err := s.Goroutines(ctx)
		if err != nil {
			return f, err
		}
		f.Goroutines = n / float64(sockets)
	}
	peak := watch(s.PID)
	before, err := cpu(s.PID)
	if err != nil {
		return f, err
	}
	began := time.Now()
	var lasts []time.Duration
	for range posts {
		g, last, err := c.fanout(ctx, s, sockets)
		if err != nil {
			return f, err
		}
		f.Frame = int(g.size)
		if last == 0 {
			f.Lost++ // of posts that did not reach everybody
			continue
		}
		lasts = append(lasts, last)
	}
	after, err := cpu(s.PID)
	if err != nil {
		return f, err
	}
	spent := after - before - time.Duration(f.Idle*float64(time.Since(began)))
	f.PerDelivery = spent / time.Duration(sockets*posts)
	f.InFanout = (peak() - empty) / int64(sockets)
	slices.Sort(lasts)
	if n := len(lasts); n > 0 {
		f.LastMedian, f.LastMax = lasts[n/2], lasts[n-1]
	}
	return f, nil
}

// idle lets the server rest and says how many processors it takes in the later
// half of that time.
func idle(ctx context.Context, pid int, rest time.Duration) (float64, error) {
	var before time.Duration
	for range 2 {
		var err error
		if before, err = cpu(pid); err != nil {
			return 0, err
		}
		select {
		case <-time.After(rest / 2):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	after, err := cpu(pid)
	return float64(after-before) / float64(rest/2), err
}

// watch notes the greatest memory of a process until the returned function asks.
func watch(pid int) (peak func() int64) {
	var most int64
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			if now, err := resident(pid); err == nil {
				most = max(most, now)
			}
			select {
			case <-tick.C:
			case <-done:
				return
			}
		}
	})
	return func() int64 {
		close(done)
		watching.Wait()
		return most
	}
}

// Lateness is from the post to the screen.
type Lateness struct {
	Clients, Rate            int
	Median, P99, Most        time.Duration
	Frames, Expected, Failed int
}

// Late posts so many times a second and measures how late frames are.
func Late(ctx context.Context, s *Server, clients, rate int, lasting time.Duration) (l Lateness, err error) {
	l = Lateness{Clients: clients, Rate: rate}
	c, err := startCrowd(ctx, s.Crowd(clients), s.Token)
	if err != nil {
		return l, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	if _, _, err := c.fanout(ctx, s, clients); err != nil {
		return l, err
	}
	if _, err := c.ask("late"); err != nil { // the first is forgotten
		return l, err
	}
	posts := int(lasting.Seconds() * float64(rate))
	if _, err := c.ask(fmt.Sprint("expect ", posts*clients)); err != nil {
		return l, err
	}
	var posting sync.WaitGroup
	var mu sync.Mutex
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	for range posts {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return l, ctx.Err()
		}
		posting.Go(func() {
			if err := s.Post(ctx, time.Now()); err != nil {
				mu.Lock()
				defer mu.Unlock()
				l.Failed++
			}
		})
	}
	posting.Wait()
	if _, err := c.ask("wait"); err != nil {
		return l, err
	}
	said, err := c.ask("late")
	if err != nil {
		return l, err
	}
	l.Expected = posts * clients
	_, err = fmt.Sscanf(said, "%d %d %d %d", &l.Median, &l.P99, &l.Most, &l.Frames)
	return l, err
}
