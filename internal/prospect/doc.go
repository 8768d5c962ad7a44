// Package prospect tells who might become a partner of the ACS, with the evidence:
// what each donor gave to members of the ACS by year, by statistics and by published
// activities, beside whether an agreement with it exists.
//
// The score runs from 0 to 100 and is the sum of four parts of 25 points, each told
// with its figure. It is our own design, no rule of the ACS:
//
//	money      5 points from a total of 1 US dollar on, 10 from 1 million, 15 from 10 million,
//	           20 from 100 million, 25 from 1,000 million
//	reach      25 × members that received something ÷ members of the ACS, rounded down
//	recency    of the last three years that the source tells of: 9, 8, 8 points for each with money
//	closeness  15 for an observer of the ACS, 10 for an agreement, present or past
//
// What holds:
//   - Only money to present members of the ACS counts, not to associates or others.
//   - Statistics of one source count, since two tell of the same money: the source that
//     was first imported here, unless who asks names another.
//   - Statistics and published activities stand beside each other and are never added.
//   - Agreements are those that the viewer may see.
//   - A country without any figure is told as not reported, never as zero.
//   - The number of statements does not depend on how many donors there are.
package prospect
