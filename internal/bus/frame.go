package bus

import (
	"encoding/base64"
	"strings"
)

// frame is what travels between nodes: text without spaces inside its parts, so
// that every way can carry it. A wake-up is the node alone; a message is the node,
// the topic and the payload.
type frame struct {
	node, topic string
	payload     []byte
}

func wakeFrame(node string) string { return node }

func messageFrame(node, topic string, payload []byte) string {
	return node + " " + topic + " " + base64.RawStdEncoding.EncodeToString(payload)
}

// parseFrame reads a frame; false for what is none, as a later version of the hub
// may send.
func parseFrame(raw string) (frame, bool) {
	switch parts := strings.Split(raw, " "); len(parts) {
	case 1:
		return frame{node: parts[0]}, parts[0] != ""
	case 3:
		payload, err := base64.RawStdEncoding.DecodeString(parts[2])
		return frame{parts[0], parts[1], payload}, err == nil && parts[0] != "" && parts[1] != "" && len(payload) <= MaxMessage
	}
	return frame{}, false
}
