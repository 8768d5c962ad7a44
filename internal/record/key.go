package record

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// ErrKey says that a text is no public key.
var ErrKey = errors.New("this is no Ed25519 public key: give the file or the text that hub key prints")

// KeyID is a short name of a public key: the first 16 digits of the SHA-256 of
// its 32 bytes.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// MarshalKey writes a public key as PEM (RFC 8410).
func MarshalKey(key ed25519.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("record: write the key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

// ParseKey reads a public key: PEM, or the base64 of PEM's content or of the bare
// 32 bytes. Anything else is ErrKey.
func ParseKey(text string) (ed25519.PublicKey, error) {
	var der []byte
	if block, _ := pem.Decode([]byte(text)); block != nil {
		if block.Type != "PUBLIC KEY" {
			return nil, ErrKey
		}
		der = block.Bytes
	} else {
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			return nil, ErrKey
		}
		if len(raw) == ed25519.PublicKeySize {
			return raw, nil
		}
		der = raw
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, ErrKey
	}
	key, ok := parsed.(ed25519.PublicKey)
	if !ok {
		return nil, ErrKey
	}
	return key, nil
}
