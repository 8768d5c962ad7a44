package graph_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/messagetranslation"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

const translationFields = `fragment R on MessageTranslation { id revision language body bodyHtml status statusReason messageRevision outdated maker machine
	madeBy { id } madeAt editedAt madeOfficialBy { id } madeOfficialAt withdrawnAt message { id } viewerCanEdit viewerCanMakeOfficial viewerCanWithdraw }`

const (
	proposeTranslation  = `mutation($in: ProposeTranslationInput!) { proposeTranslation(input: $in) { translation { ...R } cursor eventIds } } ` + translationFields
	editTranslation     = `mutation($in: EditTranslationInput!) { editTranslation(input: $in) { translation { ...R } cursor eventIds } } ` + translationFields
	makeOfficial        = `mutation($in: MakeTranslationOfficialInput!) { makeTranslationOfficial(input: $in) { translation { ...R } cursor eventIds } } ` + translationFields
	withdrawTranslation = `mutation($in: WithdrawTranslationInput!) { withdrawTranslation(input: $in) { translation { ...R } cursor eventIds } } ` + translationFields
	readTranslation     = `query($id: ID!) { node(id: $id) { ...R } } ` + translationFields
	readTexts           = `query($id: ID!, $in: LanguageTag!) { node(id: $id) { ... on Message { body bodyHtml as: body(in: $in) html: bodyHtml(in: $in)
		text(in: $in) { language body bodyHtml isOriginal translation { id } } translations { id language status } } } }`
)

// rendering is a translation to propose, of a message's first text.
func rendering(m uuid.UUID, language, body string, more ...any) vars {
	in := vars{"messageId": m, "messageRevision": 1, "language": language, "body": body}
	for i := 0; i < len(more); i += 2 {
		in[more[i].(string)] = more[i+1]
	}
	return vars{"in": in}
}

// proposed proposes a translation as the viewer.
func (w *world) proposed(tb testing.TB, v *viewer.Viewer, m uuid.UUID, language, body string, more ...any) uuid.UUID {
	tb.Helper()
	return w.ask(tb, v, proposeTranslation, rendering(m, language, body, more...)).ok().id("proposeTranslation.translation.id")
}

// at names a row and the revision that was read.
func at(u uuid.UUID, revision int, more ...any) vars {
	in := vars{"id": u, "expectedRevision": revision}
	for i := 0; i < len(more); i += 2 {
		in[more[i].(string)] = more[i+1]
	}
	return vars{"in": in}
}

func TestProposeTranslation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofOrganisation(w.Donor))
		m := w.posted(t, w.Committee, th, "hello")
		for name, refusal := range map[string]string{"nobody": "UNAUTHENTICATED", "stranger": "NOT_FOUND", "council": "NOT_FOUND", "secretariat": "NOT_FOUND"} {
			w.tells(t, func() {
				w.ask(t, w.Viewers()[name], proposeTranslation, rendering(m, "fr", "bonjour")).refused(refusal)
			})
		}
		w.tells(t, func() {
			refused := func(code, field string, in vars) {
				t.Helper()
				a := w.ask(t, w.Chair, proposeTranslation, in).refused(code)
				if field != "" {
					a.refused(code, field)
				}
			}
			refused("INVALID_INPUT", "input.body", rendering(m, "fr", " \u200b\n"))
			refused("INVALID_INPUT", "input.body", rendering(m, "fr", strings.Repeat("€", 20_001)))
			refused("INVALID_INPUT", "input.body", rendering(m, "fr", "a\x00b"))
			refused("INVALID_INPUT", "input.language", rendering(m, "en", "hello"))
			refused("INVALID_INPUT", "input.language", rendering(m, "de", "hallo"))
			refused("INVALID_INPUT", "input.machine", rendering(m, "fr", "bonjour", "machine", " "))
			refused("INVALID_INPUT", "input.machine", rendering(m, "fr", "bonjour", "machine", strings.Repeat("x", 101)))
			refused("INVALID_INPUT", "input.messageId", rendering(th, "fr", "bonjour"))
			refused("NOT_FOUND", "", rendering(w.NewID(id.Message), "fr", "bonjour"))
			refused("CONFLICT", "", rendering(m, "fr", "bonjour", "messageRevision", 2))
		})
		w.tells(t, func() {
			a := w.ask(t, w.Chair, proposeTranslation, rendering(m, "fr", " **bonjour**\n", "idempotencyKey", "k")).ok()
			a.is("proposeTranslation.translation.body", "**bonjour**").is("proposeTranslation.translation.bodyHtml", "<p><strong>bonjour</strong></p>\n").
				is("proposeTranslation.translation.status", "DRAFT").is("proposeTranslation.translation.language", "fr").
				is("proposeTranslation.translation.revision", 1.0).is("proposeTranslation.translation.messageRevision", 1.0).
				is("proposeTranslation.translation.outdated", false).is("proposeTranslation.translation.maker", "PERSON").
				is("proposeTranslation.translation.machine", nil).is("proposeTranslation.translation.madeBy.id", id.Format(w.Chair.Person)).
				is("proposeTranslation.translation.madeAt", "2026-11-23T14:05:00.000000Z").is("proposeTranslation.translation.message.id", id.Format(m)).
				is("proposeTranslation.translation.viewerCanEdit", true).is("proposeTranslation.translation.viewerCanMakeOfficial", false).
				is("proposeTranslation.translation.viewerCanWithdraw", true)
			w.ask(t, w.Chair, proposeTranslation, rendering(m, "fr", "**bonjour**", "idempotencyKey", "k")).ok().
				is("proposeTranslation.translation.id", a.at("proposeTranslation.translation.id")).is("proposeTranslation.eventIds.0", a.at("proposeTranslation.eventIds.0"))
			w.ask(t, w.Chair, proposeTranslation, rendering(m, "es", "hola", "idempotencyKey", "k")).refused("IDEMPOTENCY_KEY_REUSED")
		}, "TranslationProposed")
		w.tells(t, func() {
			a := w.ask(t, w.Partner, proposeTranslation, rendering(m, "es", "hola", "machine", " Translator  2 ")).ok()
			a.is("proposeTranslation.translation.maker", "MACHINE").is("proposeTranslation.translation.machine", "Translator 2").
				is("proposeTranslation.translation.madeBy.id", id.Format(w.Partner.Person))
			w.ask(t, w.Chair, readTranslation, vars{"id": a.id("proposeTranslation.translation.id")}).ok().
				is("node.viewerCanEdit", false).is("node.viewerCanWithdraw", false)
		}, "TranslationProposed")
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			for range 18 {
				if err := tx.MessageTranslation.Create().SetID(w.NewID(id.Translation)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetMessageID(m).
					SetLanguage(i18n.ES).SetBody("x").SetMessageRevision(1).SetMadeByID(w.Chair.Person).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		w.tells(t, func() { w.ask(t, w.Chair, proposeTranslation, rendering(m, "fr", "encore")).refused("CONFLICT") })
		gone, closed := w.posted(t, w.Committee, th, "a mistake"), w.posted(t, w.Committee, th, "the last")
		w.ask(t, w.Committee, withdrawMessage, at(gone, 1)).ok()
		w.tells(t, func() {
			w.ask(t, w.Chair, proposeTranslation, rendering(gone, "fr", "x", "messageRevision", 2)).refused("CONFLICT")
		})
		w.ask(t, w.Committee, closeThread, at(th, 1)).ok()
		w.tells(t, func() { w.ask(t, w.Chair, proposeTranslation, rendering(closed, "fr", "x")).refused("CONFLICT") })
		if n := w.DB.Client.MessageTranslation.Query().CountX(w.System()); n != 20 {
			t.Errorf("there are %d translations", n)
		}
	})
}

func TestEditTranslation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody))
		m := w.posted(t, w.Committee, th, "hello")
		tr := w.proposed(t, w.Committee, m, "fr", "bonjour", "machine", "Translator")
		edit := func(revision, of int, body string) vars { return at(tr, revision, "messageRevision", of, "body", body) }
		for name, refusal := range map[string]string{"nobody": "UNAUTHENTICATED", "stranger": "NOT_FOUND", "council": "NOT_FOUND", "chair": "FORBIDDEN", "secretariat": "FORBIDDEN"} {
			w.tells(t, func() { w.ask(t, w.Viewers()[name], editTranslation, edit(1, 1, "salut")).refused(refusal) })
		}
		w.tells(t, func() {
			w.ask(t, w.Committee, editTranslation, edit(1, 1, " bonjour ")).ok().is("editTranslation.translation.revision", 1.0).is("editTranslation.translation.editedAt", nil)
			w.ask(t, w.Committee, editTranslation, edit(1, 1, " ")).refused("INVALID_INPUT", "input.body")
			w.ask(t, w.Committee, editTranslation, edit(2, 1, "salut")).refused("CONFLICT")
			w.ask(t, w.Committee, editTranslation, edit(1, 2, "salut")).refused("CONFLICT")
			w.ask(t, w.Committee, editTranslation, at(m, 1, "messageRevision", 1, "body", "salut")).refused("INVALID_INPUT", "input.id")
		})
		w.Clock.Add(time.Minute)
		w.tells(t, func() {
			w.ask(t, w.Committee, editTranslation, edit(1, 1, "salut")).ok().is("editTranslation.translation.body", "salut").
				is("editTranslation.translation.revision", 2.0).is("editTranslation.translation.editedAt", "2026-11-23T14:06:00.000000Z").
				is("editTranslation.translation.machine", "Translator").is("editTranslation.translation.madeAt", "2026-11-23T14:05:00.000000Z")
		}, "TranslationEdited")
		// The message changes: the draft is outdated until it follows.
		w.ask(t, w.Committee, editMessage, at(m, 1, "body", "hello all")).ok()
		w.ask(t, w.Secretariat, readTranslation, vars{"id": tr}).ok().is("node.outdated", true).is("node.viewerCanMakeOfficial", false)
		w.tells(t, func() { w.ask(t, w.Committee, editTranslation, edit(2, 1, "salut à tous")).refused("CONFLICT") })
		w.tells(t, func() {
			w.ask(t, w.Committee, editTranslation, edit(2, 2, "salut")).ok().is("editTranslation.translation.outdated", false).
				is("editTranslation.translation.messageRevision", 2.0).is("editTranslation.translation.revision", 3.0)
		}, "TranslationEdited")
		w.ask(t, w.Secretariat, makeOfficial, at(tr, 3)).ok()
		w.tells(t, func() { w.ask(t, w.Committee, editTranslation, edit(4, 2, "x")).refused("CONFLICT") })
		w.ask(t, w.Secretariat, withdrawTranslation, at(tr, 4, "reason", "a word is wrong")).ok()
		// A message that is in the translation's language now needs none.
		w.ask(t, w.Committee, editMessage, at(m, 2, "body", "salut", "language", "fr")).ok()
		w.tells(t, func() { w.ask(t, w.Committee, editTranslation, edit(5, 3, "x")).refused("CONFLICT") })
		w.ask(t, w.Committee, editMessage, at(m, 3, "body", "hello", "language", "en")).ok()
		w.ask(t, w.Committee, closeThread, at(th, 1)).ok()
		w.tells(t, func() { w.ask(t, w.Committee, editTranslation, edit(5, 4, "x")).refused("CONFLICT") })
		w.ask(t, w.Committee, readTranslation, vars{"id": tr}).ok().is("node.body", "salut").is("node.viewerCanEdit", false).is("node.viewerCanWithdraw", true)
	})
}

func TestMakeTranslationOfficial(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody))
		m := w.posted(t, w.Committee, th, "hello")
		first, second, es := w.proposed(t, w.Chair, m, "fr", "bonjour"), w.proposed(t, w.Secretariat, m, "fr", "salut"), w.proposed(t, w.Chair, m, "es", "hola")
		for name, refusal := range map[string]string{"nobody": "UNAUTHENTICATED", "stranger": "NOT_FOUND", "council": "NOT_FOUND", "chair": "FORBIDDEN", "committee": "FORBIDDEN"} {
			w.tells(t, func() { w.ask(t, w.Viewers()[name], makeOfficial, at(first, 1)).refused(refusal) })
		}
		w.tells(t, func() {
			w.ask(t, w.Secretariat, makeOfficial, at(first, 2)).refused("CONFLICT")
			w.ask(t, w.Secretariat, makeOfficial, at(w.NewID(id.Translation), 1)).refused("NOT_FOUND")
		})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, makeOfficial, at(first, 1)).ok().is("makeTranslationOfficial.translation.status", "OFFICIAL").
				is("makeTranslationOfficial.translation.revision", 2.0).is("makeTranslationOfficial.translation.madeOfficialAt", "2026-11-23T14:05:00.000000Z").
				is("makeTranslationOfficial.translation.madeOfficialBy.id", id.Format(w.Secretariat.Person)).
				is("makeTranslationOfficial.translation.madeBy.id", id.Format(w.Chair.Person)).
				is("makeTranslationOfficial.translation.viewerCanMakeOfficial", false).is("makeTranslationOfficial.translation.viewerCanWithdraw", true)
		}, "TranslationMadeOfficial")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, makeOfficial, at(first, 2)).refused("CONFLICT")
			w.ask(t, w.Secretariat, makeOfficial, at(second, 1)).refused("CONFLICT")
		})
		w.tells(t, func() { w.ask(t, w.Secretariat, makeOfficial, at(es, 1)).ok() }, "TranslationMadeOfficial")
		// The message changes: what was official gives way to what follows it.
		w.ask(t, w.Committee, editMessage, at(m, 1, "body", "hello all")).ok()
		w.tells(t, func() { w.ask(t, w.Secretariat, makeOfficial, at(second, 1)).refused("CONFLICT") })
		w.ask(t, w.Secretariat, editTranslation, at(second, 1, "messageRevision", 2, "body", "salut à tous")).ok()
		w.tells(t, func() {
			a := w.ask(t, w.Secretariat, makeOfficial, at(second, 2)).ok().is("makeTranslationOfficial.translation.status", "OFFICIAL")
			if a.at("makeTranslationOfficial.eventIds.1") == nil {
				t.Error("its events are not both named")
			}
		}, "TranslationWithdrawn", "TranslationMadeOfficial")
		w.ask(t, w.Chair, readTranslation, vars{"id": first}).ok().is("node.status", "DRAFT").is("node.outdated", true).is("node.body", "bonjour").
			is("node.revision", 3.0).is("node.madeOfficialAt", nil).is("node.madeOfficialBy", nil)
		w.ask(t, w.Committee, readTexts, vars{"id": m, "in": "fr"}).ok().is("node.as", "salut à tous").is("node.translations.0.language", "es").
			is("node.translations.1.id", id.Format(second)).is("node.translations.2.id", id.Format(first)).is("node.translations.3", nil)
		// Also in a closed discussion.
		last := w.posted(t, w.Committee, th, "the last")
		of := w.proposed(t, w.Chair, last, "fr", "le dernier")
		w.ask(t, w.Committee, closeThread, at(th, 1)).ok()
		w.tells(t, func() { w.ask(t, w.Secretariat, makeOfficial, at(of, 1)).ok() }, "TranslationMadeOfficial")
		// A Secretariat that does not take part does not find it.
		other := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		hidden := w.proposed(t, w.Chair, w.posted(t, w.Committee, other, "hello"), "fr", "bonjour")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, makeOfficial, at(hidden, 1)).refused("NOT_FOUND")
			w.ask(t, w.Secretariat, withdrawTranslation, at(hidden, 1)).refused("NOT_FOUND")
		})
	})
}

func TestOneOfManyBecomesOfficial(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody))
		m := w.posted(t, w.Committee, th, "hello")
		var drafts []uuid.UUID
		for range 4 {
			drafts = append(drafts, w.proposed(t, w.Chair, m, "fr", "bonjour"))
		}
		var done sync.WaitGroup
		answers := make([]*answer, len(drafts))
		w.tells(t, func() {
			for i, u := range drafts {
				done.Go(func() { answers[i] = w.ask(t, w.Secretariat, makeOfficial, at(u, 1)) })
			}
			done.Wait()
		}, "TranslationMadeOfficial")
		made := 0
		for _, a := range answers {
			if len(a.Errors) == 0 {
				made++
			} else {
				a.refused("CONFLICT")
			}
		}
		if n := w.DB.Client.MessageTranslation.Query().Where(messagetranslation.StatusEQ(messagetranslation.StatusOfficial)).CountX(w.System()); made != 1 || n != 1 {
			t.Errorf("%d were made official, %d are", made, n)
		}
	})
}

func TestWithdrawTranslation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody))
		m := w.posted(t, w.Committee, th, "hello")
		tr := w.proposed(t, w.Chair, m, "fr", "bonjour")
		for name, refusal := range map[string]string{"nobody": "UNAUTHENTICATED", "stranger": "NOT_FOUND", "council": "NOT_FOUND", "committee": "FORBIDDEN"} {
			w.tells(t, func() { w.ask(t, w.Viewers()[name], withdrawTranslation, at(tr, 1)).refused(refusal) })
		}
		w.ask(t, w.Secretariat, makeOfficial, at(tr, 1)).ok()
		w.tells(t, func() {
			w.ask(t, w.Chair, withdrawTranslation, at(tr, 2, "reason", "mine")).refused("FORBIDDEN")
			w.ask(t, w.Secretariat, withdrawTranslation, at(tr, 2)).refused("INVALID_INPUT", "input.reason")
			w.ask(t, w.Secretariat, withdrawTranslation, at(tr, 2, "reason", strings.Repeat("x", 1001))).refused("INVALID_INPUT", "input.reason")
			w.ask(t, w.Secretariat, withdrawTranslation, at(tr, 1, "reason", "stale")).refused("CONFLICT")
		})
		w.ask(t, w.Committee, readTexts, vars{"id": m, "in": "fr"}).ok().is("node.as", "bonjour")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, withdrawTranslation, at(tr, 2, "reason", "A word is wrong")).ok().is("withdrawTranslation.translation.status", "DRAFT").
				is("withdrawTranslation.translation.statusReason", "A word is wrong").is("withdrawTranslation.translation.body", "bonjour").
				is("withdrawTranslation.translation.madeOfficialBy", nil).is("withdrawTranslation.translation.madeOfficialAt", nil)
		}, "TranslationWithdrawn")
		w.ask(t, w.Committee, readTexts, vars{"id": m, "in": "fr"}).ok().is("node.as", "hello").is("node.translations.0.id", id.Format(tr))
		w.ask(t, w.Committee, closeThread, at(th, 1)).ok()
		w.tells(t, func() {
			w.ask(t, w.Chair, withdrawTranslation, at(tr, 3)).ok().is("withdrawTranslation.translation.status", "WITHDRAWN").
				is("withdrawTranslation.translation.body", nil).is("withdrawTranslation.translation.bodyHtml", nil).
				is("withdrawTranslation.translation.withdrawnAt", "2026-11-23T14:05:00.000000Z").is("withdrawTranslation.translation.viewerCanWithdraw", false)
		}, "TranslationWithdrawn")
		w.tells(t, func() {
			w.ask(t, w.Chair, withdrawTranslation, at(tr, 4)).refused("CONFLICT")
			w.ask(t, w.Secretariat, makeOfficial, at(tr, 4)).refused("CONFLICT")
			w.ask(t, w.Chair, editTranslation, at(tr, 4, "messageRevision", 1, "body", "again")).refused("CONFLICT")
		})
		w.ask(t, w.Committee, readTexts, vars{"id": m, "in": "fr"}).ok().is("node.translations.0", nil)
		if row := w.DB.Client.MessageTranslation.GetX(w.System(), tr); row.Body != "" {
			t.Errorf("its text is kept: %q", row.Body)
		}
	})
}

func TestAMessageIsReadInALanguage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody), ofOrganisation(w.Donor))
		m := w.posted(t, w.Committee, th, "*hello*")
		fr := w.proposed(t, w.Chair, m, "fr", "*bonjour*")
		w.proposed(t, w.Chair, m, "es", "*hola*") // stays a draft
		w.ask(t, w.Secretariat, makeOfficial, at(fr, 1)).ok()
		original := func(a *answer, body string) {
			t.Helper()
			a.is("node.as", body).is("node.text.body", body).is("node.text.isOriginal", true).is("node.text.language", "en").is("node.text.translation", nil)
		}
		for _, v := range []*viewer.Viewer{w.Committee, w.Partner, w.Secretariat} {
			a := w.ask(t, v, readTexts, vars{"id": m, "in": "fr"}).ok()
			a.is("node.body", "*hello*").is("node.bodyHtml", "<p><em>hello</em></p>\n").is("node.as", "*bonjour*").is("node.html", "<p><em>bonjour</em></p>\n").
				is("node.text.language", "fr").is("node.text.body", "*bonjour*").is("node.text.bodyHtml", "<p><em>bonjour</em></p>\n").
				is("node.text.isOriginal", false).is("node.text.translation.id", id.Format(fr))
			for _, l := range []string{"en", "es"} {
				a := w.ask(t, v, readTexts, vars{"id": m, "in": l}).ok().is("node.html", "<p><em>hello</em></p>\n").is("node.text.bodyHtml", "<p><em>hello</em></p>\n")
				original(a, "*hello*")
			}
		}
		w.ask(t, w.Committee, `query($id: ID!) { node(id: $id) { ... on Message { body(in: null) bodyHtml(in: null) } } }`, vars{"id": m}).ok().
			is("node.body", "*hello*").is("node.bodyHtml", "<p><em>hello</em></p>\n")
		// What is outdated is not given.
		w.ask(t, w.Committee, editMessage, at(m, 1, "body", "*hello all*")).ok()
		original(w.ask(t, w.Partner, readTexts, vars{"id": m, "in": "fr"}).ok(), "*hello all*")
		w.ask(t, w.Partner, readTranslation, vars{"id": fr}).ok().is("node.status", "OFFICIAL").is("node.outdated", true).is("node.body", "*bonjour*")
	})
}

func TestAWithdrawnMessageTakesItsTranslations(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody))
		m := w.posted(t, w.Committee, th, "a secret")
		official, draft := w.proposed(t, w.Chair, m, "fr", "un secret"), w.proposed(t, w.Chair, m, "es", "un secreto")
		w.ask(t, w.Chair, editTranslation, at(draft, 1, "messageRevision", 1, "body", "un secreto más")).ok()
		w.ask(t, w.Secretariat, makeOfficial, at(official, 1)).ok()
		w.tells(t, func() { w.ask(t, w.Committee, withdrawMessage, at(m, 1)).ok() }, "MessageWithdrawn")
		a := w.ask(t, w.Chair, readTexts, vars{"id": m, "in": "fr"}).ok().is("node.as", nil).is("node.html", nil).is("node.text.body", nil).is("node.text.bodyHtml", nil).
			is("node.text.isOriginal", true).is("node.translations.0", nil)
		for _, u := range []uuid.UUID{official, draft} {
			w.ask(t, w.Chair, readTranslation, vars{"id": u}).ok().is("node.status", "WITHDRAWN").is("node.body", nil).is("node.revision", 3.0).
				is("node.viewerCanEdit", false).is("node.viewerCanWithdraw", false)
		}
		const replay = `query($id: ID!) { eventLog(in: {threadId: $id}, first: 100) { envelopes { event { __typename
			... on TranslationProposed { ...R } ... on TranslationEdited { translation { body } } ... on TranslationMadeOfficial { translation { body } } } } } }
			fragment R on TranslationProposed { translation { body bodyHtml } message { body text(in: "fr") { body } } thread { id } }`
		told := w.ask(t, w.Chair, replay, vars{"id": th}).ok().is("eventLog.envelopes.2.event.__typename", "TranslationProposed").
			is("eventLog.envelopes.2.event.thread.id", id.Format(th))
		for _, raw := range []string{a.raw, told.raw} {
			if strings.Contains(raw, "secret") {
				t.Errorf("it is still told: %s", raw)
			}
		}
		for _, row := range w.DB.Client.MessageTranslation.Query().AllX(w.System()) {
			if row.Body != "" || row.WithdrawnAt == nil {
				t.Errorf("a row keeps %q", row.Body)
			}
		}
		for _, e := range w.DB.Client.LogEntry.Query().AllX(w.System()) {
			if strings.Contains(string(e.Facts), "secret") {
				t.Errorf("the log holds %s", e.Facts)
			}
		}
	})
}

func TestWhoSeesTranslations(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofOrganisation(w.Donor))
		tr := w.proposed(t, w.Chair, w.posted(t, w.Committee, th, "hello"), "fr", "bonjour")
		for name, v := range w.Viewers() {
			sees := name == "chair" || name == "committee" || name == "partner"
			const query = `query($id: ID!, $ids: [ID!]!) { node(id: $id) { id } nodes(ids: $ids) { id }
				eventLog(in: {everything: true}, first: 100) { envelopes { event { __typename ... on TranslationProposed { translation { body } message { body } thread { id } } } } } }`
			a := w.ask(t, v, query, vars{"id": tr, "ids": []uuid.UUID{tr}}).ok()
			want := any(nil)
			if sees {
				want = id.Format(tr)
			}
			a.is("node.id", want).is("nodes.0.id", want)
			if told := strings.Contains(a.raw, "TranslationProposed"); told != sees || strings.Contains(a.raw, "bonjour") != sees {
				t.Errorf("%s: %s", name, a.raw)
			}
		}
	})
}

// TestTranslationsAreReadTogether counts the statements for few and for many
// messages.
func TestTranslationsAreReadTogether(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		few, many := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee)), w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		for th, n := range map[uuid.UUID]int{few: 2, many: 50} {
			for i := range n {
				m := w.posted(t, w.Committee, th, fmt.Sprint("message ", i))
				w.Write(t, func(ctx context.Context, tx *ent.Client) error {
					return tx.MessageTranslation.Create().SetID(w.NewID(id.Translation)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetMessageID(m).
						SetLanguage(i18n.FR).SetBody(fmt.Sprint("le message ", i)).SetMessageRevision(1).SetMadeByID(w.Chair.Person).
						SetStatus(messagetranslation.StatusOfficial).SetMadeOfficialAt(w.Time()).SetMadeOfficialByID(w.Secretariat.Person).Exec(ctx)
				})
			}
		}
		for fields, extra := range map[string]int64{
			`number body(in: "fr")`: 1,
			`number body(in: "fr") bodyHtml(in: "fr") text(in: "fr") { isOriginal body }`:                  1,
			`number body(in: "fr") es: body(in: "es") en: body(in: "en")`:                                  2,
			`translations { id body outdated madeBy { name } madeOfficialBy { name } message { number } }`: 4,
		} {
			cost := func(th uuid.UUID, n int, fields string) int64 {
				return w.statements(func() {
					a := w.ask(t, w.Committee, `query($id: ID!) { thread(id: $id) { messages(first: 50) { nodes { `+fields+` } } } }`, vars{"id": th}).ok()
					if got, _ := a.at("thread.messages.nodes").([]any); len(got) != n {
						t.Errorf("%d messages", len(got))
					}
				})
			}
			plain := cost(many, 50, "number")
			if a, b := cost(few, 2, fields), cost(many, 50, fields); a != b || b != plain+extra {
				t.Errorf("%s: %d statements for 2 messages, %d for 50, %d without it", fields, a, b, plain)
			}
		}
		w.ask(t, w.Committee, `query($id: ID!) { thread(id: $id) { messages { nodes { number body(in: "fr") } } } }`, vars{"id": many}).ok().
			is("thread.messages.nodes.49.body", "le message 49")
	})
}

func TestRefusalsOfTranslationsSpeakTheLanguageOfTheRequest(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee), ofBody(w.SecretariatBody))
		m := w.posted(t, w.Committee, th, "hello")
		first, second := w.proposed(t, w.Chair, m, "fr", "bonjour"), w.proposed(t, w.Chair, m, "fr", "salut")
		w.ask(t, w.Secretariat, makeOfficial, at(first, 1)).ok()
		m2 := w.posted(t, w.Committee, th, "hello")
		old := w.proposed(t, w.Chair, m2, "fr", "bonjour")
		w.ask(t, w.Committee, editMessage, at(m2, 1, "body", "hello all")).ok()
		for name, c := range map[string]struct {
			mutation, code string
			in             vars
		}{
			"its own language": {proposeTranslation, "INVALID_INPUT", rendering(m, "en", "hello")},
			"another official": {makeOfficial, "CONFLICT", at(second, 1)},
			"outdated":         {makeOfficial, "CONFLICT", at(old, 1)},
		} {
			seen := map[string]bool{}
			for _, l := range i18n.Langs {
				seen[w.askIn(t, w.Secretariat, l, c.mutation, c.in).refused(c.code).Errors[0].Message] = true
			}
			if len(seen) != 3 {
				t.Errorf("%s: %v", name, seen)
			}
		}
	})
}
