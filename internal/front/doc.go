// Package front is everything that a browser is given: the page at / and GraphiQL at /graphiql.
//
// Nothing comes from elsewhere. Every script, style and font is embedded in the binary; no page names
// another host, and each Content-Security-Policy forbids one. So the front works in a meeting room
// without internet, and nobody outside learns who reads.
//
// # The page
//
// Plain HTML, CSS and JavaScript modules in page/, served as they are written. It speaks to /graphql
// as any client does and holds no secret: the session is an HttpOnly cookie. Texts go into the
// document as text. The HTML of a message, although the server has sanitised it, is parsed apart and
// rebuilt from a short list of elements (page/richtext.js), never assigned: so a fault in the
// sanitiser alone, or a fault here alone, gives nobody a script; the policy is the third lock.
//
// # GraphiQL
//
// graphiql/ has the bundle's source, its build and its result, dist. It is GraphiQL 5.4, not 4.1:
// development goes on in 5, and its editor, Monaco, checks variables as they are typed and has an
// accessibility mode. The price: 5.8 MB in the binary and 1.6 MB over the wire, once, where 4.1 takes 2.1
// and 0.8. The web fonts are left out (half a megabyte), the rest is
// split so that the page and its workers share code.
//
// The files of dist are embedded as they are, not compressed: what gzip makes of a file differs
// between versions of the build's runtime, and a build that gives the same bytes again is worth more
// than some megabytes. Each is compressed once, when it is first asked for.
package front
