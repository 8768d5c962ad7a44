package personal

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/personcounter"
	"acs-aec.org/hub/internal/batch"
	"acs-aec.org/hub/internal/eventlog"
	"acs-aec.org/hub/internal/seal"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Counters number what is persons' own.
type Counters struct {
	client *ent.Client
	log    *eventlog.Log
	sealer *seal.Sealer

	mu        sync.Mutex // protects what follows
	listeners []*listener
	onChange  func(persons []byte) // nil for none
}

// New makes the counters of a database. key is the deployment's key.
func New(client *ent.Client, log *eventlog.Log, key []byte) (*Counters, error) {
	s, err := seal.New(key, "place of a person")
	if err != nil {
		return nil, err
	}
	return &Counters{client: client, log: log, sealer: s}, nil
}

// Version is how far the changes of a person's own have come. The zero Version is
// before the first.
type Version struct {
	Number int64
	// Tag is that of the counter at this number; 0 where it is not known.
	Tag int64
}

// Follows says whether the version may be one that the counter had before it came
// to v, or has now.
func (v Version) Follows(before Version) bool {
	if before.Number == v.Number {
		return before.Tag == 0 || before.Tag == v.Tag
	}
	return before.Number < v.Number
}

// Next takes the next version of each person, in the order given; a person who is
// named twice gets two. It holds their counters until the transaction of the
// context ends, and wakes those who listen once it has committed. Two statements,
// however many persons. It fails outside of a transaction.
func (c *Counters) Next(ctx context.Context, tx *ent.Client, persons ...uuid.UUID) ([]int64, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	if err := c.collect(ctx, persons); err != nil {
		return nil, err
	}
	ctx = viewer.With(ctx, viewer.System())
	count := map[uuid.UUID]int64{}
	for _, p := range persons {
		count[p]++
	}
	ids := make([]uuid.UUID, 0, len(count))
	for p := range count {
		ids = append(ids, p)
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	rows := make([]*ent.PersonCounterCreate, len(ids))
	for i, p := range ids {
		rows[i] = tx.PersonCounter.Create().SetID(p).SetVersion(count[p]).SetTag(1 + rand.Int64N(1<<62)) //nolint:gosec // tells copies apart, no secret
	}
	// Rows of one statement are taken one after the other: in the order of identifiers.
	for some := range slices.Chunk(rows, 200) {
		err := tx.PersonCounter.CreateBulk(some...).OnConflict(sql.ConflictColumns(personcounter.FieldID), sql.ResolveWith(raise)).Exec(ctx)
		if err != nil {
			return nil, fmt.Errorf("personal: number the changes: %w", err)
		}
	}
	now, err := versions(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]int64, len(persons))
	for i, p := range persons {
		count[p]--
		out[i] = now[p].Number - count[p]
	}
	return out, nil
}

// raise adds what would have been inserted to a counter that is there.
func raise(u *sql.UpdateSet) {
	new := sql.Dialect(u.Dialect()).Table("excluded")
	u.Set(personcounter.FieldVersion, sql.Expr(u.Table().C(personcounter.FieldVersion)+" + "+new.C(personcounter.FieldVersion)))
	u.SetExcluded(personcounter.FieldTag)
}

func versions(ctx context.Context, client *ent.Client, persons []uuid.UUID) (map[uuid.UUID]Version, error) {
	rows, err := client.PersonCounter.Query().Where(batch.In(personcounter.FieldID, persons)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("personal: read the counters: %w", err)
	}
	out := make(map[uuid.UUID]Version, len(rows))
	for _, r := range rows {
		out[r.ID] = Version{r.Version, r.Tag}
	}
	return out, nil
}

// Versions reads how far the changes of persons have come; those of whom nothing
// has changed yet are left out. It reads as the hub itself: whether somebody may
// know is the caller's concern.
func (c *Counters) Versions(ctx context.Context, persons []uuid.UUID) (map[uuid.UUID]Version, error) {
	return versions(viewer.With(ctx, viewer.System()), c.client, persons)
}

// Version is Versions for one person.
func (c *Counters) Version(ctx context.Context, person uuid.UUID) (Version, error) {
	all, err := c.Versions(ctx, []uuid.UUID{person})
	return all[person], err
}

type changedKey struct{}

// collect has those who listen woken once the transaction has committed.
func (c *Counters) collect(ctx context.Context, persons []uuid.UUID) error {
	v, err := store.TxValue(ctx, changedKey{}, func() any {
		all := map[uuid.UUID]struct{}{}
		store.AfterCommit(ctx, func() { c.changed(all) })
		return all
	})
	if err != nil {
		return err
	}
	all := v.(map[uuid.UUID]struct{})
	for _, p := range persons {
		all[p] = struct{}{}
	}
	return nil
}
