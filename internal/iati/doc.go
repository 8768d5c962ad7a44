// Package iati reads activity files of the International Aid Transparency
// Initiative, version 2.03 and the earlier ones of version 2, says what is wrong with
// them, and writes them. It knows no database.
//
//	bytes → encoding → tokens → one element tree an activity → checks, Activity → handler
//
// What holds:
//   - Memory does not grow with the file: one activity is held at a time, and an
//     activity, a token and the depth of nesting have limits (see the constants of
//     limits.go). Only the identifiers that were met are remembered, 16 bytes each.
//   - A file is refused whole, with a Refusal, if it is not well-formed, has a
//     document type, another root, another version, or breaks a limit. The handler
//     may then have seen activities that came before: a caller that must not keep
//     them stages first.
//   - An activity that cannot be kept has a CRITICAL issue and is handed over as nil.
//   - Nothing is guessed or rounded: a date or a number that cannot be read exactly is
//     left out and reported; the text of an amount and of a percentage stays beside it.
//   - The order is that of the file, and every line counts from 1.
//   - All that the standard has is kept, texts in all languages. What is written says
//     the same when it is read again, in the order of the schema, and breaks no rule.
//
// The rules are those of the XSD ("xsd-…"), of the published standard ruleset
// ("6.11.1") and of the codelists ("9.76.1"), under their official numbers.
package iati
