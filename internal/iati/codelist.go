package iati

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed codelists.txt
var codelistText string

// codeRule says that a code must be in a list.
type codeRule struct {
	number, attr, list, vocabulary string
	codes                          map[string]bool
}

// codeRules are by the path from the activity; languageCodes is the list of them.
var codeRules, languageCodes = parseCodelists(codelistText)

// linked are the elements whose vocabulary is 1 if none is given.
var linked = map[string]bool{
	"default-aid-type": true, "aid-type": true, "policy-marker": true, "recipient-region": true, "sector": true,
}

// parseCodelists reads the notation that codelists.txt explains. It panics on a
// mistake, which is one of ours.
func parseCodelists(text string) (map[string][]*codeRule, map[string]bool) {
	byPath := map[string][]*codeRule{}
	lists := map[string]map[string]bool{}
	var list map[string]bool
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case words[0] == "rule":
			path, attr, _ := strings.Cut(words[2], "@")
			r := &codeRule{number: words[1], attr: attr, list: words[3]}
			if len(words) > 4 {
				r.vocabulary = words[4]
			}
			byPath[path] = append(byPath[path], r)
		case words[0] == "list":
			list = map[string]bool{}
			lists[words[1]] = list
		default:
			for _, code := range words {
				list[code] = true
			}
		}
	}
	for path, rs := range byPath {
		for _, r := range rs {
			if r.codes = lists[r.list]; r.codes == nil {
				panic(fmt.Sprintf("iati: codelists: %s has no list %s", path, r.list))
			}
		}
	}
	return byPath, lists["Language"]
}

// checkCodes compares every code of an activity with its list.
func (c *check) checkCodes(n *node, path string) {
	if lang, there := n.find(xmlLang); there && !languageCodes[lang] {
		c.code("9.95.1", "Language", n, lang)
	}
	for _, r := range codeRules[path] {
		c.checkCode(n, r)
	}
	for _, child := range n.children {
		if path == "." {
			c.checkCodes(child, child.name)
		} else {
			c.checkCodes(child, path+"/"+child.name)
		}
	}
}

func (c *check) checkCode(n *node, r *codeRule) {
	code, there := string(n.text), true
	if r.attr != "" {
		code, there = n.find(r.attr)
	}
	if !there || r.codes[code] {
		return
	}
	if r.vocabulary != "" {
		standard := ""
		if linked[n.name] {
			standard = "1"
		}
		if n.or("vocabulary", standard) != r.vocabulary {
			return
		}
	}
	c.code(r.number, r.list, n, code)
}

func (c *check) code(number, list string, n *node, code string) {
	c.add(Error, number, n, codeMessage, []any{quote(code), list})
}
