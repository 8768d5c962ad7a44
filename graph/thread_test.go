package graph_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// subjects are what discussions can be about. The proposals are the special
// committee's, the agreement, programme and activity are public.
type subjects struct{ draft, submitted, agreement, programme, activity uuid.UUID }

func addSubjects(tb testing.TB, w *world) subjects {
	tb.Helper()
	s := subjects{
		draft: w.NewID(id.Proposal), submitted: w.NewID(id.Proposal), agreement: w.NewID(id.Agreement),
		programme: w.NewID(id.Programme), activity: w.NewID(id.Activity),
	}
	now := w.Time()
	named := func(s string) i18n.Text { return i18n.Text{EN: s, Authentic: i18n.EN} }
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		if err := tx.Proposal.Create().SetID(s.draft).SetCreatedAt(now).SetUpdatedAt(now).SetReference("P-1").
			SetSponsorID(w.SpecialCommittee).SetTitleText(named("Draft")).Exec(ctx); err != nil {
			return err
		}
		if err := tx.Proposal.Create().SetID(s.submitted).SetCreatedAt(now).SetUpdatedAt(now).SetReference("P-2").
			SetSponsorID(w.SpecialCommittee).SetTitleText(named("Submitted")).SetStatus(proposal.StatusSubmitted).SetSubmittedAt(now).Exec(ctx); err != nil {
			return err
		}
		if err := tx.Agreement.Create().SetID(s.agreement).SetCreatedAt(now).SetUpdatedAt(now).SetKind(agreement.KindProtocol).
			SetStatus(agreement.StatusSigned).SetTitleText(named("Agreement")).Exec(ctx); err != nil {
			return err
		}
		if err := tx.Programme.Create().SetID(s.programme).SetCreatedAt(now).SetUpdatedAt(now).SetCode("PRG").SetArea(programme.AreaOther).
			SetStatus(programme.StatusAdopted).SetTitleText(named("Programme")).Exec(ctx); err != nil {
			return err
		}
		return tx.Activity.Create().SetID(s.activity).SetCreatedAt(now).SetUpdatedAt(now).SetIatiIdentifier("XX-1").
			SetOrigin(activity.OriginOwn).SetPublished(true).SetStatusCode("2").SetTitleText(named("Activity")).Exec(ctx)
	})
	return s
}

func ofBody(u uuid.UUID) vars         { return vars{"bodyId": u} }
func ofPerson(v *viewer.Viewer) vars  { return vars{"personId": v.Person} }
func ofOrganisation(u uuid.UUID) vars { return vars{"organisationId": u} }

const threadFields = `fragment T on Thread { id title number status statusReason revision lastMessageAt createdAt viewerCanPost viewerCanManage
	openedBy { id } audience { since body { id } person { id } organisation { id } }
	subject { __typename ... on Organisation { id } ... on Proposal { id } ... on Body { id } ... on Agreement { id } ... on Programme { id } ... on Activity { id } } }`

const (
	openThread   = `mutation($in: OpenThreadInput!) { openThread(input: $in) { thread { ...T } cursor eventIds } } ` + threadFields
	editThread   = `mutation($in: EditThreadInput!) { editThread(input: $in) { thread { ...T } eventIds } } ` + threadFields
	closeThread  = `mutation($in: CloseThreadInput!) { closeThread(input: $in) { thread { ...T } eventIds } } ` + threadFields
	reopenThread = `mutation($in: ReopenThreadInput!) { reopenThread(input: $in) { thread { ...T } eventIds } } ` + threadFields
	grantAccess  = `mutation($in: GrantAccessInput!) { grantAccess(input: $in) { thread { ...T } eventIds } } ` + threadFields
	endAccess    = `mutation($in: EndAccessInput!) { endAccess(input: $in) { thread { ...T } eventIds } } ` + threadFields
	readThread   = `query($id: ID!) { thread(id: $id) { ...T } } ` + threadFields
)

// opened opens a discussion as the viewer.
func (w *world) opened(tb testing.TB, v *viewer.Viewer, subject uuid.UUID, audience ...any) uuid.UUID {
	tb.Helper()
	in := vars{"subjectId": subject, "title": vars{"en": "Discussion"}, "audience": audience}
	return w.ask(tb, v, openThread, vars{"in": in}).ok().id("openThread.thread.id")
}

func TestOpenThreadIsForTheSecretariatAndSeatsOfTheAudience(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := addSubjects(t, w)
		audience := []any{ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody), ofOrganisation(w.Donor), ofPerson(w.Stranger)}
		for name, refusal := range map[string]string{
			"nobody": "UNAUTHENTICATED", "stranger": "FORBIDDEN", "partner": "FORBIDDEN", "council": "FORBIDDEN", "bureau": "FORBIDDEN",
			"committee": "", "chair": "", "secretariat": "",
		} {
			v := w.Viewers()[name]
			in := vars{"in": vars{"subjectId": s.agreement, "title": vars{"en": "Talks", "es": "Conversaciones"}, "audience": audience}}
			if refusal != "" {
				w.tells(t, func() { w.ask(t, v, openThread, in).refused(refusal) })
				continue
			}
			if name != "secretariat" { // who does not see a person can't admit that person
				in["in"].(vars)["audience"] = audience[:3]
			}
			w.tells(t, func() {
				a := w.ask(t, v, openThread, in).ok()
				a.is("openThread.thread.title", "Talks").is("openThread.thread.revision", 1.0).is("openThread.thread.number", nil).
					is("openThread.thread.status", "OPEN").is("openThread.thread.openedBy.id", id.Format(v.Person)).
					is("openThread.thread.viewerCanPost", true).is("openThread.thread.viewerCanManage", true).
					is("openThread.thread.subject.id", id.Format(s.agreement)).is("openThread.thread.lastMessageAt", nil).
					is("openThread.thread.audience.0.body.id", id.Format(w.SpecialCommittee)).
					is("openThread.thread.audience.2.organisation.id", id.Format(w.Donor)).
					is("openThread.thread.audience.0.since", "2026-11-23T14:05:00.000000Z")
			}, "ThreadOpened")
		}
	})
}

func TestOpenThreadOnEverySubject(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := addSubjects(t, w)
		for kind, u := range map[string]uuid.UUID{
			"Organisation": w.Donor, "Agreement": s.agreement, "Programme": s.programme, "Proposal": s.draft, "Activity": s.activity, "Body": w.CouncilBody,
		} {
			th := w.opened(t, w.Committee, u, ofBody(w.SpecialCommittee))
			w.ask(t, w.Committee, readThread, vars{"id": th}).ok().is("thread.subject.__typename", kind).is("thread.subject.id", id.Format(u))
		}
	})
}

func TestOpenThreadRefusals(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := addSubjects(t, w)
		many := make([]any, 51)
		for i := range many {
			many[i] = ofBody(w.SpecialCommittee)
		}
		mine := []any{ofBody(w.CouncilBody)}
		title := vars{"en": "Talks"}
		for name, c := range map[string]struct {
			in    vars
			field string
		}{
			"nobody to talk to":         {vars{"subjectId": w.Donor, "title": title, "audience": []any{}}, "input.audience"},
			"too many":                  {vars{"subjectId": w.Donor, "title": title, "audience": many}, "input.audience"},
			"twice":                     {vars{"subjectId": w.Donor, "title": title, "audience": append(mine, ofBody(w.CouncilBody))}, "input.audience[1].bodyId"},
			"no such body":              {vars{"subjectId": w.Donor, "title": title, "audience": append(mine, ofBody(w.NewID(id.Body)))}, "input.audience[1].bodyId"},
			"a person one does not see": {vars{"subjectId": w.Donor, "title": title, "audience": append(mine, ofPerson(w.Stranger))}, "input.audience[1].personId"},
			"no such subject":           {vars{"subjectId": w.NewID(id.Agreement), "title": title, "audience": mine}, "input.subjectId"},
			"a subject one can't see":   {vars{"subjectId": s.draft, "title": title, "audience": mine}, "input.subjectId"},
			"a subject of no kind":      {vars{"subjectId": w.Council.Person, "title": title, "audience": mine}, "input.subjectId"},
			"no title":                  {vars{"subjectId": w.Donor, "title": vars{"en": " "}, "audience": mine}, "input.title"},
			"a long title":              {vars{"subjectId": w.Donor, "title": vars{"en": strings.Repeat("x", 301)}, "audience": mine}, "input.title.en"},
			"an empty key":              {vars{"subjectId": w.Donor, "title": title, "audience": mine, "idempotencyKey": ""}, "input.idempotencyKey"},
		} {
			w.tells(t, func() {
				a := w.ask(t, w.Council, openThread, vars{"in": c.in}).refused("INVALID_INPUT", c.field)
				if a.Errors[0].Message == w.askIn(t, w.Council, i18n.FR, openThread, vars{"in": c.in}).Errors[0].Message && name != "a subject of no kind" {
					t.Errorf("%s: %s is the same in French", name, a.Errors[0].Message)
				}
			})
		}
		w.ask(t, w.Council, `{ threads { totalCount } }`, nil).ok().is("threads.totalCount", 0.0)
	})
}

func TestASecretariatOutsideOfTheAudienceDoesNotSeeWhatItOpened(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		in := vars{"subjectId": w.SpecialCommittee, "title": vars{"en": "Among yourselves"}, "audience": []any{ofBody(w.SpecialCommittee)}, "idempotencyKey": "once"}
		for range 2 { // and not by asking again
			w.ask(t, w.Secretariat, openThread, vars{"in": in}).ok().is("openThread.thread", nil)
		}
		a := w.ask(t, w.Chair, `{ threads { nodes { id viewerCanManage viewerCanPost } totalCount } }`, nil).ok().is("threads.totalCount", 1.0)
		th := a.id("threads.nodes.0.id")
		a.is("threads.nodes.0.viewerCanManage", false).is("threads.nodes.0.viewerCanPost", true)
		w.ask(t, w.Secretariat, readThread, vars{"id": th}).ok().is("thread", nil)
		w.ask(t, w.Secretariat, `query($b: ID!) { threads { totalCount } eventLog(in: {everything: true}) { envelopes { id } }
			body: eventLog(in: {bodyId: $b}) { envelopes { id } } }`, vars{"b": w.SpecialCommittee}).ok().
			is("threads.totalCount", 0.0).is("eventLog.envelopes.0", nil).is("body.envelopes.0", nil)
		w.tells(t, func() {
			w.ask(t, w.Secretariat, closeThread, vars{"in": vars{"id": th, "expectedRevision": 1}}).refused("NOT_FOUND")
		})
	})
}

func TestManagingAThread(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody))
		at := func(revision int, more vars) vars {
			in := vars{"id": th, "expectedRevision": revision}
			for k, v := range more {
				in[k] = v
			}
			return vars{"in": in}
		}
		for name, refusal := range map[string]string{"nobody": "UNAUTHENTICATED", "stranger": "NOT_FOUND", "council": "NOT_FOUND", "chair": "FORBIDDEN"} {
			v := w.Viewers()[name]
			w.tells(t, func() {
				w.ask(t, v, editThread, at(1, vars{"title": vars{"en": "Mine now"}})).refused(refusal)
				w.ask(t, v, closeThread, at(1, nil)).refused(refusal)
				w.ask(t, v, reopenThread, at(1, vars{"reason": "why"})).refused(refusal)
				grant := vars{"in": vars{"threadId": th, "expectedRevision": 1, "to": ofBody(w.CouncilBody)}}
				w.ask(t, v, grantAccess, grant).refused(refusal)
				end := vars{"in": vars{"threadId": th, "expectedRevision": 1, "of": ofBody(w.SecretariatBody)}}
				w.ask(t, v, endAccess, end).refused(refusal)
			})
		}
		w.tells(t, func() { // nothing changes
			w.ask(t, w.Committee, editThread, at(1, nil)).ok().is("editThread.thread.revision", 1.0).is("editThread.eventIds.0", nil)
			w.ask(t, w.Committee, editThread, at(1, vars{"title": vars{"en": "Discussion"}})).ok().is("editThread.thread.revision", 1.0)
			w.ask(t, w.Committee, editThread, at(1, vars{"title": vars{"en": ""}})).refused("INVALID_INPUT", "input.title")
			w.ask(t, w.Committee, editThread, at(1, vars{"title": vars{"en": "\u2060\u0301"}})).refused("INVALID_INPUT", "input.title")
			w.ask(t, w.Committee, reopenThread, at(1, vars{"reason": "why"})).refused("CONFLICT")
			w.ask(t, w.Committee, closeThread, at(1, vars{"reason": strings.Repeat("x", 1001)})).refused("INVALID_INPUT", "input.reason")
		})
		w.tells(t, func() {
			w.ask(t, w.Committee, editThread, at(1, vars{"title": vars{"es": "Discusión"}})).ok().is("editThread.thread.revision", 2.0)
		}, "ThreadEdited")
		w.askIn(t, w.Committee, i18n.ES, readThread, vars{"id": th}).ok().is("thread.title", "Discusión")
		w.askIn(t, w.Committee, i18n.FR, readThread, vars{"id": th}).ok().is("thread.title", "Discussion")
		w.tells(t, func() {
			a := w.ask(t, w.Secretariat, closeThread, at(1, nil)).refused("CONFLICT")
			if a.Errors[0].Extensions["currentRevision"] != 2.0 {
				t.Errorf("the current revision is missing: %s", a.raw)
			}
		})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, closeThread, at(2, vars{"reason": "Decided"})).ok().is("closeThread.thread.status", "CLOSED").
				is("closeThread.thread.statusReason", "Decided").is("closeThread.thread.viewerCanPost", false).is("closeThread.thread.viewerCanManage", true)
		}, "ThreadClosed")
		w.tells(t, func() {
			w.ask(t, w.Committee, closeThread, at(3, nil)).refused("CONFLICT")
			w.ask(t, w.Committee, reopenThread, at(3, vars{"reason": " "})).refused("INVALID_INPUT", "input.reason")
			w.ask(t, w.Committee, reopenThread, at(3, vars{"reason": "\u200b"})).refused("INVALID_INPUT", "input.reason")
			w.ask(t, w.Committee, postMessage, vars{"in": vars{"threadId": th, "body": "late", "language": "en"}}).refused("CONFLICT")
		})
		w.tells(t, func() {
			w.ask(t, w.Committee, reopenThread, at(3, vars{"reason": "More to say"})).ok().is("reopenThread.thread.status", "OPEN").
				is("reopenThread.thread.revision", 4.0).is("reopenThread.thread.statusReason", "More to say")
		}, "ThreadReopened")
	})
}

func TestAccessIsGrantedAndEnds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Secretariat, w.Donor, ofBody(w.SecretariatBody))
		w.posted(t, w.Secretariat, th, "before")
		grant := func(revision int, to vars) vars {
			return vars{"in": vars{"threadId": th, "expectedRevision": revision, "to": to}}
		}
		end := func(revision int, of vars) vars {
			return vars{"in": vars{"threadId": th, "expectedRevision": revision, "of": of}}
		}
		w.tells(t, func() {
			w.ask(t, w.Secretariat, endAccess, end(1, ofBody(w.SecretariatBody))).refused("CONFLICT", "input.of.bodyId") // the last
			w.ask(t, w.Secretariat, endAccess, end(1, ofBody(w.CouncilBody))).refused("CONFLICT", "input.of.bodyId")
			w.ask(t, w.Secretariat, grantAccess, grant(1, ofBody(w.SecretariatBody))).refused("ALREADY_EXISTS", "input.to.bodyId")
			w.ask(t, w.Secretariat, grantAccess, grant(1, ofBody(w.NewID(id.Body)))).refused("INVALID_INPUT", "input.to.bodyId")
			w.ask(t, w.Secretariat, grantAccess, grant(2, ofBody(w.CouncilBody))).refused("CONFLICT")
		})
		for i, c := range []struct {
			party vars
			v     *viewer.Viewer
		}{{ofBody(w.CouncilBody), w.Council}, {ofPerson(w.Stranger), w.Stranger}, {ofOrganisation(w.Donor), w.Partner}} {
			revision := 1 + 2*i
			w.ask(t, c.v, readThread, vars{"id": th}).ok().is("thread", nil)
			w.tells(t, func() {
				w.ask(t, w.Secretariat, grantAccess, grant(revision, c.party)).ok().is("grantAccess.thread.revision", float64(revision+1))
			}, "AccessGranted")
			// The history comes with the access.
			w.ask(t, c.v, `query($id: ID!) { thread(id: $id) { viewerCanPost viewerCanManage audience { since } messages { nodes { body } } }
				eventLog(in: {threadId: $id}) { envelopes { event { __typename } } } }`, vars{"id": th}).ok().
				is("thread.messages.nodes.0.body", "before").is("thread.viewerCanPost", true).is("thread.viewerCanManage", false).
				is("thread.audience.1.since", "2026-11-23T14:05:00.000000Z").is("thread.audience.2", nil).
				is("eventLog.envelopes.1.event.__typename", "MessagePosted")
			w.tells(t, func() { w.ask(t, w.Secretariat, endAccess, end(revision+1, c.party)).ok() }, "AccessEnded")
			w.tells(t, func() {
				w.ask(t, w.Secretariat, endAccess, end(revision+2, c.party)).refused("CONFLICT") // twice
				w.ask(t, c.v, postMessage, vars{"in": vars{"threadId": th, "body": "late", "language": "en"}}).refused("NOT_FOUND")
			})
			w.ask(t, c.v, readThread, vars{"id": th}).ok().is("thread", nil)
			w.ask(t, c.v, `query($id: ID!) { eventLog(in: {threadId: $id}) { next } }`, vars{"id": th}).refused("NOT_FOUND")
			w.ask(t, c.v, `{ eventLog(in: {everything: true}) { envelopes { id } next } threads { totalCount nodes { id } } }`, nil).ok().
				is("eventLog.envelopes.0", nil).is("threads.totalCount", 0.0)
		}
		w.ask(t, w.Secretariat, grantAccess, grant(7, ofBody(w.SpecialCommittee))).ok()
		w.tells(t, func() { // one's own
			w.ask(t, w.Secretariat, endAccess, end(8, ofBody(w.SecretariatBody))).ok().is("endAccess.thread", nil)
		}, "AccessEnded")
		w.ask(t, w.Secretariat, readThread, vars{"id": th}).ok().is("thread", nil)
	})
}

func TestAudienceStaysBounded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		audience := []any{ofBody(w.SecretariatBody)}
		for i := range 49 {
			audience = append(audience, ofOrganisation(w.AddOrganisation(t, fmt.Sprintf("Partner %d", i), "PARTNER")))
		}
		th := w.opened(t, w.Secretariat, w.Donor, audience...)
		w.tells(t, func() {
			w.ask(t, w.Secretariat, grantAccess, vars{"in": vars{"threadId": th, "expectedRevision": 1, "to": ofBody(w.CouncilBody)}}).refused("INVALID_INPUT", "input.to")
		})
	})
}

func TestASeatThatEndedGivesNoAccess(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
		w.posted(t, w.Chair, th, "among us")
		ends := date.Of(w.Clock.Now())
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Seat.Update().Where(seat.PersonID(w.Committee.Person)).SetValidTo(ends).Exec(ctx)
		})
		accounts := account.New(w.Runner)
		now := func() *viewer.Viewer {
			v, err := accounts.Load(w.System(), w.Committee.Person)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		w.ask(t, now(), readThread, vars{"id": th}).ok().is("thread.number", 1.0) // the last day
		w.Clock.Add(24 * time.Hour)
		w.ask(t, now(), readThread, vars{"id": th}).ok().is("thread", nil)
		w.tells(t, func() {
			w.ask(t, now(), postMessage, vars{"in": vars{"threadId": th, "body": "still here", "language": "en"}}).refused("NOT_FOUND")
		})
	})
}

// TestOnlyTheAudienceLearnsOfAThread asks every way for what others said.
func TestOnlyTheAudienceLearnsOfAThread(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := addSubjects(t, w)
		th := w.opened(t, w.Committee, s.submitted, ofBody(w.SpecialCommittee), ofBody(w.BureauBody))
		m := w.posted(t, w.Committee, th, "first words")
		w.ask(t, w.Committee, editMessage, vars{"in": vars{"id": m, "expectedRevision": 1, "body": "second words"}}).ok()
		rev := w.ask(t, w.Committee, `query($id: ID!) { node(id: $id) { ... on Message { revisions { id } } } }`, vars{"id": m}).ok().id("node.revisions.0.id")
		const query = `query($th: ID!, $m: ID!, $rev: ID!, $p: ID!, $who: ID!) {
			thread(id: $th) { id }
			nodes(ids: [$th, $m, $rev]) { __typename }
			threads { totalCount nodes { id } pageInfo { startCursor } }
			filtered: threads(filter: {subjectId: $p, authorId: $who, text: "discussion"}, orderBy: {field: TITLE}) { totalCount edges { node { id } } }
			eventLog(in: {everything: true}) { envelopes { id } }
		}`
		in := vars{"th": th, "m": m, "rev": rev, "p": s.submitted, "who": w.Committee.Person}
		for name, v := range w.Viewers() {
			sees := name == "committee" || name == "chair" || name == "bureau"
			a := w.ask(t, v, query, in).ok()
			count, first := 0.0, any(nil)
			if sees {
				count, first = 1.0, id.Format(th)
			}
			a.is("thread.id", first).is("threads.totalCount", count).is("threads.nodes.0.id", first).is("filtered.totalCount", count).is("filtered.edges.0.node.id", first)
			for i, kind := range []string{"Thread", "Message", "MessageRevision"} {
				want := any(nil)
				if sees {
					want = kind
				}
				a.is(fmt.Sprintf("nodes.%d.__typename", i), want)
			}
			if told := a.at("eventLog.envelopes").([]any); (len(told) > 0) != sees {
				t.Errorf("%s is told %v", name, told)
			}
			scoped := w.ask(t, v, `query($p: ID!) { eventLog(in: {proposalId: $p}) { envelopes { event { __typename } } } }`, vars{"p": s.submitted})
			switch {
			case sees:
				scoped.ok().is("eventLog.envelopes.0.event.__typename", "ThreadOpened").is("eventLog.envelopes.2.event.__typename", "MessageEdited")
			case len(scoped.Errors) == 0:
				scoped.is("eventLog.envelopes.0", nil)
			}
		}
	})
}

func TestASubjectThatOneMayNotSeeIsNull(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s := addSubjects(t, w)
		th := w.opened(t, w.Committee, s.draft, ofBody(w.SpecialCommittee), ofBody(w.CouncilBody))
		w.ask(t, w.Council, readThread, vars{"id": th}).ok().is("thread.id", id.Format(th)).is("thread.subject", nil)
		w.ask(t, w.Committee, readThread, vars{"id": th}).ok().is("thread.subject.id", id.Format(s.draft))
	})
}

func TestOpeningAgainUnderTheSameKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		in := vars{"subjectId": w.Donor, "title": vars{"en": "Once"}, "audience": []any{ofBody(w.SpecialCommittee)}, "idempotencyKey": "k"}
		first := w.ask(t, w.Committee, openThread, vars{"in": in}).ok()
		w.tells(t, func() {
			w.ask(t, w.Committee, openThread, vars{"in": in}).ok().is("openThread.thread.id", first.at("openThread.thread.id")).
				is("openThread.eventIds.0", first.at("openThread.eventIds.0"))
			in["title"] = vars{"en": "Twice"}
			w.ask(t, w.Committee, openThread, vars{"in": in}).refused("IDEMPOTENCY_KEY_REUSED")
		})
		w.tells(t, func() { w.ask(t, w.Chair, openThread, vars{"in": in}).ok() }, "ThreadOpened") // a key is one's own
	})
}
