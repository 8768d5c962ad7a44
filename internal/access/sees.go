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

// Parties are those who take part in a discussion now: bodies with all who hold a
// seat or post in them, persons, organisations with their people.
type Parties []uuid.UUID

// Admits says whether the viewer belongs to one of the parties.
func (p Parties) Admits(v *viewer.Viewer) bool {
	if !v.SignedIn() {
		return false
	}
	for _, u := range p {
		if u == v.Person || v.HasOrganisation() && u == v.Organisation || v.SitsIn(u) {
			return true
		}
	}
	return false
}

// PartiesOf reads who takes part in a thread now. It tells nobody: it is for
// checking rights, whoever asks.
func PartiesOf(ctx context.Context, client *ent.Client, thread uuid.UUID) (Parties, error) {
	rows, err := client.ThreadAudience.Query().
		Where(threadaudience.ThreadID(thread), threadaudience.EndedAtIsNil()).All(viewer.With(ctx, viewer.System()))
	if err != nil {
		return nil, fmt.Errorf("access: read who takes part: %w", err)
	}
	out := make(Parties, 0, len(rows))
	for _, r := range rows {
		for _, u := range []*uuid.UUID{r.BodyID, r.PersonID, r.OrganisationID} {
			if u != nil {
				out = append(out, *u)
			}
		}
	}
	return out, nil
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
		return parties.Admits(v)
	case v.Secretariat(), e.Public:
		return true
	case !v.SignedIn():
		return false
	case e.Personal && e.PersonID != nil && *e.PersonID == v.Person:
		return true
	case e.ProposalID != nil && v.SitsIn(tabling.Sponsor), e.ProgrammeID != nil && v.Seated():
		return true
	}
	bureau := v.Sits(viewer.ExecutiveBureau)
	tabled := e.ProposalID != nil && tabling.SubmittedAt != nil && !tabling.SubmittedAt.After(e.CommittedAt)
	return tabled && (bureau || v.Sits(viewer.Council)) || e.AgreementID != nil && bureau
}
