package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/thread"
)

// threads makes the discussions, Sandy Shorelines last: it is the latest.
func (m *maker) threads(ctx context.Context) error {
	for _, t := range m.facts.Threads {
		if err := m.thread(ctx, thread.New(m.Runner), t); err != nil {
			return about("discussion", t.Key, err)
		}
	}
	return nil
}

// subject is what a discussion is about.
func (m *maker) subject(t threadFact) uuid.UUID {
	for _, on := range []struct {
		in  map[string]uuid.UUID
		key string
	}{
		{m.world.Agreements, t.On.Agreement},
		{m.world.Programmes, t.On.Programme},
		{m.world.Proposals, t.On.Proposal},
		{m.world.Activities, t.On.Activity},
		{m.world.Bodies, t.On.Body},
	} {
		if u := named(on.in, on.key); u != nil {
			return *u
		}
	}
	return uuid.Nil
}

func (m *maker) thread(ctx context.Context, s *thread.Service, t threadFact) error {
	in := thread.Opening{Subject: m.subject(t), Title: t.Title.input()}
	for _, p := range t.Audience {
		in.Audience = append(in.Audience, thread.Party{
			Body: named(m.world.Bodies, p.Body), Person: named(m.world.Persons, p.Person), Organisation: named(m.world.Organisations, p.Organisation),
		})
	}
	opener := m.as(ctx, t.OpenedBy)
	row, _, err := s.Open(opener, in, nil)
	if err != nil {
		return err
	}
	m.world.Threads[t.Key] = row.ID
	said := make([]*ent.Message, len(t.Messages))
	for i, what := range t.Messages {
		posting := thread.Posting{Thread: row.ID, Body: what.Text, Language: what.Language}
		if what.Reply > 0 {
			posting.ReplyTo = &said[what.Reply-1].ID
		}
		if said[i], _, err = s.Post(m.as(ctx, what.By), posting, nil); err != nil {
			return about("message", fmt.Sprint(i+1), err)
		}
	}
	for i, what := range t.Messages {
		author := m.as(ctx, what.By)
		if what.Edited != "" {
			said[i], _, err = s.EditMessage(author, said[i].ID, said[i].Revision, thread.Rewriting{Body: what.Edited})
		}
		if err == nil {
			err = m.translations(ctx, s, said[i], what.Translations)
		}
		if err == nil && what.Withdrawn != "" {
			_, _, err = s.Withdraw(author, said[i].ID, said[i].Revision, &what.Withdrawn)
		}
		if err != nil {
			return about("message", fmt.Sprint(i+1), err)
		}
	}
	if t.Closed != "" {
		_, _, err = s.Close(opener, row.ID, row.Revision, &t.Closed)
	}
	return err
}

// translations makes those of a message, and those official that somebody made so.
func (m *maker) translations(ctx context.Context, s *thread.Service, of *ent.Message, all []translationFact) error {
	for _, t := range all {
		in := thread.Translating{Message: of.ID, Of: of.Revision, Language: t.Language, Body: t.Text, Machine: some[string](t.Machine)}
		row, _, err := s.Translate(m.as(ctx, t.By), in, nil)
		if err == nil && t.Official != "" {
			_, _, err = s.MakeOfficial(m.as(ctx, t.Official), row.ID, row.Revision)
		}
		if err != nil {
			return about("translation", string(t.Language), err)
		}
	}
	return nil
}
