package account

import (
	"context"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
)

// Passwords have 12 to 200 characters.
const (
	minPassword = 12
	maxPassword = 200
)

// hashesAtOnce bounds the processors, and the memory, that hashing takes;
// hashesWaiting how many more may wait.
var hashesAtOnce = max(1, runtime.NumCPU())

const hashesWaiting = 32

var (
	msgPasswordLength = i18n.Message{
		EN: "A password has %d to %d characters.", ES: "Una contraseña tiene de %d a %d caracteres.",
		FR: "Un mot de passe compte de %d à %d caractères.",
	}
	msgPasswordTrivial = i18n.Message{
		EN: "This password is too easy to guess.", ES: "Esta contraseña es demasiado fácil de adivinar.",
		FR: "Ce mot de passe est trop facile à deviner.",
	}
	msgPasswordSame = i18n.Message{
		EN: "This is the password that you have.", ES: "Esta es la contraseña que ya tiene.", FR: "C'est le mot de passe que vous avez déjà.",
	}
)

// well known passwords of twelve and more characters, folded, without spaces.
var wellKnown = []string{
	"123456789012", "1234567890123", "12345678901234567890", "123456789123", "password1234", "password12345", "passwordpassword",
	"qwertyuiop12", "qwertyuiop123", "qwertyuiopasdf", "qwertyuiopasdfghjkl", "abcdefghijkl", "abcdefghijklm", "1q2w3e4r5t6y",
	"iloveyouiloveyou", "administrator", "contrasena123", "motdepasse123", "letmeinletmein", "changemechangeme",
}

// checkPassword refuses a password that is too short, too long, or among the
// first that anybody would try for the person.
func checkPassword(field, password string, p *ent.Person) error {
	if n := utf8.RuneCountInString(password); n < minPassword || n > maxPassword || !utf8.ValidString(password) {
		return apperr.Invalid(field, msgPasswordLength, minPassword, maxPassword).With("limit", maxPassword)
	}
	if trivial(password, p) {
		return apperr.Invalid(field, msgPasswordTrivial)
	}
	return nil
}

func trivial(password string, p *ent.Person) bool {
	bare := func(s string) string { return strings.ReplaceAll(i18n.Fold(s), " ", "") }
	s := bare(password)
	first, _ := utf8.DecodeRuneInString(s)
	if strings.Trim(s, string(first)) == "" { // one character over and over, or nothing
		return true
	}
	local, _, _ := strings.Cut(p.Email, "@")
	for _, known := range append([]string{p.Email, local, local + local, p.Name, p.Name + p.Name}, wellKnown...) {
		if s == bare(known) {
			return true
		}
	}
	return false
}

var errBusy = apperr.ErrUnavailable.With("retryAfterSeconds", 1)

// slot waits for leave to hash. UNAVAILABLE says that too many wait already.
func (s *Service) slot(ctx context.Context) (release func(), err error) {
	if s.waiting.Add(1) > hashesWaiting {
		s.waiting.Add(-1)
		return nil, errBusy
	}
	defer s.waiting.Add(-1)
	select {
	case s.slots <- struct{}{}:
		return func() { <-s.slots }, nil
	case <-ctx.Done():
		return nil, apperr.ErrUnavailable.Because(ctx.Err())
	}
}

// hash is what is kept of a password.
func (s *Service) hash(ctx context.Context, password string) (string, error) {
	release, err := s.slot(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	h, err := argon2id.CreateHash(norm.NFC.String(password), &s.Params)
	if err != nil {
		return "", fmt.Errorf("account: hash a password: %w", err)
	}
	return h, nil
}

// matches says whether the password is the one that was kept. Without one it
// does the same work and says no.
func (s *Service) matches(ctx context.Context, password string, kept *string) (bool, error) {
	release, err := s.slot(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	if utf8.RuneCountInString(password) > maxPassword {
		password, kept = "", nil
	}
	against := s.nobodys()
	if kept != nil {
		against = *kept
	}
	ok, err := argon2id.ComparePasswordAndHash(norm.NFC.String(password), against)
	if err != nil {
		return false, fmt.Errorf("account: check a password: %w", err)
	}
	return ok && kept != nil, nil
}

// nobodys is a kept password that costs what others cost and that nothing
// matches.
func (s *Service) nobodys() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", s.Params.Memory, s.Params.Iterations, s.Params.Parallelism,
		b64.EncodeToString(random(int(s.Params.SaltLength))), b64.EncodeToString(random(int(s.Params.KeyLength))))
}
