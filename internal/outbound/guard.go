package outbound

import (
	"net/netip"
)

// Guard decides to which addresses requests may go. The zero Guard opens none
// but those of the public internet.
type Guard struct {
	// Allow opens networks that are closed otherwise, such as 10.2.0.0/16.
	Allow []netip.Prefix
}

// global is where all public addresses of IPv6 lie.
var global = netip.MustParsePrefix("2000::/3")

// closed are networks that are not of the public internet, or lead into others:
// those of RFC 6890 and the registries of special-purpose addresses.
var closed = prefixes(
	"0.0.0.0/8",       // this network
	"10.0.0.0/8",      // private
	"100.64.0.0/10",   // shared by carriers (CGNAT)
	"127.0.0.0/8",     // loopback
	"169.254.0.0/16",  // link-local: metadata of clouds too
	"172.16.0.0/12",   // private
	"192.0.0.0/24",    // protocol assignments
	"192.0.2.0/24",    // documentation
	"192.88.99.0/24",  // 6to4 relays
	"192.168.0.0/16",  // private
	"198.18.0.0/15",   // measurements
	"198.51.100.0/24", // documentation
	"203.0.113.0/24",  // documentation
	"224.0.0.0/4",     // multicast
	"240.0.0.0/4",     // reserved, broadcast
	"2001::/23",       // protocol assignments: Teredo, ORCHID
	"2001:db8::/32",   // documentation
	"2002::/16",       // 6to4: carries an IPv4 address
	"3fff::/20",       // documentation
)

func prefixes(all ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(all))
	for i, s := range all {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// Allows says whether requests may go to the address. An IPv4 address that is
// written as one of IPv6 is what it stands for.
func (g Guard) Allows(a netip.Addr) bool {
	a = a.Unmap()
	switch {
	case !a.IsValid():
		return false
	case g.Opens(a):
		return true
	case a.Zone() != "", a.Is6() && !global.Contains(a): // NAT64 lies outside too
		return false
	}
	for _, p := range closed {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Opens says whether the address lies in a network that was opened.
func (g Guard) Opens(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, p := range g.Allow {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
