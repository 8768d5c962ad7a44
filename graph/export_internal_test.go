package graph

import "testing"

func TestPlainNumbers(t *testing.T) {
	t.Parallel()
	for published, want := range map[string]string{
		"+1": "1", "-007.50": "-7.50", "5.": "5", ".5": "0.5", "-.5": "-0.5", "000": "0", "0.0": "0.0", "-0": "-0", "10": "10",
	} {
		if got := plain(published); got != want {
			t.Errorf("%s is written %s, want %s", published, got, want)
		}
	}
}
