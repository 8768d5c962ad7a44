package record

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/ent/generated/ent/messagetranslation"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
)

// pageSize is how many rows are read at a time. No transaction is open between.
const pageSize = 100

// source reads a discussion from the database, as the viewer sees it.
type source struct {
	s      *Service
	thread uuid.UUID
}

// Thread is the discussion.
func (src *source) Thread(ctx context.Context) (*Thread, error) {
	t, err := src.s.DB.Client.Thread.Query().Where(thread.ID(src.thread)).Only(ctx)
	if err != nil {
		return nil, command.Found(err)
	}
	title := t.TitleText()
	out := &Thread{
		ID: id.Format(t.ID), Title: title.In(i18n.From(ctx)), Titles: map[string]string{}, TitleLanguage: string(title.Authentic),
		Status: string(t.Status), StatusReason: t.StatusReason, Confidentiality: string(t.Confidentiality), OpenedAt: t.CreatedAt,
	}
	for _, l := range i18n.Langs {
		if text := title.Get(l); text != "" {
			out.Titles[string(l)] = text
		}
	}
	if t.OpenedByID != nil {
		p, err := t.OpenedBy(ctx)
		if err != nil {
			return nil, err
		}
		out.OpenedBy = person(p, *t.OpenedByID)
	}
	if out.Subject, err = subjectOf(ctx, t); err != nil {
		return nil, err
	}
	out.Audience, err = audienceOf(ctx, t)
	return out, err
}

// subjectOf is what a discussion is about.
func subjectOf(ctx context.Context, t *ent.Thread) (*Subject, error) {
	in := i18n.From(ctx)
	switch {
	case t.OrganisationID != nil:
		o, err := t.Organisation(ctx)
		return named("ORGANISATION", *t.OrganisationID, o, err, func() string { return o.Name(ctx, &in) })
	case t.AgreementID != nil:
		a, err := t.Agreement(ctx)
		return named("AGREEMENT", *t.AgreementID, a, err, func() string { return a.Title(ctx, &in) })
	case t.ProgrammeID != nil:
		p, err := t.Programme(ctx)
		return named("PROGRAMME", *t.ProgrammeID, p, err, func() string { return p.Code + " " + p.Title(ctx, &in) })
	case t.ProposalID != nil:
		p, err := t.Proposal(ctx)
		return named("PROPOSAL", *t.ProposalID, p, err, func() string { return p.Reference + " " + p.Title(ctx, &in) })
	case t.ActivityID != nil:
		a, err := t.Activity(ctx)
		return named("ACTIVITY", *t.ActivityID, a, err, func() string { return a.Title(ctx, &in) })
	case t.BodyID != nil:
		b, err := t.Body(ctx)
		return named("BODY", *t.BodyID, b, err, func() string { return b.Name(ctx, &in) })
	case t.OpportunityID != nil:
		o, err := t.Opportunity(ctx)
		return named("OPPORTUNITY", *t.OpportunityID, o, err, func() string { return o.Title(ctx, &in) })
	case t.MeetingID != nil:
		m, err := t.Meeting(ctx)
		return named("MEETING", *t.MeetingID, m, err, func() string { return m.Title(ctx, &in) })
	}
	return nil, nil //nolint:nilnil // the database keeps it from happening
}

// named is something with its name, if the row is there.
func named[T comparable](kind string, u uuid.UUID, row T, err error, name func() string) (*Subject, error) {
	if err != nil {
		return nil, err
	}
	var none T
	out := &Subject{Kind: kind, ID: id.Format(u)}
	if row != none {
		out.Name = name()
	}
	return out, nil
}

// audienceOf is who took part at any time, in the order of admission.
func audienceOf(ctx context.Context, t *ent.Thread) ([]Party, error) {
	rows, err := t.QueryAudience().Order(batch.ByID).All(ctx)
	if err != nil {
		return nil, err
	}
	batch.Join(rows)
	in := i18n.From(ctx)
	out := make([]Party, len(rows))
	for i, a := range rows {
		out[i] = Party{Since: a.CreatedAt, Until: a.EndedAt, AfterMessage: a.FromNumber}
		var who *Subject
		switch {
		case a.BodyID != nil:
			b, err := a.Body(ctx)
			if who, err = named("BODY", *a.BodyID, b, err, func() string { return b.Name(ctx, &in) }); err != nil {
				return nil, err
			}
		case a.OrganisationID != nil:
			o, err := a.Organisation(ctx)
			if who, err = named("ORGANISATION", *a.OrganisationID, o, err, func() string { return o.Name(ctx, &in) }); err != nil {
				return nil, err
			}
		case a.SeatID != nil:
			who = &Subject{Kind: "SEAT", ID: id.Format(*a.SeatID)}
		case a.PersonID != nil:
			p, err := a.Person(ctx)
			if who, err = named("PERSON", *a.PersonID, p, err, func() string { return p.Name }); err != nil {
				return nil, err
			}
		}
		if who != nil {
			out[i].Kind, out[i].ID, out[i].Name = who.Kind, who.ID, who.Name
		}
	}
	return out, nil
}

// Messages are the messages by number.
func (src *source) Messages(ctx context.Context) iter.Seq2[*Message, error] {
	return pages(func(after int) ([]*ent.Message, error) {
		rows, err := src.s.DB.Client.Message.Query().
			Where(message.ThreadID(src.thread), message.NumberGT(after)).Order(ent.Asc(message.FieldNumber)).Limit(pageSize).All(ctx)
		return batch.Join(rows), err
	}, func(m *ent.Message) int { return m.Number }, func(m *ent.Message) (*Message, error) { return src.message(ctx, m) })
}

// pages reads rows in the order of a number, a page at a time.
func pages[R, T any, N cmp.Ordered](read func(after N) ([]R, error), number func(R) N, make func(R) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		var after N
		for {
			rows, err := read(after)
			if err != nil {
				yield(none, fmt.Errorf("record: read: %w", err))
				return
			}
			for _, r := range rows {
				after = number(r)
				out, err := make(r)
				if !yield(out, err) || err != nil {
					return
				}
			}
			if len(rows) < pageSize {
				return
			}
		}
	}
}

// message is a message with what belongs to it, read once for its page.
func (src *source) message(ctx context.Context, m *ent.Message) (*Message, error) {
	author, err := m.Author(ctx)
	if err != nil {
		return nil, err
	}
	out := &Message{
		Number: m.Number, ID: id.Format(m.ID), Author: *person(author, m.AuthorID), Language: string(m.Language), Revision: m.Revision,
		Body: m.Body, WrittenAt: m.CreatedAt, EditedAt: m.EditedAt, SentByMail: m.Via == message.ViaMail,
	}
	if m.ReplyToID != nil {
		to, err := m.ReplyTo(ctx)
		if err != nil {
			return nil, err
		}
		if to != nil {
			out.ReplyTo = to.Number
		}
	}
	if m.WithdrawnAt != nil {
		out.Withdrawn = &Withdrawal{At: *m.WithdrawnAt, Reason: m.WithdrawalReason}
		if m.WithdrawnByID != nil {
			by, err := m.WithdrawnBy(ctx)
			if err != nil {
				return nil, err
			}
			out.Withdrawn.By = person(by, *m.WithdrawnByID)
		}
		return out, nil
	}
	if err := earlier(ctx, m, out); err != nil {
		return nil, err
	}
	if err := translations(ctx, m, out); err != nil {
		return nil, err
	}
	return out, src.parts(ctx, m, out)
}

func earlier(ctx context.Context, m *ent.Message, out *Message) error {
	rows, err := m.AllRevisions(ctx)
	if err != nil {
		return err
	}
	rows = slices.SortedFunc(slices.Values(rows), func(a, b *ent.MessageRevision) int { return a.Number - b.Number })
	for _, r := range rows {
		out.Earlier = append(out.Earlier, Text{Revision: r.Number, Language: string(r.Language), Body: r.Body, ReplacedAt: r.CreatedAt})
	}
	return nil
}

func translations(ctx context.Context, m *ent.Message, out *Message) error {
	rows, err := m.AllTranslations(ctx)
	if err != nil {
		return err
	}
	rows = slices.SortedFunc(slices.Values(rows), func(a, b *ent.MessageTranslation) int {
		return cmp.Or(cmp.Compare(a.Language, b.Language), slices.Compare(a.ID[:], b.ID[:]))
	})
	for _, t := range rows {
		if t.Status == messagetranslation.StatusWithdrawn {
			continue
		}
		by, err := t.MadeBy(ctx)
		if err != nil {
			return err
		}
		out.Transl = append(out.Transl, Translation{
			ID: id.Format(t.ID), Language: string(t.Language), Status: string(t.Status), Of: t.MessageRevision, Body: t.Body,
			MadeBy: *person(by, t.MadeByID), Machine: t.Machine, MadeAt: t.CreatedAt,
		})
	}
	return nil
}

// Events are the discussion's events, as the log has them, each with the head of
// the hash chain after it.
func (src *source) Events(ctx context.Context) iter.Seq2[*Event, error] {
	var chain []byte
	return pages(func(after int64) ([]*ent.LogEntry, error) {
		if after == 0 {
			chain = nil // from the beginning
		}
		rows, err := src.s.DB.Client.LogEntry.Query().
			Where(logentry.ThreadID(src.thread), logentry.SeqGT(after)).Order(ent.Asc(logentry.FieldSeq)).Limit(pageSize).All(ctx)
		return batch.Join(rows), err
	}, func(e *ent.LogEntry) int64 { return e.Seq }, func(e *ent.LogEntry) (*Event, error) {
		chain = eventlog.Chain(chain, e.ID, e.Kind, e.Facts)
		out := &Event{
			ID: id.Format(e.ID), Kind: e.Kind, CommittedAt: e.CommittedAt, Subject: id.Format(e.SubjectID), Facts: e.Facts, Chain: chain,
		}
		if e.ActorID != nil {
			p, err := e.Actor(ctx)
			if err != nil {
				return nil, err
			}
			out.Actor = person(p, *e.ActorID)
		}
		return out, nil
	})
}

// Content is what is in an attachment.
func (src *source) Content(ctx context.Context, a Attachment) (io.ReadCloser, error) {
	u, err := id.ParseKind(a.ID, id.Attachment)
	if err != nil {
		return nil, err
	}
	if src.s.files == nil {
		return nil, errNoFiles
	}
	return src.s.files.Content(ctx, u)
}
