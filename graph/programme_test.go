package graph_test

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

const (
	programmeFields = `id code area title objective status statusReason envelope { amount currency } starts ends nextStatuses revision viewerCanEdit viewerCanMove`
	draftProgramme  = `mutation($in: DraftProgrammeInput!) { draftProgramme(input: $in) { programme { ` + programmeFields + ` } cursor eventIds } }`
	editProgramme   = `mutation($in: EditProgrammeInput!) { editProgramme(input: $in) { programme { ` + programmeFields + ` } eventIds } }`
)

// moveProgramme moves a programme by a verb, as in "Adopt".
func (w *world) moveProgramme(tb testing.TB, v *viewer.Viewer, verb string, in vars) *answer {
	tb.Helper()
	a := w.ask(tb, v, fmt.Sprintf(`mutation($in: %[1]sProgrammeInput!) { moved: %[2]sProgramme(input: $in) { programme { %[3]s } eventIds } }`,
		verb, string(verb[0]-'A'+'a')+verb[1:], programmeFields), vars{"in": in})
	a.Data = map[string]any{"moved": a.at("moved.programme")}
	return a
}

func (w *world) addProgramme(tb testing.TB, code, title string, more vars) uuid.UUID {
	tb.Helper()
	in := vars{"code": code, "area": "TRADE", "title": vars{"en": title}}
	maps.Copy(in, more)
	return w.ask(tb, w.Secretariat, draftProgramme, vars{"in": in}).ok().id("draftProgramme.programme.id")
}

func TestDraftProgramme(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		with := func(more vars) vars {
			in := vars{"code": "SARG", "area": "CARIBBEAN_SEA", "title": vars{"en": "Sargassum"}, "objective": vars{"en": "Clean beaches"}, "starts": "2026", "ends": "2026-01"}
			maps.Copy(in, more)
			return vars{"in": in}
		}
		w.onlySecretariat(t, draftProgramme, with(nil))
		w.tells(t, func() {
			for field, bad := range map[string]vars{
				"input.code": {"code": " "}, "input.title": {"title": vars{"en": ""}}, "input.ends": {"ends": "2025"},
			} {
				w.ask(t, w.Secretariat, draftProgramme, with(bad)).refused("INVALID_INPUT", field)
			}
			for _, amount := range []string{"0.0000001", "9223372036854.775808", "-1", "999999999999999999999999999999"} {
				w.ask(t, w.Secretariat, draftProgramme, with(vars{"envelope": vars{"amount": amount, "currency": "USD"}})).refused("INVALID_INPUT", "input.envelope.amount")
			}
			w.ask(t, w.Secretariat, draftProgramme, with(vars{"envelope": vars{"amount": "1", "currency": "usd"}})).refused("INVALID_INPUT")
		})
		w.tells(t, func() {
			in := with(vars{"envelope": vars{"amount": "1250000.50", "currency": "USD"}, "idempotencyKey": "k"})
			for range 2 {
				w.ask(t, w.Secretariat, draftProgramme, in).ok().is("draftProgramme.programme.envelope.amount", "1250000.50").
					is("draftProgramme.programme.envelope.currency", "USD").is("draftProgramme.programme.status", "DRAFT").
					is("draftProgramme.programme.nextStatuses.0", "ADOPTED").is("draftProgramme.programme.revision", 1.0)
			}
		}, "ProgrammeDrafted")
		w.ask(t, w.Secretariat, draftProgramme, with(nil)).refused("ALREADY_EXISTS", "input.code")
		w.ask(t, w.Secretariat, draftProgramme, with(vars{"code": "X", "envelope": nil})).ok().is("draftProgramme.programme.envelope", nil)
		w.ask(t, w.Secretariat, draftProgramme, with(vars{"code": "Y", "envelope": vars{"amount": "9223372036854.775807", "currency": "USD"}})).ok().
			is("draftProgramme.programme.envelope.amount", "9223372036854.775807")
	})
}

func TestTheLifeOfAProgramme(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.addProgramme(t, "P", "Programme", nil)
		seats := map[string]bool{"committee": true, "chair": true, "council": true, "bureau": true, "secretariat": true}
		for step, verb := range []string{"Adopt", "Start", "Close"} {
			in := vars{"id": u, "expectedRevision": step + 1}
			w.tells(t, func() {
				for name, v := range w.Viewers() {
					a := w.ask(t, v, `query($u: ID!) { node(id: $u) { ... on Programme { title viewerCanEdit viewerCanMove } } programmes { totalCount } }`, vars{"u": u}).ok()
					visible := step > 0 || seats[name]
					if (a.at("node") != nil) != visible || (a.at("programmes.totalCount") == 1.0) != visible {
						t.Errorf("%s before %s: %s", name, verb, a.raw)
					}
					if visible {
						a.is("node.viewerCanEdit", name == "secretariat").is("node.viewerCanMove", name == "secretariat")
					}
					switch {
					case name == "secretariat":
					case name == "nobody":
						w.moveProgramme(t, v, verb, in).refused("UNAUTHENTICATED")
					case visible:
						w.moveProgramme(t, v, verb, in).refused("FORBIDDEN")
					default:
						w.moveProgramme(t, v, verb, in).refused("NOT_FOUND")
					}
				}
				for _, other := range []string{"Adopt", "Start", "Close"} {
					if other != verb {
						w.moveProgramme(t, w.Secretariat, other, in).refused("CONFLICT")
					}
				}
				w.moveProgramme(t, w.Secretariat, verb, vars{"id": u, "expectedRevision": step + 2}).refused("CONFLICT")
			})
			if verb == "Close" {
				in["reason"] = " Done. "
			}
			w.tells(t, func() { w.moveProgramme(t, w.Secretariat, verb, in).ok() }, "ProgrammeMoved")
		}
		w.ask(t, w.Nobody, `query($u: ID!) { node(id: $u) { ... on Programme { status statusReason nextStatuses viewerCanMove } } }`, vars{"u": u}).ok().
			is("node.status", "CLOSED").is("node.statusReason", "Done.").is("node.nextStatuses.0", nil).is("node.viewerCanMove", false)
		const log = `{ eventLog(in: {everything: true}) { envelopes { event { __typename ... on ProgrammeMoved { from to reason programme { code } } } } } }`
		w.ask(t, w.Nobody, log, nil).ok().is("eventLog.envelopes.0.event.from", "DRAFT").is("eventLog.envelopes.0.event.reason", nil).
			is("eventLog.envelopes.2.event.to", "CLOSED").is("eventLog.envelopes.2.event.reason", "Done.").is("eventLog.envelopes.3", nil)
		w.ask(t, w.Council, log, nil).ok().is("eventLog.envelopes.0.event.__typename", "ProgrammeDrafted").is("eventLog.envelopes.3.event.to", "CLOSED")
		w.ask(t, w.Stranger, log, nil).ok().is("eventLog.envelopes.0.event.__typename", "ProgrammeMoved")
	})
}

func TestEditProgramme(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.addProgramme(t, "P", "Programme", vars{"envelope": vars{"amount": "100.00", "currency": "EUR"}, "starts": "2026"})
		edit := func(more vars) vars {
			in := vars{"id": u, "expectedRevision": 1}
			maps.Copy(in, more)
			return vars{"in": in}
		}
		w.tells(t, func() {
			w.ask(t, w.Nobody, editProgramme, edit(vars{"area": "TRANSPORT"})).refused("UNAUTHENTICATED")
			w.ask(t, w.Partner, editProgramme, edit(vars{"area": "TRANSPORT"})).refused("NOT_FOUND")
			w.ask(t, w.Chair, editProgramme, edit(vars{"area": "TRANSPORT"})).refused("FORBIDDEN")
			w.ask(t, w.Secretariat, editProgramme, edit(vars{"expectedRevision": 9, "area": "TRANSPORT"})).refused("CONFLICT")
			w.ask(t, w.Secretariat, editProgramme, edit(vars{"area": nil})).refused("INVALID_INPUT", "input.area")
			w.ask(t, w.Secretariat, editProgramme, edit(vars{"ends": "2025"})).refused("INVALID_INPUT", "input.ends")
			w.ask(t, w.Secretariat, editProgramme, edit(vars{"envelope": vars{"amount": "-0.5", "currency": "EUR"}})).refused("INVALID_INPUT", "input.envelope.amount")
			w.ask(t, w.Secretariat, editProgramme, edit(vars{"envelope": vars{"amount": "100", "currency": "EUR"}, "starts": "2026"})).ok().
				is("editProgramme.programme.revision", 1.0).is("editProgramme.programme.envelope.amount", "100.00")
		})
		w.tells(t, func() {
			w.ask(t, w.Secretariat, editProgramme, edit(vars{
				"area": "TRANSPORT", "title": vars{"es": "Programa"}, "objective": vars{"en": "More"}, "envelope": nil, "starts": nil, "ends": "2030-05",
			})).ok().is("editProgramme.programme.revision", 2.0).is("editProgramme.programme.envelope", nil).is("editProgramme.programme.starts", nil).
				is("editProgramme.programme.ends", "2030-05").is("editProgramme.programme.area", "TRANSPORT").is("editProgramme.programme.objective", "More")
		}, "ProgrammeEdited")
		a := w.ask(t, w.Bureau, `{ eventLog(in: {everything: true}) { envelopes { event { ... on ProgrammeEdited { changes { field before after } } } } } }`, nil).ok()
		a.is("eventLog.envelopes.1.event.changes.3.field", "envelope").is("eventLog.envelopes.1.event.changes.3.before", "100 EUR").is("eventLog.envelopes.1.event.changes.3.after", nil)
		w.ask(t, w.Nobody, `{ eventLog(in: {everything: true}) { envelopes { id } } }`, nil).ok().is("eventLog.envelopes.0", nil)
	})
}

func TestProgrammeListsFilterAndOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.addProgramme(t, "B", "Árboles", vars{"starts": "2026-02"})
		w.addProgramme(t, "C", "Boats", vars{"area": "TRANSPORT", "starts": "2026"})
		w.addProgramme(t, "A", "Coral", vars{"area": "CARIBBEAN_SEA"})
		w.moveProgramme(t, w.Secretariat, "Adopt", vars{"id": w.addProgramme(t, "D", "Done", nil), "expectedRevision": 1}).ok()
		list := func(args string, want ...string) {
			t.Helper()
			w.lists(t, w.Committee, "programmes", args, "code", want...)
		}
		list("", "B", "C", "A", "D")
		list("orderBy: {field: TITLE, direction: DESC}", "D", "A", "C", "B")
		list("orderBy: {field: CODE}", "A", "B", "C", "D")
		list("orderBy: {field: STARTS}", "A", "D", "C", "B")
		list("orderBy: {field: STARTS, direction: DESC}", "B", "C", "D", "A")
		list("orderBy: {field: CREATED_AT}", "B", "C", "A", "D")
		list("filter: {status: [ADOPTED, CLOSED]}", "D")
		list("filter: {area: TRANSPORT}", "C")
		list(`filter: {code: "A"}`, "A")
		list(`filter: {text: "arbol"}`, "B")
		list(`filter: {text: "d"}`, "D")
		w.lists(t, w.Nobody, "programmes", "", "code", "D")
		w.lists(t, w.Nobody, "programmes", `filter: {text: "coral"}`, "code")
	})
}

func TestWhatIsUnderProgrammesCostsTheSame(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const query = `query($n: Int) { programmes(first: $n) { nodes { code proposals(first: 1) { totalCount nodes { title } pageInfo { hasNextPage } } activities(first: 1) { totalCount nodes { title } }
			threads(first: 1) { totalCount nodes { title } } envelope { amount } viewerCanMove } } }`
		for i := range 6 {
			p := w.addProgramme(t, fmt.Sprintf("P%d", i), fmt.Sprintf("Programme %d", i), nil)
			w.Write(t, func(ctx context.Context, tx *ent.Client) error {
				for j := range 3 {
					now, title := w.Time(), i18n.Text{EN: fmt.Sprintf("%d.%d", i, j), Authentic: i18n.EN}
					status := proposal.StatusDraft
					if j == 0 {
						status = proposal.StatusFinanced
					}
					tx.Proposal.Create().SetID(w.NewID(id.Proposal)).SetCreatedAt(now).SetUpdatedAt(now).SetReference(title.EN).SetProgrammeID(p).
						SetSponsorID(w.SpecialCommittee).SetStatus(status).SetTitleText(title).ExecX(ctx)
					tx.Activity.Create().SetID(w.NewID(id.Activity)).SetCreatedAt(now).SetUpdatedAt(now).SetIatiIdentifier(title.EN).SetOrigin(activity.OriginOwn).SetStatusCode("2").
						SetPublished(j == 0).SetProgrammeID(p).SetTitleText(title).ExecX(ctx)
					th := w.NewID(id.Thread)
					tx.Thread.Create().SetID(th).SetCreatedAt(now).SetUpdatedAt(now).SetProgrammeID(p).SetTitleText(title).ExecX(ctx)
					tx.ThreadAudience.Create().SetID(w.NewID(id.Audience)).SetCreatedAt(now).SetThreadID(th).SetBodyID(w.SpecialCommittee).ExecX(ctx)
				}
				return nil
			})
		}
		few := w.statements(func() { w.ask(t, w.Committee, query, vars{"n": 2}).ok() })
		var a *answer
		many := w.statements(func() { a = w.ask(t, w.Committee, query, vars{"n": 6}).ok() })
		if few != many {
			t.Errorf("%d statements for two programmes, %d for six", few, many)
		}
		a.is("programmes.nodes.5.proposals.totalCount", 3.0).is("programmes.nodes.5.proposals.pageInfo.hasNextPage", true).
			is("programmes.nodes.5.activities.totalCount", 1.0).is("programmes.nodes.5.activities.nodes.0.title", "5.0").is("programmes.nodes.5.threads.totalCount", 3.0)
		w.ask(t, w.Secretariat, query, vars{"n": 6}).ok().is("programmes.nodes.0.threads.totalCount", 0.0).is("programmes.nodes.0.activities.totalCount", 3.0)
		w.ask(t, w.Council, query, vars{"n": 6}).ok().is("programmes.nodes.0.proposals.totalCount", 1.0)
	})
}
