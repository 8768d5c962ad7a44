package informationrequest

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/informationrequest"
	"acs-aec.org/hub/ent/generated/ent/requestextension"
	"acs-aec.org/hub/ent/generated/ent/thread"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/notice"
	"acs-aec.org/hub/internal/viewer"
)

// Who may do what. Each is asked of requests that the viewer sees, and who sees one
// takes part in its discussion.

// issues says whether the viewer may issue for the asking body.
func issues(v *viewer.Viewer, r *ent.InformationRequest) bool { return notice.Issues(v, r.BodyID) }

// answers says whether the viewer speaks for whom the request is addressed to.
func answers(v *viewer.Viewer, r *ent.InformationRequest) bool {
	if !v.SignedIn() {
		return false
	}
	switch {
	case r.AddresseeBodyID != nil:
		return v.SitsIn(*r.AddresseeBodyID)
	case r.AddresseeSeatID != nil:
		return v.Holds(*r.AddresseeSeatID)
	case r.AddresseePersonID != nil:
		return v.Person == *r.AddresseePersonID
	case r.AddresseeOrganisationID != nil:
		return v.HasOrganisation() && v.Organisation == *r.AddresseeOrganisationID
	}
	return false
}

// AddressedP says that a request is addressed to the viewer or to whom the viewer
// speaks for, of a table whose columns are named by column. It is never unknown.
func AddressedP(column func(string) string, v *viewer.Viewer) *sql.Predicate {
	is := func(name string, p func(string) *sql.Predicate) *sql.Predicate {
		c := column(name)
		return sql.And(sql.NotNull(c), p(c))
	}
	may := []*sql.Predicate{
		is(informationrequest.FieldAddresseeBodyID, func(c string) *sql.Predicate { return batch.InP(c, v.Bodies()) }),
		is(informationrequest.FieldAddresseeSeatID, func(c string) *sql.Predicate { return batch.InP(c, v.SeatIDs()) }),
	}
	if v.SignedIn() {
		may = append(may, is(informationrequest.FieldAddresseePersonID, func(c string) *sql.Predicate { return sql.EQ(c, v.Person) }))
		if v.HasOrganisation() {
			may = append(may, is(informationrequest.FieldAddresseeOrganisationID, func(c string) *sql.Predicate { return sql.EQ(c, v.Organisation) }))
		}
	}
	return sql.Or(may...)
}

// MayEdit says whether the viewer may edit or discard the request now.
func (*Service) MayEdit(v *viewer.Viewer, r *ent.InformationRequest) bool {
	return r.Status == informationrequest.StatusDraft && issues(v, r)
}

// MayVoid says whether the viewer may declare the request void now.
func (*Service) MayVoid(v *viewer.Viewer, r *ent.InformationRequest) bool {
	return r.Status == informationrequest.StatusDispatched && issues(v, r)
}

// MayDispatch says whether the viewer may dispatch the request now.
func (s *Service) MayDispatch(ctx context.Context, r *ent.InformationRequest) (bool, error) {
	if !s.MayEdit(viewer.From(ctx), r) {
		return false, nil
	}
	return open(ctx, r)
}

// MayAnswer says whether the viewer may answer the request now.
func (*Service) MayAnswer(ctx context.Context, r *ent.InformationRequest) (bool, error) {
	if r.Status != informationrequest.StatusDispatched || !answers(viewer.From(ctx), r) {
		return false, nil
	}
	return open(ctx, r)
}

// MayExtend says whether the viewer may ask for a later day now.
func (s *Service) MayExtend(ctx context.Context, r *ent.InformationRequest) (bool, error) {
	may, err := s.MayAnswer(ctx, r)
	if err != nil || !may {
		return false, err
	}
	all, err := r.AllExtensions(ctx)
	return len(all) < extensionLimit && waiting(all) == nil, err
}

// MayDecide says whether a wish for a later day waits for the viewer.
func (*Service) MayDecide(ctx context.Context, r *ent.InformationRequest) (bool, error) {
	if r.Status != informationrequest.StatusDispatched || !issues(viewer.From(ctx), r) {
		return false, nil
	}
	all, err := r.AllExtensions(ctx)
	return waiting(all) != nil, err
}

// open says whether the request's discussion is open.
func open(ctx context.Context, r *ent.InformationRequest) (bool, error) {
	t, err := r.Thread(ctx)
	return t != nil && t.Status == thread.StatusOpen, err
}

// waiting is the wish for a later day that is not decided; nil if there is none.
func waiting(all []*ent.RequestExtension) *ent.RequestExtension {
	for _, e := range all {
		if e.Status == requestextension.StatusRequested {
			return e
		}
	}
	return nil
}
