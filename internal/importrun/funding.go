package importrun

import (
	"context"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/funding"
	"acs-aec.org/hub/internal/iati"
)

// stated are shares as sums take them in.
func stated(in []iati.Share) []funding.Stated {
	if len(in) == 0 {
		return nil
	}
	out := make([]funding.Stated, len(in))
	for i, s := range in {
		out[i] = funding.Stated{Vocabulary: s.Vocabulary, Code: s.Code, Published: s.Percentage, Micro: s.Micro}
	}
	return out
}

// sectors are those of an activity, and its tags, as sums take them in.
func sectors(a *iati.Activity) []funding.Stated {
	out := stated(a.Sectors)
	for _, t := range a.Tags {
		out = append(out, funding.Tag(t.Vocabulary, t.Code))
	}
	return out
}

// party is an organisation as sums count it.
func (l *links) party(o iati.Organisation) funding.Party {
	return funding.Party{ID: l.organisation(o.Ref), Ref: o.Ref, Name: nameOf(o.Name)}
}

// counterparts finds the activities that the transactions of the rows name, those
// of the rows included.
func (c *chunk) counterparts(ctx context.Context) (map[string]uuid.UUID, error) {
	refs := map[string]bool{}
	for _, r := range c.rows {
		for n := range r.Transactions {
			refs[r.Transactions[n].Provider.ActivityID] = true
			refs[r.Transactions[n].Receiver.ActivityID] = true
		}
	}
	delete(refs, "")
	return funding.Counterparts(ctx, c.tx, sorted(refs))
}

// arrived lets transactions of others find the activities that are new.
func (c *chunk) arrived(ctx context.Context) error {
	var fresh []string
	for _, r := range c.rows {
		if r.fresh {
			fresh = append(fresh, r.Identifier)
		}
	}
	return funding.Arrived(ctx, c.tx, fresh...)
}

// before is whose money the rows change: that of activities that are here already,
// of those that had vanished, and of flows that name these or new ones.
func (c *chunk) before() (of funding.Of) {
	for _, r := range c.rows {
		if r.fresh {
			of.Identifiers = append(of.Identifiers, r.Identifier)
		} else {
			of.Activities = append(of.Activities, r.id)
		}
	}
	of.Activities = append(of.Activities, c.back...)
	of.Counterparts = c.returned
	return of
}

// fresh is the money of new activities.
func (c *chunk) fresh() (of funding.Of) {
	for _, r := range c.rows {
		if r.fresh {
			of.Activities = append(of.Activities, r.id)
		}
	}
	return of
}
