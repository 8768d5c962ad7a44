package graph_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/messagemention"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

const (
	mentionFields = `fragment N on Message { id revision mentions { person { id } body { id } country { id } } }`
	postMention   = `mutation($in: PostMessageInput!) { postMessage(input: $in) { message { ...N } } } ` + mentionFields
	editMention   = `mutation($in: EditMessageInput!) { editMessage(input: $in) { message { ...N } } } ` + mentionFields
)

// country adds a country, and gives the seats to it.
func (w *world) country(tb testing.TB, code string, seats ...uuid.UUID) uuid.UUID {
	tb.Helper()
	u := w.NewID(id.Country)
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		err := tx.Country.Create().SetID(u).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetIso2(code).
			SetNameText(i18n.Text{EN: "Country " + code, Authentic: i18n.EN}).Exec(ctx)
		if err != nil {
			return err
		}
		return tx.Seat.Update().Where(seat.IDIn(seats...)).SetCountryID(u).Exec(ctx)
	})
	return u
}

// reached are those whom a message's mentions reach.
func (w *world) reached(tb testing.TB, m uuid.UUID) []uuid.UUID {
	tb.Helper()
	row, err := w.DB.Client.Message.Get(w.System(), m)
	if err != nil {
		tb.Fatal(err)
	}
	rows, err := w.DB.Client.MessageMention.Query().Where(messagemention.MessageID(m)).All(w.System())
	if err != nil {
		tb.Fatal(err)
	}
	got, err := thread.New(w.Runner).Reached(tb.Context(), w.DB.Client, row, rows)
	if err != nil {
		tb.Fatal(err)
	}
	return got
}

func TestMentionsGiveNoAccess(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofSeat(w.Council.Seats[0].ID), ofOrganisation(w.Donor))
		state := w.country(t, "BB", w.Chair.Seats[0].ID, w.Bureau.Seats[0].ID)
		absent := w.country(t, "JM", w.Bureau.Seats[0].ID)
		post := func(ids ...uuid.UUID) vars {
			return vars{"in": vars{"threadId": th, "body": "please look", "language": "en", "mentions": ids}}
		}
		sentence := w.ask(t, w.Committee, postMention, post(w.Bureau.Person)).refused("INVALID_INPUT", "input.mentions[0]").Errors[0].Message
		w.tells(t, func() {
			for _, u := range []uuid.UUID{w.BureauBody, w.OtherCommittee, w.SecretariatBody, absent} {
				if got := w.ask(t, w.Committee, postMention, post(w.Chair.Person, u)).refused("INVALID_INPUT", "input.mentions[1]").Errors[0].Message; got != sentence {
					t.Errorf("says %q", got)
				}
			}
			// Whom one may not see is no more than who is not there.
			unknown := w.ask(t, w.Committee, postMention, post(w.NewID(id.Person))).refused("INVALID_INPUT", "input.mentions[0]").Errors[0].Message
			for _, v := range []*viewer.Viewer{w.Stranger, w.Partner} { // the one is out, the other in
				if got := w.ask(t, w.Committee, postMention, post(v.Person)).refused("INVALID_INPUT", "input.mentions[0]").Errors[0].Message; got != unknown {
					t.Errorf("says %q", got)
				}
			}
			w.ask(t, w.Committee, postMention, post(w.Chair.Person, w.Chair.Person)).refused("INVALID_INPUT", "input.mentions[1]")
			w.ask(t, w.Committee, postMention, post(w.Donor)).refused("INVALID_INPUT", "input.mentions")
			many := make([]uuid.UUID, 21)
			for i := range many {
				many[i] = w.NewID(id.Person)
			}
			w.ask(t, w.Committee, postMention, post(many...)).refused("INVALID_INPUT", "input.mentions")
		})
		var m uuid.UUID
		w.tells(t, func() {
			m = w.ask(t, w.Committee, postMention, post(w.Chair.Person, w.SpecialCommittee, state, w.CouncilBody)).ok().
				is("postMessage.message.mentions.0.person.id", id.Format(w.Chair.Person)).is("postMessage.message.mentions.0.body", nil).
				is("postMessage.message.mentions.1.body.id", id.Format(w.SpecialCommittee)).
				is("postMessage.message.mentions.2.country.id", id.Format(state)).
				is("postMessage.message.mentions.3.body.id", id.Format(w.CouncilBody)).id("postMessage.message.id")
		}, "MessagePosted")
		w.ask(t, w.Bureau, readThread, vars{"id": th}).ok().is("thread", nil)
		if got, want := w.reached(t, m), []uuid.UUID{w.Chair.Person, w.Council.Person}; !slices.Equal(got, want) {
			t.Errorf("reaches %v, want %v", got, want)
		}
		edit := func(revision int, ids ...uuid.UUID) vars {
			return vars{"in": vars{"id": m, "expectedRevision": revision, "body": "please look", "mentions": ids}}
		}
		w.tells(t, func() {
			w.ask(t, w.Committee, editMention, edit(1, w.Chair.Person, w.SpecialCommittee, state, w.CouncilBody)).ok().is("editMessage.message.revision", 1.0)
			w.ask(t, w.Committee, editMention, edit(1, w.Bureau.Person)).refused("INVALID_INPUT", "input.mentions[0]")
		})
		w.tells(t, func() {
			w.ask(t, w.Committee, editMention, edit(1, w.CouncilBody)).ok().is("editMessage.message.mentions.0.body.id", id.Format(w.CouncilBody)).
				is("editMessage.message.mentions.1", nil).is("editMessage.message.revision", 2.0)
		}, "MessageEdited")
		// Who is out is not reached any more; a seat is its holder's of today.
		if got := w.reached(t, m); !slices.Equal(got, []uuid.UUID{w.Council.Person}) {
			t.Errorf("reaches %v", got)
		}
		w.excluded(t, w.Committee, th, ofSeat(w.Council.Seats[0].ID))
		if got := w.reached(t, m); len(got) != 0 {
			t.Errorf("reaches %v", got)
		}
		w.granted(t, w.Committee, th, ofSeat(w.Council.Seats[0].ID), "FROM_ADMISSION") // and does not see the message
		if got := w.reached(t, m); len(got) != 0 {
			t.Errorf("reaches %v", got)
		}
		w.ask(t, w.Committee, withdrawMessage, vars{"in": vars{"id": m, "expectedRevision": 2}}).ok()
		w.ask(t, w.Chair, `query($id: ID!) { node(id: $id) { ... on Message { mentions { body { id } } } } }`, vars{"id": m}).ok().is("node.mentions.0", nil)
	})
}

// TestTheCircleIsWhoTakesPart compares whom a mention can reach with the rights of
// each person.
func TestTheCircleIsWhoTakesPart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.Write(t, func(ctx context.Context, tx *ent.Client) error { // one whose seat is over
			over := date.Of(w.Clock.Now().AddDate(0, 0, -1))
			return tx.Seat.Update().Where(seat.PersonID(w.Council.Person)).SetValidTo(over).Exec(ctx)
		})
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.CouncilBody))
		w.posted(t, w.Committee, th, "first")
		w.granted(t, w.Committee, th, ofBody(w.SecretariatBody), "FULL")
		w.granted(t, w.Committee, th, ofOrganisation(w.Donor), "FROM_ADMISSION")
		w.granted(t, w.Committee, th, ofSeat(w.Bureau.Seats[0].ID), "FULL")
		second := w.posted(t, w.Committee, th, "second")
		w.granted(t, w.Secretariat, th, ofPerson(w.Stranger), "FROM_ADMISSION")
		parties, err := access.PartiesOf(t.Context(), w.DB.Client, th)
		if err != nil {
			t.Fatal(err)
		}
		var all []uuid.UUID
		for name, v := range w.Viewers() {
			if name != "nobody" {
				all = append(all, v.Person)
			}
		}
		// Everybody is mentioned by hand: the rows decide nothing of who is reached.
		for number, m := range map[int]uuid.UUID{2: second} {
			w.Write(t, func(ctx context.Context, tx *ent.Client) error {
				for _, p := range all {
					err := tx.MessageMention.Create().SetID(w.NewID(id.Mention)).SetCreatedAt(w.Time()).SetMessageID(m).SetPersonID(p).Exec(ctx)
					if err != nil {
						return err
					}
				}
				return nil
			})
			got := w.reached(t, m)
			for name, v := range w.Viewers() {
				if name == "nobody" || name == "committee" { // the author
					continue
				}
				from, in := parties.From(w.now(t, v))
				if want := in && from < number; slices.Contains(got, v.Person) != want {
					t.Errorf("%s is reached: %v, want %v", name, !want, want)
				}
			}
		}
	})
}
