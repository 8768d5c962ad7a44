package outbound_test

import (
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/outbound"
)

func TestAllows(t *testing.T) {
	t.Parallel()
	public := []string{"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.169.0.1", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"}
	closed := []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
		"192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255",
		"240.0.0.1", "255.255.255.255",
		"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1",
		"100::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "2606:4700::1111%eth0",
	}
	for _, s := range public {
		if !(outbound.Guard{}).Allows(netip.MustParseAddr(s)) {
			t.Errorf("%s is closed", s)
		}
	}
	for _, s := range closed {
		if (outbound.Guard{}).Allows(netip.MustParseAddr(s)) {
			t.Errorf("%s is open", s)
		}
	}
	if (outbound.Guard{}).Allows(netip.Addr{}) {
		t.Error("no address is open")
	}
	some := outbound.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("10.2.0.0/16"), netip.MustParsePrefix("fd00::/16")}}
	for s, want := range map[string]bool{"10.2.3.4": true, "::ffff:10.2.3.4": true, "10.3.0.1": false, "127.0.0.1": false, "fd00::7": true, "fd01::7": false, "8.8.8.8": true} {
		if got := some.Allows(netip.MustParseAddr(s)); got != want {
			t.Errorf("%s with an open network: %v", s, got)
		}
	}
	if some.Opens(netip.MustParseAddr("8.8.8.8")) || !some.Opens(netip.MustParseAddr("10.2.0.1")) {
		t.Error("what was opened is what was named")
	}
}

// However an address of IPv4 is written, it is judged alike; what the standard
// library calls private, local or multicast is never open.
func TestAllowsAlike(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		four := netip.AddrFrom4([4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "four")))
		mapped := netip.AddrFrom16(four.As16())
		if (outbound.Guard{}).Allows(four) != (outbound.Guard{}).Allows(mapped) {
			t.Fatalf("%s and %s differ", four, mapped)
		}
		six := netip.AddrFrom16([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "six")))
		for _, a := range []netip.Addr{four, six} {
			inside := a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified()
			if inside && (outbound.Guard{}).Allows(a) {
				t.Fatalf("%s is open", a)
			}
		}
	})
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	local := outbound.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	for _, c := range []struct {
		url          string
		strict, open bool
	}{
		{"https://example.org/hook?a=b", true, true},
		{"https://example.org", true, true},
		{"https://example.org:443/", true, true},
		{"https://example.org:8443/", true, true},
		{"https://example.org:1024/", true, true},
		{"https://8.8.8.8/", true, true},
		{"https://[2606:4700::1111]/", true, true},
		{" https://example.org/ ", true, true},
		{"http://example.org/", false, true}, // and dialled only where the address was opened
		{"http://127.0.0.1:9000/", false, true},
		{"https://127.0.0.1:9000/", false, true},
		{"https://localhost/", false, true},
		{"https://LOCALHOST./", false, true},
		{"https://a.localhost:9000/", false, true},
		{"https://[::ffff:127.0.0.1]/", false, true},
		{"http://127.0.0.1:80/", false, true},
		{"http://127.0.0.1:22/", false, false},
		{"https://intranet/", false, true},
		{"https://printer.local/", false, true},
		{"https://printer.LOCAL./", false, true},
		{"https://localhost.localdomain/", false, true},
		{"https://metadata.google.internal/", false, true},
		{"https://router.home.arpa/", false, true},
		{"https://local.example.org/", true, true},
		{"https://1.example.org/", true, true},
		{"https://xn--caf-dma.example.org/", true, true},
		{"https://256.256.256.256/", false, false},
		{"https://1.2.3.4.5/", false, false},
		{"https://example.org.1/", false, false},
		{"https://0x1p4/", false, true}, // a name, if a strange one
		{"https://example.0xg/", true, true},
		{"https://127.0.0.1.1/", false, false},
		{"https://4294967296/", false, false},
		{"https://09.1.1.1/", false, false},
		{"https://08/", false, false},
		{"https://0/", false, false},
		{"https://10.1/", false, false},
		{"https://0xa9fea9fe/", false, false},
		{"https://2852039166/", false, false},
		{"https://0251.0376.0251.0376/", false, false},
		{"https://[::ffff:10.0.0.1]/", false, false},
		{"https://[::ffff:a00:1]/", false, false},
		{"https://[64:ff9b::7f00:1]/", false, false},
		{"https://./", false, false},
		{"https://[::1]/", false, false},
		{"https://10.0.0.1/", false, false},
		{"https://169.254.169.254/latest/meta-data", false, false},
		{"https://[fe80::1%25eth0]/", false, false},
		{"https://example.org:80/", false, false},
		{"https://example.org:25/", false, false},
		{"https://example.org:0/", false, false},
		{"https://example.org:65536/", false, false},
		{"https://example.org:/", false, false},
		{"https://user@example.org/", false, false},
		{"https://user:password@example.org/", false, false},
		{"https://example.org/#part", false, false},
		{"https://example.org/#", false, false},
		{"https:///path", false, false},
		{"https:example.org", false, false},
		{"https://exa mple.org/", false, false},
		{"https://example.org\\@inside/", false, false},
		{"//example.org/", false, false},
		{"ftp://example.org/", false, false},
		{"file:///etc/passwd", false, false},
		{"javascript:alert(1)", false, false},
		{"", false, false},
		{"https://" + strings.Repeat("a", 2000) + ".org/", false, false},
	} {
		for guard, want := range map[*outbound.Guard]bool{{}: c.strict, &local: c.open} {
			got, err := guard.Check("input.url", c.url)
			if (err == nil) != want {
				t.Errorf("%q is %v with %v", c.url, err, guard.Allow)
			}
			if err == nil && strings.TrimSpace(c.url) != got {
				t.Errorf("%q is kept as %q", c.url, got)
			}
			if err != nil && apperr.CodeOf(err) != apperr.InvalidInput {
				t.Errorf("%q is refused with %v", c.url, err)
			}
		}
	}
}

// However an address is written, it is judged by what it means, and kept plainly.
func TestAddressesAreKeptPlainly(t *testing.T) {
	t.Parallel()
	local := outbound.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	for _, s := range []string{
		"127.1", "127.0.1", "127.0.0.1.", "0x7f000001", "0X7F000001", "0x7f.1", "0177.0.0.1", "017700000001", "2130706433", "１２７.0.0.1", "127。0。0。1", "0x7f.0x0.0x0.0x1",
	} {
		if _, err := (outbound.Guard{}).Check("url", "https://"+s+"/"); err == nil {
			t.Errorf("%s is open", s)
		}
		if got, err := local.Check("url", "https://"+s+":9000/a?b"); err != nil || got != "https://127.0.0.1:9000/a?b" {
			t.Errorf("%s is kept as %q: %v", s, got, err)
		}
	}
	for _, s := range []string{"8.8.2056", "0x08080808", "134744072"} {
		if got, err := (outbound.Guard{}).Check("url", "https://"+s); err != nil || got != "https://8.8.8.8" {
			t.Errorf("%s is kept as %q: %v", s, got, err)
		}
	}
}

// Whatever is accepted has a scheme, a host and no user, also when it is read
// again.
func FuzzCheckURL(f *testing.F) {
	for _, s := range []string{"https://example.org/a", "https://u@h/", "https://[::1]:443", "https://a:443:22/", "https://%31%32%37.0.0.1/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		kept, err := outbound.Guard{}.Check("url", s)
		if err != nil {
			return
		}
		again, err := outbound.Guard{}.Check("url", kept)
		if err != nil || again != kept || !strings.HasPrefix(kept, "https://") || strings.Contains(kept, "#") {
			t.Errorf("%q is kept as %q, and then as %q (%v)", s, kept, again, err)
		}
	})
}
