package meeting

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/search"
)

// EditInput is a change of a meeting. What is not given stays.
type EditInput struct {
	ID               uuid.UUID
	ExpectedRevision int
	Title            *i18n.TextInput
	Reference        command.Field[string]
	Starts, Ends     command.Field[time.Time]
	TimeZone         command.Field[string]
	Place, Link      command.Field[string]
	OpenToObservers  command.Field[bool]
}

// Edit changes a meeting that is planned or open; one that is over is a CONFLICT.
// For the Secretariat and who leads the body.
func (s *Service) Edit(ctx context.Context, in EditInput) (*ent.Meeting, command.Receipt, error) {
	return s.change(ctx, in.ID, in.ExpectedRevision, func(ctx context.Context, tx *ent.Client, m *ent.Meeting) (*ent.Meeting, error) {
		if !Editable(m.Status) {
			return nil, command.WrongState(string(m.Status), m.Revision)
		}
		return s.edit(ctx, tx, m, in)
	})
}

func (s *Service) edit(ctx context.Context, tx *ent.Client, m *ent.Meeting, in EditInput) (*ent.Meeting, error) {
	title, retitled, err := command.EditText(ctx, "input.title", m.TitleText(), in.Title, titleLimit, true, s.Time())
	if err != nil {
		return nil, err
	}
	reference, err := command.Optional("input.reference", in.Reference.OrNil(m.Reference), referenceLimit)
	if err != nil {
		return nil, err
	}
	zone, err := in.TimeZone.Or("input.timeZone", m.TimeZone)
	if err != nil {
		return nil, err
	}
	w, err := whereOf(&zone, in.Place.OrNil(&m.Place), in.Link.OrNil(&m.Link))
	if err != nil {
		return nil, err
	}
	starts, err := in.Starts.Or("input.starts", m.Starts)
	if err != nil {
		return nil, err
	}
	ends, err := in.Ends.Or("input.ends", m.Ends)
	if err != nil {
		return nil, err
	}
	open, err := in.OpenToObservers.Or("input.openToObservers", m.OpenToObservers)
	if err != nil {
		return nil, err
	}
	starts, ends = stored(starts), stored(ends)
	if err := checkTimes(starts, ends); err != nil {
		return nil, err
	}
	var d eventlog.Diff
	d.Text("title", retitled)
	d.Value("reference", command.Word(m.Reference), reference)
	d.Value("starts", told(m.Starts), told(starts))
	d.Value("ends", told(m.Ends), told(ends))
	d.Value("timeZone", m.TimeZone, w.zone)
	d.Value("place", m.Place, w.place)
	d.Text("link", m.Link != w.link) // not everybody who sees the event sees the link
	d.Value("openToObservers", strconv.FormatBool(m.OpenToObservers), strconv.FormatBool(open))
	if !d.Any() {
		return m, nil
	}
	u := m.Update().SetUpdatedAt(s.Time()).SetRevision(m.Revision + 1).SetTitleText(title).SetStarts(starts).SetEnds(ends).
		SetTimeZone(w.zone).SetPlace(w.place).SetLink(w.link).SetOpenToObservers(open)
	if reference == "" {
		u.ClearReference()
	} else {
		u.SetReference(reference)
	}
	m, err = u.Save(ctx)
	if err := taken(err); err != nil {
		return nil, err
	}
	if d.Has("title", "reference") {
		if err := search.Renamed(ctx, tx, m.ID); err != nil {
			return nil, err
		}
	}
	return m, s.tell(ctx, "MeetingEdited", m, eventlog.Facts{Changes: d.Changes})
}
