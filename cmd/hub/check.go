package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"acs-aec.org/hub/ent/generated/ent"
	"acs-aec.org/hub/ent/generated/ent/logentry"
	"acs-aec.org/hub/internal/store"
	"acs-aec.org/hub/internal/webhook"
)

type checkCmd struct {
	mailing
	Deep bool `help:"Read every attachment and compare its digest."`
}

// errCheck says that a check failed; what failed was said.
var errCheck = errors.New("not everything is as it must be: see above")

// Run looks at configuration, database, attachments, virus scanner, clock, permissions,
// the way between nodes, the mail server, and whether someone can let others in. It
// changes nothing.
func (k *checkCmd) Run(ctx context.Context, t terminal, c *cli) error {
	failed := false
	report := func(what string, err error, good string) bool {
		if err != nil {
			failed = true
			say(t.out, "WRONG  %-13s %s", what, sentence(err))
			return false
		}
		say(t.out, "ok     %-13s %s", what, good)
		return true
	}
	name, err := c.database()
	if err == nil {
		err = exists(name)
	}
	if !report("configuration", err, shown(name)) {
		return errCheck
	}
	report("permissions", permissions(name), "for the owner alone")
	db, err := store.Open(ctx, name, store.Options{})
	if !report("database", err, "answers") {
		return errCheck
	}
	defer db.Close()
	if report("migrations", migrated(ctx, db), "all applied") {
		how, err := staffed(ctx, db, t)
		report("Secretariat", err, how)
		how, err = k.files(ctx, t, c)
		report("attachments", err, how)
		how, err = searchable(ctx, db)
		report("search", err, how)
		how, err = webhooks(ctx, db)
		report("webhooks", err, how)
		how, err = c.publishes(ctx, t)
		report("publication", err, how)
	}
	scanner, err := c.scannerAnswers(ctx)
	report("scanner", err, scanner)
	how, err := nodesHear(ctx, c.NATS, name, db)
	report("nodes", err, how)
	how, err = checkMail(ctx, k.mailing)
	report("mails", err, how)
	ahead, err := clock(ctx, db, t)
	report("clock", err, fmt.Sprintf("%s, %s ahead of the database's", t.now().UTC().Format(time.RFC3339), ahead.Round(time.Millisecond)))
	if failed {
		return errCheck
	}
	return nil
}

// files looks at the contents of attachments, with what commands run with.
func (k *checkCmd) files(ctx context.Context, t terminal, c *cli) (string, error) {
	o, err := c.open(ctx, t)
	if err != nil {
		return "", err
	}
	defer o.Close()
	return c.filesFit(system(ctx), o, c.logger(t), k.Deep)
}

// shown is a database's name without its password.
func shown(name string) string { return store.Shown(name) }

func exists(name string) error {
	path, embedded := store.EmbeddedPath(name)
	if !embedded {
		return store.ValidName(name)
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("there is no database at %s: hub serve makes one", path)
	}
	return nil
}

// permissions says whether others than the owner could read what people wrote.
func permissions(name string) error {
	path, embedded := store.EmbeddedPath(name)
	if !embedded {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("others may read %s: chmod 600 it", path)
	}
	probe, err := os.CreateTemp(filepath.Dir(path), ".check-*")
	if err != nil {
		return fmt.Errorf("the data folder can't be written: %w", err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

func migrated(ctx context.Context, db *store.DB) error {
	steps, err := db.Migrations(ctx)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if !s.Applied {
			return fmt.Errorf("%s is missing: run hub migrate up", s.Name)
		}
	}
	return nil
}

// webhooks says how the webhooks stand: what was given up is their owners' to see to.
func webhooks(ctx context.Context, db *store.DB) (string, error) {
	s, err := webhook.Stand(ctx, db)
	return fmt.Sprintf("%d active, %d of them failing, %d paused, %d dead letters", s.Active, s.Failing, s.Paused, s.Dead), err
}

// clock compares this machine's clock with the database's and with the log.
func clock(ctx context.Context, db *store.DB, t terminal) (time.Duration, error) {
	ahead, err := db.ClockDifference(ctx, t.now)
	if err != nil {
		return 0, err
	}
	if ahead.Abs() > 2*time.Second {
		return ahead, fmt.Errorf("this machine's clock and the database's differ by %s", ahead.Round(time.Millisecond))
	}
	last, err := db.Client.LogEntry.Query().Order(ent.Desc(logentry.FieldSeq)).First(system(ctx))
	if ent.IsNotFound(err) {
		return ahead, nil
	}
	if err != nil {
		return ahead, err
	}
	if last.CommittedAt.After(t.now().Add(2 * time.Second)) {
		return ahead, fmt.Errorf("the latest event is from %s, which is in the future", last.CommittedAt.UTC().Format(time.RFC3339))
	}
	return ahead, nil
}
