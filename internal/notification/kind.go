package notification

import (
	"slices"

	"acs-aec.org/hub/ent/generated/ent/notification"
)

// Kind is why a person is told.
type Kind = notification.Kind

// Kinds are all kinds, the one that concerns a person most first.
var Kinds = []Kind{
	notification.KindHeldPost, notification.KindReturnedPost, notification.KindReleasedPost, notification.KindNotice,
	notification.KindRequest, notification.KindAnswer, notification.KindDue, notification.KindDecision, notification.KindAssignment,
	notification.KindMention, notification.KindReply, notification.KindAccess, notification.KindMessage,
}

// closer says whether one kind concerns a person more than another.
func closer(a, b Kind) bool { return slices.Index(Kinds, a) < slices.Index(Kinds, b) }

// Delivery is how one is told of a kind.
type Delivery string

// The deliveries.
const (
	Live   Delivery = "LIVE"
	Digest Delivery = "DIGEST"
	None   Delivery = "NONE"
)

// IsValid says whether it is one of the deliveries.
func (d Delivery) IsValid() bool { return d == Live || d == Digest || d == None }

// usual is how one is told who has chosen nothing.
func usual(k Kind) Delivery {
	if k == notification.KindMessage {
		return Digest
	}
	return Live
}
