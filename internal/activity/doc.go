// Package activity is what can be done with the ACS's own activities and their
// transactions, and what all activities are in total.
//
//	PIPELINE (1) ──► IMPLEMENTATION (2) ──► FINALISATION (3) ──► CLOSED (4)
//	   │                │  ▲      │
//	   │                ▼  │      │
//	   │          SUSPENDED (6)   │
//	   ▼                ▼         ▼
//	   └──────────► CANCELLED (5) ◄┘
//
// Invariants:
//   - what was imported is never edited here: it is FORBIDDEN to everybody, for it
//     is changed where it is published;
//   - status codes and transaction types of imported data are kept as published,
//     known or not; own ones are of the IATI lists;
//   - the countries of an own activity, and the sectors of each vocabulary, share
//     out exactly 100 percent. Where several are named without percentages, each
//     has an equal part (share.Even);
//   - actual dates and dates of transactions are not in the future, and no period
//     ends before it begins;
//   - amounts are exact. They may be negative: a correction, money that came back.
//
// The moves are our own design: IATI lists statuses and no order among them.
package activity
