package graphqlws

import (
	"github.com/gorilla/websocket"

	"acs-aec.org/hub/internal/live"
)

// closure is how the hub closes a socket. The texts are for those who write clients.
type closure struct {
	code int
	text string
}

// The closures. The table in doc.go says of each whether clients come back.
var (
	closeRestart     = closure{websocket.CloseServiceRestart, "This node restarts: come back"}
	closeSlow        = closure{websocket.CloseTryAgainLater, "Messages are not read fast enough: come back"}
	closeBusy        = closure{websocket.CloseTryAgainLater, "The hub can't answer just now: come back"}
	closeConnections = closure{websocket.CloseTryAgainLater, "Too many connections of this person: close one, or come back later"}
	closeLarge       = closure{websocket.CloseMessageTooBig, "Message too large"}
	closeEncoding    = closure{websocket.CloseInvalidFramePayloadData, "Message is not UTF-8"}
	closeAuthorised  = closure{4401, "Unauthorized"}
	closeToken       = closure{4403, "Forbidden: the token is not valid, or no longer"}
	closeRevoked     = closure{4403, "Forbidden: the session or token has ended"}
	closeProtocol    = closure{4406, "Subprotocol not acceptable: graphql-transport-ws is spoken here"}
	closeInitTime    = closure{4408, "Connection initialisation timeout"}
	closeInitTwice   = closure{4429, "Too many initialisation requests"}
)

// malformed closes after a message that the protocol does not know.
func malformed(why string) closure { return closure{4400, "Invalid message: " + why} }

// taken closes after a second use of an operation's id.
func taken(id string) closure {
	const most = 60
	if len(id) > most {
		id = id[:most] // of the quoted id, which is ASCII or cut by closing
	}
	return closure{4409, "Subscriber for " + id + " already exists"}
}

// cutBy is how a socket is closed that the engine cuts.
func cutBy(why live.Reason) closure {
	if why == live.Revoked {
		return closeRevoked
	}
	return closeSlow
}
