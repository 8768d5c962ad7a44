// Package seal makes opaque texts that clients carry and hand back: nobody
// without the deployment's key can read, guess or forge one.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// ErrBroken says that a text was not sealed with this key for this purpose.
var ErrBroken = errors.New("seal: not sealed with this key")

// encoding is strict: each sealed content has one text.
var encoding = base64.RawURLEncoding.Strict()

// Sealer seals for one purpose. What one purpose sealed, another cannot open.
type Sealer struct{ aead cipher.AEAD }

// New makes a sealer from the deployment's key (at least 32 bytes).
func New(key []byte, purpose string) (*Sealer, error) {
	if len(key) < 32 {
		return nil, errors.New("seal: the key is too short")
	}
	derived, err := hkdf.Key(sha256.New, key, nil, purpose, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &Sealer{aead}, nil
}

// Seal makes a text whose length depends on the length of the content only.
func (s *Sealer) Seal(content []byte) string {
	out := make([]byte, s.aead.NonceSize(), s.aead.NonceSize()+len(content)+s.aead.Overhead())
	if _, err := rand.Read(out); err != nil {
		panic("seal: no randomness: " + err.Error())
	}
	return encoding.EncodeToString(s.aead.Seal(out, out, content, nil))
}

// Open gives the content back, or ErrBroken.
func (s *Sealer) Open(text string) ([]byte, error) {
	raw, err := encoding.DecodeString(text)
	if err != nil || len(raw) < s.aead.NonceSize() {
		return nil, ErrBroken
	}
	content, err := s.aead.Open(nil, raw[:s.aead.NonceSize()], raw[s.aead.NonceSize():], nil)
	if err != nil {
		return nil, ErrBroken
	}
	return content, nil
}

// NewKey makes a deployment key.
func NewKey() []byte {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		panic("seal: no randomness: " + err.Error())
	}
	return key
}
