package model

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
)

// Event is a member of the union.
type Event interface{ IsEvent() }

// Told is a log entry. What it is about is read once for all entries of a page.
type Told struct{ entry *ent.LogEntry }

// NewEvent is the event that an entry holds; false for a kind that this schema
// does not know.
func NewEvent(entry *ent.LogEntry) (Event, bool) {
	f, ok := told[entry.Kind]
	if !ok {
		return nil, false
	}
	return f(Told{entry}), true
}

func (t Told) facts() eventlog.Facts {
	f, err := eventlog.DecodeFacts(t.entry.Facts)
	if err != nil {
		return eventlog.Facts{}
	}
	return f
}

// Changes are what an edit did.
func (t Told) Changes() []eventlog.Change { return t.facts().Changes }

// Reason is the reason that was given for a move.
func (t Told) Reason() *string {
	if r := t.facts().Reason; r != "" {
		return &r
	}
	return nil
}

func (t Told) run(ctx context.Context) (*ent.ImportRun, error) {
	client := t.entry.Client()
	return batch.One(ctx, t.entry.Siblings(), t.entry, "run", func(e *ent.LogEntry) *uuid.UUID { return Told{e}.facts().Run },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.ImportRun, error) {
			return client.ImportRun.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.ImportRun) uuid.UUID { return r.ID })
}

// subject is the entry's subject if it is of the kind.
func subject(k id.Kind) func(*ent.LogEntry) *uuid.UUID {
	return func(e *ent.LogEntry) *uuid.UUID {
		if id.KindOf(e.SubjectID) != k {
			return nil
		}
		return &e.SubjectID
	}
}

// Thread is the discussion in which it happened; nil where the viewer may not see
// it, or not any more.
func (t Told) Thread(ctx context.Context) (*ent.Thread, error) {
	if t.entry == nil {
		return nil, nil //nolint:nilnil // the scope of a subscription was lost
	}
	client := t.entry.Client()
	return batch.One(ctx, t.entry.Siblings(), t.entry, "thread", func(e *ent.LogEntry) *uuid.UUID { return e.ThreadID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Thread, error) {
			return client.Thread.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Thread) uuid.UUID { return r.ID })
}

// OfActivity is an event about an Activity.
type OfActivity struct{ Told }

// Activity is what it is about; nil if the viewer may not see it.
func (o OfActivity) Activity(ctx context.Context) (*ent.Activity, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Activity", subject(id.Activity),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Activity, error) {
			return client.Activity.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Activity) uuid.UUID { return r.ID })
}

// OfAgreement is an event about an Agreement.
type OfAgreement struct{ Told }

// Agreement is what it is about; nil if the viewer may not see it.
func (o OfAgreement) Agreement(ctx context.Context) (*ent.Agreement, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Agreement", subject(id.Agreement),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Agreement, error) {
			return client.Agreement.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Agreement) uuid.UUID { return r.ID })
}

// OfAudience is an event about a place in the audience of a discussion.
type OfAudience struct{ Told }

// Audience is what it is about; nil if the viewer may not see it.
func (o OfAudience) Audience(ctx context.Context) (*ent.ThreadAudience, error) {
	if o.entry == nil {
		return nil, nil //nolint:nilnil // the scope of a subscription was lost
	}
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Audience", subject(id.Audience),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.ThreadAudience, error) {
			return client.ThreadAudience.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.ThreadAudience) uuid.UUID { return r.ID })
}

// OfAttachment is an event about an Attachment.
type OfAttachment struct{ Told }

// Attachment is what it is about; nil if the viewer may not see it.
func (o OfAttachment) Attachment(ctx context.Context) (*ent.Attachment, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Attachment", subject(id.Attachment),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Attachment, error) {
			return client.Attachment.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Attachment) uuid.UUID { return r.ID })
}

// OfBody is an event about a Body.
type OfBody struct{ Told }

// Body is what it is about; nil if the viewer may not see it.
func (o OfBody) Body(ctx context.Context) (*ent.Body, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Body", subject(id.Body),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Body, error) {
			return client.Body.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Body) uuid.UUID { return r.ID })
}

// OfCountry is an event about a Country.
type OfCountry struct{ Told }

// Country is what it is about; nil if the viewer may not see it.
func (o OfCountry) Country(ctx context.Context) (*ent.Country, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Country", subject(id.Country),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Country, error) {
			return client.Country.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Country) uuid.UUID { return r.ID })
}

// OfCountryGroup is an event about a CountryGroup.
type OfCountryGroup struct{ Told }

// CountryGroup is what it is about; nil if the viewer may not see it.
func (o OfCountryGroup) CountryGroup(ctx context.Context) (*ent.CountryGroup, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "CountryGroup", subject(id.CountryGroup),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.CountryGroup, error) {
			return client.CountryGroup.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.CountryGroup) uuid.UUID { return r.ID })
}

// OfImportRun is an event about an ImportRun.
type OfImportRun struct{ Told }

// Run is what it is about; nil if the viewer may not see it.
func (o OfImportRun) Run(ctx context.Context) (*ent.ImportRun, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "ImportRun", subject(id.ImportRun),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.ImportRun, error) {
			return client.ImportRun.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.ImportRun) uuid.UUID { return r.ID })
}

// OfMembership is an event about a Membership.
type OfMembership struct{ Told }

// Membership is what it is about; nil if the viewer may not see it.
func (o OfMembership) Membership(ctx context.Context) (*ent.Membership, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Membership", subject(id.Membership),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Membership, error) {
			return client.Membership.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Membership) uuid.UUID { return r.ID })
}

// OfMessage is an event about a Message.
type OfMessage struct{ Told }

// Message is what it is about; nil if the viewer may not see it.
func (o OfMessage) Message(ctx context.Context) (*ent.Message, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Message", subject(id.Message),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Message, error) {
			return client.Message.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Message) uuid.UUID { return r.ID })
}

// OfDraft is an event about a draft of a message.
type OfDraft struct{ Told }

// Draft is what it is about; nil if the viewer may not see it.
func (o OfDraft) Draft(ctx context.Context) (*ent.MessageDraft, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Draft", subject(id.Draft),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.MessageDraft, error) {
			return client.MessageDraft.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.MessageDraft) uuid.UUID { return r.ID })
}

// OfTranslation is an event about a translation of a message.
type OfTranslation struct{ Told }

// Translation is what it is about; nil if the viewer may not see it.
func (o OfTranslation) Translation(ctx context.Context) (*ent.MessageTranslation, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Translation", subject(id.Translation),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.MessageTranslation, error) {
			return client.MessageTranslation.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.MessageTranslation) uuid.UUID { return r.ID })
}

// Message is the message that is translated; nil if the viewer may not see it.
func (o OfTranslation) Message(ctx context.Context) (*ent.Message, error) {
	t, err := o.Translation(ctx)
	if err != nil || t == nil {
		return nil, err
	}
	return t.Message(ctx)
}

// OfOrganisation is an event about an Organisation.
type OfOrganisation struct{ Told }

// Organisation is what it is about; nil if the viewer may not see it.
func (o OfOrganisation) Organisation(ctx context.Context) (*ent.Organisation, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Organisation", subject(id.Organisation),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Organisation, error) {
			return client.Organisation.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Organisation) uuid.UUID { return r.ID })
}

// OfPerson is an event about a Person.
type OfPerson struct{ Told }

// Person is what it is about; nil if the viewer may not see it.
func (o OfPerson) Person(ctx context.Context) (*ent.Person, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Person", func(e *ent.LogEntry) *uuid.UUID { return e.PersonID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Person, error) {
			return client.Person.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Person) uuid.UUID { return r.ID })
}

// OfProgramme is an event about a Programme.
type OfProgramme struct{ Told }

// Programme is what it is about; nil if the viewer may not see it.
func (o OfProgramme) Programme(ctx context.Context) (*ent.Programme, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Programme", subject(id.Programme),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Programme, error) {
			return client.Programme.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Programme) uuid.UUID { return r.ID })
}

// OfProposal is an event about a Proposal.
type OfProposal struct{ Told }

// Proposal is what it is about; nil if the viewer may not see it.
func (o OfProposal) Proposal(ctx context.Context) (*ent.Proposal, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Proposal", subject(id.Proposal),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Proposal, error) {
			return client.Proposal.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Proposal) uuid.UUID { return r.ID })
}

// OfSeat is an event about a Seat.
type OfSeat struct{ Told }

// Seat is what it is about; nil if the viewer may not see it.
func (o OfSeat) Seat(ctx context.Context) (*ent.Seat, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Seat", subject(id.Seat),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Seat, error) {
			return client.Seat.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Seat) uuid.UUID { return r.ID })
}

// OfStaffPost is an event about a StaffPost.
type OfStaffPost struct{ Told }

// StaffPost is what it is about; nil if the viewer may not see it.
func (o OfStaffPost) StaffPost(ctx context.Context) (*ent.StaffPost, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "StaffPost", subject(id.StaffPost),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.StaffPost, error) {
			return client.StaffPost.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.StaffPost) uuid.UUID { return r.ID })
}

// OfThread is an event about a Thread.
type OfThread struct{ Told }

// OfTransaction is an event about a Transaction.
type OfTransaction struct{ Told }

// Transaction is what it is about; nil if the viewer may not see it.
func (o OfTransaction) Transaction(ctx context.Context) (*ent.Transaction, error) {
	client := o.entry.Client()
	return batch.One(ctx, o.entry.Siblings(), o.entry, "Transaction", subject(id.Transaction),
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Transaction, error) {
			return client.Transaction.Query().Where(batch.In("id", ids)).All(ctx)
		}, func(r *ent.Transaction) uuid.UUID { return r.ID })
}
