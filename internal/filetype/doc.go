// Package filetype says what a file is by looking at its content, and refuses one
// that is something else than its name or its sender says.
//
// A Reader is written to as the file passes by: it keeps the beginning and the
// end, never the whole. What it does not know it refuses: there is a list of what
// is allowed and none of what is forbidden. HTML, SVG, programs and scripts are
// not on it, nor are documents with macros.
//
// That a file begins as a picture does does not make the rest of it one: whoever
// serves it must say nosniff, and let nothing but pictures show in place.
package filetype
