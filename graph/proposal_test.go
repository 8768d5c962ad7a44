package graph_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

const (
	proposalFields = `id reference title summary status statusReason submittedAt requested { amount currency } starts ends revision nextStatuses
		sponsor { code } programme { code } countries { code percentage country { name } } sectors { vocabulary code percentage }
		viewerCanEdit viewerCanSubmit viewerCanWithdraw viewerCanMove`
	draftProposal = `mutation($in: DraftProposalInput!) { draftProposal(input: $in) { proposal { ` + proposalFields + ` } cursor eventIds } }`
	editProposal  = `mutation($in: EditProposalInput!) { editProposal(input: $in) { proposal { ` + proposalFields + ` } eventIds } }`
	readProposal  = `query($id: ID!, $c: EventCursor) { proposal(id: $id, awaitCursor: $c) { ` + proposalFields + ` } }`
)

// regional is the world with three countries, the first two of them members.
func (w *world) regional(tb testing.TB) {
	tb.Helper()
	for _, code := range []string{"JM", "TT", "GP"} {
		c := w.addCountry(tb, code, vars{"en": "Country " + code}, nil)
		kind := "MEMBER"
		if code == "GP" {
			kind = "ASSOCIATE"
		}
		w.addMembership(tb, vars{"countryId": c}, kind, "1995", nil)
	}
}

// complete is a proposal that can be submitted.
func (w *world) complete(reference string, more vars) vars {
	in := vars{
		"reference": reference, "title": vars{"en": "Early warning", "es": "Alerta temprana"}, "summary": vars{"en": "Sirens on every shore"},
		"sponsorId": w.SpecialCommittee, "requested": vars{"amount": "500000.00", "currency": "EUR"}, "starts": "2027", "ends": "2028-06",
		"countries": []any{vars{"code": "JM", "percentage": "33.34"}, vars{"code": "TT", "percentage": "33.33"}, vars{"code": "GP", "percentage": "33.33"}},
		"sectors":   []any{vars{"code": "74020"}},
	}
	maps.Copy(in, more)
	return vars{"in": in}
}

func (w *world) drafted(tb testing.TB, reference string, more vars) uuid.UUID {
	tb.Helper()
	return w.ask(tb, w.Committee, draftProposal, w.complete(reference, more)).ok().id("draftProposal.proposal.id")
}

// moveProposal makes a move by the name of its mutation.
func (w *world) moveProposal(tb testing.TB, v *viewer.Viewer, verb string, in vars) *answer {
	tb.Helper()
	input := string(verb[0]-'a'+'A') + verb[1:] + "Input"
	return w.ask(tb, v, fmt.Sprintf(`mutation($in: %s!) { moved: %s(input: $in) { proposal { %s } cursor eventIds } }`, input, verb, proposalFields), vars{"in": in})
}

// through takes a proposal through moves and is its revision then.
func (w *world) through(tb testing.TB, u uuid.UUID, verbs ...string) int {
	tb.Helper()
	revision := 1
	for _, verb := range verbs {
		in, v := vars{"id": u, "expectedRevision": revision}, w.Secretariat
		switch verb {
		case "submitProposal":
			v = w.Chair
		case "returnProposal", "withdrawProposal":
			in["reason"] = "as discussed"
		case "recordProposalDecision":
			in["outcome"] = "APPROVED"
		}
		w.moveProposal(tb, v, verb, in).ok()
		revision++
	}
	return revision
}

func TestDraftProposal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		programme := w.addProgramme(t, "DRR", "Disasters", nil)
		w.tells(t, func() {
			w.ask(t, w.Nobody, draftProposal, w.complete("P-1", nil)).refused("UNAUTHENTICATED")
			for _, v := range []*viewer.Viewer{w.Stranger, w.Partner, w.Council, w.Bureau} {
				w.ask(t, v, draftProposal, w.complete("P-1", nil)).refused("FORBIDDEN")
			}
			w.ask(t, w.Committee, draftProposal, w.complete("P-1", vars{"sponsorId": w.OtherCommittee})).refused("FORBIDDEN")
			share := func(code, p string) vars { return vars{"code": code, "percentage": p} }
			for _, c := range []struct {
				field string
				bad   vars
			}{
				{"input.reference", vars{"reference": "  "}},
				{"input.title", vars{"title": vars{"en": " "}}},
				{"input.sponsorId", vars{"sponsorId": w.CouncilBody}},
				{"input.sponsorId", vars{"sponsorId": w.NewID(id.Body)}},
				{"input.programmeId", vars{"programmeId": programme}},
				{"input.programmeId", vars{"programmeId": w.NewID(id.Programme)}},
				{"input.requested.amount", vars{"requested": vars{"amount": "0", "currency": "USD"}}},
				{"input.requested.amount", vars{"requested": vars{"amount": "-5", "currency": "USD"}}},
				{"input.ends", vars{"starts": "2028-02", "ends": "2028-01-31"}},
				{"input.countries[1].code", vars{"countries": []any{share("JM", "50"), share("ZZ", "50")}}},
				{"input.countries[1].code", vars{"countries": []any{share("JM", "50"), share("JM", "50")}}},
				{"input.countries", vars{"countries": []any{share("JM", "50"), share("TT", "49.99")}}},
				{"input.countries", vars{"countries": []any{share("JM", "100"), vars{"code": "TT"}}}},
				{"input.countries[0].percentage", vars{"countries": []any{share("JM", "0"), share("TT", "100")}}},
				{"input.sectors[0].code", vars{"sectors": []any{vars{"code": "740"}}}},
				{"input.sectors[0].vocabulary", vars{"sectors": []any{vars{"code": "74020", "vocabulary": "77"}}}},
			} {
				w.ask(t, w.Secretariat, draftProposal, w.complete("P-1", c.bad)).refused("INVALID_INPUT", c.field)
			}
		})
		var a *answer
		w.tells(t, func() { a = w.ask(t, w.Committee, draftProposal, w.complete("P-1", nil)).ok() }, "ProposalDrafted")
		a.is("draftProposal.proposal.status", "DRAFT").is("draftProposal.proposal.revision", 1.0).is("draftProposal.proposal.submittedAt", nil).
			is("draftProposal.proposal.requested.amount", "500000.00").is("draftProposal.proposal.sponsor.code", "SC-DRR").
			is("draftProposal.proposal.countries.0.country.name", "Country JM").is("draftProposal.proposal.countries.2.percentage", "33.33").
			is("draftProposal.proposal.sectors.0.percentage", nil).is("draftProposal.proposal.viewerCanEdit", true).
			is("draftProposal.proposal.viewerCanSubmit", false).is("draftProposal.proposal.viewerCanMove", false)
		w.tells(t, func() {
			w.ask(t, w.Secretariat, draftProposal, w.complete("P-1", nil)).refused("ALREADY_EXISTS", "input.reference")
		})
		w.askIn(t, w.Committee, i18n.ES, readProposal, vars{"id": a.id("draftProposal.proposal.id"), "c": a.at("draftProposal.cursor")}).ok().
			is("proposal.title", "Alerta temprana").is("proposal.summary", "Sirens on every shore")
		w.ask(t, w.Committee, readProposal, vars{"id": w.Donor}).refused("INVALID_INPUT", "id")
		w.ask(t, w.Committee, readProposal, vars{"id": w.NewID(id.Proposal), "c": "forged"}).refused("INVALID_INPUT")
	})
}

func TestDraftingAgainUnderTheSameKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		in := w.complete("P-1", vars{"idempotencyKey": "once"})
		answers := make([]*answer, 4)
		w.tells(t, func() {
			var all sync.WaitGroup
			for i := range answers {
				all.Go(func() { answers[i] = w.ask(t, w.Committee, draftProposal, in) })
			}
			all.Wait()
			answers = append(answers, w.ask(t, w.Committee, draftProposal, in))
		}, "ProposalDrafted")
		for _, a := range answers {
			if a.ok().at("draftProposal.eventIds.0") != answers[0].at("draftProposal.eventIds.0") || a.id("draftProposal.proposal.id") != answers[0].id("draftProposal.proposal.id") {
				t.Errorf("another answer: %s", a.raw)
			}
		}
		w.tells(t, func() {
			w.ask(t, w.Committee, draftProposal, w.complete("P-2", vars{"idempotencyKey": "once"})).refused("IDEMPOTENCY_KEY_REUSED")
		})
	})
}

func TestEditProposal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		p := w.drafted(t, "P-1", nil)
		edit := func(v *viewer.Viewer, revision int, more vars) *answer {
			in := vars{"id": p, "expectedRevision": revision}
			maps.Copy(in, more)
			return w.ask(t, v, editProposal, vars{"in": in})
		}
		title := vars{"title": vars{"fr": "Alerte précoce"}}
		w.tells(t, func() {
			edit(w.Nobody, 1, title).refused("UNAUTHENTICATED")
			for _, v := range []*viewer.Viewer{w.Stranger, w.Partner, w.Council, w.Bureau} {
				edit(v, 1, title).refused("NOT_FOUND")
			}
			edit(w.Committee, 2, title).refused("CONFLICT")
			edit(w.Committee, 1, vars{"countries": []any{vars{"code": "JM", "percentage": "99"}}}).refused("INVALID_INPUT", "input.countries")
			edit(w.Committee, 1, vars{"ends": "2026"}).refused("INVALID_INPUT", "input.ends")
			edit(w.Committee, 1, vars{"countries": nil}).refused("INVALID_INPUT", "input.countries")
			edit(w.Committee, 1, nil).ok().is("editProposal.proposal.revision", 1.0).is("editProposal.eventIds.0", nil)
			edit(w.Committee, 1, vars{"requested": vars{"amount": "500000", "currency": "EUR"}, "title": vars{"en": "Early warning"}}).ok().is("editProposal.proposal.revision", 1.0)
			edit(w.Committee, 1, vars{"sectors": []any{vars{"code": "74020"}}}).ok().is("editProposal.proposal.revision", 1.0)
		})
		w.tells(t, func() {
			edit(w.Committee, 1, vars{"title": vars{"fr": "Alerte précoce"}, "requested": nil, "ends": nil, "sectors": []any{
				vars{"code": "74020", "percentage": "60"}, vars{"code": "41010", "percentage": "40"},
			}}).ok().is("editProposal.proposal.revision", 2.0).is("editProposal.proposal.requested", nil).is("editProposal.proposal.ends", nil).
				is("editProposal.proposal.starts", "2027").is("editProposal.proposal.sectors.1.code", "41010").is("editProposal.proposal.sectors.1.percentage", "40")
		}, "ProposalEdited")
		const log = `query($p: ID!) { eventLog(in: {proposalId: $p}, first: 100) { envelopes { event { ... on ProposalEdited { proposal { reference } changes { field before after } } } } } }`
		w.ask(t, w.Secretariat, log, vars{"p": p}).ok().is("eventLog.envelopes.1.event.changes.0.field", "title").is("eventLog.envelopes.1.event.changes.0.before", nil).
			is("eventLog.envelopes.1.event.changes.1.before", "500000 EUR").is("eventLog.envelopes.1.event.changes.3.after", "1:74020 60, 1:41010 40")
		w.ask(t, w.Council, log, vars{"p": p}).refused("NOT_FOUND")
		edit(w.Secretariat, 2, vars{"requested": vars{"amount": "1", "currency": "USD"}}).ok()
		w.moveProposal(t, w.Chair, "submitProposal", vars{"id": p, "expectedRevision": 3}).ok().is("moved.proposal.viewerCanEdit", false)
		w.tells(t, func() {
			edit(w.Committee, 4, title).refused("CONFLICT")
			edit(w.Council, 4, title).refused("FORBIDDEN")
			edit(w.Secretariat, 4, title).refused("CONFLICT")
		})
	})
}

func TestSubmittingNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		share := func(code, p string) vars { return vars{"code": code, "percentage": p} }
		for i, c := range []struct {
			field string
			lacks vars
		}{
			{"summary", vars{"summary": nil}},
			{"requested", vars{"requested": nil}},
			{"countries", vars{"countries": []any{}}},
			{"countries", vars{"countries": []any{vars{"code": "JM"}, vars{"code": "TT"}}}},
			{"countries", vars{"countries": []any{share("JM", "100")}}},
			{"countries", vars{"countries": []any{share("JM", "60"), share("GP", "40")}}}, // an associate is no member
			{"sectors", vars{"sectors": []any{}}},
			{"sectors", vars{"sectors": []any{vars{"code": "74020"}, vars{"code": "41010"}}}},
		} {
			p := w.drafted(t, fmt.Sprintf("P-%d", i), c.lacks)
			w.tells(t, func() {
				w.moveProposal(t, w.Chair, "submitProposal", vars{"id": p, "expectedRevision": 1}).refused("INVALID_INPUT", c.field)
			})
			w.ask(t, w.Chair, readProposal, vars{"id": p}).ok().is("proposal.status", "DRAFT").is("proposal.revision", 1.0)
		}
		p := w.drafted(t, "P-all", vars{"summary": nil, "requested": nil, "countries": []any{}, "sectors": []any{}})
		a := w.moveProposal(t, w.Chair, "submitProposal", vars{"id": p, "expectedRevision": 1}).refused("INVALID_INPUT", "summary")
		if got := fmt.Sprint(a.Errors[0].Extensions["missing"]); got != "[summary requested countries sectors]" {
			t.Errorf("missing: %s", got)
		}
	})
}

func TestWhoMovesAProposal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		hidden, visible := w.drafted(t, "P-1", nil), w.drafted(t, "P-2", nil)
		w.through(t, visible, "submitProposal")
		for verb, by := range map[string][]string{
			"submitProposal": {"chair"}, "admitProposal": {"secretariat"}, "returnProposal": {"secretariat"}, "startAssessment": {"secretariat"},
			"completeAssessment": {"secretariat"}, "placeProposalOnAgenda": {"secretariat"}, "recordProposalDecision": {"secretariat"},
			"confirmProposalFinancing": {"secretariat"}, "startProposalImplementation": {"secretariat"}, "closeProposal": {"secretariat"},
			"withdrawProposal": {"chair", "secretariat"},
		} {
			more := vars{}
			switch verb {
			case "returnProposal", "withdrawProposal":
				more["reason"] = "no need"
			case "recordProposalDecision":
				more["outcome"] = "APPROVED"
			}
			w.tells(t, func() {
				for name, v := range w.Viewers() {
					want := map[uuid.UUID]string{hidden: "NOT_FOUND", visible: "NOT_FOUND"}
					switch name {
					case "nobody":
						want = map[uuid.UUID]string{hidden: "UNAUTHENTICATED", visible: "UNAUTHENTICATED"}
					case "council", "bureau":
						want[visible] = "FORBIDDEN"
					case "committee", "chair", "secretariat":
						want = map[uuid.UUID]string{hidden: "FORBIDDEN", visible: "FORBIDDEN"}
					}
					for p, code := range want {
						in := vars{"id": p, "expectedRevision": 99}
						maps.Copy(in, more)
						if slices.Contains(by, name) {
							code = "CONFLICT"
						}
						w.moveProposal(t, v, verb, in).refused(code)
					}
				}
			})
		}
	})
}

func or(v any, other any) any {
	if v == nil {
		return other
	}
	return v
}

func TestEveryMoveOfAProposal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		p := w.drafted(t, "P-1", nil)
		internal := []string{"bureau", "chair", "committee", "council", "secretariat"}
		everybody := slices.Sorted(maps.Keys(w.Viewers()))
		revision := 1
		var submitted any
		for _, step := range []struct {
			verb, status string
			more         vars
			seen         []string
			edit, submit bool
		}{
			{"submitProposal", "SUBMITTED", nil, internal, false, false},
			{"returnProposal", "RETURNED", vars{"reason": "the budget"}, internal, true, true},
			{"submitProposal", "SUBMITTED", nil, internal, false, false},
			{"admitProposal", "ADMISSIBLE", nil, internal, false, false},
			{"startAssessment", "UNDER_ASSESSMENT", nil, internal, false, false},
			{"completeAssessment", "ASSESSED", nil, internal, false, false},
			{"placeProposalOnAgenda", "ON_AGENDA", nil, internal, false, false},
			{"recordProposalDecision", "DEFERRED", vars{"outcome": "DEFERRED", "reason": "no quorum"}, internal, false, false},
			{"placeProposalOnAgenda", "ON_AGENDA", nil, internal, false, false},
			{"recordProposalDecision", "APPROVED_WITH_CONDITIONS", vars{"outcome": "APPROVED_WITH_CONDITIONS", "reason": "report twice a year"}, internal, false, false},
			{"confirmProposalFinancing", "FINANCED", nil, everybody, false, false},
			{"startProposalImplementation", "IN_IMPLEMENTATION", nil, everybody, false, false},
			{"closeProposal", "CLOSED", nil, everybody, false, false},
		} {
			w.Clock.Add(time.Hour)
			v := w.Secretariat
			if step.verb == "submitProposal" {
				v = w.Chair
			}
			in := vars{"id": p, "expectedRevision": revision}
			maps.Copy(in, step.more)
			var a *answer
			w.tells(t, func() { a = w.moveProposal(t, v, step.verb, in).ok() }, "ProposalMoved")
			revision++
			a.is("moved.proposal.status", step.status).is("moved.proposal.revision", float64(revision)).is("moved.proposal.statusReason", or(step.more["reason"], ""))
			if submitted == nil {
				submitted = a.at("moved.proposal.submittedAt")
			}
			a.is("moved.proposal.submittedAt", submitted)
			w.tells(t, func() { w.moveProposal(t, v, step.verb, in).refused("CONFLICT") })
			in["expectedRevision"] = revision
			w.tells(t, func() { w.moveProposal(t, v, step.verb, in).refused("CONFLICT") })
			var seen []string
			for name, v := range w.Viewers() {
				a := w.ask(t, v, readProposal, vars{"id": p}).ok()
				if a.at("proposal") == nil {
					continue
				}
				seen = append(seen, name)
				sponsors := name == "committee" || name == "chair" || name == "secretariat"
				a.is("proposal.viewerCanEdit", step.edit && sponsors).is("proposal.viewerCanSubmit", step.submit && name == "chair")
				if name != "secretariat" {
					a.is("proposal.viewerCanMove", false)
				}
			}
			slices.Sort(seen)
			if !slices.Equal(seen, step.seen) {
				t.Errorf("%s is seen by %v, want %v", step.status, seen, step.seen)
			}
		}
		const log = `query($p: ID!) { eventLog(in: {proposalId: $p}, first: 100) { envelopes { event { __typename ... on ProposalMoved { from to reason proposal { id } } } } } }`
		w.ask(t, w.Secretariat, log, vars{"p": p}).ok().is("eventLog.envelopes.2.event.from", "SUBMITTED").is("eventLog.envelopes.2.event.to", "RETURNED").
			is("eventLog.envelopes.2.event.reason", "the budget").is("eventLog.envelopes.13.event.to", "CLOSED").is("eventLog.envelopes.14", nil)
		w.ask(t, w.Stranger, log, vars{"p": p}).ok().is("eventLog.envelopes.0.event.to", "FINANCED").is("eventLog.envelopes.3", nil)
		w.ask(t, w.Council, log, vars{"p": p}).ok().is("eventLog.envelopes.0.event.to", "SUBMITTED").is("eventLog.envelopes.13", nil)
		w.ask(t, w.Committee, log, vars{"p": p}).ok().is("eventLog.envelopes.0.event.__typename", "ProposalDrafted").is("eventLog.envelopes.14", nil)
	})
}

func TestDecisionsAndWithdrawalsNeedReasons(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		agenda := []string{"submitProposal", "admitProposal", "startAssessment", "completeAssessment", "placeProposalOnAgenda"}
		for i, outcome := range []string{"APPROVED", "APPROVED_WITH_CONDITIONS", "DEFERRED", "RETURNED", "REJECTED"} {
			p := w.drafted(t, fmt.Sprintf("P-%d", i), nil)
			revision := w.through(t, p, agenda...)
			in := vars{"id": p, "expectedRevision": revision, "outcome": outcome}
			if outcome != "APPROVED" {
				w.tells(t, func() {
					w.moveProposal(t, w.Secretariat, "recordProposalDecision", in).refused("INVALID_INPUT", "input.reason")
					in["reason"] = " \n "
					w.moveProposal(t, w.Secretariat, "recordProposalDecision", in).refused("INVALID_INPUT", "input.reason")
					w.moveProposal(t, w.Secretariat, "returnProposal", vars{"id": p, "expectedRevision": revision, "reason": "only the Council"}).refused("CONFLICT")
				})
				in["reason"] = "as the Council said"
			}
			a := w.moveProposal(t, w.Secretariat, "recordProposalDecision", in).ok().is("moved.proposal.status", outcome)
			undecided := outcome == "DEFERRED" || outcome == "RETURNED"
			a.is("moved.proposal.viewerCanWithdraw", undecided).is("moved.proposal.viewerCanEdit", outcome == "RETURNED")
			w.tells(t, func() {
				w.moveProposal(t, w.Chair, "withdrawProposal", vars{"id": p, "expectedRevision": revision + 1, "reason": " "}).
					refused(map[bool]string{true: "INVALID_INPUT", false: "CONFLICT"}[undecided])
			})
			if undecided {
				w.tells(t, func() {
					w.moveProposal(t, w.Chair, "withdrawProposal", vars{"id": p, "expectedRevision": revision + 1, "reason": "no need"}).ok().
						is("moved.proposal.status", "WITHDRAWN").is("moved.proposal.nextStatuses.0", nil)
				}, "ProposalMoved")
			}
		}
	})
}

func TestProposalListsFilterAndOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		programme := w.addProgramme(t, "DRR", "Disasters", nil)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Programme.UpdateOneID(programme).SetStatus("ADOPTED").Exec(ctx)
		})
		all := []string{"submitProposal", "admitProposal", "startAssessment", "completeAssessment", "placeProposalOnAgenda", "recordProposalDecision", "confirmProposalFinancing"}
		for i, c := range []struct {
			reference, title string
			more             vars
			moves            int
		}{
			{"B-2", "Éveil", vars{"programmeId": programme}, 0},
			{"A-1", "alarm", nil, 1},
			{"C-3", "Zones 100%", nil, 7},
			{"D-4", "Beach", vars{"programmeId": programme, "countries": []any{vars{"code": "JM", "percentage": "50"}, vars{"code": "TT", "percentage": "50"}}}, 2},
		} {
			w.Clock.Set(dbtest.Start.Add(time.Duration(i) * time.Minute))
			c.more = maps.Clone(c.more)
			if c.more == nil {
				c.more = vars{}
			}
			c.more["title"] = vars{"en": c.title}
			w.through(t, w.drafted(t, c.reference, c.more), all[:c.moves]...)
		}
		const field = "reference"
		w.lists(t, w.Secretariat, "proposals", "", field, "D-4", "C-3", "A-1", "B-2")
		w.lists(t, w.Secretariat, "proposals", "orderBy: {field: CREATED_AT}", field, "B-2", "A-1", "C-3", "D-4")
		w.lists(t, w.Secretariat, "proposals", "orderBy: {field: REFERENCE}", field, "A-1", "B-2", "C-3", "D-4")
		w.lists(t, w.Secretariat, "proposals", "orderBy: {field: TITLE}", field, "A-1", "D-4", "B-2", "C-3")
		w.lists(t, w.Secretariat, "proposals", "orderBy: {field: TITLE, direction: DESC}", field, "C-3", "B-2", "D-4", "A-1")
		w.lists(t, w.Secretariat, "proposals", "orderBy: {field: SUBMITTED_AT}", field, "B-2", "A-1", "C-3", "D-4")
		w.lists(t, w.Secretariat, "proposals", "orderBy: {field: SUBMITTED_AT, direction: DESC}", field, "D-4", "C-3", "A-1", "B-2")
		in := func(filter string) string { return "filter: {" + filter + "}, orderBy: {field: REFERENCE}" }
		w.lists(t, w.Secretariat, "proposals", in("status: [DRAFT, FINANCED]"), field, "B-2", "C-3")
		w.lists(t, w.Secretariat, "proposals", in("status: []"), field)
		w.lists(t, w.Secretariat, "proposals", in(`country: "GP"`), field, "A-1", "B-2", "C-3")
		w.lists(t, w.Secretariat, "proposals", in(fmt.Sprintf("programmeId: %q", id.Format(programme))), field, "B-2", "D-4")
		w.lists(t, w.Secretariat, "proposals", in(fmt.Sprintf("sponsorId: %q", id.Format(w.OtherCommittee))), field)
		w.lists(t, w.Secretariat, "proposals", in(fmt.Sprintf("sponsorId: %q", id.Format(w.SpecialCommittee))), field, "A-1", "B-2", "C-3", "D-4")
		w.lists(t, w.Secretariat, "proposals", in(`reference: "C-3"`), field, "C-3")
		w.lists(t, w.Secretariat, "proposals", in(`text: "EVEIL"`), field, "B-2")
		w.lists(t, w.Secretariat, "proposals", in(`text: "a-1"`), field, "A-1")
		w.lists(t, w.Secretariat, "proposals", in(`text: "0%"`), field, "C-3")
		w.lists(t, w.Secretariat, "proposals", in(`text: "%"`), field, "C-3")
		for name, v := range w.Viewers() {
			want := []string{"C-3"}
			switch name {
			case "secretariat", "committee", "chair":
				want = []string{"A-1", "B-2", "C-3", "D-4"}
			case "council", "bureau":
				want = []string{"A-1", "C-3", "D-4"}
			}
			w.lists(t, v, "proposals", "orderBy: {field: REFERENCE}", field, want...)
			if name != "secretariat" && name != "committee" && name != "chair" {
				w.lists(t, v, "proposals", in(`text: "veil"`), field)
				w.lists(t, v, "proposals", in(`status: [DRAFT]`), field)
			}
		}
	})
}

func TestProposalsCostTheSameHoweverMany(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.regional(t)
		query := `query($n: Int) { proposals(first: $n) { totalCount nodes { ` + proposalFields + ` threads(first: 1) { totalCount nodes { title } } titles { translations { text } } } } }`
		for i := range 50 {
			w.drafted(t, fmt.Sprintf("P-%d", i), nil)
		}
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			return tx.Proposal.Update().Where(proposal.StatusEQ(proposal.StatusDraft)).SetSubmittedAt(w.Time()).SetStatus(proposal.StatusSubmitted).Exec(ctx)
		})
		for name, v := range w.Viewers() {
			few := w.statements(func() { w.ask(t, v, query, vars{"n": 5}).ok() })
			many := w.statements(func() { w.ask(t, v, query, vars{"n": 50}).ok() })
			if few != many {
				t.Errorf("%s: %d statements for five, %d for fifty", name, few, many)
			}
		}
	})
}
