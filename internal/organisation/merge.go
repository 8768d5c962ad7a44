package organisation

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/activity"
	"acs-aec.org/hub/ent/generated/ent/activityparticipant"
	"acs-aec.org/hub/ent/generated/ent/agreementparty"
	"acs-aec.org/hub/ent/generated/ent/aiddonor"
	"acs-aec.org/hub/ent/generated/ent/budget"
	entdashboard "acs-aec.org/hub/ent/generated/ent/dashboard"
	"acs-aec.org/hub/ent/generated/ent/informationrequest"
	"acs-aec.org/hub/ent/generated/ent/legalhold"
	"acs-aec.org/hub/ent/generated/ent/membership"
	"acs-aec.org/hub/ent/generated/ent/opportunity"
	"acs-aec.org/hub/ent/generated/ent/organisation"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/ent/generated/ent/threadaudience"
	"acs-aec.org/hub/ent/generated/ent/transaction"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/country"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/search"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

var msgItself = i18n.Message{
	EN: "An organisation can't be merged into itself.", ES: "Una organización no se puede fusionar consigo misma.",
	FR: "Une organisation ne peut être fusionnée avec elle-même.",
}

// MergeInput says that two entries are the same organisation.
type MergeInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Into             uuid.UUID
}

// Merge merges an entry into another, which stays: it keeps its row and points
// to the other, and what referred to it refers to the other. For the
// Secretariat. One that was merged already is CONFLICT; so is a stale revision.
// A target that was merged itself is INVALID_INPUT.
func (s *Service) Merge(ctx context.Context, in MergeInput) (*ent.Organisation, command.Receipt, error) {
	if err := command.Secretariat(ctx); err != nil {
		return nil, command.Receipt{}, err
	}
	if in.ID == in.Into {
		return nil, command.Receipt{}, apperr.Invalid("input.intoId", msgItself)
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Organisation, error) {
		rows, err := tx.Organisation.Query().Where(batch.In(organisation.FieldID, []uuid.UUID{in.ID, in.Into}), store.Locked(tx)).
			Order(batch.ByID).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("organisation: lock the two: %w", err)
		}
		var from, into *ent.Organisation
		for _, o := range rows {
			if o.ID == in.ID {
				from = o
			} else {
				into = o
			}
		}
		if from == nil {
			return nil, apperr.ErrNotFound
		}
		if err := command.Unchanged(from.Revision, in.ExpectedRevision); err != nil {
			return nil, err
		}
		if from.Status != organisation.StatusActive {
			return nil, command.WrongState(string(from.Status), from.Revision)
		}
		if into == nil {
			return nil, command.AtField("input.intoId", &ent.NotFoundError{})
		}
		if into.Status != organisation.StatusActive {
			return nil, apperr.Invalid("input.intoId", msgMerged)
		}
		now := s.Time()
		if err := (move{tx, from.ID, into.ID, now}).all(viewer.With(ctx, viewer.System())); err != nil {
			return nil, err
		}
		from, err = from.Update().SetStatus(organisation.StatusMerged).SetMergedIntoID(into.ID).
			SetUpdatedAt(now).SetRevision(from.Revision + 1).Save(ctx)
		if err != nil {
			return nil, fmt.Errorf("organisation: merge: %w", err)
		}
		return from, s.tell(ctx, "OrganisationMerged", from.ID, eventlog.Facts{To: id.Format(into.ID)})
	})
}

// move lets what refers to one entry refer to another.
type move struct {
	tx         *ent.Client
	from, into uuid.UUID
	now        time.Time
}

func (m move) all(ctx context.Context) error {
	for _, step := range []struct {
		what string
		run  func(context.Context) error
	}{
		{"parties", m.parties},
		{"memberships", m.memberships},
		{"admissions", m.admissions},
		{"people", m.people},
		{"money", m.money},
		{"statistics", m.statistics},
		{"opportunities", m.opportunities},
		{"dashboards", m.dashboards},
		{"requests", m.requests},
		{"discussions", m.discussions},
	} {
		if err := step.run(ctx); err != nil {
			return fmt.Errorf("organisation: move %s: %w", step.what, err)
		}
	}
	return nil
}

// parties moves parts in agreements. Where both were party, one part is enough:
// an agreement names each party once.
func (m move) parties(ctx context.Context) error {
	_, err := m.tx.AgreementParty.Delete().Where(agreementparty.OrganisationID(m.from), func(s *sql.Selector) {
		t := sql.Table(agreementparty.Table)
		s.Where(sql.In(s.C(agreementparty.FieldAgreementID), sql.Select(t.C(agreementparty.FieldAgreementID)).From(t).
			Where(sql.EQ(t.C(agreementparty.FieldOrganisationID), m.into))))
	}).Exec(ctx)
	if err != nil {
		return err
	}
	return m.tx.AgreementParty.Update().Where(agreementparty.OrganisationID(m.from)).SetOrganisationID(m.into).Exec(ctx)
}

// memberships moves memberships of the ACS, but for those of a time in which the
// other has one: they stay with the merged entry.
func (m move) memberships(ctx context.Context) error {
	all, err := m.tx.Membership.Query().Where(membership.OrganisationIDIn(m.from, m.into)).Order(batch.ByID).All(ctx)
	if err != nil {
		return err
	}
	var kept, moved []*ent.Membership
	for _, row := range all {
		if *row.OrganisationID == m.into {
			kept = append(kept, row)
		}
	}
next:
	for _, row := range all {
		if *row.OrganisationID != m.from {
			continue
		}
		for _, k := range kept {
			if country.Overlap(row, k) {
				continue next
			}
		}
		moved = append(moved, row)
	}
	for _, row := range moved {
		if err := row.Update().SetOrganisationID(m.into).SetUpdatedAt(m.now).SetRevision(row.Revision + 1).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// admissions moves admissions to discussions. Where the other is admitted too,
// the merged entry's admission ends.
func (m move) admissions(ctx context.Context) error {
	both := func(s *sql.Selector) {
		t := sql.Table(threadaudience.Table)
		s.Where(sql.In(s.C(threadaudience.FieldThreadID), sql.Select(t.C(threadaudience.FieldThreadID)).From(t).Where(sql.And(
			sql.EQ(t.C(threadaudience.FieldOrganisationID), m.into), sql.IsNull(t.C(threadaudience.FieldEndedAt)),
		))))
	}
	ended, err := m.tx.ThreadAudience.Query().
		Where(threadaudience.OrganisationID(m.from), threadaudience.EndedAtIsNil(), both).IDs(ctx)
	if err != nil {
		return err
	}
	if len(ended) > 0 {
		if err := m.tx.ThreadAudience.Update().Where(batch.In(threadaudience.FieldID, ended)).SetEndedAt(m.now).Exec(ctx); err != nil {
			return err
		}
	}
	return m.tx.ThreadAudience.Update().Where(threadaudience.OrganisationID(m.from), threadaudience.EndedAtIsNil()).
		SetOrganisationID(m.into).Exec(ctx)
}

// people moves the people of the organisation, and its seats.
func (m move) people(ctx context.Context) error {
	err := m.tx.Person.Update().Where(person.OrganisationID(m.from)).SetOrganisationID(m.into).
		SetUpdatedAt(m.now).AddRevision(1).Exec(ctx)
	if err != nil {
		return err
	}
	return m.tx.Seat.Update().Where(seat.OrganisationID(m.from)).SetOrganisationID(m.into).
		SetUpdatedAt(m.now).AddRevision(1).Exec(ctx)
}

// money moves parts in activities, transactions and budgets. What was published
// about them stays as it was written.
func (m move) money(ctx context.Context) error {
	if err := m.tx.Activity.Update().Where(activity.ReportingID(m.from)).SetReportingID(m.into).Exec(ctx); err != nil {
		return err
	}
	if err := m.tx.ActivityParticipant.Update().Where(activityparticipant.OrganisationID(m.from)).
		SetOrganisationID(m.into).Exec(ctx); err != nil {
		return err
	}
	if err := m.tx.Transaction.Update().Where(transaction.ProviderID(m.from)).SetProviderID(m.into).Exec(ctx); err != nil {
		return err
	}
	if err := m.tx.Transaction.Update().Where(transaction.ReceiverID(m.from)).SetReceiverID(m.into).Exec(ctx); err != nil {
		return err
	}
	if err := m.tx.Budget.Update().Where(budget.ProviderID(m.from)).SetProviderID(m.into).Exec(ctx); err != nil {
		return err
	}
	if err := m.tx.Budget.Update().Where(budget.ReceiverID(m.from)).SetReceiverID(m.into).Exec(ctx); err != nil {
		return err
	}
	return funding.Merged(ctx, m.tx, m.from, m.into)
}

// statistics moves what statistics tell of the organisation.
func (m move) statistics(ctx context.Context) error {
	return m.tx.AidDonor.Update().Where(aiddonor.OrganisationID(m.from)).SetOrganisationID(m.into).
		SetUpdatedAt(m.now).AddRevision(1).Exec(ctx)
}

// opportunities moves the funding that the organisation offers.
func (m move) opportunities(ctx context.Context) error {
	return m.tx.Opportunity.Update().Where(opportunity.DonorID(m.from)).SetDonorID(m.into).
		SetUpdatedAt(m.now).AddRevision(1).Exec(ctx)
}

// dashboards lets the people of the organisation go on seeing what was shown to them.
func (m move) dashboards(ctx context.Context) error {
	return m.tx.Dashboard.Update().Where(entdashboard.OrganisationID(m.from)).SetOrganisationID(m.into).
		SetUpdatedAt(m.now).AddRevision(1).Exec(ctx)
}

// requests moves what the organisation was asked, so that its people can answer.
func (m move) requests(ctx context.Context) error {
	return m.tx.InformationRequest.Update().Where(informationrequest.AddresseeOrganisationID(m.from)).SetAddresseeOrganisationID(m.into).
		SetUpdatedAt(m.now).AddRevision(1).Exec(ctx)
}

// discussions moves the discussions on the organisation, and what keeps them from
// being deleted.
func (m move) discussions(ctx context.Context) error {
	if err := m.tx.Thread.Update().Where(thread.OrganisationID(m.from)).SetOrganisationID(m.into).Exec(ctx); err != nil {
		return err
	}
	if err := m.tx.LegalHold.Update().Where(legalhold.OrganisationID(m.from)).SetOrganisationID(m.into).Exec(ctx); err != nil {
		return err
	}
	return search.Renamed(ctx, m.tx, m.into)
}
