package graph_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/delivery"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

const webhookFields = `fragment W on Webhook { id revision name url host everything thread { id } proposal { id } body { id } eventKinds state stateReason owner { id }
	failures failingSince lastSuccessAt nextAttemptAt previousSecretUntil viewerCanEdit viewerCanPause viewerCanResume viewerCanEnd
	deliveries { totalCount nodes { id } } deadLetters { totalCount nodes { id } } }`

const deliveryFields = `fragment D on WebhookDelivery { id eventId kind purpose status attempts httpStatus failure explanation nextAttemptAt lastAttemptAt endedAt
	viewerCanRetry viewerCanSkip webhook { id } }`

const (
	createWebhook = `mutation($in: CreateWebhookInput!) { createWebhook(input: $in) { webhook { ...W } secret cursor eventIds } } ` + webhookFields
	editWebhook   = `mutation($in: EditWebhookInput!) { editWebhook(input: $in) { webhook { ...W } eventIds } } ` + webhookFields
	pauseWebhook  = `mutation($in: PauseWebhookInput!) { pauseWebhook(input: $in) { webhook { ...W } eventIds } } ` + webhookFields
	resumeWebhook = `mutation($in: ResumeWebhookInput!) { resumeWebhook(input: $in) { webhook { ...W } eventIds } } ` + webhookFields
	endWebhook    = `mutation($in: EndWebhookInput!) { endWebhook(input: $in) { webhook { ...W } eventIds } } ` + webhookFields
	rotateSecret  = `mutation($in: RotateWebhookSecretInput!) { rotateWebhookSecret(input: $in) { webhook { ...W } secret eventIds } } ` + webhookFields
	testWebhook   = `mutation($in: SendTestDeliveryInput!) { sendTestDelivery(input: $in) { delivery { ...D } eventIds } } ` + deliveryFields
	retryDelivery = `mutation($in: RetryDeliveryInput!) { retryDelivery(input: $in) { delivery { ...D } eventIds } } ` + deliveryFields
	skipDelivery  = `mutation($in: SkipDeliveryInput!) { skipDelivery(input: $in) { delivery { ...D } eventIds } } ` + deliveryFields
	readWebhook   = `query($id: ID!) { node(id: $id) { ...W ... on WebhookDelivery { id status } } } ` + webhookFields
)

// hook is a webhook to create.
func hook(scope vars, more ...any) vars {
	in := vars{"name": " A  register ", "url": "https://register.example.org/hook?token=1", "in": scope}
	for i := 0; i < len(more); i += 2 {
		in[more[i].(string)] = more[i+1]
	}
	return vars{"in": in}
}

// everywhere is the scope of everything.
var everywhere = vars{"everything": true}

// hooked creates a webhook of the viewer.
func (w *world) hooked(tb testing.TB, v *viewer.Viewer, scope vars) uuid.UUID {
	tb.Helper()
	return w.ask(tb, v, createWebhook, hook(scope)).ok().id("createWebhook.webhook.id")
}

// inID names a row.
func inID(u uuid.UUID) vars { return vars{"in": vars{"id": u}} }

func TestCreateWebhook(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		th := w.opened(t, w.Committee, w.Donor, ofBody(w.SpecialCommittee))
		w.tells(t, func() {
			w.ask(t, w.Nobody, createWebhook, hook(everywhere)).refused("UNAUTHENTICATED")
			for name, code := range map[string]string{"stranger": "NOT_FOUND", "council": "NOT_FOUND", "secretariat": "NOT_FOUND"} {
				w.ask(t, w.Viewers()[name], createWebhook, hook(vars{"threadId": th})).refused(code)
			}
			refused := func(field string, in vars) {
				t.Helper()
				w.ask(t, w.Chair, createWebhook, in).refused("INVALID_INPUT", field)
			}
			refused("input.name", hook(everywhere, "name", " \u200b"))
			refused("input.name", hook(everywhere, "name", strings.Repeat("x", 101)))
			for _, url := range []string{
				"", "http://register.example.org/", "https://10.0.0.1/", "https://127.0.0.1/", "https://localhost/", "https://user:word@example.org/", "https://[::1]/", "ftp://example.org/",
				"https://example.org:22/", "https://169.254.169.254/",
			} {
				refused("input.url", hook(everywhere, "url", url))
			}
			refused("input.eventKinds", hook(everywhere, "eventKinds", []any{"MessagePosted", "Nothing"}))
			refused("input.idempotencyKey", hook(everywhere, "idempotencyKey", ""))
		})
		w.tells(t, func() {
			a := w.ask(t, w.Chair, createWebhook, hook(vars{"threadId": th}, "eventKinds", []any{"MessagePosted", "MessageEdited", "MessagePosted"}, "idempotencyKey", "k")).ok()
			a.is("createWebhook.webhook.name", "A register").is("createWebhook.webhook.url", "https://register.example.org/hook?token=1").
				is("createWebhook.webhook.host", "register.example.org").is("createWebhook.webhook.everything", false).
				is("createWebhook.webhook.thread.id", id.Format(th)).is("createWebhook.webhook.state", "ACTIVE").is("createWebhook.webhook.revision", 1.0).
				is("createWebhook.webhook.owner.id", id.Format(w.Chair.Person)).is("createWebhook.webhook.eventKinds.0", "MessageEdited").
				is("createWebhook.webhook.eventKinds.1", "MessagePosted").is("createWebhook.webhook.eventKinds.2", nil).
				is("createWebhook.webhook.viewerCanEdit", true).is("createWebhook.webhook.viewerCanResume", false)
			if s, _ := a.at("createWebhook.secret").(string); len(s) != len("whsec_")+44 {
				t.Errorf("the secret is %q", s)
			}
			w.ask(t, w.Chair, createWebhook, hook(vars{"threadId": th}, "eventKinds", []any{"MessagePosted", "MessageEdited"}, "idempotencyKey", "k")).ok().
				is("createWebhook.webhook.id", a.at("createWebhook.webhook.id")).is("createWebhook.secret", nil)
		}, "WebhookCreated")
		for range 19 {
			w.hooked(t, w.Chair, vars{"bodyId": w.SpecialCommittee})
		}
		w.tells(t, func() { w.ask(t, w.Chair, createWebhook, hook(everywhere)).refused("CONFLICT") })
		if n := w.DB.Client.Webhook.Query().CountX(w.System()); n != 20 {
			t.Errorf("there are %d webhooks", n)
		}
	})
}

// Who sees what of a person's webhook: the owner all, the Secretariat that there
// is one, others nothing.
func TestWebhooksAreTheirOwners(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.hooked(t, w.Chair, vars{"bodyId": w.SpecialCommittee})
		d := w.letter(t, u, delivery.StatusDead)
		for name, v := range w.Viewers() {
			a := w.ask(t, v, readWebhook, vars{"id": u}).ok()
			listed := w.ask(t, v, `{ webhooks { totalCount nodes { id } } }`, nil).ok()
			letter := w.ask(t, v, readWebhook, vars{"id": d}).ok()
			switch name {
			case "chair":
				a.is("node.name", "A register").is("node.body.id", id.Format(w.SpecialCommittee)).is("node.deadLetters.totalCount", 1.0).is("node.deadLetters.nodes.0.id", id.Format(d))
				listed.is("webhooks.totalCount", 1.0)
				letter.is("node.status", "DEAD")
			case "secretariat":
				a.is("node.host", "register.example.org").is("node.owner.id", id.Format(w.Chair.Person)).is("node.state", "ACTIVE").is("node.viewerCanEnd", true).
					is("node.viewerCanEdit", false).is("node.viewerCanPause", false).is("node.deadLetters.totalCount", 0.0).is("node.deliveries.totalCount", 0.0)
				for _, f := range []string{"name", "url", "everything", "thread", "body", "eventKinds"} {
					a.is("node."+f, nil)
				}
				listed.is("webhooks.totalCount", 1.0)
				letter.is("node", nil)
			default:
				a.is("node", nil)
				listed.is("webhooks.totalCount", 0.0).is("webhooks.nodes.0", nil)
				letter.is("node", nil)
			}
			if strings.Contains(a.raw, "token=1") != (name == "chair") {
				t.Errorf("%s sees %s", name, a.raw)
			}
			code := map[string]string{"nobody": "UNAUTHENTICATED", "secretariat": "FORBIDDEN"}[name]
			if code == "" {
				code = "NOT_FOUND"
			}
			if name == "chair" {
				continue
			}
			w.tells(t, func() {
				w.ask(t, v, editWebhook, at(u, 1, "name", "x")).refused(code)
				w.ask(t, v, pauseWebhook, at(u, 1)).refused(code)
				w.ask(t, v, resumeWebhook, at(u, 1)).refused(code)
				w.ask(t, v, rotateSecret, at(u, 1)).refused(code)
				w.ask(t, v, testWebhook, inID(u)).refused(code)
				hidden := code
				if hidden == "FORBIDDEN" {
					hidden = "NOT_FOUND"
				}
				w.ask(t, v, retryDelivery, inID(d)).refused(hidden)
				w.ask(t, v, skipDelivery, inID(d)).refused(hidden)
				if name != "secretariat" {
					w.ask(t, v, endWebhook, at(u, 1)).refused(code)
				}
			})
		}
		w.ask(t, w.Chair, `{ viewer { webhooks { totalCount nodes { id } } } }`, nil).ok().is("viewer.webhooks.nodes.0.id", id.Format(u))
		w.ask(t, w.Secretariat, `{ viewer { webhooks { totalCount } } }`, nil).ok().is("viewer.webhooks.totalCount", 0.0)
		w.ask(t, w.Secretariat, `query($p: ID!) { webhooks(filter: {ownerId: $p, state: [ACTIVE]}) { totalCount } }`, vars{"p": w.Chair.Person}).ok().is("webhooks.totalCount", 1.0)
		w.tells(t, func() {
			w.ask(t, w.Secretariat, endWebhook, at(u, 1)).ok().is("endWebhook.webhook.state", "ENDED").is("endWebhook.webhook.stateReason", "BY_HAND")
		}, "WebhookEnded")
		w.tells(t, func() {
			for _, m := range []string{editWebhook, pauseWebhook, resumeWebhook, endWebhook, rotateSecret} {
				w.ask(t, w.Chair, m, at(u, 2)).refused("CONFLICT")
			}
			w.ask(t, w.Chair, testWebhook, inID(u)).refused("CONFLICT")
			w.ask(t, w.Chair, retryDelivery, inID(d)).refused("CONFLICT")
			w.ask(t, w.Chair, skipDelivery, inID(d)).refused("CONFLICT")
		})
	})
}

func TestChangeWebhook(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.hooked(t, w.Partner, everywhere)
		w.tells(t, func() {
			w.ask(t, w.Partner, editWebhook, at(u, 2, "name", "x")).refused("CONFLICT")
			w.ask(t, w.Partner, editWebhook, at(u, 1, "url", "https://10.0.0.1/")).refused("INVALID_INPUT", "input.url")
			w.ask(t, w.Partner, editWebhook, at(u, 1, "name", " ")).refused("INVALID_INPUT", "input.name")
			w.ask(t, w.Partner, editWebhook, at(u, 1, "eventKinds", []any{"None"})).refused("INVALID_INPUT", "input.eventKinds")
			w.ask(t, w.Partner, editWebhook, at(u, 1, "name", "A register", "eventKinds", []any{})).ok().is("editWebhook.webhook.revision", 1.0)
			w.ask(t, w.Partner, resumeWebhook, at(u, 1)).refused("CONFLICT")
		})
		w.tells(t, func() {
			w.ask(t, w.Partner, editWebhook, at(u, 1, "url", "https://other.example.org/", "eventKinds", []any{"AgreementMoved"})).ok().
				is("editWebhook.webhook.host", "other.example.org").is("editWebhook.webhook.eventKinds.0", "AgreementMoved").is("editWebhook.webhook.name", "A register")
			w.ask(t, w.Partner, editWebhook, at(u, 2, "eventKinds", nil)).ok().is("editWebhook.webhook.eventKinds.0", nil).is("editWebhook.webhook.revision", 3.0)
			w.ask(t, w.Partner, pauseWebhook, at(u, 3)).ok().is("pauseWebhook.webhook.state", "PAUSED").is("pauseWebhook.webhook.stateReason", "BY_HAND").
				is("pauseWebhook.webhook.viewerCanResume", true)
			w.ask(t, w.Partner, pauseWebhook, at(u, 4)).refused("CONFLICT")
			w.ask(t, w.Partner, resumeWebhook, at(u, 4, "skipMissed", true)).ok().is("resumeWebhook.webhook.state", "ACTIVE").is("resumeWebhook.webhook.stateReason", nil)
			a := w.ask(t, w.Partner, rotateSecret, at(u, 5)).ok().is("rotateWebhookSecret.webhook.previousSecretUntil", "2026-11-24T14:05:00.000000Z")
			if s, _ := a.at("rotateWebhookSecret.secret").(string); !strings.HasPrefix(s, "whsec_") {
				t.Errorf("the secret is %q", s)
			}
			w.ask(t, w.Partner, rotateSecret, at(u, 5)).refused("CONFLICT")
		}, "WebhookEdited", "WebhookEdited", "WebhookPaused", "WebhookResumed", "WebhookSecretRotated")
		// The owner reads of it in the log, the Secretariat too, others do not.
		log := `{ eventLog(in: {everything: true}) { envelopes { event { __typename ... on WebhookPaused { reason webhook { id } } ... on WebhookEdited { changes { field before after } } } } } }`
		for name, v := range w.Viewers() {
			got := w.ask(t, v, log, nil).ok()
			if sees := strings.Contains(got.raw, "WebhookPaused"); sees != (name == "partner" || name == "secretariat") {
				t.Errorf("%s sees %s", name, got.raw)
			}
			if strings.Contains(got.raw, "other.example") {
				t.Errorf("%s reads the address: %s", name, got.raw)
			}
		}
	})
}

// letter writes a delivery.
func (w *world) letter(tb testing.TB, u uuid.UUID, s delivery.Status) uuid.UUID {
	tb.Helper()
	d := w.NewID(id.Delivery)
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		c := tx.Delivery.Create().SetID(d).SetCreatedAt(w.Time()).SetWebhookID(u).SetEventID(w.NewID(id.Event)).SetSeq(1).SetKind("MessagePosted").
			SetPurpose(delivery.PurposeEvent).SetStatus(s).SetAttempts(11).SetLastAttemptAt(w.Time()).SetHTTPStatus(503).SetFailure(delivery.FailureStatus)
		if s != delivery.StatusWaiting {
			c.SetEndedAt(w.Time())
		}
		return c.Exec(ctx)
	})
	return d
}

func TestDeliveries(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.hooked(t, w.Chair, everywhere)
		dead, done, waits := w.letter(t, u, delivery.StatusDead), w.letter(t, u, delivery.StatusDelivered), w.letter(t, u, delivery.StatusWaiting)
		read := `query($id: ID!, $f: WebhookDeliveryFilter, $o: WebhookDeliveryOrder) { node(id: $id) { ... on Webhook { deliveries(filter: $f, orderBy: $o) { totalCount nodes { ...D } } } } } ` + deliveryFields
		w.ask(t, w.Chair, read, vars{"id": u}).ok().is("node.deliveries.totalCount", 3.0).is("node.deliveries.nodes.0.id", id.Format(waits)).
			is("node.deliveries.nodes.0.viewerCanSkip", true).is("node.deliveries.nodes.1.viewerCanRetry", false).is("node.deliveries.nodes.2.httpStatus", 503.0).
			is("node.deliveries.nodes.2.explanation", "The receiver answered with the status 503. It must answer 200 to 299; redirects are not followed.")
		w.ask(t, w.Chair, read, vars{"id": u, "f": vars{"status": []any{"DELIVERED", "DEAD"}}, "o": vars{"field": "LAST_ATTEMPT_AT"}}).ok().
			is("node.deliveries.totalCount", 2.0).is("node.deliveries.nodes.0.id", id.Format(dead))
		w.ask(t, w.Chair, read, vars{"id": u, "f": vars{"kind": "MessageEdited"}}).ok().is("node.deliveries.totalCount", 0.0)
		w.tells(t, func() {
			w.ask(t, w.Chair, retryDelivery, inID(done)).refused("CONFLICT")
			w.ask(t, w.Chair, skipDelivery, inID(done)).refused("CONFLICT")
			w.ask(t, w.Chair, retryDelivery, inID(w.NewID(id.Delivery))).refused("NOT_FOUND")
			w.ask(t, w.Chair, retryDelivery, inID(u)).refused("INVALID_INPUT", "input.id")
		})
		w.tells(t, func() {
			w.ask(t, w.Chair, retryDelivery, inID(dead)).ok().is("retryDelivery.delivery.status", "WAITING").is("retryDelivery.delivery.endedAt", nil)
			w.ask(t, w.Chair, skipDelivery, inID(dead)).ok().is("skipDelivery.delivery.status", "SKIPPED")
			w.ask(t, w.Chair, skipDelivery, inID(waits)).ok().is("skipDelivery.delivery.status", "SKIPPED").is("skipDelivery.delivery.viewerCanRetry", false)
		}, "WebhookDeliveryRetried", "WebhookDeliverySkipped", "WebhookDeliverySkipped")
		w.tells(t, func() {
			a := w.ask(t, w.Chair, testWebhook, vars{"in": vars{"id": u, "idempotencyKey": "t"}}).ok().is("sendTestDelivery.delivery.purpose", "TEST").
				is("sendTestDelivery.delivery.status", "WAITING").is("sendTestDelivery.delivery.viewerCanSkip", false)
			w.ask(t, w.Chair, testWebhook, vars{"in": vars{"id": u, "idempotencyKey": "t"}}).ok().is("sendTestDelivery.delivery.id", a.at("sendTestDelivery.delivery.id"))
			w.ask(t, w.Chair, testWebhook, inID(u)).refused("CONFLICT")
		})
	})
}

// What a list of webhooks costs depends on what is asked, not on how many there
// are.
func TestWebhookStatements(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		query := `{ viewer { webhooks { totalCount nodes { ...W deliveries(first: 5) { totalCount nodes { ...D } } } } } } ` + webhookFields + deliveryFields
		query = strings.Replace(query, "deliveries { totalCount nodes { id } } ", "", 1)
		add := func(n int) {
			for range n {
				th := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
				w.letter(t, w.hooked(t, w.Chair, vars{"threadId": th}), delivery.StatusDead)
				w.letter(t, w.hooked(t, w.Chair, vars{"bodyId": w.SpecialCommittee}), delivery.StatusDelivered)
			}
		}
		add(1)
		few := w.statements(func() { w.ask(t, w.Chair, query, nil).ok() })
		add(6)
		if many := w.statements(func() { w.ask(t, w.Chair, query, nil).ok().is("viewer.webhooks.totalCount", 14.0) }); many != few {
			t.Errorf("%d statements for two, %d for fourteen", few, many)
		}
	})
}

// What writing an event costs does not depend on webhooks.
func TestWebhooksCostWritersNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something is sent by who writes") }))
		defer srv.Close()
		th := w.opened(t, w.Chair, w.Donor, ofBody(w.SpecialCommittee))
		post := func() int64 { return w.statements(func() { w.posted(t, w.Chair, th, "text") }) }
		post()
		before := post()
		for range 10 {
			w.hooked(t, w.Chair, vars{"threadId": th})
			w.hooked(t, w.Committee, everywhere)
		}
		if after := post(); after != before {
			t.Errorf("a post costs %d statements with webhooks, %d without", after, before)
		}
	})
}
