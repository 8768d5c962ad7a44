package server

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/rs/cors"
)

// cors lets pages of the allowed origins read answers, with the session. Others get no header at all.
func (s *Server) cors() func(http.Handler) http.Handler {
	allowed := s.c.AllowedOrigins
	return cors.New(cors.Options{
		AllowOriginFunc:  func(origin string) bool { return slices.Contains(allowed, origin) },
		AllowCredentials: true,
		AllowedMethods:   []string{http.MethodGet, http.MethodHead, http.MethodPost},
		AllowedHeaders: []string{
			"Accept", "Accept-Language", "Authorization", "Content-Type", "X-Request-Id", "Last-Event-ID",
			"Apollo-Require-Preflight", "GraphQL-Preflight", "X-Requested-With", "X-Apollo-Operation-Name",
			"Range", "If-Range", "If-None-Match",
		},
		ExposedHeaders: []string{"X-Request-Id", "Retry-After", "Content-Disposition", "Content-Range", "ETag"},
		MaxAge:         600,
	}).Handler
}

// checkOrigin refuses requests that carry the session cookie and come from a page of an origin that is
// neither the hub's own nor allowed. Programs send no Origin; browsers that send neither Origin nor
// Sec-Fetch-Site are held off by SameSite and by what graphql asks of a body.
func (s *Server) checkOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodOptions && s.hasSession(r) && s.foreign(r) {
			s.refuse(w, r, http.StatusForbidden, errOrigin)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hasSession says whether the request shows the session cookie, and no token instead.
func (s *Server) hasSession(r *http.Request) bool {
	return r.Header.Get("Authorization") == "" && s.session(r) != ""
}

func (s *Server) foreign(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		switch r.Header.Get("Sec-Fetch-Site") {
		case "", "same-origin", "none": // none: typed into the address bar
			return false
		}
		return true
	}
	if slices.Contains(s.c.AllowedOrigins, origin) {
		return false
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || !strings.EqualFold(u.Host, s.host(r)) {
		return true
	}
	return s.secure(r) && u.Scheme != "https"
}

// host is the name under which the browser knows the hub.
func (s *Server) host(r *http.Request) string {
	if h := r.Header.Get("X-Forwarded-Host"); h != "" && s.proxied(r) {
		return h
	}
	return r.Host
}

// secure says whether the browser speaks TLS.
func (s *Server) secure(r *http.Request) bool {
	return s.c.SecureCookies || r.TLS != nil || s.proxied(r) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// proxied says whether the request came through a proxy that is believed.
func (s *Server) proxied(r *http.Request) bool {
	ip, ok := peer(r)
	return ok && s.trusted(ip)
}

func (s *Server) trusted(ip netip.Addr) bool {
	return slices.ContainsFunc(s.c.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// peer is the address at the other end of the connection.
func peer(r *http.Request) (netip.Addr, bool) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	return ip.Unmap().WithZone(""), err == nil
}

// origin is the address of who asks: the last one of X-Forwarded-For that is not a trusted proxy's, if
// a trusted proxy says so. Of an IPv6 address it is the network of 64 bits, which belongs to one.
func (s *Server) origin(r *http.Request) string {
	ip, ok := peer(r)
	if !ok {
		return ""
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusted(ip); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		ip = hop.Unmap().WithZone("")
	}
	if ip.Is6() && !ip.IsLoopback() {
		if p, err := ip.Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}

// local says whether the request comes from a program on this machine, and not through a proxy on it.
func (s *Server) local(r *http.Request) bool {
	ip, ok := peer(r)
	if !ok || !ip.IsLoopback() {
		return false
	}
	for _, h := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	return true
}
