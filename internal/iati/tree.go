package iati

import (
	"strconv"
	"strings"
)

// node is an element of no namespace within an activity. What other namespaces
// hold is not kept.
type node struct {
	name     string
	line     int
	parent   *node
	attrs    []attr
	children []*node
	text     []byte
	spec     *element // nil where the schema does not know it
}

// attr is an attribute of no namespace, or xml:lang.
type attr struct{ name, value string }

const xmlLang = "xml:lang"

func (n *node) find(name string) (string, bool) {
	for _, a := range n.attrs {
		if a.name == name {
			return a.value, true
		}
	}
	return "", false
}

// get is the attribute without outer spaces, "" if there is none.
func (n *node) get(name string) string {
	v, _ := n.find(name)
	return strings.TrimSpace(v)
}

func (n *node) has(name string) bool {
	_, ok := n.find(name)
	return ok
}

// vocabulary is the one that the element names, or another where it names none.
func (n *node) vocabulary(other string) string {
	if v := n.get("vocabulary"); v != "" {
		return v
	}
	return other
}

func (n *node) content() string { return strings.TrimSpace(string(n.text)) }

// all are the children of a name.
func (n *node) all(name string) []*node {
	var found []*node
	for _, c := range n.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

// first is the first child of a name, or nil.
func (n *node) first(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// spoken says whether there is a narrative that says something.
func (n *node) spoken() bool {
	for _, c := range n.children {
		if c.name == "narrative" && c.content() != "" {
			return true
		}
	}
	return false
}

// path writes where the node stands.
func (n *node) path() string {
	if n.parent == nil {
		return n.name
	}
	place, of := 0, 0
	for _, c := range n.parent.children {
		if c.name == n.name {
			of++
		}
		if c == n {
			place = of
		}
	}
	step := n.name
	if of > 1 {
		step += "[" + strconv.Itoa(place) + "]"
	}
	return n.parent.path() + "/" + step
}

// walk visits the node and everything in it, in the order of the file.
func (n *node) walk(visit func(*node)) {
	visit(n)
	for _, c := range n.children {
		c.walk(visit)
	}
}
