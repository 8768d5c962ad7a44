package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"acs-aec.org/hub/cmd/livecheck/internal/history"
	"acs-aec.org/hub/cmd/livecheck/internal/host"
)

// all makes the tests take their time: each planted fault is built and found.
const all = "HUB_LIVECHECK_FAULTS"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "crowd" || os.Args[1] == "floor") {
		main() // the benchmark starts itself
	}
	code := m.Run()
	if built.dir != "" {
		_ = os.RemoveAll(built.dir)
	}
	os.Exit(code)
}

// built are the binaries of the hub that tests share.
var built struct {
	sync.Mutex // held while one is built, too
	dir        string
	paths      map[string]string
}

// hub is the path of a hub with these build tags.
func hub(t testing.TB, tags string) string {
	t.Helper()
	built.Lock()
	defer built.Unlock()
	if built.dir == "" {
		dir, err := os.MkdirTemp("", "livecheck-test-") //nolint:usetesting // it is shared by tests
		if err != nil {
			t.Fatal(err)
		}
		built.dir, built.paths = dir, map[string]string{}
	}
	if path := built.paths[tags]; path != "" {
		return path
	}
	dir := filepath.Join(built.dir, "hub"+tags)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path, err := host.Build(dir, tags)
	if err != nil {
		t.Fatal(err)
	}
	built.paths[tags] = path
	return path
}

// said is what a command line says and how it exits.
type said struct {
	code     int
	out, err string
}

func livecheck(t *testing.T, args ...string) said {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, terminal{&out, &errs})
	return said{code, out.String(), errs.String()}
}

func (s said) lastLine() string {
	lines := strings.Split(strings.TrimSpace(s.out), "\n")
	return lines[len(lines)-1]
}

// fine runs a check that must find nothing.
func fine(t *testing.T, args ...string) {
	t.Helper()
	s := livecheck(t, args...)
	if s.code != exitOK || !strings.HasSuffix(s.lastLine(), " 0 violations") {
		t.Errorf("exit code %d\n%s%s", s.code, s.out, s.err)
	}
}

func TestTheHubKeepsItsPromisesOnSQLite(t *testing.T) {
	fine(t, "--seed=11", "--duration=6s", "--database=sqlite", "--clients=20", "--hub="+hub(t, ""))
}

func TestTheHubKeepsItsPromisesOnPostgres(t *testing.T) {
	requirePostgres(t)
	fine(t, "--seed=12", "--duration=8s", "--database=postgres", "--nodes=3", "--clients=20", "--hub="+hub(t, ""))
}

func TestTheHubKeepsItsPromisesWithNATS(t *testing.T) {
	if os.Getenv(all) == "" {
		t.Skip("set " + all + " to have it done")
	}
	requirePostgres(t)
	fine(t, "--seed=14", "--duration=15s", "--database=postgres", "--nats", "--hub="+hub(t, ""))
}

func requirePostgres(t *testing.T) {
	t.Helper()
	if err := host.FindPostgres(); err != nil {
		if os.Getenv("HUB_REQUIRE_POSTGRES") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// TestPlantedFaultsAreFound builds hubs that do one thing wrong.
func TestPlantedFaultsAreFound(t *testing.T) {
	if os.Getenv(all) == "" {
		t.Skip("it builds and runs four hubs: set " + all + " to have it done")
	}
	rights := []history.Kind{history.Forbidden, history.Revoked}
	lost := []history.Kind{history.Missing, history.ResetSeen, history.Order}
	for tag, want := range map[string][]history.Kind{
		"fault_naive_cursor": lost, "fault_publish_before_commit": lost, "fault_drop_oldest": lost, "fault_ignore_revocation": rights,
	} {
		t.Run(tag, func(t *testing.T) {
			for _, database := range []string{"sqlite", "postgres"} {
				t.Run(database, func(t *testing.T) {
					if database == "postgres" {
						requirePostgres(t)
					}
					s := livecheck(t, "--seed=13", "--duration=10s", "--catch-up=5s", "--nodes=1", "--database="+database, "--hub="+hub(t, tag))
					first := strings.TrimPrefix(s.lastLine(), "seed 13: the first violation: ")
					named := slices.ContainsFunc(want, func(k history.Kind) bool { return strings.HasPrefix(first, string(k)) })
					if s.code != exitFailed || !named {
						t.Errorf("exit code %d, the first violation is %q, want one of %q\n%s%s", s.code, first, want, s.out, s.err)
					}
				})
			}
		})
	}
}

func TestTheBenchmarkRuns(t *testing.T) {
	s := livecheck(t, "bench", "--sockets=40", "--posts=3", "--rest=2s", "--clients=10", "--rate=20", "--lasting=1s", "--hub="+hub(t, ""))
	if s.code != exitOK {
		t.Fatalf("exit code %d\n%s%s", s.code, s.out, s.err)
	}
	for _, want := range []string{"floor ", "hub, flat ", "hub, nested ", "(200 of 200 frames)"} {
		if !strings.Contains(s.out, want) {
			t.Errorf("no %q in\n%s", want, s.out)
		}
	}
}

func TestWrongUsage(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "hub.db")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"--seed=many"},
		{"--duration=0s"},
		{"--writers=0"},
		{"--clients=-1"},
		{"--database=mysql://here", "--hub=" + file},
		{"--database=sqlite:" + file, "--hub=" + file},
		{"--url=http://127.0.0.1:1"},
		{"--url=here", "--token-file=" + file},
		{"--token-file=" + file},
		{"--nats", "--database=sqlite"},
		{"--by=pigeon"},
		{"nothing"},
		{"bench", "--sockets=0"},
	} {
		s := livecheck(t, args...)
		if s.code != exitUsage || !strings.HasPrefix(s.err, "livecheck: ") {
			t.Errorf("%v: exit code %d, %q", args, s.code, s.err)
		}
	}
}

func TestHelpTeaches(t *testing.T) {
	t.Parallel()
	s := livecheck(t, "--help")
	if s.code != exitOK {
		t.Fatal(s.code, s.err)
	}
	for _, want := range []string{"--seed", "--duration", "--database", "--nodes", "--writers", "--clients", "--url", "--token-file", "bench"} {
		if !strings.Contains(s.out, want) {
			t.Errorf("nothing of %s in\n%s", want, s.out)
		}
	}
	for _, hidden := range []string{"floor ", "crowd "} {
		if strings.Contains(s.out, "  "+hidden) {
			t.Errorf("%s is shown", hidden)
		}
	}
}

func TestWhatIsStoppedProvesNothing(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var out, errs bytes.Buffer
	if code := run(ctx, []string{"--seed=1", "--database=sqlite", "--hub=" + hub(t, "")}, terminal{&out, &errs}); code != exitFailed {
		t.Errorf("exit code %d: %s%s", code, &out, &errs)
	}
	if strings.Contains(out.String(), "violations") {
		t.Errorf("it claims something: %s", &out)
	}
}
