package iati_test

import (
	"reflect"
	"strings"
	"testing"

	"acs-aec.org/hub/internal/iati"
)

func TestDigest(t *testing.T) {
	t.Parallel()
	digest := func(text string) [32]byte {
		got, _ := read(t, text)
		return got[0].Sum()
	}
	same, first := digest(clean), strings.Index(clean, "<iati-activity ")
	for name, text := range map[string]string{
		"lines":      clean[:first] + "\n\n<!-- moved -->" + clean[first:],
		"spaces":     strings.ReplaceAll(clean, ">\n<", ">\n\t  <"),
		"attributes": changed(t, `type="1" iso-date="2020-01-01"`, `iso-date='2020-01-01' type='1'`),
		"namespaces": changed(t, "<capital-spend", `<x:own xmlns:x="urn:x">text</x:own><capital-spend`),
		"updated":    changed(t, `hierarchy="2"`, `hierarchy="2" last-updated-datetime="2025-01-01T00:00:00Z"`),
	} {
		if digest(text) != same {
			t.Errorf("%s: another digest", name)
		}
	}
	for name, text := range map[string]string{
		"title":    changed(t, ">Title<", ">Titles<"),
		"amount":   changed(t, ">1234.5<", ">1234.50<"),
		"currency": changed(t, `value-date="2020-03-02"`, `value-date="2020-03-02" currency="USD"`),
		"order":    changed(t, `<recipient-country code="CR" percentage="50"/>`+"\n"+cuba, cuba+"\n"+`<recipient-country code="CR" percentage="50"/>`),
		"share":    changed(t, `percentage="60"`, `percentage="61"`),
	} {
		if digest(text) == same {
			t.Errorf("%s: the same digest", name)
		}
	}
}

func TestPackAndUnpack(t *testing.T) {
	t.Parallel()
	got, _ := read(t, clean)
	packed, err := got[0].Pack()
	if err != nil {
		t.Fatal(err)
	}
	back, err := iati.Unpack(packed)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, got[0]) || back.Sum() != got[0].Sum() {
		t.Errorf("got %+v, want %+v", back, got[0])
	}
	if _, err := iati.Unpack(packed[:len(packed)/2]); err == nil {
		t.Error("half of it was unpacked")
	}
	if _, err := iati.Unpack(nil); err == nil {
		t.Error("nothing was unpacked")
	}
}
