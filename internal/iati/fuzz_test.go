package iati_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/iati/sample"
)

// Whatever the bytes: a refusal or activities that can be staged, and sentences.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		clean, sample.SandyShorelines(), "", "<iati-activities version='2.03'/>", "\xFF\xFE<\x00", "\xEF\xBB\xBF",
		"<iati-activities version='2.03'><iati-activity><iati-identifier>A</iati-identifier></iati-activity></iati-activities>",
		"<?xml version='1.0' encoding='windows-1252'?><iati-activities version='2.01'>\x81</iati-activities>",
		"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a:b:c/>", "<iati-activities xmlns='' version='2.03'><x xmlns:y=''/></iati-activities>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, err := iati.Reader{Now: now}.Read(context.Background(), strings.NewReader(string(b)), func(_ context.Context, c iati.Checked) error {
			for _, i := range c.Issues {
				if i.Line < 1 || i.Rule == "" || i.Path == "" || i.Message.EN == "" || !utf8.ValidString(i.Message.FR) || len(i.Message.ES) > 2000 {
					t.Errorf("issue %+v", i)
				}
			}
			if c.Activity == nil {
				if len(c.Issues) == 0 {
					t.Error("neither an activity nor an issue")
				}
				return nil
			}
			packed, err := c.Activity.Pack()
			if err != nil {
				t.Fatal(err)
			}
			back, err := iati.Unpack(packed)
			if err != nil || back.Sum() != c.Activity.Sum() {
				t.Fatalf("unpacked: %v", err)
			}
			return nil
		})
		var r *iati.Refusal
		if err != nil && !errors.As(err, &r) {
			t.Fatal(err)
		}
	})
}
