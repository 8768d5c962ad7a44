package filetype

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// NameLimit is how many characters a name may have.
const NameLimit = 200

// CleanName is a file's name as it can be shown and saved: without folders,
// control characters, characters that have no width or turn the direction of
// writing, and without spaces or dots around it. It is empty if nothing is left,
// and may be longer than NameLimit.
func CleanName(name string) string {
	name = strings.ToValidUTF8(name, "_")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Noncharacter_Code_Point),
			unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
			return -1
		case strings.ContainsRune(`<>:"|?*`, r): // no system has files of such names
			return '_'
		}
		return r
	}, norm.NFC.String(name))
	name = strings.Join(strings.Fields(norm.NFC.String(name)), " ") // what stood between is gone
	return strings.Trim(name, " .")
}
