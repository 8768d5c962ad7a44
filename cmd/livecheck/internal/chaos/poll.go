package chaos

import (
	"context"
	"fmt"
	"time"
)

const pollQuery = `query($in: EventScope!, $after: EventCursor, $first: Int) {
	viewer { person { id } }
	eventLog(in: $in, after: $after, first: $first) { next atHead envelopes { ` + fields + ` } }
}`

// poll reads pages of the log; each is a stream of its own. It goes on until an
// error.
func (l *listener) poll(ctx context.Context, base string, who signedIn, after string) (ending, string) {
	ctx, cancel := l.lifetime(ctx)
	defer cancel()
	query := fmt.Sprintf(pollQuery, selections[l.selection])
	for {
		var out struct {
			Viewer   *struct{ Person struct{ ID string } }
			EventLog struct {
				Next      string
				AtHead    bool
				Envelopes []*envelope
			}
		}
		began := time.Now()
		err := l.api.Do(ctx, base, who.Credential, query, map[string]any{"in": l.scope, "after": after, "first": 1 + l.r.IntN(100)}, &out)
		if err != nil {
			return judge(err)
		}
		if out.Viewer == nil {
			return denied, "signed out"
		}
		if len(out.EventLog.Envelopes) > 0 {
			l.began(who, after)
			l.mu.Lock()
			s := &l.rec.Streams[len(l.rec.Streams)-1]
			s.Began, s.Ended = began, time.Now() // a page is no connection that lasts
			l.mu.Unlock()
		}
		for _, e := range out.EventLog.Envelopes {
			l.got(e)
		}
		after = out.EventLog.Next
		l.mu.Lock()
		l.moved(after)
		l.mu.Unlock()
		if out.EventLog.AtHead {
			pause(ctx, between(l.r, 50*time.Millisecond, 250*time.Millisecond))
		}
		l.dawdle(ctx)
		if ctx.Err() != nil {
			return broken, "own"
		}
	}
}
