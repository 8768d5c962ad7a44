package main

import (
	"context"
	"log/slog"
	"time"

	"acs-aec.org/hub/internal/demo"
	"acs-aec.org/hub/internal/front"
)

type demoCmd struct {
	serving
	Simulate bool          `help:"Let the fictitious people go on talking."`
	Every    time.Duration `help:"How often one of them says something." default:"5s"`
}

// Run makes the demonstration world, unless it is there, and serves it.
func (d *demoCmd) Run(ctx context.Context, t terminal, c *cli) error {
	o, err := c.openMigrated(ctx, t)
	if err != nil {
		return err
	}
	defer o.Close()
	world, err := demo.Fill(system(ctx), o.Runner)
	if err != nil {
		return err
	}
	d.attach(ctx, t, c, o, world)
	var offered []front.Account
	for _, a := range demo.Accounts(world) {
		say(t.err, "account %s %s %s", a.Email, a.Password, a.Role)
		offered = append(offered, front.Account{Email: a.Email, Password: a.Password, Role: a.Role})
	}
	var work func(ctx context.Context)
	if d.Simulate {
		work = func(ctx context.Context) { demo.Simulate(ctx, o.Runner, world, d.Every) }
	}
	page := front.Options{DemoAccounts: offered, ThreadSearch: "Sandy Shorelines"}
	return d.serve(ctx, c, c.logger(t), o, &post{}, page, func(address string) { say(t.out, "ready %s", address) }, work)
}

// attach puts files into the world. Without them it is a demonstration too.
func (d *demoCmd) attach(ctx context.Context, t terminal, c *cli, o *opened, world *demo.World) {
	log := c.logger(t)
	attachments, files, err := c.attachments(ctx, o, log, d.AttachmentLimit)
	if err == nil && files != nil {
		err = demo.Attach(ctx, o.Runner, attachments, world)
		_ = files.Close()
	}
	if err != nil {
		log.LogAttrs(ctx, slog.LevelWarn, "the demonstration shows no attachments", slog.String("cause", err.Error()))
	}
}
