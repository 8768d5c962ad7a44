package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/chaos"
	"acs-aec.org/hub/cmd/livecheck/internal/history"
)

// target says what is checked.
type target struct {
	Database  string `help:"sqlite or postgres: a database of its own; sqlite:PATH: a file that is not there yet; postgres://…: a new database on that server (default: postgres where its server is found, else sqlite)." placeholder:"NAME"`
	Nodes     int    `help:"How many nodes; on SQLite there is one." default:"3"`
	NATS      bool   `name:"nats" help:"Let the nodes wake each other by a NATS server of their own, which is killed too."`
	Hub       string `help:"The hub's binary (default: build it from the source)." type:"existingfile" placeholder:"PATH"`
	Tags      string `help:"Build tags for the hub: fault_… plants a fault that must be found." placeholder:"TAGS"`
	URL       string `help:"A hub that runs already." placeholder:"URL"`
	TokenFile string `help:"With --url: a file with the token of somebody in the Secretariat." type:"existingfile" placeholder:"FILE"`
	Keep      bool   `help:"Keep the folder with the database and the nodes' logs."`
}

type checkCmd struct {
	target
	Seed     *uint64       `help:"Decides what happens (default: a random one, which is printed)." placeholder:"N"`
	Duration time.Duration `help:"How long faults happen." default:"60s"`
	Writers  int           `help:"How many write." default:"6"`
	Clients  int           `help:"How many listen." default:"24"`
	Pace     time.Duration `help:"The longest time between two writes of one writer." default:"80ms"`
	CatchUp  time.Duration `help:"How long listeners may take to get the rest once all is quiet." default:"60s"`
	By       []string      `help:"Listen only by these: websocket, sse, polling." enum:"websocket,sse,polling" default:"websocket,sse,polling"`
	Verbose  bool          `short:"v" help:"Print every fault."`
}

// Run checks and says what was found.
func (c *checkCmd) Run(ctx context.Context, t terminal) error {
	switch {
	case c.Duration <= 0 || c.Pace <= 0:
		return usageError{fmt.Errorf("--duration and --pace are times above zero, such as 60s")}
	case c.Writers < 1 || c.Writers > 30:
		return usageError{fmt.Errorf("--writers: 1 to 30")}
	case c.Clients < 1 || c.Clients > 5000:
		return usageError{fmt.Errorf("--clients: 1 to 5000")}
	}
	seed := rand.Uint64() % 1_000_000 //nolint:gosec // a number to repeat a run, no secret
	if c.Seed != nil {
		seed = *c.Seed
	}
	began := time.Now()
	var speaking sync.Mutex // several parts of a run speak
	say := func(s string) {
		speaking.Lock()
		defer speaking.Unlock()
		t.say("%s", s)
	}
	t.say("seed %d", seed)
	d, end, err := c.deploy(ctx, say)
	if err != nil {
		return err
	}
	defer end()
	note := func(string) {}
	if c.Verbose {
		note = say
	}
	out, err := chaos.Run(ctx, d, chaos.Options{
		Seed: seed, Duration: c.Duration, Writers: c.Writers, Clients: c.Clients, Pace: c.Pace, CatchUp: c.CatchUp, By: c.By, Say: say, Note: note,
	})
	if ctx.Err() != nil {
		return fmt.Errorf("stopped before the end: nothing is proven")
	}
	if err != nil {
		return err
	}
	report(t, out)
	t.say("seed %d: %d nodes, %d writers, %d clients, %s: %d events, %d writes acknowledged, %d deliveries on %d streams, %d faults, %d changes of rights, %d violations",
		seed, len(d.URLs), c.Writers, c.Clients, time.Since(began).Round(time.Second), out.Events, out.Acknowledged, out.Deliveries, out.Streams, out.Faults, out.Changes, len(out.Violations))
	if len(out.Violations) > 0 {
		t.say("seed %d: the first violation: %s", seed, out.Violations[0])
		return errFound
	}
	return nil
}

func report(t terminal, out *chaos.Result) {
	t.say("writes repeated after a failure: %d, refused because of another change: %d; everybody had caught up after %s",
		out.Repeated, out.Refused, out.CaughtUp.Round(time.Millisecond))
	if out.Cuts > 0 {
		t.say("%d streams lasted longer than the session they came with, %s at most", out.Cuts, out.Cut.Round(time.Millisecond))
	}
	t.say("how streams ended:")
	for _, line := range out.EndsInOrder() {
		t.say("  %s", line)
	}
	kinds := map[history.Kind]int{}
	for i, v := range out.Violations {
		kinds[v.Kind]++
		if i < 20 {
			t.say("  %s", v)
		}
	}
	for kind, n := range kinds {
		t.say("  %d × %s", n, kind)
	}
}

// folder is where a run keeps its files.
func folder() (string, error) { return os.MkdirTemp("", "livecheck-") }
