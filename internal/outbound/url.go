package outbound

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
)

// urlLimit is how long an address may be.
const urlLimit = 2000

var (
	msgURL = i18n.Message{
		EN: "Give a complete web address that begins with https://, of at most %d characters.",
		ES: "Indique una dirección web completa que empiece por https://, de %d caracteres como máximo.",
		FR: "Indiquez une adresse web complète qui commence par https://, de %d caractères au plus.",
	}
	msgUserinfo = i18n.Message{
		EN: "Leave the user name and the password out of the address: requests are signed instead.",
		ES: "No ponga usuario ni contraseña en la dirección: las solicitudes van firmadas.",
		FR: "Ne mettez ni nom d'utilisateur ni mot de passe dans l'adresse : les requêtes sont signées.",
	}
	msgFragment = i18n.Message{
		EN: "Leave out what follows the # in the address: it is never sent.",
		ES: "Quite lo que sigue al signo # en la dirección: nunca se envía.",
		FR: "Retirez ce qui suit le # dans l'adresse : cela n'est jamais envoyé.",
	}
	msgPort = i18n.Message{
		EN: "Nothing is sent to port %s. Use 443, or a port from 1024 on.",
		ES: "No se envía nada al puerto %s. Use el 443 o un puerto a partir del 1024.",
		FR: "Rien n'est envoyé au port %s. Utilisez le 443, ou un port à partir de 1024.",
	}
	msgAddress = i18n.Message{
		EN: "Nothing is sent to this address: it is not of the public internet. Whoever runs the hub can open it.",
		ES: "No se envía nada a esta dirección: no es de la internet pública. Quien administra el sistema puede abrirla.",
		FR: "Rien n'est envoyé à cette adresse : elle n'est pas de l'internet public. Qui administre le système peut l'ouvrir.",
	}
)

// Check checks a URL that a person gave, and returns it as it is kept. What can't
// be one that requests go to is INVALID_INPUT of the field. What a name leads to
// is checked when it is dialled; what stands for itself is checked here too.
func (g Guard) Check(field, s string) (string, error) {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	if err != nil || len(s) > urlLimit || u.Opaque != "" || u.Hostname() == "" || strings.ContainsAny(s, "\\ \t\r\n") || !g.scheme(u.Scheme) {
		return "", apperr.Invalid(field, msgURL, urlLimit).With("limit", urlLimit)
	}
	switch {
	case u.User != nil:
		return "", apperr.Invalid(field, msgUserinfo)
	case u.Fragment != "" || strings.Contains(s, "#"):
		return "", apperr.Invalid(field, msgFragment)
	case !port(u):
		return "", apperr.Invalid(field, msgPort, u.Port())
	}
	host, ok := g.host(u.Hostname())
	if !ok {
		return "", apperr.Invalid(field, msgAddress)
	}
	if port := u.Port(); host != u.Hostname() {
		if u.Host = host; port != "" {
			u.Host = net.JoinHostPort(host, port)
		}
	}
	return u.String(), nil
}

// scheme says whether requests go there. Without TLS they do only where a network
// was opened, and to that alone: see Client.
func (g Guard) scheme(s string) bool { return s == "https" || s == "http" && len(g.Allow) > 0 }

// port keeps requests away from what speaks another protocol.
func port(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	n, err := strconv.Atoi(u.Port())
	return err == nil && n < 1<<16 && (n == 443 || n == 80 && u.Scheme == "http" || n >= 1024)
}

// inside are names that lead into the own network wherever they are asked for.
var inside = []string{"localhost", "local", "localdomain", "internal", "home.arpa"}

// host is the host as it is kept: an address in its plain form, however it was
// written. It refuses what is known to be inside before anybody resolves it.
func (g Guard) host(name string) (string, bool) {
	if a, err := netip.ParseAddr(name); err == nil {
		return name, g.Allows(a)
	}
	bare, err := ascii(strings.TrimSuffix(name, "."))
	if err != nil || bare == "" {
		return "", false
	}
	last := bare[strings.LastIndexByte(bare, '.')+1:]
	if _, ok := number(last); ok || digits(last) { // no name of the internet ends in a number
		a, ok := loose(bare)
		return a.String(), ok && g.Allows(a)
	}
	if bare == "localhost" || strings.HasSuffix(bare, ".localhost") {
		return name, g.Opens(netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	}
	if len(g.Allow) > 0 { // what such a name leads to is seen when it is dialled
		return name, true
	}
	return name, strings.Contains(bare, ".") &&
		!slices.ContainsFunc(inside, func(in string) bool { return bare == in || strings.HasSuffix(bare, "."+in) })
}

// ascii is a name as it is looked up, in lower case.
func ascii(name string) (string, error) {
	if !strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return strings.ToLower(name), nil
	}
	s, err := idna.Lookup.ToASCII(name)
	return strings.TrimSuffix(s, "."), err
}

// loose reads an address of IPv4 as inet_aton does and browsers do: one to four
// numbers, each decimal, octal or hexadecimal, of which the last fills what is left.
func loose(s string) (netip.Addr, bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var whole uint64
	for i, part := range parts {
		n, ok := number(part)
		room := 8
		if i == len(parts)-1 {
			room = 8 * (5 - len(parts))
		}
		if !ok || n >= 1<<room {
			return netip.Addr{}, false
		}
		whole = whole<<room | n
	}
	return netip.AddrFrom4([4]byte{byte(whole >> 24), byte(whole >> 16), byte(whole >> 8), byte(whole)}), true //nolint:gosec // four bytes, by the room of each
}

// number reads one number of such an address.
func number(s string) (uint64, bool) {
	base := 10
	switch {
	case strings.HasPrefix(s, "0x"):
		if s, base = s[2:], 16; s == "" {
			return 0, true
		}
	case len(s) > 1 && s[0] == '0':
		s, base = s[1:], 8
	}
	n, err := strconv.ParseUint(s, base, 64)
	return n, err == nil
}

// digits says whether it is made of digits alone, be they a number or not.
func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
