// Package codelist holds the reference lists: the code lists of IATI and of the
// DAC of the OECD, countries by ISO 3166-1, currencies by ISO 4217, languages by
// ISO 639-1, the Sustainable Development Goals and their targets. They are a part
// of the program, in memory, the same for everybody; no database knows them.
//
//	code → ACTIVE → WITHDRAWN (since a date, where it is known; replaced by others of the list, where there are such)
//
// What holds:
//   - A code is never taken out of a list: one that is withdrawn stays, since data
//     that was published with it stays too.
//   - A code that a list does not have is kept by whoever holds it, and shown as an
//     Item that is not Known: its name is the code itself.
//   - Names are in English, Spanish and French. English prevails, as the source has
//     it; of the others it is told whether the source has them or a machine made
//     them, and when they were written here.
//   - A replacement is of the same list. A parent is of one of the lists that the list
//     names as its parents; where the source gives none, there is none.
//
// # The form of the lists
//
// A list is a file in lists/, NAME.txt by its name in the IATI standard. Its lines
// have columns, divided by tabs. Before the first empty line stands what holds for
// the whole list:
//
//	name	ENGLISH	SPANISH	FRENCH
//	source	who published it
//	written	the day on which it was written here
//	parents	LIST	…                 where a parent is looked up, in this order
//
// and after it one line a code, in the order of the source:
//
//	CODE	PARENT	STATE	ENGLISH	SPANISH	FRENCH
//
// STATE is empty for a code in use, or "withdrawn", "withdrawn SINCE", and behind
// either " > CODE,CODE" for what replaces it. SINCE is a year, a month or a day. A
// name that a machine translated begins with ~, one that a person of the hub wrote
// with +; any other comes from the source. In the list Currency a seventh column has
// the digits of the minor unit; empty: ISO 4217 names none.
package codelist
