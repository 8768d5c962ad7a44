package chaos

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"acs-aec.org/hub/cmd/livecheck/internal/api"
	"acs-aec.org/hub/cmd/livecheck/internal/history"
)

// Options say how much happens.
type Options struct {
	Seed     uint64
	Duration time.Duration
	Writers  int
	Clients  int
	// Pace is the longest time that a writer waits between two writes.
	Pace time.Duration
	// CatchUp is how long listeners may take to get the rest when all is quiet.
	CatchUp time.Duration
	// By are the ways to listen that are tried: websocket, sse, polling.
	By []string
	// Say is told of progress, Note of every fault.
	Say, Note func(string)
}

// Result is what a run found.
type Result struct {
	Events, Acknowledged, Refused, Repeated int
	Deliveries, Streams, Faults, Changes    int
	Ends                                    map[string]int // how streams ended
	CaughtUp                                time.Duration
	Cut                                     time.Duration // how long streams lasted after their session's end
	Cuts                                    int
	Violations                              []history.Violation
}

// slack is how long after its acknowledgement a revocation may be unknown to a
// node: it polls twice a second, and the machine is busy.
const slack = 5 * time.Second

// running is a run in the middle.
type running struct {
	o         Options
	d         *Deployment
	w         *world
	b         *book
	steward   *steward
	nemesis   *nemesis
	writers   []*writer
	listeners []*listener
	start     int
	base      load
}

// Run checks a deployment. An error means that the check itself could not be
// done; what the deployment did wrong stands in the result.
func Run(ctx context.Context, d *Deployment, o Options) (*Result, error) {
	if err := d.connect(ctx); err != nil {
		return nil, err
	}
	defer d.close()
	tag := strings.ToUpper(fmt.Sprintf("%x", time.Now().UnixMilli()&0xfffffff))
	w, err := makeWorld(ctx, d, tag, o.Writers)
	if err != nil {
		return nil, fmt.Errorf("make a world: %w", err)
	}
	r := &running{o: o, d: d, w: w, b: newBook(w)}
	o.Say(fmt.Sprintf("the world is there: %d people, %d discussions", len(w.people)+1, len(w.threads)))
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	return r.run(ctx)
}

func (r *running) prepare(ctx context.Context) error {
	log, err := r.w.audit(ctx, r.b)
	if err != nil {
		return err
	}
	r.start = len(log)
	from, err := r.w.head(ctx)
	if err != nil {
		return err
	}
	if r.d.Nodes != nil {
		for _, u := range r.d.URLs {
			now, err := measure(ctx, u)
			if err != nil {
				return err
			}
			r.base = load{max(r.base.goroutines, now.goroutines), max(r.base.files, now.files), max(r.base.heap, now.heap)}
		}
	}
	r.steward = newSteward(r.w, r.d, r.b, source(r.o.Seed, "steward", 0), r.o.Note)
	r.nemesis = &nemesis{d: r.d, steward: r.steward, note: r.o.Note, counts: map[string]int{}}
	for i, p := range r.w.writers {
		r.writers = append(r.writers, &writer{
			number: i + 1, me: p, w: r.w, d: r.d, b: r.b, r: source(r.o.Seed, "writer", i), api: api.New(5 * time.Second),
			least: r.o.Pace / 4, most: r.o.Pace,
		})
	}
	r.listeners = cast(source(r.o.Seed, "cast", 0), r.w, r.d, r.o, from, r.start)
	return nil
}

// run lets it all happen, waits until it is quiet, and judges.
func (r *running) run(ctx context.Context) (*Result, error) {
	listening, deafen := context.WithCancel(ctx)
	var ears sync.WaitGroup
	defer func() { deafen(); ears.Wait() }()
	for _, l := range r.listeners {
		ears.Go(func() { l.run(listening) })
	}
	stop := make(chan struct{})
	var hands sync.WaitGroup
	failed := make([]error, len(r.writers)+2)
	for i, w := range r.writers {
		hands.Go(func() { failed[i] = w.run(ctx, stop) })
	}
	hands.Go(func() { failed[len(r.writers)] = r.steward.run(ctx) })
	quiet, hush := context.WithCancel(ctx)
	defer hush()
	var reporting sync.WaitGroup
	reporting.Go(func() { r.report(quiet) })
	began := time.Now()
	failed[len(r.writers)+1] = r.nemesis.run(ctx, plan(source(r.o.Seed, "nemesis", 0), r.d, r.o.Duration))
	pause(ctx, r.o.Duration-time.Since(began))
	close(r.steward.work)
	close(stop)
	hands.Wait()
	hush()
	reporting.Wait()
	refused, err := refusals(failed)
	if err != nil {
		return nil, err
	}
	r.o.Say("the faults are over, everybody catches up")
	h, caughtUp, err := r.quiesce(ctx)
	deafen()
	ears.Wait()
	if f := (found{}); errors.As(err, &f) {
		out := r.result(&history.History{})
		out.Violations = append(refused, f.Violation)
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	out := r.result(h)
	out.CaughtUp = caughtUp
	out.Cut, out.Cuts = history.Cut(h)
	r.o.Say("comparing the log with every record")
	out.Violations = append(history.Check(h), refused...)
	for _, l := range r.listeners {
		for _, what := range l.wrong {
			out.Violations = append(out.Violations, history.Violation{Kind: history.Answer, Who: l.rec.Name, What: what})
		}
	}
	if r.d.Nodes != nil {
		out.Violations = append(out.Violations, settled(ctx, r.d, r.base)...)
	}
	return out, nil
}

// refusals are what writers and the steward were refused although it was their
// right. Any other error is returned.
func refusals(failed []error) (out []history.Violation, err error) {
	for _, e := range failed {
		if r := (*api.Refusal)(nil); errors.As(e, &r) {
			out = append(out, history.Violation{Kind: history.Answer, What: e.Error()})
		} else {
			err = errors.Join(err, e)
		}
	}
	return out, err
}

// quiesce writes a last message in each discussion, reads the log, and waits
// until every listener has what it must.
func (r *running) quiesce(ctx context.Context) (*history.History, time.Duration, error) {
	for _, l := range r.listeners {
		l.awake.Store(true)
	}
	for _, l := range r.d.lines {
		l.Cut() // sleepy ones come back with room to read
	}
	last := r.writers[0]
	for _, t := range last.threads {
		if err := last.post(ctx, t, "last-"+t+"-"+r.w.tag); err != nil {
			return nil, 0, fmt.Errorf("the last message: %w", err)
		}
	}
	h, err := r.history(ctx)
	if err != nil {
		return nil, 0, err
	}
	began := time.Now()
	for _, l := range r.listeners {
		var ids []string
		for _, i := range history.Required(h, &l.rec) {
			ids = append(ids, h.Log[i].ID)
		}
		lacks := l.lacks(ids)
		for l.lacks(ids) > 0 && time.Since(began) < r.o.CatchUp && ctx.Err() == nil {
			pause(ctx, 50*time.Millisecond)
		}
		if lacks > 0 {
			r.o.Note(fmt.Sprintf("%s lacked %d of %d events, and %d after %s\n%s", l.rec.Name, lacks, len(ids), l.lacks(ids), time.Since(began).Round(time.Millisecond), l.latest()))
		}
	}
	caughtUp := time.Since(began)
	// The log must still be what it was: nobody writes any more.
	again, err := r.history(ctx)
	if err != nil {
		return nil, 0, err
	}
	return again, caughtUp, ctx.Err()
}

// history reads the log and puts together what everybody knows. The listeners'
// records are added by result, when they have ended.
func (r *running) history(ctx context.Context) (*history.History, error) {
	log, err := r.w.audit(ctx, r.b)
	if err != nil {
		return nil, err
	}
	h := &history.History{Slack: slack}
	for i, t := range log {
		if t.Foreign && i >= r.start && r.d.Nodes != nil && t.Thread != "" {
			return nil, finding(history.Unasked, "the log tells at %d of a discussion %s that nobody opened", i, t.Thread)
		}
		h.Log = append(h.Log, t.Entry)
	}
	people := []*person{r.w.auditor}
	for _, p := range r.w.people {
		people = append(people, p)
	}
	if h.Rights, h.Sessions, err = r.b.fold(log, r.start, people); err != nil {
		return nil, err
	}
	if r.d.Database != "" {
		if h.Rows, err = rows(ctx, r.d.Database); err != nil {
			return nil, err
		}
	}
	for _, w := range r.writers {
		h.Acks = append(h.Acks, w.acks...)
	}
	for t := range r.b.audiences {
		texts, err := r.w.texts(ctx, t)
		if err != nil {
			return nil, err
		}
		h.Texts = append(h.Texts, texts...)
	}
	return h, nil
}

// result adds the listeners' records and counts.
func (r *running) result(h *history.History) *Result {
	out := &Result{Events: max(0, len(h.Log)-r.start), Changes: r.steward.count, Ends: map[string]int{}}
	for _, w := range r.writers {
		out.Acknowledged += w.counts.acknowledged
		out.Refused += w.counts.refused
		out.Repeated += w.counts.repeated
	}
	for _, l := range r.listeners {
		h.Listeners = append(h.Listeners, l.rec)
		out.Streams += len(l.rec.Streams)
		for _, s := range l.rec.Streams {
			out.Deliveries += len(s.Deliveries)
		}
		for why, n := range l.ends {
			out.Ends[string(l.by)+": "+why] += n
		}
	}
	for _, n := range r.nemesis.counts {
		out.Faults += n
	}
	return out
}

// report says every few seconds how far it has come.
func (r *running) report(ctx context.Context) {
	began := time.Now()
	for tick := time.NewTicker(5 * time.Second); ; {
		select {
		case <-tick.C:
			acknowledged, deliveries := 0, 0
			for _, w := range r.writers {
				w.mu.Lock()
				acknowledged += w.counts.acknowledged
				w.mu.Unlock()
			}
			for _, l := range r.listeners {
				deliveries += l.deliveries()
			}
			r.o.Say(fmt.Sprintf("%3.0f s: %d writes acknowledged, %d events delivered", time.Since(began).Seconds(), acknowledged, deliveries))
		case <-ctx.Done():
			tick.Stop()
			return
		}
	}
}

// EndsInOrder are how streams ended, the most frequent first.
func (o *Result) EndsInOrder() (out []string) {
	for why, n := range o.Ends {
		out = append(out, fmt.Sprintf("%6d %s", n, why))
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(b, a) })
	return out
}
