// Package tabular reads tables of transactions, of funding opportunities and of aid
// statistics, whatever their columns are called, and says what is wrong with them.
// It knows no database.
//
//	CSV | XLSX → header ─┬─ mapping ──▶ fields of a kind → checks → records with issues
//	                     └─ no mapping: columns are known by their names
//
// What holds:
//   - A mapping says for each field which column it comes from, or which constant
//     stands for it; an amount can be multiplied, as where a table tells millions.
//   - Without a mapping a column is known by the key of a field or its title in one of
//     the three languages; capitals, accents and spaces do not matter. So what the hub
//     exports it can import.
//   - Nothing is guessed or rounded: a number with separators, a day that may be two, a
//     country or a code that is not known is an issue, with its line and column.
//   - A row with an error is not taken. Memory does not grow with the table.
package tabular
