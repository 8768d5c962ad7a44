package graph

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/person"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/live"
	"acs-aec.org/hub/internal/viewer"
)

// WithLive lets the resolvers tell the engine who is writing. Without one, nobody
// is told.
func (r *Resolver) WithLive(e *live.Engine) *Resolver {
	r.live = e
	return r
}

// typing tells that the viewer is writing in a discussion, or not any more.
func (r *Resolver) typing(ctx context.Context, thread uuid.UUID, typing bool) {
	if r.live != nil {
		r.live.Typing(thread, viewer.From(ctx).Person, typing)
	}
}

// people are the persons with these identifiers whom the viewer may see, in the
// same order.
func (r *Resolver) people(ctx context.Context, ids []uuid.UUID) ([]*ent.Person, error) {
	if len(ids) == 0 {
		return []*ent.Person{}, nil
	}
	found, err := r.client.Person.Query().Where(batch.In(person.FieldID, ids)).All(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b *ent.Person) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return batch.Join(found), nil
}
