// Package funding adds up money: who funds what, where, under which agreement, how
// much is pledged, committed, disbursed and spent, and how sure that is.
//
//	allocations, as published ──▶ shares (exact parts)  ─┐
//	transactions ──▶ flows of the activities selected ───┼─▶ cells ──▶ figures
//	budgets ─────────────────────────────────────────────┘
//
// # What is added up
//
//   - A Filter has conditions on activities, which select activities, and conditions
//     on flows, which select flows of them. Only activities that the viewer may see
//     are selected; nothing else has any part in an answer.
//   - A flow of an outgoing type (2, 3, 4, 12) whose receiver activity, or of an
//     incoming type (1, 11, 13) whose provider activity, is another activity of the
//     selection is internal. It is in no sum: it is counted apart, and can be listed
//     with its counterpart. A pair that both sides report is internal on both. A
//     counterpart that is stated and not known here, not visible or not selected does
//     not make a flow internal, nor does an activity that names itself.
//   - An organisation that was merged into another one is that one, wherever a filter
//     names it.
//   - Conditions on flows do not change the selection: an internal flow stays
//     internal whatever is asked of its date.
//   - An activity that its publisher does not publish any more is not selected, unless
//     the filter says so: what was given to it is given to nobody here.
//
// # Budgets
//
// Budgets and planned disbursements are no money that moved: they are added up where
// a measure names them, from their rows, by the first day of their period and the
// shares of their activity. Each counts once:
//
//   - An original budget is left out where its activity has a revised one for a period
//     that has a day in common with its own.
//   - A budget is left out where a selected activity above its own, the parent or a
//     parent's parent, has one with such a period: that one includes it, also where
//     what is between has no budget or is not selected. Either of two may say that they
//     are parent and child, unless one says the contrary; where both state a level, the
//     parent's is above. What goes round in a circle is not above itself. The way up
//     leads through activities that the viewer may see. A child without what is above
//     it counts.
//   - A planned disbursement is left out where it goes to another selected activity.
//
// # Labels
//
// Policy markers, and goals that are only named, do not say which part of the money
// they are of. Each row of them has all the money of its activities: rows overlap,
// are rounded each for itself, and the totals count everything once.
//
// # Who gave and who received
//
// Who is stated; where nobody is, the organisation that reports gave what went out
// (2, 3, 4, 7, 8, 10, 12) and received what came in (1, 9, 11, 13), as the IATI
// standard has it. Interest and repayments go either way, and an activity of the
// ACS's own states who reports it nowhere: there it is not said. An organisation
// that is not known here is its published identifier, or else its name.
//
// # Shares
//
//   - A transaction's own places count, and where it states none its activity's; its
//     own sectors of a vocabulary, and where it has none of it its activity's.
//   - Countries and regions share one hundred per cent together; of regions in several
//     vocabularies those of the DAC's count, or of the first. Sectors share it in each
//     vocabulary, and an answer uses one vocabulary.
//   - One alone without a percentage has all. Percentages of 99 to 101 together are
//     parts of their sum. Of any other sum, none included, the money is Unallocated,
//     and the answer says why.
//   - Money that is stated for a region is Regional among countries, money of a country
//     National among regions.
//   - Goals are those of sectors of goals, or else of targets, or else of tags: the only
//     one has all, several without percentages share nothing out.
//   - Places and sectors together split by both: the product of the two parts.
//
// # Figures
//
// Amounts are sums of whole millionths, and of numbers with more digits by their text:
// such flows are added up for themselves beside sums that are kept. Parts and rates
// are rational numbers, and each figure is rounded once, half away from zero. The
// figures of the rows make the figure of the total, by largest remainder, ties to the
// lower key. What has no rate is counted apart by its own currency, never as zero,
// among what counts and among what is left out.
//
// Without a currency to convert to, nothing is converted: each row is of one
// currency, which stands last among its keys.
//
// # Sums that are kept
//
// Sums are kept by year, type and currency and by one dimension more: country, sector,
// category, provider, receiver, programme, agreement; of everything, and of what each
// organisation that is known here gave, received, or gave to itself. There are two
// scopes: what everybody sees, and what is added to it for whoever sees every activity.
// A flow between a public activity and one that is not is a flow like others in the
// first and internal for the second: there it is taken away and added as internal.
//
// A row of funding_rollups has the sums of one key for the years of a half century, as
// JSON. A query that asks for no more reads these rows (Query.kept), and adds up what it
// does not tell apart; every other adds flows up. Whatever changes money takes the flows
// that it touches out before and brings them back in after (Begin, Change.End), and
// writes the difference:
//
//	lock the activities → Begin: lock and read the flows → change → End: read again, add the difference, in the order of the rows' identifiers
//
// What a change costs follows from the flows that it touches, not from those there
// are. Lock order: activities, flows by id, the activities around them, kept sums by
// identifier, and then only the head of the log.
//
// # What holds
//
//   - Shares are written by the transaction that writes the allocations they follow
//     from. An activity whose shares are not there yet is not Counted; there are such
//     only after a migration, until Service.Count has been through, and no sum is
//     answered before.
//   - A counterpart is resolved when the transaction comes, and when the activity comes.
//   - A sum that takes longer than the Service's limit is refused.
package funding
