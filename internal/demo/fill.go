package demo

import (
	"context"
	stdsql "database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/setting"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// ErrOccupied says that a database holds something else than the demonstration.
var ErrOccupied = errors.New("this database holds data of its own: the demonstration needs an empty one")

// mark is the setting that holds the world once it was made.
const mark = "demo"

// Fill makes the demonstration world and commits it whole, or finds the one that
// was made before and changes nothing. Then it brings in what the world's fictitious
// bank publishes, unless that was done. A database that holds something else is
// ErrOccupied. Nodes that fill one database at once agree on one world.
func Fill(ctx context.Context, r *command.Runner) (*World, error) {
	return fill(ctx, r, account.New(r))
}

func fill(ctx context.Context, r *command.Runner, accounts *account.Service) (*World, error) {
	f, err := load()
	if err != nil {
		return nil, err
	}
	made, err := Made(ctx, r)
	if err != nil {
		return nil, err
	}
	var passwords []account.Password
	if !made { // before the transaction, which must not stay open meanwhile
		texts := make([]string, len(f.Persons))
		for i, p := range f.Persons {
			texts[i] = p.Password
		}
		if passwords, err = accounts.HashPasswords(ctx, texts); err != nil {
			return nil, err
		}
	}
	var w *World
	err = store.InTx(viewer.With(ctx, viewer.System()), r.DB, func(ctx context.Context, tx *ent.Client) (err error) {
		if w, err = found(ctx, tx); w != nil || err != nil {
			return err
		}
		m := newMaker(r, accounts, f)
		m.passwords = passwords
		for _, step := range []func(context.Context) error{
			m.countries, m.organisations, m.bodies, m.people, m.agreements, m.programmes, m.proposals, m.activities, m.money, m.calendar, m.threads, m.signs,
			m.readings, m.formal, m.webhook,
		} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		w = m.world
		raw, err := json.Marshal(w)
		if err != nil {
			return fmt.Errorf("demo: keep the world: %w", err)
		}
		return tx.Setting.UpdateOneID(mark).SetValue(raw).Exec(ctx)
	})
	if err != nil {
		return nil, fmt.Errorf("demo: make the world: %w", err)
	}
	if err := publish(ctx, r, f, w); err != nil {
		return nil, fmt.Errorf("demo: bring in what is published: %w", err)
	}
	return w, nil
}

// Made says whether the database holds the demonstration world, whose passwords
// are public.
func Made(ctx context.Context, r *command.Runner) (bool, error) {
	made, err := r.DB.Client.Setting.Query().Where(setting.ID(mark)).Exist(viewer.With(ctx, viewer.System()))
	if err != nil {
		return false, fmt.Errorf("demo: look for the world: %w", err)
	}
	return made, nil
}

// found is the world that was made before; nil if there is none and the database
// is empty. It waits for a node that is just making one.
func found(ctx context.Context, tx *ent.Client) (*World, error) {
	err := tx.Setting.Create().SetID(mark).SetValue([]byte{}).OnConflict(sql.ConflictColumns(setting.FieldID), sql.DoNothing()).Exec(ctx)
	if err != nil && !errors.Is(err, stdsql.ErrNoRows) {
		return nil, err
	}
	kept, err := tx.Setting.Get(ctx, mark)
	if err != nil {
		return nil, err
	}
	if len(kept.Value) > 0 {
		w := &World{}
		if err := json.Unmarshal(kept.Value, w); err != nil {
			return nil, fmt.Errorf("demo: read the world: %w", err)
		}
		return w, nil
	}
	for _, exists := range []func(context.Context) (bool, error){
		tx.Person.Query().Exist, tx.Country.Query().Exist, tx.CountryGroup.Query().Exist, tx.Organisation.Query().Exist,
		tx.Body.Query().Exist, tx.Activity.Query().Exist, tx.ImportRun.Query().Exist,
	} {
		if some, err := exists(ctx); err != nil {
			return nil, err
		} else if some {
			return nil, ErrOccupied
		}
	}
	return nil, nil //nolint:nilnil // there is room for one
}

// maker makes a world. It runs in one transaction, as the hub itself.
type maker struct {
	*command.Runner
	accounts *account.Service
	facts    *facts
	world    *World
	// passwords are those of the facts' persons, in their order.
	passwords []account.Password
	// viewers are who the persons are as they ask.
	viewers map[string]*viewer.Viewer
}

func newMaker(r *command.Runner, accounts *account.Service, f *facts) *maker {
	none := func() map[string]uuid.UUID { return map[string]uuid.UUID{} }
	return &maker{
		Runner: r, accounts: accounts, facts: f, viewers: map[string]*viewer.Viewer{},
		world: &World{
			Groups: none(), Countries: none(), Organisations: none(), Bodies: none(), Persons: none(),
			Agreements: none(), Programmes: none(), Proposals: none(), Activities: none(), Threads: none(),
		},
	}
}

// as is a context in which a person asks, or the hub itself without a name.
func (m *maker) as(ctx context.Context, person string) context.Context {
	if v := m.viewers[person]; v != nil {
		return viewer.With(ctx, v)
	}
	return ctx
}

// officer is the person who keeps the registers.
const officer = "secretariat"

// named is the identifier of something that the files name; "" is nothing.
func named(in map[string]uuid.UUID, key string) *uuid.UUID {
	if u, ok := in[key]; ok {
		return &u
	}
	return nil
}

// some is a value that may be missing: "" is none.
func some[T ~string](s string) *T {
	if s == "" {
		return nil
	}
	v := T(s)
	return &v
}

// about names what could not be made.
func about(kind, key string, err error) error {
	if err != nil {
		return fmt.Errorf("%s %s: %w", kind, key, err)
	}
	return nil
}
