// Package proposal is what can be done with a proposal: what a Special Committee
// puts before the Special Fund.
//
//	DRAFT ──► SUBMITTED ──► ADMISSIBLE ──► UNDER_ASSESSMENT ──► ASSESSED ──► ON_AGENDA
//	             ▲  │            │                                 ┌────────────┤ ▲
//	             │  ▼            │                                 │   DEFERRED ◄─┤ │
//	             RETURNED ◄──────┘◄────────────────────────────────┘      └──────┼─┘
//	                                          REJECTED ◄─────────────────────────┤
//	        CLOSED ◄── IN_IMPLEMENTATION ◄── FINANCED ◄── APPROVED (WITH_CONDITIONS)
//
//	WITHDRAWN from everything before the decision: up to ON_AGENDA, and DEFERRED.
//
// Invariants:
//   - the sponsor is a Special Committee, active when the proposal is drafted and
//     when it is submitted;
//   - a reference is unique among the proposals of its sponsor, whose seats see
//     them all: one that is taken tells nothing of what others may not see;
//   - only a draft or a returned proposal is edited: what was submitted, assessed
//     and decided is what is read later;
//   - what is submitted is complete: title, summary, an amount above zero, at
//     least two member states with percentages that make 100, sectors that make
//     100 in each vocabulary;
//   - submitted_at is the first submission and never changes; decided_at is when it was
//     approved, rejected or withdrawn: between the two its clock runs.
//
// The rules are our own design: none of them is a rule of the ACS.
package proposal
