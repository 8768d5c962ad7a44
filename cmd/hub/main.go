// Command hub runs the hub of the resource mobilisation of the Association of
// Caribbean States: a GraphQL API with a collaboration and messaging hub.
//
//	hub demo     a demonstration, at once, with nothing else installed
//	hub --help   everything else
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"acs-aec.org/hub/internal/apperr"
	"acs-aec.org/hub/internal/i18n"
	"acs-aec.org/hub/internal/store"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], terminal{out: os.Stdout, err: os.Stderr, now: time.Now})
	stop()
	os.Exit(code)
}

// terminal is where a command speaks, and its clock.
type terminal struct {
	out, err io.Writer
	now      func() time.Time
}

// cli is the command line. Every flag is also a variable of the environment,
// HUB_ and its name in capitals.
type cli struct {
	Data     string `help:"Folder of the embedded database (default: your own data folder)." type:"path" placeholder:"DIR"`
	Database string `help:"sqlite:PATH or postgres://USER@HOST/NAME (default: hub.db in the data folder)." placeholder:"NAME"`
	NATS     string `name:"nats" help:"NATS server by which many nodes wake each other, such as nats://HOST:4222 (default: by PostgreSQL)." placeholder:"URL"`
	Files    string `help:"Where attachments lie: file:///PATH or s3://BUCKET?region=REGION (default: beside the embedded database; none with PostgreSQL)." placeholder:"URL"`
	Clamd    string `help:"ClamAV's daemon, which looks at attachments: HOST:PORT or unix:///PATH (default: nobody looks)." placeholder:"ADDRESS"`
	Log      string `help:"How much is logged: debug, info, warn or error." enum:"debug,info,warn,error" default:"info"`

	reporting

	Demo    demoCmd    `cmd:"" help:"Serve a demonstration: the ACS's real world, fictitious people."`
	Serve   serveCmd   `cmd:"" help:"Serve the hub."`
	Migrate migrateCmd `cmd:"" help:"Bring the database to the form that this binary needs."`
	Person  personCmd  `cmd:"" help:"Add people, reset their passwords, take their access away."`
	Token   tokenCmd   `cmd:"" help:"What programs sign in with."`
	Import  importCmd  `cmd:"" help:"Bring in published data."`
	Export  exportCmd  `cmd:"" help:"Write what the hub keeps into files."`
	Verify  verifyCmd  `cmd:"" help:"Check the signed record of a discussion; needs no database."`
	Key     keyCmd     `cmd:"" help:"Print the public key by which records are checked."`
	Backup  backupCmd  `cmd:"" help:"Copy the database into a file, while the hub serves."`
	Restore restoreCmd `cmd:"" help:"Put a copy in the place of the database."`
	Mail    mailCmd    `cmd:"" help:"What comes by mail."`
	Check   checkCmd   `cmd:"" help:"Look whether everything is as it must be."`
	Schema  schemaCmd  `cmd:"" help:"Print the GraphQL schema."`
	Search  searchCmd  `cmd:"" help:"Look after what can be found."`
}

const description = `The hub: cooperation agreements, funding, programmes and proposals of the Association of Caribbean States, and the discussions about them.

Start with "hub demo". To run it for real: "hub person create" for the first person, then "hub serve".
Every flag can also stand in the environment: --listen is HUB_LISTEN.`

// usageError is a wrong use of the command line.
type usageError struct{ error }

// exit is how kong asks to stop after --help.
type exit struct{ code int }

// run runs a command line and returns the exit code. What goes wrong is said in
// one sentence.
func run(ctx context.Context, args []string, t terminal) (code int) {
	var c cli
	defer func() {
		if p := recover(); p != nil {
			e, ok := p.(exit)
			if !ok {
				panic(p)
			}
			code = e.code
		}
	}()
	parser, err := kong.New(&c, kong.Name("hub"), kong.Description(description), kong.Writers(t.out, t.err),
		kong.DefaultEnvars("HUB"), kong.Exit(func(code int) { panic(exit{code}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(t), kong.Bind(&c))
	if err != nil {
		return fail(t, err)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if err != nil {
		return fail(t, usageError{err})
	}
	if err := k.Run(); err != nil {
		return fail(t, err)
	}
	return exitOK
}

// fail says what went wrong and returns the exit code for it.
func fail(t terminal, err error) int {
	var own exitError
	if errors.As(err, &own) {
		_, _ = fmt.Fprintf(t.err, "hub: %s\n", sentence(err))
		return own.code
	}
	var usage usageError
	if errors.As(err, &usage) {
		_, _ = fmt.Fprintf(t.err, "hub: %s. See hub --help.\n", strings.TrimSuffix(sentence(err), "."))
		return exitUsage
	}
	_, _ = fmt.Fprintf(t.err, "hub: %s\n", sentence(err))
	return exitFailed
}

// sentence is an error in one line, in English. What lies in the file system is
// said without the names of packages.
func sentence(err error) string {
	if store.IsFull(err) {
		return store.ErrFull.Sentence(i18n.EN)
	}
	var file *fs.PathError
	if errors.As(err, &file) {
		return fmt.Sprintf("%s: %v", file.Path, file.Err)
	}
	var refusal *apperr.Error
	if errors.As(err, &refusal) {
		s := refusal.Sentence(i18n.EN)
		if refusal.Field != "" {
			s = strings.TrimPrefix(refusal.Field, "input.") + ": " + s
		}
		return s
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(err.Error(), "\n", "; ")), " ")
}
