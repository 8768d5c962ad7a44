package demo

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/message"
	"acs-aec.org/hub/ent/generated/ent/messagereaction"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/thread"
)

// reactions are who reacted to which message of the discussion on Sandy Shorelines.
var reactions = []struct {
	number int
	by     string
	kind   messagereaction.Kind
}{
	{1, "chair", messagereaction.KindNoted},
	{1, "bureau", messagereaction.KindNoted},
	{1, "adviser", messagereaction.KindImportant},
	{2, "secretariat", messagereaction.KindThanks},
	{3, "committee", messagereaction.KindWellDone},
	{3, "secretariat", messagereaction.KindThanks},
	{4, "bureau-member", messagereaction.KindQuestion},
}

// signs pins the discussion on Sandy Shorelines and lets people react in it, and
// lets a partner's post wait for the Secretariat. No message is written.
func (m *maker) signs(ctx context.Context) error {
	s := thread.New(m.Runner)
	return store.InTx(ctx, m.DB, func(ctx context.Context, tx *ent.Client) error {
		sandy, partners := m.world.Threads["SANDY-SHORELINES"], m.world.Threads["KOICA-DATE"]
		officer := m.as(ctx, "secretariat")
		revision := func(u uuid.UUID) (int, error) {
			t, err := tx.Thread.Get(ctx, u)
			if err != nil {
				return 0, err
			}
			return t.Revision, nil
		}
		at, err := revision(sandy)
		if err != nil {
			return err
		}
		if _, _, err := s.Pin(officer, sandy, at); err != nil {
			return about("discussion", "SANDY-SHORELINES", err)
		}
		for _, r := range reactions {
			u, err := tx.Message.Query().Where(message.ThreadID(sandy), message.Number(r.number)).OnlyID(ctx)
			if err != nil {
				return err
			}
			if _, _, err := s.AddReaction(m.as(ctx, r.by), u, r.kind); err != nil {
				return about("reaction of", r.by, err)
			}
		}
		if at, err = revision(partners); err != nil {
			return err
		}
		holds := true
		if _, _, err := s.Edit(officer, partners, at, thread.Editing{HoldsPartnerPosts: &holds}); err != nil {
			return about("discussion", "KOICA-DATE", err)
		}
		_, _, err = s.Submit(m.as(ctx, "partner"), thread.Posting{
			Thread: partners, Language: i18n.EN, Body: "We could sign in the second week, if the Bureau meets then. (Demonstration.)",
		}, nil)
		if err != nil {
			return about("discussion", "KOICA-DATE", err)
		}
		return nil
	})
}
