package demo

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	entattachment "acs-aec.org/hub/ent/generated/ent/attachment"
	"acs-aec.org/hub/internal/account"
	"acs-aec.org/hub/internal/attachment"
	"acs-aec.org/hub/internal/command"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/thread"
	"acs-aec.org/hub/internal/viewer"
)

// shelf is the discussion that shows attachments.
const shelf = "CERTIFICATION"

// papers are fictitious.
var papers = []struct{ name, description, content string }{
	{"destinations.csv", "Demonstration: fictitious figures.", "destination,certified\nNorth Shore,yes\nBlue Lagoon,no\nPalm Bay,yes\n"},
	{"read-me.txt", "Demonstration.", "This file belongs to the demonstration. What stands in it is fictitious.\n"},
}

// Attach puts small files into a discussion of the world, unless there are some. It
// is no part of Fill, since files do not lie in the database.
func Attach(ctx context.Context, r *command.Runner, files *attachment.Service, w *World) error {
	in := w.Threads[shelf]
	some, err := r.DB.Client.Attachment.Query().Where(entattachment.ThreadID(in)).Exist(viewer.With(ctx, viewer.System()))
	if err != nil || some {
		return err
	}
	v, err := account.New(r).Load(ctx, w.Persons[officer])
	if err != nil {
		return fmt.Errorf("demo: attach files: %w", err)
	}
	ctx = viewer.With(ctx, v)
	ids := make([]uuid.UUID, len(papers))
	for i, p := range papers {
		a, _, err := files.Upload(ctx, attachment.Uploading{Thread: in, Name: p.name, Description: &p.description, Content: strings.NewReader(p.content)}, nil)
		if err != nil {
			return fmt.Errorf("demo: attach files: %w", err)
		}
		ids[i] = a.ID
	}
	_, _, err = thread.New(r).Post(ctx, thread.Posting{
		Thread: in, Language: i18n.EN, Attachments: ids, Body: "The figures of the first round, as a table. *They are fictitious.* (Demonstration.)",
	}, nil)
	if err != nil {
		return fmt.Errorf("demo: attach files: %w", err)
	}
	return nil
}
