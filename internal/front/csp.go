package front

// What each page may do, and nothing else. No policy names another host or allows eval.
const (
	// PageCSP is the policy of the page at / and of its files. 'self' admits the websocket of the same host
	// too, as CSP 3 has it: Chromium since 70, Firefox, Safari since 16. Elsewhere the page asks the log.
	PageCSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

	// GraphiQLCSP is the policy of everything under /graphiql. The editor writes style elements and
	// attributes as one types, so styles can't be listed beforehand; its icons are in part data URLs.
	GraphiQLCSP = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; " +
		"font-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
