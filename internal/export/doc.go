// Package export hands whole lists and summaries out as files. Who asks gets a
// link; the file is made when the link is fetched, row by row, under the rights
// that the person has then.
//
//	what is asked for ──sealed──▶ link ──fetched within five minutes──▶ rows ──▶ file
//
// What holds:
//   - A link holds the question, never an answer: it opens nothing that the person who
//     fetches it could not ask for. It is bound to the person who asked; one that
//     nobody in particular asked for shows what everybody may see.
//   - Rows are read by key in short pages and written as they come: memory does not
//     grow with the list. A list that changes meanwhile shows each row once, as it was
//     when its page was read.
//   - Totals of a list are added up while its rows pass, one for each currency.
//   - What goes wrong before the first row is said in words; later the transfer breaks
//     off, so that half a file is not taken for a whole one.
package export
