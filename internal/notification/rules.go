package notification

import (
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/notification"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/ent/generated/ent/threadreading"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/id"
)

// rule says whom an event of a kind concerns.
type rule struct {
	// parties are bodies, seats, organisations and persons all of whose people are
	// concerned, for this kind of reason; nil: none.
	parties func(k *knowledge, e *ent.LogEntry) []uuid.UUID
	kind    Kind
	// persons adds single persons; nil: none.
	persons func(k *knowledge, e *ent.LogEntry, tell func(person uuid.UUID, kind Kind))
}

// rules are the kinds of events of which persons are told. Others are for those
// who look.
var rules map[string]*rule

func init() { //nolint:gochecknoinits // the rules ask for what asks for the rules
	rules = map[string]*rule{
		"MessagePosted":     {persons: posted},
		"MessageEdited":     {persons: edited},
		"ThreadOpened":      {kind: notification.KindAccess, parties: audience},
		"AccessGranted":     {kind: notification.KindAccess, parties: admitted},
		"ProposalMoved":     {kind: notification.KindDecision, parties: decided},
		"SeatAssigned":      {kind: notification.KindAssignment, parties: concernedPerson},
		"StaffPostAssigned": {kind: notification.KindAssignment, parties: concernedPerson},

		// Who sees what is held is decided by the rights: the Secretariat that takes part.
		"MessageHeld":  {kind: notification.KindHeldPost, parties: audience},
		"PostReturned": {kind: notification.KindReturnedPost, parties: concernedPerson},

		"NoticeDelivered":      {kind: notification.KindNotice, parties: addressedSeat},
		"NoticeUnacknowledged": {kind: notification.KindDue, parties: addressedSeat},
		"RequestDispatched":    {kind: notification.KindRequest, parties: addressee},
		"ExtensionDecided":     {kind: notification.KindRequest, parties: addressee},
		"RequestVoided":        {kind: notification.KindRequest, parties: addressee},
		"RequestAnswered":      {kind: notification.KindAnswer, parties: asker},
		"ExtensionRequested":   {kind: notification.KindAnswer, parties: asker},
		"RequestOverdue": {kind: notification.KindDue, parties: func(k *knowledge, e *ent.LogEntry) []uuid.UUID {
			return append(addressee(k, e), asker(k, e)...)
		}},
	}
}

// concerning are the events of which persons may be told.
func concerning(entries []*ent.LogEntry) []*ent.LogEntry {
	var out []*ent.LogEntry
	for _, e := range entries {
		switch {
		case rules[e.Kind] == nil:
		case e.Kind == "MessageEdited" && !slices.ContainsFunc(facts(e).Changes, func(c eventlog.Change) bool { return c.Field == "mentions" }):
		default:
			out = append(out, e)
		}
	}
	return out
}

// concerned are the parties whose people are to be looked up for an event.
func (k *knowledge) concerned(e *ent.LogEntry) []uuid.UUID {
	if r := rules[e.Kind]; r != nil && r.parties != nil {
		return r.parties(k, e)
	}
	return nil
}

// reasons are the persons whom an event concerns, each for the reason that
// concerns them most.
func (k *knowledge) reasons(e *ent.LogEntry) map[uuid.UUID]Kind {
	r := rules[e.Kind]
	if r == nil {
		return nil
	}
	out := map[uuid.UUID]Kind{}
	tell := func(p uuid.UUID, kind Kind) {
		if before, told := out[p]; !told || closer(kind, before) {
			out[p] = kind
		}
	}
	for _, party := range k.concerned(e) {
		for _, p := range k.members[party] {
			tell(p, r.kind)
		}
	}
	if r.persons != nil {
		r.persons(k, e, tell)
	}
	return out
}

// posted: who is mentioned; the author of the message that is answered, who wrote in
// the discussion before or opened it, and who follows it: none of them if they muted
// it, but for a mention by name. An author
// whose post somebody else released is told of that in any case.
func posted(k *knowledge, e *ent.LogEntry, tell func(uuid.UUID, Kind)) {
	m := k.messages[e.SubjectID]
	if m == nil || e.ThreadID == nil {
		return
	}
	attention := k.attention[*e.ThreadID]
	heed := func(p uuid.UUID, kind Kind) {
		if p != m.AuthorID && attention[p] != threadreading.AttentionMuted {
			tell(p, kind)
		}
	}
	for p := range k.writers[*e.ThreadID] {
		heed(p, notification.KindMessage)
	}
	for p, a := range attention {
		if a == threadreading.AttentionFollowing {
			heed(p, notification.KindMessage)
		}
	}
	if m.ReplyToID != nil {
		if to := k.messages[*m.ReplyToID]; to != nil {
			heed(to.AuthorID, notification.KindReply)
		}
	}
	k.mentioned(e, m, tell)
	if e.ActorID != nil && *e.ActorID != m.AuthorID {
		tell(m.AuthorID, notification.KindReleasedPost)
	}
}

// mentioned: whom the mentions reach that an event adds to a message; who has muted
// the discussion only by name.
func (k *knowledge) mentioned(e *ent.LogEntry, m *ent.Message, tell func(uuid.UUID, Kind)) {
	reach := k.mentions[e.ID]
	for _, p := range reach.reached {
		if p != m.AuthorID && (k.attention[*e.ThreadID][p] != threadreading.AttentionMuted || reach.named[p]) {
			tell(p, notification.KindMention)
		}
	}
}

// edited: who is mentioned by the message since, and was not told so before.
func edited(k *knowledge, e *ent.LogEntry, tell func(uuid.UUID, Kind)) {
	m := k.messages[e.SubjectID]
	if m == nil || e.ThreadID == nil {
		return
	}
	k.mentioned(e, m, func(p uuid.UUID, kind Kind) {
		if !k.knows[m.ID][p] {
			tell(p, kind)
		}
	})
}

// admitted is the party that was admitted to a discussion.
func admitted(_ *knowledge, e *ent.LogEntry) []uuid.UUID {
	u, err := id.Parse(facts(e).To)
	if err != nil {
		return nil
	}
	return []uuid.UUID{u}
}

// decisions are the statuses that a body decides on.
var decisions = []string{
	string(proposal.StatusApproved), string(proposal.StatusApprovedWithConditions), string(proposal.StatusDeferred),
	string(proposal.StatusReturned), string(proposal.StatusRejected),
}

// decided is the body that sponsors a proposal, if it was decided on.
func decided(k *knowledge, e *ent.LogEntry) []uuid.UUID {
	if e.ProposalID == nil || !slices.Contains(decisions, facts(e).To) {
		return nil
	}
	return []uuid.UUID{k.tabling[e.ID].Sponsor}
}

func concernedPerson(_ *knowledge, e *ent.LogEntry) []uuid.UUID {
	if e.PersonID == nil {
		return nil
	}
	return []uuid.UUID{*e.PersonID}
}

// audience are the parties of the discussion.
func audience(k *knowledge, e *ent.LogEntry) []uuid.UUID {
	if e.ThreadID == nil {
		return nil
	}
	parties := k.parties[*e.ThreadID]
	out := make([]uuid.UUID, len(parties))
	for i, p := range parties {
		out[i] = p.ID
	}
	return out
}

// addressedSeat is the seat to which a notice went: whoever holds it now.
func addressedSeat(_ *knowledge, e *ent.LogEntry) []uuid.UUID {
	if e.SeatID == nil {
		return nil
	}
	return []uuid.UUID{*e.SeatID}
}

// addressee is to whom a request for information goes.
func addressee(k *knowledge, e *ent.LogEntry) []uuid.UUID {
	r := k.requests[e.SubjectID]
	if r == nil {
		return nil
	}
	return present(r.AddresseeBodyID, r.AddresseeSeatID, r.AddresseePersonID, r.AddresseeOrganisationID)
}

// asker are who drafted a request and who dispatched it.
func asker(k *knowledge, e *ent.LogEntry) []uuid.UUID {
	r := k.requests[e.SubjectID]
	if r == nil {
		return nil
	}
	return present(r.DraftedByID, r.DispatchedByID)
}

// present are those that are there.
func present(all ...*uuid.UUID) []uuid.UUID {
	var out []uuid.UUID
	for _, u := range all {
		if u != nil {
			out = append(out, *u)
		}
	}
	return out
}
