// Package account lets people sign in, and programs: passwords, sessions of
// browsers, tokens of programs, one-time links, and who is asking.
//
//	session:  signed in ── used now and then ──▶ lives on, 30 days from then
//	             └── signed out, ended, new password, access taken away ──▶ ended
//	token:    made ──▶ expires, or is revoked
//	link:     made ──▶ used once, or expires after three days, or a later one takes its place
//
// Invariants:
//   - No secret is kept: a password as argon2id, everything else as SHA-256 of
//     32 random bytes.
//   - An unknown person, a disabled one, one without a password and a wrong
//     password get the same answer for the same work.
//   - A guess is counted before it is checked, so guesses at once do not all pass.
//   - Whoever loses access loses every session, token and link in the same
//     transaction.
//   - Rights are loaded from seats and posts for each request, in a number of
//     statements that does not depend on how many there are.
package account
