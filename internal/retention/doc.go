// Package retention is how long what was said is kept, and what keeps it longer.
//
// A schedule says, for discussions on one kind of subject, how many years after
// they were closed their texts are erased. There is none in the beginning: then
// everything is kept for good. A legal hold on a discussion, or on a subject and
// so on all discussions about it, wins over every deletion: neither a schedule nor
// a person erases a text while it stands.
//
//	place         release
//	──────▶ held ─────────▶ released
//
// Invariants:
//   - Whoever is about to erase a text of a discussion holds its lock and then
//     asks Check, which locks the discussion's subject: as long as that
//     transaction lasts nobody places a hold on either. So no text is erased
//     after a hold was placed.
//   - A hold on one discussion is known to who takes part in it; its reason, and
//     other holds, to the Secretariat alone.
//   - Erasing by schedule withdraws each message as a person would: the events,
//     with the digests of the texts, and the hash chain stay.
//
// The rules are our own design: none of them is a rule of the ACS.
package retention
