package webhook

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
)

// The kinds of what is sent and is no event of the log.
const (
	// TestKind is that of a test that the owner asked for.
	TestKind = "WebhookTest"
	// ResetKind says that what the receiver knows may be of a past that is gone.
	ResetKind = "StreamReset"
)

// payload is the body of what is sent. Identifiers are written as the API has
// them.
type payload struct {
	ID          string          `json:"id"`
	Kind        string          `json:"kind"`
	Cursor      string          `json:"cursor,omitempty"`
	CommittedAt string          `json:"committedAt"`
	Actor       string          `json:"actor,omitempty"`
	Subject     string          `json:"subject"`
	Thread      string          `json:"thread,omitempty"`
	Proposal    string          `json:"proposal,omitempty"`
	Body        string          `json:"body,omitempty"`
	Agreement   string          `json:"agreement,omitempty"`
	Programme   string          `json:"programme,omitempty"`
	Opportunity string          `json:"opportunity,omitempty"`
	Meeting     string          `json:"meeting,omitempty"`
	Person      string          `json:"person,omitempty"`
	Facts       json.RawMessage `json:"facts"`
}

// moment is a time as the API writes it.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

func shown(u *uuid.UUID) string {
	if u == nil {
		return ""
	}
	return id.Format(*u)
}

// eventBody is what is sent of an event. Persons whom the owner may not see are
// left out, and of an event of a discussion what the discussion is about: the API
// tells it to who may see it.
func eventBody(e *ent.LogEntry, cursor string, sees map[uuid.UUID]bool) ([]byte, error) {
	facts, err := facts(e.Facts, sees)
	if err != nil {
		return nil, err
	}
	person := func(u *uuid.UUID) *uuid.UUID {
		if u == nil || !sees[*u] {
			return nil
		}
		return u
	}
	if e.ThreadID != nil {
		return json.Marshal(payload{
			ID: id.Format(e.ID), Kind: e.Kind, Cursor: cursor, CommittedAt: moment(e.CommittedAt), Actor: shown(person(e.ActorID)),
			Subject: id.Format(e.SubjectID), Thread: shown(e.ThreadID), Person: shown(person(e.PersonID)), Facts: facts,
		})
	}
	return json.Marshal(payload{
		ID: id.Format(e.ID), Kind: e.Kind, Cursor: cursor, CommittedAt: moment(e.CommittedAt), Actor: shown(person(e.ActorID)), Subject: id.Format(e.SubjectID),
		Thread: shown(e.ThreadID), Proposal: shown(e.ProposalID), Body: shown(e.BodyID), Agreement: shown(e.AgreementID),
		Programme: shown(e.ProgrammeID), Opportunity: shown(e.OpportunityID), Meeting: shown(e.MeetingID), Person: shown(person(e.PersonID)), Facts: facts,
	})
}

// noticeBody is what is sent of what is no event of the log: it is about the
// webhook itself.
func noticeBody(d *ent.Delivery, cursor string) ([]byte, error) {
	return json.Marshal(payload{
		ID: id.Format(d.EventID), Kind: d.Kind, Cursor: cursor, CommittedAt: moment(d.CreatedAt), Subject: id.Format(d.WebhookID), Facts: []byte("{}"),
	})
}

// hidden are the facts that the API does not show either.
var hidden = map[string]bool{"digest": true}

// persons are those whom an event names.
func persons(e *ent.LogEntry) []uuid.UUID {
	var out []uuid.UUID
	for _, u := range []*uuid.UUID{e.ActorID, e.PersonID} {
		if u != nil {
			out = append(out, *u)
		}
	}
	var all any
	if json.Unmarshal(e.Facts, &all) == nil {
		out = append(out, named(all)...)
	}
	return out
}

// named are the persons among facts, as the log or as the API writes them.
func named(v any) (out []uuid.UUID) {
	switch v := v.(type) {
	case map[string]any:
		for _, e := range v {
			out = append(out, named(e)...)
		}
	case []any:
		for _, e := range v {
			out = append(out, named(e)...)
		}
	case string:
		if u, ok := identifier(v); ok && id.KindOf(u) == id.Person {
			out = append(out, u)
		}
	}
	return out
}

// identifier reads one as the log or as the API writes it.
func identifier(s string) (uuid.UUID, bool) {
	if u, err := uuid.Parse(s); err == nil && len(s) == 36 {
		return u, id.KindOf(u) != id.Unknown
	}
	u, err := id.Parse(s)
	return u, err == nil
}

// facts are those of an event as the log holds them, with identifiers as the API
// writes them, always in the same order, without persons who are not seen.
func facts(raw []byte, sees map[uuid.UUID]bool) ([]byte, error) {
	if _, err := eventlog.DecodeFacts(raw); err != nil {
		return nil, fmt.Errorf("webhook: read the facts of an event: %w", err)
	}
	all := map[string]any{}
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf("webhook: read the facts of an event: %w", err)
	}
	return json.Marshal(outward(all, sees))
}

func outward(v any, sees map[uuid.UUID]bool) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if hidden[k] {
				delete(v, k)
				continue
			}
			v[k] = outward(e, sees)
		}
	case []any:
		for i, e := range v {
			v[i] = outward(e, sees)
		}
	case string:
		if u, ok := identifier(v); ok {
			if id.KindOf(u) == id.Person && !sees[u] {
				return nil
			}
			return id.Format(u)
		}
	}
	return v
}
