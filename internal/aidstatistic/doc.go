// Package aidstatistic keeps what statistics tell: how much a donor gave to a country
// in a year, as somebody compiled it, such as the Creditor Reporting System of the
// OECD's Development Assistance Committee.
//
//	(import) → a figure of a source, donor, recipient and year → (import with another figure) → the same, corrected
//	a name of a donor → (by its name, or linkAidDonor) → an organisation
//
// What holds:
//   - A statistic is never added to transactions: it tells of the same money. Sums of
//     transactions know nothing of it.
//   - A source has one figure for a donor, a recipient and a year; it is corrected, never
//     taken away.
//   - A donor is who its name says, letters and accents aside. It belongs to at most one
//     organisation: the one active organisation that has the name, another name or the
//     identifier, or the one that the Secretariat names.
//
// Lock order: the donors by their name, then their statistics.
package aidstatistic
