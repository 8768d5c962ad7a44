// Package share holds how an activity or a proposal is shared out among
// countries and sectors.
//
// Invariants of what people of the hub record (imported shares are kept as they
// were published):
//   - a country stands there once, and a sector once in its vocabulary;
//   - the countries, and the sectors of each vocabulary, have percentages either
//     all or none;
//   - percentages that are there are more than 0 and make 100 together, exactly:
//     they are kept as millionths, and nothing is rounded.
package share
