// Package writing is what the code generated from the schema writes answers with:
// objects, lists, and rows that occur again. The generator's own means carry what
// the hub does not need (fields that come later, goroutines), for each object of
// each answer; graph/quick.go puts these in their place.
//
// Invariants:
//   - an answer is made by one goroutine, field after field;
//   - @defer is refused before anything is executed (see server/query), so an
//     object is whole when its function returns.
package writing
