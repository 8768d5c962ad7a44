package bus

import (
	"context"
	"log/slog"
	"time"
)

const (
	// pace is how long a node rests after it has spoken: what comes up meanwhile
	// goes together.
	pace = 5 * time.Millisecond
	// queueLimit is how many messages wait at most; more are dropped.
	queueLimit = 1000
	// batchLimit is how many frames go at once at most.
	batchLimit = 100
	// sendLimit is how long sending may take.
	sendLimit = 5 * time.Second
	// retryLimit is the longest rest after sending failed.
	retryLimit = time.Second
)

func (b *Bus) signal() {
	select {
	case b.due <- struct{}{}:
	default: // there is one already
	}
}

// sender sends what is due until the bus is closed.
func (b *Bus) sender() {
	defer close(b.ended)
	rest, failing := pace, false
	for {
		select {
		case <-b.due:
		case <-b.ending.Done():
			return
		}
		switch err := b.send(); {
		case err == nil:
			rest, failing = pace, false
		case !failing && b.Err() == nil && b.ending.Err() == nil:
			b.log.LogAttrs(b.ending, slog.LevelWarn, "this node can't wake the others", slog.String("cause", err.Error()))
			fallthrough
		default:
			rest, failing = min(2*rest, retryLimit), true
		}
		pause := time.NewTimer(rest)
		select {
		case <-pause.C:
		case <-b.ending.Done():
			pause.Stop()
			return
		}
	}
}

// send sends one batch. If that fails, the wake-up stays due and the messages are
// lost.
func (b *Bus) send() error {
	b.mu.Lock()
	wake := b.wake
	b.wake = false
	n := min(len(b.queue), batchLimit)
	frames := b.queue[:n:n]
	if b.queue = b.queue[n:]; len(b.queue) == 0 {
		b.queue = nil
	} else {
		b.signal()
	}
	b.mu.Unlock()
	if wake {
		frames = append(frames, wakeFrame(b.node))
	}
	if len(frames) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(b.ending, sendLimit)
	defer cancel()
	err := b.way.send(ctx, frames)
	if err != nil && wake {
		b.Wake()
	}
	return err
}
