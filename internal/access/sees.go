package access

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/proposal"
	"acs-aec.org/hub/ent/generated/ent/threadaudience"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/viewer"
)

// Party is one who takes part in a discussion now: a body with all who hold a seat
// or post in it, a seat with who holds it, a person, an organisation with its
// people.
type Party struct {
	ID uuid.UUID
	// From is the number of the last message that they do not see; 0: they see all.
	From int
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
				out = append(out, Party{ID: *u, From: r.FromNumber})
			}
		}
	}
	return out
}

// Tabling is what the rights on an event of a proposal depend on. Neither ever
// changes once it is there.
type Tabling struct {
	Sponsor     uuid.UUID
	SubmittedAt *time.Time
}

// TablingOf reads it for the proposals of some events, with one statement. Of
// events that are read after they were committed, it holds for good.
func TablingOf(ctx context.Context, client *ent.Client, entries []*ent.LogEntry) (map[uuid.UUID]Tabling, error) {
	var ids []uuid.UUID
	for _, e := range entries {
		if e.ProposalID != nil && !slices.Contains(ids, *e.ProposalID) {
			ids = append(ids, *e.ProposalID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := client.Proposal.Query().Where(batch.In(proposal.FieldID, ids)).All(viewer.With(ctx, viewer.System()))
	if err != nil {
		return nil, fmt.Errorf("access: read proposals: %w", err)
	}
	out := make(map[uuid.UUID]Tabling, len(rows))
	for _, r := range rows {
		out[r.ID] = Tabling{Sponsor: r.SponsorID, SubmittedAt: r.SubmittedAt}
	}
	return out, nil
}

// Sees says whether the viewer may see an event: the rule Log, without the
// database. parties are those of the event's thread, tabling that of its
// proposal, where it has one.
func Sees(v *viewer.Viewer, e *ent.LogEntry, parties Parties, tabling Tabling) bool {
	switch {
	case e.ThreadID != nil:
		from, in := parties.From(v)
		return in && (e.MessageNumber == nil || *e.MessageNumber > from) &&
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
	}
	bureau := v.Sits(viewer.ExecutiveBureau)
	tabled := e.ProposalID != nil && tabling.SubmittedAt != nil && !tabling.SubmittedAt.After(e.CommittedAt)
	return tabled && (bureau || v.Sits(viewer.Council)) || e.AgreementID != nil && bureau
}
