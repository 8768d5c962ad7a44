// Package server answers over HTTP: GraphQL, its schema, the front, health and metrics.
//
//	request → id, log, headers, recovery      exchange.go, headers.go
//	        → route                           server.go
//	        → origin → CORS → who is asking   origin.go, who.go      (/graphql only)
//	        → transport                       graphql.go: JSON by POST or GET, multipart.go, sse.go, socket.go
//	        → query.Executor
//
// Invariants:
//
//   - A request that carries a session cookie does nothing that a page of another origin could make a
//     browser send: no mutation by GET, no body but application/json, or multipart with a header of its
//     own, and no foreign Origin.
//   - Every refusal, of whatever layer, is an answer in GraphQL's form with a code of the schema.
//   - No body, query, variable, cookie or token is written to the log or repeated in an answer.
//   - Labels of metrics come from fixed lists.
//   - What was accepted before the end is finished: see Serve.
package server
