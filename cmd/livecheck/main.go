// Command livecheck proves what the hub promises of its events: it starts a hub,
// lets writers write and listeners listen, breaks lines, kills nodes and the
// database, takes rights away, and at the end compares the log with everything
// that was acknowledged and received.
//
//	livecheck --seed 7 --duration 60s   a run; the last line says how many violations
//	livecheck bench --sockets 10000     what a delivery costs
//	livecheck --help                    everything else
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], terminal{os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// terminal is where the command speaks.
type terminal struct{ out, err io.Writer }

func (t terminal) say(format string, args ...any) {
	_, _ = fmt.Fprintf(t.out, format+"\n", args...)
}

type cli struct {
	Check checkCmd `cmd:"" default:"withargs" help:"Check a hub under faults (the default)."`
	Bench benchCmd `cmd:"" help:"Measure what a delivery costs, beside the least it could cost."`
	Floor floorCmd `cmd:"" hidden:""`
	Crowd crowdCmd `cmd:"" hidden:""`
}

const description = `Checks that a hub loses nothing, repeats nothing, keeps the order and the rights of its events, whatever breaks.

"livecheck --seed 7" starts a hub of its own: on PostgreSQL with three nodes where a server is found, else on SQLite. The seed decides what is written in which order and which fault comes when; the same seed gives the same run, as far as a machine with other work allows. The last line is "seed 7: … 0 violations", or names the first violation; then the exit code is 1.

"livecheck --url URL --token-file FILE" checks a hub that runs already, through lines that break, and kills nothing. It adds bodies, people and discussions named Livecheck to it: don't point it at one where they would be in the way.

"livecheck bench" measures what a delivery costs: see livecheck bench --help.`

// Help is what the help of the check, which is the command's own, begins with.
func (*checkCmd) Help() string { return description }

// usageError is a wrong use of the command line.
type usageError struct{ error }

// exit is how kong asks to stop after --help.
type exit struct{ code int }

// run runs a command line and returns the exit code.
func run(ctx context.Context, args []string, t terminal) (code int) {
	defer func() {
		if p := recover(); p != nil {
			e, ok := p.(exit)
			if !ok {
				panic(p)
			}
			code = e.code
		}
	}()
	var c cli
	parser, err := kong.New(&c, kong.Name("livecheck"), kong.Description(description), kong.Writers(t.out, t.err),
		kong.Exit(func(code int) { panic(exit{code}) }), kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(t))
	if err != nil {
		return fail(t, err)
	}
	if len(args) > 0 && (args[0] == "--help" || args[0] == "-h") {
		args = []string{"check", "--help"} // its flags are what newcomers look for
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

// errFound says that the check found something; it was said already.
var errFound = errors.New("violations were found")

func fail(t terminal, err error) int {
	var usage usageError
	switch {
	case errors.Is(err, errFound):
	case errors.As(err, &usage):
		_, _ = fmt.Fprintf(t.err, "livecheck: %s. See livecheck --help.\n", strings.TrimSuffix(err.Error(), "."))
		return exitUsage
	default:
		_, _ = fmt.Fprintf(t.err, "livecheck: %s\n", err)
	}
	return exitFailed
}
