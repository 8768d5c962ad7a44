package eventlog

import (
	"time"

	"github.com/google/uuid"
)

// Notice is what an envelope without an entry says: something about the stream,
// not about the world.
type Notice int

// The notices. An envelope with an entry has none.
const (
	NoNotice Notice = iota
	// ResetNotice: the position is not known here, the past is gone.
	ResetNotice
	// CheckpointNotice: nothing happened that the stream did not get.
	CheckpointNotice
	// EndedNotice: the scope was lost, and the stream ends.
	EndedNotice
)

// Reset is the envelope that says that the past is gone.
func Reset(id uuid.UUID, at time.Time) Envelope {
	return Envelope{ID: id, CommittedAt: at.UTC(), Notice: ResetNotice, Reset: &msgReset}
}

// CheckpointAt is the envelope that moves a stream's position on.
func CheckpointAt(id uuid.UUID, at time.Time) Envelope {
	return Envelope{ID: id, CommittedAt: at.UTC(), Notice: CheckpointNotice}
}

// Ended is the envelope that says that a stream's scope was lost.
func Ended(id uuid.UUID, at time.Time) Envelope {
	return Envelope{ID: id, CommittedAt: at.UTC(), Notice: EndedNotice}
}
