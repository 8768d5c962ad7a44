package eventlog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Told is what a transaction told: the ids of its events in order, and the
// number of the last. It is complete once the transaction has committed.
type Told struct {
	IDs  []uuid.UUID
	Last Position
}

// pending are the events that a transaction has collected.
type pending struct {
	events []Event
	actors []*uuid.UUID // who told each; nil for the hub itself
	told   Told
	late   bool // the events are numbered: it is too late for more
}

type pendingKey struct{}

var errLate = errors.New("eventlog: the events of this transaction are numbered already")

// Append tells an event when the transaction that the context belongs to
// commits. Its actor is who asks now: commands of several people may make one
// transaction. It fails outside of a transaction, and in what runs before the
// commit but after the log, where the event would be lost.
func (l *Log) Append(ctx context.Context, e Event) error {
	p, err := l.pending(ctx)
	if err != nil {
		return err
	}
	if p.late {
		return errLate
	}
	var actor *uuid.UUID
	if v := viewer.From(ctx); v.SignedIn() {
		actor = &v.Person
	}
	p.events, p.actors = append(p.events, e), append(p.actors, actor)
	return nil
}

// Told is what the transaction of the context will have told.
func (l *Log) Told(ctx context.Context) (*Told, error) {
	p, err := l.pending(ctx)
	if err != nil {
		return nil, err
	}
	return &p.told, nil
}

func (l *Log) pending(ctx context.Context) (*pending, error) {
	v, err := store.TxValue(ctx, pendingKey{}, func() any {
		p := &pending{}
		store.BeforeCommit(ctx, func(ctx context.Context, tx *ent.Client) error { return l.flush(ctx, tx, p) })
		store.AfterCommit(ctx, func() {
			if len(p.events) > 0 {
				l.appended()
			}
		})
		return p
	})
	if err != nil {
		return nil, err
	}
	return v.(*pending), nil
}

// flush numbers and inserts the collected events: threads first, by id, then
// the log's head.
func (l *Log) flush(ctx context.Context, tx *ent.Client, p *pending) error {
	p.late = true
	if len(p.events) == 0 {
		return nil
	}
	ctx = viewer.With(ctx, viewer.System())
	now := l.now().UTC().Truncate(time.Microsecond)
	entries := make([]*ent.LogEntryCreate, len(p.events))
	chains := map[uuid.UUID][]link{}
	p.told.IDs = make([]uuid.UUID, len(p.events))
	for i, e := range p.events {
		facts, err := json.Marshal(e.Facts)
		if err != nil {
			return err
		}
		eid := l.newID(id.Event)
		p.told.IDs[i] = eid
		entries[i] = tx.LogEntry.Create().SetID(eid).SetKind(e.Kind).SetNillableActorID(p.actors[i]).SetFacts(facts).
			SetSubjectID(e.Subject).SetPublic(e.Public).SetPersonal(e.Personal).SetCommittedAt(now).
			SetNillableThreadID(e.Thread).SetNillableProposalID(e.Proposal).SetNillableBodyID(e.Body).
			SetNillablePersonID(e.Person).SetNillableAgreementID(e.Agreement).SetNillableProgrammeID(e.Programme).
			SetNillableOpportunityID(e.Opportunity).SetNillableMeetingID(e.Meeting).SetNillableSeatID(e.Seat).SetLed(e.Led)
		if e.Message > 0 {
			entries[i].SetMessageNumber(e.Message)
		}
		if e.Thread != nil {
			chains[*e.Thread] = append(chains[*e.Thread], link{eid, e.Kind, facts})
		}
	}
	if err := extend(ctx, tx, chains); err != nil {
		return err
	}
	head, err := tx.LogHead.UpdateOneID(1).AddSeq(int64(len(entries))).Save(ctx)
	if err != nil {
		return fmt.Errorf("eventlog: number the events: %w", err)
	}
	first := head.Seq - int64(len(entries)) + 1
	for i := range entries {
		entries[i].SetSeq(first + int64(i))
	}
	for chunk := range slices.Chunk(entries, 50) {
		if err := tx.LogEntry.CreateBulk(chunk...).Exec(ctx); err != nil {
			return fmt.Errorf("eventlog: insert the events: %w", err)
		}
	}
	p.told.Last = Position{Seq: head.Seq, Tag: p.told.IDs[len(p.told.IDs)-1]}
	if publishBeforeCommit {
		l.published.Store(&p.told.Last)
		time.Sleep(3 * time.Millisecond) // as long as it takes on a busy machine
	}
	return nil
}

// link is what a thread's hash chain takes in of an event.
type link struct {
	id    uuid.UUID
	kind  string
	facts []byte
}

// extend moves the heads of the threads' hash chains on. Threads are locked in
// the order of their ids.
func extend(ctx context.Context, tx *ent.Client, chains map[uuid.UUID][]link) error {
	ids := make([]uuid.UUID, 0, len(chains))
	for t := range chains {
		ids = append(ids, t)
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	for _, t := range ids {
		row, err := tx.Thread.Query().Where(thread.ID(t), store.Locked(tx)).Select(thread.FieldChain).Only(ctx)
		if err != nil {
			return fmt.Errorf("eventlog: read the chain of a thread: %w", err)
		}
		chain := row.Chain
		for _, k := range chains[t] {
			chain = Chain(chain, k.id, k.kind, k.facts)
		}
		if err := tx.Thread.UpdateOneID(t).SetChain(chain).Exec(ctx); err != nil {
			return fmt.Errorf("eventlog: write the chain of a thread: %w", err)
		}
	}
	return nil
}

// Chain is the head of a thread's hash chain after an event: SHA-256 over the
// head before it, the event's id, the length and text of its kind, its facts.
func Chain(before []byte, eid uuid.UUID, kind string, facts []byte) []byte {
	h := sha256.New()
	h.Write(before)
	h.Write(eid[:])
	h.Write([]byte{byte(len(kind))})
	h.Write([]byte(kind))
	h.Write(facts)
	return h.Sum(nil)
}
