package server

import (
	"strconv"
	"strings"
)

// The media types of answers.
const (
	typeJSON     = "application/json"
	typeResponse = "application/graphql-response+json"
	typeStream   = "text/event-stream"
)

// accepted is how an answer may look.
type accepted struct {
	media  string // typeJSON or typeResponse; "" if neither is wanted
	stream bool   // whether events are wanted too
}

// accept reads the Accept headers of a request. The type with the greatest weight is taken, of equals
// the one that is named more exactly, of those the first. Without a header, and for */*, it is
// application/json: clients that do not know the other type expect it.
func accept(headers []string) accepted {
	if len(headers) == 0 {
		return accepted{media: typeJSON}
	}
	ranges := parseAccept(strings.Join(headers, ","))
	var out accepted
	var best match
	for _, media := range []string{typeJSON, typeResponse} {
		if m := weigh(ranges, media); m.weight > 0 && m.better(best) {
			out.media, best = media, m
		}
	}
	m := weigh(ranges, typeStream)
	out.stream = m.weight > 0 && m.exact > 0
	return out
}

// acceptRange is one entry of an Accept header.
type acceptRange struct {
	media  string
	weight float64
	utf8   bool
}

func parseAccept(header string) (out []acceptRange) {
	for part := range strings.SplitSeq(header, ",") {
		params := strings.Split(part, ";")
		r := acceptRange{media: strings.ToLower(strings.TrimSpace(params[0])), weight: 1, utf8: true}
		if r.media == "" {
			continue
		}
		for _, p := range params[1:] {
			name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
			value = strings.Trim(strings.TrimSpace(value), `"`)
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "q":
				w, err := strconv.ParseFloat(value, 64)
				if err != nil || w < 0 || w > 1 {
					w = 0
				}
				r.weight = w
			case "charset":
				r.utf8 = isUTF8(value)
			}
		}
		if out = append(out, r); len(out) == 100 {
			break
		}
	}
	return out
}

func isUTF8(charset string) bool {
	return strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")
}

// match says how well a type is named.
type match struct {
	weight float64
	exact  int // 2: by its name, 1: by its kind, 0: by */*
	place  int
}

func (m match) better(than match) bool {
	switch {
	case m.weight > than.weight:
		return true
	case m.weight < than.weight:
		return false
	case m.exact != than.exact:
		return m.exact > than.exact
	}
	return m.place < than.place
}

// weigh finds the most exact entry for a type.
func weigh(ranges []acceptRange, media string) match {
	kind, _, _ := strings.Cut(media, "/")
	out := match{exact: -1}
	for i, r := range ranges {
		exact := -1
		switch {
		case !r.utf8:
		case r.media == media:
			exact = 2
		case r.media == kind+"/*":
			exact = 1
		case r.media == "*/*":
			exact = 0
		}
		if exact > out.exact {
			out = match{weight: r.weight, exact: exact, place: i}
		}
	}
	return out
}
