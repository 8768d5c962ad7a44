package iati

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed schema-2.03.txt
var schemaText string

// element is what the schema says of an element.
type element struct {
	name     string
	least    int // 0 or 1
	repeats  bool
	typ      string // of its text; "" if it has elements instead
	attrs    []attribute
	children []*element
	place    map[string]int // where a child stands in the sequence
}

type attribute struct {
	name, typ string
	required  bool
}

// activitySchema is that of an iati-activity.
var activitySchema = parseSchema(schemaText)

// parseSchema reads the notation that schema-2.03.txt explains. It panics on a
// mistake, which is one of ours.
func parseSchema(text string) *element {
	var path []*element
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		depth := (len(line) - len(strings.TrimLeft(line, " "))) / 2
		e := parseElement(strings.Fields(line))
		if depth > len(path) || (depth == 0 && len(path) > 0) {
			panic(fmt.Sprintf("iati: schema: indentation of %q", line))
		}
		path = append(path[:depth], e)
		if depth > 0 {
			p := path[depth-1]
			p.place[e.name] = len(p.children)
			p.children = append(p.children, e)
		}
	}
	return path[0]
}

func parseElement(words []string) *element {
	e := &element{name: words[1], place: map[string]int{}}
	switch words[0] {
	case "1":
		e.least = 1
	case "+":
		e.least, e.repeats = 1, true
	case "*":
		e.repeats = true
	case "?":
	default:
		panic(fmt.Sprintf("iati: schema: %q", words))
	}
	words = words[2:]
	if len(words) > 1 && words[0] == "=" {
		e.typ = words[1]
		words = words[2:]
	}
	for _, w := range words {
		name, typ, typed := strings.Cut(strings.TrimPrefix(w, "@"), ":")
		if !typed {
			typ = "string"
		}
		name, required := strings.CutSuffix(name, "!")
		e.attrs = append(e.attrs, attribute{name, typ, required})
	}
	return e
}

// checkSchema compares an activity with the schema.
func (c *check) checkSchema(n *node, e *element) {
	n.spec = e
	c.checkAttributes(n, e)
	if e.typ == "" {
		if n.content() != "" {
			c.report("xsd-text", n, quote(n.name))
		}
	} else if !valid(e.typ, string(n.text)) {
		c.report("xsd-type", n, quote(string(n.text)), typeName(e.typ))
	}
	count := make([]int, len(e.children))
	latest := 0
	var late map[string]bool // the names that were reported
	for _, child := range n.children {
		place, known := e.place[child.name]
		if !known {
			c.report("xsd-unknown-element", child, quote(child.name), quote(n.name))
			continue
		}
		spec := e.children[place]
		if count[place]++; count[place] == 2 && !spec.repeats {
			c.report("xsd-repeated", child, quote(child.name), quote(n.name))
		}
		if place < latest && !late[child.name] {
			if late == nil {
				late = map[string]bool{}
			}
			late[child.name] = true
			c.report("xsd-order", child, quote(child.name), quote(e.children[latest].name))
		}
		latest = max(latest, place)
		c.checkSchema(child, spec)
	}
	for i, spec := range e.children {
		// Without an identifier the activity cannot be kept: Critical, elsewhere.
		if count[i] < spec.least && spec.name != "iati-identifier" {
			c.report("xsd-missing", n, quote(n.name), quote(spec.name))
		}
	}
}

func (c *check) checkAttributes(n *node, e *element) {
	for _, a := range n.attrs {
		if a.name == xmlLang {
			continue
		}
		if !e.hasAttribute(a.name) {
			c.report("xsd-unknown-attribute", n, quote(a.name), quote(n.name))
		}
	}
	for _, a := range e.attrs {
		v, there := n.find(a.name)
		switch {
		case !there && a.required:
			c.report("xsd-attribute", n, quote(a.name), quote(n.name))
		case there && !valid(a.typ, v):
			c.report("xsd-type", n, quote(v), typeName(a.typ))
		}
	}
}

func (e *element) hasAttribute(name string) bool {
	for _, a := range e.attrs {
		if a.name == name {
			return true
		}
	}
	return false
}
