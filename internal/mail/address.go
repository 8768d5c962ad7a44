package mail

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"net/mail"
	"strings"

	"github.com/google/uuid"
)

// Replies makes the addresses that answers go to, and reads them.
type Replies struct {
	local, domain string // of the address that the mail server hands to the hub
	block         cipher.Block
	key           []byte
}

// ErrNoReply says that an address is none that Replies made.
var ErrNoReply = errors.New("mail: not an address for answers")

// tagSize is how many bytes vouch for an address.
const tagSize = 12

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// localLimit is how long the part before the @ may be, by RFC 5321.
const localLimit = 64

// NewReplies makes addresses such as reply+TOKEN@example.org from the address
// reply@example.org. It returns an error if that is no address, or too long to
// have something added.
func NewReplies(key []byte, address string) (*Replies, error) {
	a, err := mail.ParseAddress(address)
	if err != nil {
		return nil, fmt.Errorf("%q is no address", address)
	}
	local, domain, _ := strings.Cut(a.Address, "@")
	if n := len(local) + 1 + letters.EncodedLen(aes.BlockSize+tagSize); n > localLimit || strings.ContainsAny(local, "+\"") {
		return nil, fmt.Errorf("%q can't have something added before the @: choose a short one without + and quotes", address)
	}
	secret, err := hkdf.Key(sha256.New, key, nil, "reply by mail", 64)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(secret[:32])
	if err != nil {
		return nil, err
	}
	return &Replies{local: strings.ToLower(local), domain: strings.ToLower(domain), block: block, key: secret[32:]}, nil
}

// Address is where answers to what the identifier names go.
func (r *Replies) Address(u uuid.UUID) string {
	sealed := make([]byte, aes.BlockSize, aes.BlockSize+tagSize)
	r.block.Encrypt(sealed, u[:]) // one block: a permutation of identifiers
	return r.local + "+" + letters.EncodeToString(append(sealed, r.tag(sealed)...)) + "@" + r.domain
}

// Open reads what an address stands for, whatever its capitals. ErrNoReply if
// it is none that Address made.
func (r *Replies) Open(address string) (uuid.UUID, error) {
	local, domain, found := strings.Cut(strings.ToLower(strings.Trim(strings.TrimSpace(address), "<>")), "@")
	prefix, token, plus := strings.Cut(local, "+")
	if !found || !plus || prefix != r.local || domain != r.domain {
		return uuid.Nil, ErrNoReply
	}
	sealed, err := letters.DecodeString(token)
	if err != nil || len(sealed) != aes.BlockSize+tagSize || letters.EncodeToString(sealed) != token {
		return uuid.Nil, ErrNoReply
	}
	sealed, tag := sealed[:aes.BlockSize], sealed[aes.BlockSize:]
	if !hmac.Equal(tag, r.tag(sealed)) {
		return uuid.Nil, ErrNoReply
	}
	var u uuid.UUID
	r.block.Decrypt(u[:], sealed)
	return u, nil
}

func (r *Replies) tag(sealed []byte) []byte {
	h := hmac.New(sha256.New, r.key)
	h.Write(sealed)
	h.Write([]byte(r.local + "@" + r.domain))
	return h.Sum(nil)[:tagSize]
}
