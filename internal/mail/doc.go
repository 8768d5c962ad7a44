// Package mail writes mails, hands them to a mail server, and reads those that
// come back. It knows no database: who is written to, and why, is decided in
// notification.
//
// Invariants:
//   - Nothing that a person wrote gets into a header as it is: line breaks and
//     other control characters become spaces, and what is not ASCII is encoded.
//   - The Message-ID is the caller's: what is sent again is the same mail.
//   - Who answers a mail writes to an address of that person and that cause alone.
//     It is sealed with the deployment's key, has at most 64 characters before the
//     @, and survives a server that changes capitals.
//   - What came by mail is text by the time it leaves Read: no part of it is
//     trusted, its size is bounded, and what a machine answered is told apart.
package mail
