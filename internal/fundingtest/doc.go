// Package fundingtest fills databases with money for measurements: any number of
// transactions, of the shape of the files that are published.
//
// What there is more of in a larger database is activities and their transactions.
// Countries, sectors, years, types, currencies, programmes, agreements and
// organisations are as many in a small one: they are what the world has.
package fundingtest
