package viewer

import (
	"context"
	"time"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
)

// CookieJar is where a sign-in leaves its session, for the browser that asked. Where the answer has
// no cookies (a websocket, a program with a token) it does nothing.
type CookieJar interface {
	// Open says whether what is put into the jar now still reaches the browser: not once the answer has begun.
	Open() bool
	SetSession(secret string, expires time.Time)
	ClearSession()
}

type noJar struct{}

func (noJar) Open() bool                   { return false }
func (noJar) SetSession(string, time.Time) {}
func (noJar) ClearSession()                {}

type jarKey struct{}

// WithJar returns a context whose answer may carry a session.
func WithJar(ctx context.Context, j CookieJar) context.Context {
	return context.WithValue(ctx, jarKey{}, j)
}

// JarFrom is the jar of the context; one that does nothing if there is none. It is never nil.
func JarFrom(ctx context.Context) CookieJar {
	if j, ok := ctx.Value(jarKey{}).(CookieJar); ok {
		return j
	}
	return noJar{}
}

// WithoutJar returns a context whose answer can carry no session: over a websocket, and on an event
// stream.
func WithoutJar(ctx context.Context) context.Context { return WithJar(ctx, noJar{}) }

var errNoJar = apperr.New(apperr.InvalidInput, i18n.Message{
	EN: "Nobody can sign in or out over a websocket or an event stream: send this as an HTTP request of its own, and then connect anew.",
	ES: "No se puede iniciar ni cerrar sesión por un websocket o un flujo de eventos: envíe esto en una solicitud HTTP propia y conéctese de nuevo.",
	FR: "On ne peut ni se connecter ni se déconnecter par un websocket ou un flux d'événements : envoyez ceci dans une requête HTTP à part, puis reconnectez-vous.",
})

// NeedJar is for what begins or ends a session: INVALID_INPUT in a context of WithoutJar, else nil.
func NeedJar(ctx context.Context) error {
	if ctx.Value(jarKey{}) == (noJar{}) {
		return errNoJar
	}
	return nil
}

type originKey struct{}

// WithOrigin returns a context whose request came from this address.
func WithOrigin(ctx context.Context, ip string) context.Context {
	return context.WithValue(ctx, originKey{}, ip)
}

// OriginFrom is the address from which the request came, for counting attempts by it; "" if it came
// from nowhere, as what a command does on the machine.
func OriginFrom(ctx context.Context) string {
	ip, _ := ctx.Value(originKey{}).(string)
	return ip
}

type userAgentKey struct{}

// WithUserAgent returns a context whose request came from this program.
func WithUserAgent(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, userAgentKey{}, name)
}

// UserAgentFrom is what the program that asks calls itself, at most 200 bytes of it; "" if it says
// nothing.
func UserAgentFrom(ctx context.Context) string {
	name, _ := ctx.Value(userAgentKey{}).(string)
	return name
}
