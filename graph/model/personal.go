package model

import (
	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/reading"
)

// What is a person's own and no event of the log, as it is told.
type (
	// ReadingChanged tells how the person who asks stands to a discussion.
	ReadingChanged struct {
		Thread  *ent.Thread
		Reading *reading.State
	}
	// NotificationChanged tells what the person who asks is told, or has seen.
	NotificationChanged struct{ Notification *ent.Notification }
)

// IsViewerEvent says that it can concern one person alone.
func (*ReadingChanged) IsViewerEvent() {}

// IsViewerEvent says that it can concern one person alone.
func (*NotificationChanged) IsViewerEvent() {}
