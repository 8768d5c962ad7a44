package informationrequest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/informationrequest"
	"acs-aec.org/hub/internal/batch"
)

// Clock is how long a procedure has run, and how long it has stood.
type Clock struct {
	StartedAt time.Time
	// EndedAt is nil as long as the procedure goes on.
	EndedAt    *time.Time
	StoppedNow bool
	// StoppedSince is since when it stands now.
	StoppedSince *time.Time
	// RunningDays and StoppedDays are the midnights in Port of Spain that have passed,
	// each in one of them.
	RunningDays, StoppedDays int
	Stops                    []*Stop
}

// Stop is a time in which a request stopped a clock. To is nil as long as it does.
type Stop struct {
	Request *ent.InformationRequest
	From    time.Time
	To      *time.Time
}

// Compute is the clock of a procedure that was started, that ended unless end is nil,
// and that the stops held up, in any order. A stop counts for the days after the one
// on which it begins, up to the one on which it ends; days on which several stopped
// it count once.
func Compute(start time.Time, end *time.Time, now time.Time, stops []*Stop) *Clock {
	until := now
	if end != nil {
		until = *end
	}
	stops = slices.SortedStableFunc(slices.Values(stops), func(a, b *Stop) int { return cmp.Compare(a.From.UnixNano(), b.From.UnixNano()) })
	c := &Clock{StartedAt: start, EndedAt: end, Stops: stops}
	first, last := dayNumber(start), dayNumber(until)
	counted := first // days up to here are counted
	var since, over time.Time
	for _, s := range stops {
		from, to := s.From, until
		if s.To != nil && s.To.Before(until) {
			to = *s.To
		}
		if from.Before(start) {
			from = start
		}
		if !from.Before(to) && s.To != nil || from.After(until) {
			continue
		}
		if a, b := max(dayNumber(from), counted), dayNumber(to); b > a {
			c.StoppedDays += b - a
			counted = b
		}
		if over.IsZero() || from.After(over) {
			since = from
		}
		if to.After(over) {
			over = to
		}
		if s.To == nil && end == nil {
			c.StoppedNow = true
		}
	}
	if c.StoppedNow {
		c.StoppedSince = &since
	}
	c.RunningDays = last - first - c.StoppedDays
	return c
}

// dayNumber counts the days in Port of Spain, which keeps UTC-4 all the year.
func dayNumber(t time.Time) int {
	const day = 24 * 60 * 60
	s := t.Unix() - 4*60*60
	n := s / day
	if s%day < 0 {
		n--
	}
	return int(n)
}

// ClockOf is the clock of a proposal, of the requests that the viewer may see; nil
// before it is submitted. The requests are read once for all proposals that were
// read together.
func (s *Service) ClockOf(ctx context.Context, p *ent.Proposal) (*Clock, error) {
	if p.SubmittedAt == nil {
		return nil, nil //nolint:nilnil // it has not been started
	}
	rows, err := batch.Many(ctx, p.Siblings(), p, "stops of the clock", func(p *ent.Proposal) uuid.UUID { return p.ID },
		func(ctx context.Context, ids []uuid.UUID) ([]*ent.InformationRequest, error) {
			return s.DB.Client.InformationRequest.Query().Where(
				batch.In(informationrequest.FieldProposalID, ids), informationrequest.StopsClock(true),
				informationrequest.StatusNEQ(informationrequest.StatusDraft),
			).Order(batch.ByID).All(ctx)
		}, func(r *ent.InformationRequest) uuid.UUID { return *r.ProposalID })
	if err != nil {
		return nil, err
	}
	stops := make([]*Stop, len(rows))
	for i, r := range rows {
		stops[i] = &Stop{Request: r, From: *r.DispatchedAt, To: r.AnsweredAt}
		if r.VoidedAt != nil {
			stops[i].To = r.VoidedAt
		}
	}
	return Compute(*p.SubmittedAt, p.DecidedAt, s.Time(), stops), nil
}
