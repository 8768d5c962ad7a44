package thread_test

import (
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/ent/generated/ent/messagereaction"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/thread"
)

// withHeldPost opens a discussion that holds what partners write, with a post that waits.
func (r *room) withHeldPost(tb testing.TB) (th, held uuid.UUID) {
	tb.Helper()
	title := "With partners"
	t, _, err := r.threads.Open(r.As(tb, r.Secretariat), thread.Opening{
		Subject: r.Donor, Title: &i18n.TextInput{En: &title}, HoldsPartnerPosts: true,
		Audience: []thread.Party{{Body: &r.SecretariatBody}, {Organisation: &r.Donor}},
	}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	p, _, err := r.threads.Submit(r.As(tb, r.Partner), thread.Posting{Thread: t.ID, Body: "an offer", Language: i18n.EN}, nil)
	if err != nil || p.Held == nil {
		tb.Fatalf("%v, %v", p, err)
	}
	return t.ID, p.Held.ID
}

func TestOnlyOneDecidesOnWhatIsHeld(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		th, held := r.withHeldPost(t)
		came := atOnce(6, func(i int) error {
			var err error
			switch i % 3 {
			case 0:
				_, _, err = r.threads.Release(r.As(t, r.Secretariat), held, 1)
			case 1:
				_, _, err = r.threads.Return(r.As(t, r.Secretariat), held, 1, "why")
			default:
				_, _, err = r.threads.DiscardDraft(r.As(t, r.Partner), held, 1)
			}
			return err
		})
		// Who comes after its author has given it up finds nothing.
		if came[""] != 1 || came[apperr.Conflict]+came[apperr.NotFound] != 5 {
			t.Errorf("came %v", came)
		}
		told, err := r.DB.Client.LogEntry.Query().Where(logentry.ThreadID(th), logentry.KindNotIn("ThreadOpened", "MessageHeld")).Count(r.System())
		if err != nil || told != 1 {
			t.Errorf("%d events, %v", told, err)
		}
	})
}

func TestNothingIsReleasedAfterTheEndOfAnAccess(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		for range 5 {
			th, held := r.withHeldPost(t)
			atOnce(2, func(i int) error {
				var err error
				if i == 0 {
					_, _, err = r.threads.Release(r.As(t, r.Secretariat), held, 1)
				} else {
					_, _, err = r.threads.End(r.As(t, r.Secretariat), th, 1, thread.Party{Organisation: &r.Donor})
				}
				return err
			})
			kinds, err := r.DB.Client.LogEntry.Query().Where(logentry.ThreadID(th)).Order(logentry.BySeq()).Select(logentry.FieldKind).Strings(r.System())
			if err != nil {
				t.Fatal(err)
			}
			if kinds[2] == "AccessEnded" && len(kinds) > 3 {
				t.Errorf("told %v", kinds)
			}
		}
	})
}

func TestAReactionIsThereOnce(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		m, _, err := r.threads.Post(r.As(t, r.Chair), r.say("what do you think?"), nil)
		if err != nil {
			t.Fatal(err)
		}
		came := atOnce(4, func(int) error {
			_, _, err := r.threads.AddReaction(r.As(t, r.Committee), m.ID, messagereaction.KindNoted)
			return err
		})
		n, err := r.DB.Client.MessageReaction.Query().Count(r.System())
		told, countErr := r.DB.Client.LogEntry.Query().Where(logentry.Kind("ReactionAdded")).Count(r.System())
		if came[""] != 4 || n != 1 || told != 1 || err != nil || countErr != nil {
			t.Errorf("came %v, %d rows, %d events, %v, %v", came, n, told, err, countErr)
		}
		r.chained(t)
	})
}
