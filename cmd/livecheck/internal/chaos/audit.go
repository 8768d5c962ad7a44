package chaos

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	_ "modernc.org/sqlite" // the driver

	"acs-aec.org/hub/cmd/livecheck/internal/history"
	"acs-aec.org/hub/internal/id"
)

// auditQuery reads the log as a member of all. A field that is null in some types
// and never in others goes by two names.
const auditQuery = `query($after: EventCursor) {
	eventLog(in: {everything: true}, after: $after, first: 100) {
		next atHead
		envelopes {
			id cursor previousCursor
			event {
				__typename
				... on MessagePosted { message { id number } sure: thread { id } }
				... on MessageEdited { sure: thread { id } }
				... on MessageWithdrawn { sure: thread { id } }
				... on ThreadOpened { thread { id } }
				... on ThreadEdited { thread { id } }
				... on ThreadClosed { thread { id } }
				... on ThreadReopened { thread { id } }
				... on AccessGranted { thread { id } }
				... on AccessEnded { thread { id } }
				... on SeatAssigned { seat { id body { id } person { id } } }
				... on SeatEdited { seat { id body { id } person { id } } }
				... on SeatStarted { seat { id body { id } person { id } } }
				... on SeatEnded { seat { id body { id } person { id } } }
				... on SessionEnded { person { id } }
				... on PersonCreated { person { id } }
				... on PersonEdited { person { id } }
			}
		}
	}
}`

type ref struct{ ID string }

// entry is an entry as the audit reads it.
type entry struct {
	ID, Cursor     string
	PreviousCursor *string
	Event          struct {
		Typename string `json:"__typename"`
		Message  *struct {
			ID     string
			Number int
		}
		Sure, Thread *ref
		Person       *ref
		Seat         *struct {
			ID           string
			Body, Person *ref
		}
	}
}

// audit reads the whole log as the auditor; what does not belong to this world is
// marked. It fails if its pages do not chain.
func (w *world) audit(ctx context.Context, b *book) ([]told, error) {
	subjects := b.allSubjects()
	var out []told
	var after any
	last := ""
	for {
		var page struct {
			EventLog struct {
				Next      string
				AtHead    bool
				Envelopes []entry
			}
		}
		if err := w.ask(ctx, w.auditor, auditQuery, map[string]any{"after": after}, &page); err != nil {
			return nil, fmt.Errorf("read the log: %w", err)
		}
		for _, e := range page.EventLog.Envelopes {
			previous := ""
			if e.PreviousCursor != nil {
				previous = *e.PreviousCursor
			}
			if previous != last {
				return nil, finding(history.Chain, "the log's pages: %s names %q as the one before it, which was %q", e.ID, previous, last)
			}
			last = e.Cursor
			t := e.told(subjects)
			t.Foreign = !w.owns(t, subjects)
			out = append(out, t)
		}
		if page.EventLog.AtHead {
			return out, nil
		}
		after, last = page.EventLog.Next, page.EventLog.Next
	}
}

// owns says whether an entry belongs to this world.
func (w *world) owns(t told, subjects map[string]string) bool {
	switch {
	case t.Thread != "":
		return subjects[t.Thread] != ""
	case t.Body != "":
		return t.Body == w.bodyA || t.Body == w.bodyB || t.Body == w.bodyC
	}
	for _, p := range w.people {
		if p.id == t.Person {
			return true
		}
	}
	return false
}

// told is the entry with what rights follow from. subjects are the bodies that
// discussions are about.
func (e entry) told(subjects map[string]string) told {
	t := told{Entry: history.Entry{ID: e.ID, Kind: e.Event.Typename}}
	if m := e.Event.Message; m != nil {
		t.Message, t.Number = m.ID, m.Number
	}
	for _, r := range []*ref{e.Event.Sure, e.Event.Thread} {
		if r != nil {
			t.Thread, t.Body = r.ID, subjects[r.ID]
		}
	}
	if s := e.Event.Seat; s != nil {
		t.seat.id = s.ID
		if s.Body != nil {
			t.Body, t.seat.body = s.Body.ID, s.Body.ID
		}
	}
	if p := e.Event.Person; p != nil {
		t.Person = p.ID
	}
	return t
}

// head is where the log stands.
func (w *world) head(ctx context.Context) (string, error) {
	var out struct{ EventPosition string }
	err := w.ask(ctx, w.auditor, `{ eventPosition }`, nil, &out)
	return out.EventPosition, err
}

// texts reads every message of a discussion with the key that its text names.
func (w *world) texts(ctx context.Context, thread string) (out []history.Text, err error) {
	var after any
	for {
		var page struct {
			Thread *struct {
				Messages struct {
					Nodes []struct {
						ID   string
						Body *string
					}
					PageInfo struct {
						HasNextPage bool
						EndCursor   *string
					}
				}
			}
		}
		err := w.ask(ctx, w.auditor, `query($id: ID!, $after: String) { thread(id: $id) { messages(first: 100, after: $after) { nodes { id body } pageInfo { hasNextPage endCursor } } } }`,
			map[string]any{"id": thread, "after": after}, &page)
		if err != nil || page.Thread == nil {
			return nil, fmt.Errorf("read the messages of %s: %w", thread, err)
		}
		for _, m := range page.Thread.Messages.Nodes {
			if m.Body != nil {
				out = append(out, history.Text{Message: m.ID, Key: keyOf(*m.Body)})
			}
		}
		if !page.Thread.Messages.PageInfo.HasNextPage {
			return out, nil
		}
		after = page.Thread.Messages.PageInfo.EndCursor
	}
}

func isPostgres(database string) bool { return strings.HasPrefix(database, "postgres") }

// rows reads the log's table from the database itself.
func rows(ctx context.Context, database string) (out []history.Row, err error) {
	driver, address := "postgres", database
	if path, ok := strings.CutPrefix(database, "sqlite:"); ok {
		driver, address = "sqlite", "file:"+path+"?mode=ro&_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	found, err := db.QueryContext(ctx, `SELECT seq, id FROM log_entries ORDER BY seq`)
	if err != nil {
		return nil, fmt.Errorf("read the log's table: %w", err)
	}
	defer found.Close()
	for found.Next() {
		var r history.Row
		var u uuid.UUID
		if err := found.Scan(&r.Seq, &u); err != nil {
			return nil, err
		}
		r.ID = id.Format(u)
		out = append(out, r)
	}
	return out, found.Err()
}
