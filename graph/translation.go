package graph

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/graph/model"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/i18n"
)

// makersKey names the people who translated the texts of rows read together.
type makersKey struct{}

// translations are the languages of a text beside the authentic one. Who made
// them is read once for all rows that were read together.
func (r *Resolver) translations(ctx context.Context, t *i18n.Text) ([]*model.Translation, error) {
	var out []*model.Translation
	var makers map[uuid.UUID]*ent.Person
	for _, l := range i18n.Langs {
		if t.Get(l) == "" || l == t.Authentic {
			continue
		}
		tr := &model.Translation{Language: l, Text: t.Get(l)}
		if o, ok := t.Origins[l]; ok {
			tr.Maker, tr.MadeAt = &o.Maker, &o.At
			if o.Person != nil {
				if makers == nil {
					var err error
					if makers, err = r.makers(ctx, t); err != nil {
						return nil, err
					}
				}
				tr.MadeBy = makers[*o.Person]
			}
		}
		out = append(out, tr)
	}
	return out, nil
}

func (r *Resolver) makers(ctx context.Context, t *i18n.Text) (map[uuid.UUID]*ent.Person, error) {
	all, once := []i18n.Origins{t.Origins}, func(_ any, compute func() (any, error)) (any, error) { return compute() }
	if t.Peers != nil {
		all, once = t.Peers.Origins(), t.Peers.Once
	}
	found, err := once(makersKey{}, func() (any, error) {
		var ids []uuid.UUID
		seen := map[uuid.UUID]bool{}
		for _, origins := range all {
			for _, o := range origins {
				if o.Person != nil && !seen[*o.Person] {
					seen[*o.Person] = true
					ids = append(ids, *o.Person)
				}
			}
		}
		people, err := r.client.Person.Query().Where(batch.In("id", ids)).All(ctx)
		if err != nil {
			return nil, err
		}
		out := make(map[uuid.UUID]*ent.Person, len(people))
		for _, p := range batch.Join(people) {
			out[p.ID] = p
		}
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	return found.(map[uuid.UUID]*ent.Person), nil
}
