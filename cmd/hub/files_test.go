package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/internal/attachment"
	"acs-aec.org/hub/internal/clamd/clamdtest"
	"acs-aec.org/hub/internal/dbtest"
	"acs-aec.org/hub/internal/filestore"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/id"
	"acs-aec.org/hub/internal/viewer"
)

// The check finds what is missing of the contents of attachments, what is another,
// and, if it looks at all, what belongs to nothing.
func TestCheckLooksAtAttachments(t *testing.T) {
	t.Parallel()
	dbtest.EachAddress(t, func(t *testing.T, address string) {
		folder := filepath.Join(t.TempDir(), "files")
		args := []string{"--database=" + address, "--files=" + filestore.FolderAddress(folder)}
		w := dbtest.NewWorld(t, address)
		w.Clock.Set(time.Now())
		check := func(code int, says string, more ...string) {
			t.Helper()
			s := hub(t, append(append([]string{"check"}, args...), more...)...)
			for line := range strings.Lines(s.out) {
				if strings.Contains(line, "attachments") {
					if !strings.Contains(line, says) || strings.HasPrefix(line, "WRONG") != (code != exitOK) {
						t.Errorf("check %v: %s", more, line)
					}
					return
				}
			}
			t.Errorf("check %v says nothing of attachments: %s%s", more, s.out, s.err)
		}
		check(exitOK, "the latest 0")
		s, err := attachment.New(w.Runner, attachment.Options{Files: filestore.Folder(folder)})
		if err != nil {
			t.Fatal(err)
		}
		th := w.NewID(id.Thread)
		w.Write(t, func(ctx context.Context, tx *ent.Client) error {
			err := tx.Thread.Create().SetID(th).SetCreatedAt(w.Time()).SetUpdatedAt(w.Time()).SetBodyID(w.SpecialCommittee).
				SetTitleText(i18n.Text{EN: "Files", Authentic: i18n.EN}).Exec(ctx)
			return errors.Join(err, tx.ThreadAudience.Create().SetID(w.NewID(id.Audience)).SetCreatedAt(w.Time()).SetThreadID(th).
				SetPersonID(w.Chair.Person).Exec(ctx))
		})
		var keys []string
		for range 3 {
			a, _, err := s.Upload(viewer.With(t.Context(), w.Chair), attachment.Uploading{Thread: th, Name: "a.txt", Content: strings.NewReader("content")}, nil)
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, a.FileKey)
		}
		check(exitOK, "the latest 3")
		check(exitOK, "all 3 lie in "+folder+", with the right digests", "--deep")
		at := func(key string) string { return filepath.Join(folder, key[:2], key) }
		if err := os.WriteFile(at(keys[0]), []byte("changed"), 0o600); err != nil {
			t.Fatal(err)
		}
		check(exitOK, "the latest 3") // of the same size
		check(exitFailed, "the contents of 0 are missing and of 1 are others", "--deep")
		if err := errors.Join(os.WriteFile(at(keys[0]), []byte("content"), 0o600), os.WriteFile(at(keys[1]), []byte("cut"), 0o600), os.Remove(at(keys[2]))); err != nil {
			t.Fatal(err)
		}
		check(exitFailed, "the contents of 1 are missing and of 1 are others")
		if err := errors.Join(os.WriteFile(at(keys[1]), []byte("content"), 0o600), os.WriteFile(at(keys[2]), []byte("content"), 0o600), os.WriteFile(at(keys[2])+"x", []byte("x"), 0o600)); err != nil {
			t.Fatal(err)
		}
		check(exitOK, "1 more files there belong to nothing", "--deep")
	})
}

func TestCheckAsksTheScanner(t *testing.T) {
	t.Parallel()
	data := "--data=" + t.TempDir()
	_, end := begin(t, "serve", "--listen", "127.0.0.1:0", data)
	end()
	d := clamdtest.Start(t)
	if s := hub(t, "check", data, "--clamd="+d.Address); !strings.Contains(s.out, "ok     scanner       answers at "+d.Address) {
		t.Errorf("one that answers: %s", s.out)
	}
	d.Stop()
	if s := hub(t, "check", data, "--clamd="+d.Address); s.code != exitFailed || !strings.Contains(s.out, "WRONG  scanner") {
		t.Errorf("one that does not: %s", s.out)
	}
	if s := hub(t, "check", data); !strings.Contains(s.out, "attachments are not scanned") {
		t.Errorf("none: %s", s.out)
	}
	for _, args := range [][]string{{"--clamd=nonsense"}, {"--files=ftp://x"}, {"--files=files"}, {"--attachment-limit=0"}, {"--attachment-limit=2147483648"}} {
		if s := hub(t, append([]string{"serve", "--listen", "127.0.0.1:0", data}, args...)...); s.code != exitUsage || strings.Count(s.err, "\n") != 1 {
			t.Errorf("%v: exit %d: %s", args, s.code, s.err)
		}
	}
}
