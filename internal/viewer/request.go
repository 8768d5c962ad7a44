package viewer

import (
	"context"
	"time"
)

// CookieJar is where a sign-in leaves its session, for the browser that asked. Where the answer has
// no cookies (a websocket, a program with a token) it does nothing.
type CookieJar interface {
	SetSession(secret string, expires time.Time)
	ClearSession()
}

type noJar struct{}

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
