package bus

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Probe says whether nodes that open makes hear each other, within the time that
// ctx gives. It wakes nobody.
func Probe(ctx context.Context, open func() (*Bus, error)) error {
	listening, err := open()
	if err != nil {
		return err
	}
	defer listening.Close()
	speaking, err := open()
	if err != nil {
		return err
	}
	defer speaking.Close()
	topic := "probe." + listening.node
	heard := make(chan struct{}, 1)
	defer listening.Subscribe(topic, func([]byte) {
		select {
		case heard <- struct{}{}:
		default: // once is enough
		}
	})()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		if err := speaking.Publish(topic, nil); err != nil {
			return err
		}
		select {
		case <-heard:
			return nil
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("nodes do not hear each other: %w", errors.Join(listening.Err(), speaking.Err(), ctx.Err()))
		}
	}
}
