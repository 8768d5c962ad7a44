package query

import (
	"context"
	"math"
	"strings"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/surrogate"
)

// Options is what an Executor works with.
type Options struct {
	Schema        graphql.ExecutableSchema
	Limits        Limits
	Introspection bool // whether questions about the schema are answered

	Present graphql.ErrorPresenterFunc // what is told of an error
	Recover graphql.RecoverFunc        // what is told of a panic

	// Observe hears of every answer; of a subscription, of each event. It must not block. May be nil.
	Observe func(context.Context, Outcome)
}

// Outcome is what became of an operation.
type Outcome struct {
	Kind     ast.Operation // "" where it was refused before that was known
	Executed bool          // false: refused, nothing was done
	Cost     int
	Errors   gqlerror.List // as told; none: all went well
	Duration time.Duration // of the execution
}

// Executor checks operations and executes those that pass. It is safe for concurrent use.
type Executor struct {
	schema        graphql.ExecutableSchema
	limits        Limits
	introspection bool
	schemaLimit   int // of the cost of questions about the schema
	rules         *rules.Rules
	present       graphql.ErrorPresenterFunc
	recover       graphql.RecoverFunc
	observe       func(context.Context, Outcome)

	documents *cache[*ast.QueryDocument] // by text; measured and valid
	persisted *cache[string]             // texts by hash, of documents that were valid
}

var _ graphql.GraphExecutor = (*Executor)(nil)

// New makes an executor.
func New(o Options) *Executor {
	l := o.Limits.withDefaults()
	e := &Executor{
		schema: o.Schema, limits: l, introspection: o.Introspection, schemaLimit: introspectionLimit(o.Schema),
		rules: quietRules(), present: o.Present, recover: o.Recover, observe: o.Observe,
		documents: newCache[*ast.QueryDocument](l.Documents, l.DocumentsSize),
		persisted: newCache[string](l.Persisted, l.PersistedSize),
	}
	if e.observe == nil {
		e.observe = func(context.Context, Outcome) {}
	}
	return e
}

// quietRules are the schema's rules without guesses at what was meant.
func quietRules() *rules.Rules {
	r := rules.NewDefaultRules()
	for loud, quiet := range map[string]validator.Rule{
		rules.FieldsOnCorrectTypeRule.Name: rules.FieldsOnCorrectTypeRuleWithoutSuggestions,
		rules.KnownArgumentNamesRule.Name:  rules.KnownArgumentNamesRuleWithoutSuggestions,
		rules.KnownTypeNamesRule.Name:      rules.KnownTypeNamesRuleWithoutSuggestions,
		rules.ScalarLeafsRule.Name:         rules.ScalarLeafsRuleWithoutSuggestions,
		rules.ValuesOfCorrectTypeRule.Name: rules.ValuesOfCorrectTypeRuleWithoutSuggestions,
	} {
		r.RemoveRule(loud)
		r.AddRule(quiet.Name, quiet.RuleFunc)
	}
	return r
}

// costKey is where an operation's cost stands in its Stats.
const costKey = "cost"

// CreateOperationContext takes an operation through everything that comes before its execution.
func (e *Executor) CreateOperationContext(ctx context.Context, p *graphql.RawParams) (op *graphql.OperationContext, errs gqlerror.List) {
	op = &graphql.OperationContext{
		RawQuery: p.Query, OperationName: p.OperationName, Extensions: p.Extensions, Headers: p.Headers,
		Variables: map[string]any{}, DisableIntrospection: !e.introspection, RecoverFunc: e.recover,
		ResolverMiddleware:     func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) },
		RootResolverMiddleware: func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) },
		Stats:                  graphql.Stats{Read: p.ReadTime, OperationStart: graphql.Now()},
	}
	defer func() { // what the parser and the validator do not foresee
		if panicked := recover(); panicked != nil {
			errs = gqlerror.List{gqlerror.Wrap(e.recover(ctx, panicked))}
		}
	}()
	text, hash, refusal := e.text(p)
	if refusal != nil {
		return op, alone(refusal)
	}
	op.RawQuery = text
	if op.Doc, errs = e.document(text); errs != nil {
		return op, errs
	}
	if hash != "" {
		e.persisted.add(hash, text, len(text))
	}
	if op.Operation, refusal = choose(op.Doc, p.OperationName); refusal != nil {
		return op, alone(refusal)
	}
	if op.Variables, errs = e.variables(op.Operation, p.Variables); errs != nil {
		return op, errs
	}
	return op, e.affordable(ctx, op)
}

// document is the document with this text, measured and valid.
func (e *Executor) document(text string) (*ast.QueryDocument, gqlerror.List) {
	if doc, ok := e.documents.get(text); ok {
		return doc, nil
	}
	if len(text) > e.limits.Text {
		return nil, alone(tooCostly("text", e.limits.Text, msgText))
	}
	if surrogate.Lone([]byte(text)) {
		return nil, alone(surrogate.ErrLone)
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, e.limits.Tokens)
	if err != nil {
		return nil, gqlerror.List{e.unparsed(err)}
	}
	if len(doc.Operations) == 0 {
		return nil, alone(errNoOperation)
	}
	if err := measure(doc, e.limits, e.introspection); err != nil {
		return nil, gqlerror.List{err}
	}
	if errs := validator.ValidateWithRules(e.schema.Schema(), doc, e.rules); len(errs) > 0 {
		return nil, errs[:min(len(errs), e.limits.Errors)]
	}
	if len(text) <= e.limits.DocumentSize {
		e.documents.add(text, doc, len(text))
	}
	return doc, nil
}

// unparsed tells the parser's limits from its complaints.
func (e *Executor) unparsed(err error) *gqlerror.Error {
	located := found(err)
	switch {
	case strings.HasPrefix(located.Message, "exceeded token limit"):
		return at(nil, tooCostly("tokens", e.limits.Tokens, msgTokens))
	case strings.HasPrefix(located.Message, "exceeded maximum nesting depth"):
		return at(nil, tooCostly("depth", e.limits.Depth, msgDepth))
	}
	return located
}

// choose finds the operation to execute.
func choose(doc *ast.QueryDocument, name string) (*ast.OperationDefinition, *apperr.Error) {
	if name == "" && len(doc.Operations) > 1 {
		return nil, errManyOperations
	}
	for _, op := range doc.Operations {
		if name == "" || op.Name == name {
			return op, nil
		}
	}
	return nil, errUnknownOperation
}

// affordable refuses an operation whose answer may cost too much, and notes the cost of others.
func (e *Executor) affordable(ctx context.Context, op *graphql.OperationContext) gqlerror.List {
	c := &costing{schema: e.schema, limits: e.limits, variables: op.Variables}
	data, introspection := c.cost(ctx, op.Operation)
	if c.fault != nil {
		return gqlerror.List{c.fault}
	}
	if introspection > e.schemaLimit {
		refusal := tooCostly("introspection", e.schemaLimit, msgIntrospectionCost)
		return alone(refusal.With("cost", introspection))
	}
	if data > e.limits.Cost {
		refusal := tooCostly("cost", e.limits.Cost, msgCost).With("cost", data)
		refusal.Args = []any{data, e.limits.Cost}
		return alone(refusal)
	}
	op.Stats.SetExtension(costKey, data)
	return nil
}

// Cost is what the operation may cost, as its answer says.
func Cost(op *graphql.OperationContext) int {
	n, _ := op.Stats.GetExtension(costKey).(int)
	return n
}

// DispatchOperation executes an operation: a query or mutation at most so long, a subscription until
// its context ends. The context that it returns is the one to ask the handler with.
func (e *Executor) DispatchOperation(ctx context.Context, op *graphql.OperationContext) (graphql.ResponseHandler, context.Context) {
	streams := op.Operation.Operation == ast.Subscription
	cancel := func() {}
	if !streams {
		seconds := int(math.Ceil(e.limits.Execution.Seconds()))
		late := tooCostly("seconds", seconds, msgTime)
		ctx, cancel = context.WithTimeoutCause(ctx, e.limits.Execution, late)
	}
	ctx = graphql.WithOperationContext(ctx, op)
	first := true

	begin := e.answering(ctx)
	next := e.begin(begin.ctx)
	if errs := graphql.GetErrors(begin.ctx); errs != nil {
		cancel()
		return graphql.OneShot(e.finish(begin, op, &graphql.Response{Errors: errs}, true)), ctx
	}
	return func(ctx context.Context) *graphql.Response {
		if streams && ctx.Err() != nil {
			return nil
		}
		if !first && !streams {
			return nil
		}
		defer cancel()
		a := e.answering(ctx)
		r := e.next(a.ctx, next) //nolint:contextcheck // it is ctx, with what the answer collects
		if r == nil {
			return nil
		}
		r.Errors = append(r.Errors, graphql.GetErrors(a.ctx)...) //nolint:contextcheck // it is ctx, with what the answer collects
		r = e.finish(a, op, r, first)
		first = false
		return r
	}, ctx
}

// answer is one answer in the making.
type answer struct {
	ctx     context.Context
	started time.Time
	errors  atomic.Int64 // all that happened, told or not
}

// answering begins an answer. Past the limit, errors are counted and not told: presenting each of
// a hundred thousand would cost more than the query.
func (e *Executor) answering(ctx context.Context) *answer {
	a := &answer{started: graphql.Now()}
	a.ctx = graphql.WithResponseContext(ctx, func(ctx context.Context, err error) *gqlerror.Error {
		if a.errors.Add(1) > int64(e.limits.Errors) {
			return nil
		}
		return e.present(ctx, err)
	}, e.recover)
	return a
}

// begin starts the execution; a panic becomes an error of the answer.
func (e *Executor) begin(ctx context.Context) (next graphql.ResponseHandler) {
	defer func() {
		if panicked := recover(); panicked != nil {
			graphql.AddError(ctx, e.recover(ctx, panicked))
		}
	}()
	return e.schema.Exec(ctx)
}

// next asks for an answer; a panic outside of any field becomes the answer.
func (e *Executor) next(ctx context.Context, next graphql.ResponseHandler) (r *graphql.Response) {
	defer func() {
		if panicked := recover(); panicked != nil {
			graphql.AddError(ctx, e.recover(ctx, panicked))
			r = &graphql.Response{Data: []byte("null")}
		}
	}()
	return next(ctx)
}

// finish adds what stands beside the data, and tells the observer.
func (e *Executor) finish(a *answer, op *graphql.OperationContext, r *graphql.Response, costs bool) *graphql.Response {
	r.Extensions = map[string]any{}
	for k, v := range graphql.GetExtensions(a.ctx) {
		r.Extensions[k] = v
	}
	cost := Cost(op)
	if costs {
		r.Extensions["cost"] = map[string]int{"requested": cost, "limit": e.limits.Cost}
	}
	if over := a.errors.Load() - int64(e.limits.Errors); over > 0 {
		r.Extensions["errorsLeftOut"] = over
	}
	e.observe(a.ctx, Outcome{
		Kind: op.Operation.Operation, Executed: true, Cost: cost, Errors: r.Errors, Duration: graphql.Now().Sub(a.started),
	})
	return r
}

// DispatchError is the answer to what was refused. It has no data.
func (e *Executor) DispatchError(ctx context.Context, list gqlerror.List) *graphql.Response {
	a := e.answering(ctx)
	for _, err := range list {
		graphql.AddError(a.ctx, err) //nolint:contextcheck // it is ctx, with what the answer collects
	}
	r := &graphql.Response{Errors: graphql.GetErrors(a.ctx)} //nolint:contextcheck // it is ctx, with what the answer collects
	var kind ast.Operation
	if graphql.HasOperationContext(ctx) {
		if op := graphql.GetOperationContext(ctx); op.Operation != nil {
			kind = op.Operation.Operation
		}
	}
	e.observe(ctx, Outcome{Kind: kind, Errors: r.Errors})
	return r
}
