package mail_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/mail"
	"acs-aec.org/hub/internal/seal"
)

func replies(tb testing.TB, key []byte, address string) *mail.Replies {
	tb.Helper()
	r, err := mail.NewReplies(key, address)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestAddressesForAnswers(t *testing.T) {
	t.Parallel()
	key := seal.NewKey()
	r := replies(t, key, "Reply@Hub.example.org")
	u := id.New(id.Notification, time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC))
	address := r.Address(u)
	local, _, _ := strings.Cut(address, "@")
	if len(local) > 64 || address != strings.ToLower(address) {
		t.Errorf("%q has %d characters before the @", address, len(local))
	}
	if strings.Contains(address, id.Format(u)[4:]) {
		t.Error("the address shows the identifier")
	}
	for _, as := range []string{address, strings.ToUpper(address), " <" + address + "> "} {
		if got, err := r.Open(as); err != nil || got != u {
			t.Errorf("%q opens to %v, %v", as, got, err)
		}
	}
	flip := func(i int) string {
		b := []byte(address)
		if b[i] = 'a'; address[i] == 'a' {
			b[i] = 'b'
		}
		return string(b)
	}
	for name, bad := range map[string]string{
		"empty": "", "no @": local, "no token": "reply@hub.example.org", "another domain": local + "@example.org",
		"another name": "x" + address, "first letter": flip(6), "middle": flip(25), "last letter": flip(len(local) - 1),
		"cut off": local[:len(local)-1] + "@hub.example.org", "longer": local + "a@hub.example.org", "not base 32": "reply+1189@hub.example.org",
		"another deployment": replies(t, seal.NewKey(), "reply@hub.example.org").Address(u),
	} {
		if got, err := r.Open(bad); err == nil {
			t.Errorf("%s: %q opens to %v", name, bad, got)
		}
	}
	for _, bad := range []string{"", "nobody", "a+b@example.org", strings.Repeat("r", 30) + "@example.org"} {
		if _, err := mail.NewReplies(key, bad); err == nil {
			t.Errorf("%q makes addresses", bad)
		}
	}
}

func FuzzOpenAddress(f *testing.F) {
	r, err := mail.NewReplies(make([]byte, 32), "reply@hub.example.org")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(r.Address(uuid.UUID{1}))
	f.Add("reply+@hub.example.org")
	f.Fuzz(func(t *testing.T, s string) {
		if u, err := r.Open(s); err == nil && !strings.Contains(strings.ToLower(s), r.Address(u)) {
			t.Errorf("%q opens to %v, whose address is another", s, u)
		}
	})
}
