package iati

import (
	_ "embed"
	"fmt"
	"strings"

	"acs-aec.org/hub/internal/codelist"
)

//go:embed coderules.txt
var codeRuleText string

// codeRule says that a code must be in a list.
type codeRule struct {
	number, attr, vocabulary string
	list                     *codelist.List
}

// codeRules are by the path from the activity.
var codeRules = parseCodeRules(codeRuleText)

// linked are the elements whose vocabulary is 1 if none is given.
var linked = map[string]bool{
	"default-aid-type": true, "aid-type": true, "policy-marker": true, "recipient-region": true, "sector": true,
}

// parseCodeRules reads the notation that coderules.txt explains. It panics on a
// mistake, which is one of ours.
func parseCodeRules(text string) map[string][]*codeRule {
	byPath := map[string][]*codeRule{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		path, attr, _ := strings.Cut(words[1], "@")
		r := &codeRule{number: words[0], attr: attr, list: codelist.Find(words[2])}
		if r.list == nil {
			panic(fmt.Sprintf("iati: the rule %s names the list %s, which is not there", r.number, words[2]))
		}
		if len(words) > 3 {
			r.vocabulary = words[3]
		}
		byPath[path] = append(byPath[path], r)
	}
	return byPath
}

// checkCodes compares every code of an activity with its list.
func (c *check) checkCodes(n *node, path string) {
	if lang, there := n.find(xmlLang); there && !codelist.Find(codelist.Language).Has(lang) {
		c.code("9.95.1", codelist.Language, n, lang)
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
	if !there || r.list.Has(code) {
		return
	}
	if r.vocabulary != "" {
		standard := ""
		if linked[n.name] {
			standard = "1"
		}
		if n.vocabulary(standard) != r.vocabulary {
			return
		}
	}
	c.code(r.number, r.list.Name, n, code)
}

func (c *check) code(number, list string, n *node, code string) {
	c.add(Error, number, n, codeMessage, []any{quote(code), list})
}
