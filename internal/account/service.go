package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"sync/atomic"

	"github.com/alexedwards/argon2id"

	"acs-aec.org/hub/internal/command"
)

// Service holds the commands.
type Service struct {
	*command.Runner
	// Params are what a password costs to check. Tests may make it cheaper before
	// the first use.
	Params argon2id.Params

	slots   chan struct{} // one for each hash that may run at once
	waiting atomic.Int32  // how many wait for one
}

// New makes a service.
func New(r *command.Runner) *Service {
	return &Service{
		Runner: r,
		// 19 MiB twice: some 60 ms on a machine of 2020's kind.
		Params: argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32},
		slots:  make(chan struct{}, hashesAtOnce),
	}
}

// tokenPrefix begins every token, so that people and scanners know one when they
// see it.
const tokenPrefix = "hub_"

// newSecret is a secret that nobody can guess, and what is kept of it.
func newSecret(prefix string) (secret string, kept []byte) {
	secret = prefix + base64.RawURLEncoding.EncodeToString(random(32))
	return secret, digest(secret)
}

// digest is what is kept of a secret.
func digest(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

func random(n int) []byte {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic("account: no randomness: " + err.Error())
	}
	return b
}

// normal is an address as it is kept: ours make no difference between capitals
// and small letters.
func normal(email string) string { return strings.ToLower(strings.TrimSpace(email)) }
