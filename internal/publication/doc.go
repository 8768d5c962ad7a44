// Package publication gives the ACS's own portfolio as an IATI file.
//
//	own, published activities ──pages by identifier──▶ iati.Activity ──checks──▶ file
//
// What holds:
//   - Only what everybody may see is read: it is asked as nobody. What vanished from
//     the ACS's own file is left out too.
//   - Activities stand in the order of their identifiers, so the same content is
//     written in the same bytes; imported as the ACS's own into an empty database, it
//     is exported in the same bytes again.
//   - An activity in which a published rule is broken is left out and told of: the
//     file has no errors.
//   - Without an activity there is no file: the schema admits none.
//   - Percentages that nearly make 100 make 100, by largest remainder.
//   - An activity of the ACS's own that is not published is not named in another one.
//   - Memory does not grow with the portfolio: a page of activities is held at a time,
//     and no transaction is open while bytes travel.
//
// What the ACS has no record of is filled in from its configuration alone: who
// reports. Where nobody takes part in an activity, who reports is accountable for
// it; where it has no description, its title stands for one.
package publication
