package iati

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"acs-aec.org/hub/internal/date"
	"acs-aec.org/hub/internal/i18n"
)

// check looks at one activity and collects what is wrong.
type check struct {
	root       *node
	identifier string // as far as it can be told
	now        time.Time
	today      date.Date // "" switches the rules about the future off
	issues     []Issue
	tooMany    bool
	critical   bool
	failed     bool   // an error was found
	spoken     string // the language of the activity, "" if it tells none
}

// report notes that a rule is broken. The rule must be in rules; args fill its
// sentence.
func (c *check) report(rule string, n *node, args ...any) {
	r, ok := rules[rule]
	if !ok {
		panic("iati: no rule " + rule)
	}
	c.add(r.severity, rule, n, r.message, args)
}

func (c *check) add(severity Severity, rule string, n *node, m i18n.Message, args []any) {
	c.critical = c.critical || severity == Critical
	c.failed = c.failed || severity == Error
	if len(c.issues) >= MaxIssues-1 && severity != Critical {
		if !c.tooMany {
			c.tooMany = true
			c.issues = append(c.issues, Issue{
				Severity: Warning, Rule: "too-many-issues", Line: c.root.line, Path: c.root.path(),
				ActivityIdentifier: c.identifier, Message: filled(rules["too-many-issues"].message, nil),
			})
		}
		return
	}
	c.issues = append(c.issues, Issue{
		Severity: severity, Rule: rule, Line: n.line, Path: clip(n.path(), 500),
		ActivityIdentifier: c.identifier, Message: filled(m, args),
	})
}

// inOrder are the issues in the order of their lines.
func (c *check) inOrder() []Issue {
	slices.SortStableFunc(c.issues, func(a, b Issue) int { return cmp.Compare(a.Line, b.Line) })
	return c.issues
}

// filled writes a sentence with its arguments, in each language.
func filled(m i18n.Message, args []any) i18n.Message {
	if len(args) == 0 {
		return m
	}
	// In replaces messages among its arguments.
	return i18n.Message{
		EN: m.In(i18n.EN, slices.Clone(args)...),
		ES: m.In(i18n.ES, slices.Clone(args)...),
		FR: m.In(i18n.FR, slices.Clone(args)...),
	}
}

func refuse(rule string, line int, args ...any) *Refusal {
	m, ok := refusals[rule]
	if !ok {
		panic("iati: no refusal " + rule)
	}
	return &Refusal{Rule: rule, Message: filled(m, args), Line: line}
}

// quote shows a text of the file in a sentence: on one line, short.
func quote(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if c := clip(s, 80); c != s {
		s = c + "…"
	}
	return "“" + s + "”"
}

// clip cuts a text at a character so that it has no more than so many bytes.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	s = s[:most]
	for len(s) > 0 {
		if r, size := utf8.DecodeLastRuneInString(s); r != utf8.RuneError || size != 1 {
			break
		}
		s = s[:len(s)-1]
	}
	return s
}
