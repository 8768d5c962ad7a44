// Package surrogate finds what no text is made of: half of a character, escaped in
// JSON or in a GraphQL document.
package surrogate

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
)

// ErrLone refuses half of a character: INVALID_INPUT.
var ErrLone = apperr.New(apperr.InvalidInput, i18n.Message{
	EN: "The request has half of a character: a \\u escape of a surrogate without the other one.",
	ES: "La solicitud tiene medio carácter: un escape \\u de un sustituto sin el otro.",
	FR: "La requête contient un demi-caractère : un échappement \\u d'un demi-codet sans l'autre.",
})

// Lone says whether one of the text's escapes is a surrogate without its
// other half. Decoders would write U+FFFD for it in silence: another text than the
// one that was sent.
func Lone(text []byte) bool {
	half := func(at int) (rune, bool) { // the surrogate that is escaped there
		if len(text) < at+6 || text[at] != '\\' || text[at+1] != 'u' {
			return 0, false
		}
		n, err := strconv.ParseUint(string(text[at+2:at+6]), 16, 16)
		return rune(n), err == nil && utf16.IsSurrogate(rune(n))
	}
	for at := 0; ; at += 2 { // over the backslash and what it escapes
		next := bytes.IndexByte(text[min(at, len(text)):], '\\')
		if next < 0 {
			return false
		}
		at += next
		first, ok := half(at)
		if !ok {
			continue
		}
		second, ok := half(at + 6)
		if !ok || utf16.DecodeRune(first, second) == utf8.RuneError {
			return true
		}
		at += 10
	}
}
