// Package tableimport brings tables in: transactions of the ACS's own activities,
// funding opportunities, aid statistics.
//
//	table ──▶ every row is checked ─┬─ wrong rows, and they refuse the table ──▶ nothing is done
//	                                └─▶ row by row: new · changed · the same · left out with the reason
//
// What holds:
//   - The whole table is checked before anything is done. Wrong rows refuse it, unless
//     who imports says that they are to be left out.
//   - A row is one command of the room that it belongs to, with its rules and events: a
//     row that breaks one that the check did not foresee is left out and told, and the
//     others are taken.
//   - The same table again changes nothing: a transaction is known by its activity and
//     reference, an opportunity by its source and the source's identifier, a statistic by
//     source, year, recipient and donor. So a table that something stopped is brought in
//     by doing it again.
//   - No organisation is made: a party that is not known here by its identifier or by
//     exactly one name is an error.
//   - Memory does not grow with the table but for 16 bytes a row, by which rows that are
//     there twice are found.
//
// The rules are our own design: none of them is a rule of the ACS.
package tableimport
