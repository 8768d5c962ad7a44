package id

import (
	"bytes"
	"testing"
	"time"
)

func TestRoundTripForEveryKind(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Kinds() {
		if k.Prefix() == "" || seen[k.Prefix()] {
			t.Fatalf("kind %d: prefix %q is missing or given twice", k, k.Prefix())
		}
		seen[k.Prefix()] = true
		u := New(k, time.Now())
		got, err := ParseKind(Format(u), k)
		if err != nil || got != u {
			t.Fatalf("kind %d: %v came back as %v, %v", k, u, got, err)
		}
		if u.Version() != 7 {
			t.Fatalf("version %d", u.Version())
		}
	}
}

func TestIdentifiersAscendWithinAMillisecond(t *testing.T) {
	now := time.Now()
	prev := New(Message, now)
	for range 10_000 {
		next := New(Message, now)
		if bytes.Compare(prev[:8], next[:8]) >= 0 {
			t.Fatalf("%v is not after %v", next, prev)
		}
		prev = next
	}
}

func TestParseRefuses(t *testing.T) {
	good := Format(New(Agreement, time.Now()))
	for _, s := range []string{"", "agr_", "x", good + "0", good[:29], "prp" + good[3:], "agr_" + "zzzzzzzzzzzzzzzzzzzzzzzzzz", "AGR" + good[3:]} {
		if _, err := Parse(s); err == nil {
			t.Errorf("%q was taken", s)
		}
	}
	if _, err := ParseKind(good, Proposal); err == nil {
		t.Error("an agreement's identifier was taken for a proposal's")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Format(New(Thread, time.Now())))
	f.Fuzz(func(t *testing.T, s string) {
		u, err := Parse(s)
		if err == nil && Format(u) != s {
			t.Fatalf("%q parsed and formatted as %q", s, Format(u))
		}
	})
}
