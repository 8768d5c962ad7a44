// Package informationrequest is what one can do with requests for information: a
// body's formal question to a party of a discussion, to be answered by a day.
//
//	draft         dispatch              answer
//	──────▶ DRAFT ────────▶ DISPATCHED ────────▶ ANSWERED
//	        │  ▲│             │  ▲│ extend
//	discard ▼  └┘ edit        │  └┘        void
//	                          └──────────────▶ VOID
//
// Who is addressed may ask for a later day, one wish at a time; who asked the
// question decides:
//
//	ask ──▶ REQUESTED ── grant ──▶ GRANTED    the request is due on the later day
//	                 └── refuse ─▶ REFUSED    also when the request is answered or void first
//
// Invariants:
//   - A request lives in a discussion: whoever writes to it holds the lock of the
//     discussion's row, and who takes part in the discussion sees it once it is
//     dispatched; who was admitted without the history, only if it was dispatched
//     since, and so its events (where no message stood by the admission, there is no
//     history to be without). A draft is for those of them who may issue for the asking body, and
//     the log does not tell of it.
//   - What was dispatched does not change but for its day. It is answered once; a
//     correction is a message.
//   - Its reference is given on dispatch and stays, also when it is void.
//   - Whether it is overdue or was answered late follows from days in Port of Spain.
//     The log tells once of each day that passed without an answer.
//   - A proposal's clock runs from the submission to the decision and stands while at
//     least one request that stops it waits for its answer. It is computed from the
//     requests that the viewer may see, and so tells nothing of discussions in which
//     the viewer does not take part.
//
// The rules are our own design: none of them is a rule of the ACS.
//
// A formal answer, and the wish for a later day, are not held where a discussion
// holds what partners post: the Secretariat has asked for them by name.
package informationrequest
