// Package outbound sends requests to addresses that people gave: outside of the
// hub's own network, unless whoever runs the hub opens a part of it.
//
//	URL ─ Check ─▶ resolved ─ Allows, of each address, as it is dialled ─▶ sent ─▶ status
//	      └ refused          └ refused
//
// Invariants:
//   - What is checked is the address that is connected to, after the name was
//     resolved and at the moment of connecting: a name that is answered otherwise
//     the second time gains nothing.
//   - Without TLS nothing is sent but to a network that was opened.
//   - Redirects are not followed, and no proxy of the environment is used: each
//     would be asked to connect in our place.
//   - Of an answer the status is told, nothing else. At most 64 KiB of it are read.
package outbound
