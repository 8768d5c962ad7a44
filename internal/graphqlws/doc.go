// Package graphqlws speaks GraphQL over websockets: the protocol graphql-transport-ws, as
// https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md has it, over gorilla/websocket.
//
//	upgrade → connection_init → connection_ack → subscribe … next … complete | error
//
// Who is asking is said by the cookie or the Authorization header of the upgrade, or by
// connection_init with {"authorization": "Bearer TOKEN"}, which goes first.
//
// Queries and mutations are executed here; subscriptions are opened with an Engine, which gives their
// answers to an Outlet.
//
// # Closes
//
// Clients that follow the protocol, as the npm packages graphql-ws and @apollo/client do, come back by
// themselves where this table says so, with growing pauses; a subscription is then resumed with the last
// cursor. Where it says "don't", the same again would fail the same way.
//
//	1012  the node restarts                                             come back
//	1013  messages are not read fast enough; too many connections of
//	      the person; the hub can't answer just now                     come back
//	1006  (no close at all) the network, or a ping that was not
//	      answered, or what was sent was not taken in time              come back
//	4408  no connection_init in time                                    come back
//	4403  the token is not valid, or the session has ended               sign in, then come back
//	4400  a message that the protocol does not know                     don't: the client is wrong
//	4401  an operation before connection_ack                            don't: the client is wrong
//	4406  the subprotocol is not graphql-transport-ws                   don't: the client is wrong
//	4409  an id of an operation that has not ended                      don't: the client is wrong
//	4429  a second connection_init                                      don't: the client is wrong
//	1002  frames that RFC 6455 does not allow                           don't: the client is wrong
//	1007  a text that is not UTF-8                                      don't: the client is wrong
//	1009  a message of more than 64 KiB (a setting)                     don't: it would be as large again
//
// With the npm package graphql-ws, under @apollo/client as well, set
//
//	shouldRetry: () => true, retryAttempts: Infinity
//
// or it gives up while the hub can't be reached at all, as in the middle of a restart. It then comes back
// after a 4403 too: let its retryWait, or connectionParams, fetch a new session or token first. It sends
// the variables anew each time: put the last cursor into them.
//
// An operation too many on one socket (16, a setting) is an error RATE_LIMITED of that operation, and the
// socket lives on.
//
// # Invariants
//
//   - At rest a socket is one goroutine, which reads, with a small stack; the request that opened it is
//     gone. One goroutine (wheel) looks after the times of all of them.
//   - Nobody waits for a client: a write takes what the system takes at once, the rest waits in a bounded
//     queue with a writer of its own (line), and while something waits an Outlet takes no event. What waits
//     for 5 s, or a ping that is not answered for 5 s, ends the connection.
//   - A frame is put whole, and in the order of the decisions: the lock that says whether an operation has
//     ended is the one under which its messages are put. So nothing of an operation comes after its end,
//     and its id is free from then on.
//   - No engine is called with a socket's lock held; engines may call in with theirs.
//   - A query ends when the client completes it or goes. A mutation that has begun goes on to its end,
//     within the time that any may take; it keeps its place among the socket's operations.
//   - A panic ends the operation, or at worst the socket.
//   - Nothing that a client sent is logged or sent back but an operation's id and a ping's payload.
package graphqlws
