package model

import (
	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/viewer"
)

// Viewer is who is asking, as the schema shows it. What is read of them is read
// when it is asked for.
type Viewer struct {
	// Who it was when the field was answered: signing in and out changes that within
	// a request.
	Who *viewer.Viewer
	// Row is the person; it is read once.
	Row func() (*ent.Person, error)
}
