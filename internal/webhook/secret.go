package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/seal"
)

// secretPrefix begins every secret, as the Standard Webhooks have it.
const secretPrefix = "whsec_"

// Overlap is how long a secret signs on beside the one that took its place.
const Overlap = 24 * time.Hour

// secrets makes, keeps and uses the secrets of webhooks.
type secrets struct{ sealer *seal.Sealer }

func newSecrets(key []byte) (secrets, error) {
	s, err := seal.New(key, "webhook secret")
	return secrets{s}, err
}

// make makes a secret: as it is told, and as it is kept.
func (s secrets) make() (told, kept string) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		panic("webhook: no randomness: " + err.Error())
	}
	return secretPrefix + base64.StdEncoding.EncodeToString(raw), s.sealer.Seal(raw)
}

// sign is the value of the header webhook-signature: with the secret, and with the
// one before as long as it signs too.
func (s secrets) sign(w *ent.Webhook, id string, at time.Time, body []byte) (string, error) {
	kept := []string{w.Secret}
	if w.PreviousSecretUntil != nil && w.PreviousSecretUntil.After(at) {
		kept = append(kept, w.PreviousSecret)
	}
	all := make([]string, len(kept))
	for i, k := range kept {
		secret, err := s.sealer.Open(k)
		if err != nil {
			return "", fmt.Errorf("webhook: open a secret: %w", err)
		}
		all[i] = Signature(secret, id, at, body)
	}
	return strings.Join(all, " "), nil
}

// Signature is a signature of the Standard Webhooks, version 1: HMAC-SHA256 over
// the identifier, the seconds of the Unix time and the body, joined by dots.
func Signature(secret []byte, id string, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
