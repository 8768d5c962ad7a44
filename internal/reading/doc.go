// Package reading is how far each person has read each discussion, and how they
// follow it.
//
// Messages are numbered from 1 without gaps; what is read is a set of numbers: all
// up to a mark, and ranges beyond it. What is unread is computed from the set and
// the number of the latest message, never counted up, so a post costs the same
// however many read, and a mark the same however many messages there are.
//
//	                 read 1–4              read 7            read 5–6
//	mark 0, nothing ─────────▶ mark 4 ─────────▶ mark 4, 7 ─────────▶ mark 7
//
// One can follow or mute a discussion without posting in it:
//
//	          follow                mute
//	DEFAULT ──────────▶ FOLLOWING ◀──────▶ MUTED
//	   ▲ └──────────────────────────────────┘│
//	   └─────────────── reset ───────────────┘
//
// Invariants:
//
//   - The set only grows: marks of several devices, in any order and however often
//     they come, lead to the same, and to mark what is marked writes nothing. So
//     there is no way back to unread: a device that has not heard of it would undo
//     it with its next mark. To come back to a message, keep a link to it.
//   - There are at most MaxRanges ranges. When there would be more, what is not
//     connected with anything read before is not kept, the oldest first: what was
//     read may show as unread again, never the other way round.
//   - A row is written by who holds the person's counter (internal/personal), whose
//     version it carries. It is no event of the log.
//   - Whoever posts has read the own message: the author's row moves in the same
//     transaction, after the discussion's.
//   - A withdrawn message counts by its number as any other: that it was there is
//     something to see.
//   - Whoever was admitted without the history does not see the messages before: they
//     count as read for as long as that is so, and are not marked.
//   - Nobody but the person learns how far they have read, and they neither once they
//     take no part in the discussion any more. The row stays: with a new admission
//     they go on where they were.
package reading
