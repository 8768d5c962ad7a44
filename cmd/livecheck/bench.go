package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/api"
	"acs-aec.org/hub/cmd/livecheck/internal/bench"
	"acs-aec.org/hub/cmd/livecheck/internal/chaos"
)

type benchCmd struct {
	Sockets   int           `help:"How many sockets on one discussion." default:"10000"`
	Selection []string      `help:"flat: the message; nested: also its author and the author's organisation." enum:"flat,nested" default:"flat,nested"`
	Posts     int           `help:"How many posts." default:"50"`
	Rest      time.Duration `help:"How long the sockets rest before memory and idling are measured." default:"20s"`
	Clients   int           `help:"How many sockets when lateness is measured." default:"500"`
	Rate      int           `help:"How many posts a second then; 0: don't measure it." default:"50"`
	Lasting   time.Duration `help:"How long lateness is measured." default:"10s"`
	Hub       string        `help:"The hub's binary (default: build it from the source)." type:"existingfile" placeholder:"PATH"`
	Database  string        `help:"sqlite or postgres." enum:"sqlite,postgres" default:"sqlite"`
}

// Run measures the floor and the hub in one run, and prints them side by side.
func (b *benchCmd) Run(ctx context.Context, t terminal) error {
	if b.Sockets < 1 || b.Posts < 1 || b.Clients < 1 || b.Rate < 0 || b.Rest < 2*time.Second || b.Lasting < time.Second {
		return usageError{fmt.Errorf("--sockets, --posts and --clients are numbers from 1, --rest is at least 2s, --lasting 1s")}
	}
	files, err := bench.RaiseFiles()
	if err != nil {
		return err
	}
	if uint64(b.Sockets)+200 > files { //nolint:gosec // positive
		return fmt.Errorf("this person may open %d files: raise the limit (ulimit -n), or take fewer --sockets", files)
	}
	target := target{Database: b.Database, Nodes: 1, Hub: b.Hub}
	d, end, err := target.deploy(ctx, func(s string) { t.say("%s", s) })
	if err != nil {
		return err
	}
	defer end()
	var all []bench.Figures
	for _, selection := range b.Selection {
		s, err := b.hub(ctx, d, selection)
		if err != nil {
			return err
		}
		t.say("the hub, %s: %d sockets, %d posts", selection, b.Sockets, b.Posts)
		f, err := bench.Measure(ctx, s, b.Sockets, b.Posts, b.Rest)
		if err != nil {
			return err
		}
		all = append(all, f)
		if err := b.fresh(ctx, d); err != nil {
			return err
		}
	}
	size := 0
	for _, f := range all {
		size = max(size, f.Frame)
	}
	least, err := b.floor(ctx, t, size)
	if err != nil {
		return err
	}
	table(t, least, all)
	if b.Rate == 0 {
		return nil
	}
	s, err := b.hub(ctx, d, b.Selection[0])
	if err != nil {
		return err
	}
	l, err := bench.Late(ctx, s, b.Clients, b.Rate, b.Lasting)
	if err != nil {
		return err
	}
	t.say("from post to screen, %d clients, %d posts/s, %s: median %s, p99 %s, most %s (%d of %d frames)",
		l.Clients, l.Rate, b.Selection[0], ms(l.Median), ms(l.P99), ms(l.Most), l.Frames, l.Expected)
	return nil
}

// fresh starts the hub's process anew, so that each measurement begins alike.
func (b *benchCmd) fresh(ctx context.Context, d *chaos.Deployment) error {
	d.Nodes[0].Drain(30 * time.Second)
	return d.Nodes[0].Start(ctx)
}

// queries are what the crowd subscribes to.
var queries = map[string]string{
	"flat":   `subscription($thread: ID!) { events(in: {threadId: $thread}) { id cursor previousCursor event { __typename ... on MessagePosted { message { id number body createdAt } } } } }`,
	"nested": `subscription($thread: ID!) { events(in: {threadId: $thread}) { id cursor previousCursor event { __typename ... on MessagePosted { message { id number body createdAt author { name organisation { name } } } } } } }`,
}

// hub is the hub with a discussion of its own.
func (b *benchCmd) hub(ctx context.Context, d *chaos.Deployment, selection string) (*bench.Server, error) {
	thread, err := chaos.Stage(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("make a discussion: %w", err)
	}
	c := api.New(30 * time.Second)
	who := api.Credential{Bearer: d.Token}
	return &bench.Server{
		Name: "hub, " + selection, PID: d.Nodes[0].Running(), Token: d.Token,
		Crowd: func(n int) bench.CrowdOptions {
			return bench.CrowdOptions{URL: "ws" + strings.TrimPrefix(d.URLs[0], "http") + "/graphql", Sockets: n, Query: queries[selection], Thread: thread}
		},
		Goroutines: func(ctx context.Context) (float64, error) { return chaos.Goroutines(ctx, d.URLs[0]) },
		Post: func(ctx context.Context, at time.Time) error {
			body := fmt.Sprintf("sent %d: the sea, el mar, la mer", at.UnixNano())
			return c.Do(ctx, d.URLs[0], who, `mutation($in: PostMessageInput!) { postMessage(input: $in) { eventIds } }`,
				map[string]any{"in": map[string]any{"threadId": thread, "body": body, "language": "en"}}, nil)
		},
	}, nil
}

// floor measures the floor with frames as large as the hub's.
func (b *benchCmd) floor(ctx context.Context, t terminal, size int) (bench.Figures, error) {
	self, err := os.Executable()
	if err != nil {
		return bench.Figures{}, err
	}
	cmd := exec.CommandContext(ctx, self, "floor") //nolint:gosec // itself
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe() // its end ends the floor
	if err != nil {
		return bench.Figures{}, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return bench.Figures{}, err
	}
	if err := cmd.Start(); err != nil {
		return bench.Figures{}, err
	}
	defer func() { _ = in.Close(); _ = cmd.Wait() }()
	line, err := bufio.NewReader(out).ReadString('\n')
	base, ready := strings.CutPrefix(strings.TrimSpace(line), "ready ")
	if !ready {
		return bench.Figures{}, fmt.Errorf("the floor did not start: %q %w", line, err)
	}
	s := &bench.Server{
		Name: "floor", PID: cmd.Process.Pid,
		Crowd: func(n int) bench.CrowdOptions {
			return bench.CrowdOptions{URL: "ws" + strings.TrimPrefix(base, "http") + "/", Sockets: n}
		},
		Post: func(ctx context.Context, at time.Time) error {
			q := url.Values{"size": {fmt.Sprint(size)}, "at": {fmt.Sprint(at.UnixNano())}}
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/?"+q.Encode(), nil)
			if err != nil {
				return err
			}
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				return err
			}
			return resp.Body.Close()
		},
	}
	t.say("the floor: %d sockets, %d posts of %d bytes", b.Sockets, b.Posts, size)
	return bench.Measure(ctx, s, b.Sockets, b.Posts, b.Rest)
}

// table prints the figures side by side.
func table(t terminal, least bench.Figures, all []bench.Figures) {
	t.say("%-14s %8s %12s %7s %9s %11s %11s %11s %11s %7s", "", "bytes", "CPU/delivery", "ratio", "idle CPU", "goroutines", "rest/socket", "peak/socket", "last (med.)", "max.")
	for _, f := range append([]bench.Figures{least}, all...) {
		t.say("%-14s %8d %9.1f µs %7.2f %8.1f%% %11s %7.1f KiB %7.1f KiB %8s ms %4s ms",
			f.Name, f.Frame, float64(f.PerDelivery.Nanoseconds())/1000, float64(f.PerDelivery)/float64(least.PerDelivery), f.Idle*100, goroutines(f),
			float64(f.AtRest)/1024, float64(f.InFanout)/1024, ms(f.LastMedian), ms(f.LastMax))
		if f.Lost > 0 {
			t.say("%s: %d of %d posts did not reach everybody within a minute", f.Name, f.Lost, f.Posts)
		}
	}
}

// goroutines is how many a socket has at rest.
func goroutines(f bench.Figures) string {
	if f.Goroutines < 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", f.Goroutines)
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }

type floorCmd struct{}

// Run serves the floor until its input ends.
func (floorCmd) Run(ctx context.Context, t terminal) error {
	if _, err := bench.RaiseFiles(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	return bench.ServeFloor(ctx, t.out)
}

type crowdCmd struct {
	URL     string
	Sockets int
	Query   string
	Thread  string
}

// Run holds the sockets until its input ends.
func (c *crowdCmd) Run(ctx context.Context, t terminal) error {
	if _, err := bench.RaiseFiles(); err != nil {
		return err
	}
	return bench.Crowd(ctx, bench.CrowdOptions{URL: c.URL, Sockets: c.Sockets, Query: c.Query, Thread: c.Thread}, os.Stdin, t.out)
}
