// Package importrun takes in files of published activities. The whole file is
// checked first, into staging, and nothing else changes; then it is applied. Both
// go in many short transactions, so that others write meanwhile. A command on the
// machine does both at once; over the API a file is uploaded, its check and its
// application are asked for, and the nodes do them in the background.
//
//	    ┌──────────▶ REFUSED
//	CHECKING ──▶ CHECKED ──▶ APPLYING ──▶ APPLIED
//	    └───────────┴────────────┴──────▶ CANCELLED
//
// What was asked for over the API has work in its row, which is the nodes' queue:
//
//	           take                  the end of the check or the application
//	WAITING ─────────▶ TAKEN ──────────────────────────────────────▶ NONE
//	    ◀──────────────┘ the node stops     │ ▲
//	                                        └─┘ it stands still: another node takes it
//
// A file that was uploaded lies in the store of files under a key of its own, with a
// time at which it is erased: three days after it was last wanted, earlier if younger
// ones need the room.
//
// Invariants:
//   - A refused file changes nothing: its staged items are gone, the run says why.
//   - An activity, its staged item, the mark up to which the run is applied, its
//     counts and the event are written by one transaction. Whatever stops a run, the
//     same file again finishes it, and each activity is counted and told once.
//   - An activity of the ACS's own is never overwritten by an import of others': a
//     CRITICAL issue instead. One that is taken as the ACS's own is reported under the
//     ACS's identifier, and never one that is here as another's.
//     An imported one is the same one whatever dataset it comes with.
//   - An activity with errors is taken and flagged, or left out, as the run says. What
//     is here of one that is left out stays as it is.
//   - Nothing that is published is lost: what has no column or row of its own stands in
//     the column further, and texts in all languages beside those that are gathered.
//   - What a dataset does not have any more is marked as vanished and stays; the mark
//     goes when it comes back. One that is left out has not vanished.
//   - An activity whose digest is equal is left as it is, and nothing is told.
//   - Whoever works on a run holds it by its revision, which each step moves on. A
//     run that moves is being worked on: a second import of the dataset is a
//     CONFLICT. One that stands still is taken over, and its former holder, should
//     it wake up, finds that out before it writes anything. No clock of another node
//     is compared with.
//   - Memory does not grow with the file: a few activities are held at a time.
//   - A run that was cancelled moves on no more: its holder finds that out before it
//     writes anything else. What it had applied stays.
//   - Nothing is written to the store of files whose key is not in the database, with
//     a time at which it is erased.
//
// Lock order: the imports as a whole, the run, its activities by id, organisations
// by identifier, the head of the log. An activity is written whole, so a step is
// short as long as an activity has no more than some thousands of transactions.
//
// The rules are our own design: none of them is a rule of the ACS or of IATI.
package importrun
