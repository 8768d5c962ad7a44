// Package graph is the API: the schema and its thin resolvers. A resolver calls
// one service, returns one query, or subscribes; nobody else knows GraphQL.
package graph

//go:generate go run -mod=mod gqlgen.go

// Resolver holds what the resolvers call.
type Resolver struct{}
