// Package query decides which GraphQL documents are executed, and what they may cost. It is the
// graphql.GraphExecutor behind every transport, and knows no HTTP.
//
// A document passes these stations, in this order, and none is reached before the one above it has
// bounded its work:
//
//	text            bytes, from the transport or by hash from the persisted queries
//	parse           at most so many tokens
//	measure         one walk with a budget: depth, fields, aliases, fragments … (measure.go)
//	validate        the schema's rules; the walk has shown that comparing the fields is affordable
//	— up to here the result is the same for everyone, and kept in a bounded cache —
//	variables       size, then types
//	cost            what the schema says that the answer may cost, added up without overflow
//	execute         at most so long
//
// Invariants:
//
//   - The time before execution grows with the length of the document, never with what its fragments
//     expand to.
//   - Nothing that was refused is kept: neither cache can be filled with rubbish.
//   - A refusal is an apperr.Error. Limits answer QUERY_TOO_COSTLY with the limit in the extensions,
//     what is malformed INVALID_INPUT. No value of the request is repeated.
package query
