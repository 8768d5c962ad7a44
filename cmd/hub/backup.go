package main

import (
	"context"

	"acs-aec.org/hub/internal/outbound"
	"acs-aec.org/hub/internal/store"
)

type backupCmd struct {
	File string `arg:"" help:"The new file." type:"path"`
}

// Run writes the copy.
func (b *backupCmd) Run(ctx context.Context, t terminal, c *cli) error {
	name, err := c.database()
	if err != nil {
		return err
	}
	if err := store.Backup(ctx, name, b.File); err != nil {
		return err
	}
	say(t.out, "copied to %s", b.File)
	files, err := c.filesAddress()
	if err != nil || files == "" {
		return err
	}
	say(t.err, "attachments are not in it: copy %s too, after this", files)
	return nil
}

type restoreCmd struct {
	File string `arg:"" help:"A file that hub backup wrote." type:"path"`
}

// Run restores the copy.
func (r *restoreCmd) Run(ctx context.Context, t terminal, c *cli) error {
	name, err := c.database()
	if err != nil {
		return err
	}
	kept, err := store.Restore(ctx, name, r.File, t.now())
	if err != nil {
		return err
	}
	if kept != "" {
		say(t.out, "what was there before is kept in %s", kept)
	}
	say(t.out, "restored from %s", r.File)
	if err := tellRestored(ctx, t, c); err != nil {
		return err
	}
	files, err := c.filesAddress()
	if err != nil || files == "" {
		return err
	}
	say(t.err, "attachments were not in it: bring back %s of the same time too, then run hub check --deep", files)
	return nil
}

// tellRestored has the webhooks tell that the log may not be the one that their
// receivers know.
func tellRestored(ctx context.Context, t terminal, c *cli) error {
	o, err := c.openMigrated(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	hooks, err := o.webhooks(outbound.Guard{})
	if err != nil {
		return err
	}
	return hooks.Restored(ctx)
}
