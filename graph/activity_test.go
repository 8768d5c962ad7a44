package graph_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/allocation"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/stageditem"
	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/money"
	"acs-aec.org/hub/internal/viewer"
)

const (
	activityFields = `id iatiIdentifier origin title description status statusCode published plannedStart actualStart plannedEnd actualEnd
		programme { code } proposal { reference } participants { roleCode name ref organisation { name } } revision nextStatuses
		countries { code percentage country { name } } regions { code } sectors { vocabulary code percentage } provenance { datasetName line run { datasetName } }
		viewerCanEdit viewerCanPublish`
	transactionFields = `id typeCode date value { amount currency } valuePublished valueDate ref description revision viewerCanEdit activity { iatiIdentifier }
		provider { name organisation { name } } receiver { name } countries { code } provenance { line }`
	createActivity    = `mutation($in: CreateActivityInput!) { createActivity(input: $in) { activity { ` + activityFields + ` } cursor eventIds } }`
	editActivity      = `mutation($in: EditActivityInput!) { editActivity(input: $in) { activity { ` + activityFields + ` } eventIds } }`
	publishActivity   = `mutation($in: PublishActivityInput!) { publishActivity(input: $in) { activity { published revision viewerCanPublish } eventIds } }`
	moveActivity      = `mutation($in: MoveActivityInput!) { moveActivity(input: $in) { activity { status statusCode revision nextStatuses } eventIds } }`
	recordTransaction = `mutation($in: RecordTransactionInput!) { recordTransaction(input: $in) { transaction { ` + transactionFields + ` } cursor eventIds } }`
	editTransaction   = `mutation($in: EditTransactionInput!) { editTransaction(input: $in) { transaction { ` + transactionFields + ` } eventIds } }`
	readActivities    = `{ activities { totalCount nodes { iatiIdentifier } } transactions { totalCount } activityTotals { byStatus { status count } bySum { transactionType currency amount count } notCounted } }`
)

func (w *world) ownActivity(tb testing.TB, identifier string, more vars) uuid.UUID {
	tb.Helper()
	in := vars{"iatiIdentifier": identifier, "title": vars{"en": "Activity " + identifier}}
	maps.Copy(in, more)
	return w.ask(tb, w.Secretariat, createActivity, vars{"in": in}).ok().id("createActivity.activity.id")
}

// importedActivity writes an activity as an import does, with a transaction of
// the millions that is for HT and sector 2/410.
func (w *world) importedActivity(tb testing.TB, identifier, status string, millions ...int64) uuid.UUID {
	tb.Helper()
	u := w.NewID(id.Activity)
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		now, run := w.Time(), w.NewID(id.ImportRun)
		tx.ImportRun.Create().SetID(run).SetCreatedAt(now).SetUpdatedAt(now).SetDatasetName("set-" + identifier).SetStatus(importrun.StatusApplied).ExecX(ctx)
		tx.Activity.Create().SetID(u).SetCreatedAt(now).SetUpdatedAt(now).SetIatiIdentifier(identifier).SetOrigin(activity.OriginImported).
			SetStatusCode(status).SetPublished(true).SetTitleText(i18n.Text{Other: "Praia " + identifier, Authentic: "pt"}).SetReportingRef("XM-1").
			SetDatasetName("set-" + identifier).SetRunID(run).SetLine(7).ExecX(ctx)
		tx.StagedItem.Create().SetID(w.NewID(id.StagedItem)).SetCreatedAt(now).SetRunID(run).SetPosition(1).SetIdentifier(identifier).SetDigest([]byte{1}).
			SetLine(7).SetOutcome(stageditem.OutcomeCreated).SetActivityID(u).ExecX(ctx)
		for i, m := range millions {
			t := w.NewID(id.Transaction)
			tx.Transaction.Create().SetID(t).SetCreatedAt(now).SetUpdatedAt(now).SetActivityID(u).SetPosition(i).SetTypeCode("3").SetRunID(run).SetLine(9 + i).
				SetValuePublished("+" + money.Format(m*money.Micro)).SetValueMicro(m * money.Micro).SetValueCurrency("USD").SetDate(date.Date(fmt.Sprintf("2020-01-%02d", i+1))).ExecX(ctx)
			tx.Allocation.Create().SetID(w.NewID(id.Allocation)).SetCreatedAt(now).SetTransactionID(t).SetDimension(allocation.DimensionCountry).SetCode("HT").SetPosition(0).ExecX(ctx)
			tx.Allocation.Create().SetID(w.NewID(id.Allocation)).SetCreatedAt(now).SetTransactionID(t).SetDimension(allocation.DimensionSector).
				SetVocabulary("2").SetCode("410").SetPosition(0).ExecX(ctx)
		}
		return nil
	})
	return u
}

func TestCreateActivity(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		programme := w.addProgramme(t, "DRR", "Disasters", nil)
		with := func(more vars) vars {
			in := vars{"iatiIdentifier": "ACS-1", "title": vars{"en": "Sandy Shorelines", "es": "Playas"}}
			maps.Copy(in, more)
			return vars{"in": in}
		}
		w.onlySecretariat(t, createActivity, with(nil))
		part := func(u uuid.UUID, role string) vars { return vars{"organisationId": u, "roleCode": role} }
		w.tells(t, func() {
			for _, c := range []struct {
				field string
				bad   vars
			}{
				{"input.iatiIdentifier", vars{"iatiIdentifier": "A/B"}},
				{"input.iatiIdentifier", vars{"iatiIdentifier": "A B"}},
				{"input.title", vars{"title": vars{"en": ""}}},
				{"input.plannedEnd", vars{"plannedStart": "2026-02-01", "plannedEnd": "2026-01-31"}},
				{"input.actualStart", vars{"actualStart": "2026-11-24"}},
				{"input.actualEnd", vars{"actualEnd": "2026-11-24"}},
				{"input.actualEnd", vars{"actualStart": "2026-11-02", "actualEnd": "2026-11-01"}},
				{"input.programmeId", vars{"programmeId": programme}},
				{"input.proposalId", vars{"proposalId": w.NewID(id.Proposal)}},
				{"input.participants[0].roleCode", vars{"participants": []any{part(w.Donor, "5")}}},
				{"input.participants[0].organisationId", vars{"participants": []any{part(w.NewID(id.Organisation), "1")}}},
				{"input.participants[1].organisationId", vars{"participants": []any{part(w.Donor, "1"), part(w.Donor, "1")}}},
				{"input.countries[0].code", vars{"countries": []any{vars{"code": "ZZ"}}}},
				{"input.countries", vars{"countries": []any{vars{"code": "JM", "percentage": "99.999999"}}}},
				{"input.sectors[0].code", vars{"sectors": []any{vars{"code": "1"}}}},
			} {
				w.ask(t, w.Secretariat, createActivity, with(c.bad)).refused("INVALID_INPUT", c.field)
			}
		})
		var a *answer
		full := with(vars{
			"description": vars{"en": "Beaches"}, "plannedStart": "2026-01-01", "plannedEnd": "2027-12-31", "actualStart": "2026-11-23", "idempotencyKey": "k",
			"participants": []any{part(w.Donor, "1"), part(w.Donor, "4")}, "countries": []any{vars{"code": "TT"}, vars{"code": "JM"}, vars{"code": "GP"}},
			"sectors": []any{vars{"code": "41010", "percentage": "100"}, vars{"vocabulary": "99", "code": "sea"}},
		})
		w.tells(t, func() { a = w.ask(t, w.Secretariat, createActivity, full).ok() }, "ActivityCreated")
		const at = "createActivity.activity."
		a.is(at+"origin", "OWN").is(at+"status", "PIPELINE").is(at+"statusCode", "1").is(at+"published", false).is(at+"revision", 1.0).
			is(at+"participants.1.roleCode", "4").is(at+"participants.0.organisation.name", "Donor").is(at+"provenance", nil).
			is(at+"countries.0.percentage", "33.333333").is(at+"countries.2.percentage", "33.333334").is(at+"countries.1.country.name", "Country JM").
			is(at+"sectors.0.percentage", "100").is(at+"sectors.1.percentage", nil).is(at+"viewerCanPublish", true).is(at+"nextStatuses.0", "IMPLEMENTATION")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, createActivity, full).ok().is("createActivity.eventIds.0", a.at("createActivity.eventIds.0")).is(at+"id", a.at(at+"id"))
			w.ask(t, w.Secretariat, createActivity, with(vars{"idempotencyKey": "k"})).refused("IDEMPOTENCY_KEY_REUSED")
			w.ask(t, w.Secretariat, createActivity, with(nil)).refused("ALREADY_EXISTS", "input.iatiIdentifier")
		})
	})
}

func TestEditAndPublishActivity(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		hidden := w.ownActivity(t, "ACS-1", vars{"countries": []any{vars{"code": "TT"}, vars{"code": "JM"}}})
		foreign := w.importedActivity(t, "XM-9", "2", 5)
		edit := func(v *viewer.Viewer, u uuid.UUID, revision int, more vars) *answer {
			in := vars{"id": u, "expectedRevision": revision}
			maps.Copy(in, more)
			return w.ask(t, v, editActivity, vars{"in": in})
		}
		w.tells(t, func() {
			for name, v := range w.Viewers() {
				code := "NOT_FOUND"
				switch name {
				case "nobody":
					code = "UNAUTHENTICATED"
				case "council", "bureau":
					code = "FORBIDDEN"
				case "secretariat":
					code = "CONFLICT"
				}
				edit(v, hidden, 9, vars{"plannedStart": "2026-01-01"}).refused(code)
				w.ask(t, v, publishActivity, vars{"in": vars{"id": hidden, "expectedRevision": 9}}).refused(code)
				w.ask(t, v, moveActivity, vars{"in": vars{"id": hidden, "expectedRevision": 9, "status": "IMPLEMENTATION"}}).refused(code)
				if name != "nobody" {
					edit(v, foreign, 1, vars{"plannedStart": "2026-01-01"}).refused("FORBIDDEN")
					w.ask(t, v, publishActivity, vars{"in": vars{"id": foreign, "expectedRevision": 1}}).refused("FORBIDDEN")
				}
			}
			edit(w.Secretariat, hidden, 1, vars{"actualEnd": "2026-12-01"}).refused("INVALID_INPUT", "input.actualEnd")
			edit(w.Secretariat, hidden, 1, vars{"countries": []any{vars{"code": "TT"}, vars{"code": "JM"}}}).ok().is("editActivity.activity.revision", 1.0)
			edit(w.Secretariat, hidden, 1, vars{"countries": []any{vars{"code": "TT", "percentage": "50.0"}, vars{"code": "JM", "percentage": "50"}}}).ok().is("editActivity.activity.revision", 1.0)
		})
		w.tells(t, func() {
			edit(w.Secretariat, hidden, 1, vars{
				"plannedStart": "2026-01-01", "participants": []any{vars{"organisationId": w.Other, "roleCode": "1"}},
				"countries": []any{vars{"code": "TT", "percentage": "30"}, vars{"code": "JM", "percentage": "70"}}, "sectors": []any{vars{"code": "41010"}, vars{"code": "74020"}},
				"title": vars{"fr": "Rivages"}, "description": vars{"en": "Sand"},
			}).ok().is("editActivity.activity.revision", 2.0).is("editActivity.activity.countries.1.percentage", "70").is("editActivity.activity.sectors.0.percentage", "50").
				is("editActivity.activity.participants.0.name", "Other donor").is("editActivity.activity.plannedStart", "2026-01-01")
		}, "ActivityEdited")
		w.tells(t, func() {
			edit(w.Secretariat, hidden, 2, vars{"plannedStart": nil, "countries": []any{}, "participants": []any{}}).ok().
				is("editActivity.activity.plannedStart", nil).is("editActivity.activity.countries.0", nil).is("editActivity.activity.participants.0", nil).is("editActivity.activity.sectors.1.code", "74020")
		}, "ActivityEdited")
		const log = `{ eventLog(in: {everything: true}, first: 100) { envelopes { event { __typename ... on ActivityEdited { activity { title } changes { field before after } } ... on ActivityPublished { activity { title } } } } } }`
		w.ask(t, w.Stranger, `{ node(id: "`+id.Format(hidden)+`") { id } }`, nil).ok().is("node", nil)
		before := len(w.ask(t, w.Stranger, log, nil).ok().all("eventLog.envelopes.*.event"))
		w.tells(t, func() {
			w.ask(t, w.Secretariat, publishActivity, vars{"in": vars{"id": hidden, "expectedRevision": 3}}).ok().
				is("publishActivity.activity.published", true).is("publishActivity.activity.viewerCanPublish", false)
		}, "ActivityPublished")
		w.tells(t, func() {
			w.ask(t, w.Secretariat, publishActivity, vars{"in": vars{"id": hidden, "expectedRevision": 4}}).refused("CONFLICT")
			edit(w.Chair, hidden, 4, vars{"plannedStart": "2026-01-01"}).refused("FORBIDDEN")
		})
		events := w.ask(t, w.Stranger, log, nil).ok()
		if got := events.all("eventLog.envelopes.*.event.__typename"); len(got) != before+1 || got[before] != "ActivityPublished" {
			t.Errorf("a stranger reads %v", got)
		}
		w.ask(t, w.Stranger, `{ node(id: "`+id.Format(hidden)+`") { ... on Activity { title viewerCanEdit } } }`, nil).ok().is("node.title", "Activity ACS-1").is("node.viewerCanEdit", false)
	})
}

func TestTheLifeOfAnActivity(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		u := w.ownActivity(t, "ACS-1", nil)
		w.ask(t, w.Secretariat, publishActivity, vars{"in": vars{"id": u, "expectedRevision": 1}}).ok()
		revision := 2
		move := func(status string, reason any) *answer {
			return w.ask(t, w.Secretariat, moveActivity, vars{"in": vars{"id": u, "expectedRevision": revision, "status": status, "reason": reason}})
		}
		for _, step := range []struct {
			to, code string
			reason   any
			refused  []string
		}{
			{"IMPLEMENTATION", "2", nil, []string{"PIPELINE", "FINALISATION", "CLOSED", "SUSPENDED"}},
			{"SUSPENDED", "6", "a hurricane", []string{"PIPELINE", "IMPLEMENTATION", "CLOSED"}},
			{"IMPLEMENTATION", "2", nil, []string{"SUSPENDED", "FINALISATION"}},
			{"FINALISATION", "3", "work is done", []string{"PIPELINE", "CLOSED"}},
			{"CLOSED", "4", nil, []string{"IMPLEMENTATION", "CANCELLED", "SUSPENDED"}},
		} {
			w.tells(t, func() {
				for _, to := range step.refused {
					move(to, "because").refused("CONFLICT")
				}
				if step.reason != nil && step.to == "SUSPENDED" {
					move(step.to, " ").refused("INVALID_INPUT", "input.reason")
				}
			})
			w.tells(t, func() {
				move(step.to, step.reason).ok().is("moveActivity.activity.status", step.to).is("moveActivity.activity.statusCode", step.code)
			}, "ActivityMoved")
			revision++
		}
		const log = `{ eventLog(in: {everything: true}, first: 100) { envelopes { event { ... on ActivityMoved { from to reason activity { status } } } } } }`
		w.ask(t, w.Nobody, log, nil).ok().is("eventLog.envelopes.2.event.from", "IMPLEMENTATION").is("eventLog.envelopes.2.event.to", "SUSPENDED").
			is("eventLog.envelopes.2.event.reason", "a hurricane").is("eventLog.envelopes.2.event.activity.status", "CLOSED")
	})
}

func TestTransactions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		own := w.ownActivity(t, "ACS-1", nil)
		foreign := w.importedActivity(t, "XM-9", "2", 5)
		with := func(more vars) vars {
			in := vars{"activityId": own, "typeCode": "1", "date": "2026-11-23", "value": vars{"amount": "4000000.10", "currency": "USD"}}
			maps.Copy(in, more)
			return vars{"in": in}
		}
		w.onlySecretariat(t, recordTransaction, with(nil))
		w.tells(t, func() {
			for _, c := range []struct {
				field string
				bad   vars
			}{
				{"input.typeCode", vars{"typeCode": "14"}},
				{"input.typeCode", vars{"typeCode": "01"}},
				{"input.date", vars{"date": "2026-11-24"}},
				{"input.value.amount", vars{"value": vars{"amount": "0.0000001", "currency": "USD"}}},
				{"input.value.amount", vars{"value": vars{"amount": "9223372036854.775808", "currency": "USD"}}},
				{"input.activityId", vars{"activityId": w.NewID(id.Activity)}},
				{"input.activityId", vars{"activityId": w.Donor}},
				{"input.providerId", vars{"providerId": w.NewID(id.Organisation)}},
			} {
				w.ask(t, w.Secretariat, recordTransaction, with(c.bad)).refused("INVALID_INPUT", c.field)
			}
			w.ask(t, w.Secretariat, recordTransaction, with(vars{"activityId": foreign})).refused("FORBIDDEN")
		})
		var a *answer
		const at = "recordTransaction.transaction."
		full := with(vars{"providerId": w.Donor, "ref": "R-1", "description": vars{"en": "First part"}, "idempotencyKey": "k"})
		w.tells(t, func() { a = w.ask(t, w.Secretariat, recordTransaction, full).ok() }, "TransactionRecorded")
		a.is(at+"value.amount", "4000000.10").is(at+"provider.organisation.name", "Donor").is(at+"receiver", nil).is(at+"valueDate", "2026-11-23").
			is(at+"activity.iatiIdentifier", "ACS-1").is(at+"provenance", nil).is(at+"viewerCanEdit", true)
		w.tells(t, func() {
			w.ask(t, w.Secretariat, recordTransaction, full).ok().is(at+"id", a.at(at+"id"))
			w.ask(t, w.Secretariat, recordTransaction, with(vars{"idempotencyKey": "k"})).refused("IDEMPOTENCY_KEY_REUSED")
		})
		u := a.id(at + "id")
		w.ask(t, w.Secretariat, recordTransaction, with(vars{"typeCode": "7", "value": vars{"amount": "-12.5", "currency": "EUR"}, "date": "2026-01-01"})).ok().is(at+"value.amount", "-12.5")
		edit := func(v *viewer.Viewer, u uuid.UUID, revision int, more vars) *answer {
			in := vars{"id": u, "expectedRevision": revision}
			maps.Copy(in, more)
			return w.ask(t, v, editTransaction, vars{"in": in})
		}
		theirs := w.ask(t, w.Secretariat, `query($a: ID!) { transactions(filter: {activityId: $a}) { nodes { id viewerCanEdit } } }`, vars{"a": foreign}).ok().is("transactions.nodes.0.viewerCanEdit", false).id("transactions.nodes.0.id")
		w.tells(t, func() {
			for name, v := range w.Viewers() {
				code := "NOT_FOUND"
				switch name {
				case "nobody":
					code = "UNAUTHENTICATED"
				case "council", "bureau":
					code = "FORBIDDEN"
				case "secretariat":
					code = "CONFLICT"
				}
				edit(v, u, 9, vars{"ref": "R-2"}).refused(code)
				if name != "nobody" {
					edit(v, theirs, 1, vars{"ref": "R-2"}).refused("FORBIDDEN")
				}
			}
			edit(w.Secretariat, u, 1, vars{"typeCode": nil}).refused("INVALID_INPUT", "input.typeCode")
			edit(w.Secretariat, u, 1, vars{"value": nil}).refused("INVALID_INPUT", "input.value")
			edit(w.Secretariat, u, 1, vars{"date": "2027-01-01"}).refused("INVALID_INPUT", "input.date")
			edit(w.Secretariat, u, 1, vars{"value": vars{"amount": "4000000.1", "currency": "USD"}, "ref": "R-1"}).ok().is("editTransaction.transaction.revision", 1.0)
		})
		w.tells(t, func() {
			edit(w.Secretariat, u, 1, vars{"value": vars{"amount": "3.000001", "currency": "USD"}, "date": "2026-11-20", "providerId": nil, "receiverId": w.Other, "ref": nil}).ok().
				is("editTransaction.transaction.revision", 2.0).is("editTransaction.transaction.value.amount", "3.000001").is("editTransaction.transaction.valueDate", "2026-11-20").
				is("editTransaction.transaction.provider", nil).is("editTransaction.transaction.receiver.name", "Other donor").is("editTransaction.transaction.ref", "")
		}, "TransactionEdited")
		edit(w.Secretariat, u, 2, vars{"valueDate": "2026-11-19"}).ok().is("editTransaction.transaction.valueDate", "2026-11-19")
		edit(w.Secretariat, u, 3, vars{"date": "2026-11-18"}).ok().is("editTransaction.transaction.valueDate", "2026-11-19")
		edit(w.Secretariat, u, 4, vars{"valueDate": nil}).ok().is("editTransaction.transaction.valueDate", "2026-11-18")
		// What is in an activity that is not public is for who may see that.
		for name, v := range w.Viewers() {
			a := w.ask(t, v, readActivities, nil).ok()
			if name == "secretariat" || name == "council" || name == "bureau" {
				a.is("activities.totalCount", 2.0).is("transactions.totalCount", 3.0).is("activityTotals.bySum.2.amount", "-12.5").
					is("activityTotals.bySum.0.amount", "3.000001").is("activityTotals.byStatus.0.status", "1").is("activityTotals.notCounted", 0.0)
				continue
			}
			a.is("activities.totalCount", 1.0).is("transactions.totalCount", 1.0).is("activityTotals.bySum.0.amount", "5").is("activityTotals.bySum.1", nil).
				is("activityTotals.byStatus.0.status", "2").is("activityTotals.byStatus.1", nil)
		}
	})
}

func TestActivityListsFilterAndOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		programme := w.addProgramme(t, "DRR", "Disasters", nil)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Programme.UpdateOneID(programme).SetStatus("ADOPTED").Exec(ctx)
		})
		w.ownActivity(t, "ACS-1", vars{
			"title": vars{"en": "zeal", "es": "Ánimo"}, "actualStart": "2026-02-01", "programmeId": programme, "status": "IMPLEMENTATION",
			"countries": []any{vars{"code": "JM"}}, "sectors": []any{vars{"code": "41010"}}, "participants": []any{vars{"organisationId": w.Donor, "roleCode": "1"}},
		})
		w.Clock.Add(time.Minute)
		w.ownActivity(t, "ACS-2", vars{"title": vars{"en": "Élan", "es": "Brío"}})
		w.Clock.Add(time.Minute)
		w.importedActivity(t, "XM-3", "77", 1, 3)
		w.Clock.Add(time.Minute)
		w.importedActivity(t, "XM-4", "2", 2)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			a := tx.Activity.Query().Where(activity.IatiIdentifier("XM-4")).OnlyX(ctx)
			tx.Transaction.Create().SetID(w.NewID(id.Transaction)).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetActivityID(a.ID).SetPosition(1).
				SetTypeCode("99").SetValuePublished("n/a").ExecX(ctx)
			return nil
		})
		const field = "iatiIdentifier"
		list := func(args string, want ...string) {
			t.Helper()
			w.lists(t, w.Secretariat, "activities", args, field, want...)
		}
		list("", "ACS-2", "XM-3", "XM-4", "ACS-1")
		list("orderBy: {field: TITLE, direction: DESC}", "ACS-1", "XM-4", "XM-3", "ACS-2")
		list("orderBy: {field: IATI_IDENTIFIER}", "ACS-1", "ACS-2", "XM-3", "XM-4")
		list("orderBy: {field: CREATED_AT, direction: DESC}", "XM-4", "XM-3", "ACS-2", "ACS-1")
		list("orderBy: {field: ACTUAL_START}", "ACS-2", "XM-3", "XM-4", "ACS-1")
		in := func(filter string, want ...string) {
			t.Helper()
			list("filter: {"+filter+"}, orderBy: {field: IATI_IDENTIFIER}", want...)
		}
		in("origin: OWN", "ACS-1", "ACS-2")
		in("status: [IMPLEMENTATION]", "ACS-1", "XM-4")
		in("status: []")
		in(`country: "JM"`, "ACS-1")
		in(`country: "HT"`, "XM-3", "XM-4")
		in(`sector: {code: "41010"}`, "ACS-1")
		in(`sector: {vocabulary: "2", code: "410"}`, "XM-3", "XM-4")
		in(`sector: {code: "410"}`)
		in(fmt.Sprintf("programmeId: %q", id.Format(programme)), "ACS-1")
		in(fmt.Sprintf("participantId: %q", id.Format(w.Donor)), "ACS-1")
		in(`reportingRef: "XM-1"`, "XM-3", "XM-4")
		in(`iatiIdentifier: "XM-4"`, "XM-4")
		in(`datasetName: "set-XM-4"`, "XM-4")
		in(`text: "animo"`, "ACS-1")
		in(`text: "acs-"`, "ACS-1", "ACS-2")
		in(`text: "praia"`, "XM-3", "XM-4")
		in(`text: "` + strings.Repeat("praia", 20_000) + `"`) // more than SQLite compares
		run := w.DB.Client.ImportRun.Query().Where(importrun.DatasetName("set-XM-3")).OnlyX(w.System())
		ofRun := fmt.Sprintf("importRunId: %q", id.Format(run.ID))
		in(ofRun, "XM-3")
		w.lists(t, w.Stranger, "activities", "filter: {"+ofRun+"}", field, "XM-3")
		totals := `{ activityTotals(filter: {` + ofRun + `}) { byStatus { status count } bySum { amount count } notCounted } }`
		w.ask(t, w.Stranger, totals, nil).ok().is("activityTotals.byStatus.0.status", "77").is("activityTotals.bySum.0.amount", "4").is("activityTotals.bySum.0.count", 2.0)
		w.ask(t, w.Stranger, `{ activityTotals(filter: {datasetName: "set-XM-4", origin: IMPORTED}) { bySum { amount } notCounted } }`, nil).ok().
			is("activityTotals.bySum.0.amount", "2").is("activityTotals.notCounted", 1.0)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.ImportRun.UpdateOne(run).SetStatus(importrun.StatusApplying).Exec(ctx)
		})
		w.lists(t, w.Stranger, "activities", "filter: {"+ofRun+"}", field)
		for name, v := range w.Viewers() {
			switch name {
			case "secretariat", "council", "bureau":
			default:
				w.lists(t, v, "activities", "", field, "XM-3", "XM-4")
				w.lists(t, v, "activities", `filter: {country: "JM"}`, field)
				w.lists(t, v, "activities", `filter: {text: "zeal"}`, field)
			}
		}
		a := w.ask(t, w.Stranger, `{ activities(filter: {iatiIdentifier: "XM-3"}) { nodes { `+activityFields+` transactions(orderBy: {field: VALUE, direction: DESC}) { totalCount nodes { `+transactionFields+` } } } } }`, nil).ok()
		const at = "activities.nodes.0."
		a.is(at+"status", nil).is(at+"statusCode", "77").is(at+"title", "Praia XM-3").is(at+"provenance.line", 7.0).is(at+"provenance.datasetName", "set-XM-3").is(at+"nextStatuses.0", nil).
			is(at+"transactions.nodes.0.value.amount", "3").is(at+"transactions.nodes.0.valuePublished", "+3").is(at+"transactions.nodes.0.countries.0.code", "HT").is(at+"transactions.nodes.0.provenance.line", 10.0)
		const amount = "valuePublished"
		w.lists(t, w.Stranger, "transactions", "orderBy: {field: VALUE}", amount, "n/a", "+1", "+2", "+3")
		w.lists(t, w.Stranger, "transactions", "orderBy: {field: VALUE, direction: DESC}", amount, "+3", "+2", "+1", "n/a")
		w.lists(t, w.Stranger, "transactions", "orderBy: {field: POSITION}", amount, "+1", "+3", "+2", "n/a")
		w.lists(t, w.Stranger, "transactions", "orderBy: {field: POSITION, direction: DESC}", amount, "n/a", "+2", "+3", "+1")
		w.lists(t, w.Stranger, "transactions", "", amount, "+3", "+2", "+1", "n/a")
		w.lists(t, w.Stranger, "transactions", `filter: {from: "2020-01-02", to: "2020-01-02"}`, amount, "+3")
		w.lists(t, w.Stranger, "transactions", `filter: {typeCode: ["99"]}`, amount, "n/a")
		w.lists(t, w.Stranger, "transactions", `filter: {currency: "USD"}, orderBy: {field: VALUE}`, amount, "+1", "+2", "+3")
		w.lists(t, w.Secretariat, "transactions", `filter: {origin: OWN}`, amount)
	})
}

func TestActivitiesCostTheSameHoweverMany(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for i := range 25 {
			w.importedActivity(t, fmt.Sprintf("XM-%d", i), "2", 1, 2)
			w.ownActivity(t, fmt.Sprintf("ACS-%d", i), vars{"participants": []any{vars{"organisationId": w.Donor, "roleCode": "1"}}})
		}
		query := `query($n: Int) { activities(first: $n, orderBy: {field: CREATED_AT}) { totalCount nodes { ` + activityFields + `
			transactions(first: 1) { totalCount nodes { ` + transactionFields + ` } } threads { totalCount } } }
			transactions(first: $n) { nodes { ` + transactionFields + ` } } }`
		totals := `{ activityTotals { byStatus { count } bySum { amount } notCounted } }`
		for name, v := range w.Viewers() {
			few := w.statements(func() { w.ask(t, v, query, vars{"n": 5}).ok() })
			many := w.statements(func() { w.ask(t, v, query, vars{"n": 50}).ok() })
			if few != many {
				t.Errorf("%s: %d statements for five, %d for fifty", name, few, many)
			}
			if n := w.statements(func() { w.ask(t, v, totals, nil).ok() }); n != 2 {
				t.Errorf("%s: %d statements for the totals", name, n)
			}
		}
	})
}
