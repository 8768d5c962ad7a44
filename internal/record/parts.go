package record

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/attachment"
	"acs-aec.org/hub/ent/generated/ent/informationrequest"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// parts adds what belongs to a message beside its texts.
func (src *source) parts(ctx context.Context, m *ent.Message, out *Message) error {
	for _, add := range []func(context.Context, *ent.Message, *Message) error{quotes, mentions, reactions, src.attachments} {
		if err := add(ctx, m, out); err != nil {
			return err
		}
	}
	return nil
}

func quotes(ctx context.Context, m *ent.Message, out *Message) error {
	rows, err := m.AllQuotes(ctx)
	if err != nil {
		return err
	}
	for _, q := range rows {
		of, err := q.Quoted(ctx)
		if err != nil {
			return err
		}
		if of != nil {
			out.Quotes = append(out.Quotes, Quote{Message: of.Number, Revision: q.QuotedRevision, Excerpt: q.Excerpt})
		}
	}
	return nil
}

func mentions(ctx context.Context, m *ent.Message, out *Message) error {
	rows, err := m.AllMentions(ctx)
	if err != nil {
		return err
	}
	in := i18n.From(ctx)
	for _, r := range rows {
		var who *Subject
		var err error
		switch {
		case r.PersonID != nil:
			p, e := r.Person(ctx)
			who, err = named("PERSON", *r.PersonID, p, e, func() string { return p.Name })
		case r.BodyID != nil:
			b, e := r.Body(ctx)
			who, err = named("BODY", *r.BodyID, b, e, func() string { return b.Name(ctx, &in) })
		case r.CountryID != nil:
			c, e := r.Country(ctx)
			who, err = named("COUNTRY", *r.CountryID, c, e, func() string { return c.Name(ctx, &in) })
		}
		if err != nil {
			return err
		}
		if who != nil {
			out.Mentions = append(out.Mentions, *who)
		}
	}
	return nil
}

func reactions(ctx context.Context, m *ent.Message, out *Message) error {
	rows, err := m.AllReactions(ctx)
	if err != nil {
		return err
	}
	rows = slices.SortedFunc(slices.Values(rows), func(a, b *ent.MessageReaction) int { return slices.Compare(a.ID[:], b.ID[:]) })
	for _, r := range rows {
		p, err := r.Person(ctx)
		if err != nil {
			return err
		}
		out.Reactions = append(out.Reactions, Reaction{Kind: string(r.Kind), By: *person(p, r.PersonID), At: r.CreatedAt})
	}
	return nil
}

// attachments are the files whose content is there: of one that was erased, or that
// a scanner holds back, the message says nothing.
func (src *source) attachments(ctx context.Context, m *ent.Message, out *Message) error {
	client := src.s.DB.Client
	rows, err := batch.Many(ctx, m.Siblings(), m, "attachments of a record", func(m *ent.Message) uuid.UUID { return m.ID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.Attachment, error) {
			return client.Attachment.Query().Where(batch.In(attachment.FieldMessageID, ids), attachment.StatusEQ(attachment.StatusAttached),
				attachment.ScanIn(attachment.ScanNotScanned, attachment.ScanClean)).All(ctx)
		}, func(a *ent.Attachment) uuid.UUID { return *a.MessageID })
	if err != nil {
		return err
	}
	rows = slices.SortedFunc(slices.Values(rows), func(a, b *ent.Attachment) int { return cmp.Compare(a.Position, b.Position) })
	for i, a := range rows {
		out.Attachments = append(out.Attachments, Attachment{
			ID: id.Format(a.ID), Name: a.Name, MediaType: a.MediaType, Size: a.Size, SHA256: a.Sha256,
			Path: fmt.Sprintf("%s%d-%d%s", attachments, m.Number, i+1, extension(a.Name)),
		})
	}
	return nil
}

// extension is what a file's name ends with, if that is harmless in any path.
func extension(name string) string {
	ext := strings.ToLower(path.Ext(name))
	harmless := func(r rune) bool { return r == '.' || r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	if len(ext) < 2 || len(ext) > 8 || strings.ContainsFunc(ext, func(r rune) bool { return !harmless(r) }) {
		return ""
	}
	return ext
}

// Requests are the requests for information that were made in the discussion, in
// the order of their drafts; drafts themselves are no part of the record.
func (src *source) Requests(ctx context.Context) iter.Seq2[*Request, error] {
	return pages(func(after string) ([]*ent.InformationRequest, error) {
		q := src.s.DB.Client.InformationRequest.Query().Where(informationrequest.ThreadID(src.thread), informationrequest.StatusNEQ(informationrequest.StatusDraft))
		if after != "" {
			q.Where(informationrequest.IDGT(uuid.MustParse(after)))
		}
		rows, err := q.Order(batch.ByID).Limit(pageSize).All(ctx)
		return batch.Join(rows), err
	}, func(r *ent.InformationRequest) string { return r.ID.String() }, func(r *ent.InformationRequest) (*Request, error) { return request(ctx, r) })
}

func request(ctx context.Context, r *ent.InformationRequest) (*Request, error) {
	in := i18n.From(ctx)
	out := &Request{
		ID: id.Format(r.ID), Status: string(r.Status), Question: r.Question, Language: string(r.Language), DispatchedAt: r.DispatchedAt,
		Due: string(r.Due), StopsClock: r.StopsClock, Answer: r.Answer, AnsweredAt: r.AnsweredAt, VoidReason: r.VoidReason,
	}
	if r.Reference != nil {
		out.Reference = *r.Reference
	}
	b, err := r.Body(ctx)
	by, err := named("BODY", r.BodyID, b, err, func() string { return b.Name(ctx, &in) })
	if err != nil {
		return nil, err
	}
	out.By = *by
	if out.To, err = addressee(ctx, r); err != nil {
		return nil, err
	}
	if r.AnsweredByID != nil {
		p, err := r.AnsweredBy(ctx)
		if err != nil {
			return nil, err
		}
		out.AnsweredBy = person(p, *r.AnsweredByID)
	}
	if r.AnsweredAt != nil {
		out.Late = viewer.Day(*r.AnsweredAt).Format("2006-01-02") > string(r.Due)
	}
	rows, err := r.AllExtensions(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range rows {
		out.Extensions = append(out.Extensions, Extension{
			Due: string(x.NewDue), Reason: x.Reason, Status: string(x.Status), AskedAt: x.CreatedAt, DecidedAt: x.DecidedAt,
		})
	}
	return out, nil
}

// addressee is whom a request asks.
func addressee(ctx context.Context, r *ent.InformationRequest) (Subject, error) {
	in := i18n.From(ctx)
	var who *Subject
	var err error
	switch {
	case r.AddresseeBodyID != nil:
		b, e := r.AddresseeBody(ctx)
		who, err = named("BODY", *r.AddresseeBodyID, b, e, func() string { return b.Name(ctx, &in) })
	case r.AddresseePersonID != nil:
		p, e := r.AddresseePerson(ctx)
		who, err = named("PERSON", *r.AddresseePersonID, p, e, func() string { return p.Name })
	case r.AddresseeOrganisationID != nil:
		o, e := r.AddresseeOrganisation(ctx)
		who, err = named("ORGANISATION", *r.AddresseeOrganisationID, o, e, func() string { return o.Name(ctx, &in) })
	case r.AddresseeSeatID != nil:
		who = &Subject{Kind: "SEAT", ID: id.Format(*r.AddresseeSeatID)}
	}
	if who == nil {
		who = &Subject{}
	}
	return *who, err
}
