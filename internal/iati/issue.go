package iati

import (
	"fmt"

	"acs-aec.org/hub/internal/i18n"
)

// Severity says how bad an issue is.
type Severity string

// The severities.
const (
	Critical Severity = "CRITICAL" // the activity cannot be taken
	Error    Severity = "ERROR"    // a published rule is broken; the activity is taken
	Warning  Severity = "WARNING"  // something looks wrong
)

// Issue is something that a check found.
type Issue struct {
	Severity Severity
	// Rule is the official number of the rule, or a word that stays.
	Rule string
	Line int
	// Path is the element, such as iati-activity/transaction[3]/value: numbers count
	// from 1 among elements of the same name and stand where there are several.
	Path string
	// ActivityIdentifier is "" where the activity has none.
	ActivityIdentifier string
	// Message is whole: it takes no arguments.
	Message i18n.Message
}

// Refusal is why a file was refused whole. Read returns it as an error.
type Refusal struct {
	// Rule is a word that stays, such as "version".
	Rule string
	// Message is whole: it takes no arguments.
	Message i18n.Message
	// Line is 0 where no line is to blame.
	Line int
}

// Error says it in English.
func (r *Refusal) Error() string {
	if r.Line == 0 {
		return "iati: " + r.Message.EN
	}
	return fmt.Sprintf("iati: line %d: %s", r.Line, r.Message.EN)
}
