// Package viewer says who is asking: a person with the seats, posts and organisation that are valid
// now, nobody, or the system itself.
package viewer

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/i18n"
)

// BodyKind is the kind of a body, as far as rights depend on it.
type BodyKind string

// The kinds of bodies.
const (
	Secretariat        BodyKind = "SECRETARIAT"
	SpecialCommittee   BodyKind = "SPECIAL_COMMITTEE"
	Council            BodyKind = "COUNCIL_OF_NATIONAL_REPRESENTATIVES"
	ExecutiveBureau    BodyKind = "EXECUTIVE_BUREAU"
	MinisterialCouncil BodyKind = "MINISTERIAL_COUNCIL"
	MinisterialBoard   BodyKind = "EXECUTIVE_BOARD_OF_MINISTERIAL_COUNCIL"
	OtherBody          BodyKind = "OTHER"
)

// Seat is a valid seat in a body, or a staff post (whose body is the Secretariat or a unit of it).
type Seat struct {
	ID       uuid.UUID
	Body     uuid.UUID
	BodyKind BodyKind
	Role     string // CHAIR, VICE_CHAIR, RAPPORTEUR, MEMBER, CLERK; STAFF for a post
}

// Viewer is who is asking, with rights as of the moment of loading.
type Viewer struct {
	Person       uuid.UUID // uuid.Nil: nobody is signed in
	Organisation uuid.UUID // the person's organisation, uuid.Nil if none
	Partner      bool      // the organisation is a donor or partner
	Seats        []Seat
	Language     i18n.Lang // the person's choice, "" if none
	Session      uuid.UUID // the session or token that the request came with
	Expires      time.Time // when that expires; zero: never
	system       bool
	audience     *Audience
}

// Nobody is the viewer that has not signed in.
func Nobody() *Viewer { return &Viewer{} }

// System is the hub itself: commands on the machine, the demonstration, workers. It is never the
// viewer of a request.
func System() *Viewer { return &Viewer{system: true} }

// SignedIn says whether a person is asking.
func (v *Viewer) SignedIn() bool {
	v.asked()
	return v != nil && v.Person != uuid.Nil
}

// IsSystem says whether the hub itself is asking.
func (v *Viewer) IsSystem() bool { return v != nil && v.system }

// Sits says whether the viewer holds a seat or post in a body of that kind.
func (v *Viewer) Sits(k BodyKind) bool {
	v.asked()
	if v == nil {
		return false
	}
	for _, s := range v.Seats {
		if s.BodyKind == k {
			return true
		}
	}
	return false
}

// Secretariat says whether the viewer works for the Secretariat, or is the hub itself.
func (v *Viewer) Secretariat() bool { return v.IsSystem() || v.Sits(Secretariat) }

// SitsIn says whether the viewer holds a seat in this body.
func (v *Viewer) SitsIn(body uuid.UUID) bool {
	v.asked()
	if v == nil {
		return false
	}
	for _, s := range v.Seats {
		if s.Body == body {
			return true
		}
	}
	return false
}

// Leads says whether the viewer is chair, vice-chair or rapporteur of the body.
func (v *Viewer) Leads(body uuid.UUID) bool {
	v.asked()
	if v == nil {
		return false
	}
	for _, s := range v.Seats {
		if s.Body == body && (s.Role == "CHAIR" || s.Role == "VICE_CHAIR" || s.Role == "RAPPORTEUR") {
			return true
		}
	}
	return false
}

// Bodies are the bodies in which the viewer holds a seat or post, each once.
func (v *Viewer) Bodies() []uuid.UUID {
	v.asked()
	if v == nil {
		return nil
	}
	out := make([]uuid.UUID, 0, len(v.Seats))
next:
	for _, s := range v.Seats {
		for _, b := range out {
			if b == s.Body {
				continue next
			}
		}
		out = append(out, s.Body)
	}
	return out
}

type ctxKey struct{}

// asking holds who is asking in a request; signing in or out within it changes that.
type asking struct{ who atomic.Pointer[Viewer] }

// With returns a context in which v is asking.
func With(ctx context.Context, v *Viewer) context.Context {
	a := &asking{}
	a.who.Store(v)
	return context.WithValue(ctx, ctxKey{}, a)
}

// From says who is asking; nil if nobody put a viewer there, which policies deny. An audience is
// not one who asks: what was made with the answer is not for all of it (Audience).
func From(ctx context.Context) *Viewer {
	v := Reading(ctx)
	v.asked()
	return v
}

// Reading is From for the policies, which know what an audience may read.
func Reading(ctx context.Context) *Viewer {
	if a, ok := ctx.Value(ctxKey{}).(*asking); ok {
		return a.who.Load()
	}
	return nil
}

// Become makes v the one who is asking in the context and in all that share its viewer: what is
// read after a sign-in in the same request is read by the person who signed in.
func Become(ctx context.Context, v *Viewer) {
	if a, ok := ctx.Value(ctxKey{}).(*asking); ok {
		a.who.Store(v)
	}
}

var portOfSpain = func() *time.Location {
	return time.FixedZone("AST", -4*60*60) // Trinidad and Tobago keeps UTC-4 without summer time
}()

// Day is the calendar day at the seat of the Secretariat, Port of Spain: dates of seats, posts and
// memberships are compared with it.
func Day(t time.Time) time.Time {
	y, m, d := t.In(portOfSpain).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// HasOrganisation says whether the person belongs to an organisation.
func (v *Viewer) HasOrganisation() bool {
	v.asked()
	return v.Organisation != uuid.Nil
}

// Seated says whether the person holds any seat or post.
func (v *Viewer) Seated() bool {
	v.asked()
	return v != nil && len(v.Seats) > 0
}

type commandKey struct{}

// Command returns a context in which a command is under way: what it writes was
// allowed by its first lines.
func Command(ctx context.Context) context.Context { return context.WithValue(ctx, commandKey{}, true) }

// Commanding says whether a command is under way.
func Commanding(ctx context.Context) bool { return ctx.Value(commandKey{}) != nil }
