// Package table writes and reads tables as people and programs exchange them:
// comma-separated values, spreadsheets (XLSX) and JSON lines, with the hashtags of
// the Humanitarian Exchange Language (HXL) if they are wanted.
//
//	rows of cells ──▶ Writer ──▶ CSV | XLSX | JSON lines
//	CSV | XLSX ──▶ Reader ──▶ rows of texts, by line
//
// What holds:
//   - Numbers are never rounded: their digits are written as they are given. A number
//     that a spreadsheet cannot hold exactly, since it computes with 15 digits, becomes
//     a text there, unless its column is of computed figures.
//   - No text becomes a formula: in CSV one that a spreadsheet would take for a formula
//     begins with an apostrophe, in XLSX texts are texts.
//   - Nothing is held in memory but a row: CSV and JSON lines are written as they come,
//     a spreadsheet is gathered in a temporary file. Reading has limits.
//   - Only a spreadsheet has a row of totals: it is for people. The others are for
//     programs, which would add it up once more.
package table
