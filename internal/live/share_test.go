package live_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/ent/generated/ent/messagereaction"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/internal/access"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/informationrequest"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

// wholeFeed selects what is declared to mean the same to all, of every event of a
// discussion.
const wholeFeed = `subscription($in: EventScope!, $after: EventCursor) { events(in: $in, after: $after) {
	id cursor previousCursor committedAt actor { id name organisation { name } } event { __typename
	... on ThreadOpened { about: thread { ...t } } ... on ThreadEdited { about: thread { ...t } changes { field before after } }
	... on ThreadClosed { about: thread { ...t } } ... on ThreadReopened { about: thread { ...t } }
	... on ThreadPinned { about: thread { ...t } } ... on ThreadUnpinned { about: thread { ...t } }
	... on AccessGranted { about: thread { ...t } audience { history since endedAt organisation { id } } } ... on AccessEnded { about: thread { ...t } }
	... on ReactionAdded { kind of: message { ...m } about: thread { ...t } } ... on ReactionRemoved { kind of: message { ...m } }
	... on MessagePosted { message { ...m } thread { ...t } } ... on MessageEdited { message { ...m } thread { ...t } }
	... on MessageWithdrawn { message { ...m } thread { ...t } }
	... on TranslationProposed { translation { ...r } of: message { ...m } about: thread { ...t } }
	... on TranslationEdited { translation { ...r } of: message { ...m } about: thread { ...t } }
	... on TranslationMadeOfficial { translation { ...r } of: message { ...m } about: thread { ...t } }
	... on TranslationWithdrawn { translation { ...r } of: message { ...m } about: thread { ...t } }
	... on Checkpoint { at } ... on StreamReset { reason }
} } }
fragment t on Thread { id title number status statusReason lastMessageAt createdAt revision titles { authentic text } confidentiality pinnedAt holdsPartnerPosts }
fragment m on Message { id number revision body bodyHtml language author { id name organisation { id name } } replyTo { number body }
	replyCount sentByMail quotes { revision excerpt isCurrentRevision message { number } } mentions { body { __typename } country { __typename } } reactions { kind count }
	createdAt editedAt withdrawnAt withdrawalReason thread { title } fr: text(in: "fr") { language body bodyHtml isOriginal translation { id } }
	es: body(in: "es") translations { ...r } }
fragment r on MessageTranslation { id revision language body bodyHtml status statusReason messageRevision outdated maker machine madeAt editedAt
	madeOfficialAt withdrawnAt message { number } }`

// individually is the same selection, with one field that is not shared beside it.
var individually = strings.Replace(wholeFeed, "fragment t on Thread { id", "fragment t on Thread { viewerCanPost id", 1)

// history lets everything happen that can happen in a discussion.
func history(t *testing.T, w *dbtest.World) uuid.UUID {
	t.Helper()
	s := thread.New(w.Runner)
	th := opened(t, w, w.Secretariat, w.SpecialCommittee, w.SecretariatBody, w.Donor)
	m := post(t, w, w.Chair, th, 2)
	post(t, w, w.Partner, th, 1)
	title := "Otro título"
	why := "because"
	engine, yes, no := "Translator", true, false
	var official, draft *ent.MessageTranslation
	steps := []func() error{
		func() (err error) {
			official, _, err = s.Translate(w.As(t, w.Committee), thread.Translating{Message: m, Of: 1, Language: i18n.FR, Body: "*voici*"}, nil)
			return err
		},
		func() (err error) {
			draft, _, err = s.Translate(w.As(t, w.Partner), thread.Translating{Message: m, Of: 1, Language: i18n.ES, Body: "*aquí*", Machine: &engine}, nil)
			return err
		},
		func() error {
			_, _, err := s.EditTranslation(w.As(t, w.Partner), draft.ID, 1, 1, "*aquí está*")
			return err
		},
		func() error { _, _, err := s.MakeOfficial(w.As(t, w.Secretariat), official.ID, 1); return err },
		func() error { _, _, err := s.WithdrawTranslation(w.As(t, w.Partner), draft.ID, 2, nil); return err },
		func() error {
			_, _, err := s.Post(w.As(t, w.Partner), thread.Posting{Thread: th, Body: "*respuesta*", Language: i18n.ES, ReplyTo: &m}, nil)
			return err
		},
		func() error {
			_, _, err := s.EditMessage(w.As(t, w.Chair), m, 1, thread.Rewriting{Body: "other"})
			return err
		},
		func() error {
			_, _, err := s.Edit(w.As(t, w.Secretariat), th, revision(t, w, th), thread.Editing{Title: &i18n.TextInput{Es: &title}})
			return err
		},
		func() error {
			_, _, err := s.Grant(w.As(t, w.Secretariat), th, revision(t, w, th), party(w.BureauBody), thread.Full)
			return err
		},
		func() error {
			_, _, err := s.End(w.As(t, w.Secretariat), th, revision(t, w, th), party(w.BureauBody))
			return err
		},
		func() error {
			_, _, err := s.Post(w.As(t, w.Chair), thread.Posting{
				Thread: th, Body: "so it says", Language: i18n.EN, Mentions: []uuid.UUID{w.SpecialCommittee},
				Quotes: []thread.Quoting{{Message: m, Revision: 2, Excerpt: "oth"}},
			}, nil)
			return err
		},
		func() error {
			_, _, err := s.AddReaction(w.As(t, w.Partner), m, messagereaction.KindThanks)
			return err
		},
		func() error {
			_, _, err := s.AddReaction(w.As(t, w.Committee), m, messagereaction.KindThanks)
			return err
		},
		func() error {
			_, _, err := s.RemoveReaction(w.As(t, w.Partner), m, messagereaction.KindThanks)
			return err
		},
		func() error { _, _, err := s.Pin(w.As(t, w.Secretariat), th, revision(t, w, th)); return err },
		func() error { _, _, err := s.Unpin(w.As(t, w.Secretariat), th, revision(t, w, th)); return err },
		func() error {
			_, _, err := s.Edit(w.As(t, w.Secretariat), th, revision(t, w, th), thread.Editing{HoldsPartnerPosts: &yes})
			return err
		},
		func() error {
			_, _, err := s.Submit(w.As(t, w.Partner), thread.Posting{Thread: th, Body: "held", Language: i18n.EN}, nil)
			return err
		},
		func() error {
			_, _, err := s.Edit(w.As(t, w.Secretariat), th, revision(t, w, th), thread.Editing{HoldsPartnerPosts: &no})
			return err
		},
		func() error { _, _, err := s.Withdraw(w.As(t, w.Secretariat), m, 2, &why); return err },
		func() error { _, _, err := s.Close(w.As(t, w.Secretariat), th, revision(t, w, th), &why); return err },
		func() error { _, _, err := s.Reopen(w.As(t, w.Secretariat), th, revision(t, w, th), why); return err },
	}
	for i, step := range steps {
		if err := step(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	stands := post(t, w, w.Committee, th, 1)
	tr, _, err := s.Translate(w.As(t, w.Chair), thread.Translating{Message: stands, Of: 1, Language: i18n.FR, Body: "*le texte*"}, nil)
	if err == nil {
		_, _, err = s.MakeOfficial(w.As(t, w.Secretariat), tr.ID, 1)
	}
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// TestSharedEqualsIndividual reads the same history as every viewer, shared and
// individually.
func TestSharedEqualsIndividual(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w)
		th := history(t, w)
		begin := w.Log.Cursor(eventlog.Position{})
		for name, v := range map[string]*viewer.Viewer{
			"chair": w.Chair, "committee": w.Committee, "secretariat": w.Secretariat, "partner": w.Partner,
		} {
			events, err := w.DB.Client.LogEntry.Query().Where(logentry.ThreadID(th)).Count(w.As(t, v))
			if err != nil {
				t.Fatal(err)
			}
			shared := n.subscribe(t, v, wholeFeed, in(th).after(begin)).envelopes(events)
			alone := n.subscribe(t, v, individually, in(th).after(begin)).envelopes(events)
			if last := shared[events-1].raw; !strings.Contains(last, `"fr":{"language":"fr","body":"*le texte*"`) {
				t.Errorf("%s does not get the translation: %s", name, last)
			}
			for i := range shared {
				a, b := shared[i], alone[i]
				want := strings.ReplaceAll(strings.ReplaceAll(mask(b), `"viewerCanPost":true,`, ""), `"viewerCanPost":false,`, "")
				if mask(a) != want {
					t.Errorf("%s, event %d:\n%s\n%s", name, i, mask(a), want)
				}
				if strings.Contains(a.raw, `"errors"`) {
					t.Errorf("%s: %s", name, a.raw)
				}
			}
		}
	})
}

// TestSubscribersCostNoStatements counts what the database is asked for a message
// with one and with many listeners.
func TestSubscribersCostNoStatements(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		n := start(t, w, func(o *live.Options) { o.LinksPerPerson, o.Poll = 10_000, wait })
		th := opened(t, w, w.Chair, w.SpecialCommittee)
		n.knows(t, w.Committee, th)
		cost := func(m int) int64 {
			all := make([]*listener, m)
			for i := range all {
				all[i] = n.subscribe(t, w.Committee, threadFeed, in(th))
			}
			post(t, w, w.Chair, th, 1)
			for _, l := range all {
				l.envelopes(1)
			}
			before := w.Statements.Load()
			post(t, w, w.Chair, th, 1)
			for _, l := range all {
				l.envelopes(2)
			}
			after := w.Statements.Load()
			for _, l := range all {
				l.link.Close()
			}
			return after - before
		}
		if one, many := cost(1), cost(500); one != many {
			t.Errorf("%d statements for one listener, %d for 500", one, many)
		}
	})
}

// TestCutClientsShareAgain cuts many clients at different places and lets all come
// back with cursors of their own.
func TestCutClientsShareAgain(t *testing.T) {
	t.Parallel()
	w := dbtest.NewWorld(t, dbtest.SQLite(t))
	n := start(t, w, func(o *live.Options) { o.LinksPerPerson = 10_000 })
	th := opened(t, w, w.Chair, w.SpecialCommittee)
	n.knows(t, w.Committee, th)
	const clients, messages = 2000, 100
	post(t, w, w.Chair, th, messages)
	got := n.subscribe(t, w.Committee, threadFeed, in(th).after(w.Log.Cursor(eventlog.Position{}))).envelopes(messages + 1)
	before := n.Executions()
	all := make([]*listener, clients)
	var opening sync.WaitGroup
	for part := range 8 {
		opening.Go(func() {
			for i := part; i < clients; i += 8 {
				// Each has a cursor of its own, half of them in the text of the document.
				at := got[i%(messages+1)]
				cursor := w.Log.Cursor(eventlog.Position{Seq: position(t, w, at), Tag: tag(t, w, at)})
				if text := threadFeed; i%2 == 0 {
					all[i] = n.subscribe(t, w.Committee, text, in(th).after(cursor))
				} else {
					text = strings.Replace(strings.Replace(text, "after: $after", `after: "`+cursor+`"`, 1), ", $after: EventCursor", "", 1)
					all[i] = n.subscribe(t, w.Committee, text, in(th))
				}
			}
		})
	}
	opening.Wait()
	for i, l := range all {
		if want := messages - i%(messages+1); want > 0 {
			l.envelopes(want)
		}
	}
	resumed := n.Executions()
	if n := resumed.Shared - before.Shared; n > 2*(messages+1) || resumed.Individual != before.Individual {
		t.Errorf("%d answers were made for the past, %d individually", n, resumed.Individual-before.Individual)
	}
	post(t, w, w.Chair, th, 1)
	for i, l := range all {
		l.envelopes(messages - i%(messages+1) + 1)
	}
	if n := n.Executions().Shared - resumed.Shared; n != 2 { // one for each of the two documents
		t.Errorf("%d answers were made for one message", n)
	}
}

func position(t *testing.T, w *dbtest.World, e envelope) int64 {
	t.Helper()
	p, err := w.Log.Open(e.Cursor)
	if err != nil {
		t.Error(err)
	}
	return p.Seq
}

func tag(t *testing.T, w *dbtest.World, e envelope) uuid.UUID {
	t.Helper()
	p, err := w.Log.Open(e.Cursor)
	if err != nil {
		t.Error(err)
	}
	return p.Tag
}

// TestAReplayTellsHowThingsStand where a field says how they stand now.
func TestAReplayTellsHowThingsStand(t *testing.T) {
	t.Parallel()
	w := dbtest.NewWorld(t, dbtest.SQLite(t))
	n := start(t, w)
	th := opened(t, w, w.Chair, w.SpecialCommittee)
	n.knows(t, w.Committee, th)
	const feed = `subscription($in: EventScope!, $after: EventCursor) { events(in: $in, after: $after) { id cursor previousCursor event {
		__typename ... on MessagePosted { message { number } thread { number } } } } }`
	first := n.subscribe(t, w.Committee, feed, in(th).after(w.Log.Cursor(eventlog.Position{})))
	for i := range 3 {
		post(t, w, w.Chair, th, 1)
		first.envelopes(2 + i)
	}
	again := n.subscribe(t, w.Chair, feed, in(th).after(first.envelopes(4)[0].Cursor))
	for _, e := range again.envelopes(3) {
		if !strings.Contains(e.raw, `"thread":{"number":3}`) {
			t.Errorf("a replay says %s", e.raw)
		}
	}
}

// TestWhatIsNotDeclaredIsIndividual lets two people see the same event
// differently.
func TestWhatIsNotDeclaredIsIndividual(t *testing.T) {
	t.Parallel()
	w := dbtest.NewWorld(t, dbtest.SQLite(t))
	n := start(t, w)
	th := opened(t, w, w.Chair, w.SpecialCommittee)
	n.knows(t, w.Committee, th)
	a, b := n.subscribe(t, w.Chair, aloneFeed, in(th)), n.subscribe(t, w.Committee, aloneFeed, in(th))
	post(t, w, w.Chair, th, 1)
	if got := a.envelopes(1)[0].raw; !strings.Contains(got, `"viewerCanEdit":true`) {
		t.Errorf("its author gets %s", got)
	}
	if got := b.envelopes(1)[0].raw; !strings.Contains(got, `"viewerCanEdit":false`) {
		t.Errorf("another gets %s", got)
	}
}

// TestRightsInMemoryAreThoseOfTheDatabase compares access.Sees with the policy
// for every event and viewer.
func TestRightsInMemoryAreThoseOfTheDatabase(t *testing.T) {
	t.Parallel()
	dbtest.EachWorld(t, func(t *testing.T, w *dbtest.World) {
		history(t, w)
		opened(t, w, w.Bureau, w.BureauBody)
		later(t, w)
		variety(t, w)
		entries, err := w.DB.Client.LogEntry.Query().Order(logentry.BySeq()).All(w.System())
		if err != nil {
			t.Fatal(err)
		}
		tabling, err := access.TablingOf(t.Context(), w.DB.Client, entries)
		if err != nil {
			t.Fatal(err)
		}
		for name, v := range w.Viewers() {
			seen := map[uuid.UUID]bool{}
			ids, err := w.DB.Client.LogEntry.Query().IDs(w.As(t, v))
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range ids {
				seen[u] = true
			}
			for _, e := range entries {
				var parties access.Parties
				if e.ThreadID != nil {
					if parties, err = access.PartiesOf(t.Context(), w.DB.Client, *e.ThreadID); err != nil {
						t.Fatal(err)
					}
				}
				if got := access.Sees(v, e, parties, tabling[e.ID]); got != seen[e.ID] {
					t.Errorf("%s, %s: %v in memory, %v in the database", name, fmt.Sprint(e), got, seen[e.ID])
				}
			}
		}
	})
}

// later is a discussion to which some were admitted without its history, by several
// parties, and in which a partner's post is held.
func later(t *testing.T, w *dbtest.World) {
	t.Helper()
	th := opened(t, w, w.Secretariat, w.SecretariatBody, w.SpecialCommittee)
	s := thread.New(w.Runner)
	for _, u := range []uuid.UUID{w.CouncilBody, w.Donor, w.Council.Person, w.Stranger.Person} {
		post(t, w, w.Chair, th, 2)
		answered(t, w, dispatched(t, w, th))
		if _, _, err := s.Grant(w.As(t, w.Secretariat), th, revision(t, w, th), party(u), thread.FromAdmission); err != nil {
			t.Fatal(err)
		}
	}
	seat := w.Bureau.Seats[0].ID
	if _, _, err := s.Grant(w.As(t, w.Secretariat), th, revision(t, w, th), thread.Party{Seat: &seat}, thread.FromAdmission); err != nil {
		t.Fatal(err)
	}
	yes := true
	if _, _, err := s.Edit(w.As(t, w.Secretariat), th, revision(t, w, th), thread.Editing{HoldsPartnerPosts: &yes}); err != nil {
		t.Fatal(err)
	}
	p, _, err := s.Submit(w.As(t, w.Partner), thread.Posting{Thread: th, Body: "held", Language: i18n.EN}, nil)
	if err != nil || p.Held == nil {
		t.Fatalf("%v, %v", p, err)
	}
	if _, _, err := s.End(w.As(t, w.Secretariat), th, revision(t, w, th), party(w.Stranger.Person)); err != nil {
		t.Fatal(err)
	}
	post(t, w, w.Council, th, 1)
	answered(t, w, dispatched(t, w, th))
}

// dispatched is a request for information to the special committee, a minute after
// what was before.
func dispatched(t *testing.T, w *dbtest.World, th uuid.UUID) uuid.UUID {
	t.Helper()
	w.Clock.Add(time.Minute)
	s := informationrequest.New(w.Runner)
	r, _, err := s.Draft(w.As(t, w.Secretariat), informationrequest.DraftInput{
		Thread: th, Body: w.SecretariatBody, Addressee: informationrequest.Addressee{Body: &w.SpecialCommittee}, Question: "How many?",
		Language: i18n.EN, Due: date.Of(w.Now()),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Dispatch(w.As(t, w.Secretariat), r.ID, 1); err != nil {
		t.Fatal(err)
	}
	w.Clock.Add(time.Minute)
	return r.ID
}

// answered has a later day asked for, which the answer settles.
func answered(t *testing.T, w *dbtest.World, u uuid.UUID) {
	t.Helper()
	s := informationrequest.New(w.Runner)
	later := date.Of(w.Now().AddDate(0, 0, 2))
	if _, _, err := s.RequestExtension(w.As(t, w.Chair), informationrequest.ExtensionInput{Request: u, NewDue: later, Reason: "holidays"}, nil); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Answer(w.As(t, w.Chair), u, "Three.", i18n.EN, nil); err != nil {
		t.Fatal(err)
	}
}

// variety tells events of every shape that rights tell apart.
func variety(t *testing.T, w *dbtest.World) {
	t.Helper()
	var proposals []uuid.UUID
	w.Write(t, func(ctx context.Context, tx *ent.Client) error {
		for i, sponsor := range []uuid.UUID{w.SpecialCommittee, w.OtherCommittee} {
			for j := range 3 {
				c := tx.Proposal.Create().SetID(w.NewID(id.Proposal)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).
					SetReference(fmt.Sprintf("P/%d/%d", i, j)).SetSponsorID(sponsor).SetStatus(proposal.StatusDraft)
				if j > 0 {
					c.SetSubmittedAt(w.Time().Add(time.Duration(j-2) * time.Hour))
				}
				row, err := c.Save(ctx)
				if err != nil {
					return err
				}
				proposals = append(proposals, row.ID)
			}
		}
		for _, public := range []bool{true, false} {
			u, person := w.Donor, w.Partner.Person
			events := []eventlog.Event{
				{Kind: "Fact", Subject: u, Public: public},
				{Kind: "Fact", Subject: u, Public: public, Person: &person},
				{Kind: "Fact", Subject: u, Public: public, Person: &person, Personal: true},
				{Kind: "Fact", Subject: u, Public: public, Agreement: &u},
				{Kind: "Fact", Subject: u, Public: public, Programme: &u},
				{Kind: "Fact", Subject: u, Public: public, Opportunity: &u},
				{Kind: "Fact", Subject: u, Public: public, Meeting: &u},
				{Kind: "Fact", Subject: u, Public: public, Meeting: &u, Body: &w.SpecialCommittee},
				{Kind: "Fact", Subject: u, Public: public, Meeting: &u, Body: &w.CouncilBody},
				{Kind: "Fact", Subject: u, Public: public, Body: &w.SpecialCommittee},
				{Kind: "Fact", Subject: u, Public: public, Body: &w.SpecialCommittee, Led: true},
				{Kind: "Fact", Subject: u, Public: public, Led: true},
				{Kind: "Fact", Subject: u, Public: public, Seat: &w.Council.Seats[0].ID},
				{Kind: "Fact", Subject: u, Public: public, Body: &w.SpecialCommittee, Seat: &w.Bureau.Seats[0].ID, Person: &person, Led: true},
			}
			for _, p := range proposals {
				events = append(events, eventlog.Event{Kind: "Fact", Subject: p, Public: public, Proposal: &p})
			}
			for _, e := range events {
				if err := w.Log.Append(ctx, e); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
