package main

import (
	"testing"
	"time"
)

func TestBar(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"a.xml: applying [############------------]  50 %  50 activities/s  0:10 left": bar("a.xml", "applying", "activities", 500, 1000, 0, 10*time.Second),
		"a.xml: applying [############------------]  50 %  10 activities/s  0:50 left": bar("a.xml", "applying", "activities", 500, 1000, 400, 10*time.Second),
		"a.xml: checking [------------------------]   0 %":                             bar("a.xml", "checking", "bytes", 0, 1000, 0, 0),
		"a.xml: checking [########################] 100 %  2.0 MB/s":                   bar("a.xml", "checking", "bytes", 4_000_000, 4_000_000, 0, 2*time.Second),
		"a.xml: checking [########################] 100 %":                             bar("a.xml", "checking", "bytes", 0, 0, 0, 0),
	} {
		if got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}
