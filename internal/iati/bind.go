package iati

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// The fields of the types of element.go say by a tag where they stand:
//
//	@attr          an attribute of the element itself
//	?attr          whether it has that attribute, empty
//	name           the text of a child, or a child that is a structure
//	name/@attr     an attribute of a child
//	narrative      the narratives in the element itself, name/narrative those in a child
//	#              the text of the element itself
//	line           the line at which it begins
//
// A slice takes every child of the name, anything else the first. A number after a
// comma is how many bytes are kept; what is longer is left out and reported.
type slot struct {
	field         int
	element, attr string
	narrative     bool
	text, line    bool
	blank         bool
	limit         int
}

// plan is where the fields of a type stand.
type plan struct {
	own      []slot // of the element itself
	children map[string][]slot
	all      []slot
}

var plans sync.Map // reflect.Type → *plan

func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p := &plan{children: map[string][]slot{}}
	for i := range t.NumField() {
		tag, ok := t.Field(i).Tag.Lookup("x")
		if !ok {
			continue
		}
		where, limit, _ := strings.Cut(tag, ",")
		s := slot{field: i}
		if limit != "" {
			n, err := strconv.Atoi(limit)
			if err != nil {
				panic(fmt.Sprintf("iati: the tag of %s.%s: %v", t, t.Field(i).Name, err))
			}
			s.limit = n
		}
		first, rest, deep := strings.Cut(where, "/")
		if !deep {
			rest = ""
		}
		switch {
		case where == "line":
			s.line = true
		case where == "#":
			s.text = true
		case where == "narrative":
			s.narrative = true
		case strings.HasPrefix(where, "@"):
			s.attr = where[1:]
		case strings.HasPrefix(where, "?"):
			s.attr, s.blank = where[1:], true
		case rest == "narrative":
			s.element, s.narrative = first, true
		case deep:
			s.element, s.attr = first, strings.TrimPrefix(rest, "@")
		default:
			s.element = first
		}
		p.all = append(p.all, s)
		if s.element == "" {
			p.own = append(p.own, s)
		} else {
			p.children[s.element] = append(p.children[s.element], s)
		}
	}
	got, _ := plans.LoadOrStore(t, p)
	return got.(*plan)
}

// fill reads an element into a structure.
func (c *check) fill(n *node, into any) { c.fillValue(n, reflect.ValueOf(into).Elem()) }

func (c *check) fillValue(n *node, v reflect.Value) {
	p := planOf(v.Type())
	for _, s := range p.own {
		f := v.Field(s.field)
		switch {
		case s.line:
			f.SetInt(int64(n.line))
		case s.blank:
			f.SetBool(n.has(s.attr) && n.get(s.attr) == "")
		case s.text:
			f.SetString(n.content())
		case s.narrative:
			f.Set(reflect.ValueOf(c.narratives(n)))
		default:
			f.SetString(c.attribute(n, s))
		}
	}
	if len(p.children) == 0 {
		return
	}
	for _, child := range n.children {
		for _, s := range p.children[child.name] {
			c.fillChild(child, s, v.Field(s.field))
		}
	}
}

func (c *check) fillChild(n *node, s slot, f reflect.Value) {
	switch {
	case s.narrative:
		if f.Len() == 0 {
			f.Set(reflect.ValueOf(c.narratives(n)))
		}
	case f.Kind() == reflect.String:
		if f.Len() == 0 {
			f.SetString(c.word(n, s))
		}
	case f.Kind() == reflect.Pointer:
		if f.IsNil() {
			f.Set(reflect.New(f.Type().Elem()))
			c.fillValue(n, f.Elem())
		}
	case f.Type().Elem().Kind() == reflect.String:
		if w := c.word(n, s); w != "" {
			f.Set(reflect.Append(f, reflect.ValueOf(w)))
		}
	default:
		one := reflect.New(f.Type().Elem()).Elem()
		c.fillValue(n, one)
		f.Set(reflect.Append(f, one))
	}
}

func (c *check) word(n *node, s slot) string {
	if s.attr != "" {
		return c.attribute(n, s)
	}
	return n.content()
}

func (c *check) attribute(n *node, s slot) string {
	if s.limit > 0 {
		return c.short(n, s.attr, s.limit)
	}
	return n.get(s.attr)
}

// collect reads the children of a name.
func collect[T any](c *check, in *node, name string) []T {
	var out []T
	for _, n := range in.children {
		if n.name == name {
			var one T
			c.fill(n, &one)
			out = append(out, one)
		}
	}
	return out
}

// put writes a structure into an element: fill the other way round. What is empty
// is left out.
func put(n *node, from any) { putValue(n, reflect.ValueOf(from)) }

func putValue(n *node, v reflect.Value) {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	for _, s := range planOf(v.Type()).all {
		f := v.Field(s.field)
		if f.IsZero() || s.line {
			continue
		}
		switch {
		case s.blank:
			n.attrs = append(n.attrs, attr{s.attr, ""})
		case s.text:
			n.text = []byte(f.String())
		case s.narrative && s.element == "":
			n.say(f.Interface().(Narratives))
		case s.narrative:
			n.add(s.element).say(f.Interface().(Narratives))
		case s.element == "":
			n.set(s.attr, f.String())
		case f.Kind() == reflect.String:
			n.add(s.element).spell(s.attr, f.String())
		case f.Kind() == reflect.Pointer:
			putValue(n.add(s.element), f)
		default:
			for i := range f.Len() {
				if one := f.Index(i); one.Kind() == reflect.String {
					n.add(s.element).spell(s.attr, one.String())
				} else {
					putValue(n.add(s.element), one)
				}
			}
		}
	}
}

// add adds a child.
func (n *node) add(name string) *node {
	child := &node{name: name, parent: n}
	n.children = append(n.children, child)
	return child
}

// set gives the element an attribute, unless it is empty.
func (n *node) set(name, value string) {
	if value != "" {
		n.attrs = append(n.attrs, attr{name, value})
	}
}

// spell gives the element an attribute, or a text where no attribute is named.
func (n *node) spell(attr, value string) {
	if attr == "" {
		n.text = []byte(value)
		return
	}
	n.set(attr, value)
}

// say adds narratives; a language is told where it is not the activity's.
func (n *node) say(ns Narratives) {
	root := n
	for root.parent != nil {
		root = root.parent
	}
	standard := tag(root.get(xmlLang))
	for _, said := range ns {
		child := n.add("narrative")
		child.text = []byte(said.Text)
		if said.Lang != standard {
			child.set(xmlLang, said.Lang)
		}
	}
}

// putAll adds a child for each structure.
func putAll[T any](n *node, name string, all []T) {
	for i := range all {
		put(n.add(name), &all[i])
	}
}
