package dbtest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/body"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/ent/generated/ent/seat"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/viewer"
)

// Clock is a clock that a test sets.
type Clock struct {
	mu sync.Mutex // protects at
	at time.Time
}

// Now is the time it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Set sets the time.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// Add moves the time on.
func (c *Clock) Add(d time.Duration) { c.Set(c.Now().Add(d)) }

// World is a database with one viewer of each kind that rights tell apart.
type World struct {
	*command.Runner
	Clock *Clock
	// Statements counts what the database was asked.
	Statements *atomic.Int64

	// Nobody is not signed in. Stranger has neither seat, post nor organisation.
	// Partner belongs to a donor. Committee and Chair sit in SpecialCommittee,
	// Council and Bureau in the bodies of their name, Secretariat has a post.
	Nobody, Stranger, Partner, Committee, Chair, Council, Bureau, Secretariat *viewer.Viewer

	// The bodies.
	SpecialCommittee, OtherCommittee, CouncilBody, BureauBody, SecretariatBody uuid.UUID
	// Donor is Partner's organisation, Other a donor that nobody belongs to.
	Donor, Other uuid.UUID
}

// Start is when worlds begin.
var Start = time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)

// EachWorld runs a test in a world of its own on each kind of database.
func EachWorld(t *testing.T, test func(t *testing.T, w *World)) {
	t.Helper()
	EachAddress(t, func(t *testing.T, address string) {
		t.Helper()
		test(t, NewWorld(t, address))
	})
}

// NewWorld makes a world in a migrated database.
func NewWorld(tb testing.TB, address string) *World {
	tb.Helper()
	w := &World{Clock: &Clock{at: Start}, Statements: &atomic.Int64{}}
	db := Open(tb, address, store.Options{Observe: func(context.Context, string) { w.Statements.Add(1) }})
	runner, err := command.Open(context.Background(), db, w.Clock.Now)
	if err != nil {
		tb.Fatal(err)
	}
	w.Runner = runner
	w.Donor = w.AddOrganisation(tb, "Donor", "DONOR")
	w.Other = w.AddOrganisation(tb, "Other donor", "DONOR")
	w.SecretariatBody = w.AddBody(tb, "SEC", body.KindSecretariat)
	w.SpecialCommittee = w.AddBody(tb, "SC-DRR", body.KindSpecialCommittee)
	w.OtherCommittee = w.AddBody(tb, "SC-TRADE", body.KindSpecialCommittee)
	w.CouncilBody = w.AddBody(tb, "CNR", body.KindCouncilOfNationalRepresentatives)
	w.BureauBody = w.AddBody(tb, "BUR", body.KindExecutiveBureau)
	w.Nobody = viewer.Nobody()
	w.Stranger = w.AddPerson(tb, "Stranger", uuid.Nil)
	w.Partner = w.AddPerson(tb, "Partner", w.Donor)
	w.Partner.Partner = true
	w.Committee = w.AddSeat(tb, w.AddPerson(tb, "Committee", uuid.Nil), w.SpecialCommittee, viewer.SpecialCommittee, seat.RoleMember)
	w.Chair = w.AddSeat(tb, w.AddPerson(tb, "Chair", uuid.Nil), w.SpecialCommittee, viewer.SpecialCommittee, seat.RoleChair)
	w.Council = w.AddSeat(tb, w.AddPerson(tb, "Council", uuid.Nil), w.CouncilBody, viewer.Council, seat.RoleMember)
	w.Bureau = w.AddSeat(tb, w.AddPerson(tb, "Bureau", uuid.Nil), w.BureauBody, viewer.ExecutiveBureau, seat.RoleMember)
	w.Secretariat = w.AddPost(tb, w.AddPerson(tb, "Secretariat", uuid.Nil), w.SecretariatBody)
	return w
}

// Viewers are the viewers by name.
func (w *World) Viewers() map[string]*viewer.Viewer {
	return map[string]*viewer.Viewer{
		"nobody": w.Nobody, "stranger": w.Stranger, "partner": w.Partner, "committee": w.Committee, "chair": w.Chair,
		"council": w.Council, "bureau": w.Bureau, "secretariat": w.Secretariat,
	}
}

// System is a context in which the hub itself asks.
func (w *World) System() context.Context { return viewer.With(context.Background(), viewer.System()) }

// As is a context in which a viewer asks.
func (w *World) As(tb testing.TB, v *viewer.Viewer) context.Context {
	tb.Helper()
	return viewer.With(tb.Context(), v)
}

// Write writes rows as the hub itself, telling nothing.
func (w *World) Write(tb testing.TB, write func(ctx context.Context, tx *ent.Client) error) {
	tb.Helper()
	if err := store.InTx(w.System(), w.DB, write); err != nil {
		tb.Fatal(err)
	}
}

// AddOrganisation adds an organisation of these kinds.
func (w *World) AddOrganisation(tb testing.TB, name string, kinds ...string) uuid.UUID {
	tb.Helper()
	u := w.NewID(id.Organisation)
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		return tx.Organisation.Create().SetID(u).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetKinds(kinds).
			SetNameText(i18n.Text{EN: name, Authentic: i18n.EN}).SetFolded(i18n.Fold(name)).Exec(ctx)
	})
	return u
}

// AddBody adds a body.
func (w *World) AddBody(tb testing.TB, code string, kind body.Kind) uuid.UUID {
	tb.Helper()
	u := w.NewID(id.Body)
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		return tx.Body.Create().SetID(u).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetCode(code).SetKind(kind).
			SetNameText(i18n.Text{EN: "Body " + code, Authentic: i18n.EN}).Exec(ctx)
	})
	return u
}

// AddPerson adds a person, of an organisation unless it is uuid.Nil, and is the
// viewer that the person is.
func (w *World) AddPerson(tb testing.TB, name string, organisation uuid.UUID) *viewer.Viewer {
	tb.Helper()
	v := &viewer.Viewer{Person: w.NewID(id.Person), Organisation: organisation}
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		c := tx.Person.Create().SetID(v.Person).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetName(name).
			SetNameKey(i18n.Fold(name)).SetEmail(fmt.Sprintf("%s@test.invalid", id.Format(v.Person)))
		if organisation != uuid.Nil {
			c.SetOrganisationID(organisation)
		}
		return c.Exec(ctx)
	})
	return v
}

// AddSeat gives a person a seat without end, and is the viewer with it.
func (w *World) AddSeat(tb testing.TB, v *viewer.Viewer, in uuid.UUID, kind viewer.BodyKind, role seat.Role) *viewer.Viewer {
	tb.Helper()
	u := w.NewID(id.Seat)
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		return tx.Seat.Create().SetID(u).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetBodyID(in).SetRole(role).
			SetPersonID(v.Person).Exec(ctx)
	})
	v.Seats = append(v.Seats, viewer.Seat{ID: u, Body: in, BodyKind: kind, Role: string(role)})
	return v
}

// AddPost gives a person a post in a unit of the Secretariat, and is the viewer
// with it.
func (w *World) AddPost(tb testing.TB, v *viewer.Viewer, in uuid.UUID) *viewer.Viewer {
	tb.Helper()
	u := w.NewID(id.StaffPost)
	w.Write(tb, func(ctx context.Context, tx *ent.Client) error {
		return tx.StaffPost.Create().SetID(u).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetBodyID(in).
			SetPersonID(v.Person).SetTitleText(i18n.Text{EN: "Officer", Authentic: i18n.EN}).Exec(ctx)
	})
	v.Seats = append(v.Seats, viewer.Seat{ID: u, Body: in, BodyKind: viewer.Secretariat, Role: "STAFF"})
	return v
}

// Told are the kinds of all events of the log, in order.
func (w *World) Told(tb testing.TB) []string {
	tb.Helper()
	kinds, err := w.DB.Client.LogEntry.Query().Order(ent.Asc(logentry.FieldSeq)).Select(logentry.FieldKind).Strings(w.System())
	if err != nil {
		tb.Fatal(err)
	}
	return kinds
}
