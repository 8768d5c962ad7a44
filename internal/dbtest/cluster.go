package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// running is the private cluster of this process, if one was started.
var running struct {
	sync.Mutex
	stdin io.Closer // closing it ends the server
	done  chan struct{}
	dir   string
}

// cluster is the address of a PostgreSQL server, started when first asked for.
var cluster = sync.OnceValues(func() (string, error) {
	if address := os.Getenv("HUB_TEST_DATABASE_URL"); address != "" {
		return address, nil
	}
	bin, err := binaries()
	if err != nil {
		return "", err
	}
	return start(bin)
})

// binaries is the folder of PostgreSQL's server programs.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.New("neither HUB_TEST_DATABASE_URL is set nor is initdb in PATH or /usr/lib/postgresql/*/bin")
	}
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	return filepath.Dir(found[0]), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // a name that is no number comes last
	return n
}

// start makes a cluster in a folder for temporary files and starts it. The
// server is the child of a shell that ends it when this process is gone, however
// it went.
func start(bin string) (string, error) {
	dir, err := os.MkdirTemp("", "hub-pg-") // outlives the test that comes first
	if err != nil {
		return "", err
	}
	data := filepath.Join(dir, "data")
	attributes, err := owner(dir)
	if err != nil {
		return "", err
	}
	ctx := context.Background()
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), //nolint:gosec // PostgreSQL's own program
		"--pgdata="+data, "--username=hub", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions")
	initdb.SysProcAttr, initdb.Dir = attributes, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	script := `"$@" >server.log 2>&1 & pid=$!; read -r _; kill -QUIT $pid; wait $pid; cd /; rm -rf "$HUB_PG_DIR"`
	server := exec.CommandContext(ctx, "sh", "-c", script, "sh", filepath.Join(bin, "postgres"), "-D", data, //nolint:gosec // PostgreSQL's own program
		"-c", "listen_addresses=127.0.0.1", "-c", "port="+strconv.Itoa(port), "-c", "unix_socket_directories=",
		"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "max_connections=400",
		"-c", "shared_buffers=64MB", "-c", "autovacuum=off", "-c", "timezone=America/Bogota")
	server.SysProcAttr, server.Dir = attributes, dir
	server.Env = append(os.Environ(), "HUB_PG_DIR="+dir)
	stdin, err := server.StdinPipe()
	if err != nil {
		return "", err
	}
	if err := server.Start(); err != nil {
		return "", err
	}
	running.Lock()
	running.stdin, running.dir, running.done = stdin, dir, make(chan struct{})
	done := running.done
	running.Unlock()
	go func() {
		defer close(done)
		_ = server.Wait() // what it has to say stands in its log
	}()
	address := fmt.Sprintf("postgres://hub@127.0.0.1:%d/postgres?sslmode=disable", port)
	return address, answering(ctx, address, filepath.Join(dir, "server.log"))
}

// owner makes the folder one of an unprivileged user, if this process runs as
// root, which PostgreSQL refuses.
func owner(dir string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // nothing to change
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		if err := os.Chown(dir, int(uid), int(gid)); err != nil {
			return nil, err
		}
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return nil, errors.New("running as root, and there is neither a user postgres nor nobody to start PostgreSQL as")
}

func freePort() (int, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// answering waits until the server takes connections.
func answering(ctx context.Context, address, log string) error {
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	db, err := sql.Open("postgres", address)
	if err != nil {
		return err
	}
	defer db.Close()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			said, _ := os.ReadFile(log) //nolint:gosec // a file of our own; without it the error alone must do
			return fmt.Errorf("PostgreSQL does not answer: %w: %s", err, strings.TrimSpace(string(said)))
		}
	}
}

// stop ends the private cluster of this process.
func stop() {
	running.Lock()
	defer running.Unlock()
	if running.stdin == nil {
		return
	}
	_ = running.stdin.Close()
	<-running.done
	running.stdin = nil
}
