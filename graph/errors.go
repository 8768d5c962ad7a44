package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"entgo.io/ent/privacy"
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
)

// Request is what an error needs to know of the request in which it happened.
type Request struct {
	ID  string       // goes into extensions.requestId
	Log *slog.Logger // what people are not told is told to it; its lines carry the id already
}

type requestKey struct{}

// WithRequest returns a context in which errors carry the request's id.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// requestOf is the request of the context; outside of one, an empty id and the default log.
func requestOf(ctx context.Context) Request {
	r, _ := ctx.Value(requestKey{}).(Request)
	if r.Log == nil {
		r.Log = slog.Default()
	}
	return r
}

var msgMisfit = i18n.Message{
	EN: "This value does not fit its type.",
	ES: "Este valor no corresponde a su tipo.",
	FR: "Cette valeur ne correspond pas à son type.",
}

// ErrorPresenter turns any error into what the person may know: a code of ErrorCode, a sentence in
// the language of the context, the input field at fault, the request id. The cause of what is our
// own fault goes to the log and nowhere else.
//
//   - an apperr.Error speaks for itself;
//   - what privacy denies reads as not found;
//   - a call that was cancelled or ran out of time is UNAVAILABLE, or what the context names as cause;
//   - a document or a variable that the schema refuses is INVALID_INPUT, in the parser's words
//     without its guesses and without the values;
//   - a database that is away is UNAVAILABLE;
//   - everything else is INTERNAL.
func ErrorPresenter(ctx context.Context, err error) *gqlerror.Error {
	out := &gqlerror.Error{Path: graphql.GetPath(ctx)}
	var located *gqlerror.Error
	if errors.As(err, &located) {
		out.Path, out.Locations = located.Path, located.Locations
	}
	path, field := splitPath(ctx, out.Path)
	out.Path = path

	refusal := refusalOf(ctx, err, located, field)
	r := requestOf(ctx)
	if what, ours := ourFault(refusal); ours {
		r.Log.LogAttrs(ctx, slog.LevelError, what, slog.String("path", out.Path.String()), slog.String("cause", refusal.Cause.Error()))
	}

	out.Message = refusal.Sentence(i18n.From(ctx))
	out.Extensions = map[string]any{}
	maps.Copy(out.Extensions, refusal.Extra)
	out.Extensions["code"] = refusal.Code
	if refusal.Field != "" {
		out.Extensions["field"] = refusal.Field
	} else if field != "" {
		out.Extensions["field"] = field
	}
	if r.ID != "" {
		out.Extensions["requestId"] = r.ID
	}
	return out
}

// ourFault says whether whoever runs the hub must be told of the cause, and what it is.
func ourFault(e *apperr.Error) (what string, ours bool) {
	switch {
	case e.Cause == nil:
		return "", false
	case e.Code == apperr.Internal:
		return "internal error", true
	}
	gone := errors.Is(e.Cause, context.Canceled) || errors.Is(e.Cause, context.DeadlineExceeded)
	return "unavailable", e.Code == apperr.Unavailable && !gone
}

// refusalOf finds what may be told of err. located is the error's place in the document or the
// answer, if it has one; field is the input field in which it happened.
func refusalOf(ctx context.Context, err error, located *gqlerror.Error, field string) *apperr.Error {
	var known *apperr.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, privacy.Deny), ent.IsNotFound(err):
		return apperr.ErrNotFound
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		if errors.As(context.Cause(ctx), &known) {
			return known
		}
		return apperr.ErrUnavailable
	case located != nil && located.Err == nil && graphql.GetFieldContext(ctx) == nil:
		text := cleaned(located.Message) // found by gqlparser, before anything was executed
		return apperr.New(apperr.InvalidInput, i18n.Message{EN: text, ES: text, FR: text})
	case store.IsAway(err):
		return apperr.ErrUnavailable.Because(err)
	case field != "":
		return apperr.New(apperr.InvalidInput, msgMisfit)
	}
	return apperr.ErrInternal.Because(err)
}

// splitPath takes an error's path apart: where it is in the answer, and which input field it is
// about ("input.body"). gqlgen appends the latter to the former, and gqlparser writes "variable"
// before the name of a variable.
func splitPath(ctx context.Context, p ast.Path) (answer ast.Path, field string) {
	fc := graphql.GetFieldContext(ctx)
	if fc == nil {
		if len(p) > 1 && p[0] == ast.PathName("variable") {
			return nil, p[1:].String()
		}
		return p, ""
	}
	if n := len(fc.Path()); len(p) > n {
		return p[:n], p[n:].String()
	}
	return p, ""
}

// maxMessage is how many characters of gqlparser's words are passed on. A conflict among fields
// can be told in megabytes.
const maxMessage = 300

var (
	guess    = regexp.MustCompile(`(?i)[,.]? did you mean [^?]*\?`)
	afterIt  = regexp.MustCompile(`(?s)(value): .*`)
	badEnum  = regexp.MustCompile(`(?s)^Value ".*" (does not exist in "[\w!\[\]]+" enum\.)$`)
	token    = regexp.MustCompile(`(?s)\b(String|BlockString|Int|Float|Comment) ".*"`)
	escape   = regexp.MustCompile(`(?s)(Invalid character escape sequence): .*`)
	noMember = regexp.MustCompile(`(?s)^.* (is not a valid \w+)$`)
	noUse    = regexp.MustCompile(`(?s)^cannot use value .* (as \w+)$`)
)

// cleaned takes out of gqlparser's sentence its guesses at what was meant, which would tell of the
// schema, and the values of the request, which may be secrets.
func cleaned(s string) string {
	s = guess.ReplaceAllString(s, ".")
	s = badEnum.ReplaceAllString(s, "This value $1")
	s = afterIt.ReplaceAllString(s, "$1.")
	s = token.ReplaceAllString(s, "$1")
	s = escape.ReplaceAllString(s, "$1.")
	s = noMember.ReplaceAllString(s, "This value $1.")
	s = noUse.ReplaceAllString(s, "This value can't be used $1.")
	if i := strings.Index(s, ", found "); i >= 0 && strings.HasPrefix(s, "Expected value of type") {
		s = s[:i] + "."
	}
	if utf8.RuneCountInString(s) > maxMessage {
		s = string([]rune(s)[:maxMessage]) + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// Recover logs a panic with its stack and returns what may be told of it.
func Recover(ctx context.Context, p any) error {
	requestOf(ctx).Log.LogAttrs(ctx, slog.LevelError, "panic",
		slog.String("cause", fmt.Sprint(p)), slog.String("stack", string(debug.Stack())))
	return apperr.ErrInternal
}
