// Package exchange holds exchange rates and converts amounts of money with them.
//
// # The rule
//
//   - A rate is the average of a calendar year, as a source published it: units of the
//     currency for one United States dollar, or dollars for one unit. The published
//     text is kept, and is exact.
//   - The year is that of the value date; of an amount that states none, that of the
//     date of the transaction, and this is told.
//   - Between two currencies neither of which is the dollar, the rate is the quotient
//     of their two published rates of that year, exactly, both of one source.
//   - Where several sources have what is needed, the one counts that was first imported
//     here; a later source fills what earlier ones lack and changes no figure that was
//     there. Who asks may name the source.
//   - No rate of the year: the amount is not converted, and counted apart. No other
//     year, no neighbouring currency, no fixed rate stands in: nothing is guessed.
//   - An amount in the currency that is asked for stays as it is.
//   - All is computed with rational numbers and rounded once, when a figure is shown,
//     half away from zero, to the digits of the currency's minor unit in ISO 4217; to
//     two where it has none, as the special drawing right. Negative amounts stay
//     negative. A sum is converted part by part and rounded once at its end.
//
// # The life of a rate
//
//	(import) → a rate of a source, a currency and a year → (import with another number) → the same, corrected
//
// What holds:
//   - A source has one rate for a currency and a year. A rate is corrected, never
//     taken away.
//   - An import is one transaction: all of a file or nothing. The same file again
//     changes nothing and tells nothing.
//   - Every correction is told in the log with the number before and after.
//   - Imports of one source wait for each other at the source's row.
package exchange
