package eventlog

import (
	"encoding/json"
	"slices"

	"github.com/google/uuid"
)

// Event is something to tell. Its kind is the name of its type in the schema.
type Event struct {
	Kind    string
	Subject uuid.UUID
	// Where it happened: scopes and rights follow from these.
	Thread, Proposal, Body, Person, Agreement, Programme, Opportunity, Meeting *uuid.UUID
	// Message is the number of the message of the thread that it is about: only who
	// sees the message sees the event. 0: it is about none.
	Message int
	// Public says that everybody may see it: its subject is public now.
	Public bool
	// Personal says that it is for the person concerned and the Secretariat only; in
	// a thread, for those of them who take part.
	Personal bool
	// Seat is a seat whose holder, whoever that is by then, sees it too.
	Seat *uuid.UUID
	// Led says that the chair, vice-chair and rapporteur of Body see it too.
	Led   bool
	Facts Facts
}

// Facts are what an event tells beside its subject.
type Facts struct {
	From    string     `json:"from,omitempty"`
	To      string     `json:"to,omitempty"`
	Reason  string     `json:"reason,omitempty"`
	Changes []Change   `json:"changes,omitempty"`
	New     bool       `json:"new,omitempty"`
	Run     *uuid.UUID `json:"run,omitempty"`
	Number  int        `json:"number,omitempty"`
	// Digest is the SHA-256 of a text that the event is about.
	Digest []byte `json:"digest,omitempty"`
	// Reference is the one that was given.
	Reference string `json:"reference,omitempty"`
	// Files are the attachments of a message that was posted.
	Files []File `json:"files,omitempty"`
}

// File is what is told of an attachment.
type File struct {
	ID     uuid.UUID `json:"id"`
	SHA256 []byte    `json:"sha256"`
}

// Becomes says whether an edit gave the field this value.
func (f Facts) Becomes(field, value string) bool {
	for _, c := range f.Changes {
		if c.Field == field && c.After != nil && *c.After == value {
			return true
		}
	}
	return false
}

// Change is what an edit did to a field. Texts are not told, only that they
// changed.
type Change struct {
	Field  string  `json:"field"`
	Before *string `json:"before,omitempty"`
	After  *string `json:"after,omitempty"`
}

// DecodeFacts reads the facts of an entry.
func DecodeFacts(raw []byte) (Facts, error) {
	var f Facts
	err := json.Unmarshal(raw, &f)
	return f, err
}

// Diff collects the changes of an edit.
type Diff struct{ Changes []Change }

// Value notes a change of a value that may be told; "" is none.
func (d *Diff) Value(field, before, after string) {
	if before == after {
		return
	}
	c := Change{Field: field}
	if before != "" {
		c.Before = &before
	}
	if after != "" {
		c.After = &after
	}
	d.Changes = append(d.Changes, c)
}

// Text notes a change of a text, or of something else that may not be told.
func (d *Diff) Text(field string, changed bool) {
	if changed {
		d.Changes = append(d.Changes, Change{Field: field})
	}
}

// Has says whether one of these changed.
func (d *Diff) Has(fields ...string) bool {
	return slices.ContainsFunc(d.Changes, func(c Change) bool { return slices.Contains(fields, c.Field) })
}

// Any says whether something changed.
func (d *Diff) Any() bool { return len(d.Changes) > 0 }
