package iati_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/internal/iati"
	"acs-aec.org/hub/internal/iati/sample"
)

// write writes activities, and returns the issues of those that are left out.
func write(t *testing.T, all []*iati.Activity) (string, []iati.Issue) {
	t.Helper()
	return writeWith(t, func(*iati.Writer) {}, all)
}

func writeWith(t *testing.T, set func(*iati.Writer), all []*iati.Activity) (string, []iati.Issue) {
	t.Helper()
	var b bytes.Buffer
	var out []iati.Issue
	w := iati.NewWriter(&b, now)
	set(w)
	for _, a := range all {
		issues, err := w.Write(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, issues...)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), out
}

// TestWriteSaysTheSame shows that what is written says the same when it is read,
// and is written in the same bytes then.
func TestWriteSaysTheSame(t *testing.T) {
	t.Parallel()
	files := map[string]string{"full": sample.Full, "sandy shorelines": sample.SandyShorelines(), "clean": clean}
	for _, path := range realFiles(t) {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(path)] = string(raw)
	}
	for name, text := range files {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, found := read(t, text)
			once, _ := writeWith(t, (*iati.Writer).Anyway, first)
			again, issues := read(t, once)
			if len(again) != len(first) {
				t.Fatalf("%d activities are written, %d read", len(first), len(again))
			}
			for i, a := range first {
				b := again[i]
				if before, after := a.Sum(), b.Sum(); before != after {
					t.Errorf("%s says something else: %v", a.Identifier, iati.Changed(a.Parts, b.Parts))
				}
				if a.Further.Updated != b.Further.Updated {
					t.Errorf("%s: updated %s, then %s", a.Identifier, a.Further.Updated, b.Further.Updated)
				}
			}
			if twice, _ := writeWith(t, (*iati.Writer).Anyway, again); twice != once {
				t.Error("what is read again is written in other bytes")
			}
			wrong := map[string]bool{}
			for _, i := range slices.Concat(found, issues) {
				if i.Severity != iati.Warning {
					wrong[i.ActivityIdentifier] = true
				}
			}
			right, _ := write(t, first)
			if got, want := strings.Count(right, "<iati-activity "), len(first)-len(wrong); got != want {
				t.Errorf("%d of %d activities are written, %d have no errors", got, len(first), want)
			}
		})
	}
}

// realFiles are published files, if they are there.
func realFiles(t *testing.T) []string {
	t.Helper()
	dir := os.Getenv("HUB_TEST_REFERENCE_DATA")
	if dir == "" {
		return nil
	}
	paths, err := filepath.Glob(filepath.Join(dir, "iati", "*.xml"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// TestWriteFollowsTheTexts shows that what was published is not written any more
// once the texts and days say something else.
func TestWriteFollowsTheTexts(t *testing.T) {
	t.Parallel()
	all, _ := read(t, sample.Full)
	a := all[0]
	a.Title.EN = "Renamed"
	a.Description.EN = "Rewritten"
	a.PlannedStart = "2022-12-31"
	got, left := write(t, all)
	if len(left) > 0 {
		t.Fatal(left)
	}
	for want, there := range map[string]bool{
		"Renamed": true, "Everything": false, "Tout &lt;et plus&gt;": true, "Tudo": false, "Rewritten": true, "Objetivos": true, `type="2"`: true,
		`iso-date="2022-12-31"`: true, "After the rains": false,
	} {
		if strings.Contains(got, want) != there {
			t.Errorf("%q is there: %v", want, !there)
		}
	}
}

// TestWriteLeavesOutWhatIsWrong shows that nothing is written that breaks a rule.
func TestWriteLeavesOutWhatIsWrong(t *testing.T) {
	t.Parallel()
	all, _ := read(t, clean)
	all[0].Sectors = nil
	got, left := write(t, all)
	if len(left) != 1 || left[0].Rule != "6.2.2" || strings.Contains(got, "iati-activity>") {
		t.Errorf("%v\n%s", left, got)
	}
}

func TestWriterTellsOfAFullDisk(t *testing.T) {
	t.Parallel()
	all, _ := read(t, clean)
	if _, err := iati.NewWriter(full{}, time.Time{}).Write(t.Context(), all[0]); err == nil {
		t.Error("nothing is told")
	}
}

// full is a disk without a place.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, context.DeadlineExceeded }
