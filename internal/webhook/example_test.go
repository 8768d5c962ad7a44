package webhook_test

import (
	"crypto/hmac"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"acs-aec.org/hub/internal/webhook"
)

// What a receiver does first: it looks whether one of the signatures is made with
// its secret. While the secret is being changed there are two.
func ExampleSignature() {
	const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	header := map[string]string{
		"webhook-id": "evt_06h0hebew1r8xbrkmcvqshz9x0", "webhook-timestamp": "1795442700",
		"webhook-signature": "v1,bm9uZSBvZiBvdXJz v1,B2xRl3AHUlWbUSYUrbiGf+8M+lVXiLsZgU7SER3mwW8=",
	}
	body := []byte(`{"id":"evt_06h0hebew1r8xbrkmcvqshz9x0","kind":"MessagePosted"}`)

	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		fmt.Println(err)
		return
	}
	want := webhook.Signature(key, header["webhook-id"], time.Unix(1795442700, 0), body)
	for _, got := range strings.Fields(header["webhook-signature"]) {
		if hmac.Equal([]byte(got), []byte(want)) {
			fmt.Println("ours")
		}
	}
	// Output: ours
}
