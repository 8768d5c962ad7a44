// Package sample holds a small IATI file of the project's own, so that a newcomer
// has something to import. Its comment says which of its facts are published.
package sample

import _ "embed"

// Name is the dataset's name.
const Name = "sandy-shorelines"

//go:embed sandy-shorelines.xml
var sandyShorelines string

// SandyShorelines is the file: the Sandy Shorelines project as an IATI activity.
func SandyShorelines() string { return sandyShorelines }

// Full is an activity that has every element of the standard. It is made up.
//
//go:embed full.xml
var Full string
