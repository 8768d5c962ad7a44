package notification

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/correspondent"
	"acs-aec.org/hub/ent/generated/ent/informationrequest"
	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/ent/generated/ent/messagemention"
	"acs-aec.org/hub/ent/generated/ent/notification"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/predicate"
	"acs-aec.org/hub/ent/generated/ent/requestextension"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/ent/generated/ent/staffpost"
	"acs-aec.org/hub/ent/generated/ent/threadreading"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/body"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/thread"
)

// learn reads what these events are judged by.
func (r *Reader) learn(ctx context.Context, entries []*ent.LogEntry) (*knowledge, error) {
	k := &knowledge{
		messages: map[uuid.UUID]*ent.Message{}, writers: map[uuid.UUID]map[uuid.UUID]bool{}, members: map[uuid.UUID][]uuid.UUID{},
		attention: map[uuid.UUID]map[uuid.UUID]threadreading.Attention{}, parties: map[uuid.UUID]access.Parties{}, rights: map[uuid.UUID]*account.Rights{}, settings: map[uuid.UUID]*Settings{},
		mentions: map[uuid.UUID]reach{}, knows: map[uuid.UUID]map[uuid.UUID]bool{}, requests: map[uuid.UUID]*ent.InformationRequest{},
	}
	entries = concerning(entries)
	if len(entries) == 0 {
		return k, nil
	}
	client := r.DB.Client
	if err := k.learnMessages(ctx, client, entries); err != nil {
		return nil, err
	}
	if err := r.learnMentions(ctx, k, entries); err != nil {
		return nil, err
	}
	if err := k.learnRequests(ctx, client, entries); err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.ThreadID == nil || k.parties[*e.ThreadID] != nil {
			continue
		}
		p, err := access.PartiesOf(ctx, client, *e.ThreadID)
		if err != nil {
			return nil, err
		}
		k.parties[*e.ThreadID] = p
	}
	var err error
	if k.tabling, err = access.TablingOf(ctx, client, entries); err != nil {
		return nil, err
	}
	return k, k.learnMembers(ctx, client, date.Of(r.Now()), entries)
}

// learnMessages reads the messages that events are about, those that they answer,
// and who wrote in their discussions.
func (k *knowledge) learnMessages(ctx context.Context, client *ent.Client, entries []*ent.LogEntry) error {
	var ids, threads []uuid.UUID
	for _, e := range entries {
		if m := messageOf(e); m != nil && e.ThreadID != nil {
			ids, threads = append(ids, *m), append(threads, *e.ThreadID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	for range 2 {
		rows, err := client.Message.Query().Where(batch.In(message.FieldID, ids)).
			Select(message.FieldID, message.FieldAuthorID, message.FieldThreadID, message.FieldReplyToID, message.FieldNumber).All(ctx)
		if err != nil {
			return fmt.Errorf("notification: read messages: %w", err)
		}
		ids = nil
		for _, m := range rows {
			k.messages[m.ID] = m
			if m.ReplyToID != nil {
				ids = append(ids, *m.ReplyToID)
			}
		}
		if len(ids) == 0 {
			break
		}
	}
	rows, err := client.Correspondent.Query().Where(batch.In(correspondent.FieldThreadID, threads)).All(ctx)
	if err != nil {
		return fmt.Errorf("notification: read who wrote: %w", err)
	}
	for _, c := range rows {
		k.correspond(authorship{c.ThreadID, c.PersonID})
	}
	return k.learnAttention(ctx, client, threads)
}

// learnMentions reads whom the messages mention that were posted, and whom else those
// that were edited: a statement more for each message that mentions somebody, and one
// if any was edited.
func (r *Reader) learnMentions(ctx context.Context, k *knowledge, entries []*ent.LogEntry) error {
	var ids, changed []uuid.UUID
	for _, e := range entries {
		m := k.messages[e.SubjectID]
		switch {
		case m == nil:
		case e.Kind == "MessageEdited":
			changed = append(changed, m.ID)
			fallthrough
		case e.Kind == "MessagePosted":
			ids = append(ids, m.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, err := r.DB.Client.MessageMention.Query().Where(batch.In(messagemention.FieldMessageID, ids)).All(ctx)
	if err != nil {
		return fmt.Errorf("notification: read mentions: %w", err)
	}
	all, added := map[uuid.UUID][]*ent.MessageMention{}, map[uuid.UUID][]*ent.MessageMention{}
	for _, row := range rows {
		m := *row.MessageID
		if all[m] = append(all[m], row); thread.Added(k.messages[m], row) {
			added[m] = append(added[m], row)
		}
	}
	for _, e := range entries {
		m := k.messages[e.SubjectID]
		if m == nil {
			continue
		}
		by := all[m.ID]
		if e.Kind == "MessageEdited" {
			by = added[m.ID]
		}
		if len(by) == 0 {
			continue
		}
		of := reach{named: map[uuid.UUID]bool{}}
		if of.reached, err = r.threads.Reached(ctx, r.DB.Client, m, by); err != nil {
			return fmt.Errorf("notification: read who is mentioned: %w", err)
		}
		for _, row := range by {
			if row.PersonID != nil {
				of.named[*row.PersonID] = true
			}
		}
		k.mentions[e.ID] = of
	}
	return k.learnWhoKnows(ctx, r.DB.Client, changed)
}

// learnWhoKnows reads who was told that these messages mention them.
func (k *knowledge) learnWhoKnows(ctx context.Context, client *ent.Client, messages []uuid.UUID) error {
	if len(messages) == 0 {
		return nil
	}
	rows, err := client.Notification.Query().
		Where(batch.In(notification.FieldMessageID, messages), notification.KindEQ(notification.KindMention)).
		Select(notification.FieldMessageID, notification.FieldPersonID).All(ctx)
	if err != nil {
		return fmt.Errorf("notification: read who was told: %w", err)
	}
	for _, n := range rows {
		k.note(*n.MessageID, n.PersonID)
	}
	return nil
}

// note keeps in mind that a person is told that a message mentions them.
func (k *knowledge) note(message, person uuid.UUID) {
	if k.knows[message] == nil {
		k.knows[message] = map[uuid.UUID]bool{}
	}
	k.knows[message][person] = true
}

// learnRequests reads the requests for information that events are about, by the
// subjects of the events: a request, or the extension of one.
func (k *knowledge) learnRequests(ctx context.Context, client *ent.Client, entries []*ent.LogEntry) error {
	var requests, extensions []uuid.UUID
	for _, e := range entries {
		switch id.KindOf(e.SubjectID) {
		case id.Request:
			requests = append(requests, e.SubjectID)
		case id.Extension:
			extensions = append(extensions, e.SubjectID)
		}
	}
	of := map[uuid.UUID][]uuid.UUID{}
	if len(extensions) > 0 {
		rows, err := client.RequestExtension.Query().Where(batch.In(requestextension.FieldID, extensions)).All(ctx)
		if err != nil {
			return fmt.Errorf("notification: read extensions: %w", err)
		}
		for _, x := range rows {
			requests, of[x.RequestID] = append(requests, x.RequestID), append(of[x.RequestID], x.ID)
		}
	}
	if len(requests) == 0 {
		return nil
	}
	rows, err := client.InformationRequest.Query().Where(batch.In(informationrequest.FieldID, requests)).All(ctx)
	if err != nil {
		return fmt.Errorf("notification: read requests for information: %w", err)
	}
	for _, q := range rows {
		k.requests[q.ID] = q
		for _, x := range of[q.ID] {
			k.requests[x] = q
		}
	}
	return nil
}

// learnAttention reads who follows these discussions and who has muted them.
func (k *knowledge) learnAttention(ctx context.Context, client *ent.Client, threads []uuid.UUID) error {
	rows, err := client.ThreadReading.Query().
		Where(batch.In(threadreading.FieldThreadID, threads), threadreading.AttentionNEQ(threadreading.AttentionDefault)).
		Select(threadreading.FieldThreadID, threadreading.FieldPersonID, threadreading.FieldAttention).All(ctx)
	if err != nil {
		return fmt.Errorf("notification: read who follows: %w", err)
	}
	for _, r := range rows {
		if k.attention[r.ThreadID] == nil {
			k.attention[r.ThreadID] = map[uuid.UUID]threadreading.Attention{}
		}
		k.attention[r.ThreadID][r.PersonID] = r.Attention
	}
	return nil
}

// correspond notes that a person has written in a discussion.
func (k *knowledge) correspond(a authorship) {
	if k.writers[a.thread] == nil {
		k.writers[a.thread] = map[uuid.UUID]bool{}
	}
	k.writers[a.thread][a.person] = true
}

// authorship is who wrote, or opened the discussion, if that is what an event
// tells.
func (k *knowledge) authorship(e *ent.LogEntry) (authorship, bool) {
	switch {
	case e.ThreadID == nil:
	case e.Kind == "ThreadOpened" && e.ActorID != nil:
		return authorship{*e.ThreadID, *e.ActorID}, true
	case e.Kind == "MessagePosted" && k.messages[e.SubjectID] != nil:
		return authorship{*e.ThreadID, k.messages[e.SubjectID].AuthorID}, true
	}
	return authorship{}, false
}

// learnMembers reads who belongs today to the parties that events concern.
func (k *knowledge) learnMembers(ctx context.Context, client *ent.Client, today date.Date, entries []*ent.LogEntry) error {
	of := map[id.Kind][]uuid.UUID{}
	for _, e := range entries {
		for _, p := range k.concerned(e) {
			if kind := id.KindOf(p); !slices.Contains(of[kind], p) {
				of[kind] = append(of[kind], p)
			}
		}
	}
	for _, p := range of[id.Person] {
		k.members[p] = []uuid.UUID{p}
	}
	add := func(party uuid.UUID, p *uuid.UUID) {
		if p != nil {
			k.members[party] = append(k.members[party], *p)
		}
	}
	if in := of[id.Organisation]; len(in) > 0 {
		rows, err := client.Person.Query().Where(batch.In(person.FieldOrganisationID, in), person.StatusEQ(person.StatusActive)).
			Select(person.FieldID, person.FieldOrganisationID).All(ctx)
		if err != nil {
			return fmt.Errorf("notification: read the people of organisations: %w", err)
		}
		for _, p := range rows {
			add(*p.OrganisationID, &p.ID)
		}
	}
	if in := of[id.Body]; len(in) > 0 {
		seats, err := client.Seat.Query().Where(batch.In(seat.FieldBodyID, in), predicate.Seat(body.NotOver(today))).All(ctx)
		if err != nil {
			return fmt.Errorf("notification: read the seats of bodies: %w", err)
		}
		for _, s := range seats {
			add(s.BodyID, s.PersonID)
		}
		posts, err := client.StaffPost.Query().Where(batch.In(staffpost.FieldBodyID, in), predicate.StaffPost(body.NotOver(today))).All(ctx)
		if err != nil {
			return fmt.Errorf("notification: read the posts of bodies: %w", err)
		}
		for _, p := range posts {
			add(p.BodyID, p.PersonID)
		}
	}
	if in := of[id.Seat]; len(in) > 0 {
		seats, err := client.Seat.Query().Where(batch.In(seat.FieldID, in), predicate.Seat(body.NotOver(today))).All(ctx)
		if err != nil {
			return fmt.Errorf("notification: read seats: %w", err)
		}
		for _, s := range seats {
			add(s.ID, s.PersonID)
		}
	}
	return nil
}

// facts are those of an event; none if it has none that can be read.
func facts(e *ent.LogEntry) eventlog.Facts {
	f, err := eventlog.DecodeFacts(e.Facts)
	if err != nil {
		return eventlog.Facts{}
	}
	return f
}
