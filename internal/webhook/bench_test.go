package webhook_test

import (
	"fmt"
	"net/http"
	"testing"

	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/thread"
)

// What a post costs its author while webhooks follow: the reader works beside it.
func BenchmarkPost(b *testing.B) {
	for _, n := range []int{0, 10, 100} {
		b.Run(fmt.Sprintf("webhooks=%d", n), func(b *testing.B) {
			w := newRig(b, dbtest.NewWorld(b, dbtest.SQLite(b)))
			th := w.opened(b, w.Committee, thread.Party{Body: &w.SpecialCommittee})
			to := receive(b)
			to.answer(func(request) int { return http.StatusOK })
			stop := make(chan struct{})
			b.Cleanup(func() { close(stop) })
			go func() { // takes what comes
				for {
					select {
					case <-to.got:
					case <-stop:
						return
					}
				}
			}()
			quiet := w.opened(b, w.Committee, thread.Party{Body: &w.SpecialCommittee})
			for i := range n {
				v := w.AddPerson(b, fmt.Sprintf("Owner %d", i), w.Donor)
				scope := eventlog.Scope{Body: &w.CouncilBody} // follows, and is told nothing
				if i%10 == 0 {
					v, scope = w.Chair, eventlog.Scope{Thread: &quiet}
				}
				w.created(b, v, to, scope)
			}
			w.start(b)
			for b.Loop() {
				w.posted(b, w.Committee, th, 1)
			}
		})
	}
}
