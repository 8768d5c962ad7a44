package access

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/informationrequest"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/ent/generated/ent/requestextension"
	"acs-aec.org/hub/ent/generated/ent/threadaudience"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// Party is one who takes part in a discussion now: a body with all who hold a seat
// or post in it, a seat with who holds it, a person, an organisation with its
// people.
type Party struct {
	ID uuid.UUID
	// From is the number of the last message that they do not see; 0: they see all.
	From int
	// Since is when they were admitted.
	Since time.Time
}

// admits says whether the viewer belongs to the party.
func (p Party) admits(v *viewer.Viewer) bool {
	return p.ID == v.Person || v.HasOrganisation() && p.ID == v.Organisation || v.SitsIn(p.ID) || v.Holds(p.ID)
}

// Parties are those who take part in a discussion now.
type Parties []Party

// Admits says whether the viewer belongs to one of the parties.
func (p Parties) Admits(v *viewer.Viewer) bool {
	_, in := p.From(v)
	return in
}

// From is the number of the last message that the viewer does not see, 0 if there
// is none; false for who belongs to none of the parties.
func (p Parties) From(v *viewer.Viewer) (from int, in bool) {
	if !v.SignedIn() {
		return 0, false
	}
	for _, u := range p {
		if u.admits(v) && (!in || u.From < from) {
			from, in = u.From, true
		}
	}
	return from, in
}

// IDs are the bodies, seats, persons and organisations that the parties are.
func (p Parties) IDs() []uuid.UUID {
	out := make([]uuid.UUID, len(p))
	for i, u := range p {
		out[i] = u.ID
	}
	return out
}

// Common is the number of the last message that not all of the parties see, 0 if
// all see all.
func (p Parties) Common() int {
	from := 0
	for _, u := range p {
		from = max(from, u.From)
	}
	return from
}

// PartiesOf reads who takes part in a thread now. It tells nobody: it is for
// checking rights, whoever asks.
func PartiesOf(ctx context.Context, client *ent.Client, thread uuid.UUID) (Parties, error) {
	rows, err := client.ThreadAudience.Query().
		Where(threadaudience.ThreadID(thread), threadaudience.EndedAtIsNil()).All(viewer.With(ctx, viewer.System()))
	if err != nil {
		return nil, fmt.Errorf("access: read who takes part: %w", err)
	}
	return PartiesIn(rows), nil
}

// PartiesIn are the parties of places in an audience that have not ended.
func PartiesIn(rows []*ent.ThreadAudience) Parties {
	out := make(Parties, 0, len(rows))
	for _, r := range rows {
		for _, u := range []*uuid.UUID{r.BodyID, r.SeatID, r.PersonID, r.OrganisationID} {
			if u != nil {
				out = append(out, Party{ID: *u, From: r.FromNumber, Since: r.CreatedAt})
			}
		}
	}
	return out
}

// Tabling is what the rights on an event depend on beside it: for one of a proposal,
// who sponsors it and when it was submitted, for one of a request for information,
// when that was dispatched. None of it ever changes once it is there.
type Tabling struct {
	Sponsor      uuid.UUID
	SubmittedAt  *time.Time
	DispatchedAt *time.Time
}

// TablingOf reads it for some events, by their id, with one statement where there are
// events of proposals, and one or two where there are any of requests for
// information. Of events that are read after they were committed, it holds for good.
func TablingOf(ctx context.Context, client *ent.Client, entries []*ent.LogEntry) (map[uuid.UUID]Tabling, error) {
	ctx = viewer.With(ctx, viewer.System())
	var proposals, requests, extensions []uuid.UUID
	for _, e := range entries {
		if e.ProposalID != nil && !slices.Contains(proposals, *e.ProposalID) {
			proposals = append(proposals, *e.ProposalID)
		}
		switch id.KindOf(e.SubjectID) {
		case id.Request:
			requests = append(requests, e.SubjectID)
		case id.Extension:
			extensions = append(extensions, e.SubjectID)
		}
	}
	of := map[uuid.UUID]Tabling{} // by proposal, request and extension
	if len(proposals) > 0 {
		rows, err := client.Proposal.Query().Where(batch.In(proposal.FieldID, proposals)).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("access: read proposals: %w", err)
		}
		for _, r := range rows {
			of[r.ID] = Tabling{Sponsor: r.SponsorID, SubmittedAt: r.SubmittedAt}
		}
	}
	request := map[uuid.UUID]uuid.UUID{} // by extension
	if len(extensions) > 0 {
		rows, err := client.RequestExtension.Query().Where(batch.In(requestextension.FieldID, extensions)).
			Select(requestextension.FieldID, requestextension.FieldRequestID).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("access: read extensions: %w", err)
		}
		for _, r := range rows {
			request[r.ID], requests = r.RequestID, append(requests, r.RequestID)
		}
	}
	if len(requests) > 0 {
		rows, err := client.InformationRequest.Query().Where(batch.In(informationrequest.FieldID, requests)).
			Select(informationrequest.FieldID, informationrequest.FieldDispatchedAt).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("access: read requests for information: %w", err)
		}
		for _, r := range rows {
			of[r.ID] = Tabling{DispatchedAt: r.DispatchedAt}
		}
	}
	out := make(map[uuid.UUID]Tabling, len(entries))
	for _, e := range entries {
		var t Tabling
		if e.ProposalID != nil {
			t = of[*e.ProposalID]
		}
		subject := e.SubjectID
		if r, ok := request[subject]; ok {
			subject = r
		}
		t.DispatchedAt = of[subject].DispatchedAt
		out[e.ID] = t
	}
	return out, nil
}

// sees says whether the viewer belongs to a party that sees an event of the
// discussion: of a message, by its number; of a request for information, by when it
// was dispatched.
func (p Parties) sees(v *viewer.Viewer, number *int, dispatched *time.Time) bool {
	if !v.SignedIn() {
		return false
	}
	return slices.ContainsFunc(p, func(u Party) bool {
		return u.admits(v) && (u.From == 0 || (number == nil || *number > u.From) && (dispatched == nil || !u.Since.After(*dispatched)))
	})
}

// Sees says whether the viewer may see an event: the rule Log, without the
// database. parties are those of the event's thread, tabling is what TablingOf read
// for the event.
func Sees(v *viewer.Viewer, e *ent.LogEntry, parties Parties, tabling Tabling) bool {
	switch {
	case e.ThreadID != nil:
		return parties.sees(v, e.MessageNumber, tabling.DispatchedAt) &&
			(!e.Personal || v.Secretariat() || e.PersonID != nil && *e.PersonID == v.Person)
	case v.Secretariat(), e.Public:
		return true
	case !v.SignedIn():
		return false
	case e.Personal && e.PersonID != nil && *e.PersonID == v.Person:
		return true
	case e.SeatID != nil && v.Holds(*e.SeatID), e.Led && e.BodyID != nil && v.Leads(*e.BodyID):
		return true
	case e.ProposalID != nil && v.SitsIn(tabling.Sponsor), e.ProgrammeID != nil && v.Seated():
		return true
	case e.OpportunityID != nil && v.Seated(), e.MeetingID != nil && e.BodyID != nil && v.SitsIn(*e.BodyID):
		return true
	}
	bureau := v.Sits(viewer.ExecutiveBureau)
	tabled := e.ProposalID != nil && tabling.SubmittedAt != nil && !tabling.SubmittedAt.After(e.CommittedAt)
	return tabled && (bureau || v.Sits(viewer.Council)) || e.AgreementID != nil && bureau
}
