package access

import (
	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/agreement"
	"acs-aec.org/hub/ent/generated/ent/agreementparty"
	"acs-aec.org/hub/ent/generated/ent/importrun"
	"acs-aec.org/hub/ent/generated/ent/programme"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/viewer"
)

// The rules, by what they protect.
var (
	// Public is for what everybody may see: countries, organisations, bodies,
	// memberships, seats (but not who holds them), posts.
	Public Rule = all
	// Hub is for what only the hub itself reads.
	Hub Rule = none
)

// Own admits rows of the viewer's own account: sessions, tokens, idempotency
// keys.
var Own Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if !v.SignedIn() {
		return never()
	}
	return sql.EQ(s.C("person_id"), v.Person)
}

// Persons: oneself; for the Secretariat everybody; people of the same
// organisation; for those who hold a seat or post, all who hold one or held one;
// the authors of messages that the viewer sees.
//
// All who take part in a discussion may see its authors.
var Persons Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if v.Audience() != nil {
		return wroteTo(v, s.C("id"))
	}
	if !v.SignedIn() {
		return never()
	}
	if v.Secretariat() {
		return nil
	}
	may := []*sql.Predicate{sql.EQ(s.C("id"), v.Person)}
	if v.HasOrganisation() {
		may = append(may, sql.EQ(s.C("organisation_id"), v.Organisation))
	}
	if v.Seated() {
		may = append(may, refersTo(s, "seats", "person_id"), refersTo(s, "staff_posts", "person_id"))
	}
	return sql.Or(append(may, wroteTo(v, s.C("id")))...)
}

// refersTo says that a row of the table refers to the row of the query.
func refersTo(s *sql.Selector, table, column string) *sql.Predicate {
	t := sql.Table(table)
	return sql.Exists(sql.Select(t.C(column)).From(t).Where(sql.ColumnsEQ(t.C(column), s.C("id"))))
}

// Agreements: everybody sees those that were signed. Drafts and negotiations are
// for the Secretariat and the Executive Bureau; a negotiation is also for the
// organisations that are party to it.
var Agreements Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if v.Secretariat() || v.Sits(viewer.ExecutiveBureau) {
		return nil
	}
	signed := sql.Or(
		sql.In(s.C(agreement.FieldStatus), string(agreement.StatusSigned), string(agreement.StatusInForce), string(agreement.StatusExpired)),
		sql.And(sql.EQ(s.C(agreement.FieldStatus), string(agreement.StatusTerminated)), sql.NotNull(s.C(agreement.FieldSignedOn))),
	)
	if !v.HasOrganisation() {
		return signed
	}
	parties := sql.Table(agreementparty.Table)
	party := sql.Exists(sql.Select(parties.C("id")).From(parties).Where(sql.And(
		sql.ColumnsEQ(parties.C(agreementparty.FieldAgreementID), s.C("id")),
		sql.EQ(parties.C(agreementparty.FieldOrganisationID), v.Organisation),
	)))
	return sql.Or(signed, sql.And(sql.EQ(s.C(agreement.FieldStatus), string(agreement.StatusNegotiating)), party))
}

// OfAgreement admits what belongs to an agreement that the viewer may see.
var OfAgreement Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	return within(v, s, "agreement_id", agreement.Table, Agreements)
}

// Programmes: everybody sees those that were adopted; those who hold a seat or
// post see drafts too.
var Programmes Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if v.Seated() {
		return nil
	}
	return sql.NEQ(s.C(programme.FieldStatus), string(programme.StatusDraft))
}

// Opportunities: those who hold a seat or post see all; the people of a donor see
// that donor's, though not how far the ACS has taken them: the API keeps that
// from them.
var Opportunities Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if v.Seated() {
		return nil
	}
	if !v.HasOrganisation() {
		return never()
	}
	return sql.EQ(s.C("donor_id"), v.Organisation)
}

// Meetings: the Secretariat sees all, who holds a seat or post in a body those of
// the body, and everybody those that are open to observers.
var Meetings Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if v.Secretariat() {
		return nil
	}
	open := sql.EQ(s.C("open_to_observers"), true)
	if !v.Seated() {
		return open
	}
	return sql.Or(open, batch.InP(s.C("body_id"), v.Bodies()))
}

// Proposals: everybody sees those whose money is secured. The Secretariat sees
// all; the sponsoring body its own; the Council of National Representatives and
// the Executive Bureau what was ever submitted.
var Proposals Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if v.Secretariat() {
		return nil
	}
	may := []*sql.Predicate{
		sql.In(s.C(proposal.FieldStatus), string(proposal.StatusFinanced), string(proposal.StatusInImplementation), string(proposal.StatusClosed)),
	}
	if v.Seated() {
		may = append(may, batch.InP(s.C(proposal.FieldSponsorID), v.Bodies()))
	}
	if v.Sits(viewer.Council) || v.Sits(viewer.ExecutiveBureau) {
		may = append(may, sql.NotNull(s.C(proposal.FieldSubmittedAt)))
	}
	return sql.Or(may...)
}

// Activities: everybody sees imported ones, and the ACS's own once published;
// the Secretariat, the Council of National Representatives and the Executive
// Bureau see all.
var Activities Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if v.Secretariat() || v.Sits(viewer.Council) || v.Sits(viewer.ExecutiveBureau) {
		return nil
	}
	return sql.Or(sql.EQ(s.C(activity.FieldOrigin), string(activity.OriginImported)), sql.EQ(s.C(activity.FieldPublished), true))
}

// OfActivity admits what belongs to an activity that the viewer may see.
var OfActivity Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	return within(v, s, "activity_id", activity.Table, Activities)
}

// Allocations belong to an activity, a transaction or a proposal.
var Allocations Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if v.Secretariat() {
		return nil
	}
	may := []*sql.Predicate{
		orNever(within(v, s, "activity_id", activity.Table, Activities), s.C("activity_id")),
		orNever(within(v, s, "transaction_id", transaction.Table, OfActivity), s.C("transaction_id")),
		orNever(within(v, s, "proposal_id", proposal.Table, Proposals), s.C("proposal_id")),
	}
	return sql.Or(may...)
}

// orNever turns "no restriction" into "the column is set".
func orNever(p *sql.Predicate, column string) *sql.Predicate {
	if p == nil {
		return sql.NotNull(column)
	}
	return p
}

// ImportRuns: everybody sees those that were applied, the Secretariat all.
var ImportRuns Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	if v.Secretariat() {
		return nil
	}
	return sql.EQ(s.C(importrun.FieldStatus), string(importrun.StatusApplied))
}

// Secretariat admits the Secretariat alone.
var Secretariat Rule = func(v *viewer.Viewer, _ *sql.Selector) *sql.Predicate {
	if v.Secretariat() {
		return nil
	}
	return never()
}

// Log: an event of a discussion is for who takes part in it, one of a message or of a
// request for information for who sees that, a personal one for the person and those of the Secretariat
// who take part. Outside of discussions a personal one is for the person and the
// Secretariat; others for everybody if their subject was
// public when they happened, else for the Secretariat, for the Executive Bureau
// on agreements, for the sponsoring body on its proposals, and for the Council
// and the Bureau on proposals from their submission on. An event of a seat is also
// for who holds it, and one that says so for those who lead its body.
var Log Rule = func(v *viewer.Viewer, s *sql.Selector) *sql.Predicate {
	outside := sql.IsNull(s.C("thread_id"))
	may := []*sql.Predicate{sql.And(sql.NotNull(s.C("thread_id")), eventsOfThreads(v, s))}
	if v.Secretariat() {
		return sql.Or(append(may, outside)...)
	}
	may = append(may, sql.And(outside, sql.EQ(s.C("public"), true)))
	if !v.SignedIn() {
		return sql.Or(may...)
	}
	may = append(may, sql.And(outside, sql.EQ(s.C("personal"), true), sql.EQ(s.C("person_id"), v.Person)))
	if v.Seated() {
		t := sql.Table(proposal.Table)
		mine := sql.Select(t.C("id")).From(t).Where(batch.InP(t.C(proposal.FieldSponsorID), v.Bodies()))
		may = append(may, sql.And(outside, sql.In(s.C("proposal_id"), mine)), sql.And(outside, sql.NotNull(s.C("programme_id"))))
		may = append(may, sql.And(outside, sql.NotNull(s.C("opportunity_id"))))
		may = append(may, sql.And(outside, sql.NotNull(s.C("meeting_id")), batch.InP(s.C("body_id"), v.Bodies())))
		may = append(may, sql.And(outside, batch.InP(s.C("seat_id"), v.SeatIDs())))
		may = append(may, sql.And(outside, sql.EQ(s.C("led"), true), batch.InP(s.C("body_id"), v.Led())))
	}
	if v.Sits(viewer.Council) || v.Sits(viewer.ExecutiveBureau) {
		t := sql.Table(proposal.Table)
		tabled := sql.Select(t.C("id")).From(t).Where(sql.And(
			sql.ColumnsEQ(t.C("id"), s.C("proposal_id")),
			sql.ColumnsLTE(t.C(proposal.FieldSubmittedAt), s.C("committed_at")),
		))
		may = append(may, sql.And(outside, sql.Exists(tabled)))
	}
	if v.Sits(viewer.ExecutiveBureau) {
		may = append(may, sql.And(outside, sql.NotNull(s.C("agreement_id"))))
	}
	return sql.Or(may...)
}

// within admits rows whose column refers to a row of the table that the rule
// admits.
func within(v *viewer.Viewer, s *sql.Selector, column, table string, rule Rule) *sql.Predicate {
	t := sql.Table(table)
	q := sql.Select(t.C("id")).From(t)
	p := rule(v, q)
	if p == nil {
		return nil
	}
	return sql.In(s.C(column), q.Where(p))
}
