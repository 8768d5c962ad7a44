package importrun

import (
	"crypto/sha256"
	"encoding/binary"
)

// met remembers which identifiers came before, in constant memory: it may take a
// new one for an old one, never the other way round. With a million identifiers
// that happens to one in five thousand, which costs a look into the staging.
type met struct{ bits []uint64 }

// metBits is how many bits there are, a power of two: 4 MiB.
const metBits = 1 << 25

func newMet() *met { return &met{make([]uint64, metBits/64)} }

// add says whether the identifier may have come before, and remembers it.
func (m *met) add(identifier string) bool {
	sum := sha256.Sum256([]byte(identifier))
	before := true
	for i := range 4 {
		bit := binary.LittleEndian.Uint32(sum[4*i:]) % metBits
		mask := uint64(1) << (bit % 64)
		before = before && m.bits[bit/64]&mask != 0
		m.bits[bit/64] |= mask
	}
	return before
}
