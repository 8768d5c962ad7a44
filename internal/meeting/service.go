package meeting

import (
	"context"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/meeting"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Service holds the commands.
type Service struct{ *command.Runner }

// New makes a service.
func New(r *command.Runner) *Service { return &Service{r} }

// manages says whether the viewer convenes and changes meetings of the body.
func manages(v *viewer.Viewer, in uuid.UUID) bool { return v.Secretariat() || v.Leads(in) }

// MayConvene says whether the viewer may convene a meeting of the body now.
func (*Service) MayConvene(v *viewer.Viewer, b *ent.Body) bool {
	return manages(v, b.ID) && b.Status == body.StatusActive
}

// MayEdit says whether the viewer may edit the meeting now.
func (*Service) MayEdit(v *viewer.Viewer, m *ent.Meeting) bool {
	return manages(v, m.BodyID) && Editable(m.Status)
}

// MayMove says whether the viewer may move the meeting to one of the next statuses
// now.
func (*Service) MayMove(v *viewer.Viewer, m *ent.Meeting) bool {
	return manages(v, m.BodyID) && len(next[m.Status]) > 0
}

// Next are the statuses to which the meeting may go from here.
func (*Service) Next(m *ent.Meeting) []meeting.Status { return Next(m.Status) }

// ConveneInput is a new meeting.
type ConveneInput struct {
	Body            uuid.UUID
	Title           *i18n.TextInput
	Reference       *string
	Starts, Ends    time.Time
	TimeZone        *string
	Place, Link     *string
	OpenToObservers bool `json:",omitempty"`
}

// Convene plans a meeting of a body. For the Secretariat and who leads the body;
// others are FORBIDDEN. A body that does not exist or was dissolved is
// INVALID_INPUT, a reference that the body uses already is ALREADY_EXISTS.
func (s *Service) Convene(ctx context.Context, in ConveneInput, key *string) (*ent.Meeting, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err == nil {
		err = command.Allow(ctx, manages(v, in.Body))
	}
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Create(ctx, s.Runner, command.Claim{Key: key, Mutation: "conveneMeeting", Input: in},
		func(ctx context.Context, tx *ent.Client) (*ent.Meeting, error) { return s.convene(ctx, tx, in) },
		func(m *ent.Meeting) uuid.UUID { return m.ID },
		func(ctx context.Context, tx *ent.Client, u uuid.UUID) (*ent.Meeting, error) {
			m, err := tx.Meeting.Get(ctx, u)
			return m, command.Found(err)
		})
}

func (s *Service) convene(ctx context.Context, tx *ent.Client, in ConveneInput) (*ent.Meeting, error) {
	now := s.Time()
	if err := checkBody(ctx, tx, in.Body); err != nil {
		return nil, err
	}
	title, err := command.Text(ctx, "input.title", in.Title, titleLimit, true, now)
	if err != nil {
		return nil, err
	}
	reference, err := command.Optional("input.reference", in.Reference, referenceLimit)
	if err != nil {
		return nil, err
	}
	where, err := whereOf(in.TimeZone, in.Place, in.Link)
	if err != nil {
		return nil, err
	}
	starts, ends := stored(in.Starts), stored(in.Ends)
	if err := checkTimes(starts, ends); err != nil {
		return nil, err
	}
	c := tx.Meeting.Create().SetID(s.NewID(id.Meeting)).SetCreatedAt(now).SetUpdatedAt(now).SetBodyID(in.Body).SetTitleText(title).
		SetStarts(starts).SetEnds(ends).SetTimeZone(where.zone).SetPlace(where.place).SetLink(where.link).SetOpenToObservers(in.OpenToObservers)
	if reference != "" {
		c.SetReference(reference)
	}
	if v := viewer.From(ctx); v.SignedIn() {
		c.SetCreatedByID(v.Person)
	}
	m, err := c.Save(ctx)
	if err := taken(err); err != nil {
		return nil, err
	}
	return m, s.tell(ctx, "MeetingConvened", m, eventlog.Facts{})
}

// where is where a meeting is.
type where struct{ zone, place, link string }

// whereOf checks where a meeting is; a zone that is not given is that of the seat.
func whereOf(zone, place, link *string) (w where, err error) {
	w.zone = usualZone
	if zone != nil {
		w.zone = *zone
	}
	if err := checkZone(w.zone); err != nil {
		return w, err
	}
	if w.place, err = command.Optional("input.place", place, placeLimit); err != nil {
		return w, err
	}
	w.link, err = command.Optional("input.link", link, linkLimit)
	return w, err
}

func taken(err error) error {
	return store.Taken(err, meeting.FieldReference, apperr.New(apperr.AlreadyExists, msgReference).In("input.reference"))
}

// change locks a meeting for a change on this revision: NOT_FOUND if the viewer may
// not see it, FORBIDDEN for who does not manage it, CONFLICT on another revision.
func (s *Service) change(ctx context.Context, u uuid.UUID, revision int,
	fn func(ctx context.Context, tx *ent.Client, m *ent.Meeting) (*ent.Meeting, error),
) (*ent.Meeting, command.Receipt, error) {
	v, err := command.SignedIn(ctx)
	if err != nil {
		return nil, command.Receipt{}, err
	}
	return command.Do(ctx, s.Runner, func(ctx context.Context, tx *ent.Client) (*ent.Meeting, error) {
		m, err := tx.Meeting.Query().Where(meeting.ID(u), store.Locked(tx)).Only(ctx)
		if err != nil {
			return nil, command.Found(err)
		}
		if err := command.Allow(ctx, manages(v, m.BodyID)); err != nil {
			return nil, err
		}
		if err := command.Unchanged(m.Revision, revision); err != nil {
			return nil, err
		}
		return fn(ctx, tx, m)
	})
}

// tell tells an event of the meeting as it is now.
func (s *Service) tell(ctx context.Context, kind string, m *ent.Meeting, facts eventlog.Facts) error {
	return s.Log.Append(ctx, eventlog.Event{
		Kind: kind, Subject: m.ID, Body: &m.BodyID, Meeting: &m.ID, Public: m.OpenToObservers, Facts: facts,
	})
}
