package history

import (
	"fmt"
	"time"
)

// Kinds of entries and envelopes that the checker tells apart. Others are only
// counted, ordered and filtered.
const (
	Posted        = "MessagePosted"
	AccessGranted = "AccessGranted"
	AccessEnded   = "AccessEnded"
	Checkpoint    = "Checkpoint"
	Reset         = "StreamReset"
)

// Entry is an event of the log, as a member of all sees it.
type Entry struct {
	ID, Kind string
	Thread   string // the discussion it belongs to; its audience alone may see it
	Body     string // the body whose scope it lies in
	Person   string // a personal event: for this person and the Secretariat
	Message  string // of a message that was written
	Number   int    // its number
	Foreign  bool   // nobody knows who may see it: it is of somebody else's world
}

// Row is a row of the log's table, where the checker may look into the database.
type Row struct {
	Seq int64
	ID  string
}

// Span is a time during which a person takes part in a discussion, in positions
// of the log.
type Span struct {
	From, To int       // the first entry within, the first one after; To is Open while it lasts
	Asked    time.Time // before this moment nobody can have been let in; zero: from the start
	Ended    time.Time // from this moment on the end was acknowledged; zero: it was not, or not measured
}

// Open is the To of a span that lasts.
const Open = int(^uint(0) >> 1)

// Ack is what a writer was answered.
type Ack struct {
	Key         string // empty for what has none
	Message     string // of a message that was written
	Number      int    // its number; 0 for what is no new message
	Events      []string
	Began, Done time.Time
}

// Text is a message as it is in the end, with the key that its text names.
type Text struct{ Message, Key string }

// Scope is what a listener listens to: a discussion, a body, or everything.
type Scope struct{ Thread, Body string }

// Delivery is an envelope that a listener got.
type Delivery struct {
	ID, Kind         string
	Cursor, Previous string
	Message          string
	Number           int
	At               time.Time
}

// Stream is what came on one subscription, or one page.
type Stream struct {
	Began      time.Time
	After      string // the position that was asked for
	Session    string // with which the listener was signed in
	Deliveries []Delivery
	Ended      time.Time
	End        string // why it ended, for people
	Completed  bool   // the hub said that nothing more comes
}

// Listener is everything that one client recorded.
type Listener struct {
	Name        string
	Person      string
	Secretariat bool // sees what is personal of others
	Scope       Scope
	Start       int // the first entry that it must get
	Streams     []Stream
}

// SessionEnd says when a session ended.
type SessionEnd struct {
	At    int       // the entry that tells it
	Known time.Time // from this moment on it was acknowledged
}

// History is a run.
type History struct {
	Log []Entry
	// Rows is the log's table; nil where it can't be read.
	Rows []Row
	// Rights are the spans of a person in a discussion, in order.
	Rights map[Pair][]Span
	// Sessions are those that ended.
	Sessions  map[string]SessionEnd
	Acks      []Ack
	Texts     []Text
	Listeners []Listener
	// Slack is how long after its acknowledgement a revocation may be unknown to a
	// node that is asked anew.
	Slack time.Duration
}

// Pair is a person and a discussion.
type Pair struct{ Person, Thread string }

// Violation is something that must not be.
type Violation struct {
	Kind Kind
	Who  string // the listener; empty for the log itself
	What string
}

func (v Violation) String() string {
	if v.Who == "" {
		return fmt.Sprintf("%s: %s", v.Kind, v.What)
	}
	return fmt.Sprintf("%s: %s: %s", v.Kind, v.Who, v.What)
}

// Kind is a kind of violation.
type Kind string

// The kinds.
const (
	LostWrite   Kind = "lost write"       // acknowledged, and not in the log
	DoubleWrite Kind = "double write"     // one key, several messages
	WriteOrder  Kind = "write order"      // the log contradicts the order of time
	LogHole     Kind = "hole in the log"  // rows or numbers are not dense
	LogTwice    Kind = "twice in the log" // an identifier stands there twice
	Missing     Kind = "lost event"       // a listener did not get what it must
	Twice       Kind = "delivered twice"  // on one stream
	Order       Kind = "out of order"
	Phantom     Kind = "phantom"            // delivered, and not in the log
	Altered     Kind = "altered"            // delivered otherwise than the log says
	Chain       Kind = "broken chain"       // previousCursor does not name the envelope before
	Stray       Kind = "outside its scope"  // delivered to a listener of something else
	Forbidden   Kind = "without the right"  // there never was one
	Revoked     Kind = "after a revocation" // there was one before
	ResetSeen   Kind = "reset"              // although nothing was restored
	Unasked     Kind = "unasked"            // the log tells what nobody did: found by the caller
	Answer      Kind = "wrong answer"       // a stream was refused or closed as it may not be: found by the caller
	Leak        Kind = "leak"               // of a node: found by the caller
)
