package seal_test

import (
	"bytes"
	"errors"
	"testing"

	"acs-aec.org/hub/internal/seal"
)

func sealer(t testing.TB, key []byte, purpose string) *seal.Sealer {
	t.Helper()
	s, err := seal.New(key, purpose)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSeal(t *testing.T) {
	t.Parallel()
	key := seal.NewKey()
	s := sealer(t, key, "page")
	a, b := s.Seal([]byte("position 7")), s.Seal([]byte("position 7"))
	if a == b {
		t.Error("two seals of the same content are the same: hidden activity can be counted")
	}
	got, err := s.Open(a)
	if err != nil || !bytes.Equal(got, []byte("position 7")) {
		t.Fatalf("Open: %q, %v", got, err)
	}
	for name, other := range map[string]*seal.Sealer{"another key": sealer(t, seal.NewKey(), "page"), "another purpose": sealer(t, key, "log")} {
		if _, err := other.Open(a); !errors.Is(err, seal.ErrBroken) {
			t.Errorf("%s opened it: %v", name, err)
		}
	}
	for i := range a {
		forged := []byte(a)
		forged[i] ^= 1
		if got, err := s.Open(string(forged)); err == nil && !bytes.Equal(got, []byte("position 7")) {
			t.Fatalf("a forged text was opened: %q", got)
		}
	}
}

func FuzzOpen(f *testing.F) {
	s := sealer(f, bytes.Repeat([]byte{7}, 32), "page")
	f.Add("")
	f.Add(s.Seal([]byte("x")))
	f.Fuzz(func(_ *testing.T, text string) { _, _ = s.Open(text) })
}
