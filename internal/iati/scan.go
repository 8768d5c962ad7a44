package iati

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

const xmlNamespace = "http://www.w3.org/XML/1998/namespace"

// scan goes through a file token by token. It takes the raw ones and does itself
// what encoding/xml leaves out or does differently: it refuses attributes given
// twice, prefixes that nothing declares, a second root and text beside the root.
type scan struct {
	src *source
	dec *xml.Decoder

	open     []xml.Name // the elements that are open, with prefixes
	bound    []binding  // the prefixes in force
	rooted   bool       // the root was there
	foreign  int        // the depth at which something that is not kept began, 0 if nothing did
	activity *node      // the activity that is open
	current  *node      // the element of it that is open
	parts    int        // how many elements and attributes it has
	version  string
	rootLine int
}

// binding binds a prefix from a depth on.
type binding struct {
	prefix, uri string
	depth       int
}

func newScan(src *source) *scan {
	s := &scan{src: src, dec: xml.NewDecoder(src)}
	// The source has decoded already, whatever the declaration says.
	s.dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return s
}

// events is what a scan tells.
type events interface {
	// stray is told of an element beside the activities that is none.
	stray(name string, line int)
	// activity is told of each activity once it is whole.
	activity(ctx context.Context, root *node) error
}

// run reads to the end.
func (s *scan) run(ctx context.Context, tell events) error {
	for tokens := 0; ; tokens++ {
		if tokens%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if s.activity == nil {
			s.src.allow(MaxActivityBytes)
		}
		line, _ := s.dec.InputPos()
		start := s.dec.InputOffset()
		token, err := s.dec.RawToken()
		if err != nil {
			return s.end(err, line)
		}
		switch t := token.(type) {
		case xml.ProcInst:
			if strings.EqualFold(t.Target, "xml") && start != 0 {
				return refuse("declaration", line)
			}
		case xml.Directive:
			return refuse("doctype", line)
		case xml.StartElement:
			err = s.begin(t, line, tell)
		case xml.EndElement:
			err = s.close(ctx, t, line, tell)
		case xml.CharData:
			err = s.text(t, line)
		}
		if err != nil {
			return err
		}
	}
}

// end says why there is no further token.
func (s *scan) end(err error, line int) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(s.src.err, errBeyond) && s.activity != nil:
		return refuse("activity-too-large", s.activity.line)
	case errors.Is(s.src.err, errBeyond):
		return refuse("token-too-large", line)
	case s.src.err != nil:
		return fmt.Errorf("iati: read: %w", s.src.err)
	case errors.Is(err, io.EOF) && !s.rooted:
		return refuse("empty", 0)
	case errors.Is(err, io.EOF) && len(s.open) > 0:
		return refuse("ends-early", line, quote(local(s.open[len(s.open)-1])))
	case errors.Is(err, io.EOF):
		return nil
	case errors.As(err, &syntax) && strings.HasPrefix(syntax.Msg, "unexpected EOF"):
		if len(s.open) == 0 {
			return refuse("ends-early", syntax.Line, rootElement)
		}
		return refuse("ends-early", syntax.Line, quote(s.innermost()))
	case errors.As(err, &syntax) && syntax.Msg == "invalid UTF-8":
		return refuse("not-utf-8", syntax.Line)
	case errors.As(err, &syntax):
		return refuse("not-well-formed", syntax.Line, fault(syntax.Msg))
	}
	// encoding/xml reports the few faults of a declaration as plain errors.
	return refuse("not-well-formed", line, fault(strings.TrimPrefix(err.Error(), "xml: ")))
}

func (s *scan) innermost() string {
	if len(s.open) == 0 {
		return ""
	}
	return local(s.open[len(s.open)-1])
}

// local writes a raw name as the file has it.
func local(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func (s *scan) begin(t xml.StartElement, line int, tell events) error {
	if len(s.open) == 0 && s.rooted {
		return refuse("second-root", line, quote(local(t.Name)))
	}
	if len(s.open) >= MaxDepth {
		return refuse("too-deep", line, MaxDepth)
	}
	if s.activity != nil {
		if s.parts += 1 + len(t.Attr); s.parts > MaxActivityParts {
			return refuse("activity-too-large", s.activity.line)
		}
	}
	s.open = append(s.open, t.Name)
	depth := len(s.open)
	space, attrs, err := s.resolve(t, line, depth)
	if err != nil {
		return err
	}
	if depth == 1 {
		s.rooted, s.rootLine = true, line
		return s.root(t, space, attrs, line)
	}
	switch {
	case s.foreign != 0:
	case space != "":
		s.foreign = depth
	case s.activity != nil:
		n := &node{name: t.Name.Local, line: line, parent: s.current, attrs: attrs}
		s.current.children = append(s.current.children, n)
		s.current = n
	case t.Name.Local == "iati-activity":
		s.activity = &node{name: t.Name.Local, line: line, attrs: attrs}
		s.current, s.parts = s.activity, len(attrs)
		s.src.allow(MaxActivityBytes)
	default:
		tell.stray(t.Name.Local, line)
		s.foreign = depth
	}
	return nil
}

// resolve finds the namespace of an element, and its attributes of no namespace
// and xml:lang.
func (s *scan) resolve(t xml.StartElement, line, depth int) (string, []attr, error) {
	met := make(map[xml.Name]bool, len(t.Attr))
	for _, a := range t.Attr {
		switch {
		case a.Name.Space == "xmlns":
			s.bound = append(s.bound, binding{a.Name.Local, a.Value, depth})
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			s.bound = append(s.bound, binding{"", a.Value, depth})
		}
		if met[a.Name] {
			return "", nil, refuse("attribute-twice", line, quote(local(a.Name)))
		}
		met[a.Name] = true
	}
	if len(s.bound) > MaxNamespaces {
		return "", nil, refuse("namespaces", line, MaxNamespaces)
	}
	space, ok := s.namespace(t.Name.Space)
	if !ok {
		return "", nil, refuse("unbound-prefix", line, quote(t.Name.Space))
	}
	var attrs []attr
	for _, a := range t.Attr {
		if a.Name.Space == "" && a.Name.Local != "xmlns" {
			attrs = append(attrs, attr{a.Name.Local, a.Value})
			continue
		}
		if a.Name.Space == "" || a.Name.Space == "xmlns" {
			continue
		}
		uri, ok := s.namespace(a.Name.Space)
		if !ok {
			return "", nil, refuse("unbound-prefix", line, quote(a.Name.Space))
		}
		if uri == xmlNamespace && a.Name.Local == "lang" {
			attrs = append(attrs, attr{xmlLang, a.Value})
		}
	}
	return space, attrs, nil
}

func (s *scan) namespace(prefix string) (string, bool) {
	for i := len(s.bound) - 1; i >= 0; i-- {
		if s.bound[i].prefix == prefix {
			return s.bound[i].uri, prefix == "" || s.bound[i].uri != ""
		}
	}
	if prefix == "xml" {
		return xmlNamespace, true
	}
	return "", prefix == ""
}

// root checks that this is a file of activities, in a version that is known.
func (s *scan) root(t xml.StartElement, space string, attrs []attr, line int) error {
	if space != "" || t.Name.Local != "iati-activities" {
		if space == "" && t.Name.Local == "iati-organisations" {
			return refuse("organisation-file", line)
		}
		return refuse("root", line, quote(local(t.Name)))
	}
	version, there := (&node{attrs: attrs}).find("version")
	s.version = clip(version, 20)
	switch {
	case !there || version == "":
		return refuse("version-missing", line)
	case version != "2.01" && version != "2.02" && version != "2.03":
		return refuse("version", line, quote(version))
	}
	return nil
}

func (s *scan) close(ctx context.Context, t xml.EndElement, line int, tell events) error {
	depth := len(s.open)
	if depth == 0 {
		r := refuse("end-alone", line, quote(local(t.Name)))
		r.Rule = "unmatched-end"
		return r
	}
	if s.open[depth-1] != t.Name {
		return refuse("unmatched-end", line, quote(local(t.Name)), quote(s.innermost()))
	}
	s.open = s.open[:depth-1]
	for len(s.bound) > 0 && s.bound[len(s.bound)-1].depth == depth {
		s.bound = s.bound[:len(s.bound)-1]
	}
	switch {
	case s.foreign == depth:
		s.foreign = 0
	case s.foreign != 0:
	case s.current != nil:
		if s.current = s.current.parent; s.current == nil {
			whole := s.activity
			s.activity = nil
			return tell.activity(ctx, whole)
		}
	}
	return nil
}

func (s *scan) text(t xml.CharData, line int) error {
	if len(s.open) == 0 {
		if len(bytes.TrimSpace(t)) > 0 {
			return refuse("text-outside", line)
		}
		return nil
	}
	if s.foreign == 0 && s.current != nil {
		s.current.text = append(s.current.text, t...)
	}
	return nil
}
