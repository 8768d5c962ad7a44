package demo_test

import (
	"log/slog"
	"path/filepath"
	"testing"

	"acs-aec.org/hub/ent/generated/ent/attachment"
	attachments "acs-aec.org/hub/internal/attachment"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/demo"
	"acs-aec.org/hub/internal/filestore"
)

// TestFilesAreAttachedOnce and are seen by those who take part.
func TestFilesAreAttachedOnce(t *testing.T) {
	each(t, func(t *testing.T, r *command.Runner, w *demo.World) {
		s, err := attachments.New(r, attachments.Options{Files: filestore.Folder(filepath.Join(t.TempDir(), "files")), Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := demo.Attach(t.Context(), r, s, w); err != nil {
				t.Fatal(err)
			}
		}
		for person, want := range map[string]int{"secretariat": 2, "tourism": 2, "nobody": 0} {
			n := r.DB.Client.Attachment.Query().Where(attachment.StatusEQ(attachment.StatusAttached)).CountX(as(t, r, w, person))
			if n != want {
				t.Errorf("%s sees %d files, want %d", person, n, want)
			}
		}
	})
}
