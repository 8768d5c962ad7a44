package surrogate_test

import (
	"testing"

	"acs-aec.org/hub/internal/surrogate"
)

func TestLone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		``: false, `\`: false, `\u`: false, `\ud83`: false, `plain`: false, "😀": false, `\ud83d\ude00`: false, `\uD83D\uDE00x`: false,
		`\\ud83d`: false, `\ufffd`: false, `\uD7FF\uE000`: false, `\ud83d\ude00\ud83d\ude00`: false,
		`\ud83d`: true, `\uDE00`: true, `\ude00\ud83d`: true, `\ud83d\ud83d\ude00`: true, `\\\ud83d`: true, `a\ud83dz`: true,
		`\ud83d\n`: true, `\ud83d\u0041`: true, `\ud83d\ude00\ud83d`: true, `\n\ud83d`: true,
	} {
		if got := surrogate.Lone([]byte(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
