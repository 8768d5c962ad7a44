// Package demo makes the demonstration world and lets its people go on talking.
//
// What is real in it are facts about the ACS from public sources: the states and
// their groups, associates, observers, organs, agreements, projects. Each file in
// world/ names its sources, and where nothing is known nothing stands. What is
// demonstration only says so: persons (addresses at demo.invalid), their seats,
// decision rules, programmes, proposals, discussions, a bank and its money.
//
// Invariants:
//   - The world is made by the rooms' own commands, in one transaction: it is
//     there whole or not at all, and no rule was passed by.
//   - The bank's files come in by imports, which are many transactions, after it. What
//     something stops, the next start finishes; it is done once, by one node.
//   - It is made once. What people changed in it since stays as they left it.
//   - It is only made in a database that holds nothing else.
package demo
